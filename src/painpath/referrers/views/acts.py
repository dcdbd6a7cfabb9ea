"""What whoever referred does about their referral: answer, speak to the advice, write, tell what has changed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from painpath import clock
from painpath.referrals import pathways
from painpath.referrals.arriving.filing import File
from painpath.referrals.guidance import conversation
from painpath.referrals.looking import look
from painpath.referrals.models import InformationRequest
from painpath.referrals.referring import answering, changing, clocks
from painpath.referrals.refusal import Refused
from painpath.referrers import status_forms as forms
from painpath.referrers.presenters import status as present
from painpath.referrers.seen import Seen, seen
from painpath.web.forms import Form, render_form

ONE_FORM = "referrers/act.jinja"
GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@seen
def answer(request: HttpRequest, seen: Seen, asked: int) -> HttpResponse:
    """Only what was asked and has no answer yet, each question with its own field."""
    row = InformationRequest.objects.filter(referral=seen.referral, of="referrer", pk=asked).first()
    if row is None or not seen.full:
        raise Http404
    row.referral = seen.referral
    if request.method != "POST":
        answering.check_answer(row, by=seen.by)
    open_items = answering.unanswered(row)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.Answers(*given, questions=open_items or _all(row), answered_before=len(open_items) < len(row.items))
    if request.method == "POST" and form.is_valid():
        later = form.cleaned_data["rest"] == forms.MORE_FOLLOWS and len(form.answers()) < len(form.questions)
        try:
            answering.answer(request=row, by=seen.by, answers=form.answers(), files=_files(form), more_follows=later)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _LATER if later else _ANSWERED)
            return _back(seen)
    return _form(
        request, seen, form, heading="Answer what we asked", button="Send the answers",
        intro=f"Please answer by {present.day(row.due_on)}. Answer what you can: the referral stays open either way.",
        answered=[(item["words"], item["answer"]) for item in row.items if item.get("answer")],
    )  # fmt: skip


_ANSWERED = "Sent. A clinician looks at the referral with your answer."
_LATER = "Sent. We wait for the rest of your answer."


def _all(row: InformationRequest) -> dict[int, str]:
    """Every question, for a page that was sent again after all had been answered."""
    return {number: item["words"] for number, item in enumerate(row.items)} or {0: "Your answer"}


@require_POST
@seen
def verdict(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Answered, not answered, or "I still wish to refer": one press, and words."""
    if not seen.full:
        raise Http404
    form = forms.OnAdvice(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["verdict"]
        try:
            conversation.record_verdict(
                referral=seen.referral, by=seen.by, verdict=chosen, words=form.cleaned_data["words"],
                said_on=clock.today(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _JUDGED.get(chosen, "Sent. Another clinician looks at the referral."))
            return _back(seen)
    look(seen.referral, by=seen.by)
    return render_form(request, "referrers/status.jinja", form, **present.page(seen))


_JUDGED = {"answered": "Thank you. We have noted that the advice answers your question."}


@require_http_methods(GET_AND_POST)
@seen
def message(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Write to the team about this referral."""
    if request.method != "POST":
        conversation.check_record(seen.referral, by=seen.by)
    form = forms.Write(request.POST, request.FILES) if request.method == "POST" else forms.Write()
    if request.method == "POST" and form.is_valid():
        try:
            conversation.record_message(
                referral=seen.referral, by=seen.by, words=form.cleaned_data["words"], said_on=clock.today(),
                files=_files(form),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Sent. A person of the team reads it.")
            return _back(seen)
    return _form(
        request, seen, form, heading="Write to the team", button="Send the message",
        intro="Your words and files are kept with the referral and read with it. If it has become worse, or cannot "
        "wait, choose “Something has changed” instead.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def changed(request: HttpRequest, seen: Seen) -> HttpResponse:
    """What to do in an emergency stands first; then what has changed, which a clinician reads the same working day."""
    changes = pathways.of(seen.referral.pathway_version).referring.changes
    if request.method != "POST":
        changing.check_report(seen.referral, by=seen.by)
    form = forms.Changed(*((request.POST,) if request.method == "POST" else ()), changes=changes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = changing.report_change(
                referral=seen.referral, by=seen.by, kind=given["kind"], words=given["words"], key=given["key"]
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            danger = " If this is an emergency, do not wait for us." if changes_urgent(seen, given["kind"]) else ""
            until = present.moment(row.due_at)
            messages.success(request, f"Sent. A clinician reads this by {until}.{danger}")
            return _back(seen)
    return _form(
        request, seen, form, heading="Something has changed", button="Send this to a clinician",
        template="referrers/changed.jinja", changes=changes,
        by=present.moment(clocks.due_moment(clock.now(), changes.read_by)),
    )  # fmt: skip


def changes_urgent(seen: Seen, kind: str) -> bool:
    """Whether a danger may be behind this kind of change."""
    return pathways.of(seen.referral.pathway_version).referring.change(kind).urgent


def _files(form: Form) -> list[File]:
    return [File(file.name or "document", file.read()) for file in form.cleaned_data["documents"]]


def _back(seen: Seen) -> HttpResponse:
    return HttpResponseRedirect(seen.to("status"))


def _form(request: HttpRequest, seen: Seen, form: Form, *, template: str = ONE_FORM, **context: object) -> HttpResponse:
    look(seen.referral, by=seen.by)
    return render_form(request, template, form, seen=seen, reference=seen.referral.reference, **context)
