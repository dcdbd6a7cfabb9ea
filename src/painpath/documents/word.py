"""Word: DOCX, and the older DOC by way of DOCX."""

import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from painpath.documents import refusals
from painpath.documents.model import Limits, UnreadPage
from painpath.documents.scans import Scanner

if TYPE_CHECKING:
    from docx.opc.part import Part
    from lxml.etree import _Element

# What Word keeps in the file but does not print: deleted and moved-away words, field codes, properties, and the second
# copy of each drawing for older versions.
_UNSEEN = frozenset(
    {"del", "moveFrom", "delText", "instrText", "Fallback", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "sdtPr"}
)
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BEFORE, _AFTER = ("header",), ("footer", "footnotes", "endnotes", "comments")
_SCAN_WIDTH, _SCAN_HEIGHT = 600, 400  # pixels: smaller pictures are logos and signatures
# What doc2docx reports when content, not looks, did not come through.
_LOST = re.compile(
    "(PICTURE|TEXTBOX|OLE_OBJECT|HEADER_FOOTER|INLINE_BINARY|OFFICEART|COMMENT).*"
    "(DEFERRED|OMITTED|MALFORMED|MISSING|SKIPPED|INVALID|UNANCHORED)$|^UNTERMINATED_FIELD$"
)
_OLD_WORD = "Some of this older Word document (a picture, text box, header or comment) was not read. Open the original."
_PICTURE = "A picture in this document may not have been read fully: {}"


def read_doc(data: bytes, limits: Limits) -> tuple[str, list[UnreadPage]]:
    """The text of a DOC, as `read_docx`. Raises `DocumentError`."""
    from doc2docx import convert
    from doc2docx.errors import EncryptedDocumentError

    with refusals.parsing(), tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "letter.doc"), Path(folder, "letter.docx")
        before.write_bytes(data)
        try:
            report = convert(before, after).report
        except EncryptedDocumentError:
            raise refusals.password() from None
        text, unread = read_docx(after.read_bytes(), limits)
        if any(_LOST.search(item.code) for item in report.diagnostics):
            unread.append(UnreadPage(1, _OLD_WORD))
        return text, unread


def read_docx(data: bytes, limits: Limits) -> tuple[str, list[UnreadPage]]:
    """The text of a DOCX and what of it was not read. Raises `DocumentError`.

    Headers come first, then the body in reading order, then footers, notes and comments. A table is a line for each
    row, tabs between its cells; a list item begins with a bullet; a text box follows the paragraph it is anchored to;
    tick boxes are ☒ and ☐; deleted words are left out, inserted words are in.
    """
    from docx import Document

    with refusals.parsing():
        document = Document(io.BytesIO(data))
        main = document.part
        walker = _Walker(limits, _list_styles(document.styles.element))
        parts: dict[str, list[Part]] = {}
        for relation in main.rels.values():
            if not relation.is_external:
                parts.setdefault(relation.reltype.rsplit("/", 1)[-1], []).append(relation.target_part)
        lines = [*walker.others(parts, _BEFORE), *walker.lines(main.element, main), *walker.others(parts, _AFTER)]
        return "\n".join(lines), walker.unread


class _Walker:
    def __init__(self, limits: Limits, list_styles: frozenset[str]) -> None:
        self._scanner = Scanner(limits)
        self._list_styles = list_styles
        self.unread: list[UnreadPage] = []

    def others(self, parts: "dict[str, list[Part]]", kinds: tuple[str, ...]) -> list[str]:
        """The lines of headers, footers and notes, each once however many pages repeat it."""
        from lxml import etree

        seen: dict[str, None] = {}
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for kind in kinds:
            for part in parts.get(kind, ()):
                block = "\n".join(
                    line for line in self.lines(etree.fromstring(part.blob, parser), part) if line.strip()
                )
                seen.setdefault(block)
        return [block for block in seen if block]

    def lines(self, element: "_Element", part: "Part") -> Iterator[str]:
        """The printed lines of a body, a cell or a text box."""
        for child in element:
            name = _name(child)
            if name == "p":
                yield from self._paragraph(child, part)
            elif name == "tr":
                cells = [" ".join(" ".join(self.lines(cell, part)).split("\n")) for cell in child if _holds_cells(cell)]
                yield "\t".join(cells)
            elif name not in _UNSEEN:
                yield from self.lines(child, part)

    def _paragraph(self, paragraph: "_Element", part: "Part") -> Iterator[str]:
        asides: list[str] = []
        text = "".join(self._run(paragraph, part, asides))
        listed = any(
            _name(item) == "numPr" or (_name(item) == "pStyle" and _attribute(item, "val") in self._list_styles)
            for properties in paragraph
            if _name(properties) == "pPr"
            for item in properties
        )
        yield f"• {text}" if listed and text.strip() else text
        yield from asides

    def _run(self, element: "_Element", part: "Part", asides: list[str]) -> Iterator[str]:
        for child in element:
            name = _name(child)
            if name == "t":
                yield child.text or ""
            elif name in _CHARACTERS:
                yield _CHARACTERS[name]
            elif name == "sym":
                yield _symbol(child)
            elif name == "checkBox":
                yield _ticked(child)
            elif name == "ddList":
                yield _chosen(child)
            elif name == "txbxContent":
                asides.extend(self.lines(child, part))
            elif name in ("blip", "imagedata"):
                asides.extend(self._picture(child, part))
            elif name not in _UNSEEN and name != "pPr":
                yield from self._run(child, part, asides)

    def _picture(self, reference: "_Element", part: "Part") -> Iterator[str]:
        target = _attribute(reference, "embed") or _attribute(reference, "id")
        if target is None or target not in part.rels or part.rels[target].is_external:
            return
        data = part.rels[target].target_part.blob
        if not _could_be_a_scan(data):
            return
        for text, reason in self._scanner.read_file(data):
            if reason:
                self.unread.append(UnreadPage(1, _PICTURE.format(reason)))
            yield from text.splitlines()


def _name(element: "_Element") -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else "del"


def _list_styles(styles: "_Element") -> frozenset[str]:
    """The styles whose paragraphs are list items of themselves ("List Bullet")."""
    return frozenset(
        _attribute(style, "styleId") or ""
        for style in styles
        if _name(style) == "style" and any(_name(item) == "numPr" for item in style.iter())
    )


def _holds_cells(element: "_Element") -> bool:
    return _name(element) in ("tc", "sdt")


def _attribute(element: "_Element", name: str) -> str | None:
    return next((value for key, value in element.items() if key.rsplit("}", 1)[-1] == name), None)


def _symbol(element: "_Element") -> str:
    code = _attribute(element, "char")
    return chr(int(code, 16)) if code else ""


def _ticked(box: "_Element") -> str:
    states = {_name(item): _attribute(item, "val") for item in box}
    state = states.get("checked", states.get("default", "0") if "checked" not in states else None)
    return "☐" if state in ("0", "false", "off") else "☒"


def _chosen(choices: "_Element") -> str:
    entries = [_attribute(item, "val") or "" for item in choices if _name(item) == "listEntry"]
    index = int(next((_attribute(item, "val") or "0" for item in choices if _name(item) == "result"), "0"))
    return entries[index] if index < len(entries) else ""


def _could_be_a_scan(data: bytes) -> bool:
    """Large enough to be a page rather than a logo. What cannot be measured (a Windows metafile) is taken for one."""
    try:
        from PIL import Image

        with Image.open(io.BytesIO(data)) as picture:
            return picture.width >= _SCAN_WIDTH and picture.height >= _SCAN_HEIGHT
    except Exception:
        return not data.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\x00\x00\x00"))  # WMF, EMF: drawings
