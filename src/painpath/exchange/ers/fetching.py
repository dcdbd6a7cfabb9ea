"""Fetching a request for advice: everything that e-RS has of it, as it came. Asks e-RS alone, never the record."""

import hashlib
import io
import zipfile
from dataclasses import dataclass, field

from django.conf import settings

from painpath.exchange.ers import model
from painpath.exchange.ers.bodies import PRIORITIES
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.model import AdviceRequest, Attachment, Conversation
from painpath.referrals.arriving.filing import File

OVERVIEW, PDF = "overview", b"%PDF"
MOST = 100 * 1024 * 1024
"""Bytes of all files of one request together: a setting of ours, so that no request fills the memory."""


@dataclass
class Fetched:
    """Everything of a request, as it came."""

    request: AdviceRequest
    conversation: Conversation
    raw: dict[str, bytes]
    overview: File | None = None
    files: dict[str, File] = field(default_factory=dict)
    """By e-RS's name of the file."""
    missing: dict[str, str] = field(default_factory=dict)
    """Files that could not be fetched, by e-RS's name of each (`OVERVIEW` for that), with why, in a sentence."""

    @property
    def standing(self) -> tuple[str, ...]:
        """That e-RS calls it more than routine, or does not wait for our reply, in sentences."""
        said, priority, state = self.request, PRIORITIES.get(self.request.priority), self.request.state
        found = []
        if said.priority not in ("", "ROUTINE"):
            found.append(f"Its priority in e-RS is: {priority or said.priority}.")
        if state not in ("", model.WAITS):
            found.append(f"Where it stands in e-RS: {model.REQUEST_STATES.get(state, state)}.")
        return tuple(found)

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.standing, *self.request.warnings, *self.conversation.warnings, *self.missing.values())

    @property
    def name(self) -> str:
        """The same for the same version with the same parts: what came later is another message."""
        parts = hashlib.sha256("\n".join(sorted(self.raw)).encode()).hexdigest()[:16]
        return f"{self.request.ubrn}/{self.request.version}/{len(self.files)}/{parts}"

    def packed(self) -> bytes:
        """All of it in one file, the same bytes each time."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as pack:
            for name, content in self.raw.items():
                pack.writestr(zipfile.ZipInfo(name), content)
        return whole.getvalue()


def fetch(ubrn: str, client: Client) -> Fetched:
    """A024, A025 with that version, every file by A042, the overview by A043. A file that does not come is no reason to
    do without the rest; where the sign-in ends on the way, nothing more is asked, and what came before is there."""
    request, first = client.advice_request(ubrn)
    conversation, second = client.conversation(ubrn, request.version)
    found = Fetched(request, conversation, {"request.json": first, "conversation.json": second})
    size, ended = 0, ""
    for one in attachments(request, conversation):
        why, content = ended, b""
        if one.availability != model.AVAILABLE:
            why = model.AVAILABILITY.get(one.availability, "e-RS does not give it out")
        elif not one.binary:
            why = "e-RS does not say where it lies"
        elif size > MOST:
            why = "all files together are more than this program takes at once"
        elif not ended:
            try:
                content = client.file(one.binary, largest=settings.MAX_FILE_BYTES)
                why = "" if content else "it is empty"
            except Trouble as said:
                why = said.sentence.rstrip(".")
                ended = why if said.then == "sign_in" else ""
        if content:
            size += len(content)
            found.files[one.binary] = File(one.name, content)
            found.raw[f"files/{len(found.files)}-{File(one.name, b'').safe_name}"] = content
        if why:
            found.missing[one.binary or one.name] = f"The file “{one.name}” has not come from e-RS: {why}."
    _overview(found, client, ended)
    return found


def _overview(found: Fetched, client: Client, ended: str) -> None:
    """The overview, where it can be had. `ended` is why nothing can be asked any more."""
    why, pdf = ended, b""
    if not ended:
        try:
            pdf = client.overview(found.request.ubrn, largest=settings.MAX_FILE_BYTES)
            why = "" if pdf.startswith(PDF) else "what came is empty" if not pdf else "what came is no PDF"
        except Trouble as said:
            why = said.sentence.rstrip(".")
    if pdf:
        found.raw["overview.pdf" if not why else "overview.dat"] = pdf
    if why:
        found.missing[OVERVIEW] = f"The overview of e-RS has not come: {why}."
    else:
        found.overview = File(f"Overview in e-RS, version {found.request.version}.pdf", pdf)


def attachments(request: AdviceRequest, conversation: Conversation) -> list[Attachment]:
    """Files hang on the request or on a message: both are read, each file once."""
    every = [*request.attachments, *(one for message in conversation.messages for one in message.attachments)]
    return list({one.binary or f"{number}": one for number, one in enumerate(every)}.values())
