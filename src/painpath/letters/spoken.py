"""A draft as text to be read out: by a computer's voice, or by a person who records it. Pure functions.

Nobody who listens can look back, so what the eye takes in at once is said: what is a heading, how long a list is, where
the letter ends. Numbers that are dialled or typed are said digit by digit, dates in words, abbreviations by letter.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from painpath.letters.drafts import Draft, Part
from painpath.letters.text import sign_off
from painpath.letters.wording import sentence

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
]  # fmt: skip
_MONTHS = tuple(f"{date(2000, number, 1):%B}" for number in range(1, 13))
_MONTH = "|".join(_MONTHS)

_AS_WORDS = frozenset({"PALS", "SHOUT", "NICE", "MIND", "TENS", "PEG", "COVID"})
"""Capitals that people say as a word."""
_BY_LETTER = frozenset({"NHS", "GP", "GMC", "NMC", "HCPC", "UBRN", "BSL", "MRI", "CT", "UK", "MDT", "CBT"})
"""Capitals that are said letter by letter wherever they stand. Others are not beside other words in capitals: there
somebody has written a name or an address in capitals."""
_GROUPS = {7: (3, 4), 8: (4, 4), 10: (3, 3, 4), 11: (5, 3, 3), 12: (4, 4, 4)}
"""How many digits are said in one breath, by how many there are; up to 5 together, else in threes."""
_IN_FULL = {
    "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missis", "Ms": "Miz", "Prof": "Professor", "e.g.": "for example",
    "i.e.": "that is", "etc.": "and so on", "e-RS": "E R S", "A&E": "A and E", "mg": "milligrams", "ml": "millilitres",
    "%": " per cent", "&": "and",
}  # fmt: skip


def render_spoken(draft: Draft) -> str:
    """The whole letter, word for word, as it is said. Paragraphs are parted by an empty line."""
    return "\n\n".join(_blocks(draft)) + "\n"


def spoken(text: str) -> str:
    """A text as it is said: `Call 116 123` gives `Call one one six, one two three`."""
    return _SAID.sub(_say, text)


def _blocks(draft: Draft) -> Iterator[str]:
    yield sentence(f"This is a letter from {spoken(draft.service)}")
    if draft.address:
        yield sentence(f"It is addressed to {', '.join(map(spoken, draft.address))}")
    yield f"It was written on {_date(draft.written_on.day, draft.written_on.month, draft.written_on.year)}."
    yield sentence(spoken(draft.greeting))
    yield sentence(f"Heading: {spoken(draft.heading)}")
    yield "\n".join(sentence(f"{spoken(label)}: {spoken(value)}") for label, value in draft.particulars)
    for part in draft.opening:
        yield from _part(part)
    for section in draft.sections:
        yield sentence(f"Heading: {spoken(section.heading)}")
        for part in section.parts:
            yield from _part(part)
    yield sentence(spoken(draft.closing))
    yield "\n".join(sentence(spoken(line)) for line in sign_off(draft))
    if draft.copied_to:
        yield "This letter was copied to:"
        yield _list(draft.copied_to)
    yield "End of the letter."


def _part(part: Part) -> Iterator[str]:
    yield sentence(spoken(part.text)) if part.text else _list(part.items)


def _list(items: tuple[str, ...]) -> str:
    if len(items) == 1:
        return sentence(spoken(items[0]))
    numbered = (sentence(f"{_number(at).capitalize()}: {spoken(item)}") for at, item in enumerate(items, 1))
    return "\n".join([f"A list of {_number(len(items))}.", *numbered, "End of the list."])


def _number(value: int) -> str:
    """0 to 99 in words."""
    if value < 20:
        return _ONES[value]
    if value > 99:
        return str(value)
    return _TENS[value // 10] + (f"-{_ONES[value % 10]}" if value % 10 else "")


def _ordinal(value: int) -> str:
    """1 to 31 in words: `twenty-third`."""
    if value <= 20:
        return _ORDINALS[value]
    return "thirtieth" if value == 30 else f"{_TENS[value // 10]}-{_ORDINALS[value % 10]}"


def _year(value: int) -> str:
    """`nineteen eighty-four`, `two thousand and nine`, `twenty twenty-six`."""
    first, last = divmod(value, 100)
    if first == 20 and last < 10:
        return "two thousand" + (f" and {_number(last)}" if last else "")
    if last == 0:
        return f"{_number(first)} hundred"
    return f"{_number(first)} {'oh ' if last < 10 else ''}{_number(last)}"


def _date(number: int, month: int, year: int) -> str:
    return f"the {_ordinal(number)} of {_MONTHS[month - 1]}, {_year(year)}"


def _characters(text: str) -> str:
    """Each letter and digit by itself; what stood between groups becomes a pause."""
    groups = []
    for group in re.findall(r"[A-Za-z0-9]+", text):
        sizes = (len(group),) if len(group) <= 5 or not group.isdigit() else _GROUPS.get(len(group), (3,) * len(group))
        start = 0
        for size in sizes:
            if part := group[start : start + size]:
                groups.append(" ".join(_ONES[int(one)] if one.isdigit() else one for one in part))
            start += size
    return ", ".join(groups)


def _address(text: str) -> str:
    """A web or e-mail address as somebody says it who helps to type it."""
    said = re.sub(r"^https?://", "", text)
    for sign, name in ((".", "dot"), ("/", "slash"), ("@", "at"), ("-", "dash"), ("_", "underscore")):
        said = said.replace(sign, f" {name} ")
    said = re.sub(r"\d", lambda digit: f" {_ONES[int(digit[0])]} ", said)
    return " ".join(re.sub(r"\bwww\b", "w w w", said).split())


def _written_date(found: re.Match[str]) -> str:
    number, month, year = int(found["day"]), _MONTHS.index(found["month"]) + 1, int(found["year"])
    return _date(number, month, year) if 1 <= number <= 31 else found[0]


def _short_date(found: re.Match[str]) -> str:
    number, month, year = map(int, found[0].split("/"))
    return _date(number, month, year) if 1 <= number <= 31 and 1 <= month <= 12 else found[0]


def _capitals(found: re.Match[str]) -> str:
    letters = found[0].removesuffix("s")
    before, after = found.string[: found.start()], found.string[found.end() :]
    among = re.search(r"\b[A-Z]{2,},? $", before) or re.match(r",? [A-Z]{2,}\b", after)
    if letters in _AS_WORDS or (among and letters not in _BY_LETTER):
        return found[0]
    return " ".join(letters) + ("s" if found[0].endswith("s") else "")


_CAPITALS = r"(?<![\w’'-])[A-Z]{2,4}s?(?![\w-])"

_RULES: tuple[tuple[str, str, Callable[[re.Match[str]], str]], ...] = (
    ("web", r"https?://[^\s,;]*[^\s,;.)]", lambda found: _address(found[0])),
    ("mail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda found: _address(found[0])),
    ("date", rf"(?<!\d)(?P<day>\d{{1,2}}) (?P<month>{_MONTH}) (?P<year>(?:19|20)\d\d)\b", _written_date),
    ("slashed", r"(?<![\d/])\d{1,2}/\d{1,2}/(?:19|20)\d\d\b", _short_date),
    ("in_month", rf"\b(?:{_MONTH}) (?:19|20)\d\d\b",
     lambda found: f"{found[0][:-5]} {_year(int(found[0][-4:]))}"),
    ("postcode", r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b", lambda found: _characters(found[0])),
    ("reference", r"\b(?=[A-Z-]*\d)(?=[A-Z\d-]{9})[A-Z\d]{2,}(?:-[A-Z\d]{2,})+\b", lambda found: _characters(found[0])),
    # NHS numbers, phone numbers, and every number that is too long to be an amount.
    ("digits", r"(?<![\d.,£/])(?:\+\d[\d ]{8,}\d|\(?0\d+\)?(?:[ -]\d{2,})+|\d{3}(?: \d{3,4})+|\d{5,}|0\d{2,})(?![\d%])",
     lambda found: ("plus " if found[0].startswith("+") else "") + _characters(found[0])),
    ("helpline", r"(?<![\d.,£/-])(?:999|111|112|119|101)(?![\d.,%]*\d|%)", lambda found: _characters(found[0])),
    ("short", (r"(?<![\w.])(?:Dr|Mr|Mrs|Ms|Prof)(?:\.(?= ))?(?!\w)|(?<!\w)(?:e\.g\.|i\.e\.|etc\.|e-RS|A&E)(?!\w)"
              r"|(?<=\d)%|(?<= )&(?= )|(?<=\d )(?:mg|ml)\b"),
     lambda found: _IN_FULL[found[0] if found[0] in _IN_FULL else found[0].removesuffix(".")]),
    ("capitals", _CAPITALS, _capitals),
)  # fmt: skip
"""What is said in another way than it is written, the first that fits."""

_SAID = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _RULES))
_HOW = {name: say for name, _, say in _RULES}


def _say(found: re.Match[str]) -> str:
    return next(say(found) for name, say in _HOW.items() if found[name] is not None)
