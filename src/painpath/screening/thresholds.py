"""Numbers of a letter x the bounds of a criterion -> evidence, without a rule.

Inside the bounds speaks for on an inclusion and against on an exclusion or a red flag, outside the other way round.
What may lie on either side, and an event without a time, is a mention.
"""

from collections.abc import Iterator
from typing import NamedTuple

from painpath.pathway.criteria import Criterion
from painpath.pathway.evidence import NOT_PRESENT, Rule
from painpath.pathway.measures import AGE, AGO, DURATION, DURATION_BESIDE, MONTHS_IN, Threshold, bounds_in_words, inside
from painpath.pathway.model import Pathway
from painpath.pathway.shape_checking import number_of
from painpath.reading.model import Finding, Mark, Span
from painpath.screening.combine import Weight
from painpath.screening.rules import Findings, Piece, present

WITHIN = 25
"""Words between a length of time or a day and what it is said of, at most."""
_FRAMES = ("duration-word", "lasting-frame")
"""They say that something goes on, and not what."""
_NOT_NOW = (*NOT_PRESENT, "past", "resolved", "possible")
_NOT_YET = (*NOT_PRESENT, "awaited", "planned", "asked_for", "possible", "offered", "declined_by_patient", "not_tried")


class Value(NamedTuple):
    """A number that the letter gives for a threshold."""

    finding: Finding
    words: tuple[Span, ...]
    low: float
    """The least, in the threshold's unit, and the most that it can be. Endless: it never happened."""
    high: float
    detail: str
    held_back: Mark | None = None
    known: bool = True
    """False for an event without a time."""


def threshold_pieces(criterion: Criterion, pathway: Pathway, findings: Findings) -> Iterator[Piece]:
    """The evidence of the criterion's numbers: its own, or those of the one that it mirrors."""
    owner = criterion
    if not criterion.thresholds and criterion.mirror_of:
        owner = pathway.criterion(criterion.mirror_of)
    scales = {scale.id: scale.group for scale in pathway.scales}
    for bounds in _by_number(owner.thresholds):
        values = list(_values(bounds[0], findings, scales))
        yield from _decided(values, bounds, findings, owner.shuts_out)


def _by_number(thresholds: tuple[Threshold, ...]) -> Iterator[list[Threshold]]:
    """The bounds of each number, those for everybody first."""
    numbers: dict[tuple[object, ...], list[Threshold]] = {}
    for threshold in sorted(thresholds, key=lambda one: one.for_group is not None):
        numbers.setdefault(number_of(threshold), []).append(threshold)
    yield from numbers.values()


def _decided(values: list[Value], bounds: list[Threshold], findings: Findings, shuts_out: bool) -> Iterator[Piece]:
    counted = _counted(bounds, findings)
    sides = [_side(value, counted) if value.known and not value.held_back else None for value in values]
    decisive = _decisive(values, sides, bounds[0])
    for value, side in zip(values, sides, strict=True):
        words = " or ".join(_said(one) for one in counted)
        detail = f" ({value.detail})" if value.detail else ""
        if value.held_back:
            yield _piece(value, "mention", words, value.held_back.why)
        elif not value.known:
            yield _piece(value, "mention", words, f"{words}: no time or number beside it")
        elif side is None:
            yield _piece(value, "mention", words, f"may lie on either side of {words}{detail}")
        elif side == "both":
            why = f"{words}: the letter does not say which counts{detail}"
            yield _piece(value, "both", words, why)
        else:
            speaks = "for" if (side == "inside") != shuts_out else "against"
            why = f"{'' if side == 'inside' else 'not '}{words}{detail}"
            yield _piece(value, speaks, words, why, weak=decisive is not None and side != decisive)


def _piece(value: Value, speaks: str, words: str, why: str, *, weak: bool = False) -> Piece:
    rule = Rule(when=(value.finding.id,), speaks="mention", why=words)
    spans = (value.finding.span, *value.words)
    if value.held_back and value.held_back.span:
        spans = (*spans, value.held_back.span)
    return Piece(value.finding, rule, Weight(speaks, weak), spans, value.held_back, why)


def _said(threshold: Threshold) -> str:
    words = bounds_in_words(threshold)
    if threshold.of == "since":
        words += " ago"
    return f"{words} ({threshold.for_group})" if threshold.for_group else words


def _counted(bounds: list[Threshold], findings: Findings) -> list[Threshold]:
    """The bounds that may count: those of the population group that the letter names, else all that it does not rule
    out."""
    grouped = [one for one in bounds if one.for_group is not None]
    named = [one for one in grouped if findings.present.intersection(one.for_group_shown_by)]
    if named:
        return named
    open_ = [one for one in grouped if not any(findings.by_id.get(group) for group in one.for_group_shown_by)]
    return [*(one for one in bounds if one.for_group is None), *open_]


def _side(value: Value, counted: list[Threshold]) -> str | None:
    """`inside` or `outside` of all bounds that may count, `both` when they differ, None when nobody can tell."""
    sides = {inside(bounds, value.low, value.high) for bounds in counted}
    if None in sides:
        return None
    return "both" if len(sides) > 1 else "inside" if sides.pop() else "outside"


def _decisive(values: list[Value], sides: list[str | None], threshold: Threshold) -> str | None:
    """The side of the value that decides where a letter gives several: of lengths of time the longest ("for ten years,
    worse for a month"), of times since something the latest. None where each counts."""
    settled = [(value, side) for value, side in zip(values, sides, strict=True) if side in ("inside", "outside")]
    if not settled or threshold.of not in ("duration", "since"):
        return None
    pick = max if threshold.of == "duration" else min
    return pick(settled, key=lambda pair: pair[0].low)[1]


def _values(threshold: Threshold, findings: Findings, scales: dict[str, str]) -> Iterator[Value]:
    if threshold.of == "age":
        for finding in findings.by_id.get(AGE, ()):
            years = 12 if threshold.unit == "months" else 1
            low, high = finding.value or (0, 0)
            # Of a whole year in months: the age in years can be any of its twelve.
            yield Value(finding, (), low * years, high * years + (years - 1), finding.detail)
    elif threshold.of == "duration":
        yield from _durations(threshold, findings)
    elif threshold.of == "since":
        yield from _events(threshold, findings)
    else:
        for finding in findings.by_id.get(scales[threshold.scale or ""], ()):
            low, high = finding.value or (0, 0)
            held = _held_back(finding, NOT_PRESENT)
            yield Value(finding, (), low, high, finding.detail, held, known=finding.value is not None)


def _durations(threshold: Threshold, findings: Findings) -> Iterator[Value]:
    beside = threshold.beside or DURATION_BESIDE
    months = MONTHS_IN[threshold.unit]
    for finding in findings.by_id.get(DURATION, ()):
        companion = _nearest(finding, beside, findings)
        if companion is not None and companion.id in _FRAMES and not _named(finding, beside, findings):
            continue  # "a six week history of cough"
        if companion is not None and finding.value is not None:
            low, high = finding.value
            held = _held_back(finding, _NOT_NOW)
            yield Value(finding, (companion.span,), low / months, high / months, finding.detail, held)


def _named(finding: Finding, beside: tuple[str, ...], findings: Findings) -> bool:
    """Whether the sentence of a length of time, or the one before it, names the complaint itself."""
    near = (*findings.by_sentence[finding.sentence], *findings.by_sentence.get(finding.sentence - 1, ()))
    return any(other.id in beside and other.id not in _FRAMES and present(other) for other in near)


def _events(threshold: Threshold, findings: Findings) -> Iterator[Value]:
    months = MONTHS_IN[threshold.unit]
    for group in threshold.event:
        for finding in findings.by_id.get(group, ()):
            # "Never" is not within the last 18 months; nor is it "more than two years ago", which needs a time.
            if _never(finding) and threshold.high is not None:
                yield Value(finding, (), float("inf"), float("inf"), "never")
                continue
            held = _held_back(finding, _NOT_YET)
            time = _nearest(finding, (AGO,), findings)
            if time is None or time.value is None:
                yield Value(finding, (), 0, 0, "", held, known=False)
            else:
                low, high = time.value
                yield Value(finding, (time.span,), low / months, high / months, time.detail, held)


def _never(finding: Finding) -> bool:
    """Whether the letter rules out that it happened, and says nothing else that makes it a matter of somebody else."""
    tags = {mark.tag for mark in finding.marks}
    return "absent" in tags and tags.isdisjoint({*_NOT_YET, "family", "another_person"} - {"absent"})


def _held_back(finding: Finding, tags: tuple[str, ...]) -> Mark | None:
    return next((mark for mark in finding.marks if mark.tag in tags), None)


def _nearest(finding: Finding, groups: tuple[str, ...], findings: Findings) -> Finding | None:
    """The nearest finding of these groups in the same sentence, present and within reach."""
    best: tuple[int, Finding] | None = None
    for other in findings.by_sentence[finding.sentence]:
        if other.id in groups and other is not finding and (other.id == AGO or present(other)):
            gap = max(other.word - finding.word - finding.words, finding.word - other.word - other.words)
            if gap <= WITHIN and (best is None or gap < best[0]):
                best = (gap, other)
    return best[1] if best else None
