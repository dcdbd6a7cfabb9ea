"""Layouts of pages: triage tables, lettered lists, numbers for a group, two numbers for one thing; and that no line of
any text is lost."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from painpath.pathway.drafting import Clause, propose
from painpath.pathway.drafting.covering import not_bound
from painpath.pathway.drafting.lines import plain
from tests.pathway.test_page_drafts import kinds

TRIAGE = [
    ("red_flag", "emergency", None, "emergency department"),
    ("priority", "routine", "within-3-weeks", "hand clinic"),
    ("exclusion", "routine", None, "pain team"),
]
TABLES = {
    "tabs": """\
Problem\tWhere\tHow soon
{0}\temergency department\tSame day
{1}\thand clinic\tWithin 3 weeks
{2}\tpain team\tNot seen here
""",
    "bars": """\
| Refer to | Timescale | Condition |
|---|---|---|
| emergency department | today | {0} |
| the hand clinic | Within 3 weeks | {1} |
| pain team | do not send to us | {2} |
""",
    "labels": """\
{0}
Where: emergency department
When: now

{1}
Where: hand clinic, 01632 960 111
When: Within 3 weeks

- {2}
- Where: pain team
- When: not seen by us
""",
    "lines": """\
- {0}: emergency department, immediately
- {1} - hand clinic (Within 3 weeks)
- {2}: pain team, not accepted
""",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_where_and_how_soon_are_read_however_they_are_pasted(table: str) -> None:
    problems = ("Hot joint with fever", "New swelling of the hands", "Widespread pain")
    proposal = propose("A clinic\n\nWhere, and how soon\n" + table.format(*problems))
    assert [(one.kind, one.urgency, one.priority, one.redirect) for one in proposal.clauses] == TRIAGE
    assert [(one.id, one.days) for one in proposal.priorities] == [("within-3-weeks", 21)]
    assert tuple(one.published for one in proposal.clauses) == problems
    assert "emergency department" in " ".join(proposal.clauses[0].also)


def test_where_and_when_a_clinic_is_held_is_no_problem_to_sort() -> None:
    assert kinds("A clinic\n\nFind us\nOur clinic\nWhere: North Hospital\nWhen: Mondays, 9 to 5\n") == []
    own = propose(
        "A clinic\n\nUrgent problems\nProblem | Refer to | Urgency\nNeck pain | our clinic | Routine\n"
    ).clauses
    assert [(one.kind, one.priority, one.redirect) for one in own] == [("priority", "routine", None)]


@pytest.mark.parametrize("marks", ["a) b) c)", "(a) (b) (c)", "(i) (ii) (iii)", "A) B) C)", "1) 2) 3)"])
@pytest.mark.parametrize("gap", ["\n", " "], ids=["lines", "one line"])
def test_lettered_lists_are_read_on_lines_of_their_own_and_within_one(marks: str, gap: str) -> None:
    words = ("pain for 3 months;", "adults over 18; and", "people with a GP.")
    listed = gap.join(f"{mark} {one}" for mark, one in zip(marks.split(), words, strict=True))
    proposal = propose(f"A clinic\n\nPlease refer when there is:{gap}{listed} We see nobody twice.\n")
    accepted = [one for one in proposal.clauses if one.kind == "inclusion"]
    assert [re.sub(r"\W+(?:and)?$", "", one.published) for one in accepted][:2] == [
        "pain for 3 months",
        "adults over 18",
    ]
    assert [one.lead for one in accepted] == ["Please refer when there is:"] * 3
    (joined,) = proposal.combinations
    assert (joined.how, joined.leaves()) == ("all", {one.id for one in accepted})


def test_letters_in_a_sentence_are_no_list_and_exclusions_are_counted_up() -> None:
    assert [one for _, one in kinds("A clinic\n\nInclusion\n- pain of type (a) or (b) of the scale\n")] == [
        "pain of type (a) or (b) of the scale"
    ]
    assert propose("A clinic\n\nExclusions\na) pregnancy;\nb) psychosis; and\nc) children\n").combinations == ()


@pytest.mark.parametrize(
    ("words", "low", "high", "group"),
    [
        ("BMI of 30 or more (27.5 for people of South Asian origin)", 27.5, None, "South Asian"),
        ("BMI of 30 or more, 27.5 or more if Black African or Chinese", 27.5, None, "Black African or Chinese"),
        ("BMI below 40 (37.5 for people of Black family background)", None, 37.5, "Black"),
        ("aged 50 or over (45 for people of Caribbean origin)", 45, None, "Caribbean"),
        ("pain for at least 6 months (3 months for children)", 3, None, "children"),
    ],
)
def test_a_number_that_is_lower_for_a_group_is_on_the_side_of_the_usual_one(
    words: str, low: float | None, high: float | None, group: str
) -> None:
    (clause,) = propose(f"A clinic\n\nInclusion\n- {words}\n").clauses
    usual, lowered = clause.thresholds
    assert (lowered.low, lowered.high, lowered.for_group) == (low, high, group)
    assert usual.for_group is None
    assert (usual.of, usual.scale, usual.unit, usual.low_included, usual.high_included) == (
        lowered.of, lowered.scale, lowered.unit, lowered.low_included, lowered.high_included,
    )  # fmt: skip


def contradicting(*bullets: str) -> list[str]:
    page = "A clinic\n\nWho we see\n" + "".join(f"- {one}\n" for one in bullets)
    return [one.note for one in propose(page).unsettled if one.why == "contradiction"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pelvic pain for at least 3 months", "pain that has been present for 6 months"),
        ("symptoms lasting 6 weeks or more", "symptoms for at least 3 months"),
        ("headaches for 3 months or longer", "a headache for at least six months"),
        ("more than 3 months of pain", "a history of persistent pain of at least 6 months"),
        ("adults over 16", "patients aged 18 or over"),
    ],
)
def test_two_numbers_for_one_thing_are_marked_with_both_quotes(one: str, other: str) -> None:
    page = f"A clinic\n\nWho we see\n- {one}\n\nHow to refer\nWho can come?\n- {other}\n"
    first, second = propose(page).clauses
    (said,) = (one for one in propose(page).unsettled if one.why == "contradiction")
    assert (said.line, said.words, said.clause, said.other) == (4, one, first.id, second.id)
    assert first.thresholds[0].words in said.note
    assert second.published in said.note


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("headache for at least 3 months", "facial pain for at least 6 months"),
        ("back pain for 6 weeks or more", "knee pain for at least 3 months"),
        ("pain for at least 3 months", "off work for more than 6 months"),
        ("pain for at least 3 months", "pain lasting 12 weeks or more"),
        ("pain for at least 3 months", "physiotherapy tried for at least 6 weeks"),
        ("adults aged 18 or over", "suspected polymyalgia in people over 50"),
    ],
)
def test_numbers_for_two_things_are_no_contradiction(one: str, other: str) -> None:
    assert contradicting(one, other) == []


def test_a_question_and_its_answer_on_one_line_say_of_what_it_is() -> None:
    page = "A clinic\n\nWho we see\n- headache for more than 3 months\n\nQuestions\n{}? At least six months.\n"
    asked = propose(page.format("How long must the headache have lasted"))
    assert [(one.line, one.why) for one in asked.unsettled] == [(4, "contradiction")]
    assert propose(page.format("How long must they have been off work")).unsettled == ()


PIECES = st.sampled_from([
    "- ", "\n", "\n\n", "    ", "AND", "OR", "Exclusions", "Category 1: within 30 days", "Option 1: BMI 35", "(",
    ")", "unless", "under 18", "in the last 18 months", "By programme", "one of these", "\t", "\r\n", "1. ", "a) ",
    "...", "\x00", "<li>", "<ul>", "</p>", "pain", "except", "\u2028", "SOURCE: x\n", "[the page goes on]", "e.g.", ":",
    "Where: A&E", "How soon: now", "Problem\tWhere\tWhen\n", "same day", "(ii) ", "b) ", "; and ",
    "27.5 for South Asian", "BMI 30", "pain for 3 months", "Refer to: the pain team, 01632 960 100", "?", "A) ",
    ";", "٣", "²", "|", "☐ ", "We see\tWe do not see\n", "   ",
])  # fmt: skip


def held(clause: Clause) -> tuple[str, ...]:
    return clause.published, *clause.also


MARKS = re.compile(r"(?m)(?:^|[\t|?])(?:[\W_]*\w{1,4}[.)])+|\b(?:and|or)\b")
"""Marks of a list ("iv)"), also in a cell, and AND between bullets."""


def words_of(text: str) -> set[str]:
    """Its words of two letters or more."""
    return set(re.findall(r"[^\W_]{2,}", text.lower()))


@settings(max_examples=150, deadline=None)
@example("HOW SOON\n- whoever comes")
@example("0\t0\nWE SEE\t\nWE SEE\t\n\t0")
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_makes_it_fail_and_no_line_of_it_is_lost(text: str) -> None:
    proposal = propose(text)
    left = dict[int, str]()
    for number, words in not_bound(proposal):
        left[number] = left.get(number, "") + " " + words
    for number, row in enumerate(plain(text).split("\n"), 1):
        kept = [one for clause in proposal.clauses if number in clause.lines for one in held(clause)]
        kept += [one.lead for one in proposal.clauses if one.lead and one.lead_line == number]
        kept += [one.published for one in (*proposal.programmes, *proposal.priorities) if one.line == number]
        kept += [one.words for one in (*proposal.combinations, *proposal.unsettled) if one.line == number]
        kept += [proposal.title, left.get(number, ""), *proposal.source, *(one.heading for one in proposal.clauses)]
        assert words_of(MARKS.sub(" ", row.lower())) <= words_of(" ".join(kept)), row
    ids = [clause.id for clause in proposal.clauses]
    assert len(ids) == len(set(ids))
    for joined in proposal.combinations:
        assert joined.leaves() <= set(ids)
