"""Assigning: an open referral is made somebody's, or nobody's. By hand here; by the rota in `moves`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.moves import check_move, give, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import check_open
from painpath.referrals.transitions import STAFF, State
from painpath.referrals.worklist.rota import may_decide


def check_assign(referral: Referral, to: Membership | None, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may make this referral that of `to` as it stands now."""
    if referral.state == State.SCREENING:
        raise Refused(f"{referral.owner_label} is screening this referral: it can be taken over, not assigned.")
    check_move("assign", referral, by=by)
    check_open(referral, by=by)  # else somebody would give it to themselves, and be named on it
    if to is None:
        return
    if to.service_id != referral.service_id or to.ended_at is not None or to.role not in STAFF:
        raise Refused("Choose somebody who works in this service now and handles referrals.")
    if referral.owner_role == CLINICIAN and to.role != CLINICIAN:
        raise Refused(f"This referral waits for a clinician. {to.name} is not one: choose a clinician.")
    if referral.state != State.AWAITING_SCREENING:
        return
    if to.pk == referral.not_by_id:
        raise Refused(f"Somebody else than {to.name} is to look at this again: choose another clinician.")
    pathway = pathways.of(referral.pathway_version)
    if not may_decide(to, referral.route, pathway):
        raise Refused(
            f"Referrals by this route ({pathway.route(referral.route).name}) are decided by others than {to.name}. "
            "Choose a clinician who may decide."
        )


@transaction.atomic
def assign(*, referral: Referral, to: Membership | None, by: Membership) -> Referral:
    """Make an open referral that of `to`, or (None) nobody's. What is theirs already stays; raises `Refused`."""
    if to is not None:
        # As they are now, and held until the end: nobody ends the membership that something is being given to. Before
        # the referral, in the order in which what a leaver has is given on.
        to = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=to.pk)
    referral = lock(referral)
    check_assign(referral, to, by=by)
    if referral.owner_id != (to.pk if to else None):
        give(referral, to, by=by)
    return referral


@dataclass(frozen=True)
class Assigned:
    """What came of assigning several at once."""

    done: list[Referral]
    refused: list[tuple[Referral, str]]
    """Those that stay as they were, each with the sentence why."""

    def why(self) -> dict[str, list[str]]:
        """The references of those that stay, by sentence."""
        found: dict[str, list[str]] = {}
        for referral, sentence in self.refused:
            found.setdefault(sentence, []).append(referral.reference)
        return found


def assign_several(*, referrals: Iterable[Referral], to: Membership | None, by: Membership) -> Assigned:
    """Assign each of these referrals; one that cannot be does not hold up the others.

    Only assigning can be done to several at once: every decision is about one person.
    """
    done, refused = [], []
    for referral in sorted(referrals, key=lambda one: one.pk):  # one order of locks for everybody
        try:
            done.append(assign(referral=referral, to=to, by=by))
        except Refused as why:
            refused.append((referral, why.sentence))
    return Assigned(done, refused)


def who(by: Membership) -> "QuerySet[Membership]":
    """Who may have referrals in the service of `by` now."""
    members = Membership.objects.current().filter(service_id=by.service_id).filter(role__in=STAFF)
    return members.select_related("user").order_by("user__name", "pk")


def who_may_have(referral: Referral, by: Membership) -> list[Membership]:
    """Those to whom this referral could be assigned now."""

    def can(member: Membership) -> bool:
        try:
            check_assign(referral, member, by=by)
        except Refused:
            return False
        return True

    return [member for member in who(by) if can(member)]
