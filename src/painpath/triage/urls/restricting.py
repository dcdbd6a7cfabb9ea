"""Restricted records. Everybody of the team may break the glass; leads review; auditors read."""

from django.urls import path

from painpath.accounts.roles import AUDITOR, LEAD
from painpath.triage.urls.roles import MANAGERS, ONE
from painpath.triage.views import restricting
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:break-glass": EVERY_ROLE,
    "triage:restrict": MANAGERS,
    "triage:restricted": frozenset({AUDITOR, LEAD}),
    "triage:review-glass": frozenset({LEAD}),
}

urlpatterns = [
    path(f"{ONE}open/", restricting.break_glass, name="break-glass"),
    path(f"{ONE}restrict/", restricting.restrict, name="restrict"),
    path("restricted/", restricting.restricted, name="restricted"),
    path("restricted/<int:glass>/", restricting.review, name="review-glass"),
]
