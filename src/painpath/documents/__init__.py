"""Bytes in, text out: letters in every usual format, with pages and offsets kept."""

from painpath.documents.model import (
    Attachment,
    DocumentCode,
    DocumentError,
    DocumentText,
    Limits,
    Page,
    UnreadPage,
)

__all__ = ["Attachment", "DocumentCode", "DocumentError", "DocumentText", "Limits", "Page", "UnreadPage"]
