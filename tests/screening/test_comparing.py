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
from painpath.screening import (
    Alert,
    AlertKind,
    Certainty,
    CriterionScreening,
    Evidence,
    Screening,
    Speaks,
    State,
    screen,
    screen_each,
)
from painpath.screening.comparing import Difference, Quoted, alert_differences, differences
from painpath.screening.model import CombinationScreening

TODAY = date(2026, 11, 23)
STATES = (None, *State)
QUOTE = Evidence("Chronic pain", 10, 22, 1, Speaks.FOR, "pain")
OTHER = Evidence("for three years", 23, 38, 1, Speaks.FOR, "duration")


def letter(text: str) -> DocumentText:
    return DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")


def screening(
    states: dict[str, State | None], evidence: tuple[Evidence, ...] = (), alerts: tuple[Alert, ...] = ()
) -> Screening:
    found = tuple(CriterionScreening(name, state, evidence) for name, state in states.items() if state)
    return Screening("a", "1", "0", found, TODAY, alerts)


def alert(at: str = "0-40", phrase: str = "saddle", kind: str = "red_flag", certainty: str = "affirmed") -> Alert:
    start, end = map(int, at.split("-"))
    return Alert(AlertKind(kind), Certainty(certainty), "x" * (end - start), start, end, 1, phrase)


def alerts_between(before: list[Alert], after: list[Alert]) -> list[tuple[Alert | None, Alert | None]]:
    one, other = screening({}, alerts=tuple(before)), screening({}, alerts=tuple(after))
    return [(it.before, it.after) for it in alert_differences(one, other)]


def test_alerts_lost_come_first_then_those_less_certain_then_new_ones() -> None:
    lost, new, kept = alert("90-120", kind="suicide_self_harm"), alert("0-20", kind="safeguarding"), alert("130-150")
    sure, unsure = alert("30-60"), alert("30-60", certainty="uncertain")
    assert alerts_between([sure, lost, kept], [new, unsure, kept]) == [(lost, None), (sure, unsure), (None, new)]
    (_, changed, _) = alert_differences(screening({}, alerts=(sure, lost)), screening({}, alerts=(new, unsure)))
    assert changed.words == unsure
    assert changed.certainties == (Certainty.AFFIRMED, Certainty.UNCERTAIN)


@pytest.mark.parametrize(
    ("before", "after", "lost", "new"),
    [
        ([alert()], [alert(phrase="bladder")], 0, 0),  # the same words, found by another entry
        ([alert()], [alert("10-70")], 0, 0),  # the same entry, and a longer quote
        ([alert()], [alert("10-70", phrase="bladder")], 1, 1),  # another danger in the same sentence
        ([alert()], [alert("40-70")], 1, 1),  # the same entry in another sentence
        ([alert()], [alert(kind="safeguarding")], 1, 1),  # the same words, for another danger
        ([alert(), alert("20-60")], [alert()], 1, 0),  # two that overlap: one does not stand for both
        ([alert(), alert("20-60")], [alert("20-60")], 1, 0),
        ([alert(), alert("20-60")], [alert("10-50")], 1, 0),
        ([alert()], [], 1, 0),
    ],
)  # fmt: skip
def test_in_doubt_an_alert_is_lost(before: list[Alert], after: list[Alert], lost: int, new: int) -> None:
    found = alerts_between(before, after)
    assert sum(will is None for _, will in found) == lost
    assert sum(was is None for was, _ in found) == new
    assert len(found) == lost + new


some_alerts = st.lists(
    st.builds(
        alert,
        st.sampled_from(["0-40", "20-60", "50-90"]),
        st.sampled_from(["saddle", "bladder"]),
        st.sampled_from(AlertKind),
        st.sampled_from(Certainty),
    ),
    unique_by=lambda one: (one.kind, one.start, one.end),
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(some_alerts, some_alerts)
def test_no_alert_goes_without_being_told(before: list[Alert], after: list[Alert]) -> None:
    assert alerts_between(before, before) == []
    found = alerts_between(before, after)
    lost = sum(will is None for _, will in found)
    new = sum(was is None for was, _ in found)
    assert len(before) - lost == len(after) - new
    assert {one.kind for one in before} - {one.kind for one in after} <= {
        was.kind for was, will in found if was and not will
    }


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_from_each_state_to_each(before: State | None, after: State | None) -> None:
    found = differences(screening({"adult": before}), screening({"adult": after}))
    nothing = before is after or {before, after} == {None, State.NOT_STATED}  # only one side has it: said once
    assert [(one.before, one.after) for one in found] == ([] if nothing else [(before, after)])


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


def without_alert(service: Pathway, kind: AlertKind) -> Pathway:
    """The pathway as a draft that raises no alert of one kind any more."""
    groups = tuple(msgspec.structs.replace(one, alert=None) if one.alert == kind else one for one in service.vocabulary)
    return msgspec.structs.replace(decode(encode(service)), digest=f"no-{kind}", version="2027-01", vocabulary=groups)


def with_another(service: Pathway, criterion: str) -> Pathway:
    """The pathway as a draft with one criterion more, which reads as `criterion` does."""
    more = msgspec.structs.replace(service.criterion(criterion), id="one-more", name="One more")
    evidence = next(one for one in service.evidence if one.criterion == criterion)
    return msgspec.structs.replace(
        decode(encode(service)), digest=f"{service.digest[:20]}-more", criteria=(*service.criteria, more),
        evidence=(*service.evidence, msgspec.structs.replace(evidence, criterion="one-more")),
    )  # fmt: skip


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
