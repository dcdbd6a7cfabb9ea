"""Whom a letter is about, who wrote it and when: only what it states, with its place.

NHS numbers carry a check digit, Modulus 11: NHS Data Dictionary, "NHS NUMBER". A number that fails is still what the
letter states, so it is given, after any that passes: a person confirms it.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from painpath.reading.dates import days
from painpath.reading.model import Span


class Value(NamedTuple):
    """A stated value in its normal form, and the place of the words it comes from."""

    value: str
    span: Span


INFANT = 5
"""Years: a first day in the patient's line that would make an infant of her is the day of the clinic."""
TITLE = r"(?:Mr|MR|Mrs|MRS|Miss|MISS|Ms|MS|Mx|Master|Dr|DR|Rev|Sir|Lady|Dame|Prof(?:essor)?)\b\.?"
"""Titles of people, as a pattern."""
_WORD = (
    r"\b(?!(?:DOB|DoB|D\.[Oo]\.?[Bb]|NHS|DATE|Date|Dear|Re|RE|To|From|FROM|Hospital|Hosp|Age|AGE|Aged|Born|BORN|Sex"
    r"|SEX|Gender|Title|First|Fore[Nn]ames?|FORENAMES?|Surname|SURNAME|Given|Name|NAME|Patient|PATIENT|Pt|Address"
    r"|Tel|Our|Your|Ref|Wing|Birth|BIRTH|Male|Female|Number|Interpreter|Clinic|Seen|Review|Reviewed|MRN|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b)[A-Z]"
)
_TEAM = re.compile(
    r"\b(?:[Hh]ub|[Tt]eam|[Cc]linic|[Ss]ervices?|[Ss]urgery|[Dd]epartment|[Cc]entre|OUTPATIENTS?|[Oo]utpatients?"
    r"|[Cc]ommunity|CLINIC|SERVICE|[Pp]ractice|[Hh]ealth|HEALTH|[Gg]roup|[Ww]ard|[Pp]ain|PAIN|[Rr]eferral|REFERRAL"
    r"|[Cc]olleagues?|[Tt]he|THE|Hospital|HOSPITAL|[Rr]oad|[Cc]ottages?|[Ss]treet|[Ff]orm|FORM|[Ll]etter)\b"
)
"""A name that holds one of these is a service's or a place's."""
_NAME = re.compile(
    rf"(?:(?P<title>{TITLE})[ \t]+)?(?P<name>{_WORD}[\w'’-]*\.?(?:[ \t]+{_WORD}\.?(?=[ \t])){{0,3}}"
    rf"(?:[ \t]+(?:(?:de|van|der|von|la|al|el|bin|ap|St\.?)[ \t]+)?{_WORD}[\w'’-]+){{1,4}})"
)
_FAMILY_FIRST = re.compile(
    rf"(?<![\w.])(?P<family>{_WORD}[A-Z'’-]{{2,}}(?:[ ]{_WORD}[A-Z'’-]+)?|{_WORD}[\w'’-]+),[ ]?"
    rf"(?P<given>{_WORD}[a-z'’-]+(?:[ -]{_WORD}[\w'’-]+){{0,2}})"
    rf"(?=[ \t]*(?:$|[|,;/(]|\d|[ \t]{{2,}}|[–—-][ ]|NHS|DOB|DoB|dob|aged))(?:[ ]\((?P<title>{TITLE})\))?",
    re.MULTILINE,
)
_FAMILY_FIELD = re.compile(r"^[ \t|]*(?:surname|family name|last name)[ \t.]*[:=]?[ \t.]*(?=[A-Z])", re.I | re.M)
_GIVEN_FIELD = re.compile(r"\b(?:forenames?|first names?|given names?)[ \t.]*[:=]?[ \t.]*(?=[A-Z])", re.IGNORECASE)
_ONE_NAME = re.compile(r"[A-Z][\w'’-]+(?:[ ](?![A-Z]\w+:)[A-Z][\w'’-]+)?")
_COLLEAGUE = re.compile(r"Dr|DR|Prof")
_COLLEAGUES = re.compile(
    r"\b(?:under|by|from|with|to|saw|see|and|husband|wife|mother|son|dear|cc)[ :,]*$", re.IGNORECASE
)
_SIGNED = re.compile(rf"^[ \t]*{_NAME.pattern}", re.MULTILINE)
_BORN = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|birth ?(?:day|date)|born(?: on)?)(?![a-z])(?: ?/ ?age)?"
    r"[\s:.,=-]*(?:is\s+|on\s+|the\s+)*",
    re.IGNORECASE,
)
_NOT_BORN = re.compile(
    r"\b(?:seen|clinic|review(?:ed)?|typed|dictated|date|letter of|admitted|discharged?|assessed|visit|referred|sent"
    r"|written|consult(?:ation)?|appt|appointment|attended)\b[\s:.]*(?:on |the |of )*(?:\w{3,9}day |\w{3} )?$",
    re.IGNORECASE,
)
"""Before a day: it is that of something else than the patient's birth."""
_RELATIVE = re.compile(
    r"\b(?:husband|wife|son|daughter|mother|father|mum|dad|partner|baby|sister|brother|carer|nok|next of kin"
    r"|twins?|child(?:ren)?|boy|girl|he|she|first|second|last|youngest|eldest)(?:['’]s)?(?: was| were|,)?[ (]*$",
    re.IGNORECASE,
)
"""Before "born": the child's birth, or another's."""
_NHS = re.compile(r"(\d(?<![\d-].)\d\d)[ -]?(\d{3})[ -]?(\d{4})(?![\d-])")
_NHS_LABEL = re.compile(r"\bNHS\b(?:\s*(?:no|number|num)\b\.?)?[\s:.#]*$", re.IGNORECASE)
_POSTCODE = re.compile(r"\b([A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?)[ ]?(\d[ABD-HJLNP-UW-Z]{2})\b")
_UBRN = re.compile(r"\bUBRN\b[\s:.#no]*(\d{4}[ ]?\d{4}[ ]?\d{4})\b", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:re|patient(?:['’]s)?(?: (?:full )?name)?|client(?: name)?|service user|name|pt|regarding|subject)"
    r"\s*[:.\-]*\s+(?=[A-Z])",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:\b(?:date(?: of (?:letter|referral|request|dictation)| (?:typed|dictated|sent|written|completed))?|typed"
    r"|dictated|letter date)|(?:\s{2,}|, )(?:my |this )?letter (?:of|dated)"
    r"|^[ \t]*(?:on|when)|(?:^|\s{2,}|[|,;(] ?)(?:written|created|sent|printed|completed|signed)\b[^\n\d]{0,30}?)"
    r"[\s:./=-]*$",
    re.IGNORECASE,
)
_LETTER_OF = re.compile(r"\bletter (?:of|dated|from)\s*$", re.IGNORECASE)
"""Another letter's day."""
_SEEN = re.compile(
    r"\b(?:clinic(?: date)?|date (?:seen|of (?:clinic|review|visit|assessment))|seen(?: on)?"
    r"|review(?: date)?(?: with [^,\n]{1,30},)?|reviewed|consult(?:ation)?|visit|clinic:[^\n\d]{0,40})[\s:,]*$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?(?: (?:the|am|pm),?)?\s*$", re.I
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
    """The patient's date of birth: labelled, else the first day in the patient's own line (`near`) that can be one.

    The day of a clinic in that line is none, nor is one that would make an infant of the patient.
    """
    for label in _BORN.finditer(text):
        if _RELATIVE.search(text, max(0, label.start() - 24), label.start()):
            continue
        for found in days(text, label.end(), min(len(text), label.end() + 24), latest=today):
            if found.day <= today and found.span.start - label.end() <= 3:
                return Value(found.day.isoformat(), found.span)
    if near:
        for found in days(text, near.start, near.end, latest=today):
            if found.day < today - timedelta(days=365 * INFANT) and not _NOT_BORN.search(
                text, near.start, found.span.start
            ):
                return Value(found.day.isoformat(), found.span)
    return None


def letter_date(text: str, *, today: date, born: Value | None) -> Value | None:
    """The day the letter was written: labelled, else one that stands near the top, else a day the patient was seen."""
    ranked: list[tuple[int, int, Value]] = []
    top = end_of_top(text, 25)
    for found in days(text, 0, top, latest=today):
        if (born and found.span == born.span) or found.day > today or found.day < today - timedelta(days=365 * 15):
            continue
        low = max(0, found.span.start - 200)
        line = text[max(low, text.rfind("\n", low, found.span.start) + 1) : found.span.start]
        if _BORN.search(line[-20:]):
            continue
        line = _WEEKDAY.sub("", line)
        after = text[found.span.end : found.span.end + 60].partition("\n")[0]
        apart = line.endswith("   ") or not line.strip()
        if _DATED.search(line):
            rank = 0
        elif apart and len(after.strip()) < 25:
            rank = 1
        elif _SEEN.search(line):
            rank = 2
        elif _LETTER_OF.search(line):
            continue
        elif found.span.start < end_of_top(text, 6) and (len(line.strip()) < 25 or not after.strip(" .,:;0123456789")):
            rank = 3
        else:
            continue
        ranked.append((rank, found.span.start, Value(found.day.isoformat(), found.span)))
    return min(ranked)[2] if ranked else None


def end_of_top(text: str, count: int) -> int:
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
    if not anchors and (label := _LABEL.search(text, 0, end_of_top(text, 25))):
        anchors.append(label.end())
    if not anchors:
        return None
    at = min(anchors)
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return Span(start, end if end >= 0 else len(text))


def name(text: str, line: Span | None) -> Value | None:
    """The patient's name as written, with any title. Of "OTHER, Ann (Mrs)" the value is "Mrs Ann OTHER"."""
    if not line:
        return None
    start = line.start
    if label := _LABEL.search(text, line.start, line.end):
        start = label.end()
    # The name may stand one line above its own number, or below it, or in a field of its own.
    above = text.rfind("\n", 0, max(0, line.start - 1)) + 1
    for begin, end in ((start, line.end), (above, line.start)):
        if value := _named(text, begin, end):
            return value
    top = end_of_top(text, 40)
    if (family := _FAMILY_FIELD.search(text, 0, top)) and (given := _GIVEN_FIELD.search(text, family.end(), top)):
        last, first = _ONE_NAME.match(text, family.end()), _ONE_NAME.match(text, given.end())
        if last and first:
            return Value(f"{first[0]} {last[0]}", Span(last.start(), first.end()))
    for label in _LABEL.finditer(text, 0, top):
        stop = text.find("\n", label.end(), label.end() + 120)
        if value := _named(text, label.end(), stop if stop >= 0 else min(len(text), label.end() + 120)):
            return value
    for found in _NAME.finditer(text, 0, end_of_top(text, 60)):
        if (
            found["title"]
            and not _COLLEAGUE.match(found["title"])
            and not _TEAM.search(found[0])
            and not _COLLEAGUES.search(text, max(0, found.start() - 16), found.start())
        ):
            return Value(" ".join(found[0].split()), Span(*found.span()))
    return None


def _named(text: str, begin: int, end: int) -> Value | None:
    """The first name of a person between two places: surname first, else as it is spoken."""
    first = _FAMILY_FIRST.search(text, begin, end)
    if first and first.start() - begin < 30 and not _TEAM.search(first[0]):
        words = [first["title"], first["given"], first["family"]]
        return Value(" ".join(" ".join(word.split()) for word in words if word), Span(*first.span()))
    for found in _NAME.finditer(text, begin, end):
        if not _COLLEAGUE.match(found["title"] or "") and not _TEAM.search(found[0]):
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
    if (found := _FROM.search(text)) and (who := found["who"].split("   ")[0].rstrip()):
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
