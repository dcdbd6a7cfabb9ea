"""Deciding in three steps: what and on which criteria; what that needs; both letters, then the signature.

Every step is saved as a draft of the referral, so that the browser's Back button, a lost session or a colleague's
interruption loses nothing. The signature carries the draft's key and the version that the clinician saw.
"""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from painpath.accounts.models import Membership
from painpath.letters.signing import Prepared, prepare, seal, sign
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.referrals import pathways
from painpath.referrals.decisions import accepting, deciding, decision_rules
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.guidance import advice, ers_codes
from painpath.referrals.models import Decision, DecisionDraft, Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import Outcome
from painpath.triage import advice_forms, decision_fields
from painpath.triage import decision_forms as forms
from painpath.triage.presenters.letters import letter_views
from painpath.triage.presenters.page import frame
from painpath.triage.signing_form import signing_form
from painpath.triage.views.base import member, opened
from painpath.web.files import file_answer
from painpath.web.forms import Form, render_form


def _draft(referral: Referral, by: Membership) -> DecisionDraft | None:
    return DecisionDraft.objects.filter(referral=referral, by=by).first()


def _keep(form: Form, referral: Referral, content: DecisionContent, by: Membership) -> None:
    """Save the draft as of the version that was on the screen; say so when the referral has moved on since."""
    seen = form.cleaned_data.get("seen_version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    deciding.save_draft(referral=referral, by=by, content=content, seen_version=version)
    if version != referral.version:
        form.add_error(
            None,
            "Something has changed since you opened this page: new documents, or a criterion. Your draft is kept. "
            "Look at the referral again, then decide from there.",
        )


def _content(draft: DecisionDraft | None) -> DecisionContent:
    return DecisionContent.from_json(draft.content) if draft else DecisionContent()


def _signed_already(request: HttpRequest, referral: Referral, by: Membership) -> HttpResponse | None:
    """Somebody who goes back after signing is shown what they signed: not a refusal, and not the next decision."""
    if request.method == "POST" or _draft(referral, by) is not None:
        return None
    signed, latest = referral.decisions.last(), referral.transitions.last()
    if signed is None or latest is None or signed.by_id != by.pk or signed.transition_id != latest.pk:
        return None
    messages.info(request, "You have signed this decision. Nothing more was done.")
    return redirect("triage:timeline", reference=referral.reference)


def _check(form: Form, referral: Referral, by: Membership) -> None:
    """Put what stands in the way of deciding on the form: what was written on it has been kept by then."""
    try:
        decision_rules.check_may_decide(referral, by=by)
    except Refused as refused:
        form.add_error(None, f"{refused.sentence} What you wrote is kept as your draft.")


def outcome(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the outcome and the criteria it rests on. Nothing is chosen beforehand but one's own draft."""
    by = member(request)
    referral = opened(request, reference)
    if (
        not decision_rules.possible_outcomes(referral)
        and (signed := _signed_already(request, referral, by)) is not None
    ):
        return signed
    pathway = pathways.of(referral.pathway_version)
    before = _content(_draft(referral, by))
    if request.method != "POST":
        decision_rules.check_may_decide(referral, by=by)
    initial = {"outcome": before.outcome, "clauses": list(before.clauses), "seen_version": referral.version}
    form = forms.ChooseOutcome(request.POST or None, initial=initial, referral=referral, pathway=pathway, by=by)
    if request.method == "POST":
        if form.is_valid():
            content = DecisionContent.from_json(before.to_json() | form.cleaned_data)
            found = decision_rules.problems(referral, content, by=by)
            if "clauses" in found:
                form.add_error("clauses", found["clauses"])
            _keep(form, referral, content, by)
        _check(form, referral, by)
        if form.is_valid():
            return redirect("triage:decide-details", reference=reference)
    context = frame(referral, by) | {"heading": "Decide", "note": "", "step": 1}
    context |= {"button": "Continue", "buttons": []}
    return render_form(request, "triage/decide.jinja", form, **context)


def details(request: HttpRequest, reference: str) -> HttpResponse:
    """What this outcome needs: dates, services, questions, reason, one's own words. Saved even when not yet right."""
    by = member(request)
    referral = opened(request, reference)
    if (signed := _signed_already(request, referral, by)) is not None:
        return signed
    draft = _draft(referral, by)
    if request.method != "POST" or draft is None:
        decision_rules.check_may_decide(referral, by=by)
    if draft is None:
        if request.method == "POST":  # a kept form, say: nothing of it may be dropped in silence
            raise Refused("Choose the outcome first, then write the rest. What you sent is still in your browser.")
        return redirect("triage:decide", reference=reference)
    pathway = pathways.of(referral.pathway_version)
    before = _content(draft)
    form_class = forms.details_form(before.outcome, referral, pathway, before.clauses, by)
    initial = decision_fields.initial(before, pathway) | {"seen_version": referral.version, "paragraphs": []}
    initial |= advice_forms.question_initial(before, form_class)
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST":
        complete = form.is_valid()
        content = forms.content_of(before, form.cleaned_data, pathway, by)
        chosen = [one for one in advice.offered(referral) if str(one.pk) in form.cleaned_data.get("paragraphs", ())]
        if chosen:
            form, content = advice_forms.put_in(form, content, chosen)
            advice.record_use(chosen, referral, by=by)
            messages.success(request, "The advice stands in your words to the GP now. Read it, and change it to fit.")
            complete = False
        for name, sentence in decision_rules.problems(referral, content, by=by).items() if complete else ():
            form.add_error(name if name in form.fields else None, sentence)
        _keep(form, referral, content, by)
        _check(form, referral, by)
        if form.is_valid() and not chosen:
            return redirect("triage:decide-letters", reference=reference)
    heading = pathway.outcome(before.outcome).label
    note = _without_authority(before, referral, pathway)
    context = frame(referral, by) | {"heading": heading, "note": note, "step": 2}
    context |= {"button": "See both letters", "buttons": []}
    return render_form(request, "triage/decide.jinja", form, **context)


def _without_authority(content: DecisionContent, referral: Referral, pathway: Pathway) -> str:
    """What an acceptance waits for, told before it is written; empty when it waits for nothing."""
    if content.outcome != Outcome.ACCEPT or not accepting.lacks_authority(referral, pathway):
        return ""
    return (
        "As recorded, we may not turn this advice request into a referral. The letters ask the GP for their own "
        "referral, and the clock starts with that one. If the request does give us the authority, change that first."
    )


def letters(request: HttpRequest, reference: str) -> HttpResponse:
    """Both letters as they will be; then one signature for the decision and the letters."""
    by = member(request)
    referral = opened(request, reference)
    if request.method == "POST" and (signed := _signed_with_this_key(request, referral, by)):
        return signed
    if (signed := _signed_already(request, referral, by)) is not None:
        return signed
    draft = _draft(referral, by)
    if request.method == "POST" and (draft is None or str(draft.key) != request.POST.get("key")):
        decision_rules.check_may_decide(referral, by=by)
        raise Refused("This page is not of your latest draft. Open both letters again and sign there.")
    if request.method != "POST":
        decision_rules.check_may_decide(referral, by=by)
    if draft is None:
        return redirect("triage:decide", reference=reference)
    content = _content(draft)
    prepared = prepare(referral, content, by=by)
    form = signing_form(request.POST or None, prepared)
    if request.method == "POST" and form.is_valid():
        sign(
            referral=referral, by=by, content=content, key=draft.key, seen_version=draft.seen_version,
            seen_letters=request.POST.get("letters", ""), overruled=form.cleaned_data,
        )  # fmt: skip
        return _after_signing(request, referral)
    return render_form(request, "triage/letters.jinja", form, **frame(referral, by) | {
        "outcome": pathways.of(referral.pathway_version).outcome(content.outcome), "drafts": letter_views(prepared),
        "blocked": _blocked(referral, draft, prepared, by),
        "stale": draft.seen_version != referral.version, "content": content, "buttons": [],
        "draft": draft, "seal": seal(prepared),
    })  # fmt: skip


def _blocked(referral: Referral, draft: DecisionDraft, prepared: dict[Audience, Prepared], by: Membership) -> str:
    """What stands in the way of signing, whatever reason is given; empty when nothing does."""
    try:
        decision_rules.check_sign(referral, _content(draft), by=by, seen_version=draft.seen_version)
    except Refused as refused:
        return refused.sentence
    stops = (check.change for one in prepared.values() for check in one.to_change if check.weight == "must")
    return next(stops, "")


def _signed_with_this_key(request: HttpRequest, referral: Referral, by: Membership) -> HttpResponse | None:
    """A signature that arrives twice is one: the key in the form is that of the draft that was seen."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refused("Open both letters again and sign there. Your draft is kept.") from None
    if not Decision.objects.filter(key=key, by=by, referral=referral).exists():
        return None
    return _after_signing(request, referral)


def _after_signing(request: HttpRequest, referral: Referral) -> HttpResponse:
    messages.success(request, f"Signed. Both letters are on the timeline.{_in_e_rs(referral)}")
    return redirect("triage:timeline", reference=referral.reference)


def _in_e_rs(referral: Referral) -> str:
    """What the signed decision still needs in e-RS; nothing where the referral did not come from there."""
    decision, pathway = referral.decisions.last(), pathways.of(referral.pathway_version)
    if decision is None or not ers_codes.came_by_ers(referral, pathway):
        return ""
    if ers_codes.reply_of(referral, pathway, decision.outcome) is None:
        return " Nothing of it is sent in e-RS: the e-RS page says what to do there."
    return " The reply in e-RS is sent by hand: its text is on the e-RS page."


def letter_as_pdf(request: HttpRequest, reference: str, audience: str) -> HttpResponse:
    """One of both letters exactly as it would be signed now: the PDF, marked nowhere, kept nowhere."""
    by = member(request)
    referral = opened(request, reference)
    decision_rules.check_may_decide(referral, by=by)
    draft = _draft(referral, by)
    if draft is None:
        return redirect("triage:decide", reference=reference)
    letter = next((one for name, one in prepare(referral, _content(draft), by=by).items() if name == audience), None)
    if letter is None:
        raise Http404
    if not letter.pdf:
        raise Refused(letter.to_change[0].change)
    return file_answer(letter.pdf, "application/pdf", f"letter-to-{audience}.pdf")
