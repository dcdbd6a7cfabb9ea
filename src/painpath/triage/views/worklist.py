"""The worklist, its filters and the search."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import KeptForm, Search
from painpath.pathway.model import Locality, Route
from painpath.referrals import pathways
from painpath.referrals.queries import ONLY, TABS, Filters, tab_counts
from painpath.referrals.queries import worklist as query
from painpath.triage.presenters import worklist as present
from painpath.triage.views.base import member
from painpath.web.checked import CONFIRMED

ROWS = 50


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Referrals by tab and filter."""
    return _list(request, "")


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What was searched for last: it is kept out of every address, session and log, for it may be a name."""
    by = member(request)
    if request.method != "POST":
        last = Search.objects.filter(membership=by, at__gt=clock.now() - Search.LASTS).first()
        return _list(request, last.words) if last else redirect("triage:worklist")
    words = request.POST.get("words", "").strip()[:100]
    if not words:
        return redirect("triage:worklist")
    Search.objects.update_or_create(
        service_id=by.service_id, membership=by, defaults={"words": words, "at": clock.now()}
    )
    return redirect("triage:search")


def _list(request: HttpRequest, search: str) -> HttpResponse:
    by = member(request)
    asked = request.GET
    pathway, _ = pathways.in_force(by.service)
    filters = Filters(
        tab=tab if (tab := asked.get("tab", "open")) in TABS else "open",
        locality=place if (place := asked.get("locality", "")) in (*_ids(pathway.localities), "unknown") else "",
        route=route if (route := asked.get("route", "")) in _ids(pathway.routes) else "",
        only=only if (only := asked.get("only", "")) in ONLY else "",
    )
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
            "kept": KeptForm.objects.filter(user=by.user_id)
            .exclude(fields__has_key=CONFIRMED)
            .order_by("-kept_at")
            .first(),
            "page": page,
            "previous": present.address(filters, page.number - 1) if page.has_previous() else "",
            "next": present.address(filters, page.number + 1) if page.has_next() else "",
        },
    )


def _ids(items: Iterable[Locality | Route]) -> set[str]:
    return {item.id for item in items}
