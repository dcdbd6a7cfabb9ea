"""Answering a questionnaire: begun, saved answer by answer, sent; the patient, somebody for them, or the team.

Two devices do not overwrite each other: answers are merged place by place. Until it is sent everything may be changed,
afterwards nothing. The referral comes back to a clinician with the last form of what was asked. An answer about safety
is seen the moment it is saved (`safety`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.roles import PATIENT
from painpath.questionnaires import (
    Answers,
    Fault,
    Questionnaire,
    Value,
    check,
    check_item,
    drop_disabled,
    dump_answers,
    load_answers,
    question_at,
)
from painpath.referrals.decisions.asking import record_reply
from painpath.referrals.models import (
    Answering,
    Document,
    InformationRequest,
    QuestionnaireVersion,
    Referral,
    ReportedChange,
)
from painpath.referrals.models.questionnaires import CHANNELS, WHO
from painpath.referrals.moves import check_current, lock
from painpath.referrals.questionnaires import instances, library, safety
from painpath.referrals.questionnaires.fhir import response_of
from painpath.referrals.questionnaires.stated_needs import record_stated
from painpath.referrals.questionnaires.stopping import answered, stop_open
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import check_theirs
from painpath.referrals.transitions import STAFF

OVER = (
    "Nobody waits for these answers any more. Nothing is wrong, and what was saved is kept. If you want to tell us "
    "something, phone the team, or say that something has changed."
)
SENT = "These answers were sent, so they cannot be changed here. If something is different now, tell the team."


class NotRight(Refused):
    """Some answers cannot stand. `faults` names each place with a sentence; nothing has changed."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("Some answers need another look. " + " ".join(f"{one.sentence}." for one in faults[:3]))
        self.faults = faults


@dataclass(frozen=True)
class Saved:
    """What saving gave: the row as it is now, and the alerts that these answers raised."""

    answering: Answering
    alerts: tuple[ReportedChange, ...]


def asked_of_patient(referral: Referral) -> InformationRequest | None:
    """The questionnaire that the patient is asked to answer now; None when there is none."""
    found = referral.requests.filter(of="patient", closed_at__isnull=True).exclude(questionnaire="")
    found = found.select_related("service", "referral__pathway_version").defer("referral__pathway_version__content")
    return found.first()


def last_sent(referral: Referral) -> Answering | None:
    """What was sent last about this referral."""
    return referral.answerings.filter(sent_at__isnull=False).order_by("sent_at").last()


def answers_of(answering: Answering) -> dict[str, tuple[Value, ...]]:
    """The answers as saved."""
    return load_answers(json.dumps(answering.answers))


def check_answer(answering: Answering, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may still save answers here."""
    check_who(answering.referral, by=by)
    if answering.sent_at is not None:
        raise Refused(SENT)
    if answering.stopped_at is not None:
        raise Refused(OVER)


@transaction.atomic
def begin(
    *, referral: Referral, form: QuestionnaireVersion, by: Actor, who: str, request: InformationRequest | None = None,
    proxy_name: str = "", proxy_relationship: str = "", channel: str = "online", scan: Document | None = None,
) -> Answering:  # fmt: skip
    """Begin to answer `form`, for a request or (without one) beside it; begun again, it is the same one, and `who`
    answers, and how, may have changed. It stays with this version of the form. Raises `Refused`.
    """
    referral = lock(referral)
    check_who(referral, by=by)
    if who not in WHO or channel not in CHANNELS or (who == "staff" and by.role == PATIENT):
        raise Refused("Say who is answering: the patient, or somebody for them.")
    name, relationship = proxy_name.strip(), proxy_relationship.strip()
    if who == "proxy" and not (name and relationship):
        raise Refused("Give the name of whoever answers for the patient, and how they know them.")
    if who != "proxy":
        name = relationship = ""
    if request is not None:
        request = InformationRequest.objects.get(pk=request.pk)
        _check_waits(request, referral)
    found = Answering.objects.select_for_update(of=("self",)).filter(referral=referral, questionnaire=form)
    if request is None:
        found = found.filter(request__isnull=True, sent_at__isnull=True, stopped_at__isnull=True)
    before = found.filter(request=request).first()
    if by.role == PATIENT:
        channel, scan = "online", None
    given: dict[str, Any] = {
        "who": who, "proxy_name": name, "proxy_relationship": relationship, "channel": channel,
        "entered_by": audit.person(by),
    } | ({"scan": scan} if scan else {})  # fmt: skip
    if before is not None:
        changed = [field for field, value in given.items() if getattr(before, field) != value]
        if changed and before.is_open:
            for field in changed:
                setattr(before, field, given[field])
            before.save(update_fields=changed)
            audit.record(by, "answering.begin", before, who=who, channel=before.channel)
        return before
    row = Answering.objects.create(
        service_id=referral.service_id, referral=referral, request=request, questionnaire=form,
        started_at=clock.now(), saved_at=clock.now(), **given,
    )  # fmt: skip
    audit.record(by, "answering.begin", row, who=who, channel=row.channel)
    return row


@transaction.atomic
def save(*, answering: Answering, given: Mapping[str, tuple[Value, ...]], by: Actor) -> Saved:
    """Save these answers by place; a place without values is answered no more. Others stay as they are.

    Raises `NotRight` with the places at fault, `Refused` when nobody waits; then nothing has changed.
    """
    answering, referral = hold(answering)
    check_answer(answering, by=by)
    questionnaire = library.parsed(answering.questionnaire)
    _check_each(questionnaire, given)
    before = answers_of(answering)
    after = dict(before)
    for place, values in given.items():
        if values or instances.holds(place):
            after[place] = tuple(values)
        else:
            after.pop(place, None)
    alerts = safety.see(answering, questionnaire, before, given, referral=referral, by=by)
    if after != before:
        keep(answering, after)
        audit.record(by, "answering.save", answering, saved=len(given), answered=answered(answering))
    return Saved(answering, tuple(alerts))


@transaction.atomic
def add(*, answering: Answering, again: str, by: Actor) -> Answering:
    """One more of a repeating group, still empty: `again` is what its page says (`Page.again`). Twice is once."""
    return _repeat(answering, by, lambda form, now: instances.add(form, now, again))


@transaction.atomic
def remove(*, answering: Answering, instance: str, shown: int, by: Actor) -> Answering:
    """Take one of a repeating group out, with its answers: `instance` is its place, as `medicines:1`, `shown` how many
    the page showed (`instances.count`). Twice is once: with another number by now nothing is taken out."""
    return _repeat(answering, by, lambda form, now: instances.remove(now, instance, shown))


@transaction.atomic
def send(*, answering: Answering, by: Actor) -> Answering:
    """Send it: checked as a whole, kept as a FHIR QuestionnaireResponse, never changed again. Sent twice, it is once.

    With the last form of a request the referral goes back to a clinician. Raises `NotRight`, `Refused`.
    """
    answering, referral = hold(answering)
    if answering.sent_at is not None:
        check_who(referral, by=by)
        return answering
    check_answer(answering, by=by)
    questionnaire = library.parsed(answering.questionnaire)
    answers = drop_disabled(questionnaire, answers_of(answering))
    if faults := check(questionnaire, answers, whole=True):
        raise NotRight(faults)
    keep(answering, answers)
    return sent_now(answering, referral, response_of(answering, questionnaire, answers, referral), answers, by=by)


@transaction.atomic
def stop(*, answering: Answering, by: Actor) -> None:
    """Take no more answers here, as for one that stands beside no request. What was saved is kept."""
    answering, referral = hold(answering)
    check_who(referral, by=by)
    if answering.is_open:
        stop_open(by=by, only=answering)


def sent_now(
    answering: Answering, referral: Referral, response: dict[str, Any], answers: Answers, *, by: Actor
) -> Answering:
    """Held answers are sent with this response: what they say of needs is recorded, and with the last form of a request
    the referral goes back to a clinician. Inside the caller's transaction."""
    answering.sent_at, answering.response = clock.now(), response
    answering.save(update_fields=["sent_at", "response"])
    audit.record(by, "answering.send", answering, answered=answered(answering))
    record_stated(library.parsed(answering.questionnaire), answers, referral=referral, by=by)
    if answering.request is not None:
        _reply_when_whole(answering.request, referral, by=by)
    return answering


def _reply_when_whole(request: InformationRequest, referral: Referral, *, by: Actor) -> None:
    sent = {one.questionnaire_id for one in request.answerings.filter(sent_at__isnull=False)}
    forms = library.forms_of(request)
    if request.closed_at is None and all(form.pk in sent for form in forms):
        titles = ", ".join(library.parsed(form).title for form in forms)
        number = sum(map(answered, request.answerings.all()))
        record_reply(referral=referral, by=by, reason=f"Answered: {titles} ({number} answers).", of="patient")


def _repeat(answering: Answering, by: Actor, change: Any) -> Answering:
    answering, _ = hold(answering)
    check_answer(answering, by=by)
    before = answers_of(answering)
    after = change(library.parsed(answering.questionnaire), before)
    if after != before:
        keep(answering, after)
        audit.record(by, "answering.save", answering, saved=0, answered=answered(answering))
    return answering


def keep(answering: Answering, answers: Answers) -> None:
    """Keep these as the answers of a held row."""
    answering.answers, answering.saved_at = json.loads(dump_answers(answers)), clock.now()
    answering.save(update_fields=["answers", "saved_at"])


def _check_each(questionnaire: Questionnaire, given: Mapping[str, tuple[Value, ...]]) -> None:
    faults = []
    for place, values in given.items():
        item = question_at(questionnaire, place)
        if item is None or not item.is_asked:
            faults.append(Fault(place, "There is no such question. Open the page again"))
            continue
        faults += [Fault(place, sentence, item.link_id) for sentence in check_item(item, values, whole=False)]
    if faults:
        raise NotRight(tuple(faults))


def hold(answering: Answering) -> tuple[Answering, Referral]:
    """Both as they stand now, the referral locked first, as everywhere."""
    referral = lock(answering.referral)
    rows = Answering.objects.select_for_update(of=("self",)).select_related("questionnaire", "request__service")
    held = rows.get(pk=answering.pk)
    held.referral = referral
    if held.request is not None:
        held.request.referral = referral
    return held, referral


def check_who(referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may answer about this referral at all."""
    if by.role != PATIENT and by.role not in STAFF:
        raise Refused("Only the patient, somebody for them, or the team can answer this.")
    if by.role == PATIENT:
        check_theirs(referral, by=by)
    elif person := audit.person(by):
        check_current(person)


def _check_waits(request: InformationRequest, referral: Referral) -> None:
    if request.referral_id != referral.pk or request.of != "patient" or not request.questionnaire:
        raise Refused("This referral does not ask for a questionnaire.")
    if request.closed_at is not None:
        raise Refused(OVER)
