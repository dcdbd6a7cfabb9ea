"""Referring online: a draft, page by page, until it is sent; then its receipt."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.models import OnlineReferral, ReferralDraft
from painpath.referrals.referring import drafting_online as drafting
from painpath.referrals.referring import sending_in
from painpath.referrals.referring.draft_contents import ANSWERS, CONSENT, HOW, PATIENT, Contents
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import themselves
from painpath.referrers import refer_forms as forms
from painpath.referrers.check_forms import answers_in
from painpath.referrers.presenters import receipt as receipt_page
from painpath.referrers.presenters import refer as presenter
from painpath.referrers.presenters import refer_check
from painpath.referrers.views.base import referrer
from painpath.web.forms import render_form
from painpath.web.forms.base import INVALID

NOTHING_TO_ADD = "Paste the letter, or choose a file"
ASKED_ANEW = (
    "Your answers are saved. Some questions have changed since you opened the page. We ask these again, above the "
    "others. What you answered before stands with each."
)
CHANGED = "The questions have changed since you opened this page. Read it again. Then send the referral, or change it."


def start(request: HttpRequest) -> HttpResponse:
    """Begin: paste the letter, choose files, or neither."""
    by = referrer(request)
    drafting.check_refer(by=by)
    form = forms.Start(request.POST, request.FILES) if request.method == "POST" else forms.Start.fresh()
    if request.method == "POST" and form.is_valid():
        draft = drafting.start_draft(by=by, key=form.cleaned_data["key"])
        if draft.referral is not None:
            return redirect("referrers:receipt", reference=draft.referral.reference)
        asked_in = request.POST.get("asked_in", "")
        asked = pathways.as_asked(by.service, asked_in, drafting.published(by))
        if answers := answers_in(request.POST, asked):  # written on the page that checks a letter
            drafting.save_part(draft=draft, by=by, part=ANSWERS, values=answers, asked_in=asked_in)
        if wrong := drafting.add_files(draft=draft, by=by, files=form.files_sent()):
            return _letter(request, draft, by, wrong)
        return redirect("referrers:draft", key=draft.key)
    return render_form(request, "referrers/refer_start.jinja", form, **presenter.start(by))


def _draft(request: HttpRequest, key: uuid.UUID) -> tuple[ReferralDraft, Membership]:
    """The draft of this address; 404 when it is nobody's, somebody else's or gone."""
    by = referrer(request)
    try:
        return drafting.own_draft(key, by=by), by
    except ReferralDraft.DoesNotExist:
        raise Http404 from None


def _sent(draft: ReferralDraft) -> HttpResponse | None:
    """Whoever comes back to what was sent sees the receipt."""
    return redirect("referrers:receipt", reference=draft.referral.reference) if draft.referral else None


@require_safe
def tasks(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What has been filled in and what not, each a page of its own."""
    draft, by = _draft(request, key)
    if gone := _sent(draft):
        return gone
    return render(request, "referrers/refer_tasks.jinja", presenter.tasks(drafting.contents(draft, by=by)))


def letter(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The files of a draft: whether each could be read, and more."""
    draft, by = _draft(request, key)
    if gone := _sent(draft):
        return gone
    form = forms.Letter(request.POST, request.FILES) if request.method == "POST" else forms.Letter()
    if request.method == "POST" and form.is_valid():
        files = form.files_sent()
        wrong = drafting.add_files(draft=draft, by=by, files=files) if files else [NOTHING_TO_ADD]
        if wrong:
            return _letter(request, draft, by, wrong)
        return redirect("referrers:draft-letter", key=draft.key)
    context = presenter.letter(drafting.contents(draft, by=by))
    return render_form(request, "referrers/refer_letter.jinja", form, **context)


def _letter(request: HttpRequest, draft: ReferralDraft, by: Membership, wrong: list[str]) -> HttpResponse:
    """The page of the files, with what is wrong with some; what was right has been kept."""
    form = forms.Letter({}, MultiValueDict())
    for sentence in wrong:
        form.add_error("documents" if sentence != NOTHING_TO_ADD else "letter", sentence)
    context = presenter.letter(drafting.contents(draft, by=by)) | {"form": form}
    return render(request, "referrers/refer_letter.jinja", context, status=INVALID)


@require_POST
def remove_file(request: HttpRequest, key: uuid.UUID, file: int) -> HttpResponse:
    """Take a file out."""
    draft, by = _draft(request, key)
    drafting.remove_file(draft=draft, by=by, file=file)
    return redirect("referrers:draft-letter", key=draft.key)


def part(request: HttpRequest, key: uuid.UUID, part: str) -> HttpResponse:
    """One page of questions."""
    if part not in presenter.PAGES:
        raise Http404
    draft, by = _draft(request, key)
    if gone := _sent(draft):
        return gone
    page, data = presenter.PAGES[part], request.POST if request.method == "POST" else None
    asked_in = request.POST.get("asked_in", "") if page.part == ANSWERS else ""
    whole = drafting.contents(draft, by=by, asked_in=asked_in)
    form = _form(page.part, data, whole, by)
    if data is not None and form.is_valid():
        try:
            drafting.save_part(draft=draft, by=by, part=page.part, values=form.values(), asked_in=asked_in)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            if page.part == ANSWERS and _asks_anew(request, draft, by, whole):
                return redirect(request.get_full_path())
            on = "draft-check" if "change" in request.GET else "draft"
            return redirect(f"referrers:{on}", key=draft.key)
    return render_form(request, page.template, form, **presenter.part(whole, part, form))


def _asks_anew(request: HttpRequest, draft: ReferralDraft, by: Membership, seen: Contents) -> bool:
    """Whether the criteria have changed since the page was made, so that an answer of it has to be given again."""
    now = drafting.contents(drafting.own_draft(draft.key, by=by), by=by)
    if now.pathway.digest == seen.pathway.digest or not now.before:
        return False
    messages.warning(request, ASKED_ANEW)
    return True


def _form(part: str, data: QueryDict | None, whole: Contents, by: Membership) -> forms.Part:
    """The form of a part with what was saved, else with what the letter states."""
    saved = whole.saved(part)
    form: forms.Part
    if part == PATIENT:
        me = themselves(by)
        values = whole.patient | ({} if whole.is_saved(part) else presenter.own_practice(whole, me))
        form = forms.Patient(data, initial=forms.filled(values, "date_of_birth"))
        forms.hinted(form, whole.quotes)
    elif part == HOW:
        values = saved if whole.is_saved(part) else {"ubrn": whole.ubrn, "sent_by_ers": "yes" if whole.ubrn else ""}
        form = forms.How(data, initial=values, routes=whole.routes)
        forms.hinted(form, whole.quotes)
    elif part == ANSWERS:
        form = forms.Questions(
            data, initial=whole.answers, asked=whole.asked, said=whole.said, mentions=presenter.mentions(whole),
            before=whole.before,
        )  # fmt: skip
    elif part == CONSENT:
        form = forms.Consent(data, initial=forms.filled(saved, "information_given_on", "consented_on"))
    else:
        form = forms.Needs(data, initial=saved)
    return form


def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything once more, with the gaps named; then it is sent. Sent twice, it is sent once."""
    draft, by = _draft(request, key)
    if gone := _sent(draft):
        return gone
    form = forms.Send(request.POST if request.method == "POST" else None)
    whole = drafting.contents(draft, by=by)
    earlier = sending_in.sent_before(whole, by=by)
    if request.method == "POST":
        read = drafting.contents(draft, by=by, asked_in=request.POST.get("asked_in", ""))
        if read.answers.keys() - whole.answers.keys():
            form.add_error(None, CHANGED)
    if request.method == "POST" and form.is_valid():
        try:
            sent = sending_in.send_online(draft=draft, by=by, again=form.cleaned_data["again"])
        except sending_in.SentBefore as before:
            earlier = before.earlier
            form.add_error("again", before.sentence)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("referrers:receipt", reference=sent.reference)
    return render_form(request, "referrers/refer_check.jinja", form, **refer_check.check(whole, earlier))


def delete(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Delete a draft, once that is confirmed."""
    draft, by = _draft(request, key)
    if gone := _sent(draft):
        return gone
    if request.method == "POST":
        drafting.delete_draft(draft=draft, by=by)
        messages.success(request, "The draft is deleted. It was not sent.")
        return redirect("referrers:mine")
    context = presenter.delete(drafting.contents(draft, by=by))
    return render(request, "referrers/refer_delete.jinja", context)


@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What was sent: the reference, whom to ask, what happens next and by when."""
    by = referrer(request)
    try:
        online = sending_in.open_receipt(reference, by=by)
    except OnlineReferral.DoesNotExist:
        raise Http404 from None
    return render(request, "referrers/refer_receipt.jinja", receipt_page.page(online))
