"""Bytes to text, in this process."""

from painpath.documents import refusals
from painpath.documents.cleaning import assemble
from painpath.documents.kinds import IMAGES, Kind, kind_of
from painpath.documents.model import DEFAULT_LIMITS, Attachment, DocumentText, Limits, UnreadPage

_NOTHING = "No words were found in this file. Open the original."
_LOST = "Some characters of this file could not be read; each is shown as \ufffd. Open the original."


def read(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> DocumentText:
    """The text of a file with its pages, what could not be read, and its attachments.

    `name` is the file's name as given: only its ending is looked at, to notice a file that is not what it says.
    Raises `DocumentError` with a sentence for a person; nothing else.
    """
    if len(data) > limits.size:
        raise refusals.too_large(limits.size)
    if not data.strip():
        raise refusals.empty()
    kind = kind_of(data, name, limits)
    pages, unread, attachments = _parsed(data, kind, limits)
    text, places = assemble(pages, limits)
    if not text.strip() and not unread:
        unread = [UnreadPage(1, _NOTHING)]
    if "\ufffd" in text:
        listed = {item.page for item in unread}
        bad = [page.number for page in places if "\ufffd" in text[page.start : page.end]]
        unread = [*unread, *(UnreadPage(number, _LOST) for number in bad if number not in listed)]
    return DocumentText(text, places, tuple(sorted(unread, key=lambda item: item.page)), kind.value, attachments)


def _parsed(data: bytes, kind: Kind, limits: Limits) -> tuple[list[str], list[UnreadPage], tuple[Attachment, ...]]:
    # Each reader is imported when needed: together they cost more than reading a text letter may take.
    if kind is Kind.PDF:
        from painpath.documents import pdf

        return *pdf.read(data, limits), ()
    if kind in (Kind.DOCX, Kind.DOC):
        from painpath.documents import word

        text, unread = (word.read_docx if kind is Kind.DOCX else word.read_doc)(data, limits)
        return [text], unread, ()
    if kind is Kind.ODT:
        from painpath.documents import odt

        text, unread = odt.read(data)
        return [text], unread, ()
    if kind in (Kind.EML, Kind.MSG):
        from painpath.documents import mail

        text, unread, attachments = (mail.read_eml if kind is Kind.EML else mail.read_msg)(data)
        return [text], unread, attachments
    if kind in IMAGES:
        from painpath.documents.scans import Scanner

        frames = Scanner(limits).read_file(data)
        reasons = [UnreadPage(number, reason) for number, (_, reason) in enumerate(frames, 1) if reason]
        return [text for text, _ in frames], reasons, ()
    from painpath.documents import plain

    if kind is Kind.RTF:
        text, unread = plain.rtf_text(data)
        return [text], unread, ()
    if kind is Kind.HTML:
        return [plain.html_text(data)], [], ()
    return plain.text_pages(data), [], ()
