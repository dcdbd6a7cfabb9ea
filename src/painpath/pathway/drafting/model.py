"""What is proposed from a page: clauses with everything that their own words say, and what an author must settle."""

from collections.abc import Callable
from typing import Literal

from painpath.pathway.base import Data

Kind = Literal[
    "inclusion", "exclusion", "readiness", "red_flag", "priority", "required", "referrer", "catchment", "consent",
    "incomplete", "urgency", "statement", "signpost",
]  # fmt: skip
"""What a clause is. `priority`: a condition of a class; `required`: information to send with a referral; `incomplete`:
what becomes of a referral that lacks some; `statement`: what the service can or cannot do."""

CRITERIA: frozenset[Kind] = frozenset({"inclusion", "exclusion", "readiness", "red_flag", "priority"})
"""The kinds that become criteria."""

Why = Literal["contradiction", "unbound", "cut", "default", "kind", "order", "scope", "elsewhere", "range"]
"""Why an author must be asked: two numbers for one thing; nothing in the vocabulary; the page stops; which class is
meant for all others; no heading says what a list is; the page gives no order of classes; for whom a list holds;
who the other service is that a clause names, or where people from elsewhere go; between which numbers a scale goes."""


class Measure(Data, frozen=True, kw_only=True):
    """A number that the words ask for, with its bounds."""

    of: Literal["age", "duration", "since", "scale"]
    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True
    unit: Literal["years", "months", "weeks", "days", "points"]
    scale: str | None = None
    for_group: str | None = None
    """The people for whom these bounds hold instead: "South Asian"."""
    words: str
    """The page's words that say it."""


class Binding(Data, frozen=True, kw_only=True):
    """A group of the vocabulary that bears on a clause."""

    group: str
    absent: bool = False
    """The clause's own words rule it out: "no reversible cause"."""


class Clause(Data, frozen=True, kw_only=True):
    """One sentence or bullet that asks something, or tells what the service does."""

    id: str
    kind: Kind
    lines: tuple[int, ...]
    """Lines of the text, from 1."""
    published: str
    """Its words, letter by letter."""
    also: tuple[str, ...] = ()
    """Bullets under it that belong to it: an exception, advice."""
    lead: str | None = None
    """The words that it goes on with: "Patients with"."""
    lead_line: int = 0
    heading: str = ""
    thresholds: tuple[Measure, ...] = ()
    exception: str | None = None
    only_if: str | None = None
    asides: tuple[str, ...] = ()
    """Parentheses that are neither: examples, advice, definitions."""
    tier: Literal["full", "limited"] = "full"
    strength: Literal["must", "should", "may"] = "must"
    urgency: Literal["routine", "urgent", "emergency"] = "routine"
    programme: str | None = None
    priority: str | None = None
    findings: tuple[Binding, ...] = ()
    """What the reader found in its own words."""
    names: tuple[str, ...] = ()
    """Groups of the vocabulary that name its scale, its event, or the people for whom other numbers hold."""
    only_if_findings: tuple[str, ...] = ()
    """What the reader found in the words of its condition."""
    exception_findings: tuple[str, ...] = ()
    """What the reader found in the words of its exception."""
    redirect: str | None = None
    """The service that its words name instead of this one."""
    phone: str | None = None
    """The number of that service, where the words give it."""
    postcodes: tuple[str, ...] = ()
    """Districts that it names as a place to live, ranges counted out."""
    candidates: tuple[str, ...] = ()
    """Groups that need company to speak, and those whose comment speaks of the same: for the author to look at."""

    @property
    def words(self) -> str:
        """The words with what they go on with."""
        return f"{self.lead.rstrip(' :')} {self.published}" if self.lead else self.published


class Joined(Data, frozen=True, kw_only=True):
    """Clauses that the page itself joins."""

    how: Literal["all", "any"]
    of: tuple["str | Joined", ...]
    """Ids of clauses, and what is joined inside."""
    line: int
    words: str
    """The words that say so."""

    def leaves(self) -> frozenset[str]:
        """Every clause inside."""
        inner = [{one} if isinstance(one, str) else one.leaves() for one in self.of]
        return frozenset().union(*inner)


class Part(Data, frozen=True, kw_only=True):
    """A programme or a class of priority."""

    id: str
    name: str
    line: int
    published: str
    days: int | None = None
    """How soon somebody of a class is seen."""
    working: bool = False
    """These are working days."""
    default: bool = False


class Scale(Data, frozen=True, kw_only=True):
    """A score that the page names, with its range where the page gives one."""

    id: str
    name: str
    low: float | None = None
    high: float | None = None


class Open(Data, frozen=True, kw_only=True):
    """What an author must settle before anything is published."""

    why: Why
    line: int
    words: str
    """The page's words it is about."""
    note: str
    """What is open, and what to do, in a sentence."""
    clause: str | None = None
    other: str | None = None
    """The clause that it contradicts."""


class Proposal(Data, frozen=True, kw_only=True):
    """All that was found on a page. Nothing of it holds until a person has confirmed it."""

    title: str
    subject: str | None = None
    """What the service helps with, as one says "your memory"; None where the page does not tell."""
    text: str
    """The page as it was read: the lines above it that are about the file are left out."""
    page: str = ""
    """The same, line for line as the clauses count them."""
    source: tuple[str, ...]
    """Those lines: where the text comes from, and such."""
    audience: Literal["referrer", "patient"]
    clauses: tuple[Clause, ...]
    combinations: tuple[Joined, ...]
    programmes: tuple[Part, ...]
    priorities: tuple[Part, ...]
    scales: tuple[Scale, ...]
    mirrors: tuple[tuple[str, str], ...]
    """Clauses that say one thing from both sides: under 18 is excluded, 18 or over is asked."""
    unsettled: tuple[Open, ...]

    def clause(self, wanted: str) -> Clause:
        """The clause with this id; KeyError when there is none."""
        for clause in self.clauses:
            if clause.id == wanted:
                return clause
        raise KeyError(wanted)


Finder = Callable[[str], tuple[tuple[Binding, ...], tuple[str, ...]]]
"""Reads a clause's words: the groups found in them, and those whose comment speaks of the same. The reader stands above
this package (`painpath.reading.clauses`), so it is handed in."""
