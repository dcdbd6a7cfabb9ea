"""Another service from its page: paste it, see what was proposed, confirm or correct each clause."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from painpath.accounts.models import Membership
from painpath.managers import starting_forms as forms
from painpath.managers.presenters import starting as present
from painpath.managers.views.drafts import draft_at, member
from painpath.pathway.drafting import Binding, Clause
from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.criteria_writing import criterion
from painpath.pathway.drafting.writing import key_of
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting, starting
from painpath.referrals.publishing.starting import Begun
from painpath.referrals.refusal import Refused
from painpath.web.forms import render_form
from painpath.web.forms.base import INVALID
from painpath.web.numbers import whole_number


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Paste or send the page."""
    form = forms.Start(request.POST, request.FILES) if request.method == "POST" else forms.Start()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        said = Answers(service=given["service"], team=given["team"], subject=given["subject"] or None)
        said = replace(said, contact=given["contact"]) if given["contact"] else said
        try:
            draft = starting.begin(by=member(request), page=given["text"], name=given["name"], answers=said)
        except Refused as refused:
            page = "file" if given["file"] else "page"
            form.add_error("name" if "name" in refused.sentence else page, refused.sentence)
        else:
            return redirect("managers:new-service-review", key=draft.key)
    where = {"heading_of": "", "draft_href": reverse("managers:pathway")}
    return render_form(request, "managers/new_service.jinja", form, **where)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything that was proposed, beside the page's words; each part is confirmed here."""
    draft, begun = _begun(request, key)
    by = member(request)
    if request.method == "POST":
        try:
            said, where = _confirmed(request, begun, by)
            _answer(request, draft, said, by)
        except Refused as refused:
            if sent := _refused(request, begun, refused.sentence):
                return _review(request, draft, begun, sent, INVALID)
            messages.error(request, refused.sentence)
            where = ""
        return redirect(reverse("managers:new-service-review", args=[key]) + where)
    return _review(request, draft, begun)


def _review(
    request: HttpRequest, draft: PathwayDraft, begun: Begun, sent: Mapping[str, forms.Settle] = {}, status: int = 200
) -> HttpResponse:
    may = drafting.can_change(draft, by=member(request))
    return render(request, "managers/new_service_review.jinja", present.review(draft, begun, may, sent), status=status)


def _refused(request: HttpRequest, begun: Begun, sentence: str) -> dict[str, forms.Settle]:
    """The form in which somebody said how a point is settled, with what they typed and why it was not taken."""
    what, _, which = request.POST.get("do", "").partition(":")
    for one in present.page_points(begun):
        if what == "point" and key_of(one) == which:
            form = forms.Settle(request.POST, key=which, line=one.line)
            if form.is_valid():
                form.add_error("words", sentence)
            return {which: form}
    return {}


@require_http_methods(["GET", "POST"])
def clause(request: HttpRequest, key: UUID, clause: str) -> HttpResponse:
    """One clause: what it is, what bears on it, what people read."""
    draft, begun = _begun(request, key)
    try:
        one = begun.proposal.clause(clause)
    except KeyError:
        raise Http404 from None
    by = member(request)
    shape: dict[str, Any] = {
        "clause": one,
        "open_points": bool(present.open_of(begun, one)),
        "groups": present.groups(begun, one),
    }
    if request.method == "POST":
        form = forms.Correct(request.POST, **shape)
        if form.is_valid():
            try:
                _answer(request, draft, _corrected(begun, one, form.cleaned_data, by), by)
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                return redirect(reverse("managers:new-service-review", args=[key]) + f"#{one.id}")
    else:
        drafting.check_change(draft, by=by)
        form = forms.Correct(initial=present.initial(draft, begun, one), **shape)
    return render_form(request, "managers/new_service_clause.jinja", form, **present.clause_page(draft, begun, one))


def _begun(request: HttpRequest, key: UUID) -> tuple[PathwayDraft, Begun]:
    draft = draft_at(request, key)
    begun = starting.begun(draft, member(request))
    if begun is None:
        raise Http404
    return draft, begun


def _answer(request: HttpRequest, draft: PathwayDraft, said: Answers, by: Membership) -> None:
    seen = whole_number(request.POST.get("revision", ""))
    starting.answer(draft=draft, answers=said, seen_revision=-1 if seen is None else seen, by=by)


def _confirmed(request: HttpRequest, begun: Begun, by: Membership) -> tuple[Answers, str]:
    """The answers with what was pressed, and where on the page that stands. Raises `Refused`."""
    what, _, which = request.POST.get("do", "").partition(":")
    said, words = begun.answers, present.confirmed(by)
    if what == "section":
        number = whole_number(which)
        for at, (_, clauses) in enumerate(present.sections(begun)):
            if at == number:
                return _settled(said, clauses, words), f"#section-{at}"
    if what == "clause":
        clauses = [one for one in present.to_confirm(begun) if one.id == which]
        if any(present.open_of(begun, one) for one in clauses):
            raise Refused("Something about this clause is open: open it, and say how that is settled.")
        return _settled(said, clauses, words), f"#{which}"
    if what == "point":
        form = forms.Settle(request.POST)
        if not form.is_valid():
            raise Refused("Say how it is settled.")
        if which not in {key_of(one) for one in present.page_points(begun)}:
            raise Refused("This point is not open. Open the page again.")
        return replace(said, settled=said.settled | {which: f"{form.cleaned_data['words']} {words}"}), f"#{which}"
    if what == "texts":
        return replace(said, texts_confirmed=words), "#texts"
    raise Refused("Nothing was chosen. Open the page again.")


def _settled(said: Answers, clauses: list[Clause], words: str) -> Answers:
    known = {one.id: replace(present.answer_of(said, one), settled=words) for one in clauses}
    return replace(said, clauses=said.clauses | known)


def _corrected(begun: Begun, one: Clause, given: dict[str, Any], by: Membership) -> Answers:
    """The answers with what the form says of a clause: only what differs from what was proposed is kept."""
    words = present.confirmed(by)
    fresh = criterion(one, begun.proposal, replace(begun.answers, clauses={}))
    typed = {name: given[name] for name in ("question", *forms.PLAIN)}
    if "shown_by" in given:
        typed["exception_shown_by"] = given["shown_by"]
    chosen = tuple(
        Binding(group=group.lstrip("-"), absent=group.startswith("-")) for group in given.get("findings", ())
    )
    answer = ClauseAnswer(
        leave_out=given["leave_out"],
        kind=given["kind"] if given["kind"] != one.kind else None,
        findings=chosen if chosen != one.findings else None,
        phrases=given["phrases"],
        fields={name: value for name, value in typed.items() if value != fresh.get(name)},
        settled=words,
    )
    said = begun.answers
    points = {
        key_of(point): f"{given['settled']} {words}" for point in present.open_of(begun, one) if "settled" in given
    }
    return replace(said, clauses=said.clauses | {one.id: answer}, settled=said.settled | points)
