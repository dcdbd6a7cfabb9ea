"""Where a clause sends people instead, and the districts of postcodes that it names: as its own words say it."""

import re
from typing import NamedTuple

_PHONE = re.compile(r"(?<![\d.])(?:\+44 ?|0|\(0(?=\d{2,5}\)))\d{2,5}\)?(?:[ -]?\d{2,7}){1,4}(?!\d)")
_NAME = r"(?P<name>[^.;,:()→\n]{3,80}?)"
_ENDS = (
    r"(?= (?:on|at|via|through|by) (?:tel\b|telephone\b|\(?[\d+])| (?:tel|telephone|phone)\b| \(?[0+]\d| instead\b"
    r"| first\b"
    r"| if\b| when\b| who\b| unless\b| before\b| as soon\b| now\b| today\b| immediately\b"
    r"| straight ?away\b| urgently\b| for (?:this|advice|them)\b|[.;,:()]|$)"
)
_THE = r"(?:the |our |your |their |an? |any )?"
_WAYS = tuple(
    re.compile(pattern + _THE + _NAME + _ENDS, re.IGNORECASE)
    for pattern in (
        (
            r"\b(?:refer(?:red|rals?)?|sen[dt]|signpost(?:ed)?|redirect(?:ed)?|direct(?:ed)?|go|signposting)\b"
            r"(?: (?:them|these|those|people|patients|the patient|directly|first|instead|should|go)){0,3}"
            r"(?: (?:on|by|via|through) (?:an?|the) [\w -]{3,40}?)? to "
        ),
        r"(?:→|=>|->) ?",
        r"\b(?:is|are|be|being) (?:better |best )?(?:seen|helped|treated|managed|cared for) by ",
        (
            r"\b(?:contact|use|ring|see) (?=(?:the )?(?-i:[A-Z])\w+ (?:(?-i:[A-Z])|\w+ (?:service|team|clinic)\b"
            r"|service\b))"
        ),
        (
            r"(?:^|[.;:,(–—-] ?|\b(?:please|first|then|and|should) )(?:contact|ring|phone|telephone|speak to|talk to"
            r"|see|use|ask(?= (?:the|our|your|their) )) "
        ),
    )
)
_BEFORE_PHONE = re.compile(
    r"(?:^|[:(–—;.|] ?| - )(?P<name>(?:(?! - )[^:()–—;.,|\n]){4,80}?),? ?(?:tel(?:ephone)?\.?:? ?|on )?$", re.IGNORECASE
)
_PLACE_NOUN = (
    r"(?:department|clinic|team|service|unit|centre|hub|ward|a ?& ?e"
    r"|(?-i:[A-Z])?[a-z]+ology|orthopa?edics|psychiatry|pa?ediatrics|podiatry|(?:\w+ )?surgery)"
)
_AFTER_SIGN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:[:–—→]| -) (?:please )?{_THE}(?P<name>(?:[\w&'’/-]+ ){{0,6}}{_PLACE_NOUN})(?=[.,;(]|$)",
        rf"\({_THE}(?P<name>(?:[\w&'’/-]+ ){{0,6}}{_PLACE_NOUN})\)",
    )
)
"""A place behind a sign, and nothing else there: "acute pain: emergency department", "bladder pain (urology)"."""
_NOBODY = re.compile(
    r"^(?:us|own|this|these|those|our|it|them|him|her|me|people|patients?|you|here|page|section|below|above"
    r"|appendix|list|"
    r"referr\w+|(?:gp|doctor|practice|consultant|clinician|specialist|phone|video|e-?mail|letter|form)s?)\b"
    r"|\b(?:referral|criteria|guid\w+|leaflet|website|form|page|notes?|rheumatologist|psychiatrist|consultants?"
    r"|appointments?|sessions?)\b|^(?:\w+ )?hospital$"
    r"|^(?:pain|treatment)\b(?! (?:[\w-]+ ){0,3}(?:service|clinic|team|centre)\b)|\bby another\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\bpostcodes?\b|\bregistered\b|\blive[sd]?\b|\bliving\b|\bresid\w+|\boutside\b|\bcatchment\b|\bcovers?\b"
    r"|\bpractices? in\b|\bpatients from\b",
    re.IGNORECASE,
)
_DISTRICT = r"[A-Z]{1,2}\d[\dA-Z]?"
_DISTRICTS = re.compile(rf"\b(?P<from>{_DISTRICT})(?: ?(?:-|–|to) ?(?P<to>{_DISTRICT}))?\b(?! ?\d[A-Z])")
_AREA = re.compile(r"\b(?P<areas>[A-Z]{1,2}(?:(?:, | or | and |, or |, and )[A-Z]{1,2})*)(?= postcodes?\b)")


_OWN = re.compile(r"^(?:us|our|this|here|in[- ]house|own|the same|self)\b", re.IGNORECASE)
_VERB = re.compile(
    r"^(?:please )?(?:(?:refer|send|go|discuss|direct)(?: (?:to|with|via))|contact|ring|call|phone|telephone|ask|see"
    r"|use|speak to|attend) ",
    re.IGNORECASE,
)


class Redirect(NamedTuple):
    """Another service that the words name, and its number where they give one."""

    name: str
    phone: str | None


def redirect(words: str) -> Redirect | None:
    """Where the words send people instead; None where they name nobody, or this service."""
    phone = phone_in(words)
    for way in (*_WAYS, *_AFTER_SIGN):
        for found in way.finditer(words):
            name = found["name"].strip(" -–—")
            if not _NOBODY.search(name) and re.search(r"[a-z]{3}|^A ?& ?E$", name):
                return Redirect(name, phone)
    if phone and (found_ := _BEFORE_PHONE.search(words[: words.index(phone)].rstrip(" ("))):
        name = re.sub(rf"^{_THE}", "", found_["name"].strip(), flags=re.IGNORECASE)
        if not _NOBODY.search(name):
            return Redirect(name, phone)
    return None


def named_place(words: str) -> Redirect | None:
    """The service that a cell or a line names by itself ("On-call eye team, 01632 960 410"); None for this one."""
    phone = phone_in(words)
    name = words.replace(phone, "\0") if phone else words
    name = re.split(r"[,;(|\0]|\s[-–—]\s|\s(?:tel|via|on|through|by phone)\b", name, flags=re.IGNORECASE)[0].strip(
        " .:"
    )
    name = _VERB.sub("", name)
    if not re.search(r"[A-Za-z]{2}|[A-Z]&[A-Z]", name) or _OWN.match(name):
        return None
    return Redirect(re.sub(rf"^{_THE}", "", name, flags=re.IGNORECASE), phone)


def is_place(words: str) -> bool:
    """Whether words end in what kind of place it is: "early arthritis clinic"."""
    return bool(re.search(rf"\b{_PLACE_NOUN}$", words.strip(), re.IGNORECASE))


def is_emergency(name: str) -> bool:
    """Whether a place is where emergencies go."""
    return bool(re.search(r"\ba ?& ?e\b|\bemergency (?:department|care|services)\b|\b999\b", name, re.IGNORECASE))


def is_cancer_route(words: str) -> bool:
    """Whether words name the fast route for suspected cancer."""
    return bool(
        re.search(r"\b2ww\b|cancer pathway|\b(?:two|2)[- ]weeks?[- ](?:wait|rule|clinic)", words, re.IGNORECASE)
    )


def phone_in(words: str) -> str | None:
    """The first telephone number in the words, as it stands there."""
    for found in _PHONE.finditer(words):
        if 10 <= len(re.sub(r"\D", "", found[0])) <= 12:
            return found[0].strip()
    return None


def postcodes(words: str, *, place: bool = False) -> tuple[str, ...]:
    """The districts that the words name, "B28-B30" counted out. Other things look like districts ("B12, folate"), so
    only where the words are about where people live, or `place` says that they stand in such a list."""
    if not place and not _PLACE.search(words):
        return ()
    found: list[str] = []
    for one in _DISTRICTS.finditer(words):
        found += _range(one["from"], one["to"]) if one["to"] else [one["from"]]
    found += [area for one in _AREA.finditer(words) for area in re.findall(r"[A-Z]+", one["areas"])]
    return tuple(dict.fromkeys(found))


def _range(first: str, last: str) -> list[str]:
    a, b = re.fullmatch(r"([A-Z]+)(\d+)", first), re.fullmatch(r"([A-Z]+)(\d+)", last)
    if a is None or b is None or a[1] != b[1] or int(a[2]) > int(b[2]):
        return [first, last]
    return [f"{a[1]}{number}" for number in range(int(a[2]), int(b[2]) + 1)]
