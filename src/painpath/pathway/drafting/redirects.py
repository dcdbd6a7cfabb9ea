"""Where a clause sends people instead, and the districts of postcodes that it names: as its own words say it."""

import re
from typing import NamedTuple

_PHONE = re.compile(r"(?<![\d.])(?:\+44 ?|0|\(0(?=\d{2,5}\)))\d{2,5}\)?(?:[ -]?\d{2,7}){1,4}(?!\d)")
_NAME = r"(?P<name>[^.;,:()→\n]{3,80}?)"
_ENDS = (
    r"(?= (?:on|at|via|through|by) (?:tel\b|telephone\b|\(?[\d+])| (?:tel|telephone|phone)\b| \(?[0+]\d| instead\b"
    r"| first\b"
    r"| if\b| when\b| who\b| unless\b| before\b| as soon\b| now\b| today\b| for (?:this|advice|them)\b|[.;,:()]|$)"
)
_THE = r"(?:the |our |your |their |an? |any )?"
_WAYS = tuple(
    re.compile(pattern + _THE + _NAME + _ENDS, re.IGNORECASE)
    for pattern in (
        (
            r"\b(?:refer(?:red|rals?)?|sen[dt]|signpost(?:ed)?|redirect(?:ed)?|direct(?:ed)?|go|signposting)\b"
            r"(?: (?:them|these|those|people|patients|the patient|directly|first|instead|should|go)){0,3} to "
        ),
        r"(?:→|=>|->) ?",
        r"\b(?:is|are|be|being) (?:better |best )?(?:seen|helped|treated|managed|cared for) by ",
        (
            r"\b(?:contact|use|ring|see) (?=(?:the )?(?-i:[A-Z])\w+ (?:(?-i:[A-Z])|\w+ (?:service|team|clinic)\b"
            r"|service\b))"
        ),
        (
            r"(?:^|[.;:,(–—-] ?|\b(?:please|first|then|and|should) )(?:contact|ring|phone|telephone|speak to|talk to"
            r"|see|use) "
        ),
    )
)
_BEFORE_PHONE = re.compile(
    r"(?:^|[:(–—;.|] ?)(?P<name>[^:()–—;.,|\n]{4,80}?),? ?(?:tel(?:ephone)?\.?:? ?|on )?$", re.IGNORECASE
)
_NOBODY = re.compile(
    r"^(?:us|own|this|these|those|our|it|them|him|her|me|people|patients?|you|here|page|section|below|above"
    r"|appendix|list|"
    r"referr\w+|(?:gp|doctor|practice|consultant|clinician|specialist|phone|video|e-?mail|letter|form)s?)\b"
    r"|\b(?:referral|criteria|guid\w+|leaflet|website|form|page|notes?|rheumatologist|psychiatrist|consultants?"
    r"|appointments?|sessions?)\b|^(?:\w+ )?hospital$"
    r"|^(?:pain|treatment)\b|\bby another\b",
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


class Redirect(NamedTuple):
    """Another service that the words name, and its number where they give one."""

    name: str
    phone: str | None


def redirect(words: str) -> Redirect | None:
    """Where the words send people instead; None where they name nobody, or this service."""
    phone = phone_in(words)
    for way in _WAYS:
        for found in way.finditer(words):
            name = found["name"].strip(" -–—")
            if not _NOBODY.search(name) and re.search(r"[a-z]{3}", name):
                return Redirect(name, phone)
    if phone and (found_ := _BEFORE_PHONE.search(words[: words.index(phone)].rstrip(" ("))):
        name = re.sub(rf"^{_THE}", "", found_["name"].strip(), flags=re.IGNORECASE)
        if not _NOBODY.search(name):
            return Redirect(name, phone)
    return None


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
