"""What two clinicians made of the same referral, side by side, once both are done; and what they agreed on then."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.postgres.among import among
from painpath.referrals.models import BlindJudgement, Decision, Judgement, ScreeningRun, SecondScreening
from painpath.referrals.refusal import Refused
from painpath.referrals.together.second import lock_second

LATEST = 500
"""Agreement says how clear criteria and letters are now, and its page must open: older pairs do not count any more."""


@dataclass(frozen=True)
class Compared:
    """Two clinicians' words on one referral, once both have given them. `first` and `second` are by criterion."""

    second: SecondScreening
    decision: Decision
    first: dict[str, str]
    blind: dict[str, str]
    same_run: bool
    """Whether both read the same documents; else their words are not about the same thing and are not counted."""

    @property
    def both(self) -> dict[str, tuple[str, str]]:
        """(first, second) for each criterion on which both gave a word of their own about the same documents."""
        if not self.same_run:
            return {}
        return {name: (state, self.blind[name]) for name, state in self.first.items() if name in self.blind}

    @property
    def differs(self) -> bool:
        """Whether there is anything to talk about."""
        return self.decision.outcome != self.second.outcome or any(one != two for one, two in self.both.values())


def compared(seconds: "QuerySet[SecondScreening]") -> list[Compared]:
    """Every finished second screening whose referral has been decided by somebody else: five queries in all.

    The first clinician's word is their latest before they signed, in the very reading that the second one saw.
    """
    rows = list(seconds.filter(finished_at__isnull=False))
    decisions: dict[int, Decision] = {}
    found = Decision.objects.filter(referral__in=among([row.referral_id for row in rows])).select_related("by__user")
    for decision in found.order_by("id"):
        decisions.setdefault(decision.referral_id, decision)
    pairs = [(row, decisions[row.referral_id]) for row in rows if row.referral_id in decisions]
    pairs = [(row, decision) for row, decision in pairs if decision.by_id != row.by_id]
    blind: dict[int, dict[str, str]] = {}
    for word in BlindJudgement.objects.filter(second__in=among([row.pk for row, _ in pairs])).order_by("id"):
        blind.setdefault(word.second_id, {})[word.criterion] = word.state
    first: dict[tuple[int, int], dict[str, str]] = {}
    signed = {(row.run_id, decision.by_id): decision.at for row, decision in pairs}
    runs = among([row.run_id for row, _ in pairs if row.run_id])
    for judgement in Judgement.objects.filter(run__in=runs).order_by("id"):
        whose = (judgement.run_id, judgement.by_id)
        if whose in signed and judgement.at <= signed[whose]:
            first.setdefault(whose, {})[judgement.criterion] = judgement.state
    at_decision = _runs_at([decision for _, decision in pairs])
    return [
        Compared(
            row, decision, first.get((row.run_id or 0, decision.by_id), {}), blind.get(row.pk, {}),
            at_decision.get(decision.pk) == row.run_id,
        )
        for row, decision in pairs
    ]  # fmt: skip


def _runs_at(decisions: list[Decision]) -> dict[int, int]:
    """The reading that stood when each decision was signed."""
    runs: dict[int, list[ScreeningRun]] = {}
    for run in ScreeningRun.objects.filter(referral__in=among([one.referral_id for one in decisions])).order_by("id"):
        runs.setdefault(run.referral_id, []).append(run)
    return {
        decision.pk: [run.pk for run in runs.get(decision.referral_id, []) if run.made_at <= decision.at][-1]
        for decision in decisions
        if any(run.made_at <= decision.at for run in runs.get(decision.referral_id, []))
    }


def compare(second: SecondScreening) -> Compared | None:
    """The two words on this referral, or None while one of them is missing."""
    found = compared(SecondScreening.objects.filter(pk=second.pk).select_related("referral", "by__user", "run"))
    return found[0] if found else None


def may_see(compared: Compared, by: Membership) -> bool:
    """Whether `by` is one of the two whose words these are."""
    return by.pk in (compared.second.by_id, compared.decision.by_id)


def all_compared(by: Membership) -> list[Compared]:
    """What the agreement of a service is reckoned from: the `LATEST` second screenings that are finished."""
    finished = SecondScreening.objects.filter(service_id=by.service_id, finished_at__isnull=False)
    return _in_order(by, Q(pk__in=finished.order_by("-finished_at", "-id").values("pk")[:LATEST]))


def own_compared(by: Membership) -> list[Compared]:
    """Those in which `by` is one of the two: what they have to talk about must never fall off a list."""
    decided = Decision.objects.filter(service_id=by.service_id, by=by).values("referral_id")
    return [one for one in _in_order(by, Q(by=by) | Q(referral_id__in=decided)) if may_see(one, by)]


def _in_order(by: Membership, which: Q) -> list[Compared]:
    seconds = SecondScreening.objects.filter(which, service_id=by.service_id).select_related("referral", "by__user")
    return compared(seconds.order_by("finished_at", "id"))


@transaction.atomic
def resolve(*, second: SecondScreening, by: Membership, words: str) -> SecondScreening:
    """Record what the two agreed on when they talked about where they differ; written by one, naming the other.

    What each said before stays as it was, and is what agreement is reckoned from.
    """
    second = lock_second(second)
    found = compare(second)
    if found is None:
        raise Refused("Both have to be done first: the second screening and the decision.")
    if not may_see(found, by):
        raise Refused("Only the two clinicians who screened this referral can record what they agreed on.")
    words = words.strip()
    if not words:
        raise Refused("Say what the two of you agreed on.")
    if second.resolved_at is not None:
        if second.resolved_by_id == by.pk and second.resolution == words:
            return second
        raise Refused("What the two of you agreed on is on record already.")
    second.resolved_at, second.resolved_by, second.resolution = clock.now(), by, words
    second.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    audit.record(by, "second.resolve", second)
    return second
