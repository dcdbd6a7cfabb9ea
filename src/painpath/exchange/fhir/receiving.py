"""What another program sends: kept first, then made into a referral, added to one, or left to a person.

Nothing here decides. Words that are added and a wish to cancel go to people as something to do.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN, PATIENT
from painpath.accounts.scope import scope
from painpath.exchange import inbound
from painpath.exchange.authorising import Denied, Grant
from painpath.exchange.fhir import cases, gathering, identity, letter, resources
from painpath.exchange.fhir.gathering import Gathered
from painpath.exchange.fhir.loose import concept, listed, objects, tail, words
from painpath.exchange.fhir.mapping import people
from painpath.exchange.fhir.mapping.service_request import kept as shown_again
from painpath.exchange.fhir.mapping.service_request import service_request
from painpath.exchange.fhir.outcomes import Fault, Issue, fault
from painpath.exchange.models import Sent
from painpath.letters.models import InboundMessage
from painpath.referrals import pathways, todo
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.models import Answering, Document, InformationRequest, Referral
from painpath.referrals.moves import reckon
from painpath.referrals.questionnaires.answering import NotRight
from painpath.referrals.questionnaires.whole_responses import receive_response
from painpath.referrals.refusal import Refused

SOURCE = "fhir"
KEPT = "It was kept as it came, and somebody of the team looks at it."
NOBODY = (
    "Nobody could tell from this whom the referral is about: no name and no NHS number came with it. Send the patient "
    "inside the referral (contained), or beside it in a transaction."
)
CANCELLED = frozenset({"revoked", "entered-in-error"})
_OURS_TO_SAY = frozenset({"completed", "on-hold"})
_NOT_TAKEN = ("code", "category", "priority", "intent", "requester", "performer", "occurrenceDateTime",
              "occurrencePeriod", "patientInstruction", "reasonReference", "supportingInfo")  # fmt: skip
"""Elements that an update does not change here: what a sender changes in them is told to a person in words."""


@dataclass(frozen=True)
class Arrived:
    """Something as it came: its bytes, what of the headers may be kept, and `act`: what was asked to be done to what
    (`PUT ServiceRequest/ABCD-2345`). The same bytes, sent to do something else, are another message."""

    grant: Grant
    content: bytes
    headers: Mapping[str, str]
    act: str

    def keep(self, message_id: str = "") -> tuple[InboundMessage, bool]:
        """Keep it. Where other bytes came under the same id before, these are kept beside them."""
        digest = hashlib.sha256(self.content).hexdigest()
        row, new = self._keep(message_id or digest)
        if not new and bytes(row.content) != self.content:
            row, new = self._keep(digest)
        return row, new

    def _keep(self, message_id: str) -> tuple[InboundMessage, bool]:
        client, rest = self.grant.client, f"{self.act} {message_id}"
        if len(client.client_id) + 1 + len(rest) > 200:
            rest = hashlib.sha256(rest.encode()).hexdigest()
        return inbound.keep(
            client.service, source=SOURCE, message_id=f"{client.client_id} {rest}", content=self.content,
            headers=dict(self.headers), by=self.grant.by,
        )  # fmt: skip


def leave(arrived: Arrived, message: InboundMessage, why: str) -> None:
    """Leave what was kept to a person, in a transaction of its own."""
    with scope(arrived.grant.client.service):
        inbound.leave(message, why, by=arrived.grant.by)


@contextmanager
def left_with_the_reason(arrived: Arrived, message: InboundMessage, what: str) -> Iterator[None]:
    """Whatever stops what is done about a message: a person has it, with the reason, and the sender is told as ever."""
    program = arrived.grant.client.name
    try:
        yield
    except Fault as wrong:
        leave(arrived, message, f"{program} sent {what} and was told: {wrong.issues[0].sentence}")
        raise
    except (Refused, Denied) as no:
        leave(arrived, message, f"{program} sent {what} and was told: {no.sentence}")
        raise
    except Exception:
        leave(arrived, message, f"{program} sent {what}. By a fault of ours nothing was done about it. Read it, and "
                                "tell whoever runs this site.")  # fmt: skip
        raise


def refused(arrived: Arrived, status: int, issues: Sequence[Issue], *, why: str = "") -> Fault:
    """Keep what came, leave it to a person, and give the fault that says so."""
    message, _ = arrived.keep()
    program = arrived.grant.client.name
    leave(arrived, message, why or f"{program} sent this and was told: {issues[0].sentence}")
    return Fault(status, (*issues, Issue("informational", KEPT, severity="information")))


@dataclass(frozen=True)
class Made:
    """What became of something: the referral, whether it is new, and what was read past."""

    referral: Referral
    new: bool
    warnings: tuple[Issue, ...] = ()


def create_referral(
    arrived: Arrived, gathered: Gathered, *, condition: str = "", structure: Sequence[Issue] = (), name: str = ""
) -> Made:
    """A referral in `received` from a request. `condition` is the identifier of If-None-Exist (`system|value`); `name`
    is what else the sender calls the message. What has made one before gives the same one again.

    Raises `Fault`: 422 when nobody could tell whom it is about, 409 when its identifier was used for something else.
    What came was kept all the same.
    """
    grant, condition = arrived.grant, condition[:300]
    own = gathering.identifiers(gathered.request)
    identifier = condition or (own[0] if own else "")
    if (before := _sent_before(grant, identifier)) is not None:
        return _repeated(arrived, before, conditional=bool(condition))
    message, _ = arrived.keep(identifier or name)
    with scope(grant.client.service):
        stated = gathered.stated(_known(grant, gathered))
    if not stated.is_somebody:
        leave(arrived, message, f"{grant.client.name} sent a referral. {NOBODY}")
        raise Fault(422, (Issue("required", NOBODY, "ServiceRequest.subject"),
                          Issue("informational", KEPT, severity="information")))  # fmt: skip
    try:
        with _taken(arrived, message), scope(grant.client.service):
            # locked, so that of two who send the same at once one makes it and the other is given it
            new = InboundMessage.objects.select_for_update().only("referral").get(pk=message.pk).referral_id is None
            referral, warnings = _refer(arrived, message, gathered, stated, identifier, structure)
    except IntegrityError:  # the other half of a repeat was faster
        if (before := _sent_before(grant, identifier)) is None:
            leave(arrived, message, f"{grant.client.name} sent a referral. By a fault of ours nothing was made of it.")
            raise
        return _repeated(arrived, before, conditional=True)
    return Made(referral, new, warnings)


@contextmanager
def _taken(arrived: Arrived, message: InboundMessage) -> Iterator[None]:
    """As `left_with_the_reason`; that somebody else was faster is no fault."""
    faster: list[IntegrityError] = []
    with left_with_the_reason(arrived, message, "a referral"):
        try:
            yield
        except IntegrityError as error:
            faster.append(error)
    if faster:
        raise faster[0]


def _refer(
    arrived: Arrived, message: InboundMessage, gathered: Gathered, stated: identity.Stated, identifier: str,
    structure: Sequence[Issue],
) -> tuple[Referral, tuple[Issue, ...]]:  # fmt: skip
    program = arrived.grant.client.name
    sender = gathered.sender()
    papers = gathered.files(settings.MAX_FILE_BYTES)
    today = clock.today()
    text = letter.letter(
        gathered.request, stated, sender, gathered.others, program=program,
        received=f"{today.day} {today:%B %Y}",
    )  # fmt: skip
    files = [File(f"Referral sent by {program[:100]}.txt", text.encode())]
    files += [File(one.name, one.content) for one in papers]
    patient = {name: value for name, value in stated.details.items() if not name.endswith("_stated")}
    details: dict[str, Any] = {"request": shown_again(gathered.request), "sender": asdict(sender)}
    ubrns = [one.rpartition("|")[2] for one in gathering.identifiers(gathered.request) if one.startswith(identity.UBRN)]
    if ubrns and len(ubrns[0]) == 12 and ubrns[0].isascii() and ubrns[0].isdigit():
        details["ubrn"] = ubrns[0]
    warnings = (*gathered.warnings, *structure)
    referral = inbound.refer(
        message, by=arrived.grant.by, files=files, client=arrived.grant.client, program=program, patient=patient,
        details=details, identifier=identifier, warnings=[one.sentence for one in warnings],
    )  # fmt: skip
    return referral, warnings


def _known(grant: Grant, gathered: Gathered) -> dict[str, Any] | None:
    """The Patient of another referral that this program may see, where the subject names that one."""
    name = tail(gathered.subject.get("reference"), "Patient")
    row = cases.fetched(resources.visible(grant)).filter(reference=name).first() if name else None
    return people.patient(resources.case_of(grant, row)) if row is not None else None


def _sent_before(grant: Grant, identifier: str) -> Sent | None:
    if not identifier:
        return None
    with scope(grant.client.service):
        rows = Sent.objects.filter(client=grant.client, identifier=identifier)
        return rows.select_related("message", "referral").first()


def _repeated(arrived: Arrived, before: Sent, *, conditional: bool) -> Made:
    """The same again; other words under the same name go to a person."""
    with scope(arrived.grant.client.service):
        same = bytes(InboundMessage.objects.get(pk=before.message_id).content) == arrived.content
    if not same:
        message, _ = arrived.keep()
        reference = before.referral.reference
        leave(
            arrived, message,
            f"{arrived.grant.client.name} sent this under the identifier of referral {reference}, with other content. "
            "Compare them: something may have been added.",
        )  # fmt: skip
        if not conditional:
            raise Fault(409, (
                Issue("duplicate", f"This identifier was sent before, as ServiceRequest/{reference}, with other words. "
                                   "To add something, update that one."),
                Issue("informational", KEPT, severity="information"),
            ))  # fmt: skip
    return Made(before.referral, new=False)


@dataclass(frozen=True)
class Change:
    """What an update says."""

    words: tuple[str, ...]
    cancel: bool


def update_referral(
    arrived: Arrived, message: InboundMessage, referral: Referral, gathered: Gathered, structure: Sequence[Issue]
) -> Made:
    """Words and files added to a referral, or the wish to cancel it: all of it goes to people. Inside the scope.

    Raises `Fault` (422) for what no program may say: an outcome, or another person.
    """
    by, request = arrived.grant.by, gathered.request
    message = InboundMessage.objects.select_for_update(of=("self",)).defer("content").get(pk=message.pk)
    if message.referral_id is not None:
        return Made(referral, new=False)
    other = tail(gathered.subject.get("reference"), "Patient")
    if other and other != referral.reference:
        raise fault(422, "business-rule", "A referral cannot become somebody else's. Send a new one.",
                    "ServiceRequest.subject")  # fmt: skip
    change = _changed(service_request(resources.case_of(arrived.grant, referral)), request)
    papers = gathered.files(settings.MAX_FILE_BYTES)
    program = arrived.grant.client.name
    said = "\n\n".join(change.words)
    files = [File(one.name, one.content) for one in papers]
    if said:
        files.insert(0, File(f"Added by {program[:100]}.txt", f"Added by {program}\n\n{said}\n".encode()))
    if files:
        add_documents(referral=referral, by=by, files=files, also_ended=True)
    if said or files:
        _give(referral, by, CLINICIAN, f"{program} has added something to this referral. Read it.",
              **{cases.NOTE: said or "A document was added."})  # fmt: skip
    if change.cancel:
        _give(referral, by, ADMINISTRATOR,
              f"{program} asks to cancel this referral. Speak with whoever sent it, and with the patient, before "
              "anything is closed.", **{cases.CANCEL: True})  # fmt: skip
    warnings = (*gathered.warnings, *structure)
    settle(message, referral, by=by, warnings=warnings)
    return Made(referral, new=False, warnings=warnings)


def _give(referral: Referral, by: Process, role: str, sentence: str, **facts: Any) -> None:
    limit = pathways.of(referral.pathway_version).target("first-look")
    todo.give_task(referral, "contact", sentence, by=by, role=role, due_on=reckon(limit, clock.today()), **facts)


def _changed(before: Mapping[str, Any], request: Mapping[str, Any]) -> Change:
    """What of a request is new against what we show of it."""
    found = [said for said in letter.notes(dict(request)) if said not in letter.notes(dict(before))]
    shown = letter.reasons(dict(before))
    found += [f"Reason for referral: {said}" for said in letter.reasons(dict(request)) if said not in shown]
    for name in _NOT_TAKEN:
        own, theirs = before.get(name), request.get(name)
        if theirs is not None and _words(theirs) != _words(own) and _words(theirs):
            found.append(f"The sender now states ({name}): {_words(theirs)}")
    status = words(request.get("status"))
    if status in _OURS_TO_SAY and status != before["status"]:
        raise fault(422, "business-rule", "Only a clinician of the team says when a referral is finished or waits. To "
                    "cancel it, send the status revoked.", "ServiceRequest.status")  # fmt: skip
    return Change(
        tuple(found), status in CANCELLED and status != before["status"] and before["status"] not in CANCELLED
    )


def _words(value: Any) -> str:
    """Something in words, to compare and to tell: references by what they are called."""
    found = []
    for one in listed(value):
        if isinstance(one, dict):
            found.append(concept(one) or words(one.get("display")) or words(one.get("reference"))
                         or ", ".join(filter(None, map(words, one.values()))))  # fmt: skip
        else:
            found.append(words(one))
    return "; ".join(filter(None, found))


def settle(message: InboundMessage, referral: Referral, *, by: Process, warnings: Iterable[Issue] = ()) -> None:
    """Say what became of a message that was added to a referral, inside the caller's transaction."""
    message.referral, message.why, message.settled_at = referral, "", clock.now()
    message.warnings = [one.sentence for one in warnings]
    message.save(update_fields=["referral", "why", "settled_at", "warnings"])
    audit.record(by, "inbound.add", message, referral=referral.pk)


def named_referral(grant: Grant, values: Iterable[Any]) -> Referral | None:
    """The referral that one of these references means, by itself or by its patient. Inside the scope."""
    for value in values:
        name = tail(value, "ServiceRequest") or tail(value, "Patient")
        row = cases.fetched(resources.visible(grant)).filter(reference=name).first() if name else None
        if row is not None:
            return row
    return None


def create_response(arrived: Arrived, response: dict[str, Any]) -> tuple[Answering, Referral, bool]:
    """Answers to a questionnaire that a referral waits for, that referral, and whether they are new.

    Raises `Fault` (422) with the items at fault, and then nothing has changed; what came was kept for a person.
    """
    grant = arrived.grant
    message, _ = arrived.keep(next(iter(gathering.identifiers(response)), ""))
    try:
        with scope(grant.client.service):
            references = [*objects(response.get("basedOn")), *objects(response.get("subject"))]
            referral = named_referral(grant, [one.get("reference") for one in references])
            request = _waiting(referral) if referral is not None else None
            if referral is None or request is None:
                raise Refused(
                    "No referral that this program may see waits for this. Name it in basedOn, as ServiceRequest/id."
                    if referral is None
                    else "This referral does not wait for a questionnaire now."
                )
            by = Process(grant.client.service, grant.by.name, role=PATIENT, only=referral.pk)
            before = set(request.answerings.filter(sent_at__isnull=False).values_list("pk", flat=True))
            answering = receive_response(request=request, data=response, by=by)
            if message.referral_id is None:
                settle(InboundMessage.objects.defer("content").get(pk=message.pk), referral, by=grant.by)
            return answering, referral, answering.pk not in before
    except NotRight as wrong:
        issues = [Issue("invalid", str(one.sentence), _place(one.link_id, one.place)) for one in wrong.faults]
        leave(arrived, message, f"{grant.client.name} sent answers that cannot stand: {wrong.sentence}")
        raise Fault(422, tuple(issues)) from None
    except Refused as refusal:
        leave(arrived, message, f"{grant.client.name} sent answers to a questionnaire. {refusal.sentence}")
        raise Fault(422, (Issue("business-rule", refusal.sentence),
                          Issue("informational", KEPT, severity="information"))) from None  # fmt: skip


def _place(link_id: str, place: str) -> str:
    if link_id:
        return f"QuestionnaireResponse.descendants().where(linkId='{link_id}')"
    return place if place.startswith("QuestionnaireResponse") else f"QuestionnaireResponse.{place}"


def _waiting(referral: Referral) -> InformationRequest | None:
    rows = referral.requests.filter(of="patient").exclude(questionnaire="")
    return rows.filter(closed_at__isnull=True).last() or rows.last()


def create_document(arrived: Arrived, resource: dict[str, Any]) -> tuple[Referral, Document]:
    """A document filed with a referral that is here. Raises `Fault` (422) where none is named, or nothing came."""
    grant = arrived.grant
    message, _ = arrived.keep(next(iter(gathering.identifiers(resource)), ""))
    context = [one for value in objects(resource.get("context")) for one in objects(value.get("related"))]
    gathered = gathering.gather({}, [("", resource)])
    files = [File(one.name, one.content) for one in gathered.files(settings.MAX_FILE_BYTES)]
    with left_with_the_reason(arrived, message, "a document"), scope(grant.client.service), transaction.atomic():
        subjects = [*context, *objects(resource.get("subject"))]
        referral = named_referral(grant, [one.get("reference") for one in subjects])
        if referral is not None and files:
            add_documents(referral=referral, by=grant.by, files=files, also_ended=True)
            if not referral.is_open:
                _give(referral, grant.by, CLINICIAN, f"{grant.client.name} has added a document. Read it.",
                      **{cases.NOTE: "A document was added."})  # fmt: skip
            if message.referral_id is None:
                settle(InboundMessage.objects.defer("content").get(pk=message.pk), referral, by=grant.by,
                       warnings=gathered.warnings)  # fmt: skip
            digest = hashlib.sha256(files[0].content).hexdigest()
            return referral, referral.documents.current().defer("content").filter(sha256=digest).latest("id")
    why = (
        "Name the referral that this document belongs to, in context.related as ServiceRequest/id."
        if referral is None
        else "No file came with this. Send it in content.attachment.data."
    )
    leave(arrived, message, f"{grant.client.name} sent a document. {why}")
    raise Fault(422, (Issue("required", why), Issue("informational", KEPT, severity="information")))
