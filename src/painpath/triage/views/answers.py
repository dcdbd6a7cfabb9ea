"""What came back in questionnaires: read by the team, each look on record; typed in from paper or on the phone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.letters.errors import LetterError
from painpath.letters.formats import MADE, layout_for
from painpath.letters.paper import Words, phone_script, words_for
from painpath.letters.paper import paper as paper_of
from painpath.questionnaires import check
from painpath.referrals import pathways
from painpath.referrals.arriving.filing import File
from painpath.referrals.models import Answering, Document, InformationRequest, QuestionnaireVersion, Referral
from painpath.referrals.questionnaires import answering, library, looking, paper, safety, whole_responses
from painpath.referrals.refusal import Refused
from painpath.triage.presenters import answers as present
from painpath.triage.presenters.page import frame
from painpath.triage.presenters.questions import all_questions
from painpath.triage.questionnaire_forms import EnterAnswers, TakeAnswers, details_of
from painpath.triage.views.base import member, opened
from painpath.web.files import file_answer
from painpath.web.forms import render_form


@require_safe
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every questionnaire of this referral, with every answer in order."""
    referral, by = opened(request, reference), member(request)
    rows = looking.look_at_answers(referral, by=by)
    context = frame(referral, by) | present.page(referral, rows, by)
    return render(request, "triage/answers.jinja", context)


def enter(request: HttpRequest, reference: str, form: int) -> HttpResponse:
    """Type in the answers to one questionnaire: saved as far as they can stand, and sent once they are whole."""
    referral, by = opened(request, reference), member(request)
    paper.check_enter(by=by)
    try:
        asked, version = _asked(referral, form)
    except Refused as refused:
        if request.method == "POST":
            return _too_late(request, referral, by, form, refused.sentence)
        raise
    row = asked.answerings.filter(questionnaire=version).first()
    if row is not None and row.sent_at is not None:
        if request.method == "POST":
            return _too_late(request, referral, by, form, answering.SENT)
        messages.info(request, "These answers were sent already. You find them here.")
        return redirect("triage:answers", reference=reference)
    questionnaire = library.parsed(version)
    before = answering.answers_of(row) if row else {}
    questions = all_questions(questionnaire, before, one_more=True)
    made = EnterAnswers(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        questions=questions, answers=before, before=row,
    )  # fmt: skip
    if request.method == "POST":
        whole = made.is_valid()
        done = _keep(made, referral, asked, version, by, send=whole and request.POST.get("do") != "save")
        if whole and not made.errors:
            _say(request, done)
            return redirect("triage:answers", reference=reference)
    context = frame(referral, by) | {
        "buttons": [],
        "questionnaire": questionnaire,
        "safety": present.what_to_do(referral),
        "saved": request.method == "POST",
        "scan": _scan(asked, version),
        "script": phone_script(questionnaire, _words(referral, version)),
    }
    return render_form(request, "triage/enter_answers.jinja", made, **context)


def _too_late(
    request: HttpRequest, referral: Referral, by: Membership, form: int, sentence: str
) -> HttpResponse:  # fmt: skip
    """Nobody waits for what was typed: it is shown again, to copy, and an answer about safety reaches a clinician."""
    row = referral.answerings.filter(questionnaire=form).select_related("questionnaire").last()
    if row is None:
        raise Refused(sentence)
    questionnaire = library.parsed(row.questionnaire)
    before = answering.answers_of(row)
    made = EnterAnswers(
        request.POST, questions=all_questions(questionnaire, before, one_more=True), answers=before, before=row
    )
    made.is_valid()
    safety.tell(answering=row, given=made.said(), by=by)
    made.add_error(None, f"{sentence} Nothing of this page was saved. Copy what you need.")
    context = frame(referral, by) | {
        "buttons": [], "questionnaire": questionnaire, "safety": present.what_to_do(referral), "saved": False,
        "scan": None, "script": phone_script(questionnaire, _words(referral, row.questionnaire)),
    }  # fmt: skip
    return render_form(request, "triage/enter_answers.jinja", made, **context)


def _scan(asked: InformationRequest, version: QuestionnaireVersion) -> Document | None:
    row = asked.answerings.filter(questionnaire=version).select_related("scan").defer("scan__content").first()
    return row.scan if row is not None else None


def _asked(referral: Referral, form: int) -> tuple[InformationRequest, QuestionnaireVersion]:
    asked = answering.asked_of_patient(referral)
    if asked is None:
        raise Refused("Nobody waits for these answers any more. Record what came as a reply, or as something changed.")
    version = next((one for one in library.forms_of(asked) if one.pk == form), None)
    if version is None:
        raise Http404
    return asked, version


def _keep(
    form: EnterAnswers, referral: Referral, asked: InformationRequest, version: QuestionnaireVersion, by: Membership, *,
    send: bool,
) -> Answering | None:  # fmt: skip
    """Save what can stand, whatever else is wrong with the form: an answer about safety is seen at once."""
    given, details = form.sound(), details_of(form)
    if not details["who"] or not details["channel"] or (details["who"] == "proxy" and not details["proxy_name"]):
        if not given and not form.said():
            return None
        # Who answered is asked again; the answers are kept meanwhile as typed in for the patient.
        details |= {"who": "staff", "channel": details["channel"] or "paper"}
    files = form.cleaned_data.get("scan") or []
    scan = File(files[0].name or "scan", files[0].read()) if files else None
    try:
        saved = paper.enter(referral=referral, form=version, request=asked, by=by, given=given, **details)
        if unsaved := {place: values for place, values in form.said().items() if place in form.wrong}:
            safety.tell(answering=saved.answering, given=unsaved, by=by)
        if scan is not None:  # by itself: a file that cannot be kept must not take the answers with it
            paper.attach(answering=saved.answering, scan=scan, by=by)
        if send:
            # The patient's pages ask only what is asked; paper has every question, so what stands there is told.
            if faults := check(library.parsed(version), answering.answers_of(saved.answering), whole=True):
                raise answering.NotRight(faults)
            return answering.send(answering=saved.answering, by=by)
    except answering.NotRight as wrong:
        for fault in wrong.faults:
            form.at_fault(fault.place, str(fault.sentence))
        return None
    except Refused as refused:
        row = asked.answerings.filter(questionnaire=version).first()
        if row is not None and not row.is_open:
            safety.tell(answering=row, given=form.said(), by=by)
        form.add_error(None, refused.sentence)
        return None
    return saved.answering


def _say(request: HttpRequest, row: Answering | None) -> None:
    if row is not None and row.sent_at is not None:
        messages.success(request, "The answers are recorded. The referral is back on the worklist once all have come.")
    else:
        messages.success(request, "Saved. Nobody is told yet: go on later, or send it when it is whole.")


def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Go on with what was saved and never sent."""
    referral, by = opened(request, reference), member(request)
    paper.check_enter(by=by)
    asked = answering.asked_of_patient(referral)
    if asked is None:
        raise Refused("Nobody waits for these answers any more.")
    form = TakeAnswers(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            whole_responses.take_what_is_there(request=asked, by=by, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "The referral goes on with what is there.")
            return redirect("triage:answers", reference=reference)
    context = frame(referral, by) | {
        "heading": "Go on with what is there", "button": "Go on with what is there", "buttons": [],
        "intro": "What was saved and not sent is kept as it is, and the referral goes back to a clinician. "
        "What is missing stays “not answered”.",
    }  # fmt: skip
    return render_form(request, "triage/act.jinja", form, **context)


@require_safe
def on_paper(request: HttpRequest, reference: str, form: int) -> HttpResponse:
    """A questionnaire that was asked, on paper with the reference: in the format that is needed, or as chosen."""
    referral, by = opened(request, reference), member(request)
    _, version = _asked(referral, form)
    needed = layout_for(referral.patient)
    layout = next((one for one in MADE if one == request.GET.get("layout")), needed)
    try:
        pdf = paper_of(library.parsed(version), _words(referral, version), layout=layout, reference=reference)
    except LetterError as error:
        raise Refused(error.sentence) from None
    audit.record(by, "questionnaire.print", referral, name=version.name, layout=layout)
    return file_answer(pdf, "application/pdf", f"{reference}-{version.name}.pdf", download=True)


def _words(referral: Referral, version: QuestionnaireVersion) -> Words:
    pathway = pathways.of(referral.pathway_version)
    return words_for(pathway, library.parsed(version), locality=referral.locality or None)
