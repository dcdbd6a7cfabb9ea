"""Read a letter: lines and sentences, phrases, context, values, and out come findings."""

import re
from bisect import bisect_right
from datetime import date

from painpath.pathway.vocabulary import Context, Group, Section
from painpath.reading import patient
from painpath.reading.context import Scoped, mark
from painpath.reading.durations import durations
from painpath.reading.layout import Line, blank_width, lines, sentences
from painpath.reading.lexicon import Lexicon
from painpath.reading.match import Hit, hits
from painpath.reading.model import Finding, Mark, Reading, Sentence, Span
from painpath.reading.normal import Normal, lowered

ADULT = 18
"""Years: the page's own words, "Adults aged 18 and over"."""

PERSISTENT = 3
"""Months: the page's own words, "more than 3 months duration"."""

AGES = ("age-18-or-over", "age-under-18")
DURATIONS = ("duration-over-3-months", "duration-3-months-or-less")
VALUES = frozenset(AGES + DURATIONS)
"""Findings that are read as values and need no phrases."""

_NUMBER_AFTER = re.compile(
    r"(?: ?(?:score[d]?|scores?|total|of|is|was|now|today|=|:|\(|-|,|repeated|in \w+|\d\d/\d\d)){0,3}"
    r" ?(\d{1,3}(?:\.\d)?)(?: ?/ ?(\d{1,3}))?(?![\d%])"
)
_NUMBER_BEFORE = re.compile(r"(?:(\d{1,3}(?:\.\d)?) ?(?:-|to| ) ?)?(?<![\d.])(\d{1,3}(?:\.\d)?)\+? ?$")


def read(text: str, lexicon: Lexicon, *, written_on: date, today: date) -> Reading:
    """All findings of a letter, in its order, each with what context says about it.

    `written_on` is the day durations and ages are reckoned on. Never fails on any text; its cost is linear.
    """
    low = lowered(text)
    normal = Normal(text)
    found: list[Sentence] = []
    places: list[Span] = []
    blank = blank_width(text)
    for line, section in _sections(lines(text), text, lexicon):
        for span in sentences(text, line, blank):
            found.append(Sentence(span, line.block, section))
            places.append(normal.add(low, span))
    normal.close()
    findings = _findings(lexicon, normal, found, places, written_on)
    findings += _ages(text, found, written_on, today)
    findings.sort(key=lambda finding: (finding.span, finding.id))
    return Reading(text, found, findings)


def _sections(all_lines: list[Line], text: str, lexicon: Lexicon) -> list[tuple[Line, str]]:
    """Each line with its section: a heading's own line, and what follows up to a blank line or another heading."""
    result = []
    section, whole = "", False
    for line in all_lines:
        if line.first and not whole:
            section = ""
        if line.head:
            opened = lexicon.section(text[line.head.start : line.head.end])
            alone = not text[line.head.end : line.end].strip(" :\t")
            # "PMH: asthma" heads its own line and the items under it; "PMH" alone also what follows a blank line.
            if opened:
                section, whole = opened.id, alone
                result.append((line, section))
                continue
            if not line.item:
                section, whole = "", False
        result.append((line, section))
        whole = False
    return result


def _findings(
    lexicon: Lexicon, normal: Normal, found: list[Sentence], places: list[Span], written_on: date
) -> list[Finding]:
    findings: list[Finding] = []
    before: tuple[int, list[Finding]] = (-1, [])
    some = hits(lexicon, normal.text, [place.start for place in places])
    for number, place in enumerate(places):
        named: list[tuple[str, Hit, str]] = []
        triggers: list[tuple[Context, Hit]] = []
        for hit in some.get(number, ()):
            if hit.entry >= lexicon.first_context:
                triggers.append((lexicon.contexts[hit.entry - lexicon.first_context], hit))
            else:
                group = lexicon.groups[hit.entry]
                if not group.capitals or _capitals(normal, hit):
                    named.append(_valued(group, hit, normal.text, place))
        for months, start, end in durations(normal.text, place.start, place.end, written_on):
            label = DURATIONS[0] if months > PERSISTENT else DURATIONS[1]
            named.append(
                (label, Hit(start, end, -1, (Span(start, end),)), f"{months:.0f} months" if months >= 1 else "")
            )
        named.sort(key=lambda item: item[1].start)
        scoped = Scoped(normal.text, place, [hit for _, hit, _ in named], triggers)
        scoped.apply([label for label, _, _ in named])
        here = []
        for (label, hit, detail), marks in zip(named, scoped.marks, strict=True):
            said = tuple(mark(context, normal.back(trigger.start, trigger.end)) for context, trigger in marks)
            word = normal.text.count(" ", place.start, hit.start)
            words = normal.text.count(" ", hit.start, hit.end) + 1
            here.append(
                Finding(
                    label,
                    normal.back(hit.start, hit.end),
                    number,
                    word,
                    words,
                    said + _heading(lexicon, found[number]),
                    detail,
                )
            )
        if before[0] == found[number].block and scoped.looking_back:
            for context, trigger in scoped.looking_back:
                for finding in before[1]:
                    if not context.only or finding.id in context.only:
                        finding.marks += (mark(context, normal.back(trigger.start, trigger.end)),)
        before = (found[number].block, here)
        findings += here
    return findings


def _heading(lexicon: Lexicon, sentence: Sentence) -> tuple[Mark, ...]:
    section: Section | None = lexicon.marks.get(sentence.section)
    return tuple(Mark(tag, section.id, section.why, None) for tag in section.tags) if section else ()


def _capitals(normal: Normal, hit: Hit) -> bool:
    return normal.original(hit.start, hit.end).isupper()


def _valued(group: Group, hit: Hit, text: str, place: Span) -> tuple[str, Hit, str]:
    """The group's finding, or what the number beside it makes of it."""
    score = group.score
    if not score:
        return group.id, hit, ""
    number, span = None, Span(hit.start, hit.end)
    if score.where == "after":
        if beside := _NUMBER_AFTER.match(text, hit.end, min(place.end, hit.end + 40)):
            most = beside[2]
            if not most or float(most) == score.most:
                number, span = float(beside[1]), Span(hit.start, beside.end())
    elif beside := _NUMBER_BEFORE.search(text, max(place.start, hit.start - 16), hit.start):
        number, span = float(beside[2]), Span(beside.start(), hit.end)
    if number is None or number > score.most:
        return group.id, hit, ""
    for band in score.bands:
        if band.low <= number <= band.high:
            return band.gives, hit._replace(start=span.start, end=span.end, parts=(span,)), f"{number:g}"
    return group.id, hit, ""


def _ages(text: str, found: list[Sentence], written_on: date, today: date) -> list[Finding]:
    line = patient.patient_line(text)
    born = patient.date_of_birth(text, today=today, near=line)
    starts = [sentence.span.start for sentence in found]
    return [
        Finding(
            AGES[0] if age.years >= ADULT else AGES[1],
            age.span,
            max(0, bisect_right(starts, age.span.start) - 1),
            0,
            1,
            detail=age.words,
        )
        for age in patient.ages(text, born=born, line=line, written_on=written_on, today=today)
    ]
