"""Numbers that a clause asks for: ages, lengths of time, times since, scores; with words for numbers."""

import re
from collections.abc import Iterator
from typing import Literal

from painpath.pathway.drafting.model import Measure, Scale

_ONES = re.findall(
    r"\w+",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORDED = {
    **{word: number for number, word in enumerate(_ONES, 1)},
    **{word: number * 10 for number, word in enumerate(_TENS, 2)},
    **{
        f"{tens}{gap}{one}": number * 10 + unit
        for number, tens in enumerate(_TENS, 2)
        for unit, one in enumerate(_ONES[:9], 1)
        for gap in "- "
    },
}
_N = r"(?:\d{1,3}(?:\.\d+)?|(?:" + "|".join(sorted(_WORDED, key=len, reverse=True)) + r")\b)"
_UNIT = r"(?:calendar |full |complete |whole )?(?P<unit>years?|yrs?|months?|mths?|weeks?|wks?|days?)\b"
_ABOVE = r"(?:more than|longer than|greater than|older than|in excess of|exceeding|exceeds|above|over|beyond|>(?!/?=))"
_FROM = r"(?:at least|a minimum of|minimum of|minimum|no less than|not less than|from|≥|>/?=)"
_BELOW = r"(?:less than|fewer than|shorter than|younger than|lower than|below|under|<(?!/?=))"
_UP_TO = r"(?:up to|at most|a maximum of|maximum of|maximum|no more than|not more than|no longer than|≤|</?=)"
_BEFORE = rf"(?:(?P<above>{_ABOVE})|(?P<from>{_FROM})|(?P<below>{_BELOW})|(?P<upto>{_UP_TO}))"
_AFTER = (
    r"(?:(?P<ormore>(?: years?(?: old)?| yrs)?(?: of age)?,? ?(?:or|and) (?:over|older|above|more"
    r"|longer|higher|upwards?|greater)\b|\+)"
    r"|(?P<orless>(?: years?(?: old)?| yrs)?(?: of age)?,? ?(?:or|and) (?:under|younger|below|less"
    r"|lower|fewer|shorter)\b))"
)
_RANGE = rf"(?P<n>{_N})(?:\s?(?:to|-|–|—|and)\s?(?P<m>{_N}))?"

_SINCE = re.compile(
    rf"\b(?:in|within|during|over|for) the (?:last|past|previous|preceding) (?:(?P<n>{_N}) )?{_UNIT}"
    rf"|\bwithin (?P<n2>{_N}) (?P<unit2>years?|months?|weeks?|days?)(?= of\b| before\b| prior\b)"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:within|in the next|every|per|each for|until .{0,30})(?: the next)? $"
    r"|\b(?:tried|trial|treat(?:ed|ments?)|\w*therapy|exercises?|medicines?|medication|drugs?|taken|taking|used|using"
    r"|wait(?:ed|ing)?|awaiting|pregnan\w+|attended|sessions?|abstinent|sober|stable|covering|diary)\b[^,;.]{0,40}$"
)
"""What stands before a length of time that is not the pain's: "physiotherapy for six weeks", "within 6 months"."""
_AGO = re.compile(rf"\b{_BEFORE} (?P<n>{_N}) {_UNIT} ago\b")
_LENGTH = re.compile(
    rf"(?:{_BEFORE} ?(?:the )?)?(?:(?<=^)|(?<![\w.])){_RANGE}[ -]?{_UNIT}(?P<tail> or (?:more|longer"
    r"|over|less|under)\b|\+)?"
)
_AGE_WORDS = re.compile(
    r"\b(?:aged?|ages|years? old|years? of age|year-olds?|older|younger|adults?|child(?:ren)?"
    r"|adolescents?|young people)\b"
)
_AGE = re.compile(
    rf"(?:{_BEFORE} ?)?(?:the age of |age of |aged? "
    rf"|ages )?(?:(?P<upto2>up to) )?(?:between )?(?<![\w.]){_RANGE}(?![\d.]*\d)"
    rf"(?:{_AFTER})?"
)
_PERSON_BOUND = re.compile(
    rf"^(?:people |patients |persons |those |anyone |adults? |children |aged )*(?:{_ABOVE}|{_BELOW}) {_N}\b"
)
_NOT_AGE = re.compile(
    r"^[ -]?(?:(?:calendar |full )?(?:months?|mths?|weeks?|wks?|days?|hours?|minutes?|mins?"
    r"|points?|kg|units?|times|sessions?)"
    r"\b|%|/|mg|out of)"
)
_NAMED_SCALE = re.compile(
    r"\b(?P<name>[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:-\d+)?(?:-[A-Z])?(?: \d)?|[Bb]ody mass index"
    r"|[Pp]ain (?:score|rating|intensity|severity))\b"
)
_SCORE = re.compile(
    rf"(?:{_BEFORE} ?)?(?<![\w.]){_RANGE}(?: ?(?:/"
    r"|out of) ?(?P<most>\d+))?(?: points?)?(?P<tail> (?:or|and) (?:more|over|above|higher|greater"
    r"|less|below|under|lower)\b|\+)?"
)
_PRINTED_RANGE = re.compile(r"(?<![\d.])(?P<low>\d+)\b[^\d;.]{0,30}?(?:to|-|–)\s?(?P<high>\d+)\b")
_GROUP = re.compile(
    r"(?:if|for|in) (?:(?:people|patients|those|adults|persons) )?(?:(?:of|from"
    r"|with) )?(?:an? )?(?P<who>[A-Z][\w-]+(?:[ ,/]+(?:and |or )?[A-Z][\w-]+)*)"
)
_BOUND_ALONE = re.compile(
    rf"\({_BEFORE} {_N} {_UNIT}\)$|\({_N} {_UNIT} or (?:more|longer|over|less|under)\)$".replace("?P<unit>", "?:")
)
_OF_TIME = re.compile(rf"[ -]?(?:{_UNIT}|minutes?|hours?)")
_TERMS = {"body mass index": "bmi", "pain score": "pain-score", "pain rating": "pain-score"}
_NOT_SCALES = frozenset(
    {"NHS", "GP", "GPs", "AND", "OR", "NICE", "UK", "ACP", "CRPS", "MSK", "ANY", "EVERY", "MUST", "NOT"}
)

Unit = Literal["years", "months", "weeks", "days"]


def number(words: str) -> float:
    """What a number says, in figures or words."""
    return float(_WORDED[words]) if words in _WORDED else float(words)


def measures(words: str, hidden: list[str]) -> tuple[list[Measure], list[Scale]]:
    """The numbers that a clause asks for. `hidden` are its parentheses: they name scales and ask nothing."""
    text = words
    for part in hidden:
        if _BOUND_ALONE.match(part.lower()):
            continue  # "persistent pain (more than three months)" asks it
        text = text.replace(part, " " * len(part), 1)
    low = text.lower()
    taken: list[tuple[int, int]] = []
    found: list[Measure] = []
    for since in _SINCE.finditer(low):
        amount = number(since["n"] or since["n2"] or "1")
        unit = _unit(since["unit"] or since["unit2"])
        found.append(Measure(of="since", high=amount, unit=unit, words=words[since.start() : since.end()]))
        taken.append(since.span())
    for ago in _AGO.finditer(low):
        amount, unit, said = number(ago["n"]), _unit(ago["unit"]), words[ago.start() : ago.end()]
        if ago["below"] or ago["upto"]:
            found.append(Measure(of="since", high=amount, high_included=not ago["below"], unit=unit, words=said))
        else:
            found.append(Measure(of="since", low=amount, low_included=not ago["above"], unit=unit, words=said))
        taken.append(ago.span())
    scored, scales = _scores(words, text, hidden, taken)
    found += scored
    found += _ages(words, low, taken)
    found += _lengths(words, low, taken)
    return found, scales


def within_days(words: str) -> int | None:
    """The time limit that a class of priority names, in days."""
    low = words.lower()
    best = re.search(rf"(?:within|in|less than|up to|<|≤) ?(?:the next )?(?P<n>{_N}) {_UNIT}", low)
    best = best or re.search(rf"(?P<n>{_N})[ -]?{_UNIT}", low)
    if best is None:
        return None
    return round(number(best["n"]) * {"years": 365, "months": 30, "weeks": 7, "days": 1}[_unit(best["unit"])])


def _unit(words: str) -> Unit:
    first = words[0]
    return "years" if first == "y" else "months" if first == "m" else "weeks" if first == "w" else "days"


def _lengths(words: str, low: str, taken: list[tuple[int, int]]) -> Iterator[Measure]:
    for found in _LENGTH.finditer(low):
        if _overlaps(found.span(), taken) or re.match(
            r"[ ']*(?:old|of age|wait|ago|each|apart)\b", low[found.end() : found.end() + 12]
        ):
            continue
        if _OF_SOMETHING_ELSE.search(low[: found.start()]):
            continue
        taken.append(found.span())
        unit, said = _unit(found["unit"]), words[found.start() : found.end()]
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
            _overlaps(found.span("n"), taken)
            or _NOT_AGE.match(low[found.end() :])
            or _NOT_AGE.match(low[found.end("n") :])
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


def _scores(
    words: str, text: str, hidden: list[str], taken: list[tuple[int, int]]
) -> tuple[list[Measure], list[Scale]]:
    name = next((one for one in _NAMED_SCALE.finditer(words) if one["name"] not in _NOT_SCALES), None)
    inside = None
    if name and name["name"].lower().startswith("pain"):
        # "Pain score (VAS, 0 none to 10 worst)": the scale's own name stands in the parenthesis.
        inside = next(
            (one for part in hidden for one in _NAMED_SCALE.finditer(part) if one["name"] not in _NOT_SCALES), None
        )
    if name is None:
        return [], []
    title = (inside or name)["name"]
    scale = _TERMS.get(title.lower(), re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"))
    found: list[Measure] = []
    low_text = text.lower()
    after = list(_SCORE.finditer(low_text, name.end()))
    # "PEG of 5 or above, or a STarT Back score of 4": the second number is another scale's.
    others = [one.start() for one in _NAMED_SCALE.finditer(text, name.end()) if one["name"] not in _NOT_SCALES]
    after = [score for score in after if score.end() <= min(others, default=len(text))] or after
    # "A score over 30 on the PCS": the number may also come first.
    before = list(_SCORE.finditer(low_text, 0, name.start())) if re.search(r"\bscor", low_text) else []
    for score in after or before:
        bound = score["above"] or score["from"] or score["below"] or score["upto"] or score["tail"] or score["m"]
        if not bound or _overlaps(score.span("n"), taken) or _OF_TIME.match(low_text[score.end() :]):
            continue
        taken.append(score.span())
        found.append(_score(score, scale, words, None))
    for part in hidden:
        other = re.match(rf"\(?(?:(?:or|and) |(?={_N}\b))", part.lower())
        group = _GROUP.search(part)
        score_in = _SCORE.search(part.lower(), other.end()) if other else None
        if found and group and score_in:
            found.append(_score(score_in, scale, part, group["who"]))
    if not found:
        return [], []
    printed = next(
        (one for part in hidden if (one := _PRINTED_RANGE.search(part)) and not part.lower().startswith("(or")), None
    )
    most = re.search(r"(?:/|out of) ?(\d+)", text.lower())
    low = float(printed["low"]) if printed else (0.0 if most else None)
    high = float(printed["high"]) if printed else (float(most[1]) if most else None)
    return found, [Scale(id=scale, name=title, low=low, high=high)]


def _score(found: re.Match[str], scale: str, words: str, group: str | None) -> Measure:
    first, second, tail = number(found["n"]), found["m"], found["tail"] or ""
    low: float | None = first
    high: float | None = number(second) if second else None
    included = not (found["above"] or found["below"])
    upper = found["below"] or found["upto"] or tail.endswith(("less", "below", "under", "lower"))
    if upper and high is None:
        low, high = None, first
    return Measure(
        of="scale", scale=scale, low=low, high=high, unit="points", for_group=group,
        low_included=included if low is not None else True, high_included=included if upper else True,
        words=words[found.start() : found.end()].strip(),
    )  # fmt: skip


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)
