"""A leaver: what they hold goes to others first, then their access ends. Nothing is left with somebody who is gone."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN
from painpath.accounts.sessions import end_sessions
from painpath.referrals.models import AdviceParagraph, Referral, ReportedChange, RotaEntry, SecondScreening, Task
from painpath.referrals.models.together import WEEKDAYS
from painpath.referrals.moves import lock, move
from painpath.referrals.referring import changing, going_further
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import is_open
from painpath.referrals.transitions import CLINICAL, OPEN, OWNERS, STAFF, State


@dataclass(frozen=True)
class Holding:
    """One thing that somebody has in hand: what, in words, and which roles may have it."""

    subject: Referral | ReportedChange | Task | AdviceParagraph | RotaEntry | SecondScreening
    words: str
    roles: frozenset[str]
    reference: str = ""
    goes_back: bool = False
    """It goes back to where everybody finds it, whoever takes over the rest."""


def holdings(member: Membership) -> list[Holding]:
    """Everything that hangs on this person today: six queries, whatever they hold.

    What they signed, wrote or added to a meeting's list stays theirs: it is history, and needs nobody.
    """
    today = clock.today()
    referrals = Referral.objects.filter(owner=member, state__in=[state.value for state in OPEN]).order_by(
        "due_on", "id"
    )
    found = [_referral(one) for one in referrals]
    found += [
        Holding(one, f"To read, and to say what was done: {_told(one)}", CLINICAL, one.referral.reference)
        for one in ReportedChange.objects.filter(owner=member, read_at__isnull=True).select_related("referral")
    ]
    found += [
        Holding(one, f"To do: {one.words}", CLINICAL if one.owner_role == CLINICIAN else STAFF, one.referral.reference)
        for one in Task.objects.filter(owner=member, done_at__isnull=True).select_related("referral")
    ]
    found += [
        Holding(one, "A second, blind screening not finished: it goes back", CLINICAL, one.referral.reference, True)
        for one in SecondScreening.objects.filter(by=member, finished_at__isnull=True).select_related("referral")
    ]
    found += [
        Holding(one, f"Owns the advice paragraph “{one.title}”", CLINICAL)
        for one in AdviceParagraph.objects.filter(owner=member, retired_at__isnull=True, replaced_by__isnull=True)
    ]
    found += [
        Holding(one, f"On duty on {WEEKDAYS[one.weekday]}s{f' for {one.route}' if one.route else ''}", CLINICAL)
        for one in RotaEntry.objects.filter(membership=member).exclude(ends_on__lt=today)
    ]
    return found


def _referral(one: Referral) -> Holding:
    state = State(one.state)
    if state is State.SCREENING:
        return Holding(
            one, "Being screened: it goes back to the worklist, the draft is kept", CLINICAL, one.reference, True
        )
    words = "Watches this delay" if state is State.DELAYED else f"Has this referral ({one.state_label.lower()})"
    return Holding(one, words, CLINICAL if OWNERS[state] == CLINICIAN else STAFF, one.reference)


def _told(one: ReportedChange) -> str:
    if one.kind == going_further.SAFETY_ANSWER:
        return "an answer about safety"
    who = "the patient" if one.side == "patient" else "whoever referred"
    return f"{who} has told us something"


def check_administers(*, by: Membership) -> None:
    """Raise `Refused` unless `by` looks after the team."""
    if by.role != ADMINISTRATOR or by.ended_at is not None:
        raise Refused("Only an administrator can change who works here.")


def may_have(holding: Holding, to: Membership, *, by: Membership) -> bool:
    """Whether this person may take it: the role fits, it is not their own decision that is to be looked at, and `by`
    does not get into a restricted record by giving it to themselves."""
    one = holding.subject
    if isinstance(one, Referral) and (one.not_by_id == to.pk or (to.pk == by.pk and not is_open(one, by))):
        return False
    return to.role in holding.roles


@transaction.atomic
def reassign(*, leaver: Membership, to: Membership, by: Membership) -> list[Holding]:
    """Give what `leaver` holds to `to`, as far as `to` may have it; gives what is still to be reassigned.

    A screening in progress goes back to awaiting screening. Done twice, it finds nothing more. Raises `Refused`.
    """
    check_administers(by=by)
    # Held until the end, so that nobody ends the membership that things are being given to.
    to = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=to.pk)
    if to.pk == leaver.pk:
        raise Refused("Choose somebody else: this is the person who leaves.")
    if to.ended_at is not None or to.service_id != by.service_id or leaver.service_id != by.service_id:
        raise Refused("Choose somebody who works in this service.")
    if to.role not in STAFF:
        raise Refused(f"{to.name} is a manager, who cannot have referrals. Choose a clinician or an administrator.")
    given = 0
    for holding in sorted(holdings(leaver), key=_locked):
        if holding.goes_back or may_have(holding, to, by=by):
            _give(holding, leaver, to, by)
            given += 1
    if given:
        audit.record(by, "membership.reassign", leaver, to=to.pk, things=given)
    return holdings(leaver)


def _locked(holding: Holding) -> tuple[bool, int]:
    """Referrals are locked in one order by everybody; what locks none comes after."""
    one = holding.subject
    if isinstance(one, ReportedChange):
        return (False, one.referral_id)
    return (not isinstance(one, Referral), one.pk)


def _give(holding: Holding, leaver: Membership, to: Membership, by: Membership) -> None:
    one = holding.subject
    match one:
        case Referral():
            _give_referral(one, leaver, to, by)
        case ReportedChange():
            changing.give_to_read(change=one, leaver=leaver, to=to, by=by)
        case Task() | AdviceParagraph():
            one.owner = to
            one.save(update_fields=["owner"])
            audit.record(by, f"{one._meta.model_name}.assign", one, to=to.pk)
        case SecondScreening():
            one.by = None
            one.save(update_fields=["by"])
            audit.record(by, "secondscreening.release", one)
        case RotaEntry():
            _give_duty(one, to, by)


def _give_referral(one: Referral, leaver: Membership, to: Membership, by: Membership) -> None:
    referral = lock(one)
    if referral.owner_id != leaver.pk:  # somebody has taken it meanwhile
        return
    if referral.state == State.SCREENING:
        move("release", referral, by=by, reason=f"{leaver.name} leaves the team.", facts={"from": leaver.pk})
        return
    reason = f"{leaver.name} leaves the team. Now with {to.name}."
    move("assign", referral, by=by, reason=reason, facts={"from": leaver.pk, "to": to.pk})
    referral.owner = to
    referral.save(update_fields=["owner"])


def _give_duty(one: RotaEntry, to: Membership, by: Membership) -> None:
    """From today on: what was before stays as it was."""
    today = clock.today()
    if one.starts_on >= today:
        one.membership = to
        one.save(update_fields=["membership"])
    else:
        RotaEntry.objects.create(
            service_id=one.service_id, membership=to, weekday=one.weekday, route=one.route, starts_on=today,
            ends_on=one.ends_on,
        )  # fmt: skip
        one.ends_on = today - timedelta(days=1)
        one.save(update_fields=["ends_on"])
    audit.record(by, "rotaentry.assign", one, to=to.pk)


def check_end_membership(membership: Membership, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may end this membership now. An administrator always stays: nobody ends their own."""
    check_administers(by=by)
    if membership.service_id != by.service_id or membership.ended_at is not None:
        raise Refused("This person does not work here any more.")
    if membership.pk == by.pk:
        raise Refused("You cannot end your own access. Ask another administrator: one must always be left.")
    if left := holdings(membership):
        count = "1 thing" if len(left) == 1 else f"{len(left)} things"
        raise Refused(f"{membership.name} still has {count} in hand. Give them to somebody else first.")


@transaction.atomic
def end_membership(*, membership: Membership, by: Membership) -> Membership:
    """End somebody's access, sessions and all, at once. Drafts and what they signed stay. Raises `Refused`."""
    # All administrators are locked, so that two cannot end each other at the same moment.
    locked = (
        Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user", "service").order_by("pk")
    )
    rows = {one.pk: one for one in locked.filter(service_id=by.service_id, role=ADMINISTRATOR)}
    rows |= {one.pk: one for one in locked.filter(service_id=by.service_id, pk=membership.pk)}
    membership = rows.get(membership.pk, membership)
    check_end_membership(membership, by=rows.get(by.pk, by))
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    end_sessions(membership.user_id)
    audit.record(by, "membership.end", membership)
    return membership
