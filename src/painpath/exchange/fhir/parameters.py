"""Search parameters (https://hl7.org/fhir/R4/search.html), as far as they are understood here."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from painpath import clock
from painpath.exchange.fhir.outcomes import fault

RESULTS = frozenset({"_count", "_sort", "_include", "_cursor", "_summary", "_total"})
QUIET = frozenset({"_format", "_pretty"})
"""Taken, and no part of what is looked for."""
DEFAULT, MOST = 20, 100
"""Resources on a page, unless `_count` asks for others; never more than the second."""
_REFERENCES = ("subject", "patient")
REFERRALS = {
    "ServiceRequest": {
        "_id": "token", "_lastUpdated": "date", "identifier": "token", "patient": "reference", "subject": "reference",
        "patient.identifier": "token", "subject.identifier": "token", "status": "token", "authored": "date",
        "requester": "reference",
    },
    "Patient": {"_id": "token", "identifier": "token"},
    "Task": {
        "_id": "token", "_lastUpdated": "date", "focus": "reference", "patient": "reference", "status": "token",
        "authored-on": "date",
    },
}  # fmt: skip
"""Kinds of which there is one for each referral: parameter -> its type."""
OTHERS = {
    "Communication": {"_id": "token", "patient": "reference", "about": "reference"},
    "CommunicationRequest": {"_id": "token", "patient": "reference", "about": "reference"},
    "DocumentReference": {"_id": "token", "patient": "reference", "related": "reference"},
    "Provenance": {"target": "reference"},
    "QuestionnaireResponse": {"_id": "token", "patient": "reference", "based-on": "reference"},
    "AuditEvent": {"entity": "reference"},
    "Questionnaire": {"_id": "token", "url": "uri", "version": "token", "status": "token"},
    "PlanDefinition": {"_id": "token", "url": "uri", "version": "token", "status": "token"},
}
"""Kinds that belong to a referral, which has to be named; and those that are published."""
SORTS = {"authored": "received_at", "authored-on": "received_at", "_lastUpdated": "state_since", "_id": "reference"}
INCLUDES = frozenset({"ServiceRequest:patient", "ServiceRequest:subject"})
_DATE = re.compile(
    r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+ -]\d\d:\d\d)?)?)?)?"
)


@dataclass
class Search:
    """What is looked for. `filters` in order: name, type, and the values of which one has to fit."""

    kind: str
    filters: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    count: int = DEFAULT
    only_total: bool = False
    sort: str = ""
    includes: tuple[str, ...] = ()
    cursor: str = ""
    used: list[tuple[str, str]] = field(default_factory=list)
    """What was understood, as it was asked."""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a filter; empty where it is not asked for."""
        return next((values for one, _, values in self.filters if one == name), ())


def understood(kind: str, asked: Iterable[tuple[str, str]], *, strict: bool) -> Search:
    """The search for these parameters. Raises `Fault` (400) for a value that cannot be, and, when `strict`, for a
    parameter that is not known; otherwise such a one is left out."""
    known: Mapping[str, str] = (REFERRALS | OTHERS)[kind]
    search = Search(kind)
    for name, value in asked:
        if "\x00" in name + value:
            raise fault(400, "value", "A parameter holds a character that no text has.")
        if name in QUIET:
            continue
        if name in known and value:
            search.filters.append((name, known[name], _values(value)))
        elif name not in RESULTS or not _result(search, name, value):
            if strict:
                raise fault(400, "not-supported", f"The parameter {name[:60]} is not understood for {kind}.")
            continue
        search.used.append((name, value))
    return search


def _values(value: str) -> tuple[str, ...]:
    parts = (one.replace("\\,", ",").replace("\\|", "|") for one in re.split(r"(?<!\\),", value))
    return tuple(filter(None, parts))


def _result(search: Search, name: str, value: str) -> bool:
    """Take a parameter about the result; False where it is not understood."""
    if name == "_count":
        if not value.isascii() or not value.isdigit():
            raise fault(400, "value", "_count must be a number, 0 or more.")
        search.count, search.only_total = min(int(value[:9]), MOST), search.only_total or int(value[:9]) == 0
    elif name == "_summary":
        if value != "count":
            return False
        search.only_total = True
    elif name == "_sort":
        if value.removeprefix("-") not in SORTS or search.kind not in REFERRALS:
            return False
        search.sort = value
    elif name == "_include":
        if value not in INCLUDES or search.kind != "ServiceRequest":
            return False
        search.includes = (*search.includes, value)
    elif name == "_cursor":
        search.cursor = value
    return name != "_total"


def token(value: str) -> tuple[str | None, str]:
    """`system|value`: the system None where none is asked for, "" where there must be none."""
    system, bar, code = value.rpartition("|")
    return (system if bar else None), code


@dataclass(frozen=True)
class Span:
    """A date of a search: the moments of its first and its last instant (`end` exclusive), and how it compares."""

    prefix: str
    start: datetime
    end: datetime


def date(value: str, name: str) -> Span:
    """A date parameter. Raises `Fault` (400) where it is none."""
    found = _DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        return _span(*found.groups())
    except (ValueError, OverflowError):
        raise fault(400, "value", f"{name} must be a date like 2026-11-26, with ge, le, gt or lt before it.") from None


def _span(prefix: Any, year: str, month: Any, day: Any, at: Any, zone: Any) -> Span:
    prefix = prefix or "eq"
    first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=clock.LONDON)
    if at:
        written = datetime.combine(first.date(), time.fromisoformat(at))
        offset = (zone or "").replace(" ", "+").replace("Z", "+00:00")
        start = (
            datetime.fromisoformat(f"{written.isoformat()}{offset}") if offset else written.replace(tzinfo=clock.LONDON)
        )
        return Span(
            prefix, start.astimezone(UTC), start.astimezone(UTC) + timedelta(seconds=1 if ":" in at[5:] else 60)
        )
    if day:
        return Span(prefix, first, first + timedelta(days=1))
    if month:
        return Span(prefix, first, first + timedelta(days=calendar.monthrange(first.year, first.month)[1]))
    return Span(prefix, first, first.replace(year=first.year + 1))
