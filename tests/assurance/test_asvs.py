"""OWASP ASVS 5.0.0: every requirement of levels 1 and 2 stands in the table once, and can be looked up."""

from pathlib import Path

import pytest

from painpath.assurance import lint, read, render
from tests.assurance.conftest import spoil

ROOT = Path(__file__).parents[2]

LEVELS = {
    "V1.1": ("", "1 2"), "V1.2": ("1 2 3 4 5", "6 7 8 9"), "V1.3": ("1 2", "3 4 5 6 7 8 9 10 11"),
    "V1.4": ("", "1 2 3"), "V1.5": ("1", "2"), "V2.1": ("1", "2 3"), "V2.2": ("1 2", "3"), "V2.3": ("1", "2 3 4"),
    "V2.4": ("", "1"), "V3.2": ("1 2", ""), "V3.3": ("1", "2 3 4"), "V3.4": ("1 2", "3 4 5 6"),
    "V3.5": ("1 2 3", "4 5"), "V3.7": ("", "1 2"), "V4.1": ("1", "2 3"), "V4.2": ("", "1"), "V4.3": ("", "1 2"),
    "V4.4": ("1", "2 3 4"), "V5.1": ("", "1"), "V5.2": ("1 2", "3"), "V5.3": ("1 2", ""), "V5.4": ("", "1 2 3"),
    "V6.1": ("1", "2 3"), "V6.2": ("1 2 3 4 5 6 7 8", "9 10 11 12"), "V6.3": ("1 2", "3 4"), "V6.4": ("1 2", "3 4"),
    "V6.5": ("", "1 2 3 4 5"), "V6.6": ("", "1 2 3"), "V6.8": ("", "1 2 3 4"), "V7.1": ("", "1 2 3"),
    "V7.2": ("1 2 3 4", ""), "V7.3": ("", "1 2"), "V7.4": ("1 2", "3 4 5"), "V7.5": ("", "1 2"), "V7.6": ("", "1 2"),
    "V8.1": ("1", "2"), "V8.2": ("1 2", "3"), "V8.3": ("1", ""), "V8.4": ("", "1"), "V9.1": ("1 2 3", ""),
    "V9.2": ("1", "2 3 4"), "V10.1": ("", "1 2"), "V10.2": ("", "1 2"), "V10.3": ("", "1 2 3 4"),
    "V10.4": ("1 2 3 4 5", "6 7 8 9 10 11"), "V10.5": ("", "1 2 3 4 5"), "V10.6": ("", "1 2"), "V10.7": ("", "1 2 3"),
    "V11.1": ("", "1 2"), "V11.2": ("", "1 2 3"), "V11.3": ("1 2", "3"), "V11.4": ("1", "2 3 4"), "V11.5": ("", "1"),
    "V11.6": ("", "1"), "V12.1": ("1", "2 3"), "V12.2": ("1 2", ""), "V12.3": ("", "1 2 3 4"), "V13.1": ("", "1"),
    "V13.2": ("", "1 2 3 4 5"), "V13.3": ("", "1 2"), "V13.4": ("1", "2 3 4 5"), "V14.1": ("", "1 2"),
    "V14.2": ("1", "2 3 4"), "V14.3": ("1", "2 3"), "V15.1": ("1", "2 3"), "V15.2": ("1", "2 3"),
    "V15.3": ("1", "2 3 4 5 6 7"), "V16.1": ("", "1"), "V16.2": ("", "1 2 3 4 5"), "V16.3": ("", "1 2 3 4"),
    "V16.4": ("", "1 2 3"), "V16.5": ("", "1 2 3"), "V17.1": ("", "1"), "V17.2": ("", "1 2 3 4"),
    "V17.3": ("", "1 2"),
}  # fmt: skip
"""Section -> its requirements of level 1, and those of level 2; what is of level 3 is not asked here."""
ASKED = {f"{section}.{number}": level for section, both in LEVELS.items()
         for level, numbers in enumerate(both, 1) for number in numbers.split()}  # fmt: skip


def test_every_requirement_of_levels_1_and_2_stands_there_once() -> None:
    chapters = read(ROOT).verification.chapters
    said = [(one.id, one.level) for chapter in chapters for one in chapter.requirements]
    assert sorted(said) == sorted(ASKED.items())
    assert [list(ASKED.values()).count(level) for level in (1, 2)] == [70, 183]
    assert [chapter.id for chapter in chapters] == [f"V{number}" for number in range(1, 18)]


def test_the_page_counts_what_the_lines_say(checkout: Path) -> None:
    page = render(read(checkout), "asvs")
    assert "| level 1 | 1 | 0 | 0 | 1 |\n| level 2 | 0 | 1 | 1 | 2 |" in page
    assert "| V1.1.1 | 1 | It is kept | met | In a safe. Shown by [it is kept](../../tests/test_keeping.py). |" in page
    assert "| V1.1.2 | 2 | It is sung | not ours | Nobody sings. |" in page
    assert "| open | **Still open, for the manufacturer and the deploying service:** somebody counts. |" in page


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("::test_it_is_kept", "::test_gone", "There is no test"),
        ("id: V1.1.2", "id: V1.1.1", "V1.1.1 is given twice"),
        ("id: V1.1.2", "id: V10.1.2", "does not stand in V1"),
        ("not_ours: Nobody sings.", "says: Nobody sings.", "Name a test"),
        ("says: In a safe.", "not_ours: In a safe.", "keep one of them"),
        ("open: {who: both, what: somebody counts.}", "docs: [docs/gone.md]", "There is no `docs/gone.md`"),
    ],
)
def test_a_line_that_nothing_shows_is_told(checkout: Path, old: str, new: str, message: str) -> None:
    spoil(checkout, "asvs.yaml", old, new)
    problem, *_ = lint(read(checkout))
    assert problem.file.name == "asvs.yaml"
    assert message in problem.message
