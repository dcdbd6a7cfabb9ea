"""What reading a file gives: its text with pages, what could not be read, and what came attached.

`DocumentText.text` is the one text that every offset in Painpath points into. It is Unicode with `\\n` line ends, keeps
hard-wrapped lines as they are, and holds no control characters and no lone surrogates, so that PostgreSQL can store it
and a quotation is found again exactly. See `painpath.documents.cleaning`.
"""

from enum import StrEnum

import msgspec


class Page(msgspec.Struct, frozen=True):
    """One page: `text[start:end]`. Pages are in order, do not overlap, and are numbered from 1.

    Formats without pages of their own (Word, text, e-mail) are one page.
    """

    number: int
    start: int
    end: int


class UnreadPage(msgspec.Struct, frozen=True):
    """A page whose words are not all in the text, or may be misread; `reason` is a plain sentence for a person.

    A page read by OCR with low confidence is listed here too although its words are in the text: whoever decides has
    to look at the original.
    """

    page: int
    reason: str


class Attachment(msgspec.Struct, frozen=True):
    """A file that came inside this one: to be kept and read as a document of its own."""

    name: str
    data: bytes


class DocumentText(msgspec.Struct, frozen=True):
    """A file, read. `media_type` is what its content is, whatever its name says."""

    text: str
    pages: tuple[Page, ...]
    unread: tuple[UnreadPage, ...]
    media_type: str
    attachments: tuple[Attachment, ...] = ()


class DocumentCode(StrEnum):
    """Why a file as a whole could not be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PASSWORD = "password"  # noqa: S105 - a reason, not a secret
    DAMAGED = "damaged"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    TOO_SLOW = "too_slow"
    TOO_COMPLEX = "too_complex"
    BUSY = "busy"


class DocumentError(Exception):
    """A file could not be read. `sentence` says in plain words what is wrong and what to do, and quotes nothing."""

    def __init__(self, code: DocumentCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Limits(msgspec.Struct, frozen=True):
    """What a file may cost.

    25 MB is the service's limit for one upload. The rest are set so that any real letter passes (a 200-page print-out
    of a record; an A4 page scanned at 600 dots per inch is 35 million pixels) and no made-up file takes the machine.
    OCR takes about one second a page; pages that it has no time for are listed as unread. `seconds` and `memory`
    (bytes) hold only for `read_limited`.
    """

    size: int = 25 * 1024 * 1024
    pages: int = 500
    characters: int = 12_000_000
    pixels: int = 40_000_000
    unpacked: int = 200 * 1024 * 1024
    ocr_seconds: float = 90.0
    seconds: float = 150.0
    memory: int = 2 * 1024 * 1024 * 1024


DEFAULT_LIMITS = Limits()
