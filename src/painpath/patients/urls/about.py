"""What anybody may read as a patient, or on behalf of one."""

from django.urls import path

from painpath.patients.views import about
from painpath.web.access import PUBLIC

ACCESS = {
    "patients:home": PUBLIC,
    "patients:everything": PUBLIC,
    "patients:resources": PUBLIC,
    "patients:page": PUBLIC,
}

_HOME = "services/<slug:service>/patients/"

urlpatterns = [
    path(_HOME, about.home, name="home"),
    path(f"{_HOME}all/", about.everything, name="everything"),
    path(f"{_HOME}resources/", about.resources, name="resources"),
    path(f"{_HOME}about/<slug:page>/", about.page, name="page"),
]
