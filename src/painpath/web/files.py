"""A file as the answer to a request: never as anything that a browser would run."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SHOWN = {kind: kind for kind in ("application/pdf", "image/png", "image/jpeg")} | {
    "text/plain": "text/plain; charset=utf-8"
}
"""What a browser may show from the record, and how it is named to the browser."""


def file_answer(content: bytes, media_type: str, name: str, *, download: bool = False) -> HttpResponse:
    """A file from the record. Never as anything that a browser would run: only what is in `SHOWN` is shown."""
    shown = media_type in SHOWN
    response = HttpResponse(content, content_type=SHOWN.get(media_type, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(download or not shown, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
