"""A gap between the page, the pathway and the tests is found."""

from pathlib import Path

import pytest

from painpath.pathway import Pathway, load
from painpath.pathway.coverage import problems, resolve, sentences
from tests.shared import SHARED, needs

ROOT = Path(__file__).parents[2]


def said(copy: Path) -> list[str]:
    return [problem.message for problem in problems(copy, load(copy), ROOT)]


def edit(file: Path, old: str, new: str) -> None:
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new, 1))


def test_every_sentence_of_the_page_is_carried_and_shown(folder: Path, pathway: Pathway) -> None:
    assert problems(folder, pathway, ROOT) == []


@needs("seed/persistent-pain.txt")
def test_the_page_is_the_published_one(folder: Path) -> None:
    assert (folder / "source.txt").read_bytes() == (SHARED / "seed/persistent-pain.txt").read_bytes()


def test_the_page_falls_into_sentences_bullets_and_headings() -> None:
    page = "Heading\n\n  •  One thing (e.g., this).\u00a0Another thing.\n\n (A remark)\n• Half a bullet\n"
    assert sentences(page) == ["Heading", "One thing (e.g., this).", "Another thing.", "(A remark)", "Half a bullet"]


def test_a_sentence_without_an_entry_is_found(copy: Path) -> None:
    edit(copy / "source.txt", "Pain expected to resolve", "Pain expected to resolve\n•    Pain on Tuesdays")
    assert said(copy) == ["This sentence of the page has no entry: Pain on Tuesdays"]


def test_an_entry_for_no_sentence_is_found(copy: Path) -> None:
    edit(copy / "seed-coverage.yaml", "words: Pain expected to resolve", "words: Pain expected to return")
    found = said(copy)
    assert "This sentence of the page has no entry: Pain expected to resolve" in found
    assert "The page has no such sentence. Keep its words to the letter." in found


def test_an_entry_given_twice_is_found(copy: Path) -> None:
    file = copy / "seed-coverage.yaml"
    file.write_text(
        file.read_text() + "  - {words: Self-exclusion, fields: ['criteria[self-exclusion].published[0]'], open: x}\n"
    )
    assert said(copy) == ["The page has no such sentence. Keep its words to the letter."]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("criteria[nothing].published[0]", "The pathway has no field"),
        ("criteria[expected-to-resolve].published[9]", "The pathway has no field"),
        ("criteria[expected-to-resolve].publishd", "The pathway has no field"),
        ("criteria.__class__", "The pathway has no field"),
        ("criterion", "The pathway has no field"),
        ("criteria[expected-to-resolve].question", "are not in this sentence"),
        ("criteria[adult].published[0]", "are not in this sentence"),
    ],
)
def test_a_field_that_does_not_carry_the_words_is_found(copy: Path, field: str, words: str) -> None:
    edit(copy / "seed-coverage.yaml", "criteria[expected-to-resolve].published[0]", field)
    (found,) = said(copy)
    assert words in found
    assert field in found


def test_half_a_sentence_carried_is_found(copy: Path) -> None:
    edit(copy / "seed-coverage.yaml", "      - statements[better-life-despite-pain].published\n", "")
    (found,) = said(copy)
    assert found.startswith("No field carries these words: and much of the work")


def test_an_entry_without_a_field_is_found(copy: Path) -> None:
    edit(
        copy / "seed-coverage.yaml", "    fields:\n      - criteria[expected-to-resolve].published[0]", "    fields: []"
    )
    assert said(copy) == ["Name the field that carries this sentence."]


@pytest.mark.parametrize(
    "test",
    [
        "tests/pathway/test_southampton_portsmouth.py::test_nothing",
        "tests/pathway/test_nowhere.py::test_podcast_for_gps",
        "tests/pathway/conftest.py::copy",
        "tests/pathway/test_coverage.py::said",
        "test_podcast_for_gps",
    ],
)
def test_a_test_that_does_not_exist_is_found(copy: Path, test: str) -> None:
    edit(copy / "seed-coverage.yaml", "tests/pathway/test_southampton_portsmouth.py::test_podcast_for_gps", test)
    assert said(copy) == [f"There is no test `{test}`."]


def test_a_sentence_neither_shown_nor_open_is_found(copy: Path) -> None:
    file = copy / "seed-coverage.yaml"
    text = file.read_text()
    start = text.index("  - words: Pain expected to resolve")
    shown, end = text.index("    shown_by:", start), text.index("  - words:", start + 5)
    file.write_text(text[:shown] + text[end:])
    (found,) = said(copy)
    assert "Name the test that shows this sentence working" in found
    file.write_text(text[:shown] + "    open: not built yet\n" + text[end:])
    assert said(copy) == []


def test_published_words_that_the_page_does_not_have_are_found(copy: Path) -> None:
    edit(
        copy / "criteria/2-exclusion.yaml", "      - Self-exclusion", "      - Self-exclusion\n      - Left-handedness"
    )
    assert said(copy) == ["The page does not have these published words: Left-handedness"]


def test_a_changed_published_word_is_found(copy: Path) -> None:
    edit(copy / "criteria/1-inclusion.yaml", "Adults aged 18 and over.", "Adults aged 17 and over.")
    assert len(said(copy)) >= 2


@pytest.mark.parametrize("name", ["source.txt", "seed-coverage.yaml"])
def test_a_missing_file_is_told(copy: Path, name: str) -> None:
    (copy / name).unlink()
    (found,) = problems(copy, load(copy), ROOT)
    assert found.file == copy / name


def test_a_misspelt_coverage_file_is_told_with_its_line(copy: Path) -> None:
    edit(copy / "seed-coverage.yaml", "    shown_by:", "    shown:")
    found = problems(copy, load(copy), ROOT)
    assert [problem.field for problem in found] == ["sentences[0].shown"]
    assert "shown" in (copy / "seed-coverage.yaml").read_text().splitlines()[found[0].line - 1]


def test_without_the_tests_their_names_are_not_looked_up(copy: Path) -> None:
    edit(copy / "seed-coverage.yaml", "::test_podcast_for_gps", "::test_nothing")
    assert problems(copy, load(copy), None) == []


def test_a_field_is_found_by_id_and_by_number(pathway: Pathway) -> None:
    assert resolve(pathway, "criteria[adult].kind") == "computed"
    assert resolve(pathway, "criteria[0].kind") == "computed"
    assert resolve(pathway, "version") == "2025-11"
