"""`painpath staff`: add a person to a service and print the link by which they set their password; say who leads the
service; remove a second factor that is lost.

It stands here because a grade is one of the pathway in force, which a service founded here has published.
"""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from painpath.accounts.roles import ON_TEAM_PAGE

if TYPE_CHECKING:
    from painpath.accounts.models import Membership, Service

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `staff` to a command line."""
    parser = subparsers.add_parser("staff", help="invite a person to a service; say who leads it; remove a lost factor")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    invite = commands.add_parser("invite", help="add a person and print the link by which they set a password")
    invite.add_argument("email")
    invite.add_argument("name")
    invite.add_argument("role", choices=sorted(ON_TEAM_PAGE))
    invite.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    invite.add_argument("--grade", default="", help="a clinician's grade, by its id in the pathway")
    invite.add_argument("--job-title", default="")
    invite.add_argument("--registration", default="", help="body and number, such as `GMC 1234567`")
    invite.add_argument("--contact", default="", help="direct contact, printed on letters")
    invite.add_argument("--site", default="http://127.0.0.1:8000", help="where the site is reached")
    invite.set_defaults(run=run)
    lead = commands.add_parser("lead", help="make a clinician or manager a lead, who can publish criteria, or end that")
    lead.add_argument("email")
    lead.add_argument("--end", action="store_true", help="they do not lead the service any more")
    lead.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    lead.set_defaults(run=run_lead)
    remove = commands.add_parser("remove-factor", help="remove the second factor of somebody who has lost it")
    remove.add_argument("email")
    remove.add_argument("--reason", required=True, help="why it is removed")
    remove.add_argument("--known-by", required=True, help="how you know that it is this person")
    remove.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    remove.set_defaults(run=run_remove)


def _service(slug: str) -> "Service | None":
    """The service of this pathway; None, with a sentence, where nobody has made it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from painpath.accounts.scope import service_at

    found = service_at(slug)
    if found is None:
        sys.stderr.write(f"There is no service {slug} here.\n")
    return found


def _member(service: "Service", email: str) -> "Membership | None":
    """Who works there now and has this address, inside its scope."""
    from painpath.accounts.models import Membership

    current = Membership.objects.current().filter(service=service).select_related("user")
    return current.filter(user__email=email.strip().lower()).first()


def run_lead(args: argparse.Namespace) -> int:
    """Make somebody a lead, or end that. Exit status 1 with a sentence when that cannot be done."""
    if (service := _service(args.service)) is None:
        return 1
    from painpath.accounts.audit import Process
    from painpath.accounts.changing import ChangeError, set_lead
    from painpath.accounts.scope import scope

    with scope(service):
        member = _member(service, args.email)
        if member is None:
            sys.stderr.write(f"{args.email} does not work in this service.\n")
            return 1
        try:
            news = set_lead(member=member, leads=not args.end, by=Process(service, "command line"))
        except ChangeError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    said = "does not lead" if args.end else "leads"
    sys.stdout.write(f"{member.name} {said} the service{' now' if news else ' already'}.\n")
    return 0


def run(args: argparse.Namespace) -> int:
    """Invite one person. Exit status 1 with a sentence when that cannot be done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from django.db import DatabaseError
    from django.urls import reverse

    from painpath.accounts.audit import Process
    from painpath.accounts.inviting import InvitationError, add_member
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope, service_at
    from painpath.pathway import PathwayError
    from painpath.postgres.owner import as_owner
    from painpath.referrals import pathways

    try:
        published = pathways.published(args.service)
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if args.grade and args.grade not in {grade.id for grade in published.grades}:
        sys.stderr.write(f"{args.grade} is no grade. Grades: {', '.join(grade.id for grade in published.grades)}.\n")
        return 1
    service = service_at(published.name)
    if service is None:
        try:
            with as_owner():
                service = Service.objects.create(slug=published.name, name=published.service)
        except DatabaseError:
            sys.stderr.write("Only the owner of the tables makes a service: do it once as docs/deploying.md says.\n")
            return 1
    try:
        with scope(service):
            titles = {grade.id: grade.name for grade in published.grades}
            member = add_member(
                by=Process(service, "command line"), email=args.email, name=args.name, role=args.role,
                grade=args.grade, job_title=args.job_title or titles.get(args.grade, ""),
                registration=args.registration, contact=args.contact,
            )  # fmt: skip
    except InvitationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    key = f"{user_pk_to_url_str(member.user)}-{default_token_generator.make_token(member.user)}"
    uid, token = key.split("-", 1)
    link = args.site + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    sys.stdout.write(f"{member.user.name} can now set a password at\n{link}\n")
    return 0


def run_remove(args: argparse.Namespace) -> int:
    """Remove the second factors of one person, who is told. Exit status 1 with a sentence when that cannot be done."""
    if (service := _service(args.service)) is None:
        return 1
    from painpath.accounts.audit import Process
    from painpath.accounts.changing import ChangeError
    from painpath.accounts.lost_factor import has_factor, remove_factor
    from painpath.accounts.scope import scope

    with scope(service):
        member = _member(service, args.email)
        if member is None or not has_factor(member.user_id):
            sys.stderr.write(f"{args.email} has no second factor in this service.\n")
            return 1
        try:
            remove_factor(
                member=member, reason=args.reason, known_by=args.known_by, by=Process(service, "command line")
            )
        except ChangeError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stdout.write(f"The second factor of {member.user.name} is removed. They set up a new one when they sign in.\n")
    return 0
