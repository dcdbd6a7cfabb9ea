"""`painpath demo`: database, tables, demonstration, server, in one command. A second run keeps the data."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from painpath.demo.story import Person

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `demo` to a command line."""
    parser = subparsers.add_parser("demo", help="start the demonstration on this machine")
    parser.add_argument("--reset", action="store_true", help="throw the demonstration's data away and start afresh")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Start the demonstration and serve it until told to stop."""
    os.environ["PAINPATH_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    os.environ.setdefault("PAINPATH_URL", f"http://{args.host}:{args.port}")
    from painpath import postgres
    from painpath.serve import ServeError, serve

    try:
        if args.reset:
            _reset()
        _prepare()
        return serve(host=args.host, port=args.port, say=_say_with_people)
    except (postgres.PostgresError, ServeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _reset() -> None:
    from painpath import postgres

    if not os.environ.get("DATABASE_URL"):
        postgres.remove(postgres.home(os.environ))
        return
    import django
    from django.core.management import call_command

    django.setup()
    from painpath.accounts.models import AuditEntry, Service
    from painpath.postgres import PostgresError
    from painpath.postgres.owner import as_owner

    with as_owner():
        call_command("migrate", verbosity=0)
        if Service.objects.exists() and not AuditEntry.objects.filter(process="demonstration").exists():
            raise PostgresError(
                "The database that DATABASE_URL names holds something else than the demonstration. It was not touched. "
                "Name another one, or empty it yourself."
            )
        call_command("flush", interactive=False, verbosity=0)


def _prepare() -> None:
    """Tables as their owner; then the demonstration, where there is none yet."""
    import django
    from django.core.management import call_command

    django.setup()
    from painpath import clock, pathway
    from painpath.accounts.models import AuditEntry, AuditSeal, Service
    from painpath.demo import past
    from painpath.demo.load import SERVICE, load
    from painpath.measuring.counting import count_up
    from painpath.postgres import PostgresError
    from painpath.postgres.owner import as_owner

    with as_owner():
        call_command("migrate", verbosity=0)
        if AuditEntry.objects.filter(process="demonstration").exists():
            return
        if Service.objects.exists() and AuditEntry.objects.exists():
            raise PostgresError("This database holds a real service. The demonstration does not go into it.")
        AuditSeal.objects.all().delete()  # of no entry
        Service.objects.all().delete()  # left behind by a first start that was killed before it loaded anything
    sys.stdout.write("Loading the demonstration: its letters are made, read and decided. This takes a minute once.\n")
    sys.stdout.flush()
    with as_owner():
        published = pathway.load(pathway.find(SERVICE))
        service = Service.objects.create(slug=SERVICE, name=published.service)
    try:
        count = load(service, today=clock.today())
        before = past.fill(service, published, today=clock.today())
    except BaseException:  # ctrl-C too: the next start must not find half of it
        with as_owner():
            service.delete()
        raise
    count_up(service)  # the worker would do it within five minutes; who looks at figures first finds them
    sys.stdout.write(
        f"{count} invented referrals are loaded, and for the figures the counts of {before:,} earlier ones.\n"
    )


def _say_with_people(sentence: str) -> None:
    from painpath.demo import story
    from painpath.demo.playing import PASSWORD

    lines = [sentence]
    if "answers at" in sentence:
        lines += [f"Sign in with the password `{PASSWORD}` as"]
        lines += [f"  {one.email:<44}{_job(one)}" for one in story.people().team]
        lines += [
            f"  {one.email:<44}referrer, {'verified' if one.compared else 'not verified yet'}"
            for one in story.people().accounts
        ]
        lines += [f"  {one.email:<44}practice member" for one in story.people().practice_members]
        lines += _patients()
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _job(one: "Person") -> str:
    return (one.grade.replace("_", " ") or one.role) + (", lead" if one.leads else "")


def _patients() -> list[str]:
    """How to see what a patient sees: whose referrals, and where the code is. No e-mail leaves a demonstration."""
    from django.conf import settings
    from django.urls import reverse

    from painpath.accounts.scope import scope, service_at
    from painpath.demo.load import SERVICE
    from painpath.referrals.models import Referral

    service = service_at(SERVICE)
    if service is None:
        return []
    with scope(service.pk):
        known = Referral.objects.filter(patient__date_of_birth__isnull=False).select_related("patient").order_by("pk")
        chosen = [known.filter(state=state).first() for state in ("awaiting_patient", "delayed", "not_now")]
        lines = [
            f"  {one.reference}   born {one.patient.date_of_birth:%-d %-m %Y}   {one.patient.name} ({one.state_label})"
            for one in chosen
            if one is not None and one.patient is not None and one.patient.date_of_birth is not None
        ]
    if not lines:
        return []
    page = f"{settings.SITE_URL}{reverse('patients:code', args=[SERVICE])}"
    return [
        f"What patients see: {page}",
        "For a code: as an administrator open a referral, “Send the patient a code”, then print it under “Post”.",
        *lines,
    ]
