"""Responses as a whole: one that another program sends, and one that the team takes as far as it is.

What is answered page by page is `answering`'s.
"""

from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.questionnaires import Fault, ResponseError, drop_disabled, from_response
from painpath.referrals.decisions.asking import record_reply
from painpath.referrals.models import Answering, InformationRequest, Referral
from painpath.referrals.moves import lock
from painpath.referrals.questionnaires import library, safety
from painpath.referrals.questionnaires.answering import (
    SENT,
    NotRight,
    answers_of,
    begin,
    check_answer,
    check_who,
    hold,
    keep,
    sent_now,
)
from painpath.referrals.questionnaires.fhir import response_of
from painpath.referrals.questionnaires.stated_needs import record_stated
from painpath.referrals.questionnaires.stopping import answered
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF


@transaction.atomic
def receive_response(*, request: InformationRequest, data: dict[str, Any], by: Actor) -> Answering:
    """Take a finished QuestionnaireResponse of another program for one form of this request, and keep it as it came.

    Raises `NotRight` with every item at fault, and then nothing has changed. The same response twice is one. What was
    saved here and not sent gives way to it. An alert is raised as if the answers had been saved one by one.
    """
    referral = lock(request.referral)
    check_who(referral, by=by)
    whole = InformationRequest.objects.select_related("service", "referral__pathway_version")
    request = whole.defer("referral__pathway_version__content").get(pk=request.pk)
    forms = {library.parsed(one).canonical: one for one in library.forms_of(request)}
    form = forms.get(str(data.get("questionnaire", "")))
    if form is None:
        named = ", ".join(forms) or "none"
        raise NotRight((Fault("questionnaire", f"This request waits for: {named}. Name one of them, as url|version."),))
    there = request.answerings.filter(questionnaire=form, sent_at__isnull=False).first()
    if there is not None and there.response == data:
        return there
    if there is not None:
        raise Refused(SENT)
    questionnaire = library.parsed(form)
    try:
        answers = from_response(questionnaire, data)
    except ResponseError as error:
        raise NotRight(error.faults) from None
    if data.get("status") not in ("completed", "amended"):
        raise NotRight((Fault("status", "Only a finished response can be taken: its status must be completed."),))
    answering = begin(referral=referral, form=form, by=by, who="patient", request=request)
    answering, referral = hold(answering)
    check_answer(answering, by=by)
    safety.see(answering, questionnaire, answers_of(answering), answers, referral=referral, by=by)
    keep(answering, answers)
    return sent_now(answering, referral, data, answers, by=by)


@transaction.atomic
def take_what_is_there(*, request: InformationRequest, by: Actor, reason: str) -> Referral:
    """Somebody of the team decides to go on with what was saved and never sent; `reason` is theirs.

    What is there is kept as a response with the status `stopped`, and the referral goes back to a clinician.
    """
    referral = lock(request.referral)
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can decide this.")
    everything = list(request.answerings.select_for_update(of=("self",)))
    rows = [one for one in everything if one.sent_at is None and one.answers]
    if not any(one.answers for one in everything):
        raise Refused("Nothing has been answered yet. Phone the patient, or send the questions on paper.")
    if not reason.strip():
        raise Refused("Say why we go on with what is there: whom you spoke to, or what you tried.")
    for row in rows:
        questionnaire = library.parsed(row.questionnaire)
        answers = drop_disabled(questionnaire, answers_of(row))
        row.stopped_at = row.stopped_at or clock.now()
        row.response = response_of(row, questionnaire, answers, referral, status="stopped")
        row.save(update_fields=["stopped_at", "response"])
        audit.record(by, "answering.take", row, answered=answered(row))
        record_stated(questionnaire, answers, referral=referral, by=by)
    number = sum(map(answered, everything))
    words = f"Taken as far as it was filled in ({number} answered, not all sent by the patient): {reason.strip()}"
    return record_reply(referral=referral, by=by, reason=words, of="patient")
