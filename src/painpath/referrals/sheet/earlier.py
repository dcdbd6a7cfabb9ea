"""Earlier referrals of the same person: what was decided, and what each criterion was then. Reads only.

The number of queries is the same for one earlier referral and for twenty.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import ClauseState, Decision, Judgement, Merge, Referral, ScreeningRun
from painpath.referrals.restricting import closed_to

_Row = TypeVar("_Row", Decision, ScreeningRun)


@dataclass(frozen=True)
class Said:
    """What one criterion was: `read` in the letters, `judged` by a clinician (None: nobody has said)."""

    read: str = "not_stated"
    judged: Judgement | None = None

    @property
    def state(self) -> str:
        """A clinician's word counts, else what was read."""
        return self.judged.state if self.judged is not None else self.read


@dataclass(frozen=True)
class Earlier:
    """One referral as it was when it was decided last; `sheet` by criterion, as far as it was read or judged."""

    referral: Referral
    decisions: tuple[Decision, ...]
    sheet: dict[str, Said]

    @property
    def last_decision(self) -> Decision | None:
        """The decision that stands: the last one that was not reversed."""
        standing = [decision for decision in self.decisions if not hasattr(decision, "reversal")]
        return standing[-1] if standing else None


def earlier_referrals(referral: Referral) -> "QuerySet[Referral]":
    """Referrals of the same person that arrived before this one, the latest first. None while nobody is registered.

    What is merged with this one is this one: it was not an earlier wish, and nothing was decided on it.
    """
    if referral.patient_id is None:
        return Referral.objects.none()
    joined: set[int] = set()
    if not referral.lacks("merge"):
        merges = Merge.objects.filter(Q(into=referral) | Q(duplicate=referral), undone_at__isnull=True)
        joined = {pk for pair in merges.values_list("duplicate", "into") for pk in pair}
    return (
        Referral.objects.filter(service_id=referral.service_id, patient_id=referral.patient_id)
        .filter(received_at__lte=referral.received_at)
        .exclude(pk__in=joined | {referral.pk})
        .order_by("-received_at", "-id")
    )


def how_many_earlier(referral: Referral, by: Membership) -> int:
    """How many of them there are that are not closed to `by`."""
    if referral.lacks("other_referral"):
        return 0
    return earlier_referrals(referral).exclude(pk__in=closed_to(by)).count()


@transaction.atomic
def look_at_earlier(referral: Referral, *, by: Membership) -> tuple[dict[str, Said], list[Earlier]]:
    """The sheet of this referral as it is now, and its earlier referrals; the look at each of those is audited."""
    rows = earlier_referrals(referral).exclude(pk__in=closed_to(by))
    found = list(rows.select_related("pathway_version").defer("pathway_version__content"))
    audit.record_each(by, "referral.look", found, beside=referral.pk)
    decisions = _by_referral(
        Decision.objects.filter(referral__in=found)
        .select_related("by__user", "pathway_version", "reversal__by__user")
        .defer("pathway_version__content")
        .prefetch_related("clauses")
    )
    runs = _by_referral(ScreeningRun.objects.filter(referral__in=[*found, referral]))
    seen = {one.pk: _run_of(runs[one.pk], decisions[one.pk]) for one in found}
    seen[referral.pk] = runs[referral.pk][-1] if runs[referral.pk] else None
    sheets = _sheets([run for run in seen.values() if run is not None])

    def sheet(one: Referral) -> dict[str, Said]:
        run = seen[one.pk]
        return sheets[run.pk] if run is not None else {}

    return sheet(referral), [Earlier(one, tuple(decisions[one.pk]), sheet(one)) for one in found]


def _by_referral(rows: "Iterable[_Row]") -> "dict[int, list[_Row]]":
    sorted_out: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        sorted_out[row.referral_id].append(row)
    return sorted_out


def _run_of(runs: list[ScreeningRun], decisions: list[Decision]) -> ScreeningRun | None:
    """The reading that the last decision rested on: what has been read since was not known then."""
    if decisions and (known := [run for run in runs if run.made_at <= decisions[-1].at]):
        return known[-1]
    return runs[-1] if runs else None


def _sheets(runs: Sequence[ScreeningRun]) -> dict[int, dict[str, Said]]:
    read: dict[int, dict[str, str]] = {run.pk: {} for run in runs}
    for clause in ClauseState.objects.filter(run__in=runs, source="letter"):
        read[clause.run_id][clause.criterion] = clause.state
    judged: dict[int, dict[str, Judgement]] = {run.pk: {} for run in runs}
    for judgement in Judgement.objects.filter(run__in=runs).select_related("by__user").order_by("id"):
        judged[judgement.run_id][judgement.criterion] = judgement
    return {
        run: {name: Said(states.get(name, "not_stated"), judged[run].get(name)) for name in {*states, *judged[run]}}
        for run, states in read.items()
    }
