"""Every format gives its words, in reading order, and says what it did not read."""

import importlib.util
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from painpath import documents
from painpath.documents.pdf import is_garbled

from . import making

WORD = nsdecls("w")
needs_ocr = pytest.mark.skipif(
    importlib.util.find_spec("tesserocr") is None, reason="reading scans needs the extra `ocr` (tesserocr)"
)


@pytest.mark.parametrize(
    "data",
    [
        "Dear team – “no red flags”".encode(),
        b"\xef\xbb\xbf" + "Dear team – “no red flags”".encode(),
        "Dear team – “no red flags”".encode("cp1252"),
        "Dear team – “no red flags”".encode("utf-16"),
        "Dear team – “no red flags”".encode("utf-16-le"),
        "Dear team – “no red flags”".encode("utf-16-be"),
    ],
)
def test_text_in_every_encoding_that_letters_come_in(data: bytes) -> None:
    assert documents.read(data, "letter.txt").text == "Dear team – “no red flags”"


def test_a_letter_cut_in_the_middle_of_a_character_keeps_its_words_and_says_so() -> None:
    letter = documents.read("Café notes, then “".encode()[:-1], "letter.txt")
    assert letter.text == "Café notes, then \ufffd"
    assert [item.page for item in letter.unread] == [1]


def test_a_letter_that_begins_like_an_e_mail_is_still_a_text_file() -> None:
    assert documents.read(b"Subject: referral\nMessage-ID: 1\nMIME-Version: 1.0\n\nhello", "a.txt").text.startswith(
        "Subj"
    )


def test_form_feeds_part_the_pages_of_a_text_file() -> None:
    letter = documents.read(b"first\fsecond", "letter.txt")
    assert [letter.text[page.start : page.end] for page in letter.pages] == ["first", "second"]


def test_pdf_keeps_lines_pages_and_hyphenated_words() -> None:
    letter = documents.read(making.pdf("No thoughts of self-\nharm now.\nSecond line", "Page two", None), "letter.pdf")
    assert letter.text == "No thoughts of self-harm now.\nSecond line\nPage two\n"
    assert [letter.text[page.start : page.end] for page in letter.pages][1:] == ["Page two", ""]
    assert not letter.unread


def test_pdf_form_fields_are_read() -> None:
    import io

    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 700, "NHS number:")
    sheet.acroForm.textfield(name="nhs", x=150, y=695, width=200, height=20, value="999 123 4567")
    sheet.save()
    assert "999 123 4567" in documents.read(out.getvalue(), "form.pdf").text


def test_a_text_layer_of_glyph_numbers_is_known_for_one() -> None:
    assert is_garbled("\x03\x1b\ue012\ufffd \ue034\ue035\x1f\ue036")
    assert not is_garbled("Dear team\r\n• ☒ opioids ☐ none\r\nYours sincerely")
    assert not is_garbled("")


def test_docx_in_reading_order_with_tables_lists_boxes_and_notes_of_change() -> None:
    letter = docx.Document()
    letter.sections[0].header.paragraphs[0].text = "Seaview Surgery"
    letter.sections[0].footer.paragraphs[0].text = "Page foot"
    letter.add_paragraph("Dear team")
    letter.add_paragraph("to walk again", style="List Bullet")
    table = letter.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "amitriptyline", "10 mg\nat night"
    changed = letter.add_paragraph("She has ")
    changed._p.append(parse_xml(f"<w:del {WORD}><w:r><w:delText>no </w:delText></w:r></w:del>"))
    changed._p.append(parse_xml(f"<w:ins {WORD}><w:r><w:t>some </w:t></w:r></w:ins>"))
    changed._p.append(parse_xml(f'<w:r {WORD}><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> opioids </w:t></w:r>'))
    changed._p.append(
        parse_xml(
            f'<w:r {WORD}><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox>'
            "</w:ffData></w:fldChar></w:r>"
        )
    )
    changed._p.append(
        parse_xml(
            f"<w:r {WORD}><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
            "</w:pict></w:r>"
        )
    )
    read = documents.read(making.docx_bytes(letter), "letter.docx")
    assert read.text.split("\n") == [
        "Seaview Surgery",
        "Dear team",
        "• to walk again",
        "amitriptyline\t10 mg at night",
        "She has some ☒ opioids ☐",
        "In a box",
        "Page foot",
    ]


def test_old_word_reads_like_the_docx_it_was_saved_from() -> None:
    read = documents.read((Path(__file__).parent / "fixtures" / "letter.doc").read_bytes(), "letter.doc")
    assert read.media_type == "application/msword"
    assert [line for line in read.text.split("\n") if line] == [
        "Seaview Surgery, Anytown",
        "Dear Pain Team",
        "Mrs Ann O’Neill has had low back pain for 3 years. “No red flags.” ☒ opioids ☐ none",
        "• to walk again",
        "Drug\tDose",
        "amitriptyline\t10 mg",
        "Yours sincerely",
        "Page footer",
    ]


def test_odt_in_reading_order() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:p>Dear<text:s text:c="2"/>team<text:line-break/>line two</text:p>'
        "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Drug</text:p></table:table-cell>"
        "<table:table-cell><text:p>Dose</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>anchor<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame></text:p>"
    )
    read = documents.read(making.odt(body, header="Surgery"), "letter.odt")
    assert read.text == "Surgery\nDear  team\nline two\n• one\nDrug\tDose\nanchor\nIn a box"


def test_rtf_and_what_it_leaves_out() -> None:
    plain = documents.read(rb"{\rtf1\ansi Caf\'e9 \u8220?no red flags\u8221?\par Second}", "letter.rtf")
    assert plain.text == "Café “no red flags”\nSecond"
    assert not plain.unread
    boxed = documents.read(rb"{\rtf1\ansi{\header Surgery\par}Body\par}", "letter.doc")
    assert "Body" in boxed.text
    assert len(boxed.unread) == 1


def test_html_as_a_reader_sees_it() -> None:
    page = (
        b"<html><head><title>t</title><style>p{}</style><script>x()</script></head><body><p>Caf&eacute;</p>"
        b"<table><tr><td>Drug</td><td>Dose</td></tr></table></body></html>"
    )
    text = documents.read(page, "letter.html").text
    assert "Café" in text
    assert text.splitlines()[-1].split() == ["Drug", "Dose"]
    assert "x()" not in text


def test_eml_gives_header_body_and_attachments() -> None:
    inner = making.pdf("attached letter")
    read = documents.read(making.eml("Please see attached", "<p>Please see</p>", {"letter.pdf": inner}), "referral.eml")
    assert read.text.split("\n")[0] == "From: Dr Bee Example <bee@example.org>"
    assert read.text.endswith("Please see attached")
    assert [(item.name, item.data) for item in read.attachments] == [("letter.pdf", inner)]
    assert documents.read(inner, read.attachments[0].name).text == "attached letter"


def test_an_attachment_alone_and_names_with_paths() -> None:
    read = documents.read(making.eml("x", attachments={"../../etc/a.pdf": b"1", "": b"2"}), "m.eml")
    assert [item.name for item in read.attachments] == ["a.pdf", "attachment 2"]
    lone = (
        b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: application/pdf; name=x.pdf\n"
        b"Content-Disposition: attachment; filename=x.pdf\n\n%PDF"
    )
    read = documents.read(lone, "m.eml")
    assert [item.name for item in read.attachments] == ["x.pdf"]
    assert read.unread


def test_msg_gives_header_body_and_attachments() -> None:
    read = documents.read(making.msg("Referral", "Please see attached", {"letter.txt": b"Dear team"}), "m.msg")
    assert read.media_type == "application/vnd.ms-outlook"
    assert "Subject: Referral" in read.text
    assert read.text.endswith("Please see attached")
    assert [(item.name, item.data) for item in read.attachments] == [("letter.txt", b"Dear team")]


@needs_ocr
def test_a_mixed_pdf_is_read_whole_and_a_stamp_does_not_hide_the_letter() -> None:
    read = documents.read(making.pdf("Cover page", making.scan(), stamp="Scanned, page 2 of 2"), "letter.pdf")
    pages = [read.text[page.start : page.end] for page in read.pages]
    assert pages[0] == "Cover page"
    assert "no red flags" in pages[1]
    assert "amitriptyline" in pages[1]
    assert not read.unread


@needs_ocr
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_scans(form: str) -> None:
    read = documents.read(making.picture(making.scan(), form), f"scan.{form.lower()}")
    assert "low back pain for three years" in read.text


@needs_ocr
def test_a_tiff_has_its_pages_and_one_upside_down_is_turned_and_a_blank_one_is_named() -> None:
    first, blank = making.scan(), making.scan("")
    data = making.picture(first, "TIFF", save_all=True, append_images=[first.rotate(180), blank])
    read = documents.read(data, "scan.tif")
    assert all("low back pain" in read.text[page.start : page.end] for page in read.pages[:2])
    assert [item.page for item in read.unread] == [3]


@needs_ocr
def test_a_scan_pasted_into_word_is_read() -> None:
    import io

    letter = docx.Document()
    letter.add_paragraph("See below")
    letter.add_picture(io.BytesIO(making.picture(making.scan())))
    assert "amitriptyline" in documents.read(making.docx_bytes(letter), "letter.docx").text


@needs_ocr
def test_a_page_that_ocr_can_hardly_read_keeps_its_words_and_is_named() -> None:
    page = making.scan(dpi=150)
    poor = page.resize((page.width * 2 // 5, page.height * 2 // 5)).rotate(2, fillcolor=255)
    read = documents.read(making.picture(poor), "scan.png")
    assert [item.page for item in read.unread] == [1]


def test_without_ocr_every_scanned_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tesserocr", None)
    read = documents.read(making.pdf("Cover page", making.scan(), making.scan()), "letter.pdf")
    assert [item.page for item in read.unread] == [2, 3]
    assert all("not installed" in item.reason for item in read.unread)
    assert read.text.startswith("Cover page")


def test_no_time_for_ocr_names_the_pages() -> None:
    if importlib.util.find_spec("tesserocr") is None:
        pytest.skip("reading scans needs the extra `ocr` (tesserocr)")
    read = documents.read(making.pdf(making.scan()), "letter.pdf", documents.Limits(ocr_seconds=-1))
    assert "no time" in read.unread[0].reason
