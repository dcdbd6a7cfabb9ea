"""What came is kept; then it is a new referral, or new information about one that is here, or it waits for a person.

Nothing ends here: a sender who withdraws a referral is heard by a clinician the same working day, who decides.
"""

import hashlib
import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.scope import scope
from painpath.exchange import inbound
from painpath.exchange.authorising import Grant
from painpath.exchange.bars import reading
from painpath.exchange.bars.answers import BarsFault, response
from painpath.exchange.bars.reading import Message
from painpath.exchange.fhir import letter
from painpath.exchange.models import Sent
from painpath.letters.models import InboundMessage
from painpath.referrals import pathways
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.models import Referral
from painpath.referrals.referring import changing
from painpath.referrals.refusal import Refused
from painpath.referrals.unsettled import merged_into

log = logging.getLogger(__name__)
SOURCE = "bars"
LONGEST = 64
"""Characters of a message's name that are kept as they are, as many as R4 gives an id. A longer one is kept as its
digest: two that begin alike are two."""
KEPT = "It is kept as it came, and somebody of the team looks at it."
BEGINNING_KEPT = "Only its beginning is kept: somebody of the team sees from whom it came, and about whom."
BEFORE = "This was successfully processed before."


def process(grant: Grant, content: bytes, headers: dict[str, Any], notes: list[str], *, address: str) -> dict[str, Any]:
    """Keep a message, and give the response to it; raises BarsFault, and then a person has it.

    To be called outside any transaction: what was kept outlives whatever fails. `headers` and `notes` are of
    `reading.said_by_headers`, `address` is ours.
    """
    try:
        bundle = reading.parse(content)
    except BarsFault as fault:
        row, _ = _keep(grant, "", content, headers)
        raise _left(grant, row, fault) from None
    name = reading.name_of(bundle)
    row, changed = _keep(grant, name, content, headers)
    try:
        if row.referral_id is not None:
            if name or not reading.read(bundle).adds:
                raise BarsFault(409, f"{BEFORE} To say it again, send a message with an id of its own.")
            row, changed = _keep(grant, f"{uuid.uuid4()}", content, headers)  # nobody can tell whether it is a repeat
        if row.settled_at is not None:
            raise BarsFault(409, "Somebody of the team has seen to this already.")
        if changed:
            raise BarsFault(409, f"{BEFORE} What came now under its id is something else.")
        message = reading.read(bundle)
        message.notes[:0] = notes
        return _answer(grant, row, message, _done(grant, row, message), address)
    except BarsFault as fault:
        raise _left(grant, row, fault) from None
    except OperationalError as error:
        log.error("the message %s could not be processed: %s", row.pk, type(error).__name__)
        raise  # it waits as it was kept (`inbound.NOT_READ`), for a person or until it is sent again
    except Exception as error:  # whatever a stranger may have sent
        log.error("the message %s could not be processed: %s", row.pk, type(error).__name__)
        raise _left(grant, row, BarsFault(500, "Something went wrong here, not with you.")) from error


def refuse(grant: Grant, content: bytes, headers: dict[str, Any], fault: BarsFault, *, kept: str = KEPT) -> BarsFault:
    """Keep what came although it is not answered as it was meant, and give the fault that says so; `kept` is what is
    said of the keeping."""
    row, _ = _keep(grant, _id_of(content), content, headers)
    return _left(grant, row, fault, kept)


def _id_of(content: bytes) -> str:
    try:
        return reading.name_of(reading.parse(content))
    except BarsFault:
        return ""


def _keep(grant: Grant, bundle_id: str, content: bytes, headers: dict[str, Any]) -> tuple[InboundMessage, bool]:
    """The row of what came; and whether something else was processed under the same id before."""
    service, client = grant.client.service, grant.client.client_id
    digest = hashlib.sha256(content).hexdigest()
    given: dict[str, Any] = {
        "source": SOURCE, "content": content, "headers": {"client": client, **headers}, "by": grant.by,
    }  # fmt: skip
    name = bundle_id if len(bundle_id) <= LONGEST else hashlib.sha256(bundle_id.encode()).hexdigest()
    first, _ = inbound.keep(service, message_id=f"{client} {name or digest}", **given)
    if bytes(first.content) == content:
        return first, False
    row, _ = inbound.keep(service, message_id=f"{client} {digest}", **given)
    return row, first.referral_id is not None and row.referral_id is None


def _left(grant: Grant, row: InboundMessage, fault: BarsFault, kept: str = KEPT) -> BarsFault:
    """Leave it to a person, unless it was done with before; and say so to the sender."""
    with scope(grant.client.service):
        inbound.leave(row, f"{grant.client.name} sent this by BaRS, and was told: {fault.sentence}", by=grant.by)
        settled = InboundMessage.objects.filter(pk=row.pk, settled_at__isnull=False).exists()
    return fault if settled else BarsFault(fault.status, f"{fault.sentence} {kept}")


def _done(grant: Grant, row: InboundMessage, message: Message) -> Referral:
    if message.event != reading.REQUEST:
        what = message.event[:60] or "no event"
        why = (
            "it answers nothing that was sent from here"
            if message.event == reading.RESPONSE
            else "it is not taken here"
        )
        raise BarsFault(422, f"The event of this message is “{what}”: {why}.")
    if message.adds:
        return _changed(grant, row, message)
    if message.reason != "new":
        message.notes.append(f"The reason of the message is not known: “{message.reason[:40]}”. It was taken as new.")
    return _new(grant, row, message)


def _new(grant: Grant, row: InboundMessage, message: Message) -> Referral:
    names = message.names()
    with scope(grant.client.service):
        if before := _sent(grant, names):
            raise BarsFault(409, f"{BEFORE} The reference is {before[0].reference}. To add something, send an update.")
    stated = message.gathered.stated()
    if not stated.is_somebody:
        raise BarsFault(422, "Nobody could tell whom this is about: it has no name and no NHS number of a patient.")
    sender = message.gathered.sender()
    details: dict[str, Any] = {"sender": asdict(sender), "names": names}
    patient = {name: value for name, value in stated.details.items() if not name.endswith("_stated")}
    files = _files(grant, message, f"Referral sent by {grant.client.name[:100]}.txt")
    try:
        with scope(grant.client.service):
            return inbound.refer(
                row, by=grant.by, files=files, client=grant.client, program=grant.client.name, patient=patient,
                details=details, identifier=names[0] if names else "", warnings=_notes(message),
            )  # fmt: skip
    except IntegrityError as error:  # the same request, in another message, was faster
        raise BarsFault(409, f"{BEFORE} To add something, send an update.") from error


def _notes(message: Message) -> list[str]:
    return list(dict.fromkeys(reading.all_notes(message)))


def _files(grant: Grant, message: Message, name: str) -> list[File]:
    """The words of a message as a text, and the files that came with it."""
    gathered, today = message.gathered, clock.today()
    text = letter.letter(
        message.request, gathered.stated(), gathered.sender(), gathered.others, program=grant.client.name,
        received=f"{today.day} {today:%B %Y}",
    )  # fmt: skip
    papers = gathered.files(settings.MAX_FILE_BYTES)
    return [File(name, text.encode()), *(File(one.name, one.content) for one in papers)]


def _sent(grant: Grant, names: list[str], references: list[str] | None = None) -> list[Referral]:
    """The referrals that this program has sent under one of these names, or calls by our reference."""
    wanted = Q(identifier__in=names) | Q(referral__reference__in=references or [])
    for name in names:
        wanted |= Q(referral__online__details__names__contains=name)
    rows = Sent.objects.filter(wanted, client=grant.client).select_related("referral").order_by("pk")
    return list({one.referral_id: one.referral for one in rows}.values())


def _changed(grant: Grant, row: InboundMessage, message: Message) -> Referral:
    """New information, or the wish to withdraw, goes to a clinician with the referral, today."""
    with scope(grant.client.service):
        found = _sent(grant, [*message.names(), *message.follows()], message.references())
        if len(found) != 1:
            said = "None" if not found else "More than one"
            raise BarsFault(422, f"{said} of the referrals that you sent is meant by this: name it by its identifier.")
        _check_same_patient(message, found[0])
        try:
            _tell(grant, row, message, _stands(found[0]))
        except Refused as no:
            raise BarsFault(422, f"This belongs to referral {found[0].reference}. {no.sentence}") from no
        return found[0]  # the one that it knows: another that this was merged into is not its own


def _check_same_patient(message: Message, referral: Referral) -> None:
    """Raises BarsFault where it states another NHS number or date of birth than the referral has: what is about
    somebody else must not be filed with it. What one of them does not state is no difference."""
    stated, known = message.gathered.stated(), _known(referral)
    number, born = known.get("nhs_number"), known.get("date_of_birth")
    sentence = f"of the patient is not the one of referral {referral.reference}."
    if number and stated.number_as_stated not in ("", number):  # also where it is none, or more than one
        raise BarsFault(422, f"The NHS number {sentence}")
    if born and stated.details.get("date_of_birth", born) != born:
        raise BarsFault(422, f"The date of birth {sentence}")


def _known(referral: Referral) -> Mapping[str, Any]:
    """Whom it is about: as on record, or as was sent where nobody has registered it yet."""
    patient = _stands(referral).patient or referral.patient
    if patient is None:
        sent: dict[str, Any] = referral.online.patient
        return sent
    born = patient.date_of_birth
    return {"nhs_number": patient.nhs_number, "date_of_birth": born.isoformat() if born else ""}


def _stands(referral: Referral) -> Referral:
    """The referral, or the one that it was merged into."""
    while (merge := merged_into(referral)) is not None:
        referral = merge.into
    return referral


@transaction.atomic
def _tell(grant: Grant, row: InboundMessage, message: Message, referral: Referral) -> Referral:
    row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.referral is not None:
        return row.referral
    program, now = grant.client.name, clock.now()
    name = f"Update sent by {program[:100]}, {now.day} {now:%B %Y}.txt"
    new = add_documents(referral=referral, by=grant.by, files=_files(grant, message, name), also_ended=True)
    said = [f"{program} has sent this referral again."]
    if message.withdrawn:
        said = [f"{program} says that this referral is {message.withdrawn}. Nothing has been closed: ask, and decide."]
    if new:
        said.append(f"New with the documents: {', '.join(f'“{one.name}”' for one in new)}.")
    said += [*letter.reasons(message.request), *letter.notes(message.request)]
    known = changing.kinds(pathways.of(referral.pathway_version), "referrer")
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{SOURCE} {row.service_id} {row.message_id}")
    kind = "other" if "other" in known else list(known)[-1]
    change = changing.report_change(referral=referral, by=grant.by, kind=kind, words="\n".join(said), key=key)
    change.facts["program"] = program
    change.save(update_fields=["facts"])
    row.referral, row.why, row.warnings, row.settled_at = referral, "", _notes(message), now
    row.save(update_fields=["referral", "why", "warnings", "settled_at"])
    audit.record(grant.by, "inbound.add", row, referral=referral.pk, change=change.pk)
    return referral


def _answer(grant: Grant, row: InboundMessage, message: Message, referral: Referral, address: str) -> dict[str, Any]:
    note = (
        "This is with a clinician. Nothing has been closed by it."
        if message.withdrawn
        else "Received. It waits for a person of the team, who decides."
    )
    return response(
        to=message.header, bundle_id=message.bundle_id, request=message.request,
        key=uuid.uuid5(uuid.NAMESPACE_URL, f"{SOURCE} {row.pk}"), at=clock.now(), name=grant.client.service.name,
        address=address, reference=referral.reference, reason="update" if message.reason == "update" else "new",
        note=note,
    )  # fmt: skip
