"""A letter that is nowhere kept, read as the record reads it."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from msgspec.structs import replace

from painpath import documents
from painpath import pathway as pathways
from painpath.pathway import Pathway
from painpath.pathway.shapes import Catchment
from painpath.referrers import reading
from painpath.referrers.check_forms import Check
from painpath.referrers.presenters.check import Clause, checked
from painpath.web.clauses import groups_shown


@pytest.fixture(scope="module")
def pathway() -> Pathway:
    return pathways.load(pathways.find("southampton-portsmouth"))


def replace_notes(clause: Clause) -> Clause:
    return dataclasses.replace(clause, notes=())


def test_a_question_is_no_evidence_and_its_example_answers_it(pathway: Pathway) -> None:
    for criterion in pathway.criteria:
        for words, wanted in (("Not known.", "not_stated"), (criterion.example, "for")):
            text = reading.with_answers("", {criterion.id: words}, pathway)
            _, result = reading.screen(text, pathway)
            assert result.criterion(criterion.id).state == wanted, (criterion.id, words)
            assert not result.alerts
        others = reading.screen(reading.with_answers("", {criterion.id: "Not known."}, pathway), pathway)[1].criteria
        assert {one.state.value for one in others} == {"not_stated"}


def test_every_criterion_stands_in_one_group_with_its_words_marked_where_they_are(pathway: Pathway) -> None:
    letter = "He has had low back pain for 6 years. He has severe depression and no care plan. No drug dependence."
    document, result = reading.screen(letter, pathway)
    page = checked(pathway, document, result)
    clauses = [clause for group in page.groups for clause in group.clauses]
    assert sorted(clause.id for clause in clauses) == sorted(criterion.id for criterion in pathway.criteria)
    assert [group.id for group in page.groups] == list(groups_shown(pathway))
    assert "".join(segment.text for segment in page.letter) == document.text
    for clause in clauses:
        assert all(words.quote in letter for words in clause.evidence)
        assert clause.evidence or clause.state == "not_stated"
    judged = {clause.id: group.id for group in page.groups for clause in group.clauses}
    assert judged["major-psychiatric-disturbance"] == "judgement"


def test_whether_a_letter_comes_from_the_area_is_read_where_the_page_names_one(pathway: Pathway) -> None:
    letter = "Re: Mr John Ash, 12 High Street, SO14 3AB\nHe has had low back pain for 6 years."
    document, result = reading.screen(letter, pathway)
    assert checked(pathway, document, result).shapes.place is None
    named = replace(pathway, catchment=Catchment(postcodes=("SO14",), redirect="Their own service."))
    place = checked(named, document, result).shapes.place
    assert place is not None
    assert (place.label, place.lines) == (
        "Inside the area", ("The patient’s postcode, SO14 3AB, is inside what the page names: SO14.",)
    )  # fmt: skip
    document, result = reading.screen("He has had low back pain for 6 years.", pathway)
    place = checked(named, document, result).shapes.place
    assert place is not None
    assert place.label == "Not stated"


def test_what_is_passed_over_stays_against_with_its_words(pathway: Pathway) -> None:
    letter = "He has had low back pain for 6 years. He has severe depression and no care plan."
    document, result = reading.screen(letter, pathway)
    first, other = "non-malignant-persistent-pain", "major-psychiatric-disturbance"
    criteria = [replace(one, bypasses=(other,)) if one.id == first else one for one in pathway.criteria]
    before, after = (checked(one, document, result) for one in (pathway, replace(pathway, criteria=tuple(criteria))))
    assert result.criterion(first).state == "for"
    was, now = (
        next((group.id, clause) for group in page.groups for clause in group.clauses if clause.id == other)
        for page in (before, after)
    )
    assert now[1].notes[0].startswith("Passed over: “")
    assert (now[0], replace_notes(now[1])) == (was[0], replace_notes(was[1]))
    assert now[1].evidence


def test_a_new_criterion_is_asked_and_shown_without_code(longer: Pathway) -> None:
    """As in the pages, the summary and the letter template (test_about, test_summary, test_template)."""
    assert "answer-lives-with-a-dragon" in Check(pathway=longer).fields
    page = checked(longer, *reading.screen("She is in pain.", longer))
    found = {clause.id: (clause.state, clause.field) for group in page.groups for clause in group.clauses}
    assert found["lives-with-a-dragon"] == ("for", "answer-lives-with-a-dragon")


def test_files_that_somebody_waits_for_are_read_two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.01)
    started, end = Barrier(documents.AT_ONCE + 1), Event()

    def slow(data: bytes, name: str, limits: documents.Limits) -> documents.DocumentText:
        started.wait(10)
        end.wait(10)
        return documents.read(data, name)

    with monkeypatch.context() as patch, ThreadPoolExecutor() as pool:
        patch.setattr("painpath.documents.limited.read_limited", slow)
        busy = [pool.submit(reading.read_files, [("letter.txt", b"Low back pain.")]) for _ in range(documents.AT_ONCE)]
        started.wait(10)
        assert "Wait a minute" in reading.read_files([("letter.txt", b"Low back pain.")]).problems[0]
        end.set()
        assert [one.result().text for one in busy] == ["Low back pain."] * documents.AT_ONCE
    read = reading.read_files([("letter.txt", b"Low back pain."), ("b.pdf", b"%PDF-1.7 x")])
    assert read.text == "Low back pain."
    assert read.problems[0].startswith("b.pdf: ")
