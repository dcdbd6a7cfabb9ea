"""What counts as a difference between two screenings of the same letter."""

from datetime import date
from itertools import product

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway, decode, encode
from painpath.reading.lexicon import lexicon
from painpath.reading.model import Reading
from painpath.screening import CriterionScreening, Evidence, Screening, Speaks, State, screen, screen_each
from painpath.screening.comparing import Difference, Quoted, differences
from painpath.screening.model import CombinationScreening

TODAY = date(2026, 11, 23)
STATES = (None, *State)
QUOTE = Evidence("Chronic pain", 10, 22, 1, Speaks.FOR, "pain")
OTHER = Evidence("for three years", 23, 38, 1, Speaks.FOR, "duration")


def letter(text: str) -> DocumentText:
    return DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")


def screening(states: dict[str, State | None], evidence: tuple[Evidence, ...] = ()) -> Screening:
    found = tuple(CriterionScreening(name, state, evidence) for name, state in states.items() if state)
    return Screening("a", "1", "0", found, TODAY)


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_from_each_state_to_each(before: State | None, after: State | None) -> None:
    found = differences(screening({"adult": before}), screening({"adult": after}))
    assert [(one.before, one.after) for one in found] == ([] if before is after else [(before, after)])


def test_a_difference_has_the_words_of_both_with_their_places() -> None:
    before = screening({"adult": State.FOR}, (QUOTE,))
    after = screening({"adult": State.MIXED, "new": State.FOR}, (QUOTE, OTHER))
    assert differences(before, after) == (
        Difference("adult", State.FOR, State.MIXED, Quoted((QUOTE,), (QUOTE, OTHER))),
        Difference("new", None, State.FOR, Quoted((), (QUOTE, OTHER))),
    )


def test_the_same_state_for_other_reasons_is_no_difference() -> None:
    assert not differences(screening({"adult": State.FOR}, (QUOTE,)), screening({"adult": State.FOR}, (OTHER,)))


screenings = st.builds(
    screening,
    st.dictionaries(st.sampled_from(["adult", "duration", "cancer", "consent"]), st.sampled_from(State)),
    st.sampled_from([(), (QUOTE,), (QUOTE, OTHER)]),
)


def test_a_combination_is_compared_like_a_criterion() -> None:
    one = screening({"adult": State.FOR})
    two = msgspec.structs.replace(one, combinations=(CombinationScreening("both", State.MIXED),))
    three = msgspec.structs.replace(one, combinations=(CombinationScreening("both", State.AGAINST),))
    assert differences(two, three) == (Difference("both", State.MIXED, State.AGAINST),)
    assert differences(one, two) == (Difference("both", None, State.MIXED),)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(screenings)
def test_nothing_differs_from_itself(one: Screening) -> None:
    assert differences(one, one) == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(screenings, screenings)
def test_the_other_way_round_is_the_same_turned_round(before: Screening, after: Screening) -> None:
    turned = {
        (one.criterion, one.after, one.before, one.quotes.after, one.quotes.before)
        for one in differences(after, before)
    }
    assert turned == {
        (one.criterion, one.before, one.after, one.quotes.before, one.quotes.after)
        for one in differences(before, after)
    }


def without_evidence(service: Pathway, criterion: str) -> Pathway:
    """The pathway as a draft in which nothing speaks for or against one criterion."""
    evidence = tuple(
        msgspec.structs.replace(one, rules=()) if one.criterion == criterion else one for one in service.evidence
    )
    return msgspec.structs.replace(decode(encode(service)), digest="draft", evidence=evidence)


def test_a_letter_is_read_once_for_two_versions_with_one_vocabulary(
    service: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from painpath.screening import screener

    draft = without_evidence(service, "opioid-use-disorder")
    assert lexicon(draft) is lexicon(service)
    readings: list[str] = []
    real = screener.read

    def counted(text: str, *rest: object, **named: object) -> Reading:
        readings.append(text)
        return real(text, *rest, **named)

    monkeypatch.setattr(screener, "read", counted)
    both = screen_each(letter("She has an opioid use disorder."), (service, draft), today=TODAY)
    assert len(readings) == 1
    assert [one.digest for one in both] == [service.digest, "draft"]
    assert [(one.criterion, one.before, one.after) for one in differences(*both)] == [
        ("opioid-use-disorder", State.AGAINST, State.NOT_STATED)
    ]


def test_another_vocabulary_is_read_by_itself(service: Pathway) -> None:
    group = next(one for one in service.evidence if one.criterion == "opioid-use-disorder").rules[0].when[0]
    groups = tuple(
        msgspec.structs.replace(one, phrases=(*one.phrases, "zzyzx")) if one.id == group else one
        for one in service.vocabulary
    )
    draft = msgspec.structs.replace(service, digest="draft", vocabulary=groups)
    text = letter("Thank you for seeing this lady. She has a zzyzx.")
    both = screen_each(text, (service, draft), today=TODAY)
    assert both == (screen(text, service, today=TODAY), screen(text, draft, today=TODAY))
    assert differences(*both)
