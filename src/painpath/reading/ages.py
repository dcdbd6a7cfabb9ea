"""How old the patient is on the day of the letter: reckoned from the date of birth, and as the letter states it.

Only around the places where a cheap search finds a number, a word of a number or a label.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from painpath.reading.dates import years_between
from painpath.reading.model import Span
from painpath.reading.patient import INFANT, TITLE, Value, end_of_top

_NOT_ANOTHERS = r"(?<!\b[Tt]he )(?<!\b[Hh]er )(?<!\b[Hh]is )(?<!\b[Tt]heir )"
"""A letter brings in its patient as "this" or "a 56 year old"; "the 9 year old" is one of the children."""

_UNIT_WORDS = "one|two|three|four|five|six|seven|eight|nine"
_TEEN_WORDS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS_WORDS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORDED = {
    **{word: number for number, word in enumerate(f"{_UNIT_WORDS}|{_TEEN_WORDS}".split("|"), 1)},
    **{word: number * 10 for number, word in enumerate(_TENS_WORDS.split("|"), 2)},
    "septuagenarian": 70, "octogenarian": 80, "nonagenarian": 90, "centenarian": 100, "sexagenarian": 60,
}  # fmt: skip
_AGE = rf"(?:\d{{1,3}}|(?i:(?:{_TENS_WORDS})(?:[ -](?:{_UNIT_WORDS}))?|{_TEEN_WORDS})(?![\w-]))"
_SEX = r"(?:[MF]|[Mm]ale|[Ff]emale|[Mm]an|[Ww]oman|[Ll]ady|[Gg]entleman|[Gg]irl|[Bb]oy)"
_PERSON = (
    r"(?:lady|gentleman|gent|man|woman|male|female|girl|boy|lad|lass|patient|pt|chap|fellow|widow(?:er)?|mother|father"
    r"|mum|dad|grandmother|grandfather|pensioner|retiree|student|schoolboy|schoolgirl|youngster"
    r"|adolescent|teenager|teen|young \w+)"
)
_THINGS = (
    r"(?! (?:ago|daughter|son\b|sons\b|child|kids?\b|boys? of|grand|twins?\b|brother|sister|baby|toddler"
    r"|stepson|stepdaughter|injur|fractur|prosthe|implant|hip|knee|history|scar|scan|MRI|TKR|THR|metalwork|replacement"
    r"|house|dog|cat|mattress|car|van))"
)

_DIGITS = re.compile(
    r"[1-9](?<![\w/.].)\d{0,2}(?![\d/:%]|\.\d| \d\d\d|[ -]?(?:mg|mcg|ml|weeks?|wks?|months?|mths?|days?|hours?|hrs?"
    r"|mins?|minutes|times|units|sessions|metres|yards|kg|cm|tablets|out of)\b)"
)
_DECADES = r"(?P<decade>(?:[2-9]0|twent|thirt|fort|fift|sixt|sevent|eight|ninet)(?:s|ies)\b)"
_WORDS = re.compile(
    rf"(?<![\w/.])(?:(?i:(?:{_TENS_WORDS})(?:[ -](?:{_UNIT_WORDS}))?|{_TEEN_WORDS})(?!\w)|{_DECADES}"
    r"|(?P<latin>(?:sexa|septua|octo|nona)genarian|centenarian))"
)
_DIGIT_DECADE = re.compile(rf"{_DECADES}")
_NUMBER_WORDS = (
    *_TENS_WORDS.split("|"), *_TEEN_WORDS.split("|"), "genarian", "centenarian",
    "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties",
)  # fmt: skip
"""Numbers that may be ages: few enough to look at what stands before and behind each."""
_OLD = re.compile(rf"[ -]?(?:years?|yrs?|yr|y)[ -]?(?:old|o|/o|young|of age)\b{_THINGS}")
_OLD_PERSON = re.compile(rf"[ -]?(?:years?|yrs?|y/?o?)\.?[ -](?:old[ -])?(?={_PERSON}\b)")
_SEX_BEHIND = re.compile(r"(?:y|yo|yr)?[MF]\b")
_PERSON_BEHIND = re.compile(rf"[ ]?[MF]\b|(?=[ ]{_PERSON}\b)")
_CLAUSE_ENDS = re.compile(r" and (?:\d+ months?\b|(?=[a-z]))|[ ]?[.,;)]| (?:years|next|in|now|this|today)\b|\s*\n|\s*$")
_NOT_PEOPLE = re.compile(r" ?(?:children|years of|kids|weeks|months|/|st\b|[a-z]+s of)|['’]s")
_ANOTHERS = re.compile(r"\b(?:the|her|his|their)(?: \w+)? $", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:this|an?|of) $", re.IGNORECASE)
_IS = re.compile(
    r"\b(?:(?:[Hh]e|[Ss]he|[Tt]hey|I|[Pp]t|[Pp]atient)(?:['’]s|['’]re|['’]m| is| are| am)"
    r"(?: now| only| just| still| barely| all of| a \w+)*"
    r"|(?!Mum|Dad|Nan|Gran|He|She|It|Wife|Son)[A-Z][a-z]+(?:['’]s| is) (?:only|just|still)) $"
)
_TURNED = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|I)(?: has| have|['’]s|['’]ve)?(?: just| only| recently)* turned $")
_SOON = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Tt]hey|I)(?: will be|['’]ll be| turns| will turn|['’]ll turn| is due to turn"
    r"|(?: is|['’]s) (?:nearly|almost|not yet|not quite|approaching|coming up(?: to)?|just shy of)) $"
)
_THIS_PERSON = re.compile(rf"\b(?:[Tt]his|[Aa]n?)(?: \w+)? {_PERSON}(?: of|,? aged|,? who is|,|,? \()? (?<=\W)\(?$")
TITLED = re.compile(rf"{TITLE}[ ][A-Z][\w'’-]*(?:[ ][A-Z][\w'’-]+)?,?[ ](?:\(|aged |age |is |who is |- )?$")
TITLED_ENDS = re.compile(r",| (?:and|was|has|had)\b|\.(?!\d)| ?\(|\)| years")
_IN_DECADE = re.compile(
    rf"\b(?:[Ss]he|[Hh]e|[Pp]atient|{_PERSON})(?:['’]s|,?(?: who)? is)?(?: now)? in (?:her|his|their)"
    r" (?:early |late |mid |mid-)?$"
)
_IN_LATIN = re.compile(r"\b(?:[Mm]y|[Oo]ur|[Tt]his|[Aa]n?)(?: \w+)? $")
_SOON_WORDS = frozenset(
    ("be", "turns", "turn", "is", "'s", "nearly", "almost", "yet", "quite", "approaching", "up", "to", "of", "turned")
)
_AGE_WORD = re.compile(r"[Aa](?<![A-Za-z].)(?:ge|GE)d?(?![a-z])")
_BACK = 48
"""Characters before a number that may say whose age it is."""

_LINE_AGES = re.compile(
    r"\((?P<a>\d{1,3})\s?(?:y|yrs?|years?)?\.?(?:[ ]?\d{1,2}\s?m(?:ths?|onths?)?)?(?: old)?\)"
    rf"|(?<![\d/.-]){_NOT_ANOTHERS}"
    r"(?P<b>\d{1,3})\s?(?:y|yrs?|years?|yo|y/o)\b(?! (?:ago|hx|history))"
    r"|[,(.]\s*(?:aged?\s+)?(?P<c>\d{1,3})\s*(?=[,();]|\.(?!\d)|$)"
    r"|(?<!\s)\s{3,}+(?P<d>\d{1,3})(?=\s{3,}|$)"
    rf"|\b[Aa]ge[d:]?\s*(?P<e>{_AGE})\b"
    rf"|\b{_SEX}[ ,/(]{{0,2}}(?P<f>\d{{2,3}})(?![\d/.-]| \d)"
    rf"|(?<![\d/.-])(?<!\d )(?P<g>\d{{1,3}})[ /,]?{_SEX}\b"
    r"|(?<!\d)(?<!\d )[~–—|/-]\s*(?P<h>\d{2})\s*(?=$|[|,;(~/]|[–—-]\s)"
    r"|(?<=\s)[mf] ?(?P<i>\d{2})(?=[ ,.;)]|$)"
)
_FIELD_AGES = re.compile(
    r"(?:^|[\s|(\[])(?:[Pp]atient(?:['’]s)? |[Cc]urrent )?(?:AGE|[Aa]ge)"
    r"(?: (?:at|on) (?:review|clinic|referral|assessment|time of referral|date of letter|visit|consultation)"
    rf"| ?\(?(?:in )?(?:yrs|years)\)?| ?/ ?[Ss]ex)?[ \t]*[:=][ \t]*(?P<a>{_AGE})(?![\d.]*\d|/)"
    r"|^[ \t|]*(?:AGE|[Aa]ged?)[ \t]+(?P<b>\d{1,3})(?![\d/.])"
    r"|\bage at (?:review|clinic|referral|assessment)[: ]+(?P<c>\d{1,3})\b",
    re.MULTILINE,
)
_NAMED_AGE = re.compile(
    r"\b[A-Z][\w'’-]+ [A-Z][\w'’-]+(?:,? aged | \(|, | )(?P<a>\d{2,3})"
    r"(?=\)|,|\.?\s*$|;|(?: |-)?(?:yrs?|years?|yo|y)\b)",
    re.MULTILINE,
)
_OTHER_TIME = re.compile(
    r"\b(?:when|since|until|till|once|after|before|by the time|at the time|while|whilst|back when|as soon as)"
    r"(?: \w+)?[ ]?$"
    r"|\b(?:daughter|son|mother|father|mum|dad|sister|brother|wife|husband|partner|baby|child|grandson|granddaughter|niece|nephew)"
    r"(?:,? who(?: is|['’]s)|,| is|['’]s)?(?: only| just| now)? ?$"
)
_BIRTH_YEAR = re.compile(
    r"(?:^[ \t]*|[|,;(\t][ ]?|[ ]{2})(?:[Yy]ear of [Bb]irth|YOB|BORN|[Bb]orn|[Bb]\.)(?: in)?[ \t:]*"
    r"(?P<a>(?:19|20)\d\d)\b"
    r"(?![-/.]\d)",
    re.MULTILINE,
)
_BIRTH_LABEL = r"(?:\bD\.?O\.?B\.?|\b[Dd]ate of [Bb]irth|\b[Bb]irth ?(?:day|date)|\b[Bb]orn(?: on)?|\bd\.?o\.?b\.?)"
_BIRTH_WORDS = re.compile(
    rf"{_BIRTH_LABEL}[^\n\d]{{0,50}}?\b(?:nineteen[ -](?:(?P<tens>{_TENS_WORDS})(?:[ -](?P<unit>{_UNIT_WORDS}))?)"
    rf"|(?P<thousand>two thousand|twenty)(?: and)?[ -](?:oh[ -])?(?P<rest>{_TEEN_WORDS}|{_UNIT_WORDS}))\b",
    re.IGNORECASE,
)
_ADULT = 18


class Age(NamedTuple):
    """An age in whole years, on what it rests, and its place."""

    years: int
    words: str
    span: Span
    most: int | None = None
    """The highest that it can be, where the letter leaves it open: "in her fifties", born in a year."""
    reckoned: bool = False
    """From the date of birth, which no other number in a letter outweighs."""


def ages(text: str, *, born: Value | None, line: Span | None, written_on: date, today: date) -> Iterator[Age]:
    """The patient's age on the day of the letter: reckoned from the date of birth, and as the letter states it.

    An age in the running text that contradicts the date of birth, or an age beside the patient's name, is another
    person's or one of another time, and is left out unless it is said of "this" patient.
    """
    reckoned = _from_birth(text, born, written_on, today)
    in_line = (found for found in _LINE_AGES.finditer(text, line.start, line.end)) if line else iter(())
    sure = [age for found in (*in_line, *_fields(text)) if (age := _stated(found))]
    if reckoned and (_labelled(text, reckoned) or (reckoned.years >= INFANT and not _contradicted(reckoned, sure))):
        yield reckoned
        # Beside a date of birth, a number in the patient's line that is far from it is no age: a house, a ward.
        sure = [age for age in sure if abs(age.years - reckoned.years) <= 2]
        known = [reckoned]
    else:
        known = sure
    yield from sure
    said = list(_said(text))
    if known:
        yield from (
            age
            for age in said
            if not _contradicted(age, known) or text[age.span.start : age.span.end][:4].lower() == "this"
        )
    elif said:
        yield from said
    else:
        for found in _NAMED_AGE.finditer(text, 0, end_of_top(text, 25)):
            if age := _stated(found):
                yield age
                break


def _contradicted(age: Age, known: list[Age]) -> bool:
    """Whether it is on the other side of eighteen than all that is known for sure."""
    return bool(known) and all((age.years >= _ADULT) != (other.years >= _ADULT) for other in known)


def _labelled(text: str, age: Age) -> bool:
    return bool(re.search(_BIRTH_LABEL, text[max(0, age.span.start - 40) : age.span.end]))


def _from_birth(text: str, born: Value | None, written_on: date, today: date) -> Age | None:
    """Reckoned from the day of birth, else from a year of birth."""
    if born and date.fromisoformat(born.value) > written_on:
        born = None
    if born:
        birth = date.fromisoformat(born.value)
        years = years_between(birth, written_on)
        later = years_between(birth, today)
        now = f", {later} today" if later != years else ""
        if 0 <= years <= 120:
            return Age(years, f"{years} years on {written_on:%-d %B %Y}{now}", born.span, reckoned=True)
        return None
    top = end_of_top(text, 40)
    if found_year := _BIRTH_YEAR.search(text, 0, top):
        year, span = int(found_year["a"]), Span(*found_year.span("a"))
    elif any(word in text.lower() for word in ("nineteen", "two thousand", "twenty")) and (
        worded := _BIRTH_WORDS.search(text)
    ):
        year = _worded_year(worded.groupdict())
        span = Span(*worded.span())
    else:
        return None
    # The day is not known: the birthday may be still to come.
    years = written_on.year - year - 1
    return Age(years, f"born in {year}", span, years + 1, reckoned=True) if 0 <= years <= 120 else None


def _worded_year(parts: dict[str, str | None]) -> int:
    if parts["tens"]:
        return 1900 + _WORDED[parts["tens"].lower()] + (_WORDED[parts["unit"].lower()] if parts["unit"] else 0)
    return 2000 + _WORDED[(parts["rest"] or "one").lower()]


def _stated(found: re.Match[str]) -> Age | None:
    years = _number(next(part for part in found.groups() if part))
    if years > 115:
        return None
    start = found.end() - len(found[0].lstrip(" \t,\n|"))
    return Age(years, f"{years} years stated", Span(start, found.end()))


def _fields(text: str) -> Iterator[re.Match[str]]:
    """Ages in fields of their own, looked for only round the word "age"."""
    at = 0
    for word in _AGE_WORD.finditer(text):
        start = max(at, word.start() - 16)
        if found := _FIELD_AGES.search(text, start, min(len(text), word.end() + 60)):
            at = found.end()
            yield found


def _anchors(text: str) -> Iterator[re.Match[str]]:
    """Numbers that may be ages; those in words are looked for only where there are any."""
    yield from _DIGITS.finditer(text)
    low = text.lower()
    if any(word in low for word in _NUMBER_WORDS):
        yield from _WORDS.finditer(text)
    elif "0s" in low:
        yield from _DIGIT_DECADE.finditer(text)


def _said(text: str) -> Iterator[Age]:
    """Ages of the patient in the running text; those of relatives and of other times are left out as far as it goes."""
    for anchor in _anchors(text):
        start, end = anchor.span()
        low = max(0, start - _BACK)
        kind = anchor.lastgroup
        if kind:
            before = (_IN_DECADE if kind == "decade" else _IN_LATIN).search(text, low, start)
            if before:
                years = _number(anchor[0])
                yield Age(years, f"{years} years stated", Span(before.start(), end), years + 9)
            continue
        if (found := _number_said(text, low, start, end)) and not _OTHER_TIME.search(
            text, max(0, found[0] - 32), found[0]
        ):
            years = _number(anchor[0]) - found[2]
            if years <= 115:
                yield Age(years, f"{years} years stated", Span(found[0], found[1]))


def _number_said(text: str, low: int, start: int, end: int) -> tuple[int, int, int] | None:
    """The place of the words that make an age of the patient of this number, if any, and whether it is still to come.

    What stands just before decides which of the patterns may fit at all: most numbers are no ages.
    """
    behind = _OLD.match(text, end) or _OLD_PERSON.match(text, end)
    if behind and not _ANOTHERS.search(text, low, start):
        this = _ARTICLE.search(text, low, start)
        return (this.start() if this and this[0][:4].lower() == "this" else start), behind.end(), 0
    if end - start == 2 and text[start].isdecimal() and (behind := _SEX_BEHIND.match(text, end)):
        return start, behind.end(), 0
    if start == 0 or text[start - 1] not in " (":
        return None
    head = text[low:start]
    last = head.rstrip(" (").rpartition(" ")[2].lower()
    if (
        last in ("this", "a", "an", "of")
        and (before := _ARTICLE.search(text, low, start))
        and (behind := _PERSON_BEHIND.match(text, end))
    ):
        return before.start(), behind.end(), 0
    if last in _SOON_WORDS or last[-2:] in ("'s", "’s"):
        turned, soon = _TURNED.search(text, low, start), _SOON.search(text, low, start)
        if (before := turned or soon) and not _NOT_PEOPLE.match(text, end):
            return before.start(), end, int(soon is not None)
    if _CLAUSE_ENDS.match(text, end) and (before := _IS.search(text, low, start)):
        return before.start(), end, 0
    if TITLED_ENDS.match(text, end) and (before := TITLED.search(text, low, start)):
        return before.start(), end, 0
    if (
        ("his " in head or "a " in head or "an " in head)
        and not _NOT_PEOPLE.match(text, end)
        and (before := _THIS_PERSON.search(text, low, start))
    ):
        return before.start(), end, 0
    return None


def _number(words: str) -> int:
    if words.isdecimal():
        return int(words)
    words = words.lower()
    if words[0].isdigit():
        return int(words[:2])
    words = f"{words[:-3]}y" if words.endswith("ies") else words
    return sum(_WORDED.get(word, 0) for word in re.split("[ -]", words))
