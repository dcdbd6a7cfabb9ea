"""A draft is changed in the browser: its parts, one form for each, whatever the part is."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from painpath.managers.part_forms import PartForm
from painpath.managers.presenters import editing as present
from painpath.managers.presenters.labels import in_words, label, quoted
from painpath.managers.views.drafts import draft_at, member
from painpath.managers.workbench import Place, Workbench
from painpath.pathway import editing
from painpath.pathway.converting import MISSING
from painpath.pathway.describing import shapes
from painpath.pathway.editing import EditError
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting
from painpath.referrals.refusal import Refused
from painpath.web.forms.base import INVALID

NOT_CHANGED = "Nothing was changed: what you sent is what the draft says."


@require_safe
def overview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The parts of a draft."""
    draft = draft_at(request, key)
    context = present.overview(Workbench(draft), can_change=_can(request, draft))
    return render(request, "managers/editing/overview.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, key: UUID, place: str) -> HttpResponse:
    """A list of parts, or the form of one: looked at, checked, saved."""
    draft = draft_at(request, key)
    bench, found = _found(draft, place)
    if found.is_list:
        return render(
            request, "managers/editing/list.jinja", present.listed(bench, found, can_change=_can(request, draft))
        )
    if request.method != "POST":
        return _page(request, bench, found, _checked(bench, found, _form(bench, found)))
    drafting.check_change(draft, by=member(request))
    form = _form(bench, found, request.POST)
    if not form.is_valid():
        return _page(request, bench, found, form, status=INVALID)
    if request.POST.get("seen") != seen(found.value):
        return _overtaken(request, bench, found, form)
    changed = _changed(bench, found, form)
    if isinstance(changed, str):
        form.add_error(None, changed)
        return _page(request, bench, found, form, status=INVALID)
    if "check" in request.POST:
        after = Workbench(draft, {**bench.files, **changed})
        form = _checked(after, found, form)
        said = "Nothing is wrong here. It is not saved yet." if not form.errors else ""
        return _page(request, bench, found, form, said=said, status=INVALID if form.errors else 200)
    return _saved(request, draft, bench, changed, found)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: UUID, place: str) -> HttpResponse:
    """Another item of a list."""
    draft = draft_at(request, key)
    drafting.check_change(draft, by=member(request))
    bench, found = _found(draft, place)
    if not found.is_list:
        raise Http404
    new = Place((*found.path, len(found.value)), found.model, {}, is_list=False)
    typed = request.POST if request.method == "POST" else None
    form = PartForm(bench=bench, model=found.model, value={}, typed=typed)
    if request.method != "POST":
        form.is_valid()
        return _page(request, bench, new, form, adds=True)
    if not form.is_valid():
        return _page(request, bench, new, form, adds=True, status=INVALID)
    made = form.made()
    if (sentence := _already(found, made)) is not None:
        form.add_error("id" if "id" in form.fields else None, sentence)
        return _page(request, bench, new, form, adds=True, status=INVALID)
    try:
        changed = editing.add_item(bench.files, found.path, made)
    except EditError as error:
        form.add_error(None, quoted(str(error)))
        return _page(request, bench, new, form, adds=True, status=INVALID)
    if "check" in request.POST:
        form = _checked(Workbench(draft, {**bench.files, **changed}), new, form)
        said = "Nothing is wrong here. It is not saved yet." if not form.errors else ""
        return _page(request, bench, new, form, adds=True, said=said, status=INVALID if form.errors else 200)
    return _saved(request, draft, bench, changed, new)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, key: UUID, place: str) -> HttpResponse:
    """An item is taken out, after one question."""
    draft = draft_at(request, key)
    drafting.check_change(draft, by=member(request))
    bench, found = _found(draft, place)
    if found.is_list or not found.path or not isinstance(found.path[-1], int):
        raise Http404
    if request.method != "POST":
        context = present.around(bench, found) | {"seen": seen(found.value)}
        return render(request, "managers/editing/remove.jinja", context)
    if request.POST.get("seen") != seen(found.value):
        raise Refused("Somebody has changed this since you opened it. Open it again, and decide then.")
    changed = editing.remove_item(bench.files, found.path)
    _change(request, draft, changed)
    messages.success(request, "Taken out of the draft.")
    return redirect("managers:edit-item", key, bench.address(found.path[:-1]))


@require_POST
def move(request: HttpRequest, key: UUID, place: str) -> HttpResponse:
    """An item moves up or down by one."""
    draft = draft_at(request, key)
    bench, found = _found(draft, place)
    if found.is_list or not found.path or not isinstance(found.path[-1], int):
        raise Http404
    at = found.path[-1]
    to = at - 1 if request.POST.get("to") == "up" else at + 1
    if to >= 0:
        _change(request, draft, editing.move_item(bench.files, found.path, to))
    return redirect("managers:edit-item", key, bench.address(found.path[:-1]))


@require_POST
def lint(request: HttpRequest, key: UUID, place: str) -> HttpResponse:
    """What is wrong with what somebody has typed and not sent: nothing is kept."""
    draft = draft_at(request, key)
    bench, found = _found(draft, place)
    if found.is_list:
        found = Place((*found.path, len(found.value)), found.model, {}, is_list=False)
    form = _form(bench, found, request.POST, with_id=not found.value)
    if form.is_valid():
        changed = _changed(bench, found, form)
        if isinstance(changed, str):
            form.add_error(None, changed)
        else:
            form = _checked(Workbench(draft, {**bench.files, **changed}), found, form)
    fields = {
        form[name].auto_id: [str(one) for one in found] for name, found in form.errors.items() if name in form.fields
    }
    general = [str(one) for one in form.non_field_errors()]
    count = sum(map(len, fields.values())) + len(general)
    said = "Nothing is wrong here." if not count else f"{count} {'thing' if count == 1 else 'things'} to put right."
    return JsonResponse({"fields": fields, "general": general, "said": said})


def seen(value: Any) -> str:
    """What a form was opened with, so that another's change in between is noticed."""
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:24]


def _can(request: HttpRequest, draft: PathwayDraft) -> bool:
    return bool(drafting.can_change(draft, by=member(request)))


def _found(draft: PathwayDraft, address: str) -> tuple[Workbench, Place]:
    bench = Workbench(draft)
    try:
        return bench, bench.place(address)
    except EditError:
        raise Http404 from None


def _form(bench: Workbench, found: Place, typed: Any = None, *, with_id: bool | None = None) -> PartForm:
    if with_id is None:
        with_id = _may_rename(bench, found)
    return PartForm(bench=bench, model=found.model, value=found.value, typed=typed, with_id=with_id)


def _may_rename(bench: Workbench, found: Place) -> bool:
    """An id that was published never changes; one that nobody has seen yet may."""
    published = editing.read(bench.draft.base_files).data
    try:
        path = Workbench(bench.draft, bench.draft.base_files).path(bench.address(found.path))
        return editing.value_at(published, path) is None
    except EditError:
        return True


def _checked(bench: Workbench, found: Place, form: PartForm) -> PartForm:
    """The form with all that is wrong at this place of the bench."""
    form.is_valid()
    for one in bench.wrong_at(found.path):
        name, before = form.field_of(one.path)
        what = f"Fill in “{label(name.rsplit('-', 1)[-1])}”." if name and one.message == MISSING else one.message
        message = f"{before}{what}"
        if name is None and one.path:
            message = f"{label(str(one.path[0]))}: {message}"
        form.add_error(name, message)
    return form


def _changed(bench: Workbench, found: Place, form: PartForm) -> dict[str, str] | str:
    """The files that change, or why they cannot."""
    try:
        if found.path:
            if isinstance(found.path[-1], int) and not found.value:
                return editing.add_item(bench.files, found.path[:-1], form.made())
            return editing.set_field(bench.files, found.path, form.made())
        files: dict[str, str] = {}
        made = form.made()
        for one, _, before in form.asked:
            if made.get(one.name) != before:
                files |= editing.set_field({**bench.files, **files}, (one.name,), made.get(one.name))
        return files
    except EditError as error:
        return quoted(str(error))


def _already(found: Place, made: dict[str, Any]) -> str | None:
    key = made.get("id")
    if "id" in {one.name for one in shapes(found.model)} and not key:
        return "Give it a short name (id): small letters, numbers and hyphens. It never changes once it is published."
    if key and any(isinstance(one, dict) and one.get("id") == key for one in found.value):
        return f"There is one called {key} already. Give this one another short name."
    return "There is one like this already. Change something in it, or leave it out." if made in found.value else None


def _saved(
    request: HttpRequest, draft: PathwayDraft, bench: Workbench, changed: dict[str, str], found: Place
) -> HttpResponse:  # fmt: skip
    if not changed:
        messages.info(request, NOT_CHANGED)
        return redirect("managers:edit-item", draft.key, bench.address(found.path))
    draft = _change(request, draft, changed)
    after = Workbench(draft)
    wrong = len(after.wrong_at(found.path))
    more = (
        ""
        if not wrong
        else f" {wrong} {'thing is' if wrong == 1 else 'things are'} to be put right before it can be published."
    )
    messages.success(request, f"Saved in the draft.{more}")
    return redirect("managers:edit-item", draft.key, after.address(found.path))


def _change(request: HttpRequest, draft: PathwayDraft, changed: dict[str, str]) -> PathwayDraft:
    return drafting.change(draft=draft, files=changed, seen_revision=draft.revision, by=member(request))


def _overtaken(request: HttpRequest, bench: Workbench, found: Place, form: PartForm) -> HttpResponse:
    """Somebody has saved this part in between: what was typed stays, and what is there now stands beside it."""
    now = _form(bench, found)
    now.is_valid()
    for name, one, _ in form.shapes:
        if name in now.fields and _said(form, name, one) != (said := _said(now, name, one)):
            form.add_error(name, f"{bench.draft.changed_by.name} has changed this part. The draft now says: {said}")
    form.add_error(
        None, "Somebody has changed this since you opened it. Look at what differs. Save again to keep what you typed."
    )
    return _page(request, bench, found, form, status=409)


def _said(form: PartForm, name: str, one: Any) -> str:
    value = form[name].value()
    if one.kind == "yes_no":
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(sorted(in_words(each) for each in filter(None, value))) or "nothing"
    return f"“{value}”" if value else "nothing"


def _page(
    request: HttpRequest, bench: Workbench, found: Place, form: PartForm, *, said: str = "", adds: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = present.item(bench, found, form, can_change=_can(request, bench.draft), revision_seen=seen(found.value))
    context |= {"said": said, "adds": adds, "lint": not adds or found.path}
    if adds:
        context |= present.adding(bench, found)
    return render(request, "managers/editing/item.jinja", context, status=status)
