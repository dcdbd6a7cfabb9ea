"""Real files, made in the test."""

import io
import struct
import textwrap
import zipfile
from email.message import EmailMessage
from types import SimpleNamespace

import docx
from doc2docx.cfb.directory import ObjectType
from doc2docx.cfb.writer import write_compound_storage
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

LETTER = (
    "Dear Pain Team\n\nMrs Ann Example has had low back pain for three years.\nShe has no red flags and takes "
    "amitriptyline 10 mg at night.\n\nShe would like to walk her dog again.\n\nYours sincerely\nDr Bee Example"
)


def scan(text: str = LETTER, dpi: int = 150) -> Image.Image:
    """A page of print as a scanner sees it."""
    page = Image.new("L", (int(8.27 * dpi), int(11.69 * dpi)), 255)
    font = ImageFont.load_default(size=dpi * 11 / 72)
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, 80) or [""]]
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((dpi * 0.8, dpi * (0.8 + 0.24 * number)), line, font=font, fill=0)
    return page


def picture(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.copy().save(out, form, **options)
    return out.getvalue()


def pdf(*pages: str | Image.Image | None, stamp: str = "", password: str | None = None) -> bytes:
    """Each page is text, a scan (with `stamp` as its text layer) or blank."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, encrypt=StandardEncryption(password) if password else None)
    for page in pages:
        if isinstance(page, str):
            text = sheet.beginText(72, 770)
            text.textLines(page)
            sheet.drawText(text)
        elif page is not None:
            sheet.drawImage(ImageReader(page), 0, 0, 595, 842)
            sheet.drawString(40, 20, stamp)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def docx_bytes(document: "docx.document.Document") -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(**members: str | bytes) -> bytes:
    """A zip; `__` in a name stands for `/`, `_dot_` for a full stop."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def odt(body: str, header: str = "") -> bytes:
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in [
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("style", "style"),
        ]
    )
    content = (
        f"<office:document-content{spaces}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    styles = (
        f"<office:document-styles{spaces}><style:header><text:p>{header}</text:p></style:header>"
        "</office:document-styles>"
    )
    return packed(
        mimetype="application/vnd.oasis.opendocument.text",
        content_dot_xml=content,
        styles_dot_xml=styles,
        **{"META-INF__manifest_dot_xml": "<manifest/>"},
    )


def compound(**streams: bytes | None) -> bytes:
    """An OLE compound file; `__` in a name stands for `/`, None for a storage."""
    entries = tuple(
        (
            name,
            SimpleNamespace(
                object_type=ObjectType.STORAGE if data is None else ObjectType.STREAM,
                clsid=bytes(16),
                state_bits=0,
                creation_time=0,
                modified_time=0,
            ),
            data,
        )
        for name, data in streams.items()
    )
    root = SimpleNamespace(clsid=bytes(16), state_bits=0, creation_time=0, modified_time=0)
    return write_compound_storage(root, entries)


def msg(subject: str, body: str, attachments: dict[str, bytes]) -> bytes:
    """A message as Outlook saves it: [MS-OXMSG], as far as a reader of text needs it."""

    def stream(tag: int, kind: int, data: bytes) -> tuple[str, bytes, bytes]:
        return f"__substg1.0_{tag:04X}{kind:04X}", data, struct.pack("<IIII", tag << 16 | kind, 6, len(data) + 2, 0)

    def words(tag: int, text: str) -> tuple[str, bytes, bytes]:
        return stream(tag, 0x1F, text.encode("utf-16-le"))

    top = [words(0x37, subject), words(0x1000, body), words(0x0C1A, "Dr Bee Example")]
    header = struct.pack("<8xIIII8x", 0, len(attachments), 0, len(attachments))
    streams: dict[str, bytes | None] = {name: data for name, data, _ in top}
    streams["__properties_version1.0"] = header + b"".join(entry for *_, entry in top)
    for number, (name, data) in enumerate(attachments.items()):
        folder = f"__attach_version1.0_#{number:08X}"
        inner = [words(0x3707, name), stream(0x3701, 0x102, data)]
        streams[folder] = None
        streams |= {f"{folder}/{title}": content for title, content, _ in inner}
        streams[f"{folder}/__properties_version1.0"] = bytes(8) + b"".join(entry for *_, entry in inner)
    return compound(**streams)


def eml(body: str, html: str | None = None, attachments: dict[str, bytes] | None = None) -> bytes:
    message = EmailMessage()
    message["From"] = "Dr Bee Example <bee@example.org>"
    message["To"] = "pain.clinic@example.org"
    message["Subject"] = "Referral"
    message["Date"] = "Mon, 05 Jan 2026 09:00:00 +0000"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in (attachments or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
