"""Every letter in every form: it is what it claims to be, and says what was meant."""

import re
from pathlib import Path
from typing import Any

import msgspec
import page
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import etree

from painpath.letters.drafting import draft
from painpath.letters.drafts import Draft, Part
from painpath.letters.easy import reads_easy, sentences
from painpath.letters.rendering import FOR, FORMS, LAYOUTS, render
from painpath.letters.sample import sample_facts
from painpath.letters.spoken import spoken
from painpath.letters.text import render_text, sign_off
from painpath.letters.wording import day
from painpath.pathway import Pathway

from .conftest import EVERY_LETTER
from .judging import judged, outside
from .pictures import inked, picture
from .read_back import is_structured, meant, read_back, squeezed, structure, tags

replace = msgspec.structs.replace
AWKWARD = "<b>1 < 2 & 3 > 2</b> {{ x }} </style><script>alert(1)</script> https://example.org/?a=1&b=2."


def every_draft(service: Pathway) -> dict[str, Draft]:
    made = {}
    for outcome, audience in EVERY_LETTER:
        facts = sample_facts(service, outcome, locality="southampton")
        made[f"{outcome}-{audience}"] = draft(facts, audience, service)
    return made


@pytest.fixture(scope="module")
def drafts(service: Pathway) -> dict[str, Draft]:
    return every_draft(service)


@pytest.fixture(scope="module")
def pdfs(drafts: dict[str, Draft]) -> dict[tuple[str, str], bytes]:
    """(letter, layout) -> the PDF; also of layouts that nobody is offered for this letter."""
    return {(name, layout): render(made, layout) for name, made in drafts.items() for layout in LAYOUTS}


def awkward(service: Pathway, form: str, audience: Any = "patient") -> tuple[Draft, str]:
    """A letter with what may be taken for markup, in this form."""
    facts = replace(sample_facts(service, "delay"), words_to_patient=AWKWARD, condition=AWKWARD, patient_name=AWKWARD)
    made = draft(facts, audience, service)
    return made, render(made, form).decode()


# --- PDF ------------------------------------------------------------------------------------------------------------


def test_every_pdf_reads_back_as_meant_with_its_headings_lists_and_pictures_in_order(drafts: Any, pdfs: Any) -> None:
    for (name, layout), pdf in pdfs.items():
        made = drafts[name]
        assert read_back(pdf, made) == meant(made, layout), (name, layout)
        assert is_structured(pdf, structure(made, layout)), (name, layout)


def test_the_structure_that_is_read_back_could_be_wrong(drafts: Any, pdfs: Any) -> None:
    pdf, made = pdfs["delay-patient", "easy-read"], drafts["delay-patient"]
    wanted = structure(made, "easy-read")
    assert wanted.count("Figure") == len(made.sections)
    less = {(*wanted[:number], *wanted[number + 1 :]): name for number, name in enumerate(wanted)}
    missed = [name for one, name in less.items() if is_structured(pdf, list(one))]
    # A list at the top of a page may be the rest of the one before: nothing else may be gone unseen.
    assert set(missed) <= {"L"}
    assert len(missed) < len(tags(pdf))


def test_every_pdf_is_pdf_ua(pdfs: Any, tmp_path: Any) -> None:
    file = tmp_path / "letter.pdf"
    for (name, layout), pdf in pdfs.items():
        file.write_bytes(pdf)
        report = page.validate_pdf(str(file), profile=page.ValidationProfile.PDF_UA_1)
        assert report.is_compliant, (name, layout, report.failures)
        assert b"pdfuaid:part" in pdf


def test_a_second_judge_finds_nothing_against_any_pdf(drafts: Any, pdfs: Any) -> None:
    offered = {to: FOR[to] for to in ("patient", "gp")}  # the others have the same words in the same look
    found = judged(
        {f"{name} {layout}": pdf for (name, layout), pdf in pdfs.items() if layout in offered[drafts[name].audience]}
    )
    assert {name: one.of("error") + one.of("warning") for name, one in found.items() if one.findings or one.error} == {}


def test_a_judge_that_is_not_there_fails_under_make_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("tests.letters.judging.OUTSIDE", tmp_path)
    monkeypatch.setenv("PAINPATH_TEST_WHOLE", "yes")
    with pytest.raises(pytest.fail.Exception, match="outloud is not here: `make test-env`"):
        outside("outloud")
    monkeypatch.delenv("PAINPATH_TEST_WHOLE")
    with pytest.raises(pytest.skip.Exception):
        outside("outloud")
    assert "PAINPATH_TEST_WHOLE" in (Path(__file__).parents[2] / "Makefile").read_text()


@pytest.mark.parametrize(
    ("layout", "least"), [("standard", 10), ("large-print", 18), ("yellow-on-black", 18), ("easy-read", 16)]
)
def test_no_words_are_smaller_than_the_layout_says(drafts: Any, pdfs: Any, layout: str, least: int) -> None:
    """Only the address is: machines of the post read it through a window of one size."""
    for number, sheet in enumerate(pypdfium2.PdfDocument(pdfs["not_now-patient", layout])):
        text = sheet.get_textpage()
        words = text.get_text_range()
        window = range(0)
        if number == 0:
            address = drafts["not_now-patient"].address
            window = range(words.index(address[0]), words.index(address[-1]) + len(address[-1]))
        for at in range(text.count_chars()):
            if at not in window and words[at : at + 1].strip():
                assert round(pdfium.FPDFText_GetFontSize(text.raw, at)) >= least, words[max(0, at - 20) : at + 20]


LONG = {
    "patient_name": "Professor Dame Maximiliana-Theodora Featherstonehaugh-Cholmondeley-Warrington de la Fontaine",
    "patient_family_name": "Featherstonehaugh-Cholmondeley-Warrington de la Fontaine",
    "patient_address": ("The Old Stables Behind The Converted Wool Warehouse", "1407B Upper Lower Longest Street North",
                        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch", "Exampleton", "EX1 2MP"),
    "practice": "The Larkfield and Lower Upperton Family Practice with the Walk-in Centre and the Pharmacy",
    "watcher": "the specialist nurse for psychologically informed rehabilitation of the community mental health",
    "copied_to": ("Dr Bartholomew-Constantine Featherstonehaugh, The Larkfield Family Practice",),
}  # fmt: skip
MARGIN = {"left": 15, "right": 15, "top": 8, "bottom": 8}
"""Millimetres in which no layout prints anything, its running lines included."""


def test_no_page_is_blank_and_nothing_runs_into_its_margins(service: Pathway, drafts: Any, pdfs: Any) -> None:
    """With `SHOTS` every page of some letters becomes a picture in that folder, for somebody to look at."""
    facts = sample_facts(service, "delay", locality="southampton")
    long = draft(replace(facts, **LONG), "patient", service)
    looked_at = pdfs | {("long-names", layout): render(long, layout) for layout in LAYOUTS}
    for (name, layout), pdf in looked_at.items():
        with pypdfium2.PdfDocument(pdf) as document:
            for number, sheet in enumerate(document, 1):
                if name in ("accept-patient", "delay-patient", "not_now-patient", "send_questionnaire-patient",
                            "long-names"):  # fmt: skip
                    picture(sheet, f"letter-{name}-{layout}-{number}")
                ink = inked(sheet)
                assert ink, (name, layout, number, "blank")
                outside = {side: room for side, room in ink.items() if room < MARGIN[side]}
                assert not outside, (name, layout, number, outside)
            if name.endswith("-patient") or name == "long-names":
                first = document[0].get_textpage()
                found = [first.search(words).get_next() for words in ("EX1 2MP", "Dear")]
                assert all(found), (name, layout)
                (_, address, _, _), (_, _, _, dear) = (first.get_charbox(one[0]) for one in found if one)
                assert address > dear, (name, layout, "the address runs into the letter")


# --- easy read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "parted"),
    [
        ("We read it. You can ask.", ["We read it.", "You can ask."]),
        ("Dr. J. Smith saw you. He said “Rest.” Then you left.",
         ["Dr. J. Smith saw you.", "He said “Rest.”", "Then you left."]),
        ("See e.g. Pain UK. It is free! Is it? Yes.", ["See e.g. Pain UK.", "It is free!", "Is it?", "Yes."]),
        ("It took 3.5 hours, i.e. long. 999 is free.", ["It took 3.5 hours, i.e. long.", "999 is free."]),
        ("One line\nand another. And more", ["One line", "and another.", "And more"]),
    ],
)  # fmt: skip
def test_one_sentence_a_line(words: str, parted: list[str]) -> None:
    assert sentences(words) == parted


def test_easy_words_of_the_service_stand_in_the_place_of_the_usual_ones(service: Pathway) -> None:
    made = draft(sample_facts(service, "withdraw"), "patient", service)
    assert not reads_easy(made)
    easy = (Part(source="template", text="We closed it. You asked us to."),)
    part = replace(made.sections[0], easy=easy)
    some = replace(made, easy=easy, sections=(part, *made.sections[1:]))
    assert not reads_easy(some), "only some of it is"
    whole = replace(made, easy=easy, sections=tuple(replace(one, easy=easy) for one in made.sections))
    assert reads_easy(whole)
    own = replace(part, easy=(replace(easy[0], source="clinician"),))
    assert not reads_easy(replace(whole, sections=(own, *whole.sections[1:]))), "a clinician's own words"
    text = read_back(render(whole, "easy-read"), whole)
    assert text.count(squeezed("We closed it. You asked us to.")) == 1 + len(made.sections)
    assert squeezed(made.opening[0].text) not in text
    assert render(whole, "standard") == render(made, "standard")


# --- web page -------------------------------------------------------------------------------------------------------


def test_every_web_page_is_well_formed_and_has_the_letter_s_words_and_headings(drafts: Any) -> None:
    for name, made in drafts.items():
        text = render(made, "html").decode()
        assert text.startswith("<!DOCTYPE html>\n")
        tree = etree.fromstring(text.encode())  # void elements are closed, so that a strict parser can read it
        assert tree.get("lang") == "en-GB"
        assert tree.findtext("head/title").startswith(made.heading)
        assert [one.text for one in tree.iter("h1", "h2")] == [made.heading, *(one.heading for one in made.sections)]
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert not tree.xpath("//script | //link | //img | //@style | //ul[not(li)]"), "it needs nothing else"
        assert squeezed("".join(tree.find("body").itertext())) == meant(made, "large-print"), name


def test_words_on_the_web_page_are_never_markup(service: Pathway) -> None:
    made, text = awkward(service, "html")
    tree = etree.fromstring(text.encode())
    assert not tree.xpath("//script | //b")
    assert squeezed("".join(tree.find("body").itertext())) == meant(made, "large-print")
    assert "https://example.org/?a=1&b=2" in tree.xpath("//a/@href")


# --- text -----------------------------------------------------------------------------------------------------------


def test_plain_text_has_every_word_in_order_and_each_heading_on_a_line_of_its_own(drafts: Any) -> None:
    for made in drafts.values():
        text = render(made, "plain-text").decode()
        assert text == render_text(made)
        assert squeezed(re.sub(r"^- ", "", text, flags=re.MULTILINE)) == squeezed(
            "".join(re.sub(r"^- ", "", block, flags=re.MULTILINE) for block in blocks_of(made))
        )
        for heading in (made.heading, *(one.heading for one in made.sections)):
            assert f"\n\n{heading}\n\n" in text
        assert "\r" not in text
        assert "\t" not in text
        assert "\n\n\n" not in text
        assert text.endswith("\n")
        assert all(line == line.rstrip() for line in text.split("\n"))


def blocks_of(made: Draft) -> list[str]:
    """Everything that a letter says, one after the other."""
    words = [made.service, *made.address, day(made.written_on), made.greeting, made.heading]
    words += [f"{label}: {value}" for label, value in made.particulars]
    for part in made.opening:
        words += [part.text, *part.items]
    for section in made.sections:
        words += [section.heading, *(text for part in section.parts for text in (part.text, *part.items))]
    return [*words, made.closing, *sign_off(made), "Copied to:", *made.copied_to]


def test_text_to_read_out_has_every_word_in_order_says_headings_and_ends(drafts: Any) -> None:
    plain = re.compile(r"(?<![\w’'-])[A-Za-z][a-z]{2,}(?![\w’'-])")
    address = re.compile(r"https?:\S+|\S+@\S+")
    for made in drafts.values():
        text = render(made, "audio-text").decode()
        heard = iter(plain.findall(text.casefold()))
        for word in (one for block in blocks_of(made) for one in plain.findall(address.sub(" ", block))):
            assert word.casefold() in heard, (made.heading, word)
        assert text.count("Heading: ") == 1 + len(made.sections)
        assert text.endswith("\n\nEnd of the letter.\n")
        assert not re.search(r"\d{3}|NHS|\bGP\b|https?:", text), "numbers and abbreviations are said out"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Call 01632 960 001 or 116 123.", ("Call zero one six three two, nine six zero, zero zero one or one one six, "
         "one two three.")),
        ("+44 1632 960001", "plus four four, one six three two, nine six zero, zero zero one"),
        ("Text 85258. Call 999, or NHS 111.", ("Text eight five two five eight. Call nine nine nine, or N H S one one "
         "one.")),
        ("999 000 0018", "nine nine nine, zero zero zero, zero zero one eight"),
        ("2BCD-FGHJ", "two B C D, F G H J"),
        ("SO29 4WR", "S O two nine, four W R"),
        ("on 23 November 2026 or 3/4/1905", ("on the twenty-third of November, twenty twenty-six or the third of "
         "April, nineteen oh five")),
        ("May 2009, 1 January 2000, 41 May 2026", ("May two thousand and nine, the first of January, two thousand, "
         "41 May 2026")),
        ("x@y-z.nhs.uk, https://a.uk/b.", "x at y dash z dot nhs dot uk, a dot uk slash b."),
        ("Dr. Smith & Mrs Lee, e.g. at A&E", "Doctor Smith and Missis Lee, for example at A and E"),
        ("GPs, an MRI, PALS and PHQ-9", "G Ps, an M R I, PALS and PHQ-9"),
        ("ANN OTHER, MILL LANE", "ANN OTHER, MILL LANE"),
        ("12 to 20 weeks, 300 mg, 50%, 1,000 people, £5000", ("12 to 20 weeks, 300 milligrams, 50 per cent, "
         "1,000 people, £5000")),
    ],
)  # fmt: skip
def test_numbers_dates_and_abbreviations_are_said_out(written: str, said: str) -> None:
    assert spoken(written) == said


# --- all forms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_same_draft_gives_the_same_bytes_also_after_it_was_kept(drafts: Any, form: str) -> None:
    made = drafts["not_now-patient"]
    assert render(made, form) == render(msgspec.json.decode(msgspec.json.encode(made), type=Draft), form)


def test_a_letter_that_was_kept_before_it_had_pictures_still_has_every_form(drafts: Any) -> None:
    kept = msgspec.to_builtins(drafts["delay-patient"])
    del kept["easy"]
    kept["sections"] = [{key: one[key] for key in ("purpose", "heading", "parts")} for one in kept["sections"]]
    made = msgspec.convert(kept, Draft)
    assert is_structured(render(made, "easy-read"), structure(made, "easy-read"))
    assert all(render(made, form) for form in FOR["patient"])
