"""What differs between two screenings of the same letter: with one version of a pathway, and with another."""

import msgspec

from painpath.screening.model import CriterionScreening, Evidence, Screening, State


class Quoted(msgspec.Struct, frozen=True):
    """The letter's words that each of the two screenings rests on, with their places."""

    before: tuple[Evidence, ...] = ()
    after: tuple[Evidence, ...] = ()


class Difference(msgspec.Struct, frozen=True):
    """A criterion whose state is another one. `None`: this side does not have the criterion."""

    criterion: str
    before: State | None
    after: State | None
    quotes: Quoted = Quoted()


def differences(before: Screening, after: Screening) -> tuple[Difference, ...]:
    """The criteria that the two do not have in the same state, in the order of `before`, new ones at the end.

    A criterion that only one of them has is a difference, whatever its state. The same state resting on other words is
    none. Criteria are matched by their ids.
    """
    old, new = _by_id(before), _by_id(after)
    pairs = ((criterion, old.get(criterion), new.get(criterion)) for criterion in dict.fromkeys((*old, *new)))
    return tuple(
        Difference(criterion, _state(one), _state(other), Quoted(_evidence(one), _evidence(other)))
        for criterion, one, other in pairs
        if _state(one) is not _state(other)
    )


def _by_id(screening: Screening) -> dict[str, CriterionScreening]:
    return {item.id: item for item in screening.criteria}


def _state(item: CriterionScreening | None) -> State | None:
    return item.state if item else None


def _evidence(item: CriterionScreening | None) -> tuple[Evidence, ...]:
    return item.evidence if item else ()
