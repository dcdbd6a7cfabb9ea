"""The pages for patients and the conversation on the right time: what an author is told about them."""

from datetime import date
from pathlib import Path

import pytest
import time_machine

from painpath.pathway import load
from painpath.pathway.linting import lint, warnings
from painpath.pathway.patient_pages import Recheck
from tests.pathway.test_command import painpath
from tests.pathway.test_linting import change, said

PAGES, TALK, SIGNPOSTS = "patient-pages.yaml", "right-time.yaml", "signposts.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "words"),
    [
        (PAGES, "- id: not-now\n", "- id: never\n", "patient_pages.pages", "one page `not-now`; there are 0"),
        (PAGES, "- id: persistent-pain\n", "- id: questions\n", "patient_pages.pages", "what the service is about"),
        (PAGES, "- id: questions\n", "- id: persistent-pain\n", "patient_pages.pages[0].id", "-pain` is used twice"),
        (PAGES, "see: [what-your-gp-does]", "see: [x]", "patient_pages.pages[2].parts[3].see", "`x` is not among"),
        (PAGES, "- id: not-now\n", "- id: questions\n", "patient_pages.pages", "one page `not-now`; there are 0"),
        (PAGES, "- id: why\n", "- id: what\n", "patient_pages.pages[0].parts[0].id", "`what` is used twice"),
        (PAGES, "shows: [try_first]", "shows: [routes]", "patient_pages.pages[3].parts", "under `try_first`"),
        (PAGES, "[informed-and-consents]", "[x]", "patient_pages.pages[3].parts[3].criteria", "`x` is not among"),
        (PAGES, "shows: [cannot]", "shows: [can]", "patient_pages.pages[1].parts", "under `cannot`"),
        (PAGES, "shows: [what_to_consider, readiness]", "shows: [verdict]", None, "verdict"),
        (PAGES, "Week {number}", "Each week", "patient_pages.pages[7].plain_each", "Write `{number}` once"),
        (PAGES, "          urgent: true\n", "", "patient_pages.pages[9].parts", "urgent: true"),
        (PAGES, "id: medicines\n      plain_name", "id: pills\n      plain_name", "signposts[0].topics", "`medicines`"),
        (PAGES, "- Yes. Pain is real", "- Unfortunately. Pain is real", None, "without `Unfortunately`"),
        (SIGNPOSTS, "topics: [alcohol-drugs]", "topics: []", "patient_pages.topics[4]", "No resource is about"),
        (TALK, "readiness: [willing-to-learn]", "readiness: []", "right_time.questions", "`willing-to-learn`"),
        (TALK, "readiness: [willing-to-learn]", "readiness: [keen]", "right_time.questions[5].readiness", "`keen`"),
        (TALK, "criteria: [unable-to-engage]", "criteria: [x]", "right_time.questions[7].criteria", "`x` is not"),
        (TALK, "          not_sure: true\n", "", "right_time.questions[0].answers", "people may not know"),
        (TALK, "          help_now: true\n", "", "right_time.questions", "help_now: true"),
        (TALK, "      matters: true\n", "", "right_time.questions", "matters: true"),
        (TALK, "    - id: hope\n", "    - id: feeling\n", "right_time.questions[0].id", "`feeling` is used twice"),
        (TALK, "        - id: hard\n", "        - id: steady\n", "right_time.questions[0].answers[1].id", "used twice"),
    ],
)
def test_one_thing_wrong_is_told_with_its_field(
    copy: Path, file: str, old: str, new: str, field: str | None, words: str
) -> None:
    change(copy / file, old, new)
    problem = said(lint(copy), words)
    assert field in (None, problem.field)
    assert problem.line


def test_a_service_names_the_page_about_what_it_helps_with(copy: Path) -> None:
    change(copy / PAGES, "- id: persistent-pain\n", "- id: your-memory\n")
    assert lint(copy) == []
    assert load(copy).patient_pages.page("your-memory").plain_title


def test_an_old_check_is_a_warning_and_stops_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = warnings(copy)
    change(copy / SIGNPOSTS, "last_checked: 2026-11-23", "last_checked: 2025-10-31")
    with time_machine.travel(date(2026, 11, 26), tick=False):
        (warning,) = (one for one in warnings(copy) if one not in before)
        assert warning.field == "signposts[0].last_checked"
        assert "more than 12 months ago. Service lead checks it again" in warning.message
        assert lint(copy) == []
        assert painpath("pathway", "lint", str(copy)) == 0
    assert "warning: " in capsys.readouterr().err


def test_a_letter_to_patients_that_is_hard_to_read_is_a_warning(copy: Path) -> None:
    before = warnings(copy)
    hard = "Multidisciplinary rehabilitation necessitates considerable psychological determination. " * 5
    change(copy / "letters.yaml", "Your referral stays open with us.", f"{hard}{'And so on ' * 9}it went.")
    long, grade = sorted((one for one in warnings(copy) if one not in before), key=lambda one: "grade" in one.message)
    assert "A sentence has 29 words" in long.message
    assert "Flesch-Kincaid grade" in grade.message
    assert grade.field == long.field
    assert str(grade.field).startswith("letters.sections[")
    assert lint(copy) == []


def test_somebody_who_cannot_speak_on_a_phone_is_not_forgotten(copy: Path) -> None:
    text = (copy / SIGNPOSTS).read_text()
    (copy / SIGNPOSTS).write_text(text.replace("    without_speaking: true\n", ""))
    for kind in ("emergency", "crisis"):
        assert said(lint(copy), f"add a signpost of kind `{kind}` with `without_speaking: true`").field == "signposts"


def test_the_signs_of_an_emergency_are_one_list(copy: Path) -> None:
    change(copy / SIGNPOSTS, "    plain_signs:", "    published:")
    assert said(lint(copy), "The signs of an emergency stand in one list").field == "signposts"


def test_a_check_grows_old_on_the_day_after_so_many_months() -> None:
    recheck = Recheck(months=12, source="Here.")
    assert not recheck.stale(date(2025, 11, 26), date(2026, 11, 26))
    assert recheck.stale(date(2025, 11, 25), date(2026, 11, 26))
    assert recheck.stale(date(2024, 12, 31), date(2026, 1, 1))
    assert not recheck.stale(date(2026, 11, 26), date(2026, 11, 26))


def test_what_the_service_has_to_confirm_is_listed(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert painpath("pathway", "show", str(copy)) == 0
    shown = capsys.readouterr().out.partition("for the service to confirm")[2]
    assert "Whether the service writes reports for work or benefits." in shown
    assert load(copy).right_time.to_confirm in [line.strip() for line in shown.splitlines()]
