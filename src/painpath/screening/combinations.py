"""States of criteria -> the state of what a page ties together. The truth tables stand in the tests.

Each state counts as what it says about accepting. Of what has to hold (`group: inclusion`)

- `all` speaks against as soon as one member does and for when all do; otherwise it is mixed when one is mixed, else not
  stated;
- `any` speaks for as soon as one member does and against when all do; otherwise it is mixed when one is mixed, else not
  stated;
- `not` turns for and against.

Of what keeps somebody out (`group: exclusion`) "any of these" means that any that applies speaks against: members and
result are turned. So silence never becomes against, and what needs judgement is never hidden by silence.

How a member counts: one that need not hold because another criterion bypasses it, as for; against in the limited tier,
or as `should`, as mixed; a `may` not at all.
"""

from collections.abc import Iterable, Mapping

from painpath.pathway.criteria import Criterion
from painpath.pathway.model import Pathway
from painpath.pathway.shapes import Combination
from painpath.screening.model import CombinationScreening, State

_TURNED = {State.FOR: State.AGAINST, State.AGAINST: State.FOR}
_ALL = (State.AGAINST, State.MIXED, State.NOT_STATED, State.FOR)
_ANY = (State.FOR, State.MIXED, State.NOT_STATED, State.AGAINST)
"""The first of these that a member has is the state of the combination."""


def combined(pathway: Pathway, states: Mapping[str, State]) -> tuple[CombinationScreening, ...]:
    """The state of every combination of the pathway, in its order, from those of its criteria.

    A criterion without a state counts as not stated. Circles are refused when a pathway is loaded.
    """
    if not pathway.combinations:
        return ()
    criteria = {criterion.id: criterion for criterion in pathway.criteria}
    combinations = {one.id: one for one in pathway.combinations}
    passed = bypassed(pathway, states)
    known: dict[str, State | None] = {}

    def counts(member: str) -> State | None:
        if member not in known:
            if member in passed:
                known[member] = State.FOR
            elif member in combinations:
                known[member] = _tied(combinations[member], [counts(one) for one in combinations[member].of])
            else:
                known[member] = _member(criteria[member], states.get(member, State.NOT_STATED))
        return known[member]

    return tuple(CombinationScreening(one.id, counts(one.id) or State.NOT_STATED) for one in pathway.combinations)


def bypassed(pathway: Pathway, states: Mapping[str, State]) -> dict[str, str]:
    """What need not hold, and by which criterion: it speaks for, and the page says that nothing else is needed."""
    return {
        other: criterion.id
        for criterion in pathway.criteria
        if states.get(criterion.id) is State.FOR
        for other in criterion.bypasses
    }


def tie(how: str, members: Iterable[State]) -> State:
    """The state of members of an inclusion that are tied together so."""
    there = set(members)
    if how == "not":
        (only,) = there or {State.NOT_STATED}
        return _TURNED.get(only, only)
    return next((state for state in (_ALL if how == "all" else _ANY) if state in there), State.NOT_STATED)


def _tied(one: Combination, members: list[State | None]) -> State | None:
    """None when no member counts: the combination does not count either."""
    counting = [state for state in members if state is not None]
    if not counting:
        return None
    if one.group == "inclusion":
        return tie(one.how, counting)
    turned = tie(one.how, [_TURNED.get(state, state) for state in counting])
    return _TURNED.get(turned, turned)


def _member(criterion: Criterion, state: State) -> State | None:
    if criterion.strength == "may":
        return None
    if state is State.AGAINST and (criterion.tier == "limited" or criterion.strength == "should"):
        return State.MIXED
    return state
