"""How long: 6/12, 3/52, "ten weeks", "3y 4m", "since her fall in 2019", "for years". In months, on the letter's day."""

import re
from collections.abc import Iterator
from datetime import date

from painpath.reading.dates import MONTHS

WEEKS_A_MONTH = 365.25 / 12 / 7

_UNITS_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty"]
NUMBERS: dict[str, float] = {
    **{word: number for number, word in enumerate([*_UNITS_WORDS, *_TEENS], 1)},
    **{word: number * 10 for number, word in enumerate(_TENS, 2)},
    **{f"{tens}{gap}{word}": number * 10 + unit
       for number, tens in enumerate(_TENS, 2) for unit, word in enumerate(_UNITS_WORDS, 1) for gap in "- "},
    "a": 1, "an": 1, "couple of": 2, "a couple of": 2, "couple": 2, "a few": 3, "few": 3, "some": 3, "several": 4,
    "many": 10, "half a dozen": 6, "a dozen": 12, "dozen": 12, "umpteen": 10, "donkey's": 10, "donkeys": 10,
    "numerous": 4, "countless": 10, "half a": 0.5, "a good few": 4, "quite a few": 4, "half": 0.5, "a good many": 10,
}  # fmt: skip
_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
UNITS = {"d": 12 / 365.25, "w": 1 / WEEKS_A_MONTH, "m": 1.0, "y": 12.0, "f": 2 / WEEKS_A_MONTH}
_FRACTIONS = {"7": UNITS["d"], "52": UNITS["w"], "12": UNITS["m"]}
SEASONS = {
    "spring": 4,
    "easter": 4,
    "summer": 7,
    "autumn": 10,
    "winter": 12,
    "christmas": 12,
    "xmas": 12,
    "new year": 1,
}
_SEASON = "|".join(SEASONS)
_SHORT = 0.1
LONG = 24.0
"""Months that stand for a length that is certainly long and not told."""

_DURATION = re.compile(
    r"(?<![\w./])(?:"
    r"(?P<fraction>\d{1,3})\+?\s?/\s?(?P<of>7|52|12)(?![\d/])"
    rf"|(?P<number>\d{{1,3}}(?:\.\d)?|{_NUMBER})"
    r"(?P<half>\s?½|\s?1/2| and a half)?\s?"
    r"(?:\+|(?:to|or) (?:\d+|[a-z]{3,6})\b|or (?:so|more)|(?: ?- ?\d+)|-?odd|full|whole|good|long|solid|calendar)?"
    r"\s?\+?[ -]?"
    r"(?P<unit>years?|yrs?|y|months?|mths?|mnths?|mo|m|weeks?|wks?|fortnights?|days?|decades?)(?!\w)"
    r"(?! (?:old|of age|young|her (?:senior|junior)|his (?:senior|junior)))"
    rf"|since [^\n.;:]{{0,60}}?(?P<year>(?:19|20)\d\d)(?!\d)"
    rf"|(?:since|from|after|in|post|onset|began|started) (?:{_MONTH}|{_SEASON})?\.? ?'(?P<two>\d\d)(?!\d)"
    r"|(?<=[a-z] )'(?P<apart>\d\d)(?![\d'])(?! ?(?:weeks|months|years|mg|units|%))"
    r"|since (?P<numeric>\d{1,2})[/.](?P<numericyear>(?:20|19)?\d\d)(?![\d/.])"
    r"|(?:after|following|onset|began|started|dating|dates|going back|goes back|from|post|diagnosed|dx|dx'd)\b"
    r"[^\n.;:]{0,50}?[ (](?P<from>(?:19|20)\d\d)(?!\d)"
    r"|(?<![/.-])(?P<todate>(?:19|20)\d\d) ?(?:to date|onwards?|to the present|to now|- ?present|- ?date)"
    r"|since (?:about |around |roughly |approx(?:imately)? |circa |at least |some time in |sometime in )?"
    r"(?:last |early |late |mid |mid-|the end of |the start of |the beginning of |the middle of |this )*"
    rf"(?P<month>{_MONTH})\b(?! (?:19|20)\d\d)(?P<lastyear> (?:last year|of last year|before last))?"
    rf"|since (?P<before>last |the )?(?:early |late |mid )?(?P<season>{_SEASON})\b(?! of (?:19|20)\d\d)"
    r"(?P<seasonlast> before last| of last year)?"
    r"|(?P<short>since (?:yesterday|last night|this morning|last week|the weekend|last weekend|last month)"
    r"|(?:started|began|onset|came on) (?:yesterday|last night|this morning|last week|at the weekend|last month"
    r"|this week|today))"
    r"|(?P<long>(?:for|over|many|several|in|these|after) (?:the best part of |the better part of |best part of "
    r"|close to |well over |what must be |many |several |all those |all these |so many |more )*"
    r"(?:years|yrs|decades|ages|yonks|donkey's years|donkeys years|aeons|eons|ever and a day)"
    r"|years (?:of (?:it|pain|suffering|trouble|agony)|now|on end|and years)|years'? (?:history|hx)"
    r"|(?:the )?(?:best|better) part of (?:a|the|last|past|this|one|two|three)+ (?:year|decade)"
    r"|(?:half|most|much|all) (?:of )?(?:her|his|their|my|a) (?:adult |whole |entire |married |working )*"
    r"(?:life|lifetime)"
    r"|(?:over|for|during|throughout|through|all|in)(?: of)? (?:the |this )?(?:last|past|whole|previous) year"
    r"|quarter of a century|year on year|year after year|year in,? year out|years'? standing"
    r"|as long as (?:she|he|they|i|anyone|anybody|one|mum|the family) (?:can|could|cares? to) (?:remember|recall)"
    r"|as long as (?:i|we)(?: have|'ve) known"
    r"|longer than (?:she|he|they|i|anyone|anybody) (?:can|could|cares? to) (?:remember|recall)"
    r"|since (?:childhood|birth|boyhood|girlhood|infancy|puberty|menarche|her (?:\w+ )?teens|his (?:\w+ )?teens"
    r"|their (?:\w+ )?teens|adolescence|school|uni|university|the (?:19)?[5-9]0s|the noughties|the millennium"
    r"|lockdown|the lockdown|the pandemic|covid|time immemorial|day one|forever|for ever|always"
    r"|(?:the )?(?:first|second) (?:lockdown|wave)"
    r"|(?:the )?age(?:d)? (?:of )?(?:\d{1,2}|[a-z]{3,9})|(?:s?he|they|i) (?:was|were)|her periods (?:began|started)"
    r"|(?:her|his|their) (?:early |late |mid )?(?:20s|30s|40s|50s|60s|twenties|thirties|forties|fifties|sixties|youth))"
    r"|since (?:starting |leaving |year \d+)[a-z ]{0,20}"
    r"|in year \d{1,2}|year \d{1,2}\b|life-?long|life long|lifetime|perennial)"
    r")"
)
_TOKEN = re.compile(r"[\d'a-z](?<![\w./].)[a-z]*")
_FIRST_WORDS = frozenset(
    [number.split(" ")[0].split("-")[0].removesuffix("'s") for number in NUMBERS]
    + ["since", "from", "after", "in", "post", "onset", "began", "started", "following", "dating", "dates", "going"]
    + ["goes", "diagnosed", "dx", "for", "over", "many", "several", "these", "years", "year", "best", "better", "half"]
    + ["most", "much", "all", "during", "throughout", "through", "quarter", "as", "longer", "lifelong", "life"]
    + ["lifetime", "perennial", "came"]
)
"""What a length of time begins with: only there is it looked for."""
BEFORE = re.compile(
    r"\b(?:every|each|next|in|within|for the next|another|a further|further|aged?|since|per|wait(?:ing time)? (?:of|is)"
    r"|until|review(?:ed)? (?:in|at))(?: about| around| approx| roughly)? $"
)
MORE = re.compile(
    r"(?:\b(?:more than|over|greater than|longer than|in excess of|at least|well over|exceeding|beyond)|>|≥) ?$"
)
LESS = re.compile(r"(?:\b(?:less than|under|fewer than|within|not yet|shy of|short of)|<) ?$")


def durations(text: str, start: int, end: int, written_on: date) -> Iterator[tuple[float, int, int]]:
    """Lengths of time named between two places of a normal text: months, and where it stands."""
    for found in candidates(text, start, end):
        months = _months(found.groupdict(), written_on)
        if months is None:
            continue
        before = max(start, found.start() - 22)
        if found["unit"] and BEFORE.search(text, before, found.start()):
            continue
        if found["unit"] or found["fraction"]:
            if MORE.search(text, before, found.start()) or "+" in found[0]:
                # "more than 3 months" and "over 12 weeks", as criteria and forms say it.
                months = months * 1.1 if months < 2.5 else max(months, 3) + _SHORT
            elif LESS.search(text, before, found.start()):
                months -= _SHORT
        yield months, found.start(), found.end()


def candidates(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The places of a normal text that name a length of time."""
    at = start
    for token in _TOKEN.finditer(text, start, end):
        first = token[0]
        known = first[0] <= "9" or first in _FIRST_WORDS
        if known and token.start() >= at and (found := _DURATION.match(text, token.start(), end)):
            at = found.end()
            yield found


def _months(parts: dict[str, str | None], written_on: date) -> float | None:
    if parts["long"]:
        return LONG
    if parts["short"]:
        return 0.5
    if parts["fraction"] and parts["of"]:
        return int(parts["fraction"]) * _FRACTIONS[parts["of"]]
    if unit := parts["unit"]:
        number = parts["number"] or ""
        if len(unit) == 1 and not number[0].isdigit():
            return None  # "a m…"
        amount = float(number) if number[0].isdigit() else NUMBERS[number]
        if unit.startswith("decade"):
            return amount * 120
        if unit == "m" and amount > 24:
            return None  # metres, or milligrams cut short
        return (amount + (0.5 if parts["half"] else 0)) * UNITS[unit[0]]
    if year := parts["year"] or parts["from"] or parts["todate"]:
        return _since_year(int(year), written_on)
    if short := parts["two"] or parts["apart"]:
        return _since_year(full_year(int(short), written_on), written_on)
    if parts["numeric"] and parts["numericyear"]:
        year_, month_ = full_year(int(parts["numericyear"]), written_on), int(parts["numeric"])
        gap = (written_on.year - year_) * 12 + written_on.month - month_
        return float(gap) if 1 <= month_ <= 12 and gap >= 0 else None
    if season := parts["season"]:
        earlier = 12 if parts["seasonlast"] else 0
        return float((written_on.month - SEASONS[season]) % 12 + earlier)
    month = MONTHS[parts["month"] or "january"]
    gap = (written_on.month - month) % 12
    return float(gap + (12 if parts["lastyear"] and month < written_on.month else 0))


def full_year(year: int, written_on: date) -> int:
    """A year of two figures is the last such year not after the letter's own."""
    if year >= 100:
        return year
    year += written_on.year // 100 * 100
    return year if year <= written_on.year else year - 100


def _since_year(year: int, written_on: date) -> float | None:
    gap = written_on.year - year
    # Within the letter's own year the month is not known: at most as long as the year is old.
    return gap * 12.0 - 6 if gap > 0 else (written_on.month / 2 if gap == 0 else None)
