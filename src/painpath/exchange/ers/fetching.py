"""Fetching a request for advice or a referral: everything that e-RS has of it, as it came. Asks e-RS alone, never the
record."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings

from painpath import clock
from painpath.exchange.ers import model
from painpath.exchange.ers.bodies import PRIORITIES
from painpath.exchange.ers.client import Client, Garbled
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.model import AdviceRequest, Attachment, Conversation, ErsReferral, Message
from painpath.referrals.arriving.filing import File

Kind = Literal["advice", "triage"]
OVERVIEW, PDF = "overview", b"%PDF"
RELATED = 5
"""Related requests of one pathway that are fetched with a referral: a setting of ours."""
MOST = 100 * 1024 * 1024
"""Bytes of all files of one request together: a setting of ours, so that no request fills the memory."""


@dataclass
class Fetched:
    """Everything of a request, as it came. A referral has no conversation."""

    request: AdviceRequest | ErsReferral
    conversation: Conversation
    raw: dict[str, bytes]
    overview: File | None = None
    files: dict[str, File] = field(default_factory=dict)
    """By e-RS's name of the file."""
    related: dict[str, File] = field(default_factory=dict)
    """What e-RS writes of related requests of the same pathway, by the UBRN of each."""
    messages: dict[str, File] = field(default_factory=dict)
    """The messages of earlier requests for advice, as text, by the UBRN of each."""
    missing: dict[str, str] = field(default_factory=dict)
    """Files that could not be fetched, by e-RS's name of each (`OVERVIEW` for that), with why, in a sentence."""
    notes: list[str] = field(default_factory=list)
    """What else whoever takes it in must know, in sentences."""
    ended: str = ""
    """Why nothing more can be asked: the sign-in ended on the way."""

    @property
    def kind(self) -> Kind:
        return "triage" if isinstance(self.request, ErsReferral) else "advice"

    @property
    def standing(self) -> tuple[str, ...]:
        """That e-RS calls it more than routine, or does not wait for our reply, in sentences."""
        said, priority, state = self.request, PRIORITIES.get(self.request.priority), self.request.state
        found = []
        if said.priority not in ("", "ROUTINE"):
            found.append(f"Its priority in e-RS is: {priority or said.priority}.")
        if state not in ("", model.WAITS, model.AWAITS_TRIAGE):
            found.append(f"Where it stands in e-RS: {state_words(state)}.")
        return tuple(found)

    @property
    def warnings(self) -> tuple[str, ...]:
        return (
            *self.standing,
            *self.request.warnings,
            *self.conversation.warnings,
            *self.notes,
            *self.missing.values(),
        )

    @property
    def name(self) -> str:
        """The same for the same version with the same parts: what came later, or says something else, is another
        message. Of what e-RS makes anew at each asking (a PDF, the number of a conversation) only the name counts."""
        anew = (".pdf", "conversation.json")
        parts = [
            name if name.endswith(anew) and not name.startswith("files/") else f"{name} {_digest(content)}"
            for name, content in self.raw.items()
        ]
        whole = _digest("\n".join(sorted(parts)).encode())
        return f"{self.request.ubrn}/{self.request.version}/{len(self.files)}/{whole[:16]}"

    def packed(self) -> bytes:
        """All of it in one file, the same bytes each time."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as pack:
            for name, content in self.raw.items():
                pack.writestr(zipfile.ZipInfo(name), content)
        return whole.getvalue()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def state_words(state: str) -> str:
    """Where a request or a referral stands in e-RS."""
    return model.REQUEST_STATES.get(state) or model.REFERRAL_STATES.get(state) or state or "not given"


def fetch(ubrn: str, client: Client, kind: Kind = "advice") -> Fetched:
    """A file that does not come is no reason to do without the rest; where the sign-in ends on the way, nothing more is
    asked, and what came before is there.

    A request for advice: A024, A025 with that version, every file by A042, the overview by A043. A referral: A005, its
    files by A042, what the referrer wrote by A007, and the same of related referrals; of a request for advice that
    went before it what is fetched of any (A024, A025, A042, A043).
    """
    if kind == "triage":
        return _referral(ubrn, client)
    request, first = client.advice_request(ubrn)
    conversation, second = client.conversation(ubrn, request.version)
    found = Fetched(request, conversation, {"request.json": first, "conversation.json": second})
    _files(found, attachments(request, conversation), client)
    name = f"Overview in e-RS, version {request.version}.pdf"
    found.overview = _written(found, OVERVIEW, "overview", name, "The overview of e-RS", client.overview, ubrn)
    return found


def _referral(ubrn: str, client: Client) -> Fetched:
    request, first = client.referral(ubrn)
    found = Fetched(request, Conversation(()), {"referral.json": first})
    _files(found, request.attachments, client)
    name = f"Clinical information in e-RS, version {request.version}.pdf"
    what = "What the referrer wrote in e-RS"
    read = client.clinical_information
    found.overview = _written(found, OVERVIEW, "clinical-information", name, what, read, ubrn)
    for other in request.advice:
        _advice(found, other, client)
    others = [one for one in request.related if one not in request.advice]
    for other in others[:RELATED]:
        _related(found, other, client)
    for other in others[RELATED:]:
        found.missing[other] = f"The related request {other} was not fetched: there are more than {RELATED}."
    return found


def _advice(found: Fetched, ubrn: str, client: Client) -> None:
    """The request for advice that went before a referral: its overview, files and messages. Of another patient nothing
    is taken. Where the request itself does not come, the overview may."""
    what, key, version = f"The request for advice {ubrn} that went before", f"advice-{ubrn}-conversation.json", ""
    try:
        if found.ended:
            raise Trouble(found.ended, "sign_in")
        request, first = client.advice_request(ubrn)
        conversation, second = client.conversation(ubrn, request.version)
    except Trouble as said:
        why = _trouble(found, said, f"advice-{ubrn}.dat")
        found.missing[key] = f"{what} has not come from e-RS, with its messages and files: {why}."
        if found.ended or isinstance(said, Garbled):  # perhaps another patient's
            return
        found.notes.append(f"{what} was not compared. Make sure that its overview is of the same patient.")
    else:
        if not _of_the_same_patient(found, ubrn, what, request.nhs_number):
            return
        found.raw |= {f"advice-{ubrn}-request.json": first, key: second}
        _files(found, attachments(request, conversation), client)
        version = f", version {request.version}"
        if conversation.messages:
            name = f"Messages of the request for advice {ubrn} in e-RS{version}.txt"
            found.messages[ubrn] = File(name, "\n\n".join(map(_in_words, conversation.messages)).encode())
    name = f"Request for advice {ubrn} in e-RS{version}.pdf"
    what = f"The overview of the request for advice {ubrn} that went before"
    pdf = _written(found, f"{OVERVIEW}/{ubrn}", f"advice-{ubrn}", name, what, client.overview, ubrn)
    if pdf is not None:
        found.related[ubrn] = pdf


def _in_words(one: Message) -> str:
    """A message of an earlier request for advice, as a paragraph."""
    who = {True: "From us", False: "From the referrer", None: "e-RS does not say from whom"}[one.from_us]
    when = f"{one.sent.astimezone(clock.LONDON):%-d %B %Y}" if one.sent else "at an unknown time"
    return f"{who}, {when}:\n{one.text}"


def _related(found: Fetched, ubrn: str, client: Client) -> None:
    """A related referral: facts may stand there and nowhere else. Of another patient nothing is taken."""
    why = found.ended
    if not why:
        try:
            request, content = client.referral(ubrn)
        except Trouble as said:
            why = _trouble(found, said, f"related-{ubrn}.dat")
    if why:
        found.missing[ubrn] = f"The related request {ubrn} has not come from e-RS: {why}."
        return
    if not _of_the_same_patient(found, ubrn, f"The related request {ubrn}", request.nhs_number):
        return
    found.raw[f"related-{ubrn}.json"] = content
    _files(found, request.attachments, client)
    name = f"Clinical information of {ubrn} in e-RS, version {request.version}.pdf"
    what, read = f"What was written in e-RS for the related {ubrn}", client.clinical_information
    pdf = _written(found, f"{OVERVIEW}/{ubrn}", f"related-{ubrn}", name, what, read, ubrn)
    if pdf is not None:
        found.related[ubrn] = pdf


def _of_the_same_patient(found: Fetched, ubrn: str, what: str, number: str) -> bool:
    """False for another patient's, which is then missing. Where one of the two numbers is not given, that is said."""
    if number and found.request.nhs_number:
        if number == found.request.nhs_number:
            return True
        found.missing[ubrn] = f"{what} has another NHS number in e-RS: nothing of it was taken in."
        return False
    found.notes.append(
        f"{what} was not compared: e-RS does not give both NHS numbers. Make sure that it is of the same patient."
    )
    return True


def _files(found: Fetched, wanted: Iterable[Attachment], client: Client) -> None:
    size = sum(len(one.content) for one in found.files.values())
    for one in wanted:
        if one.binary in found.files:
            continue
        why, content = found.ended, b""
        if one.availability != model.AVAILABLE:
            why = model.AVAILABILITY.get(one.availability, "e-RS does not give it out")
        elif not one.binary:
            why = "e-RS does not say where it lies"
        elif size > MOST:
            why = "all files together are more than this program takes at once"
        elif not why:
            try:
                content = client.file(one.binary, largest=settings.MAX_FILE_BYTES)
                why = "" if content else "it is empty"
            except Trouble as said:
                why = _trouble(found, said)
        if content:
            size += len(content)
            found.files[one.binary] = File(one.name, content)
            found.raw[f"files/{len(found.files)}-{File(one.name, b'').safe_name}"] = content
        if why:
            found.missing[one.binary or one.name] = f"The file “{one.name}” has not come from e-RS: {why}."


def _written(
    found: Fetched, key: str, kept: str, name: str, what: str, read: Callable[..., bytes], ubrn: str
) -> File | None:
    """What e-RS writes as a PDF of a request; None where none has come, which is then missing."""
    why, pdf = found.ended, b""
    if not why:
        try:
            pdf = read(ubrn, largest=settings.MAX_FILE_BYTES)
            why = "" if pdf.startswith(PDF) else "what came is no PDF" if pdf else "what came is empty"
        except Trouble as said:
            why = _trouble(found, said)
    if pdf:
        found.raw[f"{kept}.dat" if why else f"{kept}.pdf"] = pdf
    if why:
        found.missing[key] = f"{what} has not come: {why}."
        return None
    return File(name, pdf)


def _trouble(found: Fetched, said: Trouble, kept: str = "") -> str:
    """Why something has not come, as the end of a sentence; noted where nothing more will come. What came and cannot be
    read is kept as `kept`."""
    if kept and isinstance(said, Garbled):
        found.raw[kept] = said.content
    why = said.sentence.rstrip(".")
    found.ended = why if said.then == "sign_in" else ""
    return why


def attachments(request: AdviceRequest, conversation: Conversation) -> list[Attachment]:
    """Files hang on the request or on a message: both are read, each file once."""
    every = [*request.attachments, *(one for message in conversation.messages for one in message.attachments)]
    return list({one.binary or f"{number}": one for number, one in enumerate(every)}.values())
