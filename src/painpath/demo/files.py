"""The demonstration's letters: text with dates to fill in, and the files it arrives as.

The same text on the same day gives the same bytes, so that a demonstration loaded twice files nothing twice.
"""

import calendar
import io
import random
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from PIL.Image import Image

Format = Literal["txt", "pdf", "docx", "scan-png", "scan-pdf", "eml"]
FORMATS: tuple[Format, ...] = get_args(Format)
_SUFFIX = {"scan-png": "png", "scan-pdf": "pdf"}

_PLACEHOLDER = re.compile(r"\{\{(?P<what>[a-z_]+)(?::(?P<offset>-?\d+))?(?:\|(?P<format>[^}]+))?\}\}")
_A_STILL_DAY = datetime(2025, 11, 1, tzinfo=UTC)
_DPI = 170  # an office scanner's "200", a little worse; OCR still reads it


def born(on: date, age: int, birthday: int) -> date:
    """The date of birth of somebody who is `age` on the day `on` and had that birthday `birthday` (0-364) days ago."""
    last = on - timedelta(days=birthday)
    year = last.year - age
    return date(year, last.month, min(last.day, calendar.monthrange(year, last.month)[1]))


def weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend: clinics write, and the team works, from Monday to Friday."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def fill(text: str, *, received_on: date, date_of_birth: date) -> str:
    """Fill in the placeholders of a letter; days, months and years count from the day the letter was received.

    A day at the weekend becomes the Friday before.

    `{{date:-12}}` 14 November 2026 · `{{month:-3}}` August · `{{year:-4}}` 2022 · `{{dob}}` the date of birth ·
    `{{age}}` years · `{{age_months}}` the months beyond. A format of `strftime` may follow a bar, and `%-d` is the day
    without a nought: `{{date:-1|%d/%m/%y}}`. Raises ValueError for a placeholder that is none of these.
    """

    def value(match: re.Match[str]) -> str:
        offset, form = int(match["offset"] or 0), match["format"]
        months = (received_on.year - date_of_birth.year) * 12 + received_on.month - date_of_birth.month
        months -= received_on.day < date_of_birth.day
        match match["what"]:
            case "date":
                return _written(weekday(received_on + timedelta(days=offset)), form or "%-d %B %Y")
            case "month":
                year, month = divmod(received_on.year * 12 + received_on.month - 1 + offset, 12)
                return _written(date(year, month + 1, 1), form or "%B")
            case "year":
                return _written(date(received_on.year + offset, 1, 1), form or "%Y")
            case "dob":
                return _written(date_of_birth, form or "%-d %B %Y")
            case "age":
                return str(months // 12)
            case "age_months":
                return str(months % 12)
            case unknown:
                raise ValueError(f"No placeholder is called {unknown}: use date, month, year, dob, age or age_months.")

    filled = _PLACEHOLDER.sub(value, text)
    if "{{" in filled:
        raise ValueError(f"A placeholder was not understood: {filled[filled.index('{{') :][:40]}")
    return filled


def make(
    text: str, form: Format, *, name: str, on: date, attachments: Sequence[tuple[bytes, str]] = ()
) -> tuple[bytes, str]:
    """The bytes of a letter as it arrives, and its file name (`name` with the ending of the format).

    `on` is the day it was sent. An `eml` text starts with From, To and Subject lines and a blank line; only an e-mail
    has attachments. Raises ValueError for attachments elsewhere, and for a PNG of more than one page.
    """
    if attachments and form != "eml":
        raise ValueError("Only an e-mail has attachments.")
    match form:
        case "txt":
            data = text.encode()
        case "pdf":
            data = _pdf(text)
        case "docx":
            data = _docx(text)
        case "scan-png":
            pages = _scan(text)
            if len(pages) > 1:
                raise ValueError(f"{name} has {len(pages)} pages: a PNG holds one, use scan-pdf.")
            data = _saved(pages, "PNG")
        case "scan-pdf":
            data = _saved(_scan(text), "PDF")
        case "eml":
            data = _email(text, name=name, on=on, attachments=attachments)
    return data, f"{name}.{_SUFFIX.get(form, form)}"


def _written(day: date, form: str) -> str:
    return day.strftime(form.replace("%-d", str(day.day)))


_LETTER = """
#set document(title: sys.inputs.name, date: none)
#set page(paper: "a4", margin: (x: 24mm, y: 22mm))
#set par(leading: 0.62em, spacing: 1.4em, justify: false)
#set text(font: "Libertinus Serif", size: 11pt, lang: "en", region: "GB", hyphenate: false, ligatures: false)
#for block in sys.inputs.text.split("\\n\\n") {
  par(block.split("\\n").map(line => text(line)).join(linebreak()))
}
"""

_PRINT_OUT = """
#set document(title: sys.inputs.name, date: none)
#set page(paper: "a4", margin: (x: 14mm, y: 16mm))
#set text(font: "DejaVu Sans Mono", size: 7.8pt, lang: "en", region: "GB", hyphenate: false, ligatures: false)
#show raw: set text(font: "DejaVu Sans Mono", size: 7.8pt)
#raw(sys.inputs.text, block: true)
"""


def _is_print_out(text: str) -> bool:
    """Columns made with blanks on several lines: a print-out of a clinical system, not a typed letter."""
    return sum("   " in line.strip() for line in text.splitlines()) > 3


def _pdf(text: str) -> bytes:
    import typst

    template = _PRINT_OUT if _is_print_out(text) else _LETTER
    inputs = {"name": "Referral", "text": text.strip()}
    return typst.compile(template.encode(), sys_inputs=inputs, ignore_system_fonts=True, format="pdf")


def _docx(text: str) -> bytes:
    from docx import Document
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Courier New" if _is_print_out(text) else "Calibri", Pt(10.5)
    for block in text.strip().split("\n\n"):
        document.add_paragraph(block)
    properties = document.core_properties
    properties.author, properties.created, properties.modified = "", _A_STILL_DAY, _A_STILL_DAY
    written = io.BytesIO()
    document.save(written)
    return _without_clock(written.getvalue())


def _without_clock(data: bytes) -> bytes:
    """The same zip with one fixed time on every member: python-docx writes the current one."""
    still = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            still_member = zipfile.ZipInfo(member, _A_STILL_DAY.timetuple()[:6])
            target.writestr(still_member, source.read(member), compress_type=zipfile.ZIP_DEFLATED)
    return still.getvalue()


def _scan(text: str) -> "list[Image]":
    """The pages as an office scanner gives them: a little turned, a little soft, grey specks on grey paper."""
    import pypdfium2
    from PIL import Image, ImageFilter

    pages = []
    for number, page in enumerate(pypdfium2.PdfDocument(_pdf(text))):
        dice = random.Random(f"{number} {text}")  # noqa: S311 (specks on paper, not a secret)
        sheet = page.render(scale=_DPI / 72, grayscale=True).to_pil()
        sheet = sheet.rotate(dice.uniform(-0.9, 0.9), resample=Image.Resampling.BICUBIC, fillcolor=255)
        sheet = sheet.filter(ImageFilter.GaussianBlur(0.5))
        specks = Image.frombytes("L", sheet.size, dice.randbytes(sheet.width * sheet.height))
        pages.append(Image.blend(sheet, specks, 0.09).point(lambda grey: grey // 17 * 17))
    return pages


def _saved(pages: "list[Image]", form: Literal["PNG", "PDF"]) -> bytes:
    written = io.BytesIO()
    if form == "PNG":
        pages[0].quantize(16).save(written, "PNG", dpi=(_DPI, _DPI))
    else:
        day = _A_STILL_DAY.timetuple()
        pages[0].save(
            written, "PDF", save_all=True, append_images=pages[1:], resolution=_DPI, quality=60,
            creationDate=day, modDate=day,
        )  # fmt: skip
    return written.getvalue()


def _email(text: str, *, name: str, on: date, attachments: Sequence[tuple[bytes, str]]) -> bytes:
    head, body = text.split("\n\n", 1)
    message = EmailMessage()
    for line in head.splitlines():
        field, value = line.split(": ", 1)
        message[field] = value
    message["Date"] = format_datetime(datetime.combine(on, time(8, 40), UTC))
    message["Message-ID"] = f"<{name}@example.nhs.uk>"
    message.set_content(body)
    for data, file_name in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=file_name)
    if attachments:
        message.set_boundary(f"=={name}==")
    return message.as_bytes()
