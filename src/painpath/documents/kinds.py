"""What a file is, told from its content; its name only says what it claims to be."""

import io
import re
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

from painpath.documents import refusals
from painpath.documents.model import DocumentCode, DocumentError, Limits

if TYPE_CHECKING:
    from zipfile import ZipFile


class Kind(StrEnum):
    """The kinds of file that can be read, by media type."""

    TEXT = "text/plain"
    HTML = "text/html"
    RTF = "application/rtf"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    DOC = "application/msword"
    ODT = "application/vnd.oasis.opendocument.text"
    EML = "message/rfc822"
    MSG = "application/vnd.ms-outlook"
    TIFF = "image/tiff"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    BMP = "image/bmp"


IMAGES = frozenset({Kind.TIFF, Kind.PNG, Kind.JPEG, Kind.GIF, Kind.BMP})

_WORDS = {
    Kind.TEXT: "plain text",
    Kind.HTML: "a web page",
    Kind.RTF: "an RTF document",
    Kind.PDF: "a PDF",
    Kind.DOCX: "a Word document",
    Kind.DOC: "an older Word document",
    Kind.ODT: "an OpenDocument text",
    Kind.EML: "an email",
    Kind.MSG: "an Outlook email",
    Kind.TIFF: "a TIFF picture",
    Kind.PNG: "a PNG picture",
    Kind.JPEG: "a JPEG picture",
    Kind.GIF: "a GIF picture",
    Kind.BMP: "a BMP picture",
}

# Word itself saves RTF under .doc, and so do GP systems: that is no lie.
_NAMED: dict[str, frozenset[Kind]] = {
    ".txt": frozenset({Kind.TEXT}),
    ".html": frozenset({Kind.HTML, Kind.TEXT}),
    ".htm": frozenset({Kind.HTML, Kind.TEXT}),
    ".rtf": frozenset({Kind.RTF}),
    ".pdf": frozenset({Kind.PDF}),
    ".docx": frozenset({Kind.DOCX}),
    ".doc": frozenset({Kind.DOC, Kind.RTF}),
    ".odt": frozenset({Kind.ODT}),
    ".eml": frozenset({Kind.EML, Kind.TEXT}),
    ".msg": frozenset({Kind.MSG}),
    ".tif": frozenset({Kind.TIFF}),
    ".tiff": frozenset({Kind.TIFF}),
    ".png": frozenset({Kind.PNG}),
    ".jpg": frozenset({Kind.JPEG}),
    ".jpeg": frozenset({Kind.JPEG}),
    ".gif": frozenset({Kind.GIF}),
    ".bmp": frozenset({Kind.BMP}),
}
_AS_NAMED = {".html": Kind.HTML, ".htm": Kind.HTML, ".eml": Kind.EML, ".txt": Kind.TEXT}

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", Kind.RTF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF8", Kind.GIF),
    (b"BM", Kind.BMP),
)
_OTHERS = (b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"ID3", b"OggS", b"RIFF", b"%!PS", b"<?xml")
_MEMBERS = 10_000
"""Files in a ZIP; a Word document has some twenty."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.I | re.S
)
_MAIL = re.compile(rb"\s*(?:From |[A-Za-z][A-Za-z0-9-]*:[ \t])")
_MAIL_FIELD = re.compile(rb"^(?:received|message-id|mime-version|return-path|x-[a-z-]+):", re.I | re.M)


def kind_of(data: bytes, name: str, limits: Limits) -> Kind:
    """The kind of `data`. Raises `DocumentError` when it cannot be read or is not what `name` says it is."""
    claimed = PurePath(name.lower().replace("\\", "/")).suffix
    allowed = _NAMED.get(claimed)
    kind = _told_by(data, limits)
    if kind is None:
        if allowed:
            raise DocumentError(
                DocumentCode.DAMAGED,
                f"This file is named {claimed} but its content is damaged or something else. "
                "Ask the sender for it again.",
            )
        raise refusals.unsupported()
    if allowed is None:
        return kind
    if kind not in allowed and not (claimed == ".txt" and kind is Kind.EML):
        raise DocumentError(
            DocumentCode.WRONG_TYPE,
            f"This file is named {claimed} but is {_WORDS[kind]}. Make sure it is the right file, "
            "rename it, and upload it again.",
        )
    return _AS_NAMED.get(claimed, kind)


def _told_by(data: bytes, limits: Limits) -> Kind | None:
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(b"PK\x03\x04"):
        return _zip(data, limits)
    head = data[:4096]
    if _HTML.match(head):
        return Kind.HTML
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (kind is not Kind.BMP or b"\x00" in head[:14]):
            return kind
    if head.startswith(_OTHERS) and (head.startswith((b"<?xml", b"%!PS")) or not _is_text(data)):
        raise refusals.unsupported()
    if not _is_text(data):
        return None
    if _MAIL.match(head) and len(_MAIL_FIELD.findall(head)) >= 2:
        return Kind.EML
    return Kind.TEXT


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    if b"\x00" in sample:
        # UTF-16 without a mark: nearly every other byte of English is NUL, and hardly one of the rest. A program has
        # NULs in both.
        few, many = sorted((sample[0::2].count(0), sample[1::2].count(0)))
        return many > 0.4 * len(sample) and few < 0.02 * len(sample)
    controls = len(sample) - len(sample.translate(None, bytes({*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F} - {0x1B})))
    return controls <= len(sample) * 0.01


def _zip(data: bytes, limits: Limits) -> Kind:
    import zipfile

    # Counted before they are listed: the list of half a million costs 300 MB, also in the web server.
    if data.count(b"PK\x01\x02") > _MEMBERS:
        raise refusals.too_complex()
    with refusals.parsing(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        # zipfile never gives out more than the declared size of a member, so the declared sizes bound the cost.
        if sum(member.file_size for member in members) > limits.unpacked:
            raise refusals.too_complex()
        names = {member.filename for member in members}
        if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
            return Kind.DOCX
        if "mimetype" in names and _start(archive, "mimetype", 100).strip() == Kind.ODT.value.encode():
            if b"manifest:encryption-data" in _start(archive, "META-INF/manifest.xml", 1_000_000):
                raise refusals.password()
            return Kind.ODT
    raise refusals.unsupported()


def _start(archive: "ZipFile", name: str, most: int) -> bytes:
    """The first bytes of a member: what is read here is read in the web server too."""
    with archive.open(name) as member:
        return member.read(most)


def _ole(data: bytes) -> Kind:
    import olefile

    with refusals.parsing(), olefile.OleFileIO(io.BytesIO(data)) as ole:
        if ole.exists("EncryptedPackage"):
            raise refusals.password()
        if ole.exists("WordDocument"):
            return Kind.DOC
        if ole.exists("__properties_version1.0"):
            return Kind.MSG
    raise refusals.unsupported()
