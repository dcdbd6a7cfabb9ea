"""What another program sends: kept first, then made into a referral, added to one, or left to a person.

Nothing here decides. Words that are added and a wish to cancel go to people as something to do.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import BinaryField, Func, IntegerField, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.scope import scope
from painpath.exchange import inbound
from painpath.exchange.authorising import Denied, Grant
from painpath.exchange.fhir import bodies, cases, gathering, identity, letter, resources
from painpath.exchange.fhir.gathering import Gathered
from painpath.exchange.fhir.loose import first, objects, tail, words
from painpath.exchange.fhir.mapping import people
from painpath.exchange.fhir.mapping.service_request import kept as shown_again
from painpath.exchange.fhir.outcomes import Fault, Issue
from painpath.exchange.models import Sent
from painpath.letters.models import InboundMessage
from painpath.referrals.arriving.filing import File
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused

SOURCE = "fhir"
BUNDLE = "POST "
"""What is asked to be done with a Bundle: its address is the base itself."""
KEPT = "It was kept as it came, and somebody of the team looks at it."
NOBODY = (
    "Nobody could tell from this whom the referral is about: no name and no NHS number came with it. Send the patient "
    "inside the referral (contained), or beside it in a transaction."
)


KEPT_ISSUE = Issue("informational", KEPT, severity="information")


@dataclass
class Arrived:
    """Something as it came: its bytes, what of the headers may be kept, and `act`: what was asked to be done to what
    (`PUT ServiceRequest/ABCD-2345`). The same bytes, sent to do something else, are another message."""

    grant: Grant
    content: bytes
    headers: Mapping[str, str]
    act: str
    row: InboundMessage | None = None
    """As it was kept last."""
    is_left: bool = False
    """Whether a person has it, with the reason."""

    @cached_property
    def changes(self) -> bool:
        """Whether it changes what is here: the same again is a repeat only while nothing else was said between."""
        if self.act != BUNDLE:
            return self.act.startswith("PUT ")
        try:
            entries = objects(bodies.read(self.content).get("entry"))
        except Fault:
            return False
        return any(words(first(one.get("request")).get("method")).upper() == "PUT" for one in entries)

    def keep(self, message_id: str = "") -> tuple[InboundMessage, bool]:
        """Keep it. Where other bytes came under the same id before, these are kept beside them; and so is a change
        that was made before, once another has followed it."""
        digest = hashlib.sha256(self.content).hexdigest()
        row, new = self._keep(message_id or digest)
        if not new and bytes(row.content) != self.content:
            row, new = self._keep(digest)
        if row.referral_id is not None and self.changes:
            with scope(self.grant.client.service):
                last = changed_last(self.grant, row.referral_id)
            if last is not None and bytes(last.content) == self.content:
                row = last
            elif last is not None:
                row, new = self._keep(f"{digest} after {last.pk}")
        self.row = row
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
    arrived.is_left = True


@contextmanager
def none_lost(arrived: Arrived, what: str) -> Iterator[None]:
    """Whatever stops what is done about something that came: it is kept, and a person has it with the reason, unless
    it was done all the same. The sender is told as ever, and that it was kept."""
    told = f"{arrived.grant.client.name} sent {what} and was told: "
    try:
        yield
    except Fault as wrong:
        if _waits(arrived, told + wrong.issues[0].sentence) and wrong.status != 413 and KEPT_ISSUE not in wrong.issues:
            wrong.issues = (*wrong.issues, KEPT_ISSUE)  # of what is too long only the beginning is
        raise
    except Refused as no:
        issue = Issue("business-rule", no.sentence)
        raise Fault(422, (issue, KEPT_ISSUE) if _waits(arrived, told + no.sentence) else (issue,)) from None
    except Denied as no:
        _waits(arrived, told + no.sentence)
        raise
    except Exception:
        _waits(arrived, f"{arrived.grant.client.name} sent {what}. By a fault of ours nothing was done about it. Read "
                        "it, and tell whoever runs this site.")  # fmt: skip
        raise


def _waits(arrived: Arrived, why: str) -> bool:
    """Leave it to a person where nobody has done so; and whether it waits for one."""
    row = arrived.row or arrived.keep()[0]
    if not arrived.is_left:
        leave(arrived, row, why)
    with scope(arrived.grant.client.service):
        done = None if arrived.changes else _same(arrived).exclude(referral=None).select_related("referral").first()
        if done is not None:
            sent_rightly(arrived, done.referral)
        return InboundMessage.objects.filter(pk=row.pk, settled_at=None).exists()


def refused(arrived: Arrived, status: int, issues: Sequence[Issue], *, why: str = "") -> Fault:
    """Keep what came, leave it to a person, and give the fault that says so."""
    message, _ = arrived.keep()
    program = arrived.grant.client.name
    leave(arrived, message, why or f"{program} sent this and was told: {issues[0].sentence}")
    return Fault(status, (*issues, KEPT_ISSUE))


def changed_last(grant: Grant, referral: int) -> InboundMessage | None:
    """The last change of a referral that this program has sent and that was taken. Inside the scope."""
    own = grant.client.client_id
    rows = InboundMessage.objects.filter(source=SOURCE, referral=referral, why="", message_id__startswith=f"{own} ")
    for kind in ("DocumentReference", "QuestionnaireResponse"):
        rows = rows.exclude(message_id__startswith=f"{own} POST {kind} ")
    made = Sent.objects.filter(referral=referral).values("message")
    return rows.exclude(pk__in=made).order_by("settled_at", "pk").last()


def _same(arrived: Arrived) -> QuerySet[InboundMessage]:
    """What this program has sent before: the same bytes, to do the same."""
    begins = f"{arrived.grant.client.client_id} {arrived.act} "
    rows = InboundMessage.objects.filter(source=SOURCE, message_id__startswith=begins).defer("content").alias(
        size=Func("content", function="octet_length", output_field=IntegerField()),
        digest=Func("content", function="sha256", output_field=BinaryField()),
    )  # fmt: skip
    return rows.filter(size=len(arrived.content), digest=hashlib.sha256(arrived.content).digest())


def sent_rightly(arrived: Arrived, referral: Referral | None) -> None:
    """Settle what waits of the same bytes, sent by the same program to do the same: it was refused, under another name
    than it has now that it was done (`referral`, None where it was several things). Nobody must do it again by hand.
    Inside the scope."""
    for row in _same(arrived).select_for_update(of=("self",)).filter(settled_at=None, referral=None):
        what = f"This is referral {referral.reference}." if referral is not None else "All of it was done."
        row.why = f"{row.why}\n\nThe same was also sent rightly. {what}"
        row.referral, row.settled_at = referral, clock.now()
        row.save(update_fields=["why", "referral", "settled_at"])
        audit.record(arrived.grant.by, "inbound.sent_rightly", row, **({"referral": referral.pk} if referral else {}))


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
    stated = gathered.stated(_known(grant, gathered))
    if not stated.is_somebody:
        leave(arrived, message, f"{grant.client.name} sent a referral. {NOBODY}")
        raise Fault(422, (Issue("required", NOBODY, "ServiceRequest.subject"),
                          KEPT_ISSUE))  # fmt: skip
    try:
        with scope(grant.client.service):
            # locked, so that of two who send the same at once one makes it and the other is given it
            new = InboundMessage.objects.select_for_update().only("referral").get(pk=message.pk).referral_id is None
            referral, warnings = _refer(arrived, message, gathered, stated, identifier, structure)
            sent_rightly(arrived, referral)
    except IntegrityError:  # the other half of a repeat was faster
        if (before := _sent_before(grant, identifier)) is None:
            raise
        return _repeated(arrived, before, conditional=True)
    return Made(referral, new, warnings)


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
    if not name:
        return None
    with scope(grant.client.service):
        row = cases.fetched(resources.visible(grant)).filter(reference=name).first()
        return people.patient(resources.case_of(grant, row)) if row is not None else None


def _sent_before(grant: Grant, identifier: str) -> Sent | None:
    if not identifier:
        return None
    with scope(grant.client.service):
        # The message is read only by its number, and may be large.
        rows = Sent.objects.filter(client=grant.client, identifier=identifier)
        return rows.select_related("referral").first()


def _repeated(arrived: Arrived, before: Sent, *, conditional: bool) -> Made:
    """The same again; other words under the same name go to a person."""
    with scope(arrived.grant.client.service):
        same = bytes(InboundMessage.objects.get(pk=before.message_id).content) == arrived.content
        if same:
            sent_rightly(arrived, before.referral)
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
                KEPT_ISSUE,
            ))  # fmt: skip
    return Made(before.referral, new=False)
