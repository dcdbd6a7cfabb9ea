"""What became of the referrals that somebody may see as theirs, counted: where they are, how long a decision took, what
was missing. Reads only; the number of queries does not depend on how many there are.

Counted row by row here. The page adds whole months of a practice from counts instead (`measuring.practice_feedback`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from django.db.models import QuerySet

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.postgres.among import among
from painpath.referrals.models import (
    ClauseState,
    Decision,
    InformationRequest,
    OnlineReferral,
    Referral,
    ScreeningRun,
)
from painpath.referrals.theirs import theirs
from painpath.referrals.transitions import State, working_days_between


@dataclass(frozen=True)
class Gap:
    """One criterion: in how many referrals it was not stated at first, had to be asked for, or either."""

    criterion: str
    not_stated: int
    asked: int
    referrals: int


@dataclass(frozen=True)
class Figures:
    """Counts over the referrals received since a day."""

    total: int
    states: dict[str, int]
    outcomes: dict[str, int]
    """Of those with a decision that stands: its outcome, the latest."""
    decided: int
    days_to_decision: float | None
    """Working days from receipt to the first decision, the median; None without any."""
    gaps: tuple[Gap, ...]


NOT_STATED, ASKED = 1, 2
"""What a criterion was in one referral, added up: not stated at first, asked for later."""


@dataclass
class Tally:
    """The same counts before anything is made of them: those of two sets of referrals are added with `+`."""

    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    gaps: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(criterion, `NOT_STATED` or `ASKED` or both added) -> in how many referrals."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.states + other.states, self.outcomes + other.outcomes, self.days + other.days, self.gaps + other.gaps
        )  # fmt: skip


def figures(by: Membership, *, since: date, pathway: Pathway) -> Figures:
    """Count what was received on or after `since`. What was closed as received in error or twice counts in `states`
    alone."""
    return made_of(tally(theirs(by).filter(received_at__gte=clock.midnight(since))), pathway)


def tally(referrals: QuerySet[Referral]) -> Tally:
    """Count these, row by row."""
    rows = list(referrals.values_list("pk", "state", "received_at").distinct())
    received = {pk: at for pk, state, at in rows if state != State.CLOSED_IN_ERROR}
    first: dict[int, datetime] = {}
    latest: dict[int, str] = {}
    decisions = Decision.objects.filter(referral__in=among(received), reversal__isnull=True).order_by("at", "pk")
    for referral, at, outcome in decisions.values_list("referral_id", "at", "outcome"):
        first.setdefault(referral, at)
        latest[referral] = outcome
    return Tally(
        states=Counter(state for _, state, _ in rows),
        outcomes=Counter(latest.values()),
        days=Counter(working_days_between(_day(received[pk]), _day(at)) for pk, at in first.items()),
        gaps=Counter(gap for found in gaps_of(received).values() for gap in found.items()),
    )


def made_of(counted: Tally, pathway: Pathway) -> Figures:
    """What the page shows of a tally."""
    days = sorted(counted.days.elements())
    return Figures(
        total=counted.states.total(),
        states=_commonest_first(counted.states),
        outcomes=_commonest_first(counted.outcomes),
        decided=len(days),
        days_to_decision=median(days) if days else None,
        gaps=_gaps(counted.gaps, pathway),
    )


def _commonest_first(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def gaps_of(referrals: Collection[int]) -> dict[int, dict[str, int]]:
    """Of each referral: criteria that were not stated when the letter was first read, and not in the answers that came
    with it; and those that were asked of the referrer later. Four queries."""
    runs: dict[int, int] = {}
    these = among(referrals)
    read = ScreeningRun.objects.filter(referral__in=these, problem="").order_by("pk")
    for referral, run in read.values_list("referral_id", "pk"):
        runs.setdefault(referral, run)
    clauses = ClauseState.objects.filter(run__in=among(runs.values()), source="letter", state="not_stated")
    silent = set(clauses.values_list("run__referral_id", "criterion"))
    sent = OnlineReferral.objects.filter(referral__in=these)
    for referral, answers in sent.values_list("referral_id", "answers"):
        silent -= {(referral, criterion) for criterion, words in answers.items() if words.strip()}
    asked: set[tuple[int, str]] = set()
    requests = InformationRequest.objects.filter(referral__in=these, of="referrer")
    for referral, items in requests.values_list("referral_id", "items"):
        asked |= {(referral, criterion) for item in items if (criterion := item.get("criterion", ""))}
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for referral, criterion in silent | asked:
        one = (referral, criterion)
        found[referral][criterion] = NOT_STATED * (one in silent) + ASKED * (one in asked)
    return found


def _gaps(counted: Counter[tuple[str, int]], pathway: Pathway) -> tuple[Gap, ...]:
    """What only the referrer could have said, each criterion counted once a referral. The commonest stands first; of
    equals, what had to be asked. What is found in the directory or in own records nobody had to state."""
    gaps = []
    for one in pathway.criteria:
        if "referrer" not in one.answered_by:
            continue
        silent, asked, both = (counted[one.id, how] for how in (NOT_STATED, ASKED, NOT_STATED + ASKED))
        if {"directory", "own_records"} & set(one.answered_by):
            silent, asked, both = 0, asked + both, 0
        if silent + asked + both:
            gaps.append(Gap(one.id, not_stated=silent + both, asked=asked + both, referrals=silent + asked + both))
    return tuple(sorted(gaps, key=lambda gap: (-gap.referrals, -gap.asked)))


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()
