"""The way to what is not needed every day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from painpath.triage.views.base import member
from painpath.web.access import access_table

PAGES = (
    ("triage:advice", "Advice library", "Paragraphs of advice to use again, each with an owner and an expiry date."),
    ("triage:agreement", "Agreement", "How far two clinicians agree who screened the same referral, by criterion."),
    (
        "exchange:cards",
        "Cards before referral",
        "What practices' programs showed before a referral was sent, and what became of it.",
    ),
    (
        "triage:directory",
        "Directory",
        "GP practices with their contracts, and the services that patients are pointed to.",
    ),
    (
        "triage:follow-ups",
        "Did they get there?",
        "Patients who were pointed to another service, and whether they reached it.",
    ),
    (
        "triage:sample-letters",
        "Letters",
        "Every letter of the published pathway, for every outcome and in every format, with sample data.",
    ),
    (
        "triage:questionnaires",
        "Questionnaires",
        "What patients can be asked to fill in: the pathway's and your own, with rights and licences.",
    ),
    (
        "triage:retention",
        "Records to review",
        "Records that have ended and whose time has come: keep each longer, or have it destroyed by two people.",
    ),
    ("triage:certificates", "Destroyed records", "Certificates of what was destroyed, when and by whom. No names."),
    (
        "managers:exports",
        "Export the record",
        "The whole record as files that name nobody, for analysis elsewhere.",
    ),
    ("triage:rota", "Rota", "Who screens on which day: new referrals go to whoever is on duty."),
    ("triage:team", "Team", "Who works here, who comes and who leaves."),
    (
        "triage:referrers",
        "Referrers",
        "Practitioners with an account, and who asks for one: compare with the register.",
    ),
    (
        "exchange:clients",
        "Other programs",
        "Programs that may send referrals or ask about them: who lets them in, their keys, what they sent.",
    ),
    ("triage:import-backlog", "Import a backlog", "Referrals that were waiting elsewhere, with their documents."),
)
"""(view, words, what it is for); a person sees those that their role may open."""


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """The pages of the service that this person may open."""
    table, roles = access_table(), member(request).roles
    pages = [(reverse(view), words, what) for view, words, what in PAGES if roles & table[view]]
    return render(request, "triage/service.jinja", {"pages": pages})
