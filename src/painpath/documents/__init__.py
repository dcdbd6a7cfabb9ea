"""Bytes in, text out: letters in every usual format, with pages and offsets kept."""

from painpath.documents.limited import read_limited
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
    "Attachment",
    "DocumentCode",
    "DocumentError",
    "DocumentText",
    "Limits",
    "Page",
    "UnreadPage",
    "read",
    "read_limited",
]
