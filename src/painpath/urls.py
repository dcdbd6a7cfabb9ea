"""Every address of the program. What is not also in `painpath.web.access` is refused to everybody."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("painpath.web.urls")),
    path("", include("painpath.triage.urls")),
]
