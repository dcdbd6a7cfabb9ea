"""The worklist, its filters and the search."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import KeptForm, Search
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import pathways
from painpath.referrals.restricting import closed_to
from painpath.referrals.together.second import blind_to
from painpath.referrals.transitions import STAFF
from painpath.referrals.worklist import assigning
from painpath.referrals.worklist.queries import Filters, Page, counts
from painpath.referrals.worklist.queries import worklist as query
from painpath.referrals.worklist.searching import Found
from painpath.referrals.worklist.searching import search as find
from painpath.triage.presenters import worklist as present
from painpath.triage.presenters.worklist_rows import rows
from painpath.triage.team_forms import AssignSeveral
from painpath.triage.views.base import member
from painpath.web.checked import CONFIRMED
from painpath.web.forms import render_form

ROWS = 50
REMEMBERED = "worklist"
"""Where the session keeps the filters. They say nothing about a patient; being the session's they are one person's, on
one machine, and end with signing out, so that nobody opens the next day on a narrowed list without knowing it."""


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Referrals by tab or list, and filter. Without any in the address, as this person left it."""
    if not request.GET and (remembered := request.session.get(REMEMBERED)):
        pathway, _ = pathways.in_force(member(request).service)
        return redirect(present.address(present.filters_of(remembered, pathway)))
    return show(request, request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What was searched for last: it is kept out of every address, session and log, for it may be a name."""
    by = member(request)
    if request.method != "POST":
        words = last_search(request)
        return show(request, request.GET, words) if words else redirect("triage:worklist")
    words = request.POST.get("words", "").strip()[:100]
    if not words:
        return redirect("triage:worklist")
    Search.objects.update_or_create(
        service_id=by.service_id, membership=by, defaults={"words": words, "at": clock.now()}
    )
    return redirect("triage:search")


def last_search(request: HttpRequest) -> str:
    """What this person searched for last; empty after some hours."""
    last = Search.objects.filter(membership=member(request), at__gt=clock.now() - Search.LASTS).first()
    return last.words if last else ""


def show(request: HttpRequest, asked: QueryDict, words: str = "", sent: QueryDict | None = None) -> HttpResponse:
    """The worklist that this address asks for, or what the words found; with the form to assign several as it was sent.

    The number of queries does not depend on how many referrals there are.
    """
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    given = {name: str(asked[name]) for name in asked}
    filters = present.filters_of(given, pathway)
    page, found, more = Page([]), Found(), False
    blind = blind_to(by) if by.role == CLINICIAN else frozenset()
    closed = closed_to(by)
    if words:
        found = find(by, words, blind, closed)
        shown, more = found.referrals, found.more
    else:
        _remember(request, filters)
        page = query(by, filters, present.cursor_of(given, filters), rows=ROWS, blind=blind)
        shown = page.referrals
    audit.record(by, "worklist.look", by.service, referrals=[referral.pk for referral in shown])
    may_assign = by.role in STAFF
    form = AssignSeveral(
        sent, members=assigning.who(by) if may_assign else (), shown=[referral.reference for referral in shown]
    )
    listed = rows(shown, pathway, by, found.quotes, blind, closed)
    tabs, lists = present.tabs(counts(by, blind), filters) if not words else ([], [])
    return render_form(
        request,
        "triage/worklist.jinja",
        form,
        tabs=tabs,
        lists=lists,
        options=present.options(filters, pathway) if not words else [],
        filters=filters,
        clear=present.address(Filters(tab=filters.tab)),
        rows=listed,
        search=words,
        more=more,
        kept=KeptForm.objects.filter(user=by.user_id).exclude(fields__has_key=CONFIRMED).order_by("-kept_at").first(),
        may_assign=may_assign and (sent is not None or any(row.may_assign or row.take_over for row in listed)),
        ticked=sent.getlist("referrals") if sent is not None else [],
        here=asked.urlencode(),
        previous=present.address(filters, page.previous) if page.previous else "",
        next=present.address(filters, page.next) if page.next else "",
    )


def _remember(request: HttpRequest, filters: Filters) -> None:
    kept = {name: value for name, value in vars(filters).items() if value}
    if request.session.get(REMEMBERED, {"tab": "open"}) != kept:
        request.session[REMEMBERED] = kept
