"""E-mail: .eml and Outlook's .msg. The body is the text; what came attached is kept as it is."""

import io
from collections.abc import Iterable, Iterator
from email.message import MIMEPart

from painpath.documents import plain, refusals
from painpath.documents.model import Attachment

_FIELDS = ("From", "To", "Cc", "Date", "Subject")


def read_eml(data: bytes) -> tuple[str, tuple[Attachment, ...]]:
    """The header lines a person reads, the body (plain if there is one, else its web page) and the attachments.

    Pictures inside the body count as attachments: one of them may be the scanned letter. Raises `DocumentError`.
    """
    from email import message_from_bytes, policy

    with refusals.parsing():
        message = message_from_bytes(data, policy=policy.default)
        body = message.get_body(("plain", "html"))
        text = _body(body) if body is not None else ""
        fields = [(name, str(message[name])) for name in _FIELDS if message[name]]
        return _joined(fields, text), tuple(_named(_parts(message, body)))


def read_msg(data: bytes) -> tuple[str, tuple[Attachment, ...]]:
    """As `read_eml`, for a message saved from Outlook. Raises `DocumentError`."""
    from oxmsg import Message

    with refusals.parsing():
        message = Message.load(io.BytesIO(data))
        sent = message.sent_date.isoformat(sep=" ", timespec="minutes") if message.sent_date else ""
        to = "; ".join(f"{person.name} <{person.email_address}>" for person in message.recipients)
        fields = [("From", message.sender or ""), ("To", to), ("Date", sent), ("Subject", message.subject or "")]
        body = message.body or plain.html_text(message.html_body or "")
        files = ((item.file_name or "", item.file_bytes) for item in message.attachments)
        return _joined(fields, body), tuple(_named((name, content or b"") for name, content in files))


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


def _parts(message: MIMEPart, body: MIMEPart | None) -> Iterator[tuple[str, bytes]]:
    for part in message.iter_attachments() if body is not message else ():
        yield from _content(part)


def _content(part: MIMEPart) -> Iterator[tuple[str, bytes]]:
    if part.get_content_type() == "message/rfc822":
        for inner in part.iter_parts():
            yield part.get_filename() or f"{inner['Subject'] or 'message'}.eml", inner.as_bytes()
    elif part.is_multipart():
        for inner in part.iter_parts():
            yield from _content(inner)
    else:
        content = part.get_payload(decode=True)
        yield part.get_filename() or "", content if isinstance(content, bytes) else b""


def _named(files: Iterable[tuple[str, bytes]]) -> Iterator[Attachment]:
    for number, (name, data) in enumerate(files, 1):
        plain_name = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
        yield Attachment("".join(c for c in plain_name if c.isprintable()) or f"attachment {number}", data)
