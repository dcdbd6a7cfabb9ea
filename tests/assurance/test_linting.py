"""What is wrong with a safety case is told: dangling links, tests that do not run, wrong classes, nobody who acts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.assurance import CaseError, lint, read
from painpath.assurance.links import fault_of_test
from painpath.assurance.risk import LIKELIHOODS, MEANINGS, SEVERITIES, risk_class
from tests.assurance.conftest import spoil

KEPT = "tests/test_keeping.py::test_it_is_kept"


def test_a_whole_case_has_no_problem(checkout: Path) -> None:
    assert lint(read(checkout)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "message"),
    [
        ("hazards.yaml", KEPT, "tests/test_keeping.py::test_gone", "tests[0]", "There is no test"),
        ("hazards.yaml", KEPT, "tests/test_gone.py::test_it", "tests[0]", "There is no file"),
        ("hazards.yaml", KEPT, "tests/test_keeping.py::test_skipped", "tests[0]", "is skipped: it shows nothing"),
        ("hazards.yaml", KEPT, f"{KEPT}[one]", "tests[0]", "without its parameters"),
        ("hazards.yaml", "src/keeping.py", "src/gone.py", "code[0]", "There is no `src/gone.py`"),
        ("hazards.yaml", "src/keeping.py", "docs/keeping.md", "code[0]", "does not stand in src"),
        ("hazards.yaml", "medium, risk: 3", "medium, risk: 2", "before.risk", "major and medium make class 3, not 2"),
        ("hazards.yaml", "very low, risk: 2", "low, risk: 2", "after.risk", "major and low make class 3, not 2"),
        ("hazards.yaml", "very low, risk: 2", "very high, risk: 5", "after", "cannot make a hazard worse"),
        ("hazards.yaml", f'["{KEPT}"]', "[]", "controls[0]", "Code alone shows nothing"),
        (
            "hazards.yaml",
            f'        tests: ["{KEPT}"]\n        code: [src/keeping.py]\n',
            "",
            "controls[0]",
            "Name a test",
        ),
        ("hazards.yaml", "causes: [The post.]", "causes: []", "causes", "at least one cause"),
        ("hazards.yaml", f'["{KEPT}"]', f'["{KEPT}", "{KEPT}"]', "tests", "named twice"),
        ("dpia.yaml", "#how", "#why", "docs[0]", "has no heading `why`"),
        ("dpia.yaml", "docs/keeping.md#how", "docs/../LICENSE", "docs[0]", "does not stand in docs"),
        ("dpia.yaml", "        docs: [docs/keeping.md#how]\n", "", "points[0]", "Name a test"),
        ("dpia.yaml", "Q3", "Q2", "sections", "Q2 is answered twice"),
    ],
)
def test_one_thing_wrong_is_told_with_its_line(
    checkout: Path, file: str, old: str, new: str, field: str, message: str
) -> None:
    spoil(checkout, file, old, new)
    problems = lint(read(checkout))
    assert any(problem.field.endswith(field) and message in problem.message and problem.line for problem in problems), (
        problems
    )


def test_an_id_stays_with_one_hazard(checkout: Path) -> None:
    file = checkout / "docs/safety/hazards.yaml"
    text = file.read_text()
    file.write_text(text + text[text.index("  - id: H01") :])
    assert {problem.field for problem in lint(read(checkout))} == {"hazards[0].id", "hazards[1].id"}


def test_an_estimate_is_not_lowered_by_what_no_test_shows(checkout: Path) -> None:
    shown = f'        tests: ["{KEPT}"]\n        code: [src/keeping.py]\n'
    spoil(checkout, "hazards.yaml", shown, "        open: {who: manufacturer, what: builds it.}\n")
    assert ["stay as it was before" in problem.message for problem in lint(read(checkout))] == [True]


def test_an_undesirable_risk_has_somebody_who_acts(checkout: Path) -> None:
    spoil(checkout, "hazards.yaml", "very low, risk: 2", "low, risk: 3")
    assert lint(read(checkout)) == []
    acts = (
        "      - kind: process\n        what: Somebody counts.\n        open: {who: deploying service, what: counts.}\n"
    )
    spoil(checkout, "hazards.yaml", acts, "")
    assert ["Class 3 is undesirable" in problem.message for problem in lint(read(checkout))] == [True]


def test_a_lock_that_moved_on_is_told(checkout: Path) -> None:
    lock = checkout / "requirements/run.txt"
    lock.write_text("msgspec==0.23.0 \\\n    --hash=sha256:00\nnewcomer==1 ; sys_platform == 'win32' \\\n")
    said = [problem.message for problem in lint(read(checkout))]
    assert [words.partition(" is ")[0] for words in said] == ["msgspec", "newcomer"]
    lock.write_text("")
    assert ["not locked any more" in problem.message for problem in lint(read(checkout))] == [True]
    (checkout / "docs/safety/licences.json").unlink()
    assert ["No licence has been read" in problem.message for problem in lint(read(checkout))] == [True]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("hazards.yaml", "introduction: []\nhazards: [{id: H1}]\n"),
        ("hazards.yaml", "a: &b 1\nc: *b\n"),
        ("dtac.yaml", None),
        ("axe.json", "{}"),
        ("advisories.json", "not json"),
    ],
)
def test_a_file_that_does_not_hold_what_it_should_is_named(checkout: Path, file: str, content: str | None) -> None:
    place = checkout / "docs/safety" / file
    if content is None:
        place.unlink()
    else:
        place.write_text(content)
    with pytest.raises(CaseError) as raised:
        read(checkout)
    assert {problem.file for problem in raised.value.problems} == {place}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("test_keeping.py::test_it_is_kept", None),
        ("test_keeping.py::test_sometimes", None),
        ("test_keeping.py::TestKeeping::test_inside", None),
        ("test_keeping.py::test_never", "is skipped"),
        ("test_keeping.py::test_gives_up", "is skipped"),
        ("test_keeping.py::test_replaced", "is skipped"),
        ("test_keeping.py::test_fails", "is expected to fail"),
        ("test_keeping.py::test_no_rows", "has no rows"),
        ("test_keeping.py::helper", "no test"),
        ("test_keeping.py::TestKeeping", "no test"),
        ("test_keeping.py::TestKeeping::test_outside", "no test"),
        ("test_keeping.py::TestSkipped::test_inside", "is skipped"),
        ("test_keeping.py::TestMarked::test_inside", "is skipped"),
        ("test_keeping.py::Keeping::test_inside", "no test"),
        ("test_elsewhere.py::test_one", "is skipped"),
        ("test_broken.py::test_one", "no file"),
        ("conftest.py::test_one", "is no test"),
        ("../src/test_x.py::test_one", "is no test"),
        ("test_keeping.py", "no test"),
    ],
)
def test_a_test_is_there_and_runs(checkout: Path, name: str, fault: str | None) -> None:
    said = fault_of_test(checkout, f"tests/{name}")
    assert said is None if fault is None else said and fault in said


@given(st.text(max_size=40))
def test_no_name_breaks_it(name: str) -> None:
    assert fault_of_test(Path("/nowhere"), name)


@given(st.sampled_from(SEVERITIES), st.sampled_from(LIKELIHOODS))
def test_a_class_never_falls_as_severity_or_likelihood_rise(severity: str, likelihood: str) -> None:
    here = risk_class(severity, likelihood)
    assert here in MEANINGS
    for worse in SEVERITIES[SEVERITIES.index(severity) :]:
        assert risk_class(worse, likelihood) >= here
    for likelier in LIKELIHOODS[LIKELIHOODS.index(likelihood) :]:
        assert risk_class(severity, likelier) >= here


def test_the_matrix_is_the_published_one() -> None:
    rows = ["".join(str(risk_class(severe, likely)) for severe in SEVERITIES) for likely in reversed(LIKELIHOODS)]
    assert rows == ["34455", "23345", "22334", "12234", "11223"]
