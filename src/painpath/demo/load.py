"""Bringing the demonstration into the record, with the same verbs that people use, each on its own day."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from painpath import pathway
from painpath.accounts.audit import Process
from painpath.accounts.models import Service, User
from painpath.accounts.roles import ADMINISTRATOR
from painpath.accounts.scope import scope
from painpath.demo import story
from painpath.demo.files import weekday
from painpath.demo.playing import PASSWORD, Cast, DemoError, at, play
from painpath.directory import models as directory
from painpath.letters import printing
from painpath.referrals.guidance import advice
from painpath.referrals.models import Referral
from painpath.referrals.moves import claim
from painpath.referrals.referring import practice_members, referrer_accounts, verifying
from painpath.referrals.transitions import State
from painpath.referrals.worklist import assigning, rota

SERVICE = "southampton-portsmouth"
POST = 2
"""Days ago on which a batch of letters was posted (or the Friday before): it stands among what was sent lately."""


def load(service: Service, *, today: date) -> int:
    """Load everything into an empty service; gives how many referrals. All of it or nothing.

    The service is made by the owner of the tables before. Raises DemoError when a story ends in another state than it
    names, and Refused when a verb says no: both are faults of the demonstration.
    """
    with transaction.atomic():
        published = pathway.load(pathway.find(SERVICE))
        cast = Cast(service, published)
        _keep_advice(cast, today)
        stories = sorted(story.referrals(), key=lambda one: (-one.received_days_ago, one.key))
        # Everything that had happened before the day of the post; then its batch; then what has happened since.
        before = [one for one in stories if min([one.received_days_ago, *(s.days_ago for s in one.story)]) > POST + 2]
        for one in before:
            play(one, cast, today)
        _post(cast, weekday(today - timedelta(days=POST)))
        for one in stories:
            if one not in before:
                play(one, cast, today)
        _share_out(cast, today)
        _give_accounts(cast)
    return len(stories)


def _share_out(cast: Cast, today: date) -> None:
    """The consultants take turns through the week, two referrals are assigned, and who is screening is at it now."""
    with scope(cast.service):
        consultants = [one for one in cast.team.values() if one.grade == "consultant"]
        administrator = next(one for one in cast.team.values() if one.role == ADMINISTRATOR)
        for weekday in range(5):
            turn = consultants[weekday % len(consultants)]
            rota.add_to_rota(by=administrator, membership=turn, weekday=weekday, starts_on=today)
        waiting = Referral.objects.filter(state=State.AWAITING_SCREENING, route="gp-ers").order_by("received_at")[:2]
        assigning.assign_several(referrals=waiting, to=consultants[0], by=administrator)
        for referral in Referral.objects.filter(state=State.SCREENING).select_related("pathway_version"):
            referral.claimed_until = claim(referral)
            referral.save(update_fields=["claimed_until"])


def _give_accounts(cast: Cast) -> None:
    """Of those who refer, one is invited, verified and joined to what came before; another asked and waits. Somebody of
    a practice who does not refer gets an account."""
    administrator = cast.team["administrator"]
    password = make_password(PASSWORD)
    with scope(cast.service):
        for other in story.people().practice_members:
            given = practice_members.give_account(
                practice=cast.practices[other.practice], by=administrator, email=other.email, name=other.name,
                job_title=other.job_title, how_known=other.how_known,
            )  # fmt: skip
            User.objects.filter(memberships=given.member_id).update(password=password)
        for one in story.people().accounts:
            who = referrer_accounts.Practitioner(
                name=one.name, email=one.email, kind=one.kind, register=one.register, number=one.number,
                practice=cast.practices[one.practice] if one.practice else None, workplace=one.workplace,
            )  # fmt: skip
            if one.compared:
                made = referrer_accounts.invite_referrer(who=who, by=administrator, compared=one.compared)
            else:
                by = Process(cast.service, referrer_accounts.ASKING)
                asked = referrer_accounts.ask_for_account(who=who, by=by)
                made = directory.Referrer.objects.get(member=asked.member)
            User.objects.filter(memberships=made.member_id).update(password=password)
            if one.referrer is not None:
                known = cast.referrers[one.referrer]
                old = directory.Referrer.objects.get(name=known.name, member__isnull=True)
                verifying.join_referrer(referrer=made, old=old, by=administrator)


def _post(cast: Cast, day: date) -> None:
    """What had been signed by then was printed and posted on `day`, in the afternoon."""
    administrator = cast.team["administrator"]
    with at(cast, day, 55):
        batch = printing.print_batch(by=administrator)
    if batch is None:
        raise DemoError("Nothing could be printed for the batch of letters that was posted.")
    with at(cast, day, 60):
        printing.mark_posted(batch=batch, by=administrator, taken_out=[])


def _keep_advice(cast: Cast, today: date) -> None:
    """Each paragraph was written three months before its last day, or today where that is still to come."""
    for one in story.advice():
        until = today + timedelta(days=one.days_left)
        with at(cast, min(today, until - timedelta(days=90)), 0):
            advice.add(by=cast.team[one.owner], title=one.title, text=one.text, criteria=one.criteria, expires_on=until)
