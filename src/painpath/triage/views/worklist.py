"""The worklist, its filters and the search."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Search
from painpath.referrals import pathways
from painpath.referrals.queries import ONLY, TABS, Filters, tab_counts
from painpath.referrals.queries import worklist as query
from painpath.triage.presenters import worklist as present
from painpath.triage.views.base import member

ROWS = 50


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Referrals by tab and filter, or those that the last search finds."""
    by = member(request)
    asked = request.GET
    filters = Filters(
        tab=tab if (tab := asked.get("tab", "open")) in TABS else "open",
        locality=asked.get("locality", ""),
        route=asked.get("route", ""),
        only=only if (only := asked.get("only", "")) in ONLY else "",
    )
    found = Search.objects.filter(membership=by, at__gt=clock.now() - Search.LASTS).first()
    search = found.words if found else ""
    pathway, _ = pathways.in_force(by.service)
    page = Paginator(query(by, filters, search), ROWS).get_page(asked.get("page"))
    shown = list(page.object_list)
    audit.record(by, "worklist.look", by.service, referrals=[referral.pk for referral in shown])
    return render(
        request,
        "triage/worklist.jinja",
        {
            "tabs": present.tabs(tab_counts(by), filters),
            "options": present.options(filters, pathway),
            "filters": filters,
            "rows": present.rows(shown, pathway),
            "search": search,
            "page": page,
            "previous": present.address(filters, page.number - 1) if page.has_previous() else "",
            "next": present.address(filters, page.number + 1) if page.has_next() else "",
        },
    )


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Keep what is searched for, out of every address, session and log."""
    by = member(request)
    words = request.POST.get("words", "").strip()[:100]
    if words and "clear" not in request.POST:
        Search.objects.update_or_create(
            service_id=by.service_id, membership=by, defaults={"words": words, "at": clock.now()}
        )
    else:
        Search.objects.filter(membership=by).delete()
    return redirect("triage:worklist")
