"""What speaks for and against a criterion of a draft: rules in words, a rule more, and a letter to try it on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from painpath import clock, documents
from painpath.managers.finding_forms import NewRule, TryIt
from painpath.managers.presenters import findings as present
from painpath.managers.views.drafts import draft_at, member
from painpath.managers.workbench import Workbench, item_name, vocabulary
from painpath.pathway import Pathway, PathwayError, editing
from painpath.pathway.editing import EditError
from painpath.pathway.problems import FieldPath
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting
from painpath.screening import Screening, screen
from painpath.web.forms import render_form

LONGEST_SEARCH = 200
"""Characters of a search that are looked at: each word is looked for in every phrase."""


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, key: UUID, criterion: str) -> HttpResponse:
    """The rules of a criterion, a search among the findings, and a rule more."""
    draft = draft_at(request, key)
    bench, path = _bench(draft, criterion)
    asked = (request.POST.get("asked") or request.GET.get("q", ""))[:LONGEST_SEARCH]
    ticked = request.POST.getlist("when")
    kept = [one for one in vocabulary(bench) if one.id in ticked]
    others = [one for one in present.search(bench, asked) if one.id not in ticked][: present.MOST]
    found = [present.pickable(one) for one in (*kept, *others)]
    sent = request.POST if request.method == "POST" and "add" in request.POST else None
    form = NewRule(sent, found=found)
    if sent is not None:
        drafting.check_change(draft, by=member(request))
        if form.is_valid():
            rule = {name: form.cleaned_data[name] for name in ("when", "unless", "speaks", "why")}
            rule = {name: value for name, value in rule.items() if value}
            if rule in _rules(bench, path):  # sent again, after going back
                form.add_error(None, "This rule is there already. Change something in it, or leave it as it is.")
            else:
                if path is None:
                    changed = editing.add_item(bench.files, ("evidence",), {"criterion": criterion, "rules": [rule]})
                else:
                    changed = editing.add_item(bench.files, (*path, "rules"), rule)
                drafting.change(draft=draft, files=changed, seen_revision=draft.revision, by=member(request))
                messages.success(request, "The rule is in the draft. Try it on a letter.")
                return redirect("managers:edit-findings", key, criterion)
    context = present.page(
        bench, criterion, path, asked=asked, can_change=drafting.can_change(draft, by=member(request))
    )
    return render_form(request, "managers/editing/findings.jinja", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def try_it(request: HttpRequest, key: UUID, criterion: str) -> HttpResponse:
    """A sentence or a letter: what it says about this criterion, in force and in the draft. Nothing is kept."""
    draft = draft_at(request, key)
    bench, _ = _bench(draft, criterion)
    form = TryIt(request.POST if request.method == "POST" else None)
    shown = []
    item = editing.value_at(bench.data, ("criteria", criterion))
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["letter"]
        versions = (("In force now", _in_force(request, draft)), ("In this draft", bench.compiled.pathway))
        shown = present.tried(criterion, [(heading, one, _screened(one, text)) for heading, one in versions])
    context = {"draft": draft, "criterion": criterion, "name": item_name(item), "shown": shown}
    return render_form(request, "managers/editing/try.jinja", form, **context)


def _bench(draft: PathwayDraft, criterion: str) -> tuple[Workbench, FieldPath | None]:
    bench = Workbench(draft)
    if _item(bench, "criteria", criterion) is None:
        raise Http404
    return bench, _item(bench, "evidence", criterion)


def _rules(bench: Workbench, path: FieldPath | None) -> list[Any]:
    return [] if path is None else editing.value_at(bench.data, (*path, "rules")) or []


def _item(bench: Workbench, name: str, key: str) -> FieldPath | None:
    """The place of an item of a list of the draft; None where there is none."""
    if not isinstance(bench.data.get(name), list):
        return None
    try:
        return editing.resolved(bench.data, (name, key))
    except EditError:
        return None


def _in_force(request: HttpRequest, draft: PathwayDraft) -> Pathway | None:
    service = member(request).service
    if draft.name != service.slug:
        return None
    try:
        return pathways.published(service.slug)
    except PathwayError:
        return None


def _screened(pathway: Pathway | None, text: str) -> Screening | None:
    if pathway is None:
        return None
    return screen(documents.read(text.encode(), "letter.txt"), pathway, written_on=None, today=clock.today())
