"""Plain text, RTF and web pages."""

import re

from painpath.documents import refusals
from painpath.documents.model import UnreadPage

# Parts of an RTF document that striprtf leaves out, and tracked deletions, which it leaves in.
_RTF_ASIDE = re.compile(rb"\\(?:shptxt|footnote|header[lrf]?|footer[lrf]?|pict|deleted)(?![a-z])")
_RTF_ASIDES = (
    "This RTF document has headers, text boxes, notes, pictures or deleted words, which are not read as printed. "
    "Open the original."
)


def decode(data: bytes) -> str:
    """The characters of a text file: UTF-8 or UTF-16 (with a mark or without), else Windows-1252, as GP systems write.

    Bytes that stand for nothing become U+FFFD, so that they are seen and no other word is lost.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    sample = data[:65536]
    if b"\x00" in sample:
        high_first = sample[0::2].count(0) > sample[1::2].count(0)
        return data.decode("utf-16-be" if high_first else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and not data[: error.start].isascii():
            return data[: error.start].decode("utf-8") + "\ufffd"  # cut off in the middle of its last character
        return data.decode("cp1252", "replace")


def text_pages(data: bytes) -> list[str]:
    """The pages of a text file: a form feed starts a new one."""
    return decode(data).rstrip("\f\n\r ").split("\f")


def rtf_text(data: bytes) -> tuple[str, list[UnreadPage]]:
    """The text of an RTF document, a line for each row of a table, and what of it was not read."""
    from striprtf.striprtf import rtf_to_text

    with refusals.parsing():
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            data.decode("cp1252", "replace"), encoding="cp1252", errors="replace"
        )
        # RTF writes characters beyond the first plane as two surrogates.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text, [UnreadPage(1, _RTF_ASIDES)] if _RTF_ASIDE.search(data) else []


def html_text(data: bytes | str) -> str:
    """The text of a web page as a reader sees it; scripts, styles and links' addresses are left out."""
    from inscriptis import get_text
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig

    page = data if isinstance(data, str) else _decode_html(data)
    if not page.strip():
        return ""
    with refusals.parsing():
        text: str = get_text(page, ParserConfig(css=CSS_PROFILES["strict"], table_cell_separator="\t"))
        return text


def _decode_html(data: bytes) -> str:
    named = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", data[:2048], re.I)
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(named[1].decode("ascii"), "replace")
        except LookupError:
            pass
    return decode(data)
