"""Who did what and who looked: for the auditor, who sees references and opens no record. Each look here is audited."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership
from painpath.referrals.audited import Wanted, entries, older
from painpath.referrals.models import Referral
from painpath.triage.audit_forms import Narrow
from painpath.triage.presenters import audit as present
from painpath.triage.views.base import member
from painpath.web.files import file_answer
from painpath.web.forms import render_form

ROWS = 50
MOST = 20_000
"""As many entries as one file holds: about 3 MB, which a spreadsheet opens at once. More is asked for by days."""


def _form(request: HttpRequest) -> Narrow:
    by = member(request)
    people = Membership.objects.filter(service_id=by.service_id).select_related("user").order_by("user__name", "pk")
    asked = request.GET.copy()
    asked.pop("before", None)
    return Narrow(asked or None, by=by, people=people)


def _page(request: HttpRequest, found: "QuerySet[AuditEntry]") -> dict[str, object]:
    """One page by keyset: what the address says comes before it is the last entry of the page before."""
    before = request.GET.get("before", "")
    if before:
        mark = AuditEntry.objects.filter(service_id=member(request).service_id, pk=before).first() if (
            before.isascii() and before.isdigit() and len(before) < 19
        ) else None  # fmt: skip
        if mark is None:
            raise Http404
        found = older(found, mark)
    shown = list(found[: ROWS + 1])
    more, shown = len(shown) > ROWS, shown[:ROWS]
    asked = request.GET.copy()
    if more:
        asked["before"] = str(shown[-1].pk)
    return {
        "rows": present.rows(shown),
        "older": f"?{asked.urlencode()}" if more else "",
        "newest": f"?{_without(request, 'before')}" if before else "",
        "most": f"{MOST:,}",
    }


def _without(request: HttpRequest, name: str) -> str:
    asked = request.GET.copy()
    asked.pop(name, None)
    return asked.urlencode()


@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    """Every act and look, the newest first, narrowed as the address says."""
    by, form = member(request), _form(request)
    wanted = form.wanted()
    page = _page(request, entries(by, wanted))
    audit.record(by, "audit.look", by.service, **wanted.facts)
    export = f"{reverse('triage:audit-export')}?{_without(request, 'before')}"
    return render_form(request, "triage/audit.jinja", form, export=export, narrowed=bool(wanted.facts), **page)


@require_safe
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """Who looked at one record, and who changed it."""
    by = member(request)
    referral = Referral.objects.filter(service_id=by.service_id, reference=reference).first()
    if referral is None:
        raise Http404
    page = _page(request, entries(by, Wanted(referral=referral)))
    audit.record(by, "audit.record", referral)
    export = f"{reverse('triage:audit-export')}?{urlencode({'reference': reference})}"
    return render(request, "triage/audit_record.jinja", {"reference": reference, "export": export, **page})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What is narrowed, as a CSV file. What was exported, and how much, is audited."""
    by, form = member(request), _form(request)
    if form.is_bound and not form.is_valid():
        return acts(request)
    wanted = form.wanted()
    shown = list(entries(by, wanted)[:MOST])
    audit.record(by, "audit.export", by.service, entries=len(shown), **wanted.facts)
    name = f"audit-{clock.today().isoformat()}.csv"
    return file_answer(present.table(shown), "text/csv", name, download=True)
