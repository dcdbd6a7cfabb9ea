"""Drafts of the pathway: begun, looked through, compared, sent for approval, approved by a second person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from painpath.managers import publishing_forms as forms
from painpath.managers.presenters import new_parts
from painpath.managers.presenters import publishing as present
from painpath.managers.presenters.labels import quoted
from painpath.managers.views.drafts import draft_at, fhir_answer, member
from painpath.pathway import PathwayError, fhir
from painpath.pathway.draft_files import compile_draft
from painpath.pathway.zips import NoFolderError, packed, unpacked
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting
from painpath.referrals.refusal import Refused
from painpath.web.files import file_answer
from painpath.web.forms import Form, render_form
from painpath.web.numbers import whole_number

MOST_SAID = 3
"""Sentences about a Bundle beside its field."""


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is in force since when, what comes, drafts, earlier versions."""
    return render(request, "managers/pathway.jinja", present.overview(member(request)))


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A new draft of what was published last."""
    draft = drafting.start(by=member(request))
    messages.success(request, "A draft was started. Nothing is published before a second person approves it.")
    return redirect("managers:draft", key=draft.key)


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """A new draft of a folder that was changed elsewhere, or of a FHIR Bundle."""
    form = forms.TakeIn(request.POST, request.FILES) if request.method == "POST" else forms.TakeIn()
    if request.method == "POST" and form.is_valid():
        [sent] = form.cleaned_data["folder"]
        try:
            data = sent.read()
            files = fhir.files_from(fhir.read(data)) if data.lstrip()[:1] == b"{" else unpacked(data)
            draft = drafting.start(by=member(request), files=files)
        except PathwayError as error:
            form.add_error("folder", " ".join(dict.fromkeys(quoted(one.message) for one in error.problems[:MOST_SAID])))
        except (NoFolderError, Refused) as refused:
            form.add_error("folder", refused.sentence)
        else:
            messages.success(request, "The folder is a draft now. Compare it with what is in force.")
            return redirect("managers:draft", key=draft.key)
    return render_form(request, "managers/act.jinja", form, **present.taking_in())


@require_safe
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where a draft stands, what is wrong with it, and what can be done."""
    return render(request, "managers/draft.jinja", present.draft(draft_at(request, key), member(request)))


@require_safe
def compare(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft beside what it was begun from, word by word; of one that is new, its parts, each on a page (`part`)."""
    found = draft_at(request, key)
    if chosen := request.GET.get("part", ""):
        if (part := new_parts.part(found, chosen, member(request))) is None:
            raise Http404
        return render(request, "managers/new_part.jinja", part)
    return render(request, "managers/compare.jinja", present.comparison(found))


@require_safe
def download(request: HttpRequest, key: UUID) -> HttpResponse:
    """The folder of a draft as a zip."""
    found = draft_at(request, key)
    return file_answer(packed(found.name, found.files), "application/zip", f"{found.name}-draft.zip", download=True)


@require_safe
def download_fhir(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft as a FHIR Bundle, its folder within."""
    found = draft_at(request, key)
    compiled = compile_draft(found.name, found.files).pathway
    if compiled is None:
        raise Refused("The draft has mistakes, so that no FHIR can be made of it. Put them right, or download the zip.")
    return fhir_answer(compiled, found.files, f"{found.name}-draft")


@require_POST
def catch_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was published meanwhile goes into the draft."""
    found = draft_at(request, key)
    seen = request.POST.get("revision", "")
    both = drafting.catch_up(draft=found, seen_revision=_revision(seen), by=member(request))
    if both:
        messages.warning(
            request,
            f"Taken in, except where both have changed a file: {', '.join(both)}. There the draft’s own words stay. "
            "Compare them.",
        )
    else:
        messages.success(request, "Taken in. The draft’s own changes stay.")
    return redirect("managers:draft", key=key)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, key: UUID) -> HttpResponse:
    """A lead asks for approval."""
    found, by = draft_at(request, key), member(request)
    if request.method != "POST":
        drafting.check_submit(found, by=by)
    return _act(
        request, found, forms.Submit,
        lambda given: drafting.submit(
            draft=found, from_date=given["from_date"], words=given["words"], by=by,
            seen_revision=_revision(given["revision"]),
        ),
        done=f"Approval was asked for. {present.who_approves(by)}",
        template="managers/submit.jinja", **present.submitting(found, by),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """A second person sees everything that changes, and approves it."""
    found, by = draft_at(request, key), member(request)
    if request.method != "POST":
        drafting.check_approve(found, by=by)
    return _act(
        request, found, forms.Approve,
        lambda given: drafting.approve(draft=found, by=by, seen_revision=_revision(given["revision"])),
        done="Approved.", template="managers/approve.jinja", **present.approving(found, by),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft that waits for approval is open again."""
    found, by = draft_at(request, key), member(request)
    if request.method != "POST":
        drafting.check_send_back(found, by=by)
    return _act(
        request, found, forms.SendBack,
        lambda given: drafting.send_back(draft=found, words=given["words"], by=by),
        done="Sent back. It is open for changes again.", template="managers/act.jinja", **present.sending_back(found),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft is not worked on any more."""
    found, by = draft_at(request, key), member(request)
    if request.method == "POST":
        drafting.drop(draft=found, by=by)
        messages.success(request, "Dropped. It stays readable, and nothing of it is published.")
        return redirect("managers:pathway")
    drafting.check_drop(found, by=by)
    return render_form(request, "managers/act.jinja", Form(), **present.dropping(found))


def _act(
    request: HttpRequest, found: PathwayDraft, form_class: Callable[..., Form],
    verb: Callable[[dict[str, Any]], object], *, done: str, template: str, **context: Any,
) -> HttpResponse:  # fmt: skip
    form = form_class(request.POST) if request.method == "POST" else form_class(initial={"revision": found.revision})
    if request.method == "POST" and form.is_valid():
        try:
            verb(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect("managers:draft", key=found.key)
    return render_form(request, template, form, **context)


def _revision(seen: str) -> int:
    return whole_number(seen) or 0
