"""The PDF: what was meant is in it, whole and in order, tagged, and clinicians' words are never markup."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import page
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath.letters.drafting import draft
from painpath.letters.drafts import Draft
from painpath.letters.errors import LetterError
from painpath.letters.pdf import _compiler, fonts, render_pdf
from painpath.letters.sample import sample_facts
from painpath.letters.wording import clean
from painpath.pathway import Pathway

from .read_back import meant, read_back, squeezed, tags

replace = msgspec.structs.replace


def letter(service: Pathway, outcome: Any = "delay", audience: Any = "patient", **changes: Any) -> Draft:
    return draft(replace(sample_facts(service, outcome, locality="southampton"), **changes), audience, service)


def test_the_checker_would_find_a_pdf_without_the_claim(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(tmp_path / "plain.pdf")
    report = page.validate_pdf(str(tmp_path / "plain.pdf"), profile=page.ValidationProfile.PDF_UA_1)
    assert not report.is_compliant


def test_the_file_says_what_it_is_and_its_addresses_are_links(service: Pathway) -> None:
    made = letter(service, "not_now")
    pdf = render_pdf(made)
    assert sum(sheet.count("Link") for sheet in tags(pdf)) >= 2
    metadata = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert (metadata["Title"], metadata["Author"]) == (made.heading, made.service)


def test_the_address_stands_where_the_window_is(service: Pathway) -> None:
    lines = ("Flat 2", "14 Sample Street", "A Village With A Rather Long Name Indeed", "Near Exampleton", "EX1 2MP")
    sheet = pypdfium2.PdfDocument(render_pdf(letter(service, patient_address=lines)))[0]
    text = sheet.get_textpage()
    words = text.get_text_range()
    for line in ("Mx Alex Example", *lines):
        boxes = [text.get_charbox(index) for index in range(words.index(line), words.index(line) + len(line))]
        left, top = min(box[0] for box in boxes), sheet.get_height() - max(box[3] for box in boxes)
        right, bottom = max(box[2] for box in boxes), sheet.get_height() - min(box[1] for box in boxes)
        millimetre = 72 / 25.4
        assert 20 * millimetre <= left
        assert right <= 110 * millimetre
        assert 50 * millimetre <= top
        assert bottom <= 83 * millimetre


@pytest.mark.parametrize(
    "words",
    [
        '#panic("x") *bold* _under_ $x^2$ @ref <label> `code` = Heading // gone /* gone */ \\ #sys.inputs',
        '#import "@preview/x:1.0.0": *\n- item\n+ item\n/ term: x',
        "https://example.org/#anchor and a ~ b -- c --- d ... 'quoted' \"quoted\"",
        "Łukasz Żółć, Siân, O’Brien-Smith, Jürgen Müller, Ωμέγα, Иван, 37.5°C ±2 ½ £5 €3",
    ],
)
def test_clinicians_words_come_out_as_they_were_written(service: Pathway, words: str) -> None:
    made = letter(service, words_to_patient=words, condition=words, patient_name=words)
    assert read_back(render_pdf(made), made) == meant(made, "standard")


def test_a_word_longer_than_the_line_stays_on_the_page(service: Pathway) -> None:
    long = "https://example.org/" + "abcdefghij" * 20
    made = letter(service, words_to_patient=f"See {long} now.")
    pdf = render_pdf(made)
    assert read_back(pdf, made) == meant(made, "standard")
    for sheet in pypdfium2.PdfDocument(pdf):
        text = sheet.get_textpage()
        for index in range(text.count_rects()):
            assert text.get_rect(index)[2] <= sheet.get_width() - 15 * 72 / 25.4


@pytest.mark.parametrize(
    ("words", "named"), [("王小明", "“王”"), ("well done 😀", "“😀”"), ("\uf0b7 a pasted bullet", r"U\+F0B7")]
)
@pytest.mark.parametrize(
    ("field", "where"),
    [
        ("words_to_patient", "A note from Dr Robin Sample"),
        ("watcher", "What would change this"),
        ("reference", "Our reference"),
        ("patient_name", "the address"),
        ("patient_family_name", "the greeting"),
    ],
)
def test_what_no_font_can_show_is_refused_with_its_place(
    service: Pathway, words: str, named: str, field: str, where: str
) -> None:
    with pytest.raises(LetterError, match=f"No font here can print the character {named} in “{where}”. Write"):
        render_pdf(letter(service, **{field: words}))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="latin-1"), min_size=1, max_size=200))
def test_any_western_text_prints_or_is_refused_in_words(service: Pathway, words: str) -> None:
    made = letter(service, words_to_patient=words)
    try:
        pdf = render_pdf(made)
    except LetterError as refused:
        assert re.search("No font here can print", refused.sentence)  # noqa: PT017  # either way is right
        return
    # The reader of PDFs takes a hyphen at the end of a line for one that was put there.
    shown, wanted = (re.sub(r"[-\xad]", "", text) for text in (read_back(pdf, made), squeezed(clean(words))))
    assert wanted in shown


@pytest.mark.parametrize("field", ["name", "role", "registration", "contact"])
def test_no_pdf_without_a_whole_signature(service: Pathway, field: str) -> None:
    signatory = replace(sample_facts(service, "accept").signatory, **{field: "\u200b "})
    with pytest.raises(LetterError, match=f"only with the clinician's {field}"):
        render_pdf(letter(service, "accept", signatory=signatory))


def test_the_same_draft_gives_the_same_bytes_and_another_does_not(service: Pathway) -> None:
    made = letter(service)
    assert render_pdf(made) == render_pdf(msgspec.json.decode(msgspec.json.encode(made), type=Draft))
    assert render_pdf(made) != render_pdf(replace(made, reference="PP-2611-0043"))


def test_threads_share_the_compiler(service: Pathway) -> None:
    drafts = [letter(service, patient_name=f"Patient {number}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        pdfs = list(pool.map(render_pdf, drafts))
    for made, pdf in zip(drafts, pdfs, strict=True):
        assert read_back(pdf, made) == meant(made, "standard")


def test_one_compiler_serves_every_letter(service: Pathway) -> None:
    made = letter(service)
    render_pdf(made)
    before = _compiler.cache_info().misses  # making one anew for each letter would take ten times as long
    render_pdf(replace(made, reference="PP-1"))
    assert _compiler.cache_info().misses == before


def test_a_missing_font_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAINPATH_FONTS", str(fonts()))
    assert fonts().is_dir()
    monkeypatch.setenv("PAINPATH_FONTS", str(tmp_path))
    monkeypatch.setattr("painpath.letters.pdf.__file__", str(tmp_path / "a" / "b" / "c" / "pdf.py"))
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    with pytest.raises(LetterError, match="Run `npm ci`"):
        fonts()
