"""Deciding, in three steps."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS, ONE
from painpath.triage.views import decision

ACCESS = {
    "triage:decide": CLINICIANS,
    "triage:decide-details": CLINICIANS,
    "triage:decide-letters": CLINICIANS,
    "triage:decide-letter-pdf": CLINICIANS,
}

urlpatterns = [
    path(ONE + "decide/", decision.outcome, name="decide"),
    path(ONE + "decide/details/", decision.details, name="decide-details"),
    path(ONE + "decide/letters/", decision.letters, name="decide-letters"),
    path(ONE + "decide/letters/<slug:audience>.pdf", decision.letter_as_pdf, name="decide-letter-pdf"),
]
