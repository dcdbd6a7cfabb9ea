"""Bytes in, text out: letters in every usual format, with pages and offsets kept."""

from painpath.documents.limited import AT_ONCE, read_in_turn, read_limited
from painpath.documents.model import (
    Attachment,
    DocumentCode,
    DocumentError,
    DocumentText,
    Limits,
    Page,
    UnreadPage,
)
from painpath.documents.reader import read

__all__ = [
    "AT_ONCE",
    "Attachment",
    "DocumentCode",
    "DocumentError",
    "DocumentText",
    "Limits",
    "Page",
    "UnreadPage",
    "read",
    "read_in_turn",
    "read_limited",
]
