"""Findings x the rules of one criterion -> evidence."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from painpath.pathway.evidence import NOT_PRESENT, Rule
from painpath.reading.model import Finding, Mark, Span
from painpath.screening.combine import Weight

NO_MARKS: Mapping[str, Mark] = {}


class Piece(NamedTuple):
    """One rule that fired for one finding."""

    finding: Finding
    rule: Rule
    weight: Weight
    words: tuple[Span, ...]
    """The finding's words, and those of the companions and context that decided."""
    trigger: Mark | None
    why: str


class Findings:
    """The findings of a letter, ready to be asked for by group and by sentence."""

    def __init__(self, findings: list[Finding]) -> None:
        self.by_id: defaultdict[str, list[Finding]] = defaultdict(list)
        self.by_sentence: defaultdict[int, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.by_id[finding.id].append(finding)
            self.by_sentence[finding.sentence].append(finding)
        self.marks = {
            id(finding): {mark.tag: mark for mark in reversed(finding.marks)} for finding in findings if finding.marks
        }
        """The first mark of each tag of each finding."""
        # A treatment that was not tried is named, and is nowhere in what the patient has had.
        self.present = {finding.id for finding in findings if present(finding) and not finding.mark("not_tried")}


def present(finding: Finding) -> bool:
    """Whether it is said of the patient, now or in the past, and not ruled out or merely imagined."""
    return not any(mark.tag in NOT_PRESENT for mark in finding.marks)


def pieces(rules: tuple[Rule, ...], findings: Findings) -> Iterator[Piece]:
    """The evidence that the rules of one criterion make of a letter's findings."""
    for rule in rules:
        if rule.somewhere and not findings.present.intersection(rule.somewhere):
            continue
        if rule.nowhere and findings.present.intersection(rule.nowhere):
            continue
        for group in rule.when:
            for finding in findings.by_id.get(group, ()):
                if piece := _piece(rule, finding, findings):
                    yield piece


def _piece(rule: Rule, finding: Finding, findings: Findings) -> Piece | None:
    marks = findings.marks.get(id(finding), NO_MARKS)
    for tag in rule.tags:
        if tag not in marks:
            return None
    if rule.any_tag and marks.keys().isdisjoint(rule.any_tag):
        return None
    companions = _companions(rule, finding, findings)
    if companions is None:
        return None
    decided: list[Mark] = []
    held_back: Mark | None = None
    if marks:
        wanted = (*rule.tags, *rule.any_tag)
        decided = [marks[tag] for tag in wanted if tag in marks]
        held_back = next(
            (marks[tag] for tag in (*NOT_PRESENT, *rule.unless) if tag in marks and tag not in wanted), None
        )
    words = (finding.span, *companions, *(mark.span for mark in decided if mark.span))
    if held_back:
        if rule.quiet or (rule.speaks == "mention" and held_back.tag in rule.unless):
            return None
        spans = (*words, held_back.span) if held_back.span else words
        return Piece(finding, rule, Weight("mention"), spans, held_back, held_back.why)
    why = f"{rule.why} ({finding.detail})" if finding.detail else rule.why
    return Piece(
        finding, rule, Weight(rule.speaks, rule.weak, rule.exception), words, decided[0] if decided else None, why
    )


def _companions(rule: Rule, finding: Finding, findings: Findings) -> tuple[Span, ...] | None:
    """The words of a companion that the rule asks for; None when it has none, or a forbidden one."""
    if not rule.beside and not rule.not_beside:
        return ()
    nearest: tuple[int, Span] | None = None
    for other in findings.by_sentence[finding.sentence]:
        if other is finding:
            continue
        if other.id in rule.not_beside and present(other):
            return None
        if other.id in rule.beside and present(other):
            gap = max(other.word - finding.word - finding.words, finding.word - other.word - other.words)
            if gap <= rule.within and (nearest is None or gap < nearest[0]):
                nearest = (gap, other.span)
    if not rule.beside:
        return ()
    return (nearest[1],) if nearest else None
