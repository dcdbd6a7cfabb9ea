"""What became of a practice's referrals, and what was missing in them."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.measuring.practice_feedback import figures
from painpath.referrals import pathways
from painpath.referrals.theirs import practice_of, themselves
from painpath.referrers.presenters import practice as present
from painpath.referrers.views.base import referrer


@require_safe
@transaction.atomic
def practice(request: HttpRequest) -> HttpResponse:
    """Counts and commonest gaps of what they and their practice sent, in the period that the address names."""
    by = referrer(request)
    mine, works_in = themselves(by), practice_of(by)
    if works_in is None and (mine is None or mine.verified_at is None):
        return render(request, "referrers/practice.jinja", {"verified": False, "title": "My practice"})
    pathway, _ = pathways.in_force(by.service)
    months = present.months(request.GET.get("months", ""))
    counted = figures(by, since=present.since(clock.today(), months), pathway=pathway)
    audit.record(by, "practice.look", mine or by, months=months)
    of = works_in or (mine.practice if mine else None)
    return render(request, "referrers/practice.jinja", present.page(of, counted, months, pathway))
