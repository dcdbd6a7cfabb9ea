"""Imports: a file is checked and counted first; then one press does it, all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from painpath.accounts import audit
from painpath.accounts.models import AuditEntry
from painpath.directory.importing import CONTRACT_COLUMNS, Counts, import_contracts, import_practices
from painpath.directory.tables import FaultyFile
from painpath.referrals import pathways
from painpath.referrals.arriving import backlog as backlogs
from painpath.referrals.arriving.filing import File
from painpath.referrals.models import Referral
from painpath.referrals.restricting import HIDDEN, closed_to
from painpath.triage import directory_forms as forms
from painpath.triage.presenters.words import day, moment, person, plural
from painpath.triage.views.base import member
from painpath.web.checked import keep_checked
from painpath.web.files import file_answer
from painpath.web.forms import Form, render_form
from painpath.web.kept import KEPT

T = TypeVar("T")
MOST_SHOWN = 500
"""Faults on one page; the sentence above them says how many there are."""


@dataclass(frozen=True)
class Looked:
    """What a check found: sentences for the page, and the words on the button, empty when there is nothing to do."""

    sentences: tuple[str, ...]
    button: str


def _import(
    request: HttpRequest,
    form: Form,
    take: Callable[[bool], T],
    looked: Callable[[T], Looked],
    done: Callable[[T], HttpResponse],
    *,
    template: str = "triage/import.jinja",
    **context: Any,
) -> HttpResponse:
    """A file, checked by `take(True)` and, once confirmed, imported by `take(False)`."""
    faults: tuple[Any, ...] = ()
    if request.method == "POST" and KEPT in request.POST:  # confirmed twice, or replaced by a newer check
        messages.info(request, "What you checked was imported already, or you have checked another file since.")
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        confirmed = form.cleaned_data["confirmed"] == "yes"
        try:
            result = take(not confirmed)
        except FaultyFile as faulty:
            form.add_error("table", faulty.sentence)
            faults = faulty.faults
        else:
            found = looked(result)
            if confirmed:
                return done(result)
            key = keep_checked(request, by=member(request)) if found.button else None
            return render(request, "triage/checked.jinja", context | {"found": found, "field": KEPT, "key": key})
    shown = {"faults": faults[:MOST_SHOWN], "more": max(0, len(faults) - MOST_SHOWN)}
    return render_form(request, template, form, **context, **shown)


def _table(form: Form) -> bytes:
    content: bytes = form.cleaned_data["table"][0].read()
    return content


def _looked(counts: Counts) -> Looked:
    sentences = [
        f"{plural(counts.new, 'row', 'rows')} would be new.",
        f"{plural(counts.changed, 'row', 'rows')} would change.",
        f"{plural(counts.unchanged, 'row is', 'rows are')} on record already, just like this.",
    ]
    if counts.left_out:
        sentences.append(f"{plural(counts.left_out, 'row is', 'rows are')} left out: no GP practice.")
    if counts.closed_without_day:
        closed = plural(counts.closed_without_day, "row is", "rows are")
        sentences.append(f"{closed} marked as closed without a day; nothing says since when, so none is kept.")
    return Looked(tuple(sentences), "Import this file" if counts.new or counts.changed else "")


def practices(request: HttpRequest) -> HttpResponse:
    """The public practice file of NHS ODS."""
    by = member(request)
    form = forms.FileOfPractices(request.POST or None, request.FILES or None)
    return _import(
        request, form, lambda check: import_practices(by=by, content=_table(form), check_only=check), _looked,
        lambda counts: _directory(request, counts), title="Import practices", back=reverse("triage:directory"),
        help="practices",
    )  # fmt: skip


def contracts(request: HttpRequest) -> HttpResponse:
    """The list of contracts."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    places = {place.id: place.name for place in pathway.localities}
    form = forms.FileOfContracts(request.POST or None, request.FILES or None)

    def take(check: bool) -> Counts:
        return import_contracts(by=by, content=_table(form), localities=places, check_only=check)

    return _import(
        request, form, take, _looked, lambda counts: _directory(request, counts), title="Import contracts",
        back=reverse("triage:directory"), help="contracts", places=places,
    )  # fmt: skip


def _directory(request: HttpRequest, counts: Counts) -> HttpResponse:
    messages.success(
        request, f"Imported: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged."
    )
    return redirect("triage:directory")


def contracts_template(request: HttpRequest) -> HttpResponse:
    """The header row of the list of contracts."""
    return file_answer(f"{','.join(CONTRACT_COLUMNS)}\r\n".encode(), "text/csv", "contracts.csv", download=True)


def backlog(request: HttpRequest) -> HttpResponse:
    """A live backlog: one row for each referral, together with its documents."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    form = forms.Backlog(request.POST or None, request.FILES or None)

    def take(check: bool) -> backlogs.Result:
        sent = [File(file.name or "document", file.read()) for file in form.cleaned_data["documents"]]
        return backlogs.import_backlog(by=by, content=_table(form), sent=sent, check_only=check)

    def done(result: backlogs.Result) -> HttpResponse:
        if result.entry is None:
            messages.info(request, "All of this is on record already. Nothing was imported.")
            return redirect("triage:import-backlog")
        messages.success(request, f"{plural(result.new, 'referral')} received.")
        return redirect("triage:backlog-imported", entry=result.entry.pk)

    earlier = AuditEntry.objects.filter(service_id=by.service_id, action=backlogs.ACTION).select_related("by__user")
    return _import(
        request, form, take, _looked_backlog, done, template="triage/backlog.jinja", title="Import a backlog",
        back=reverse("triage:worklist"), columns=backlogs.COLUMNS,
        choices=[(route.id, route.name) for route in pathway.routes],
        places=[(place.id, place.name) for place in pathway.localities],
        earlier=[
            {"href": reverse("triage:backlog-imported", args=[one.pk]), "when": moment(one.at), "who": person(one.by),
             "count": plural(len(one.detail["keys"]), "referral")}
            for one in earlier.order_by("-at")[:10]
        ],
    )  # fmt: skip


def _looked_backlog(result: backlogs.Result) -> Looked:
    sentences = [f"{plural(result.new, 'referral')} would be received, with {plural(result.documents, 'document')}."]
    if result.earliest and result.latest:
        sentences.append(f"The first came on {day(result.earliest)}, the last on {day(result.latest)}.")
    if result.known:
        sentences.append(
            f"{plural(len(result.known), 'row is', 'rows are')} on record already: {', '.join(result.known)}."
        )
    return Looked(tuple(sentences), f"Receive {plural(result.new, 'referral')}" if result.new else "")


def backlog_template(request: HttpRequest) -> HttpResponse:
    """The empty table."""
    return file_answer(backlogs.template().encode(), "text/csv", "backlog.csv", download=True)


def backlog_imported(request: HttpRequest, entry: int) -> HttpResponse:
    """What an import has made: the references, with who they are about."""
    by = member(request)
    one = AuditEntry.objects.filter(service_id=by.service_id, action=backlogs.ACTION, pk=entry).first()
    if one is None:
        raise Http404
    references = list(one.detail["keys"].values())
    made = Referral.objects.filter(service_id=by.service_id, reference__in=references).select_related("patient")
    rows = list(made.order_by("received_at", "pk"))
    closed = closed_to(by)
    audit.record(by, "worklist.look", by.service, referrals=[referral.pk for referral in rows])
    context = {
        "when": moment(one.at),
        "who": person(one.by),
        "rows": [
            {
                "href": reverse("triage:referral", args=[referral.reference]),
                "reference": referral.reference,
                "patient": HIDDEN if referral.pk in closed else referral.patient.name if referral.patient else "",
                "received": day(referral.received_at),
                "state": referral.state_label,
            }
            for referral in rows
        ],
    }
    return render(request, "triage/imported.jinja", context)
