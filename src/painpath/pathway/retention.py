"""How long a record is kept after it has ended: the classes that a service sets, and the arithmetic, in words.

No Django here. A class says to which referrals it applies, from which event it counts, and how many years. Every class
that applies is reckoned and the latest day counts, since the periods of the Records Management Code are minimums. The
day is one on which a person looks: nothing here, and no timer, destroys anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, get_args

import msgspec

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.problems import Fault

EndState = Literal[
    "handed_over", "advice_given", "signposted", "redirected", "not_now", "discharged", "withdrawn", "closed_in_error",
    "deceased", "moved_away",
]  # fmt: skip
"""The states in which a referral has ended (`referrals.transitions.ENDED`; a test compares the two)."""
END_STATES: tuple[EndState, ...] = get_args(EndState)
Start = Literal["end", "last_contact", "death", "birth"]
STARTS: dict[Start, str] = {
    "end": "the end of the referral",
    "last_contact": "the last contact",
    "death": "the death",
    "birth": "the date of birth",
}


class RetentionClass(Data, frozen=True, kw_only=True):
    """One row of the service's retention schedule."""

    id: Id
    name: Words
    states: tuple[EndState, ...] = END_STATES
    """Of referrals that ended so."""
    accepted: bool | None = None
    """Only of referrals that were accepted at some time, or only of those that never were; absent: of both."""
    age_from: Annotated[int, msgspec.Meta(ge=0, le=150)] | None = None
    age_below: Annotated[int, msgspec.Meta(ge=1, le=150)] | None = None
    """Only of people of this age at the last contact. Somebody without a date of birth is of no age."""
    alerts: tuple[Id, ...] = ()
    """Only where a letter has raised one of these alerts; empty: whatever was raised."""
    starts: Start
    years: Annotated[int, msgspec.Meta(ge=1, le=100)]
    """From the start, to the same day of the year. Never none: nothing that ended within a year is destroyed."""
    source: Words
    """Where the number comes from, with its date."""
    to_check: Words | None = None
    """What nobody could verify when this was written, and where to look."""
    confirmed_by: Words | None = None
    """Who in the service has confirmed the number. Absent: nobody yet, and `painpath pathway lint` warns."""
    confirmed_on: date | None = None


class Retention(Data, frozen=True, kw_only=True):
    """The retention schedule of a service."""

    classes: tuple[RetentionClass, ...]

    def unconfirmed(self) -> tuple[RetentionClass, ...]:
        """The classes whose years nobody of the service has confirmed."""
        return tuple(one for one in self.classes if one.confirmed_by is None)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is reckoned with, about one referral and everything else on record of the same person."""

    state: str
    accepted: bool
    """This referral was accepted at some time."""
    ended_on: date | None
    """The end of the latest referral of the same person; None while one of them is open."""
    last_contact: date
    """The latest contact with, or about, the person in any of their referrals."""
    born: date | None = None
    died: date | None = None
    alerts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Period:
    """One class that applies, reckoned."""

    of: RetentionClass
    start: date
    until: date
    words: str


@dataclass(frozen=True)
class Review:
    """When a person looks, by which class, and how that was reckoned: a sentence for each class that applies."""

    of: RetentionClass
    on: date
    words: tuple[str, ...]


def add_years(day: date, years: int) -> date:
    """The same day of the year so many years later; 1 March for 29 February where there is none. A day more is kept,
    never a day less."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(born: date, day: date) -> int:
    """Whole years of age. Who was born on 29 February has their birthday on 1 March where there is no such day."""
    return day.year - born.year - (day < add_years(born, day.year - born.year))


def applies(one: RetentionClass, facts: Facts) -> bool:
    """Whether a class applies to a referral that has ended. What is not known makes no class apply."""
    if facts.state not in one.states or one.accepted not in (None, facts.accepted):
        return False
    if one.alerts and not facts.alerts & set(one.alerts):
        return False
    if one.age_from is not None or one.age_below is not None:
        if facts.born is None:
            return False
        age = age_on(facts.born, facts.last_contact)
        if age < (one.age_from or 0) or (one.age_below is not None and age >= one.age_below):
            return False
    return _start(one, facts) is not None


def periods(facts: Facts, classes: Iterable[RetentionClass]) -> list[Period]:
    """Every class that applies, reckoned, the latest day first. Empty while a referral of the person is open."""
    if facts.ended_on is None:
        return []
    found = []
    for one in classes:
        start = _start(one, facts)
        if start is not None and applies(one, facts):
            until = add_years(start, one.years)
            years = "1 year" if one.years == 1 else f"{one.years} years"
            words = f"{one.name}: {STARTS[one.starts]} ({_day(start)}) and {years} is {_day(until)}."
            found.append(Period(one, start, until, words))
    return sorted(found, key=lambda period: (period.until, period.of.id), reverse=True)


def review(facts: Facts, classes: Iterable[RetentionClass]) -> Review | None:
    """When a person looks at this record: the latest of all days that apply.

    None while the referral, or a later one of the same person, is open, and where no class applies: such a record is
    kept until somebody gives it one.
    """
    found = periods(facts, classes)
    if not found:
        return None
    words = [period.words for period in found]
    if len(found) > 1:
        words.append(f"The latest day counts: {_day(found[0].until)}.")
    return Review(found[0].of, found[0].until, tuple(words))


def _start(one: RetentionClass, facts: Facts) -> date | None:
    return {
        "end": facts.ended_on, "last_contact": facts.last_contact, "death": facts.died, "birth": facts.born,
    }[one.starts]  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def problems(retention: Retention | None) -> Iterator[Fault]:
    """Two classes with one id; an end that no class covers, so that its records would never be looked at."""
    if retention is None:
        return
    here = "retention", "classes"
    seen: set[str] = set()
    for index, one in enumerate(retention.classes):
        if one.id in seen:
            yield Fault((*here, index, "id"), f"`{one.id}` is used twice. Give each class its own id.")
        seen.add(one.id)
        if (one.confirmed_by is None) != (one.confirmed_on is None):
            yield Fault((*here, index), "Say both who confirmed the years and on which day, or neither.")
        if one.age_from is not None and one.age_below is not None and one.age_from >= one.age_below:
            yield Fault((*here, index, "age_from"), "Nobody is of that age: `age_from` must be below `age_below`.")
    for state in END_STATES:
        for accepted in (True, False):
            if not any(_always(one, state, accepted) for one in retention.classes):
                before = "accepted before" if accepted else "never accepted"
                yield Fault(
                    here,
                    f"No class covers every referral that ended as `{state}` and was {before}: give one for all ages, "
                    "without alerts, that starts with the end or the last contact.",
                )


def _always(one: RetentionClass, state: str, accepted: bool) -> bool:
    narrow = one.alerts or one.age_from is not None or one.age_below is not None or one.starts in ("death", "birth")
    return not narrow and state in one.states and one.accepted in (None, accepted)


def unsaid(retention: Retention | None) -> Iterator[Fault]:
    """What an author is warned of: no schedule at all, and years that nobody of the service has confirmed."""
    if retention is None:
        yield Fault(("retention",), "No retention schedule: no record is ever put on the list for review.")
        return
    for index, one in enumerate(retention.classes):
        if one.confirmed_by is None:
            check = f" {one.to_check}" if one.to_check else ""
            yield Fault(
                ("retention", "classes", index, "confirmed_by"),
                f"Nobody of the service has confirmed that `{one.id}` is kept for {one.years} years.{check}",
            )
