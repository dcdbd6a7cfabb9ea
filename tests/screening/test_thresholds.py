"""Numbers of a letter against the bounds of a criterion: for, against, judgement, or a mention that settles nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.screening.shaped import change, criterion, of, read

from painpath.pathway.evidence import Rule
from painpath.pathway.measures import Threshold
from painpath.screening import Speaks, State

OVER_55 = Threshold(of="age", low=55, low_included=False, unit="years")
SIX_MONTHS = Threshold(of="duration", low=6, low_included=False, unit="months")
VAS = Threshold(of="scale", scale="pain-score", low=6, unit="points")
MOCA = Threshold(of="scale", scale="moca", high=19, high_included=False, unit="points")
SEEN = Threshold(of="since", event=("event-seen-in-pain-clinic",), high=18, unit="months")
PROGRAMME = Threshold(of="since", event=("event-pain-programme",), high=2, unit="years")
BMI = Threshold(of="scale", scale="bmi", low=35, high=39.9, unit="points")
SOUTH_ASIAN = change(BMI, low=32.5, for_group="South Asian heritage", for_group_shown_by=("south-asian-heritage",))

SERVICE = of(
    criterion("over-55", OVER_55),
    criterion("long-pain", SIX_MONTHS),
    criterion("strong-pain", VAS),
    criterion("low-moca", MOCA, group="exclusion"),
    criterion("seen-lately", SEEN, group="exclusion"),
    criterion("programme-lately", PROGRAMME, group="exclusion"),
    criterion("bmi-35", BMI, SOUTH_ASIAN),
)
FOR, AGAINST, MIXED, NOT_STATED = State.FOR, State.AGAINST, State.MIXED, State.NOT_STATED


@pytest.mark.parametrize(
    ("letter", "name", "state", "why"),
    [
        ("DOB: 01/05/1960. She has pain.", "over-55", FOR, "over 55 years (66 years on 2 November 2026)"),
        ("DOB: 01/05/1971. She has pain.", "over-55", AGAINST, "not over 55 years (55 years on 2 November 2026)"),
        ("DOB: 01/05/1960. As a 40 year old woman she fell.", "over-55", FOR, "over 55 years"),
        ("This woman in her fifties has pain.", "over-55", NOT_STATED, ""),
        ("She has had back pain for 8 months.", "long-pain", FOR, "over 6 months (8 months)"),
        ("She has had back pain for 8 weeks.", "long-pain", AGAINST, "not over 6 months (2 months)"),
        ("Back pain for 10 years, worse for 3 weeks of pain.", "long-pain", FOR, "over 6 months (120 months)"),
        ("Back pain for more than 3 months.", "long-pain", NOT_STATED, "may lie on either side of over 6 months"),
        ("Her mother had back pain for 10 years.", "long-pain", NOT_STATED, None),
        ("She worked there for 10 years.", "long-pain", NOT_STATED, None),
        ("VAS 7/10.", "strong-pain", FOR, "6 or more (VAS 7)"),
        ("Her pain score is 4 out of 10.", "strong-pain", AGAINST, "not 6 or more (VAS 4)"),
        ("VAS 4-8/10.", "strong-pain", NOT_STATED, "may lie on either side of 6 or more (VAS 4 to 8)"),
        ("VAS not done.", "strong-pain", NOT_STATED, None),
        ("MoCA 17/30.", "low-moca", AGAINST, "under 19 (MoCA 17)"),
        ("MoCA 19/30.", "low-moca", FOR, "not under 19 (MoCA 19)"),
        ("Seen in the pain clinic 14 months ago.", "seen-lately", AGAINST, "14 months before 2 November 2026"),
        ("Seen in the pain clinic two years ago.", "seen-lately", FOR, "not 18 months or less ago (24 months before"),
        ("Seen in the pain clinic in 2025.", "seen-lately", NOT_STATED, "may lie on either side"),
        ("Seen in the pain clinic in 2015 and was seen in the pain clinic 3 months ago.", "seen-lately", AGAINST, ""),
        ("Seen in the pain clinic.", "seen-lately", NOT_STATED, "no time or number beside it"),
        ("She was never seen in a pain clinic.", "seen-lately", FOR, "never"),
        ("Completed a pain management programme in 2023.", "programme-lately", FOR, "not 2 years or less ago"),
        ("Completed a pain management programme in May 2025.", "programme-lately", AGAINST, "2 years or less ago"),
        ("BMI 36.", "bmi-35", FOR, "35 to 39.9 or 32.5 to 39.9 (South Asian heritage) (BMI 36)"),
        ("BMI 33.", "bmi-35", MIXED, "the letter does not say which counts (BMI 33)"),
        ("BMI 41.", "bmi-35", AGAINST, "not 35 to 39.9"),
        ("He is of South Asian heritage. BMI 33.", "bmi-35", FOR, "32.5 to 39.9 (South Asian heritage) (BMI 33)"),
        ("He is not of South Asian heritage. BMI 33.", "bmi-35", AGAINST, "not 35 to 39.9 (BMI 33)"),
        ("BMI to be measured.", "bmi-35", NOT_STATED, "no time or number beside it"),
    ],
)
def test_a_number_against_its_bounds(letter: str, name: str, state: State, why: str | None) -> None:
    found = read(SERVICE, letter).criterion(name)
    assert found.state is state, found
    if why is None:
        assert not [one for one in found.evidence if one.speaks is not Speaks.MENTION]
    else:
        assert any(why in one.why for one in found.evidence) or not why, found.evidence


def test_the_quote_is_the_letters_own_words() -> None:
    letter = "Dear team. Seen in the pain clinic 14 months ago. VAS 7/10."
    for item in read(SERVICE, letter).criteria:
        for evidence in item.evidence:
            assert letter[evidence.start : evidence.end] == evidence.quote
    (seen,) = read(SERVICE, letter).criterion("seen-lately").evidence
    assert seen.quote == "Seen in the pain clinic 14 months ago"
    assert seen.phrase == "event-seen-in-pain-clinic"


def test_the_criterion_that_mirrors_another_has_its_numbers() -> None:
    mirror = change(criterion("not-over-55", group="exclusion"), mirror_of="over-55")
    screening = read(change(SERVICE, criteria=(*SERVICE.criteria, mirror)), "DOB: 01/05/1971.")
    assert screening.criterion("not-over-55").state is screening.criterion("over-55").state is AGAINST


def test_numbers_and_rules_add_up() -> None:
    strong = Rule(when=("life-impact",), speaks="for", why="life impact")
    exception = Rule(when=("physiotherapy",), speaks="for", exception=True, why="an exception")
    service = of(criterion("long-pain", SIX_MONTHS), rules={"long-pain": (strong, exception)})
    assert read(service, "Back pain for 3 weeks.").criterion("long-pain").state is AGAINST
    assert read(service, "Back pain for 3 weeks. She had physiotherapy.").criterion("long-pain").state is MIXED
    assert read(service, "Back pain for 8 months. She had physiotherapy.").criterion("long-pain").state is FOR


def test_what_counts_only_under_a_condition_is_for_judgement_without_its_words() -> None:
    limited = criterion(
        "stress", MOCA, group="exclusion", only_if="if it would interfere", only_if_shown_by=("would-interfere",)
    )
    service = of(limited)
    assert read(service, "MoCA 12/30.").criterion("stress").state is MIXED
    assert read(service, "MoCA 12/30. This gets in the way of attending.").criterion("stress").state is AGAINST
    assert read(service, "MoCA 25/30.").criterion("stress").state is FOR
    assert read(service, "Nothing.").criterion("stress").state is NOT_STATED


SIDES = {AGAINST: 0, NOT_STATED: 1, FOR: 2}


@settings(deadline=None, max_examples=40)
@given(st.tuples(st.integers(19, 99), st.integers(19, 99)))
def test_an_older_age_never_turns_for_into_against(ages: tuple[int, int]) -> None:
    states = [read(SERVICE, f"This is a {age} year old woman.").criterion("over-55").state for age in sorted(ages)]
    assert SIDES[states[0]] <= SIDES[states[1]]
    assert states == [FOR if age > 55 else AGAINST for age in sorted(ages)]


@settings(deadline=None, max_examples=40)
@given(st.tuples(st.integers(1, 40), st.integers(1, 40)), st.sampled_from(["weeks", "months", "years"]))
def test_a_longer_pain_never_turns_for_into_against(numbers: tuple[int, int], unit: str) -> None:
    states = [read(SERVICE, f"Back pain for {one} {unit}.").criterion("long-pain").state for one in sorted(numbers)]
    assert SIDES[states[0]] <= SIDES[states[1]]


@settings(deadline=None, max_examples=40)
@given(st.tuples(st.integers(1, 60), st.integers(1, 60)))
def test_longer_ago_never_turns_for_into_against(months: tuple[int, int]) -> None:
    letters = [f"Seen in the pain clinic {one} months ago." for one in sorted(months)]
    states = [read(SERVICE, letter).criterion("seen-lately").state for letter in letters]
    assert SIDES[states[0]] <= SIDES[states[1]]


WORDS = [
    "VAS", "MoCA", "BMI", "pain", "7/10", "17/30", "41.2", "> 40", "for", "8 months", "3-4/12", "since 2019",
    "14 months ago",
    "in 2023", "31/02/2020", "12.03.2025", "last year", "seen in the pain clinic", "never", "not", "completed a PMP",
    ".",
    "South Asian heritage", "DOB: 01/05/1971", "in her fifties", "a few", "\n", "٣ years", "0/12", "99 years", "0000",
]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=14).map(" ".join))
def test_whatever_stands_in_a_letter_it_is_read_and_quoted_word_for_word(letter: str) -> None:
    for item in read(SERVICE, letter).criteria:
        assert item.state is NOT_STATED or any(one.speaks is not Speaks.MENTION for one in item.evidence)
        for evidence in item.evidence:
            assert letter[evidence.start : evidence.end] == evidence.quote
