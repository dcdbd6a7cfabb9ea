"""Evidence for and against -> one state, by three-valued logic. The truth tables stand in the tests.

Silence is a value of its own (`not_stated`): it is neither for nor against, and no other evidence turns it into either.
"""

from collections.abc import Iterable
from typing import NamedTuple

from painpath.screening.model import State


class Weight(NamedTuple):
    """How one piece of evidence counts."""

    speaks: str
    """`for`, `against`, `both` (it applies, and so does its own exception) or `mention` (it does not count)."""
    weak: bool = False
    """It decides only when nothing stronger speaks on the other side."""
    exception: bool = False
    """It speaks for, but only beside something that speaks against."""


def combine(evidence: Iterable[Weight]) -> State:
    """The state that this evidence adds up to; its order makes no difference."""
    strong: set[str] = set()
    weak: set[str] = set()
    exception = False
    for item in evidence:
        if item.exception:
            exception = True
        elif item.speaks != "mention":
            (weak if item.weak else strong).update(("for", "against") if item.speaks == "both" else (item.speaks,))
    sides = strong or weak
    if exception and "against" in sides:
        sides = sides | {"for"}
    if sides == {"for", "against"}:
        return State.MIXED
    return State(sides.pop()) if sides else State.NOT_STATED
