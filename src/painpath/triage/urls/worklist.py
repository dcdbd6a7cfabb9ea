"""The worklist and the search."""

from django.urls import path

from painpath.triage.views import worklist
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:worklist": EVERY_ROLE,
    "triage:search": EVERY_ROLE,
}

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("search/", worklist.search, name="search"),
]
