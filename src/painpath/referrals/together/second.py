"""Blind second screening: a second clinician reads the same letter without seeing what the first made of it."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import pathways
from painpath.referrals.looking import run_seen_blind
from painpath.referrals.models import BlindJudgement, SecondScreening
from painpath.referrals.models.sheet import STATES
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import Outcome, State
from painpath.referrals.unsettled import is_being_read

NOT_SCREENED = frozenset({State.CLOSED_IN_ERROR, State.DECEASED, State.RECEIVED})
"""What stands there is not waiting for anybody's second word."""


def waiting(by: Membership) -> "QuerySet[SecondScreening]":
    """Referrals that were drawn and whose second screening is not finished, the longest waiting first."""
    return (
        SecondScreening.objects.filter(service_id=by.service_id, finished_at__isnull=True)
        .exclude(referral__state__in=[state.value for state in NOT_SCREENED])
        .select_related("referral__pathway_version", "by__user")
        .defer("referral__pathway_version__content")
        .order_by("drawn_at", "id")
    )


def who_has_seen(by: Membership, referrals: list[int]) -> set[int]:
    """Which of these referrals `by` has opened, moved, judged or decided: for those they cannot be blind any more."""
    looked = AuditEntry.objects.filter(
        service_id=by.service_id, by=by, subject_type="referral", subject_id__in=[str(pk) for pk in referrals]
    ).exclude(action__in=["second.look"])
    return {int(pk) for pk in looked.values_list("subject_id", flat=True)}


def blind_to(by: Membership) -> frozenset[int]:
    """Referrals that `by` is screening blind now: no list shows them what others made of those."""
    mine = SecondScreening.objects.filter(service_id=by.service_id, by=by, finished_at__isnull=True)
    return frozenset(mine.values_list("referral_id", flat=True))


def check_second(second: SecondScreening, *, by: Membership, seen: set[int] | None = None) -> None:
    """Raise `Refused` unless `by` may be the second clinician: a grade that decides this route, who saw nothing yet."""
    referral = second.referral
    if by.role != CLINICIAN or by.ended_at is not None:
        raise Refused("Only a clinician can screen a referral.")
    route = pathways.of(referral.pathway_version).route(referral.route)
    if by.grade not in route.decided_by:
        raise Refused(f"Referrals by this route ({route.name}) are decided, and so screened twice, by others than you.")
    if second.finished_at is not None:
        raise Refused("The second screening of this referral is finished.")
    if State(referral.state) in NOT_SCREENED:
        raise Refused(f"This referral is now “{referral.state_label}”: it needs no second screening.")
    if referral.pk in (who_has_seen(by, [referral.pk]) if seen is None else seen):
        raise Refused(
            "You have opened this referral before, so you have seen what others made of it. "
            "A colleague who has not must screen it blind."
        )


def can_second(second: SecondScreening, *, by: Membership, seen: set[int] | None = None) -> bool:
    """Whether `check_second` would pass."""
    try:
        check_second(second, by=by, seen=seen)
    except Refused:
        return False
    return True


def lock_second(second: SecondScreening) -> SecondScreening:
    rows = SecondScreening.objects.select_related("referral__pathway_version", "by__user", "run")
    return held(rows.defer("referral__pathway_version__content").filter(pk=second.pk)).get()


@transaction.atomic
def start_second(*, second: SecondScreening, by: Membership, instead_of: int | None = None) -> SecondScreening:
    """Take a second screening. Until it is finished or given back, the referral's own pages are refused to `by`.

    `instead_of` is the membership that it is taken over from, so that nobody takes it over without seeing whose it is.
    """
    second = lock_second(second)
    if second.by_id == by.pk:
        return second
    check_second(second, by=by)
    if second.by is not None and second.by_id != instead_of:
        raise Refused(f"{second.by.name} is screening this referral blind. Take another one, or take it over.")
    second.by = by
    second.save(update_fields=["by"])
    audit.record(by, "second.start", second)
    return second


@transaction.atomic
def give_back(*, second: SecondScreening, by: Membership) -> SecondScreening:
    """Put a second screening back undone: for a colleague, if `by` opens the referral now."""
    second = lock_second(second)
    check_mine(second, by=by)
    second.by = None
    second.save(update_fields=["by"])
    audit.record(by, "second.give_back", second)
    return second


def check_mine(second: SecondScreening, *, by: Membership) -> None:
    """Raise `Refused` unless `by` is screening this one blind now."""
    if second.finished_at is not None:
        raise Refused("The second screening of this referral is finished.")
    if second.by_id != by.pk:
        raise Refused("Take this second screening first: it stands under “Second screening”.")


def open_blind(reference: str, *, by: Membership) -> SecondScreening:
    """The second screening of this referral, for whoever does it; the look is audited as one that sees nothing else.

    Raises `SecondScreening.DoesNotExist`, and `Refused` for everybody else.
    """
    second = (
        SecondScreening.objects.select_related("referral__patient", "referral__pathway_version", "by__user", "run")
        .select_related("referral__practice", "referral__referrer")
        .defer("referral__pathway_version__content")
        .get(service_id=by.service_id, referral__reference=reference)
    )
    audit.record(by, "second.look", second.referral)
    return second


@transaction.atomic
def finish(
    *, second: SecondScreening, by: Membership, states: Mapping[str, str], outcome: str, note: str = "", run: int
) -> SecondScreening:
    """Say of every criterion what the referral says, and what `by` would decide. `run` is the reading that they saw.

    Nothing can be left out and nothing changed afterwards. Sent twice, it is one. Raises `Refused`.
    """
    second = lock_second(second)
    if second.finished_at is not None and second.by_id == by.pk:
        return second
    check_mine(second, by=by)
    referral = second.referral
    latest = run_seen_blind(second)
    if latest is None or (is_being_read(referral) and not referral.decisions.exists()):
        raise Refused("A document of this referral is still being read. Wait a minute, then send this again.")
    if latest.pk != run:
        raise Refused("Something new has arrived since you opened this page. Look at it, then send this again.")
    criteria = [criterion.id for criterion in pathways.of(referral.pathway_version).criteria]
    if any(states.get(criterion) not in STATES for criterion in criteria):
        raise Refused("Choose what the referral says about every criterion.")
    if outcome not in set(Outcome):
        raise Refused("Choose what you would decide.")
    BlindJudgement.objects.bulk_create(
        BlindJudgement(service_id=second.service_id, second=second, criterion=criterion, state=states[criterion])
        for criterion in criteria
    )
    second.run, second.finished_at, second.outcome, second.note = latest, clock.now(), outcome, note.strip()
    second.save(update_fields=["run", "finished_at", "outcome", "note"])
    audit.record(by, "second.finish", second, run=latest.pk)
    return second
