"""The published criteria, clause by clause."""

from typing import Literal

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.measures import Threshold

ADULT = 18
"""Years: the page's own words, "Adults aged 18 and over"."""


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
    group: Literal["inclusion", "exclusion", "readiness", "red_flag"]
    """A `red_flag` speaks against like an exclusion: something else comes first, and it is shown first."""
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
    thresholds: tuple[Threshold, ...] = ()
    """The numbers of the criterion: each is its own evidence."""
    strength: Literal["must", "should", "may"] = "must"
    """How strongly the page says it. In a combination `should` that speaks against leaves it to judgement, and `may`
    never counts: it describes who may be helped, and shuts nobody out."""
    tier: Literal["full", "limited"] = "full"
    """`limited`: whoever it speaks against can be seen, and may be helped less. It is never a reason against."""
    only_if: Words | None = None
    """A condition inside the criterion, such as "if it would interfere with treatment". What speaks against is left to
    judgement until words of the condition are there."""
    only_if_shown_by: tuple[Id, ...] = ()
    """Groups of the vocabulary that say that the condition holds. Empty: no words can settle it."""
    urgency: Literal["routine", "urgent", "emergency"] = "routine"
    """How soon somebody acts on it where it holds: shown before everything else."""
    audience: tuple[Literal["referrer", "patient"], ...] = ("referrer", "patient")
    """For whom the page wrote it: a patient's own check is for `patient` alone."""
    programmes: tuple[Id, ...] = ()
    """The programmes that it belongs to. Empty: it is for all."""
    bypasses: tuple[Id, ...] = ()
    """Criteria and combinations that need not hold where this one speaks for: "nothing else is needed"."""
    attached: Words | None = None
    """What must come with the referral so that this can be judged: "an MRI report of the last 12 months"."""

    @property
    def shuts_out(self) -> bool:
        """Whether it is about something that speaks against the referral when it is there."""
        return self.group in ("exclusion", "red_flag")

    @property
    def to_attach(self) -> str:
        """What must come with the referral, to stand behind the hint of its question; empty when nothing must."""
        return f" Attach: {self.attached.removesuffix('.')}." if self.attached else ""

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
