"""`painpath audit`: seal the audit, verify it, write it into a file."""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

HEAD = re.compile(r"(?P<service>[-\w]+) (?P<number>[0-9]+) (?P<digest>[0-9a-f]{64})\b")
"""A seal as `seal` prints and the worker logs it; such lines are looked for in a whole file."""


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `audit` to a command line."""
    parser = subparsers.add_parser("audit", help="seal, verify and export the audit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    seal = commands.add_parser("seal", help="seal what was written, and print the last seal: keep it elsewhere")
    seal.set_defaults(run=_seal)
    verify = commands.add_parser("verify", help="name each place where the audit was tampered with")
    verify.add_argument(
        "--head", action="append", default=[], metavar="FILE or 'SERVICE NUMBER DIGEST'",
        help="seals that were kept elsewhere, as `seal` prints and the log has them",
    )  # fmt: skip
    verify.set_defaults(run=_verify)
    for command in (seal, verify):
        command.add_argument("--service", help="one service, by its pathway's name; otherwise each")
    export = commands.add_parser("export", help="write the audit of a service into a file")
    export.add_argument("--service", required=True, help="the pathway's name")
    export.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="from this day on")
    export.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="up to this day, included")
    export.add_argument("--out", required=True, type=Path, metavar="FILE.jsonl|.csv", help="must not be there yet")
    export.set_defaults(run=_export)


def _seal(args: argparse.Namespace) -> int:
    """Print `SERVICE NUMBER DIGEST` of each service's last seal."""
    services = _services(args.service)
    from painpath.accounts.audit_sealing import seal
    from painpath.accounts.models import AuditSeal
    from painpath.accounts.scope import scope

    for service in services:
        with scope(service):
            seal(service)
            last = AuditSeal.objects.filter(service=service).order_by("number").defer("leaves").last()
        if last:
            sys.stdout.write(f"{service.slug} {last.number} {last.digest}\n")
    return 0 if services else _unknown(args.service)


def _verify(args: argparse.Namespace) -> int:
    """Exit status 1 when anything is wrong, with a sentence for each place."""
    services = _services(args.service)
    from painpath.accounts.audit_verifying import verify
    from painpath.accounts.scope import scope

    heads: list[tuple[str, int, str]] = []
    for given in args.head:
        kept = list(_heads(given))
        if not kept:
            sys.stderr.write(f"There is no line `SERVICE NUMBER DIGEST` in {given}.\n")
            return 1
        heads += kept
    bad = False
    for slug in sorted({slug for slug, _, _ in heads} - {service.slug for service in services}):
        if args.service is None:
            bad = True
            sys.stdout.write(f"{slug}: the service, of which seals were kept elsewhere, is gone.\n")
    for service in services:
        with scope(service):
            found = verify(service, [(number, digest) for slug, number, digest in heads if slug == service.slug])
        for fault in found.faults:
            sys.stdout.write(f"{service.slug}: {fault}\n")
        bad = bad or bool(found.faults)
        sys.stdout.write(
            f"{service.slug}: {found.sealed} entries stand as they were sealed, in {found.seals} seals; "
            f"{found.unsealed} are not sealed yet"
        )
        sys.stdout.write(f", since {found.unsealed_since:%Y-%m-%d %H:%M %Z}.\n" if found.unsealed_since else ".\n")
    return int(bad) if services else _unknown(args.service)


def _export(args: argparse.Namespace) -> int:
    """Stream the entries into a file that only this user can read."""
    form = args.out.suffix.removeprefix(".")
    services = _services(args.service)
    if not services:
        return _unknown(args.service)
    from painpath.accounts.audit import Process
    from painpath.accounts.audit_exporting import FORMATS, export
    from painpath.accounts.scope import scope

    if form not in FORMATS:
        sys.stderr.write(f"The name of the file ends with .jsonl or .csv; {args.out.name} does not.\n")
        return 1
    try:
        descriptor = os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        sys.stderr.write(f"{args.out} cannot be written: {error.strerror}.\n")
        return 1
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file, scope(services[0]):
            by = Process(services[0], "command line")
            count = export(by=by, file=file, form=form, since=args.since, until=args.until)
    except BaseException:
        args.out.unlink()  # a part must not be taken for the whole
        raise
    sys.stdout.write(f"{count} entries are in {args.out}.\n")
    return 0


def _heads(given: str) -> Iterator[tuple[str, int, str]]:
    """Seals that are named in a file, or in what was given itself."""
    path = Path(given)
    text = path.read_text(errors="replace") if len(given) < 256 and path.is_file() else given
    for found in HEAD.finditer(text):
        yield found["service"], int(found["number"]), found["digest"]


def _services(slug: str | None) -> list[Any]:
    """The services of this database, or the one that was asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from painpath.accounts.models import Service
    from painpath.postgres.owner import as_owner

    with as_owner():
        rows = Service.objects.order_by("slug")
        return list(rows.filter(slug=slug) if slug else rows)


def _unknown(slug: str | None) -> int:
    sys.stderr.write(f"There is no service {slug}.\n" if slug else "There is no service here.\n")
    return 1
