"""Faults of numbers, combinations, programmes and priority classes; and what an author has left open."""

from collections.abc import Iterator

from painpath.pathway.criteria import Criterion
from painpath.pathway.measures import UNITS, Threshold
from painpath.pathway.model import Pathway
from painpath.pathway.problems import Fault, FieldPath
from painpath.pathway.shapes import Combination


def faults(pathway: Pathway) -> Iterator[Fault]:
    """What makes the pathway unusable: a reference to nothing, a circle, a number without bounds."""
    yield from _combinations(pathway)
    yield from _references(pathway)
    for at, scale in enumerate(pathway.scales):
        if scale.low >= scale.high:
            yield Fault(("scales", at, "high"), "The highest number of a scale is above its lowest.")
    for at, criterion in enumerate(pathway.criteria):
        for number, threshold in enumerate(criterion.thresholds):
            yield from _threshold(threshold, ("criteria", at, "thresholds", number), pathway)
        yield from _stand_ins(criterion, ("criteria", at, "thresholds"))
        if criterion.only_if_shown_by and criterion.only_if is None:
            yield Fault(("criteria", at, "only_if"), "Say in words which condition `only_if_shown_by` shows.")
    defaults = [at for at, priority in enumerate(pathway.priorities) if priority.default]
    for at in defaults[1:]:
        yield Fault(("priorities", at, "default"), "Only one priority class can be that of everybody else.")


def unsaid(pathway: Pathway) -> Iterator[Fault]:
    """What has to be put right before the pathway is published."""
    for at, note in enumerate(pathway.unsettled):
        if note.settled is None:
            yield Fault(
                ("unsettled", at, "settled"),
                f"Settle this about `{note.about}`, and say how and by whom: {note.words}",
            )
    with_criteria = {one for criterion in pathway.criteria for one in criterion.programmes}
    for at, programme in enumerate(pathway.programmes):
        if programme.id not in with_criteria:
            yield Fault(("programmes", at), f"No criterion says `programmes: [{programme.id}]`. Add that to its own.")
    for at, criterion in enumerate(pathway.criteria):
        if criterion.group == "red_flag" and criterion.urgency == "routine":
            yield Fault(("criteria", at, "urgency"), "A red flag is `urgent` or an `emergency`: say which.")
        if not criterion.audience:
            yield Fault(("criteria", at, "audience"), "Say for whom this is written: `referrer`, `patient` or both.")
    if (catchment := pathway.catchment) and (catchment.practices or catchment.postcodes) and catchment.redirect is None:
        yield Fault(("catchment", "redirect"), "Say where people from elsewhere go: no door is closed.")


def _combinations(pathway: Pathway) -> Iterator[Fault]:
    criteria = {criterion.id for criterion in pathway.criteria}
    combinations = {one.id: one for one in pathway.combinations}
    for at, one in enumerate(pathway.combinations):
        here: FieldPath = ("combinations", at)
        if one.id in criteria:
            yield Fault(
                (*here, "id"), f"A criterion is called `{one.id}` already. Choose another: combinations name both."
            )
        for member in one.of:
            if member not in criteria and member not in combinations:
                yield Fault((*here, "of"), f"`{member}` is neither a criterion nor a combination.")
        if one.how == "not" and len(one.of) != 1:
            yield Fault((*here, "of"), "`not` takes one member.")
        if not one.of:
            yield Fault((*here, "of"), "This ties nothing together: name its members.")
        if len(set(one.of)) < len(one.of):
            yield Fault((*here, "of"), "Name each member once.")
        if _in_a_circle(one, combinations):
            yield Fault((*here, "of"), f"`{one.id}` is a part of itself.")


def _in_a_circle(one: Combination, combinations: dict[str, Combination]) -> bool:
    seen: set[str] = set()
    waiting = list(one.of)
    while waiting:
        member = waiting.pop()
        if member == one.id:
            return True
        if member in combinations and member not in seen:
            seen.add(member)
            waiting += combinations[member].of
    return False


def _references(pathway: Pathway) -> Iterator[Fault]:
    programmes = {programme.id for programme in pathway.programmes}
    priorities = {priority.id for priority in pathway.priorities}
    items = {criterion.id for criterion in pathway.criteria} | {one.id for one in pathway.combinations}
    for at, one in enumerate(pathway.combinations):
        if one.programme is not None and one.programme not in programmes:
            yield Fault(("combinations", at, "programme"), f"`{one.programme}` is not among the programmes.")
        if one.priority is not None and one.priority not in priorities:
            yield Fault(("combinations", at, "priority"), f"`{one.priority}` is not among the priorities.")
    for at, criterion in enumerate(pathway.criteria):
        for programme in criterion.programmes:
            if programme not in programmes:
                yield Fault(("criteria", at, "programmes"), f"`{programme}` is not among the programmes.")
        for other in criterion.bypasses:
            if other == criterion.id:
                yield Fault(("criteria", at, "bypasses"), "A criterion cannot bypass itself.")
            elif other not in items:
                yield Fault(("criteria", at, "bypasses"), f"`{other}` is neither a criterion nor a combination.")


def groups_named(pathway: Pathway) -> Iterator[tuple[FieldPath, tuple[str, ...]]]:
    """The groups of the vocabulary that numbers and conditions name, with their places."""
    for at, scale in enumerate(pathway.scales):
        yield ("scales", at, "group"), (scale.group,)
    for at, criterion in enumerate(pathway.criteria):
        yield ("criteria", at, "only_if_shown_by"), criterion.only_if_shown_by
        for number, threshold in enumerate(criterion.thresholds):
            for field in ("event", "beside", "for_group_shown_by"):
                yield ("criteria", at, "thresholds", number, field), getattr(threshold, field)


def _threshold(threshold: Threshold, here: FieldPath, pathway: Pathway) -> Iterator[Fault]:
    low, high = threshold.low, threshold.high
    if low is None and high is None:
        yield Fault(here, "Give a bound: `low`, `high`, or both.")
    if low is not None and high is not None and low > high:
        yield Fault((*here, "high"), "`low` is above `high`: nothing lies between them.")
    if threshold.unit not in UNITS[threshold.of]:
        yield Fault((*here, "unit"), f"`{threshold.of}` is told in {', '.join(UNITS[threshold.of])}.")
    for field, of in (("event", "since"), ("scale", "scale"), ("beside", "duration")):
        if getattr(threshold, field) and threshold.of != of:
            yield Fault((*here, field), f"This belongs to `of: {of}`. Take it out.")
    if threshold.of == "since" and not threshold.event:
        yield Fault((*here, "event"), "Since what? Name the groups of the vocabulary that say what happened.")
    if (threshold.for_group is None) != (not threshold.for_group_shown_by):
        yield Fault(
            (*here, "for_group_shown_by"),
            "A population group needs both: its name in `for_group`, and the groups of the vocabulary that say so.",
        )
    if threshold.of == "scale":
        known = {scale.id: scale for scale in pathway.scales}
        scale = known.get(threshold.scale or "")
        if scale is None:
            there = ", ".join(sorted(known)) or "none is defined"
            yield Fault((*here, "scale"), f"Name one of the pathway's scales: {there}.")
        for field in ("low", "high"):
            bound = getattr(threshold, field)
            if scale and bound is not None and not scale.low <= bound <= scale.high:
                yield Fault((*here, field), f"{scale.name} goes from {scale.low:g} to {scale.high:g}.")


def _stand_ins(criterion: Criterion, here: FieldPath) -> Iterator[Fault]:
    """Of one number only one pair of bounds can count for everybody; bounds of a group stand in for it."""
    seen: set[tuple[object, ...]] = set()
    plain = {number_of(one) for one in criterion.thresholds if one.for_group is None}
    for at, one in enumerate(criterion.thresholds):
        key = (number_of(one), one.for_group)
        if key in seen:
            yield Fault(
                (*here, at), "Two bounds for the same number. Which counts? Two bounds that both hold are two criteria."
            )
        seen.add(key)
        if one.for_group is not None and number_of(one) not in plain:
            yield Fault((*here, at, "for_group"), "Give the bounds for everybody else too, without `for_group`.")


def number_of(threshold: Threshold) -> tuple[object, ...]:
    """Which number it is about: bounds of one number for several population groups have the same."""
    return (threshold.of, threshold.scale, threshold.event, threshold.beside)
