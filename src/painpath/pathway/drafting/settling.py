"""What contradicts what on a page, and what only repeats it from the other side."""

import re
from collections.abc import Iterator, Mapping

from painpath.pathway.drafting.model import Clause, Measure, Open
from painpath.pathway.drafting.sameness import one_thing

_MONTHS = {"years": 12.0, "months": 1.0, "weeks": 12 / 52.18, "days": 12 / 365.25, "points": 1.0}
_ROUNDED = 0.1
_LENGTHS = re.compile(
    r"\b(?P<n>\d+|two|three|four|six|eight|ten|twelve) (?P<unit>weeks?|months?|years?)\b", re.IGNORECASE
)


def mirrors(clauses: tuple[Clause, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs of an inclusion and an exclusion whose numbers say one thing from both sides."""
    found = []
    for one in clauses:
        for other in clauses:
            sides = one.kind == "inclusion" and other.kind == "exclusion" and one.programme == other.programme
            if sides and any(_opposite(a, b) for a in one.thresholds for b in other.thresholds):
                found.append((one.id, other.id))
    return tuple(found)


def contradictions(clauses: tuple[Clause, ...], options: Mapping[str, int]) -> Iterator[Open]:
    """Two numbers for one thing: inside a clause, inside an aside of it, and between clauses.

    `options` says which option a clause belongs to: what differs between options is a choice and no contradiction.
    """
    for clause in clauses:
        yield from _inside(clause)
    for at, one in enumerate(clauses):
        for other in clauses[at + 1 :]:
            if not _comparable(one, other, options):
                continue
            for a in one.thresholds:
                for b in other.thresholds:
                    if _differ(one, a, other, b):
                        note = (
                            f"“{a.words}” here and “{b.words}” in line {other.lines[0]} (“{other.published}”): "
                            "say which holds."
                        )
                        yield Open(
                            why="contradiction", line=one.lines[0], words=one.published, note=note, clause=one.id,
                            other=other.id,
                        )  # fmt: skip


def on_both_sides(clauses: tuple[Clause, ...]) -> Iterator[Open]:
    """A finding that would speak for one clause and against another: no letter with it could be in both."""
    asked = [one for one in clauses if one.kind in ("inclusion", "readiness")]
    for one in (clause for clause in clauses if clause.kind in ("exclusion", "red_flag")):
        shown = {binding.group for binding in one.findings if not binding.absent}
        for other in asked:
            both = sorted(shown & {binding.group for binding in other.findings if not binding.absent})
            if both and one.programme == other.programme:
                note = (
                    f"“{both[0]}” was found here and in line {other.lines[0]}, which asks for it: the same words would "
                    "speak for one and against the other. Say what shows each."
                )
                yield Open(
                    why="contradiction", line=one.lines[0], words=one.published, note=note, clause=one.id,
                    other=other.id,
                )  # fmt: skip


def _inside(clause: Clause) -> Iterator[Open]:
    seen: dict[tuple[str, str | None, bool], Measure] = {}
    for measure in clause.thresholds:
        key = (measure.of, measure.for_group, measure.low is None)
        known = seen.setdefault(key, measure)
        if measure.of in ("duration", "age") and known is not measure and not _same(known, measure):
            note = f"“{measure.words}” gives two numbers for one thing: say which holds."
            yield Open(why="contradiction", line=clause.lines[0], words=measure.words, note=note, clause=clause.id)
    for aside in clause.asides:
        named = {(found["n"].lower(), found["unit"].lower().rstrip("s")) for found in _LENGTHS.finditer(aside)}
        if len(named) > 1:
            note = f"“{aside}” gives more than one length of time: say which a referral is held against, if any."
            yield Open(why="contradiction", line=clause.lines[0], words=aside, note=note, clause=clause.id)


def _comparable(one: Clause, other: Clause, options: Mapping[str, int]) -> bool:
    if "priority" in (one.kind, other.kind) or options.get(one.id) != options.get(other.id):
        return False
    programmes = {one.programme, other.programme} - {None}
    return len(programmes) < 2 and {one.kind, other.kind} <= {"inclusion", "exclusion", "readiness"}


def _differ(one: Clause, a: Measure, other: Clause, b: Measure) -> bool:
    if a.of != b.of or a.scale != b.scale or a.for_group != b.for_group or a.of == "since":
        return False
    if a.of in ("duration", "age") and not one_thing(one, a, other, b):
        return False
    if one.kind == other.kind or "readiness" in (one.kind, other.kind):
        return (a.low is None) == (b.low is None) and not _same(a, b)
    if a.low is not None and b.high is not None and a.high is None and b.low is None:
        return not _same(a, b)
    return b.low is not None and a.high is not None and b.high is None and a.low is None and not _same(a, b)


def _opposite(a: Measure, b: Measure) -> bool:
    if a.of != b.of or a.scale != b.scale or a.of == "since":
        return False
    if a.low is not None and a.high is None and b.high is not None and b.low is None:
        return _bound(a) == _bound(b) and a.low_included != b.high_included
    if a.high is not None and a.low is None and b.low is not None and b.high is None:
        return _bound(a) == _bound(b) and a.high_included != b.low_included
    return False


def _same(a: Measure, b: Measure) -> bool:
    """Whether two bounds are one number. In two units, 12 weeks are 3 months: no page means the week between them."""
    if a.unit == b.unit:
        return _bound(a) == _bound(b)
    return abs(_bound(a) - _bound(b)) <= _ROUNDED * max(_bound(a), _bound(b))


def _bound(measure: Measure) -> float:
    """The number in months, or as it stands."""
    value = measure.low if measure.low is not None else measure.high or 0.0
    return round(value * _MONTHS[measure.unit], 1)
