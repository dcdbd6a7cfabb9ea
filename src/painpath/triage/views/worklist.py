"""The worklist, its filters and the search."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from painpath.accounts import audit
from painpath.referrals import pathways
from painpath.referrals.queries import ONLY, TABS, Filters, tab_counts
from painpath.referrals.queries import worklist as query
from painpath.triage.presenters import worklist as present
from painpath.triage.views.base import member

ROWS = 50
SEARCH = "worklist_search"


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """Referrals by tab and filter; a search is kept in the session, because it may be a name."""
    by = member(request)
    asked = request.GET
    filters = Filters(
        tab=tab if (tab := asked.get("tab", "open")) in TABS else "open",
        locality=asked.get("locality", ""),
        route=asked.get("route", ""),
        only=only if (only := asked.get("only", "")) in ONLY else "",
    )
    search = request.session.get(SEARCH, "")
    pathway, _ = pathways.in_force(by.service)
    page = Paginator(query(by, filters, search), ROWS).get_page(asked.get("page"))
    found = list(page.object_list)
    audit.record(by, "worklist.look", by.service, referrals=[referral.pk for referral in found])
    return render(
        request,
        "triage/worklist.jinja",
        {
            "tabs": present.tabs(tab_counts(by), filters),
            "options": present.options(filters, pathway),
            "filters": filters,
            "rows": present.rows(found, pathway),
            "search": search,
            "page": page,
            "previous": present.address(filters, page.number - 1) if page.has_previous() else "",
            "next": present.address(filters, page.number + 1) if page.has_next() else "",
        },
    )


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Keep what is searched for, out of every address and log."""
    words = request.POST.get("words", "").strip()[:100]
    if words and "clear" not in request.POST:
        request.session[SEARCH] = words
    else:
        request.session.pop(SEARCH, None)
    return redirect("triage:worklist")
