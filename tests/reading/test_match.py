"""What is found in a sentence: phrases with gaps, what hides what, and what context speaks of."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway.vocabulary import Context, Group
from painpath.reading.lexicon import Lexicon, compiled
from painpath.reading.model import Finding
from painpath.reading.reader import read

DAY = date(2026, 11, 2)


def group(name: str, *phrases: str, **fields: object) -> Group:
    return Group(id=name, comment="For a test.", phrases=phrases, examples=("None.",), **fields)  # type: ignore[arg-type]


def context(name: str, tag: str, *phrases: str, **fields: object) -> Context:
    return Context(id=name, tag=tag, why=name, comment="For a test.", phrases=phrases, **fields)  # type: ignore[arg-type]


def found(text: str, groups: list[Group], contexts: list[Context] | None = None) -> list[Finding]:
    words = Lexicon(groups, contexts or [], (), compiled(groups, contexts or [], ()))
    return read(text, words, written_on=DAY, today=DAY).findings


def marks(text: str, groups: list[Group], contexts: list[Context]) -> dict[str, set[str]]:
    return {finding.id: {mark.context for mark in finding.marks} for finding in found(text, groups, contexts)}


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("not .. better", "He is not any better", True),
        ("not .. better", "He is not, alas, better", True),
        ("not .. better", "not one two three better", False),
        ("not .... better", "not 1 2 3 4 5 6 7 8 9 10 better", True),
        ("not .. better", "Not now. Better then.", False),
        ("(a|b|c|d|e) (f|g|h|i|j)", "the c h", True),
        ("(a|b|c|d|e) (f|g|h|i|j)", "the c, h", False),
        ("(a|b|c|d|e) [very] (f|g|h|i|j)", "the c very h", True),
        ("^no$", "No.", True),
        ("^no$", "Oh no.", False),
        ("no pain$", "no pain, really", True),
        ("no pain$", "no pain really", False),
    ],
)
def test_phrases(phrase: str, text: str, there: bool) -> None:
    assert bool(found(text, [group("it", phrase)])) is there


@given(
    st.lists(st.sampled_from(["a", "b", "c", "x", ","]), max_size=14),
    st.sampled_from([0, 2, 5]),
    st.sampled_from([2, 5]),
)
def test_a_phrase_with_gaps_is_found_wherever_it_stands(text: list[str], first: int, second: int) -> None:
    """Beside the definition: some a, b and c in this order with no more than so many words between."""
    gap = {0: " ", 2: " .. ", 5: " ... "}
    # Long choices, so that a gap of 0 is not looked for as one word.
    a, b, c = (f"({letter}|{'|'.join(letter + str(number) for number in range(9))})" for letter in "abc")
    places = {letter: [at for at, word in enumerate(text) if word == letter] for letter in "abc"}

    def between(one: int, other: int, most: int) -> bool:
        inner = text[one + 1 : other]
        return one < other and (not inner if most == 0 else sum(word != "," for word in inner) <= most)

    there = any(
        between(x, y, first) and between(y, z, second) for x, y, z in product(places["a"], places["b"], places["c"])
    )
    assert bool(found(" ".join(text), [group("it", f"{a}{gap[first]}{b}{gap[second]}{c}")])) is there


NO = context("no", "absent", "no", "cannot", after=8)


def test_a_negation_inside_a_finding_speaks_of_its_neighbours_and_not_of_it() -> None:
    groups = [group("calm", "no mental illness"), group("dementia", "dementia")]
    assert marks("No mental illness or dementia", groups, [NO]) == {"calm": set(), "dementia": {"no"}}


def test_a_finding_with_its_own_negation_is_not_ruled_out() -> None:
    groups = [group("fever", "fever"), group("numb", "cannot feel her legs")]
    assert marks("No fever, cannot feel her legs", groups, [NO]) == {"fever": {"no"}, "numb": set()}


def test_the_part_gives_way_to_the_whole_that_is_said_of_the_same_finding() -> None:
    failed = context("failed", "failed", "no .. benefit", after=8)
    groups = [group("drug", "gabapentin"), group("ill", "illness")]
    assert marks("No benefit from gabapentin", groups, [NO, failed])["drug"] == {"failed"}
    only = context("failed", "failed", "no .. benefit", after=8, only=("drug",))
    assert marks("No benefit, illness or gabapentin", groups, [NO, only]) == {"drug": {"failed"}, "ill": {"no"}}


def test_what_only_looks_like_context_hides_it() -> None:
    longer = context("longer", "nothing", "no longer")
    assert marks("no longer ill", [group("ill", "ill")], [NO, longer]) == {"ill": set()}


def test_a_clause_ends_a_negation_and_nothing_else() -> None:
    tried = context("tried", "tried", "tried", after=8)
    clause = context("clause", "clause", ", (drinks|takes)")
    groups = [group("fever", "fever"), group("drink", "drinks a lot"), group("pill", "pills")]
    said = marks("No fever, drinks a lot", groups, [NO, clause])
    assert said == {"fever": {"no"}, "drink": set()}
    assert marks("Tried rest, takes pills", groups, [tried, clause]) == {"pill": {"tried"}}


def test_only_a_group_that_hides_hides_others() -> None:
    operation = group("operation", "surgery")
    practice = group("practice", "rang the surgery")
    assert {one.id for one in found("She rang the surgery", [operation, practice])} == {"operation", "practice"}
    hiding = group("practice", "rang the surgery", hides=True)
    assert {one.id for one in found("She rang the surgery", [operation, hiding])} == {"practice"}


def test_dangers_hide_nothing_that_decides_a_criterion() -> None:
    danger = group("danger", "red flags .. scan", alert="red_flag")
    groups = [danger, group("scan", "scan")]
    awaited = context("awaited", "awaited", "awaited", before=3)
    only_danger = context("soon", "awaited", "soon", before=3, danger=True)
    assert marks("red flags, scan awaited soon", groups, [awaited, only_danger]) == {
        "danger": {"awaited", "soon"},
        "scan": {"awaited"},
    }


def test_an_answer_in_the_next_cell() -> None:
    answer = context("answer", "absent", "^(no|n)$", before=3, previous=True)
    assert marks("Cancer of any kind      No", [group("cancer", "cancer")], [answer]) == {"cancer": {"answer"}}
