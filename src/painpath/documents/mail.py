"""E-mail: .eml and Outlook's .msg. The body is the text; what came attached is kept as it is."""

import io
from collections.abc import Iterable, Iterator
from email.message import MIMEPart
from itertools import islice

from painpath.documents import plain, refusals
from painpath.documents.model import Attachment, UnreadPage

_NO_BODY = "No words were found in the body of this email. Open the original."
_INSIDE = "This email has another email or a link inside it that could not be taken out. Open the original."
_MANY = "This email has more than 100 files inside it, and only the first 100 were taken out. Open the original."
MOST_ATTACHMENTS = 100
"""Each becomes a document that somebody has to look at. A referral has a handful."""
_FIELDS = ("From", "To", "Cc", "Date", "Subject")


def read_eml(data: bytes) -> tuple[str, list[UnreadPage], tuple[Attachment, ...]]:
    """The header lines a person reads and the body (plain if there is one, else its web page); what was not read; and
    what came attached.

    Pictures inside the body count as attachments: one of them may be the scanned letter. Raises `DocumentError`.
    """
    from email import message_from_bytes, policy

    with refusals.parsing():
        message = message_from_bytes(data, policy=policy.default)
        body = message.get_body(("plain", "html"))
        text = _body(body) if body is not None else ""
        fields = [(name, str(message[name])) for name in _FIELDS if message[name]]
        attachments = tuple(islice(_named(_content(part) for part in _parts(message, body)), MOST_ATTACHMENTS + 1))
        unread = _without(text) + ([UnreadPage(1, _MANY)] if len(attachments) > MOST_ATTACHMENTS else [])
        return _joined(fields, text), unread, attachments[:MOST_ATTACHMENTS]


def read_msg(data: bytes) -> tuple[str, list[UnreadPage], tuple[Attachment, ...]]:
    """As `read_eml`, for a message saved from Outlook. Raises `DocumentError`."""
    from oxmsg import Message

    with refusals.parsing():
        message = Message.load(io.BytesIO(data))
        sent = message.sent_date.isoformat(sep=" ", timespec="minutes") if message.sent_date else ""
        to = "; ".join(f"{person.name} <{person.email_address}>" for person in message.recipients)
        fields = [("From", message.sender or ""), ("To", to), ("Date", sent), ("Subject", message.subject or "")]
        text = message.body or plain.html_text(message.html_body or "")
        files = [(item.file_name or "", item.file_bytes) for item in message.attachments]
        held = tuple(_named([(name, content)] for name, content in files if content is not None))
        unread = _without(text)
        if len(held) < len(files):
            unread.append(UnreadPage(1, _INSIDE))
        if len(held) > MOST_ATTACHMENTS:
            unread.append(UnreadPage(1, _MANY))
        return _joined(fields, text), unread, held[:MOST_ATTACHMENTS]


def _without(text: str) -> list[UnreadPage]:
    return [] if text.strip() else [UnreadPage(1, _NO_BODY)]


def _joined(fields: Iterable[tuple[str, str]], body: str) -> str:
    head = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in fields if value)
    return f"{head}\n\n{body}"


def _body(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    try:
        text = data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = plain.decode(data)
    return plain.html_text(text) if part.get_content_type() == "text/html" else text


def _parts(message: MIMEPart, body: MIMEPart | None) -> Iterator[MIMEPart]:
    """Every part that is not the body that was read."""
    if message is body:
        return
    if not message.is_multipart() or message.get_content_type() == "message/rfc822":
        yield message
        return
    shown = body is not None and message.get_content_type() == "multipart/alternative"
    for part in message.iter_parts():
        # the other form of a body that was read says the same words again
        if shown and part.get_content_type() in ("text/plain", "text/html"):
            continue
        yield from _parts(part, body)


def _content(part: MIMEPart) -> Iterator[tuple[str, bytes]]:
    if part.get_content_type() == "message/rfc822":
        for inner in part.iter_parts():
            yield part.get_filename() or f"{inner['Subject'] or 'message'}.eml", inner.as_bytes()
    else:
        content = part.get_payload(decode=True)
        yield part.get_filename() or "", content if isinstance(content, bytes) else b""


def _named(parts: Iterable[Iterable[tuple[str, bytes]]]) -> Iterator[Attachment]:
    for number, (name, data) in enumerate((file for part in parts for file in part), 1):
        last = name.replace("\\", "/").rsplit("/", 1)[-1]
        shown = "".join(character for character in last if character.isprintable()).strip()
        yield Attachment(shown or f"attachment {number}", data)
