"""What differs between two screenings of the same letter: with one version of a pathway, and with another."""

from typing import NamedTuple

import msgspec

from painpath.screening.model import Evidence, Screening, State


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


def differences(before: Screening, after: Screening) -> tuple[Difference, ...]:
    """What the two do not have in the same state, in the order of `before`, new ones at the end.

    A criterion that only one of them has is a difference, whatever its state. The same state resting on other words is
    none. Criteria are matched by their ids, and so are combinations, which have no words of their own.
    """
    old, new = _by_id(before), _by_id(after)
    pairs = ((one, old.get(one, _NEITHER), new.get(one, _NEITHER)) for one in dict.fromkeys((*old, *new)))
    return tuple(
        Difference(name, was.state, will.state, Quoted(was.evidence, will.evidence))
        for name, was, will in pairs
        if was.state is not will.state
    )


class _Side(NamedTuple):
    state: State | None = None
    evidence: tuple[Evidence, ...] = ()


_NEITHER = _Side()


def _by_id(screening: Screening) -> dict[str, _Side]:
    found = {item.id: _Side(item.state, item.evidence) for item in screening.criteria}
    return found | {item.id: _Side(item.state) for item in screening.combinations}
