"""Numbers that a clause asks for: ages, lengths of time, times since, scores; with words for numbers."""

import re
from collections.abc import Iterator

from painpath.pathway.drafting.amounts import (
    ABOVE,
    AFTER,
    BEFORE,
    BELOW,
    NUMBER,
    RANGE,
    UNIT,
    number,
    overlaps,
    unit_of,
)
from painpath.pathway.drafting.groups import for_groups
from painpath.pathway.drafting.model import Measure, Scale
from painpath.pathway.drafting.scores import scale_alone, scores

_SINCE = re.compile(
    rf"\b(?:in|within|during|over|for|from) the (?:last|past|previous|preceding) (?:(?P<n>{NUMBER}) )?{UNIT}"
    rf"|(?:(?<=results )|(?<=tests )|(?<=imaging )|(?<=scan )|(?<=bloods )|(?<=done )|(?<=taken )|(?<=measured ))"
    rf"(?:with)?in (?P<n3>{NUMBER}) (?P<unit3>years?|months?|weeks?|days?)\b(?! to\b)"
    rf"|\bwithin (?P<n2>{NUMBER}) (?P<unit2>years?|months?|weeks?|days?)(?= of\b| before\b| prior\b)"
)
_BETWEEN = re.compile(
    rf"\b(?:between|from) (?P<n>{NUMBER})[ -]?{UNIT} (?:and|to) (?P<m>{NUMBER})[ -]?{UNIT.replace('<unit>', '<unit2>')}"
)
_FRESH = re.compile(rf"\b(?:not|no) (?:be )?(?:older|more) than (?P<n>{NUMBER}) {UNIT}(?: old\b)?(?! of age)")
"""How old a result may be: "not older than 3 months"."""
_OF_A_TREATMENT = re.compile(r"^[ ']*(?:of|on|with) (?!symptoms|pain|fatigue|onset|age|being|having|primary)")
_ANOTHER_AGE = re.compile(r"\b(?:before|after|since|from|until|by|at|onset)(?: the)? $")
"""What stands before an age that is not the person's now: "symptoms present before the age of 12"."""
_OF_SOMETHING_ELSE = re.compile(
    r"(?:\b(?:met|seen|done|achieved|expected)|%) (?:in|over|within) (?:about )?$|\b(?:within|in the next|every|per"
    r"|each for|until .{0,30})(?: the next)? $"
    r"|\b(?:tried|trial|treat(?:ed|ments?)|\w*therapy|exercises?|medicines?|medication|drugs?|taken|taking|used|using"
    r"|worn|finished|(?:come|go) to|wait(?:ed|ing)?|awaiting|pregnan\w+|attended|sessions?|abstinent|sober|stable"
    r"|covering|diary)\b[^,;.]{0,40}$"
)
"""What stands before a length of time that is not the pain's: "physiotherapy for six weeks", "within 6 months"."""
_AGO = re.compile(rf"\b{BEFORE} (?P<n>{NUMBER}) {UNIT} ago\b")
_LENGTH = re.compile(
    rf"(?:{BEFORE} ?(?:the )?)?(?:(?<=^)|(?<![\w.])){RANGE}[ -]?{UNIT}(?P<tail> or (?:more|longer"
    r"|over|less|under)\b|\+)?"
)
_AGE_WORDS = re.compile(
    r"\b(?:aged?|ages|years? old|years? of age|year-olds?|older|younger|adults?|child(?:ren)?"
    r"|adolescents?|young people)\b"
)
_AGE = re.compile(
    rf"(?:{BEFORE} ?)?(?:the age of |age of |aged? "
    rf"|ages )?(?:(?P<upto2>up to) )?(?:between )?(?<![\w.]){RANGE}(?![\d.]*\d)"
    rf"(?:{AFTER})?"
)
_PERSON_BOUND = re.compile(
    rf"^(?:people |patients |persons |those |anyone |adults? |children |aged )*(?:{ABOVE}|{BELOW}) {NUMBER}\b"
)
_NOT_AGE = re.compile(
    r"^[ -]?(?:(?:calendar |full )?(?:months?|mths?|weeks?|wks?|days?|hours?|minutes?|mins?"
    r"|points?|kg|units?|times|sessions?)"
    r"\b|%|/|mg|out of)"
)
_BOUND_ALONE = re.compile(
    rf"\((?:not |no )?{BEFORE} {NUMBER} {UNIT}\)$|\({NUMBER} {UNIT} or (?:more|longer|over|less|under)\)$"
    rf"|\(\d{{1,3}}(?:\+| (?:years )?(?:and|or) (?:over|older|above))\)$".replace("?P<unit>", "?:")
)


def measures(words: str, hidden: list[str], above: str = "") -> tuple[list[Measure], list[Scale]]:
    """The numbers that a clause asks for. `hidden` are its parentheses: they name scales and ask nothing. `above` are
    the words that it goes on with, which may name the scale: "with a BMI of", and then "40 or more".
    """
    text = words
    for part in hidden:
        if _BOUND_ALONE.match(part.lower()) or scale_alone(part):
            continue  # "persistent pain (more than three months)" asks it
        text = text.replace(part, " " * len(part), 1)
    low = text.lower()
    taken: list[tuple[int, int]] = []
    found: list[Measure] = []
    for since in _SINCE.finditer(low):
        amount = number(since["n"] or since["n2"] or since["n3"] or "1")
        unit = unit_of(since["unit"] or since["unit2"] or since["unit3"])
        found.append(Measure(of="since", high=amount, unit=unit, words=words[since.start() : since.end()]))
        taken.append(since.span())
    for fresh in _FRESH.finditer(low):
        if "older" in fresh[0] or fresh[0].endswith(" old"):
            said = words[fresh.start() : fresh.end()]
            found.append(Measure(of="since", high=number(fresh["n"]), unit=unit_of(fresh["unit"]), words=said))
            taken.append(fresh.span())
    for ago in _AGO.finditer(low):
        amount, unit, said = number(ago["n"]), unit_of(ago["unit"]), words[ago.start() : ago.end()]
        if ago["below"] or ago["upto"]:
            found.append(Measure(of="since", high=amount, high_included=not ago["below"], unit=unit, words=said))
        else:
            found.append(Measure(of="since", low=amount, low_included=not ago["above"], unit=unit, words=said))
        taken.append(ago.span())
    for both in _BETWEEN.finditer(low):
        said = words[both.start() : both.end()]
        if not overlaps(both.span(), taken):
            found.append(Measure(of="duration", low=number(both["n"]), unit=unit_of(both["unit"]), words=said))
            found.append(Measure(of="duration", high=number(both["m"]), unit=unit_of(both["unit2"]), words=said))
            taken.append(both.span())
    scored, scales = scores(words, text, hidden, taken, above)
    found += scored
    found += _ages(words, low, taken)
    found += _lengths(words, low, taken)
    return [*found, *for_groups(found, hidden)], scales


def within_days(words: str) -> int | None:
    """The time limit that a class of priority names, in days."""
    low = words.lower()
    best = re.search(rf"(?:within|in|less than|up to|<|≤) ?(?:the next )?(?P<n>{NUMBER}) {UNIT}", low)
    best = best or re.search(rf"(?P<n>{NUMBER})[ -]?{UNIT}", low)
    if best is None:
        return None
    return round(number(best["n"]) * {"years": 365, "months": 30, "weeks": 7, "days": 1}[unit_of(best["unit"])])


def _lengths(words: str, low: str, taken: list[tuple[int, int]]) -> Iterator[Measure]:
    for found in _LENGTH.finditer(low):
        if overlaps(found.span(), taken) or re.match(
            r"[ '-]*(?:old|of age|wait|ago|each|apart)\b", low[found.end() : found.end() + 12]
        ):
            continue
        before, after = low[: found.start()], low[found.end() :]
        if _OF_SOMETHING_ELSE.search(before) or _OF_A_TREATMENT.match(after) or re.search(r"\bbefore $", before):
            continue
        taken.append(found.span())
        unit, said = unit_of(found["unit"]), words[found.start() : found.end()]
        tail = found["tail"] or ""
        first, second = number(found["n"]), number(found["m"]) if found["m"] else None
        upper = bool(found["below"] or found["upto"]) or tail.endswith(("less", "under"))
        included = not (found["above"] or found["below"])
        for amount in (first,) if second is None else (first, second):
            if upper:
                yield Measure(of="duration", high=amount, high_included=included, unit=unit, words=said)
            else:
                yield Measure(of="duration", low=amount, low_included=included, unit=unit, words=said)


def _ages(words: str, low: str, taken: list[tuple[int, int]]) -> Iterator[Measure]:
    context = bool(_AGE_WORDS.search(low))
    for found in _AGE.finditer(low):
        if (
            overlaps(found.span("n"), taken)
            or _NOT_AGE.match(low[found.end() :])
            or _NOT_AGE.match(low[found.end("n") :])
            or (not found["m"] and _ANOTHER_AGE.search(low[: found.start()]))
        ):
            continue
        bound = found["above"] or found["from"] or found["below"] or found["upto"] or found["ormore"] or found["orless"]
        told = bool(re.search(r"\bage", found[0])) or bool(
            bound and re.search(r"\b(?:is|are|those|anyone|people|patients?) $", low[: found.start()])
        )
        told = told or bool(re.match(r" (?:years? )?(?:old|of age)", low[found.end() : found.end() + 14]))
        if not (
            told or (bound and context) or _PERSON_BOUND.match(low[: found.end()].strip()) or (found["m"] and context)
        ):
            continue
        if number(found["n"]) > 120:
            continue
        if not bound and not found["m"] and not told:
            continue
        taken.append(found.span())
        first = number(found["n"])
        said = words[found.start() : found.end()].strip()
        if found["m"]:
            yield Measure(of="age", low=first, high=number(found["m"]), unit="years", words=said)
        elif found["below"] or found["upto"] or found["orless"]:
            yield Measure(of="age", high=first, high_included=not found["below"], unit="years", words=said)
        else:
            above = bool(found["above"]) and not found["ormore"]
            yield Measure(of="age", low=first, low_included=not above, unit="years", words=said)
