"""Whom a letter is about, who wrote it and when: only what it states, with its place.

NHS numbers carry a check digit, Modulus 11: NHS Data Dictionary, "NHS NUMBER". A number that fails is still what the
letter states, so it is given, after any that passes: a person confirms it.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from painpath.reading.dates import days, years_between
from painpath.reading.model import Span


class Value(NamedTuple):
    """A stated value in its normal form, and the place of the words it comes from."""

    value: str
    span: Span


_TITLE = r"(?:Mr|Mrs|Miss|Ms|Mx|Master|Dr|Rev|Sir|Lady|Dame|Prof(?:essor)?)\b\.?"
_WORD = r"\b(?!(?:DOB|DoB|NHS|Date|Dear|Re|RE|To|From|Hospital)\b)[A-Z]"
_NAME = re.compile(
    rf"(?:(?P<title>{_TITLE})[ \t]+)?(?P<name>{_WORD}[\w'’-]*\.?(?:[ \t]+{_WORD}\.?(?=[ \t])){{0,3}}"
    rf"(?:[ \t]+(?:(?:de|van|der|von|la|al|el|bin|ap)[ \t]+)?{_WORD}[\w'’-]+){{1,4}})"
)
_SIGNED = re.compile(rf"^[ \t]*{_NAME.pattern}", re.MULTILINE)
_BORN = re.compile(r"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born(?: on)?)(?![a-z])[\s:]*(?:is\s+)?", re.IGNORECASE)
_NHS = re.compile(r"(?<![\d-])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![\d-])")
_NHS_LABEL = re.compile(r"\bNHS\b(?:\s*(?:no|number|num)\b\.?)?[\s:.#]*$", re.IGNORECASE)
_POSTCODE = re.compile(r"\b([A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?)[ ]?(\d[ABD-HJLNP-UW-Z]{2})\b")
_UBRN = re.compile(r"\bUBRN\b[\s:.#no]*(\d{4}[ ]?\d{4}[ ]?\d{4})\b", re.IGNORECASE)
_LABEL = re.compile(r"\b(?:re|patient(?: name)?|name|pt|regarding)\s*[:.\-]?\s+(?=[A-Z])", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:date(?: of letter| typed| dictated| of referral)?|typed|dictated|letter date)\b[\s:]*$", re.IGNORECASE
)
_SEEN = re.compile(
    r"\b(?:clinic date|date seen|seen(?: on)?|review(?: with [^,\n]{1,30},)?|reviewed)[\s:,]*$", re.IGNORECASE
)
_PRACTICE = re.compile(
    r"\b(?:(?:The|St)\.?[ \t]+)?(?:[A-Z][\w'’&-]+[ \t]+){1,4}"
    r"(?:Surgery|surgery|Medical (?:Practice|Centre|Group)|Health Centre|"
    r"Practice|Group Practice|Family Practice|Primary Care(?: Centre)?|Doctors)\b"
)
_FROM = re.compile(
    r"^[ \t]*(?:From|Referrer|Referred by|Referring clinician)[ \t]*:[ \t]*(?P<who>[^\n,(]{3,60})", re.MULTILINE
)
_GRADE = re.compile(
    r"\b(?:GP|GPST\d?|registrar|consultant|practitioner|ANP|physio\w*|pharmacist|nurse|partner|locum|psychiatrist)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:Yours (?:sincerely|faithfully)|(?:[Kk]ind|[Bb]est|[Ww]arm)?\s?[Rr]egards|[Bb]est wishes|[Mm]any thanks"
    r"|Thanks|Thx|Cheers)[^\n]*\n"
)


def valid_nhs_number(digits: str) -> bool:
    """Whether ten digits satisfy Modulus 11."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return check != 10 and int(digits[9]) == check % 11


def nhs_number(text: str) -> Value | None:
    """The patient's NHS number, ten digits: one that is labelled or passes its check, the first that passes first."""
    stated: Value | None = None
    for found in _NHS.finditer(text):
        value = Value("".join(found.groups()), Span(*found.span()))
        if valid_nhs_number(value.value):
            return value
        if not stated and (
            _NHS_LABEL.search(text, max(0, found.start() - 24), found.start()) or found[0].count(" ") == 2
        ):
            stated = value
    return stated


def date_of_birth(text: str, *, today: date, near: Span | None) -> Value | None:
    """The patient's date of birth: labelled, else the first past day in the patient's own line (`near`)."""
    for label in _BORN.finditer(text):
        for found in days(text, label.end(), min(len(text), label.end() + 24), latest=today):
            if found.day <= today and found.span.start - label.end() <= 3:
                return Value(found.day.isoformat(), found.span)
    if near:
        for found in days(text, near.start, near.end, latest=today):
            if found.day < today - timedelta(days=365):
                return Value(found.day.isoformat(), found.span)
    return None


def letter_date(text: str, *, today: date, born: Value | None) -> Value | None:
    """The day the letter was written: labelled, else one that stands near the top, else a day the patient was seen."""
    ranked: list[tuple[int, int, Value]] = []
    top = _top(text, 25)
    for found in days(text, 0, top, latest=today):
        if (born and found.span == born.span) or found.day > today or found.day < today - timedelta(days=365 * 15):
            continue
        line = text[text.rfind("\n", 0, found.span.start) + 1 : found.span.start]
        if _BORN.search(line[-20:]):
            continue
        after = text[found.span.end : text.find("\n", found.span.end) if "\n" in text[found.span.end :] else None]
        if _DATED.search(line):
            rank = 0
        elif not line.strip() and len(after.strip()) < 25:
            rank = 1
        elif _SEEN.search(line):
            rank = 2
        elif found.span.start < _top(text, 6) and len(line.strip()) < 25:
            rank = 3
        else:
            continue
        ranked.append((rank, found.span.start, Value(found.day.isoformat(), found.span)))
    return min(ranked)[2] if ranked else None


def _top(text: str, count: int) -> int:
    """Where the first lines of the letter end."""
    at = -1
    for _ in range(count):
        at = text.find("\n", at + 1)
        if at < 0:
            return len(text)
    return at


def patient_line(text: str) -> Span | None:
    """The line that introduces the patient: with an NHS number or a date of birth, else the one that begins "Re:"."""
    anchors = [found.start() for found in [_BORN.search(text)] if found]
    if number := nhs_number(text):
        anchors.append(number.span.start)
    if not anchors and (label := _LABEL.search(text, 0, _top(text, 25))):
        anchors.append(label.end())
    if not anchors:
        return None
    at = min(anchors)
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return Span(start, end if end >= 0 else len(text))


def name(text: str, line: Span | None) -> Value | None:
    """The patient's name as written, with any title."""
    if not line:
        return None
    start = line.start
    if label := _LABEL.search(text, line.start, line.end):
        start = label.end()
    # The name may stand one line above its own number.
    for begin, end in ((start, line.end), (text.rfind("\n", 0, max(0, line.start - 1)) + 1, line.start)):
        for found in _NAME.finditer(text, begin, end):
            if found["title"] not in ("Dr", "Prof", "Professor"):
                return Value(" ".join(found[0].split()), Span(*found.span()))
    return None


def postcode(text: str, line: Span | None) -> Value | None:
    """A postcode in the patient's own lines; one of a letterhead is the practice's, and not given."""
    if line:
        stop = text.find("\n\n", line.end)
        for found in _POSTCODE.finditer(text, line.start, min(stop if stop >= 0 else len(text), line.end + 300)):
            return Value(f"{found[1]} {found[2]}", Span(*found.span()))
    return None


def ubrn(text: str) -> Value | None:
    """The e-RS booking reference: twelve digits."""
    if found := _UBRN.search(text):
        return Value(found[1].replace(" ", ""), Span(*found.span(1)))
    return None


def practice(text: str) -> Value | None:
    """The first surgery or practice that the letter names."""
    if found := _PRACTICE.search(text):
        return Value(" ".join(found[0].split()), Span(*found.span()))
    return None


def referrer(text: str) -> Value | None:
    """Who refers: named under From or Referrer, else who signs."""
    if found := _FROM.search(text):
        who = found["who"].split("   ")[0].rstrip()
        return Value(who, Span(found.start("who"), found.start("who") + len(who)))
    closing = [found.end() for found in _CLOSING.finditer(text)]
    begin = closing[-1] if closing else max(0, len(text) - 200)
    signed = [
        found
        for found in _SIGNED.finditer(text, begin)
        if found["title"] == "Dr" or closing or _GRADE.search(text, found.end(), min(len(text), found.end() + 60))
    ]
    for found in signed:
        start = found.end() - len(found[0].lstrip())
        return Value(" ".join(found[0].split()), Span(start, found.end()))
    return None


_NOT_ANOTHERS = r"(?<!\b[Tt]he )(?<!\b[Hh]er )(?<!\b[Hh]is )"
"""A letter brings in its patient as "this" or "a 56 year old"; "the 9 year old" is one of the children."""

_AGES = re.compile(
    rf"(?<![\d/.]){_NOT_ANOTHERS}"
    r"(?P<a>\d{1,3})[ -]?(?:years?|yrs?|yr|y)[ -]?(?:old|o)\b"
    r"(?! (?:ago|daughter|son|child|boy of|grand|twins|brother|sister))"
    r"|(?<![\d/.])(?P<b>\d{1,3})[ -]?(?:years?|yrs?|y/?o?)\.?[ -](?:old[ -])?"
    r"(?=(?:lady|gentleman|gent|man|woman|male|female|girl|boy|patient|chap)\b)"
    r"|\b(?:this|an?|of)[ ](?P<c>\d{1,3})[ ]?(?:[MF]\b|(?=(?:lady|gentleman|man|woman|male|female|girl|boy)\b))"
    r"|\b(?:[Hh]e|[Ss]he|[Tt]hey)(?:['’]s|['’]re| is| are)(?: now| only| just)? (?P<d>\d{1,2})"
    r"(?=(?: and \d+ months?|[ ]?[.,;)]| (?:years|next|in|now|and)\b))"
    rf"|{_TITLE}[ ][A-Z][\w'’-]+(?:[ ][A-Z][\w'’-]+)?,[ ](?:aged )?(?P<e>\d{{1,3}})(?=,| and\b|\.(?!\d)| ?\()"
)
_LINE_AGES = re.compile(
    r"\((?P<a>\d{1,3})\s?(?:y|yrs?|years?)?\.?(?:[ ]?\d{1,2}\s?m(?:ths?|onths?)?)?(?: old)?\)"
    rf"|(?<![\d/.-]){_NOT_ANOTHERS}"
    r"(?P<b>\d{1,3})\s?(?:y|yrs?|years?|yo)\b"
    r"|[,(]\s*(?:aged?\s+)?(?P<c>\d{1,3})\s*(?=[,()]|\.(?!\d)|$)"
    r"|(?<!\s)\s{3,}+(?P<d>\d{1,3})(?=\s{3,}|$)"
    r"|\bage[d:]?\s*(?P<e>\d{1,3})\b"
)


class Age(NamedTuple):
    """An age in whole years, on what it rests, and its place."""

    years: int
    words: str
    span: Span


def ages(text: str, *, born: Value | None, line: Span | None, written_on: date, today: date) -> Iterator[Age]:
    """The patient's age on the day of the letter: reckoned from the date of birth, and as the letter states it."""
    if born:
        birth = date.fromisoformat(born.value)
        years = years_between(birth, written_on)
        later = years_between(birth, today)
        now = f", {later} today" if later != years else ""
        if 0 <= years <= 120:
            yield Age(years, f"{years} years on {written_on:%-d %B %Y}{now}", born.span)
    found_in_line = (found for found in _LINE_AGES.finditer(text, line.start, line.end)) if line else iter(())
    for found in [*found_in_line, *_AGES.finditer(text)]:
        years = int(next(part for part in found.groups() if part))
        if years <= 115:
            start = found.end() - len(found[0].lstrip(" \t,"))
            yield Age(years, f"{years} years stated", Span(start, found.end()))
