"""The vocabulary in two: what decides criteria, and what tells dangers.

Dangers are looked for with wide phrases. In one reading these would hide shorter phrases and context words that decide
a criterion (reading/match.py: the longest wins), so a letter is read for them apart.
"""

import msgspec

from painpath.pathway.model import Pathway

OWN = "danger-"
"""So begins the id of a group or a context that serves dangers alone."""

_made: list[tuple[Pathway, Pathway, Pathway]] = []
_MOST_MADE = 8


def apart(pathway: Pathway) -> tuple[Pathway, Pathway]:
    """The pathway with the vocabulary of its criteria, and with that of dangers. Made once per process."""
    for known, criteria, dangers in _made:
        if known is pathway:
            return criteria, dangers
    names = _dangers(pathway)
    criteria = msgspec.structs.replace(
        pathway,
        vocabulary=tuple(group for group in pathway.vocabulary if group.id not in names),
        contexts=tuple(each for each in pathway.contexts if not (each.id.startswith(OWN) or names & set(each.only))),
    )
    dangers = msgspec.structs.replace(
        pathway,
        vocabulary=tuple(group for group in pathway.vocabulary if group.id in names),
        contexts=tuple(each for each in pathway.contexts if not each.only or names & set(each.only)),
    )
    _made[:] = [(pathway, criteria, dangers), *_made[: _MOST_MADE - 1]]
    return criteria, dangers


def _dangers(pathway: Pathway) -> set[str]:
    alerting = {group.id for group in pathway.vocabulary if group.alert}
    return {
        group.id
        for group in pathway.vocabulary
        if group.alert
        or group.id.startswith(OWN)
        or (group.score and any(band.gives in alerting for band in group.score.bands))
    }
