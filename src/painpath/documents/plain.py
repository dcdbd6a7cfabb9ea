"""Plain text, RTF and web pages."""

import re

from painpath.documents import refusals


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


def rtf_text(data: bytes) -> str:
    """The text of an RTF document, tables as rows."""
    from striprtf.striprtf import rtf_to_text

    with refusals.parsing():
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            data.decode("cp1252", "replace"), encoding="cp1252", errors="replace"
        )
        # RTF writes characters beyond the first plane as two surrogates.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


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
