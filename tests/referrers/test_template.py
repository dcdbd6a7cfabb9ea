"""The letter template: every criterion has its field, and what comes back is read rightly."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from docx import Document
from striprtf.striprtf import rtf_to_text

from painpath import documents
from painpath.pathway import Pathway
from painpath.referrers.template_docx import docx_template
from painpath.referrers.template_letter import field_name, letter_fields, settled_by_birth
from painpath.referrers.template_rtf import rtf_template
from painpath.screening import Screening, Speaks, State, screen

TODAY = date(2026, 11, 23)
GIVEN = {
    "letter_date": "4 November 2026",
    "referrer_name": "Dr Annette Example",
    "practice": "Larkfield Medical Practice",
    "ubrn": "0001 2345 6789",
    "patient_name": "Mr Leonard Ashcombe",
    "date_of_birth": "03/04/1966",
    "nhs_number": "999 000 0018",
    "patient_address": "14 Sample Street, Exampleton, SO29 4WR",
    "information_given": "3 November 2026",
    "consent_date": "3 November 2026",
}

Fill = Callable[[Pathway, dict[str, str] | None], bytes]


def filled_docx(pathway: Pathway, given: dict[str, str] | None) -> bytes:
    """The Word template as a merge leaves it: each field shows its value, none shows nothing; None is left as it is."""
    document = Document(io.BytesIO(docx_template(pathway)))
    if given is not None:
        for paragraph in document.paragraphs:
            for run in paragraph.runs:
                if found := re.fullmatch("«(.+)»", run.text):
                    run.text = given.get(found[1], "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filled_rtf(pathway: Pathway, given: dict[str, str] | None) -> bytes:
    """The same in RTF."""
    text = rtf_template(pathway).decode("ascii")
    if given is not None:
        text = re.sub(r"(\\fldrslt )\\u171\?(\w+)\\u187\?", lambda found: found[1] + given.get(found[2], ""), text)
    return text.encode("ascii")


FORMATS: list[tuple[str, Fill]] = [("letter.docx", filled_docx), ("letter.rtf", filled_rtf)]
both = pytest.mark.parametrize(("name", "filled"), FORMATS, ids=["docx", "rtf"])


def read(data: bytes, name: str, pathway: Pathway) -> Screening:
    document = documents.read(data, name)
    assert document.unread == ()
    return screen(document, pathway, today=TODAY)


def test_every_criterion_is_asked_once_under_its_own_name(pathway: Pathway) -> None:
    fields = letter_fields(pathway)
    names = [field.name for field in fields]
    assert len(names) == len(set(names))
    assert "criterion_interventions_exhausted" in names
    for criterion in pathway.criteria:
        assert (field_name(criterion) in names) != settled_by_birth(criterion)
    assert [field.number for field in fields if field.number] == list(
        range(1, sum(1 for field in fields if field.number) + 1)
    )


def test_both_formats_hold_the_same_merge_fields_and_words(pathway: Pathway) -> None:
    names = [field.name for field in letter_fields(pathway)]
    document = Document(io.BytesIO(docx_template(pathway)))
    xml = document.element.xml
    assert re.findall(r"MERGEFIELD (\w+)", xml) == names
    assert re.findall(r"MERGEFIELD (\w+)", rtf_template(pathway).decode("ascii")) == names
    assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"') == len(names)
    in_word = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    in_rtf = rtf_to_text(rtf_template(pathway).decode("ascii")).splitlines()
    assert [line for line in in_rtf if line.strip()] == in_word
    for criterion in pathway.criteria:
        if not settled_by_birth(criterion):
            assert any(criterion.question.strip() in line for line in in_word)
            assert any(criterion.example.strip() in line for line in in_word)


@both
@pytest.mark.parametrize("given", [None, {}], ids=["as it is", "merged with nothing"])
def test_a_template_that_nobody_filled_in_says_nothing(
    pathway: Pathway, name: str, filled: Fill, given: dict[str, str] | None
) -> None:
    found = read(filled(pathway, given), name, pathway)
    assert {one.id: one.state for one in found.criteria if one.state is not State.NOT_STATED} == {}
    assert found.alerts == ()
    stated = found.identifiers
    assert [stated.name, stated.date_of_birth, stated.nhs_number, stated.referrer, stated.practice] == [None] * 5


@both
def test_a_template_that_was_filled_in_says_what_was_written(pathway: Pathway, name: str, filled: Fill) -> None:
    answers = {field.name: field.hint for field in letter_fields(pathway) if field.section == "criteria"}
    found = read(filled(pathway, answers | GIVEN), name, pathway)
    assert {one.id: one.state for one in found.criteria if one.state is not State.FOR} == {}
    assert [item for one in found.criteria for item in one.evidence if item.speaks is Speaks.AGAINST] == []
    stated = found.identifiers
    assert stated.name is not None
    assert stated.name.value == "Mr Leonard Ashcombe"
    assert stated.date_of_birth is not None
    assert stated.date_of_birth.value == "1966-04-03"
    assert stated.nhs_number is not None
    assert stated.nhs_number.value == "9990000018"
    assert stated.letter_date is not None
    assert stated.letter_date.value == "2026-11-04"
    assert stated.practice is not None
    assert stated.practice.value == "Larkfield Medical Practice"


@both
def test_only_what_was_answered_is_stated(pathway: Pathway, name: str, filled: Fill) -> None:
    answers = {
        "criterion_major_psychiatric_disturbance": "She has severe depression and there is no care plan.",
        "criterion_interventions_exhausted": "Amitriptyline and physiotherapy did not help.",
        "anything_else": "She has thoughts of ending her life.",
    }
    found = read(filled(pathway, answers), name, pathway)
    stated = {one.id: one.state for one in found.criteria if one.state is not State.NOT_STATED}
    assert stated["major-psychiatric-disturbance"] is State.AGAINST
    assert stated["interventions-exhausted"] is State.FOR
    assert set(stated) <= {
        "major-psychiatric-disturbance",
        "interventions-exhausted",
        "no-attempts-by-non-specialists",  # the same treatments speak for it
    }
    assert len(found.alerts) == 1


@both
def test_a_new_criterion_is_in_the_template_without_code(longer: Pathway, name: str, filled: Fill) -> None:
    text = documents.read(filled(longer, {"criterion_lives_with_a_dragon": "Two of them."}), name).text
    assert "Does the patient live with a dragon?" in text
    assert "[For example: There is no dragon.]\nTwo of them." in text
