"""A practice that was entered by mistake is joined with the right one: its referrals and people move there.

It cannot be taken apart again, so it is refused where it is not sure that both are one. Whoever writes a practice into
a referral or a referrer calls `no_joining_now` first, so that nothing is written to one that is being joined.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.directory.models import Practice, Referrer
from painpath.referrals.models import Referral
from painpath.referrals.moves import lock, move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OPEN, State

_FILLED_IN = ("profession", "registration", "email", "kind", "register", "workplace")
"""What a referrer who is known in the right practice already is given, where it was empty."""


@dataclass(frozen=True)
class Moving:
    """What would move."""

    referrals: int
    open: int
    """Of these; for them the contract is looked up anew, and a draft of a decision has to be checked again."""
    referrers: int
    accounts: int
    """Of these, people with an account: once verified they see what their practice has sent."""
    known: int
    """Of these, people who stand in the right practice already: their referrals go to that row."""
    staff: int = 0
    """Practice members with an account, besides."""


def moving(practice: Practice, into: Practice) -> Moving:
    """What `join_practices` would move now."""
    referrals = _referrals(practice)
    staff = practice.staff.filter(member__ended_at__isnull=True).count()
    people = list(practice.referrers.all())
    return Moving(
        referrals=referrals.count(),
        open=referrals.filter(state__in=[state.value for state in OPEN]).count(),
        referrers=len(people),
        accounts=sum(one.member_id is not None for one in people),
        staff=staff,
        known=sum(_the_same(one, into) is not None for one in people),
    )


def check_join(practice: Practice, into: Practice, *, by: Membership) -> None:
    """Raise `Refused` unless `practice` can be joined with `into`, which stays."""
    if by.role != ADMINISTRATOR or by.ended_at is not None:
        raise Refused("Only an administrator can join two practices.")
    if {practice.service_id, into.service_id} != {by.service_id}:
        raise Refused("Choose two practices of this service.")
    if practice.pk == into.pk:
        raise Refused("This is the same practice. Choose the right one.")
    if practice.joined_into is not None and practice.joined_into_id != into.pk:
        raise Refused(f"{practice.name} was joined with {practice.joined_into.name} already.")
    if into.joined_into is not None:
        raise Refused(
            f"{into.name} was itself entered by mistake and joined with {into.joined_into.name}. Choose that one."
        )
    if practice.ods_code and into.ods_code:
        raise Refused(
            f"{practice.name} has the ODS code {practice.ods_code} and {into.name} has {into.ods_code}: two codes are "
            "two practices. If a code was typed wrongly, correct it on that practice's page first."
        )
    if practice.ods_code:
        raise Refused(
            f"{practice.name} has an ODS code ({practice.ods_code}) and {into.name} has none. Join {into.name} with "
            "it instead, so that the one with the code stays."
        )


@transaction.atomic
def join_practices(*, practice: Practice, into: Practice, by: Membership, reason: str) -> Practice:
    """Move every referral, referrer and member of `practice`, which was entered by mistake, to `into`; gives `into`.

    What is known of the contract of `practice` stays with it: only what is known of the right one counts. Open
    referrals say so on their timeline, and drafts of decisions about them have to be checked again. Done twice, it
    moves only what has come to the mistaken one since. Raises `Refused`, and then nothing has changed.
    """
    _joining_now(by.service_id)
    # Referrals before practices, each by its number: everybody locks in this order.
    found = [lock(Referral(pk=pk)) for pk in _referrals(practice).order_by("pk").values_list("pk", flat=True)]
    rows = Practice.objects.select_related("joined_into").order_by("pk")
    rows = rows.filter(service_id=by.service_id, pk__in=[practice.pk, into.pk])
    both = {one.pk: one for one in held(rows, no_key=True)}
    practice, into = both.get(practice.pk, practice), both.get(into.pk, into)
    check_join(practice, into, by=by)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Say how you know that both are one practice.")
    earlier = list(practice.joined.order_by("pk"))
    people = list(practice.referrers.select_for_update(of=("self",), no_key=True).order_by("pk"))
    instead = {one.pk: _move_referrer(one, into, by) for one in people}
    for member in practice.staff.select_for_update(of=("self",), no_key=True).order_by("pk"):
        member.practice = into
        member.save(update_fields=["practice"])
        audit.record(by, "practicemember.move", member, to=into.pk)
    for referral in found:
        _move_referral(referral, practice, into, instead, by, reason)
    if practice.joined_into is None:
        practice.joined_into, practice.joined_at, practice.joined_by, practice.joined_why = (
            into, clock.now(), by, reason,
        )  # fmt: skip
        practice.save(update_fields=["joined_into", "joined_at", "joined_by", "joined_why"])
        for one in earlier:  # joined with the mistaken one before: one step always leads to the right one
            one.joined_into = into
            one.save(update_fields=["joined_into"])
        audit.record(
            by, "practice.join", practice, into=into.pk, referrals=len(found), referrers=len(people),
            earlier=[one.pk for one in earlier],
        )  # fmt: skip
    return into


def no_joining_now(service_id: int) -> None:
    """Inside a transaction, before any lock: no two practices are joined until it ends; many may hold this at once."""
    _advisory("pg_advisory_xact_lock_shared", service_id)


def right_one(practice: Practice | None, service_id: int) -> Practice | None:
    """The practice that is meant, should this one have been joined since it was chosen; none is joined from here on."""
    no_joining_now(service_id)
    if practice is not None:
        practice.refresh_from_db(fields=["joined_into"])
    return practice if practice is None or practice.joined_into is None else practice.joined_into


def _joining_now(service_id: int) -> None:
    _advisory("pg_advisory_xact_lock", service_id)


def _advisory(function: str, service_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext('painpath.joining'), %s)", [service_id % 2**31])


def _referrals(practice: Practice) -> "QuerySet[Referral]":
    """Of its patients, and those that its practitioners sent: letters name the practice in both."""
    return Referral.objects.filter(
        Q(practice=practice) | Q(referrer__practice=practice), service_id=practice.service_id
    )


def _the_same(one: Referrer, into: Practice) -> Referrer | None:
    """The row without an account of the same name in the right practice, as registering would find it."""
    if one.member_id is not None:
        return None
    known = into.referrers.filter(member__isnull=True, name__iexact=one.name).order_by("pk")
    return next((row for row in known if row.name == one.name), None) or known.first()


def _move_referrer(one: Referrer, into: Practice, by: Membership) -> Referrer:
    """The row that is theirs from now on: their own, in the right practice; or the one that stands there already."""
    same = _the_same(one, into)
    if same is None:
        one.practice = into
        one.save(update_fields=["practice"])
        audit.record(by, "referrer.move", one, to=into.pk)
        return one
    numbers = {"".join(row.registration.split()).casefold() for row in (one, same)} - {""}
    if len(numbers) > 1:
        raise Refused(
            f"{one.name} is on record in both practices with two different registrations: these may be two people, so "
            "the practices stay as they are."
        )
    filled = [name for name in _FILLED_IN if getattr(one, name) and not getattr(same, name)]
    for name in filled:
        setattr(same, name, getattr(one, name))
    if filled:
        same.save(update_fields=filled)
        audit.record(by, "referrer.update", same, fields=filled)
    return same


def _move_referral(
    referral: Referral, practice: Practice, into: Practice, instead: dict[int, Referrer], by: Membership, reason: str
) -> None:
    before = referral.practice_id, referral.referrer_id
    if referral.practice_id == practice.pk:
        referral.practice = into
    if referral.referrer_id is not None and referral.referrer_id in instead:
        referral.referrer = instead[referral.referrer_id]
    referral.save(update_fields=["practice", "referrer"])
    facts = {"joined": practice.pk, "into": into.pk}
    if referral.is_open and referral.state != State.RECEIVED:
        words = f"The practice {practice.name} was entered by mistake. It is now {into.name}. {reason}"
        move("correct_details", referral, by=by, reason=words, facts=facts)
    elif before != (referral.practice_id, referral.referrer_id):
        audit.record(by, "referral.practice", referral, **facts)
