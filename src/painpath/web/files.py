"""A file as the answer to a request: never as anything that a browser would run, under a name that can do nothing."""

import re
import unicodedata

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SHOWN = {kind: kind for kind in ("application/pdf", "image/png", "image/jpeg")} | {
    "text/plain": "text/plain; charset=utf-8"
}
"""What a browser may show from the record, and how it is named to the browser."""
_BEGINS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""The first bytes of what is shown. A file that is two kinds at once begins with the other, and is not."""
LONGEST_NAME = 120
"""Characters of a name: file systems take 255 bytes, and one character can be four."""
_RESERVED = re.compile(r"[<>:\"|?*%;]")


def file_answer(content: bytes, media_type: str, name: str, *, download: bool = False) -> HttpResponse:
    """A file from the record. Never as anything that a browser would run: only what is in `SHOWN` is shown, and only
    when it begins as such a file does."""
    shown = media_type in SHOWN and content.startswith(_BEGINS.get(media_type, b""))
    response = HttpResponse(content, content_type=SHOWN[media_type] if shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(download or not shown, safe_name(name)) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["Cache-Control"] = "no-store"
    return response


def safe_name(name: str) -> str:
    """A name under which a file may be stored on anybody's machine: without folders, without characters that are not
    seen or turn the reading round (`cod.exe` for `exe.doc`), and short, with its ending kept. Never empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(
        " " if one.isspace() else one for one in last if one.isspace() or unicodedata.category(one)[0] != "C"
    )
    plain = re.sub(r"\s+", " ", _RESERVED.sub("_", seen)).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:LONGEST_NAME].rstrip(". ") or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('. ') or 'file'}.{ending}"
