"""The published criteria, clause by clause."""

from typing import Literal

from painpath.pathway.base import Data, Id, Words


class Ask(Data, frozen=True, kw_only=True):
    """What to ask for when a referral says nothing that bears on a criterion."""

    of: Literal["referrer", "patient"]
    words: Words
    """A question that can stand in a letter. Put to the patient, it is in plain words."""


class Pointer(Data, frozen=True, kw_only=True):
    """An outcome that a criterion may point to when something speaks against. A hint: a clinician decides."""

    outcome: Id
    signpost: Id | None = None
    """Where to, when the page or the service names it."""
    why: Words


class Criterion(Data, frozen=True, kw_only=True):
    """One criterion: its published words, and everything needed to ask about it, judge it and explain it."""

    id: Id
    group: Literal["inclusion", "exclusion", "readiness"]
    name: Words
    """A short label for clinicians."""
    published: tuple[Words, ...]
    """The page's own words, one entry a bullet or sentence."""
    kind: Literal["computed", "look_up", "statement", "judgement"]
    """How it is settled: by arithmetic on a stated fact, from a list, from what somebody states, by judgement."""
    answered_by: tuple[Literal["referrer", "patient", "date_of_birth", "directory", "own_records"], ...]
    """Who or what can settle it."""
    case_by_case: bool = False
    """The page calls it case by case or gives it an exception: shown under "needs judgement" as soon as anything
    speaks against."""
    exception: Words | None = None
    """The exception in words for the clinician. Needed when `case_by_case` is true."""
    exception_published: Words | None = None
    """The part of the published words that holds the exception, letter by letter. Needed with `exception`."""
    exception_shown_by: Words | None = None
    """What in a referral would show that the exception applies, for the clinician. Needed with `exception`."""
    mirror_of: Id | None = None
    """The criterion that this one repeats from the other side, so that the same evidence settles both."""
    requires: tuple[Literal["adjustments_offered"], ...] = ()
    """What must be on record before a decision may rest on it."""
    question: Words
    """The question a referrer is asked."""
    example: Words
    """A sentence with which a letter would have answered it, in the way that speaks for the referral."""
    plain: Words
    """What the criterion is about."""
    plain_for: Words
    """The reason in a letter when this speaks for the referral."""
    plain_against: Words
    """The reason in a letter when this speaks against the referral now."""
    plain_change: Words
    """What would change the answer."""
    ask: tuple[Ask, ...]
    """What to ask for, and of whom, when nothing is stated."""
    outcomes: tuple[Pointer, ...] = ()
    notes: tuple[Words, ...] = ()
    """For authors: ambiguities of the published words, and how they are read."""

    @property
    def is_asked_of_referrers(self) -> bool:
        """Whether a referrer can settle it; what one criterion repeats of another is asked once."""
        return "referrer" in self.answered_by and not self.mirror_of


class Readiness(Data, frozen=True, kw_only=True):
    """A statement of the page on when it may, or may not, be the right time to be referred."""

    id: Id
    right_time: Literal["may_be", "may_not_be"]
    published: tuple[Words, ...]
    plain: Words
    """The same, put to the patient as something to think about. Never a test to pass."""
    criteria: tuple[Id, ...]
    """The criteria it belongs to."""
