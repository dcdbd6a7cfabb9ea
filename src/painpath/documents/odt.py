"""OpenDocument text (LibreOffice)."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from painpath.documents import refusals
from painpath.documents.model import UnreadPage

_UNSEEN = frozenset({"tracked-changes", "annotation", "note-citation", "sequence-decls", "forms", "automatic-styles"})
_PICTURE = "This document holds a picture, and words in it were not read. Open the original."


def read(data: bytes) -> tuple[str, list[UnreadPage]]:
    """The text of an ODT: headers, body in reading order, footers. Tables, lists and boxes as in `word.read_docx`.

    Raises `DocumentError`.
    """
    from defusedxml.ElementTree import fromstring

    with refusals.parsing(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = fromstring(archive.read("content.xml"))
        styles = fromstring(archive.read("styles.xml")) if "styles.xml" in archive.namelist() else Element("none")
        lines = [*_around(styles, "header"), *_lines(content), *_around(styles, "footer")]
        unread = [UnreadPage(1, _PICTURE)] if any(_name(item) == "image" for item in content.iter()) else []
        return "\n".join(lines), unread


def _around(styles: Element, kind: str) -> Iterator[str]:
    for item in styles.iter():
        if _name(item) in (kind, f"{kind}-first", f"{kind}-left"):
            yield from (line for line in _lines(item) if line.strip())


def _lines(element: Element) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in ("p", "h"):
            asides: list[str] = []
            yield "".join(_words(child, asides))
            yield from asides
        elif name == "list-item":
            first, *rest = [*_lines(child)] or [""]
            yield f"• {first}"
            yield from rest
        elif name == "table-row":
            yield "\t".join(" ".join(" ".join(_lines(cell)).split("\n")) for cell in child)
        elif name not in _UNSEEN:
            yield from _lines(child)


def _words(element: Element, asides: list[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = _name(child)
        if name == "s":
            count = next((value for key, value in child.items() if key.endswith("}c")), "1")
            yield " " * min(int(count), 200)
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name in ("text-box", "note-body"):
            asides.extend(_lines(child))
        elif name not in _UNSEEN:
            yield from _words(child, asides)
        yield child.tail or ""


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
