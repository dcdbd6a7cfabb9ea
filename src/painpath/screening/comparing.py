"""What differs between two screenings of the same letter: with one version of a pathway, and with another."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from painpath.screening.model import Alert, AlertKind, Certainty, Evidence, Screening, State


class Quoted(msgspec.Struct, frozen=True):
    """The letter's words that each of the two screenings rests on, with their places."""

    before: tuple[Evidence, ...] = ()
    after: tuple[Evidence, ...] = ()


class Difference(msgspec.Struct, frozen=True):
    """A criterion, or a combination of them, whose state is another one. `None`: this side does not have it."""

    criterion: str
    before: State | None
    after: State | None
    quotes: Quoted = Quoted()


class AlertDifference(msgspec.Struct, frozen=True):
    """A danger that only one of the two alerts to, or of which they are not equally certain. `None`: no alert."""

    kind: AlertKind
    before: Alert | None
    after: Alert | None

    @property
    def certainties(self) -> tuple[Certainty | None, Certainty | None]:
        """How certain each side is."""
        return self.before.certainty if self.before else None, self.after.certainty if self.after else None

    @property
    def words(self) -> Alert:
        """Whose words to show: of two, those of the uncertain one, where the words of doubt are among them."""
        sides = [one for one in (self.after, self.before) if one is not None]
        return next((one for one in sides if one.certainty is Certainty.UNCERTAIN), sides[0])


def alert_differences(before: Screening, after: Screening) -> tuple[AlertDifference, ...]:
    """Alerts that are lost, then those of another certainty, then those that are new; each in the letter's order.

    An alert is the same when it is of the same kind and quotes the same words. Where other words of doubt make the
    quote longer or shorter, it is also the same when both quotes overlap and the same entry of the vocabulary was
    found. Each stands for one of the other side at most, so that of two dangers in one sentence none is lost in
    silence; in doubt an alert counts as lost, and another as new.
    """
    old, new = list(before.alerts), list(after.alerts)
    pairs = [*_paired(old, new, _same_words), *_paired(old, new, _same_danger)]
    changed = sorted((pair for pair in pairs if pair[0].certainty is not pair[1].certainty), key=lambda it: it[0].start)
    return (
        *(AlertDifference(one.kind, one, None) for one in old),
        *(AlertDifference(was.kind, was, will) for was, will in changed),
        *(AlertDifference(one.kind, None, one) for one in new),
    )


def _paired(old: list[Alert], new: list[Alert], same: Callable[[Alert, Alert], bool]) -> list[tuple[Alert, Alert]]:
    """The alerts that are the same, taken out of both."""
    pairs = []
    for was in tuple(old):
        if (will := next((one for one in new if same(was, one)), None)) is not None:
            old.remove(was)
            new.remove(will)
            pairs.append((was, will))
    return pairs


def _same_words(was: Alert, will: Alert) -> bool:
    return (was.kind, was.start, was.end) == (will.kind, will.start, will.end)


def _same_danger(was: Alert, will: Alert) -> bool:
    overlap = was.start < will.end and will.start < was.end
    return overlap and (was.kind, was.phrase) == (will.kind, will.phrase)


def differences(before: Screening, after: Screening) -> tuple[Difference, ...]:
    """What the two do not have in the same state, in the order of `before`, new ones at the end.

    A criterion that only one of them has is a difference where the letter states it: that the other has no state for
    it is so for every letter. The same state resting on other words is none. Criteria are matched by their ids, and so
    are combinations, which have no words of their own.
    """
    old, new = _by_id(before), _by_id(after)
    pairs = ((one, old.get(one, _NEITHER), new.get(one, _NEITHER)) for one in dict.fromkeys((*old, *new)))
    return tuple(
        Difference(name, was.state, will.state, Quoted(was.evidence, will.evidence))
        for name, was, will in pairs
        if (was.state or State.NOT_STATED) is not (will.state or State.NOT_STATED)
    )


class _Side(NamedTuple):
    state: State | None = None
    evidence: tuple[Evidence, ...] = ()


_NEITHER = _Side()


def _by_id(screening: Screening) -> dict[str, _Side]:
    found = {item.id: _Side(item.state, item.evidence) for item in screening.criteria}
    return found | {item.id: _Side(item.state) for item in screening.combinations}
