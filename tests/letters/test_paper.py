"""Questionnaires without a screen: everything that is asked stands on paper and in the script, and leads on rightly."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import page
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from painpath.letters.errors import LetterError
from painpath.letters.facts import Layout
from painpath.letters.formats import MADE
from painpath.letters.paper import Words, paper, phone_script, words_for
from painpath.pathway import Pathway
from painpath.questionnaires import Questionnaire, parse
from tests.letters.read_back import tags
from tests.questionnaires.making import HL7, choice, control, extension, group, item, made, when

URGENT = ("Call 999 if you are in danger.", "Call 111 at any time.")
WORDS = Words(
    service="Pain service", team="the Pain Team", why="We ask for a reason.", help="We help you.",
    contacts=(("Phone us", "01632 960 000"),), urgent=URGENT,
)  # fmt: skip


def scale(link_id: str, **more: Any) -> dict[str, Any]:
    ends = [
        item("least", "display", text="No pain", extension=[control("lower")]),
        item("most", "display", text="The worst pain", extension=[control("upper")]),
    ]
    bounds = [extension(HL7 + "minValue", valueInteger=0), extension(HL7 + "maxValue", valueInteger=10)]
    return item(link_id, "integer", item=ends, extension=bounds, **more)


EVERYTHING = made(
    item("read", "display", text="Read me first"),
    group(
        "mood",
        choice("low", "never", "often", prefix="1.", required=True, text="Feeling low"),
        choice(
            "harm", "no", "some", "much", text="Thoughts of hurting yourself", weights=[0, 1, 2],
            extension=[extension("urn:painpath:safety", valueDecimal=0)],
        ),
        text="Over the last two weeks",
    ),
    item("tried", "boolean", text="Have you had treatment?",
         extension=[extension("urn:painpath:why", valueString="Why.")]),
    group(
        "treatment", item("what", text="What was it?"), scale("helped", text="Did it help?"),
        item("why-not", text="Why not?", enableWhen=[when("helped", "<", answerInteger=3)]),
        text="A treatment", repeats=True, enableWhen=[when("tried", "=", answerBoolean=True)],
    ),
    choice("goals", "sleep", "work", kind="open-choice", repeats=True, text="What do you hope for?",
           extension=[extension("http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-openLabel",
                                valueString="Something of your own")]),
    item("story", "text", text="Your story"),
    item("weight", "quantity", text="Your weight",
         extension=[extension(HL7 + "questionnaire-unit", valueCoding={"code": "kg", "display": "kilograms"})]),
    item("since", "date", text="Since when?"),
    item("bed", "time", text="When do you go to bed?"),
    item("seen", "dateTime", text="When were you seen?"),
    choice("where", "f-neck", "b-left-calf", "elsewhere", repeats=True, text="Where?", extension=[control("body-map")]),
    item("secret", text="Never shown", extension=[extension(HL7 + "questionnaire-hidden", valueBoolean=True)]),
    item("last", text="Anything else?", enableBehavior="all",
         enableWhen=[when("goals", "exists"), when("low", "!=", answerCoding={"code": "never"})]),
    title="About #you *and* _pain_", copyright="Owned by somebody.",
)  # fmt: skip


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [squeezed(sheet.get_textpage().get_text_range()) for sheet in document]


def squeezed(text: str) -> str:
    # Line ends, bullets and hyphens at the end of a line are no part of what is said.
    return re.sub(r"[\s\u200b\ufffe\x02•-]", "", text)


def asked(questionnaire: Questionnaire) -> list[str]:
    """Every word that somebody who answers has to see."""
    found = [questionnaire.title, questionnaire.copyright]
    for one in questionnaire.walk():
        if not one.hidden and (one.is_asked or one.type in ("group", "display")):
            found += [one.text, one.help, one.why, one.lower, one.upper, one.unit.label if one.unit else ""]
            found += [option.label for option in one.options]
    return [words for words in found if words]


def check(questionnaire: Questionnaire, words: Words, tmp_path: Path) -> None:
    """Both papers and the script hold everything, and the papers keep their promise to screen readers."""
    for layout in MADE:
        pdf = paper(questionnaire, words, layout=layout)
        text = "".join(pages(pdf))
        said = [*asked(questionnaire), words.why, words.help, *words.urgent]
        assert not [missing for missing in said if squeezed(missing) not in text]
        file = tmp_path / f"{questionnaire.id}-{layout}.pdf"
        file.write_bytes(pdf)
        report = page.validate_pdf(str(file), profile=page.ValidationProfile.PDF_UA_1)
        assert report.is_compliant, (questionnaire.id, report.failures)
    script = squeezed(phone_script(questionnaire, words)).lower()
    assert not [missing for missing in asked(questionnaire) if squeezed(missing).lower() not in script]


def test_every_questionnaire_of_the_pathway_is_there_on_paper_and_on_the_phone(
    service: Pathway, tmp_path: Path
) -> None:
    forms = [parse(form.text) for form in service.forms]
    assert forms
    for form in forms:
        words = words_for(service, form, locality="southampton")
        if form.skeleton:
            with pytest.raises(LetterError, match="has no questions yet"):
                paper(form, words)
        else:
            check(form, words, tmp_path)
            said = squeezed(phone_script(form, words)), "".join(pages(paper(form, words)))
            calls = [way.value for one in service.signposts if one.kind in ("crisis", "emergency") for way in one.ways
                     if way.kind in ("phone", "text") and way.value]  # fmt: skip
            assert {"18001 111", "85258"} <= set(calls)
            assert all("999bsl.co.uk" in text for text in said)
            assert "before 4pm on a working day" in words.reads[1]
            assert words.reads[-1] == " ".join(service.safety.plain_out_of_hours.split())
            assert not [one for one in (*calls, *words.reads) for text in said if squeezed(one) not in text]


def test_one_never_seen_before_with_every_kind_of_question(tmp_path: Path) -> None:
    check(EVERYTHING, WORDS, tmp_path)
    text = "".join(pages(paper(EVERYTHING, WORDS)))
    assert "Nevershown" not in text
    assert squeezed("Something of your own:") in text
    assert text.count(squeezed("A treatment (")) == 3
    assert squeezed("Is there more? Write it on another sheet") in text
    found = Counter(name for sheet in tags(paper(EVERYTHING, WORDS)) for name in sheet)
    assert found["H1"] == 1
    assert found["Figure"] == 2
    assert found["LI"] > 20


def test_somebody_with_a_pen_is_told_where_to_go_on() -> None:
    paper_text = "".join(pages(paper(EVERYTHING, WORDS, layout="large-print")))
    script = squeezed(phone_script(EVERYTHING, WORDS))
    for sentence in (
        # 1 low, 2 harm, 3 tried, 4 to 12 three treatments, 13 goals ... 19 where, 20 last
        "Answer this part only if you ticked “Yes” at question 3. If not, go to question 13.",
        "Answer this only if your answer to question 5 is less than 3. If not, go to question 7.",
        "Answer this only if your answer to question 8 is less than 3. If not, go to question 10.",
        "Answer this part only if there is another one to tell us about. If not, go to question 13.",
        "Answer this only if you answered question 13 and “Never” is not your answer to question 1.",
        "If not, go to the end.",
    ):
        assert squeezed(sentence) in paper_text
        assert squeezed(sentence) in script


def test_what_depends_on_a_sum_is_offered_to_everybody() -> None:
    read_only = item("sum", "integer", readOnly=True, initial=[{"valueInteger": 3}])
    form = made(read_only, item("more", enableWhen=[when("sum", ">", answerInteger=2)]))
    assert squeezed("This may not be for you. Answer it if you can.") in "".join(pages(paper(form, WORDS)))


@pytest.mark.parametrize("layout", ["standard", "large-print"])
def test_help_stands_beside_the_question_that_needs_it(layout: Layout) -> None:
    sheet = next(one for one in pages(paper(EVERYTHING, WORDS, layout=layout)) if "Thoughtsofhurtingyourself" in one)
    after = sheet[sheet.index("Thoughtsofhurtingyourself") :]
    beside = after.partition(squeezed("3. Have you had treatment?"))[0]
    for words in (*URGENT, "It may be some days before we read this paper. Do not wait for us."):
        assert squeezed(words) in beside
    script = squeezed(phone_script(EVERYTHING, WORDS))
    told = script[script.index("Thoughtsofhurtingyourself") : script.index(squeezed("3. “Have you had treatment?"))]
    assert squeezed("If the answer is “Some” or “Much”, do this before the next question") in told
    assert all(squeezed(words) in told for words in URGENT)


@pytest.mark.parametrize(("layout", "least"), [("standard", 12), ("large-print", 18)])
def test_nothing_is_smaller_than_promised(layout: Layout, least: int) -> None:
    for sheet in pypdfium2.PdfDocument(paper(EVERYTHING, WORDS, layout=layout)):
        text = sheet.get_textpage()
        for at in range(text.count_chars()):
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(text.raw, at, matrix)  # pictures are scaled, and the letters in them
            size = pdfium.FPDFText_GetFontSize(text.raw, at) * max(abs(matrix.a), abs(matrix.d))
            assert size > least - 0.1 or not text.get_text_range(at, 1).strip(), text.get_text_range(max(at - 9, 0), 20)


def test_yellow_on_black_has_a_black_page_and_yellow_places_to_write_on() -> None:
    bright, dark = (
        pypdfium2.PdfDocument(paper(EVERYTHING, WORDS, layout=layout))[0].render().to_pil().convert("RGB")
        for layout in ("large-print", "yellow-on-black")
    )
    assert (bright.getpixel((2, 2)), dark.getpixel((2, 2))) == ((255, 255, 255), (0, 0, 0))
    colours = sorted(dark.getcolors(1 << 24), reverse=True)
    assert [colour for _, colour in colours[:2]] == [(0, 0, 0), (255, 235, 59)]
    most = dark.width * dark.height
    assert sum(number for number, _ in colours[:2]) > 0.9 * most, "two colours, and the edges of letters between them"


def test_the_clinics_reference_is_printed_or_has_a_field() -> None:
    assert "PP26110042" in pages(paper(EVERYTHING, WORDS, reference="PP-2611-0042"))[1]
    assert squeezed("Reference (we write this in):") in pages(paper(EVERYTHING, WORDS))[0]


def test_only_the_contacts_that_a_reader_may_see(service: Pathway) -> None:
    (here,) = words_for(service, EVERYTHING, locality="southampton").contacts
    assert here[1] in "".join(pages(paper(EVERYTHING, words_for(service, EVERYTHING, locality="southampton"))))
    unknown = words_for(service, EVERYTHING)
    assert unknown.contacts == ()
    assert "AskthePainTeam" in "".join(pages(paper(EVERYTHING, unknown)))


def test_what_no_font_shows_is_refused_and_markup_is_words() -> None:
    assert squeezed("About #you *and* _pain_") in pages(paper(EVERYTHING, WORDS))[0]
    with pytest.raises(LetterError, match="No font here can print the character “😀”"):
        paper(made(item("smile", text="A 😀?")), WORDS)


def test_many_conditions_are_said_in_one_breath() -> None:
    """The last question of the PHQ-9 has 27 conditions: every answer but one, at each of nine questions."""
    codes = ("never", "some", "{much}")
    asking = [choice(f"q{number}", *codes) for number in range(1, 5)]
    wanted = [when(f"q{number}", "=", answerCoding={"code": code}) for number in (1, 2, 3) for code in codes[1:]]
    form = made(
        *asking, item("so", enableBehavior="any", enableWhen=[*wanted, when("q4", "=", answerCoding={"code": "some"})])
    )
    sentence = (
        "[Answer this only if you ticked an answer other than “Never” at any of the questions 1 to 3 or you ticked "
        "“Some” at question 4. If not, go to the end.]"
    )
    assert squeezed(sentence) in squeezed(phone_script(form, WORDS))
    braces = made(*asking, item("so", enableWhen=[when("q2", "=", answerCoding={"code": "{much}"})]))
    assert squeezed("only if you ticked “{Much}” at question 2.") in squeezed(phone_script(braces, WORDS))
