"""What the calendar and a redirection put into the outbox: reminders, "did you get there?", the documents."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts.audit import Actor, Process
from painpath.letters import patients_door
from painpath.letters.formats import shared_words
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.outbox import queue
from painpath.letters.wording import day, filled, line
from painpath.pathway import Pathway, contacts_for
from painpath.pathway.messages import MessageId
from painpath.referrals import pathways, tasks
from painpath.referrals.decisions import asking, following_up
from painpath.referrals.models import Decision, InformationRequest, Referral
from painpath.referrals.moves import reckon
from painpath.referrals.transitions import Outcome


def words_of(
    referral: Referral, pathway: Pathway, message: MessageId, *, asked_on: date, answer_by: date
) -> tuple[str, str]:
    """Subject and text of a message about this referral; nothing in them is clinical."""
    found = pathway.message(message)
    contacts = contacts_for(pathway, referral.locality or None)
    values = {
        "team": line(pathway.plain_team),
        "reference": referral.reference,
        "asked_on": day(asked_on),
        "answer_by": day(answer_by),
        "contact": "\n".join(f"{item.label}: {item.value}" for item in contacts),
    }
    return found.subject.format_map(values), filled(found.text, **values)


def _key(*parts: object) -> uuid.UUID:
    """The same thing about the same row is queued once, however often this runs."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "painpath/" + "/".join(map(str, parts)))


def _name(referral: Referral, to: str) -> str:
    if to == "patient":
        return referral.patient.name if referral.patient else ""
    return referral.referrer.name if referral.referrer else referral.practice.name if referral.practice else ""


def _whole(referral: Referral) -> Referral:
    whole = Referral.objects.select_related("patient", "referrer__practice", "practice", "pathway_version")
    return whole.defer("pathway_version__content").get(pk=referral.pk)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()


def _send(
    referral: Referral, message: MessageId, *, by: Actor, kind: str, to: str, asked_on: date, answer_by: date,
    key: uuid.UUID, facts: dict[str, Any],
) -> Dispatch:  # fmt: skip
    pathway = pathways.of(referral.pathway_version)
    subject, text = words_of(referral, pathway, message, asked_on=asked_on, answer_by=answer_by)
    return queue(
        referral, by=by, kind=kind, to=to, channel="print", name=_name(referral, to), subject=subject, text=text,
        key=key, facts=facts,
    )  # fmt: skip


@transaction.atomic
def remind(*, request: InformationRequest, by: Actor) -> bool:
    """Send the one reminder, when it is time for it; the calendar looks again after the second clock has run out."""
    if not asking.remind(request=request, by=by):
        return False
    request.refresh_from_db()
    referral = _whole(request.referral)
    sent = _send(
        referral, _reminder(request), by=by,
        kind="reminder", to=request.of, asked_on=_day_of(request.asked_at), answer_by=request.due_on,
        key=_key("reminder", request.service_id, request.pk),
        facts={"request": request.pk, "decision": request.decision_id},
    )  # fmt: skip
    _with_code(sent, referral, request.decision, by=by)
    tasks.later("letters.chase", request.due_on, after=True, service=request.service_id, request=request.pk)
    return True


def _reminder(request: InformationRequest) -> MessageId:
    """Of a questionnaire the reminder says how else it can be answered: by phone, on paper, with help."""
    if request.of == "referrer":
        return "reminder-referrer"
    return "reminder-questionnaire" if request.questionnaire else "reminder-patient"


@transaction.atomic
def chase(*, request: InformationRequest, by: Process) -> None:
    """A due date of a request has passed: a reminder the first time, somebody of the team the second time.

    May be called too early, twice, or after the answer has come: then nothing is done.
    """
    if not remind(request=request, by=by):
        asking.report_silence(request=request, by=by)


@transaction.atomic
def ask_signposts(*, decision: Decision, by: Process) -> Dispatch | None:
    """Ask the patient once whether they got to what this decision points to. None when there is nothing to ask."""
    if not following_up.ask_now(decision=decision, by=by):
        return None
    referral = _whole(decision.referral)
    answer_by = reckon(pathways.of(referral.pathway_version).target("reminder"), clock.today())
    sent = _send(
        referral, "signpost-question", by=by, kind="signpost_question", to="patient", asked_on=_day_of(decision.at),
        answer_by=answer_by, key=_key("signpost", decision.service_id, decision.pk), facts={"decision": decision.pk},
    )  # fmt: skip
    _with_code(sent, referral, decision, by=by)
    return sent


def _with_code(sent: Dispatch, referral: Referral, decision: Decision, *, by: Actor) -> None:
    """The code of the first letter has run out by now: a new one goes with what asks the patient again."""
    if sent.to == "patient" and sent.state == DispatchState.QUEUED:
        patients_door.with_letter(referral, decision.outcome, by=by)


def queue_documents(decision: Decision, *, by: Actor) -> Dispatch | None:
    """A redirected referral's documents, to the service it belongs with: held, for a person looks what is enclosed.

    Inside the transaction that signs the decision. None for every other outcome.
    """
    if decision.outcome != Outcome.REDIRECT:
        return None
    referral = _whole(decision.referral)
    documents = list(referral.documents.current().values_list("pk", "name"))
    text = "Documents of the referral, enclosed:\n" + "\n".join(f"- {name}" for _, name in documents)
    if needs := shared_words(referral):
        text += "\n\nWhat the patient needs to read, hear and answer you:\n" + "\n".join(f"- {one}" for one in needs)
    return queue(
        referral, by=by, kind="documents", to="service", channel="print",
        name=str(decision.details.get("target_service", ""))[:200], address=decision.details.get("target_address", ""),
        subject=f"Documents of a redirected referral, our reference {referral.reference}", text=text,
        key=_key("documents", decision.service_id, decision.pk),
        facts={"decision": decision.pk, "documents": [pk for pk, _ in documents]},
        held="Look through the documents, enclose them, and check where they go.",
    )  # fmt: skip
