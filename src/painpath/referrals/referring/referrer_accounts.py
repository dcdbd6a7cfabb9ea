"""Accounts of those who refer: asked for by themselves, or by invitation. `referrals.verifying` has what follows."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.inviting import InvitationError, add_member
from painpath.accounts.models import AuditEntry, Membership, Service, User
from painpath.accounts.roles import REFERRER
from painpath.directory.models import Practice, Referrer
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.corrections.joining import right_one
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF

ASKING = "account request"
"""The process that acts for somebody who asks and is not signed in."""
ASKED = "referrer.ask"
AN_HOUR = timedelta(hours=1)
MOST_FOR_AN_ADDRESS, MOST_FOR_A_SERVICE = 5, 60
"""Requests in an hour: settings of ours. They are counted in the audit, so that they hold for every web process."""


@dataclass(frozen=True, kw_only=True)
class Practitioner:
    """Somebody who refers, as typed. `practice` is one of the directory; `workplace` is words."""

    name: str
    email: str
    kind: str
    register: str
    number: str
    practice: Practice | None = None
    workplace: str = ""


class TooOften(Refused):
    """Too many requests: nothing was kept."""


def abbreviation(pathway: Pathway, register: str) -> str:
    """`GMC` for the General Medical Council (GMC)."""
    found = re.search(r"\((\w+)\)", pathway.referring.register(register).name)
    return found[1] if found else register.upper()


def normal_number(pathway: Pathway, register: str, typed: str) -> str:
    """A registration number as the register writes it: capitals, without blanks, hyphens or the register's own name.

    Raises `Refused` when it cannot be a number of this register.
    """
    known = pathway.referring.register(register)
    number = re.sub(r"[\s./-]", "", typed).upper().removeprefix(abbreviation(pathway, register).upper())
    if not re.fullmatch(known.pattern, number):
        raise Refused(f"Enter the registration number as the {known.name} gives it: {known.hint}.")
    return number


def _check(who: Practitioner, pathway: Pathway) -> Practitioner:
    """The same, tidied. Raises `Refused` with a sentence about the first thing that cannot be right."""
    name = " ".join(who.name.split())
    if not name:
        raise Refused("Enter your name as it stands on the register.")
    if who.kind not in {kind.id for kind in pathway.referring.kinds}:
        raise Refused("Choose what you work as.")
    kind = pathway.referring.kind(who.kind)
    if who.register not in kind.registers:
        raise Refused(f"Choose a register that a {kind.name} can be on.")
    workplace = " ".join(who.workplace.split())
    if who.practice is None and not workplace:
        raise Refused("Enter the practice or the place where you work.")
    practice = right_one(who.practice, who.practice.service_id) if who.practice else None
    return Practitioner(
        name=name, email=who.email.strip().lower(), kind=who.kind, register=who.register,
        number=normal_number(pathway, who.register, who.number), practice=practice, workplace=workplace,
    )  # fmt: skip


def accounts(service_id: int) -> QuerySet[Referrer]:
    """Those who have, or had, an account of their own."""
    return Referrer.objects.filter(service_id=service_id, member__isnull=False).select_related(
        "member__user", "practice", "verified_by__user"
    )


@dataclass(frozen=True)
class Asked:
    """What has become of a request. Whoever asked is told the same in every case; only the e-mail differs."""

    member: Membership
    new: bool


@transaction.atomic
def ask_for_account(*, who: Practitioner, by: Process) -> Asked:
    """Keep a request for an account: a person without a password, not verified. Sent twice, it is kept once.

    Somebody who has a place in the service already keeps that one. Raises `Refused`, and `TooOften`, which is one.
    """
    pathway, _ = pathways.in_force(by.service)
    who = _check(who, pathway)
    if not pathway.referring.accounts.is_work_email(who.email):
        domains = " or ".join(pathway.referring.accounts.email_domains)
        raise Refused(f"Enter a work email address that ends with {domains}.")
    user = _locked_user(who)
    _check_not_too_often(by.service, user)
    member = Membership.objects.current().filter(service=by.service, user=user).select_related("user").first()
    new = member is None
    if member is None:
        member = _add(who, pathway, by=by).member
        assert member is not None  # noqa: S101 an account was just made
    audit.record(by, ASKED, member, new=new)
    return Asked(member, new)


def _locked_user(who: Practitioner) -> User:
    """The person with this address, locked, so that a double click waits here; made when there is none."""
    if not User.objects.filter(email=who.email).exists():
        with suppress(IntegrityError), transaction.atomic():  # somebody made it at this moment
            User.objects.create_user(who.email, who.name)
    return User.objects.select_for_update().get(email=who.email)


def _check_not_too_often(service: Service, user: User) -> None:
    lately = AuditEntry.objects.filter(service=service, action=ASKED, at__gte=clock.now() - AN_HOUR)
    theirs = [str(pk) for pk in Membership.objects.filter(service=service, user=user).values_list("pk", flat=True)]
    if (
        lately.filter(subject_type="membership", subject_id__in=theirs).count() >= MOST_FOR_AN_ADDRESS
        or lately.count() >= MOST_FOR_A_SERVICE
    ):
        raise TooOften("There have been too many requests. Try again in an hour, or refer by letter.")


def _add(who: Practitioner, pathway: Pathway, *, by: Membership | Process) -> Referrer:
    """Membership and row of the directory, not verified, waiting from now on."""
    kind = pathway.referring.kind(who.kind)
    try:
        member = add_member(
            by=by, email=who.email, name=who.name, role=REFERRER, job_title=kind.name,
            registration=f"{abbreviation(pathway, who.register)} {who.number}",
        )  # fmt: skip
    except InvitationError as error:
        raise Refused(str(error)) from None
    made = Referrer.objects.create(
        service_id=member.service_id, name=who.name, profession=kind.name, registration=who.number, email=who.email,
        practice=who.practice, kind=who.kind, register=who.register, workplace=who.workplace, member=member,
        asked_at=clock.now(),
    )  # fmt: skip
    audit.record(by, "referrer.create", made, kind=who.kind, practice=who.practice.pk if who.practice else None)
    return made


def check_looks_after(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may look after those who refer: an administrator or a clinician."""
    if by.role not in STAFF or by.ended_at is not None:
        raise Refused("Only an administrator or a clinician can do this.")


@transaction.atomic
def invite_referrer(*, who: Practitioner, by: Membership, compared: str = "") -> Referrer:
    """Give somebody an account; `compared` says what the number was compared with, when it was. Raises `Refused`."""
    check_looks_after(by=by)
    pathway, _ = pathways.in_force(by.service)
    who = _check(who, pathway)
    if accounts(by.service_id).filter(member__user__email=who.email, member__ended_at=None).exists():
        raise Refused(f"{who.email} has a referrer's account already. Look in the list of referrers.")
    made = _add(who, pathway, by=by)
    if compared := " ".join(compared.split()):
        made.verified_at, made.verified_by, made.verified_how = clock.now(), by, compared
        made.save(update_fields=["verified_at", "verified_by", "verified_how"])
        audit.record(by, "referrer.verify", made, practice=made.practice_id)
    return made


LOSES = ("kind", "register", "registration", "practice")
"""What the team compared. When one of these changes, it has to be compared again."""


@transaction.atomic
def change_details(*, who: Practitioner, by: Membership) -> Referrer:
    """A referrer changes what is known of their work; gives the row as it is now. Raises `Refused`.

    Name and e-mail address stay. Another number, register, kind or practice has to be compared again: until then they
    see of what they sent only that it is here, and nothing of a practice's.
    """
    pathway, _ = pathways.in_force(by.service)
    who = _check(who, pathway)
    mine = Referrer.objects.select_for_update(of=("self",)).filter(member=by).first()
    if mine is None or by.ended_at is not None:
        raise Refused("Only somebody with a referrer's account can do this.")
    kind = pathway.referring.kind(who.kind)
    given = {
        "kind": who.kind, "register": who.register, "registration": who.number, "practice": who.practice,
        "workplace": who.workplace, "profession": kind.name,
    }  # fmt: skip
    changed = [name for name, value in given.items() if getattr(mine, name) != value]
    if not changed:
        return mine
    for name in changed:
        setattr(mine, name, given[name])
    if mine.verified_at is not None and not set(LOSES).isdisjoint(changed):
        mine.verified_at, mine.verified_by, mine.verified_how, mine.asked_at = None, None, "", clock.now()
    mine.save()
    Membership.objects.filter(pk=by.pk).update(
        job_title=kind.name, registration=f"{abbreviation(pathway, who.register)} {who.number}"
    )
    audit.record(by, "referrer.change", mine, fields=sorted(changed), verified=mine.verified_at is not None)
    return mine
