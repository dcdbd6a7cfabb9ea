"""The rota: which clinician is on duty on which weekday, for which route. What becomes ready is then theirs."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.models import Referral, RotaEntry
from painpath.referrals.models.together import WEEKDAYS
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OPEN, STAFF, is_working_day


def may_decide(member: Membership, route: str, pathway: Pathway) -> bool:
    """Whether this member is a clinician whose grade decides referrals by this route now."""
    known = {one.id: one.decided_by for one in pathway.routes}
    return member.ended_at is None and member.role == CLINICIAN and member.grade in known.get(route, ())


def on_duty(referral: Referral, day: date, *, to_read: bool = False) -> Membership | None:
    """Whose a referral is that becomes ready on this day: of those on duty the one with the fewest open referrals.

    At a weekend or on a bank holiday those of the next working day are on duty: nobody looks before. With equal numbers
    it is who joined first. None when nobody is, or nobody who may decide this route. Changes nothing.

    `to_read`: for something that has to be read today, also by whoever must not decide next.
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    entries = (
        running(referral.service_id, day).filter(weekday=day.weekday()).filter(Q(route="") | Q(route=referral.route))
    )
    pathway = pathways.of(referral.pathway_version)
    members = (
        Membership.objects.current()
        .team()
        .filter(pk__in=entries.values("membership"), service_id=referral.service_id)
        .annotate(has=Count("owned", filter=Q(owned__state__in=[state.value for state in OPEN])))
        .select_related("user")
        .order_by("has", "pk")
    )
    can = (
        one for one in members if (to_read or one.pk != referral.not_by_id) and may_decide(one, referral.route, pathway)
    )
    return next(can, None)


def running(service_id: int, day: date) -> "QuerySet[RotaEntry]":
    """Entries that hold on this day."""
    started = RotaEntry.objects.filter(service_id=service_id, starts_on__lte=day)
    return started.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def named_contact(service_id: int, day: date) -> Membership | None:
    """Somebody of the team whom a referrer can ask on this day: who is on duty, else an administrator, else anybody.

    Whoever has a contact on record comes before those who have none. At a weekend it is who is on duty next.
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    duty = set(running(service_id, day).filter(weekday=day.weekday()).values_list("membership", flat=True))
    people = Membership.objects.current().team().filter(service_id=service_id).select_related("user").order_by("pk")
    return min(
        people,
        key=lambda one: (not one.contact, one.pk not in duty, one.role != ADMINISTRATOR, one.pk),
        default=None,
    )


def entries(by: Membership) -> "QuerySet[RotaEntry]":
    """The rota as it stands and will stand: entries that have not ended, with their people."""
    now = Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())
    return RotaEntry.objects.filter(now, service_id=by.service_id).select_related("membership__user")


def check_rota(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may change the rota: whoever handles referrals."""
    if by.ended_at is not None or by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can change the rota.")


@transaction.atomic
def add_to_rota(
    *, by: Membership, membership: Membership, weekday: int, route: str = "", starts_on: date,
    ends_on: date | None = None,
) -> RotaEntry:  # fmt: skip
    """Put a clinician on duty on a weekday (0 is Monday), for one route or (`route` "") every one they may decide.

    The same entry twice is one. Raises `Refused` with a sentence.
    """
    check_rota(by=by)
    pathway, _ = pathways.in_force(by.service)
    known = {one.id: one for one in pathway.routes}
    if membership.service_id != by.service_id or membership.ended_at is not None or membership.role != CLINICIAN:
        raise Refused("Choose a clinician who works in this service now.")
    if weekday not in range(len(WEEKDAYS)):
        raise Refused("Choose a day from Monday to Friday.")
    if route and route not in known:
        raise Refused("Choose a route from the list, or every route.")
    if route and membership.grade not in known[route].decided_by:
        raise Refused(
            f"Referrals by this route ({known[route].name}) are decided by others than {membership.name}. "
            "Choose another clinician or another route."
        )
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day cannot be before the first day.")
    given = {"service_id": by.service_id, "membership": membership, "weekday": weekday, "route": route}
    there = RotaEntry.objects.filter(**given).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        there = there.filter(starts_on__lte=ends_on)
    for entry in there:
        if (entry.starts_on, entry.ends_on) == (starts_on, ends_on):
            return entry
        raise Refused(f"{membership.name} is on the rota for this day and route already. End that entry first.")
    entry = RotaEntry.objects.create(**given, starts_on=starts_on, ends_on=ends_on)
    audit.record(by, "rota.add", entry, membership=membership.pk, weekday=weekday, route=route)
    return entry


class NobodyReads(Refused):
    """Without this entry nobody would be on duty on some day, while patients have a form with a question about safety.

    It can be ended all the same, by whoever says who reads such answers meanwhile: a wrong entry never has to stay.
    """


@transaction.atomic
def end_rota_entry(*, entry: RotaEntry, by: Membership, reader: str = "") -> None:
    """Take an entry off the rota from today on. What it has assigned stays as it is. Ended twice, it is ended once.

    Raises `NobodyReads` where it leaves answers about safety without a reader, unless `reader` says who reads them.
    """
    from painpath.referrals.questionnaires import coverage  # which asks who is on duty

    check_rota(by=by)
    entry = RotaEntry.objects.select_for_update().get(pk=entry.pk, service_id=by.service_id)
    yesterday = clock.today() - timedelta(days=1)
    if entry.ends_on is not None and entry.ends_on <= yesterday:
        return
    after = coverage.new_gap(coverage.gaps(by.service), coverage.gaps(by.service, without=entry))
    more: dict[str, str] = {}
    if after is not None:  # a day that had nobody before says nothing about the other days
        if not reader.strip():
            raise NobodyReads(
                f"Without this entry nobody who decides referrals by this route ({', '.join(after.routes)}) is on duty "
                f"on {date_format(after.day, 'l j F Y')}. Forms with a question about safety are with "
                f"{'1 patient' if after.forms == 1 else f'{after.forms} patients'}: an answer may come on that day. "
                "Put somebody else on the rota first, or say who reads such answers meanwhile."
            )
        more = {"uncovered": after.day.isoformat(), "reader": reader.strip()[:500]}
    audit.record(
        by, "rota.end", entry, membership=entry.membership_id, weekday=entry.weekday, route=entry.route, **more
    )  # fmt: skip
    if entry.starts_on > yesterday:  # it never held on a day that has passed: there is nothing to keep
        entry.delete()
        return
    entry.ends_on = yesterday
    entry.save(update_fields=["ends_on"])
