"""The counts of a simulation: plain values that are added up batch by batch, and kept as JSON. Nobody is named in them.

Restricted referrals are counted apart, so that their counts are shown only to who may open them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Move = tuple[str, str, str]
"""Criterion, state before, state after; empty where that version does not have the criterion.

Of an alert: `ALERT` and its kind, how certain it was before, and after; empty where that version does not alert.
"""
ALERT = "alert:"
"""No criterion's id begins like this: an id has no colon."""


def of_alert(move: Move) -> bool:
    """Whether an alert is lost, new or of another certainty; else it is about a criterion."""
    return move[0].startswith(ALERT)


def of_one_side(move: Move) -> bool:
    """Whether it is about a criterion that only one version has: that is said once, and changes no referral."""
    return not of_alert(move) and "" in move[1:]


@dataclass
class Group:
    """Referrals that were compared, those with at least one change, and how many made each move.

    A change is an alert that differs, or a criterion of both versions in another state.
    """

    n: int = 0
    changed: int = 0
    moves: Counter[Move] = field(default_factory=Counter)

    def add(self, moves: Iterable[Move]) -> None:
        """Count one referral."""
        made = set(moves)
        self.n += 1
        self.changed += not all(map(of_one_side, made))
        self.moves.update(made)


@dataclass
class Tally:
    """Of the referrals that a simulation has looked at."""

    whole: Group = field(default_factory=Group)
    no_text: int = 0
    """Not compared: nothing of theirs could be read as text."""
    broke: int = 0
    """Not compared: the program broke down on them."""
    partly: int = 0
    """Compared, with a page or a document that was not read."""
    groups: dict[str, dict[str, Group]] = field(default_factory=dict)

    def add(self, moves: Iterable[Move], groups: Mapping[str, str], *, partly: bool) -> None:
        """Count one referral that was compared."""
        made = list(moves)
        self.partly += partly
        self.whole.add(made)
        for split, key in groups.items():
            self.groups.setdefault(split, {}).setdefault(key, Group()).add(made)

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        both = Tally(
            _sum(self.whole, other.whole), self.no_text + other.no_text, self.broke + other.broke,
            self.partly + other.partly,
        )  # fmt: skip
        for split in dict.fromkeys((*self.groups, *other.groups)):
            one, two = self.groups.get(split, {}), other.groups.get(split, {})
            both.groups[split] = {
                key: _sum(one.get(key, Group()), two.get(key, Group())) for key in dict.fromkeys((*one, *two))
            }
        return both


def _sum(one: Group, other: Group) -> Group:
    return Group(one.n + other.n, one.changed + other.changed, one.moves + other.moves)


def written(tally: Tally) -> dict[str, Any]:
    """The tally as JSON."""
    return {
        "whole": _written(tally.whole), "no_text": tally.no_text, "broke": tally.broke, "partly": tally.partly,
        "groups": {
            split: {key: _written(group) for key, group in groups.items()} for split, groups in tally.groups.items()
        },
    }  # fmt: skip


def read(kept: Mapping[str, Any]) -> Tally:
    """What `written` wrote; an empty tally of nothing."""
    if not kept:
        return Tally()
    return Tally(
        _read(kept["whole"]), kept["no_text"], kept["broke"], kept["partly"],
        {split: {key: _read(group) for key, group in groups.items()} for split, groups in kept["groups"].items()},
    )  # fmt: skip


def _written(group: Group) -> dict[str, Any]:
    return {"n": group.n, "changed": group.changed, "moves": [[*move, n] for move, n in sorted(group.moves.items())]}


def _read(kept: Mapping[str, Any]) -> Group:
    moves = Counter({(criterion, before, after): n for criterion, before, after, n in kept["moves"]})
    return Group(kept["n"], kept["changed"], moves)
