"""Read a letter: lines and sentences, phrases, context, values, and out come findings."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from painpath.pathway.measures import AGE, AGO, DURATION, Scale
from painpath.pathway.vocabulary import Group, Section
from painpath.reading import asked, patient
from painpath.reading.ages import ages
from painpath.reading.context import Trigger, apply
from painpath.reading.durations import durations
from painpath.reading.layout import Line, blank_width, lines, sentences
from painpath.reading.lexicon import Lexicon
from painpath.reading.match import Hit, hits, layers
from painpath.reading.measured import Measured, names_of
from painpath.reading.model import Finding, Mark, Reading, Sentence
from painpath.reading.scales import in_words as score_in_words
from painpath.reading.scales import score_beside
from painpath.reading.times import in_words, lengths, times_ago
from painpath.reading.tokens import Words, boxes_behind

_NUMBER_AFTER = re.compile(
    r"(?:[ -]?(?:score[d]?|scores?|total|of|is|was|now|today|=|:|\(|-|,|repeated|in \w+|\(\w{3,12}(?: \d{2,4})?\)"
    r"|\d\d/\d\d(?!\d)(?! ?/))){0,4}"
    r"[ -]?(\d{1,3}(?:\.\d)?)(?: ?/ ?(\d{1,3}))?(?![\d%])"
)
_NUMBER_BEFORE = re.compile(r"(?:(\d{1,3}(?:\.\d)?) ?(?:-|to| ) ?)?(?<![\d.])(\d{1,3}(?:\.\d)?)\+?[ -]?$")

Value = tuple[float, float]
Named = tuple[str, int, int, str, Value | None]
"""What a hit names, where its codes begin and end, and the value that was read: in words, and as numbers."""


def read(text: str, lexicon: Lexicon, *, written_on: date, today: date) -> Reading:
    """All findings of a letter, in its order, each with what context says about it.

    `written_on` is the day durations and ages are reckoned on. Never fails on any text; its cost is linear.
    """
    found: list[Sentence] = []
    blank = blank_width(text)
    for line, section in sections(lines(text), text, lexicon):
        found += [Sentence(span, line.block, section) for span in sentences(text, line, blank)]
    words = Words(text, lexicon.codes)
    findings = _findings(lexicon, words, found, text, written_on) if found else []
    findings += _ages(text, words, found, lexicon.measured, written_on, today)
    findings.sort(key=lambda finding: (finding.span, finding.id))
    return Reading(text, found, findings)


def sections(all_lines: list[Line], text: str, lexicon: Lexicon) -> list[tuple[Line, str]]:
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
            # A line of words alone is an item of a list of criteria, and elsewhere a heading.
            named = text[line.head.end : line.head.end + 8].lstrip()[:1] != ":"
            if not line.item and not (named and section and "unanswered" in lexicon.marks[section].tags):
                section, whole = "", False
        result.append((line, section))
        whole = False
    return result


def _findings(lexicon: Lexicon, words: Words, found: list[Sentence], text: str, written_on: date) -> list[Finding]:
    bounds = [words.index(sentence.span.start) for sentence in found]
    bounds.append(len(words.codes))
    codes = boxes_behind(words.codes, bounds)
    values = times(words, found, lexicon.measured, written_on)
    some = hits(lexicon, codes, words.before, bounds, read=values)
    others = lexicon.people.letter(codes, bounds, found, text) if some else None
    findings: list[Finding] = []
    last: tuple[int, list[Finding]] = (-1, [])
    for number, sentence in enumerate(found):
        here: list[Finding] = []
        for place, counted in enumerate(layers(lexicon, some[number]) if number in some else ((),)):
            named = list(values.get(number, ())) if place == 0 else []
            triggers = _sorted_out(lexicon, counted, words, sentence, named)
            if not named and not triggers:
                continue
            marks, looking_back = apply(
                [(group, start, end) for group, start, end, _, _ in named],
                triggers,
                words.before,
                (bounds[number], bounds[number + 1]),
                lexicon.negations,
                codes,
            )
            if others and place == 0:
                for (_, start, end, _, _), said in zip(named, marks, strict=True):
                    said[:] = [one for one in said if one[0].tag != "family" or not others.cleared(start, one)]
                    if whose := others.whose(number, start, end):
                        said.append(whose)
            heading = heading_marks(lexicon, sentence) if sentence.section else ()
            if any(mark.tag == "unanswered" for mark in heading) and (place or not asked.printed(text, sentence)):
                heading = ()
            if named and place == 0 and asked.unanswered(text, found, number):
                heading += (asked.UNANSWERED,)
            made = {id(trigger): trigger_mark(trigger, words) for said in marks for trigger in said}
            here += [
                Finding(
                    group,
                    words.span(start, end),
                    number,
                    words.before[start],
                    words.before[end] - words.before[start],
                    (*[made[id(trigger)] for trigger in said], *heading),
                    detail,
                    value,
                )
                for (group, start, end, detail, value), said in zip(named, marks, strict=True)
            ]
            if looking_back and last[0] == sentence.block:
                for trigger in looking_back:
                    for finding in last[1]:
                        if not trigger[0].only or finding.id in trigger[0].only:
                            finding.marks += (trigger_mark(trigger, words),)
        last = (sentence.block, here)
        findings += here
    return findings


def _sorted_out(
    lexicon: Lexicon, counted: Iterable[Hit], words: Words, sentence: Sentence, named: list[Named]
) -> list[Trigger]:
    """Put what is found in a sentence into `named`, in its order; give its context words."""
    triggers: list[Trigger] = []
    scales = lexicon.measured.scales
    for hit in counted:
        start, end, entry, _ = hit
        if entry >= lexicon.first_context:
            context = lexicon.contexts[entry - lexicon.first_context]
            if context.tag != "nothing":
                triggers.append((context, hit))
        else:
            group = lexicon.groups[entry]
            if not group.capitals or words.text(start, end).isupper():
                if group.score:
                    named.append(_valued(group, start, end, words, sentence))
                elif group.id in scales:
                    named.append(_scored(group.id, scales[group.id], start, end, words, sentence))
                else:
                    named.append((group.id, start, end, "", None))
    named.sort(key=_place)
    return triggers


def _place(named: Named) -> int:
    return named[1]


def trigger_mark(trigger: Trigger, words: Words) -> Mark:
    """The mark that context words put on a finding."""
    context, (start, end, _, _) = trigger
    return Mark(context.tag, context.id, context.why, words.span(start, end))


def heading_marks(lexicon: Lexicon, sentence: Sentence) -> tuple[Mark, ...]:
    """What the heading over a sentence says of everything in it."""
    section: Section | None = lexicon.marks.get(sentence.section)
    return tuple(Mark(tag, section.id, section.why, None) for tag in section.tags) if section else ()


def times(words: Words, found: list[Sentence], wanted: Measured, written_on: date) -> dict[int, list[Named]]:
    """The lengths of time and points in time that the letter names and the pathway asks for, by sentence."""
    values: dict[int, list[Named]] = {}
    starts = [sentence.span.start for sentence in found]

    def note(begin: int, finish: int, names: Iterable[str], detail: str, value: Value | None) -> None:
        number = bisect_right(starts, begin) - 1
        if number >= 0 and finish <= found[number].span.end:
            start = words.index(begin)
            end = words.index(finish)
            here = values.setdefault(number, [])
            here.extend((name, start, max(end, start + 1), detail, value) for name in names)

    if wanted.durations:
        for months, begin, finish in durations(words.low, 0, len(words.low), written_on):
            note(begin, finish, names_of(wanted.durations, months), f"{months:.0f} months" if months >= 1 else "", None)
    if wanted.duration:
        for time in lengths(words.low, written_on):
            note(time.start, time.end, (DURATION,), in_words(time), (time.low, time.high))
    if wanted.ago:
        for time in times_ago(words.low, written_on):
            detail = f"{in_words(time)} before {written_on:%-d %B %Y}"
            note(time.start, time.end, (AGO,), detail, (time.low, time.high))
    return values


def _valued(group: Group, start: int, end: int, words: Words, sentence: Sentence) -> Named:
    """The group's finding, or what the number beside it makes of it."""
    score = group.score
    if not score:
        return group.id, start, end, "", None
    low, place, span = words.low, words.span(start, end), sentence.span
    number = None
    if score.where == "after":
        if beside := _NUMBER_AFTER.match(low, place.end, min(span.end, place.end + 40)):
            most = beside[2]
            if not most or float(most) == score.most:
                number, end = float(beside[1]), words.index(beside.end())
    elif beside := _NUMBER_BEFORE.search(low, max(span.start, place.start - 16), place.start):
        number, start = float(beside[2]), words.index(beside.start())
    if number is None or number > score.most:
        return group.id, start, end, "", None
    for band in score.bands:
        if band.low <= number <= band.high:
            return band.gives, start, end, f"{number:g}", None
    return group.id, start, end, "", None


def _scored(group: str, scale: Scale, start: int, end: int, words: Words, sentence: Sentence) -> Named:
    """The name of a scale with the number beside it, when there is one."""
    place = words.span(start, end)
    score = score_beside(words.low, place.start, place.end, sentence.span, scale)
    if score is None:
        return group, start, end, "", None
    start, end = min(start, words.index(score.start)), max(end, words.index(score.end))
    return group, start, end, f"{scale.name} {score_in_words(score)}", (score.low, score.high)


def _ages(
    text: str, words: Words, found: list[Sentence], wanted: Measured, written_on: date, today: date
) -> list[Finding]:
    if not (wanted.ages or wanted.age):
        return []
    line = patient.patient_line(text)
    born = patient.date_of_birth(text, today=today, near=line)
    starts = [sentence.span.start for sentence in found]
    read = list(ages(text, born=born, line=line, written_on=written_on, today=today))
    findings = []
    # Beside a date of birth an age that is far from it is that of another time or person: it decides no bound.
    sure = next((age for age in read if age.reckoned), None)
    for age in read:
        names: list[tuple[str, Value | None]] = [(name, None) for name in names_of(wanted.ages, age.years)]
        values = (float(age.years), float(age.years if age.most is None else age.most))
        if wanted.age and (sure is None or abs(age.years - sure.years) <= 1):
            names.append((AGE, values))
        findings += [
            Finding(
                name,
                age.span,
                max(0, bisect_right(starts, age.span.start) - 1),
                words.before[words.index(age.span.start)],
                1,
                detail=age.words,
                value=value,
            )
            for name, value in names
        ]
    return findings
