"""What became of the referrals that somebody may see as theirs, counted: where they are, how long a decision took, what
was missing. Reads only; the number of queries does not depend on how many there are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.models import ClauseState, Decision, InformationRequest, OnlineReferral, ScreeningRun
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


def figures(by: Membership, *, since: date, pathway: Pathway) -> Figures:
    """Count what was received on or after `since`. What was closed as received twice or in error counts in `states`
    alone."""
    rows = list(
        theirs(by).filter(received_at__gte=clock.midnight(since)).values_list("pk", "state", "received_at").distinct()
    )
    received = {pk: at for pk, state, at in rows if state != State.CLOSED_IN_ERROR}
    first: dict[int, datetime] = {}
    latest: dict[int, str] = {}
    decisions = Decision.objects.filter(referral__in=received, reversal__isnull=True).order_by("at", "pk")
    for referral, at, outcome in decisions.values_list("referral_id", "at", "outcome"):
        first.setdefault(referral, at)
        latest[referral] = outcome
    days = [working_days_between(_day(received[pk]), _day(at)) for pk, at in first.items()]
    return Figures(
        total=len(rows),
        states=dict(Counter(state for _, state, _ in rows).most_common()),
        outcomes=dict(Counter(latest.values()).most_common()),
        decided=len(first),
        days_to_decision=median(days) if days else None,
        gaps=_gaps(list(received), pathway),
    )


def _gaps(referrals: list[int], pathway: Pathway) -> tuple[Gap, ...]:
    """What only the referrer could have said, each criterion counted once a referral: not stated when the letter was
    first read, and not in the answers that came with it; or asked of the referrer later.

    The commonest stands first; of equals, what had to be asked.
    """
    elsewhere = {one.id for one in pathway.criteria if {"directory", "own_records"} & set(one.answered_by)}
    runs: dict[int, int] = {}
    read = ScreeningRun.objects.filter(referral__in=referrals, problem="").order_by("pk")
    for referral, run in read.values_list("referral_id", "pk"):
        runs.setdefault(referral, run)
    clauses = ClauseState.objects.filter(run__in=list(runs.values()), source="letter", state="not_stated")
    silent = set(clauses.exclude(criterion__in=elsewhere).values_list("run__referral_id", "criterion"))
    sent = OnlineReferral.objects.filter(referral__in=referrals)
    for referral, answers in sent.values_list("referral_id", "answers"):
        silent -= {(referral, criterion) for criterion, words in answers.items() if words.strip()}
    asked: set[tuple[int, str]] = set()
    requests = InformationRequest.objects.filter(referral__in=referrals, of="referrer")
    for referral, items in requests.values_list("referral_id", "items"):
        asked |= {(referral, item.get("criterion", "")) for item in items}
    not_stated, asked_for = (Counter(criterion for _, criterion in found) for found in (silent, asked))
    either = Counter(criterion for _, criterion in silent | asked)
    gaps = [
        Gap(one.id, not_stated[one.id], asked_for[one.id], either[one.id])
        for one in pathway.criteria
        if "referrer" in one.answered_by and either[one.id]
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.referrals, -gap.asked)))


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()
