"""Queries and milliseconds of the worklist and of a screening page, with few and with many referrals on record.

Beside them, in turns, a page that says nothing and yet opens the scope of a service: what every page costs before it
begins. On a database of its own, in a folder that is gone afterwards. Each sample letter is received, read and
registered once; the many are copies of those rows, with all that was read in them.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from kit import LETTERS, medians, seconds, show
from kit.database import in_a_process_of_its_own, migrated

if TYPE_CHECKING:
    from django.test import Client

    from painpath.accounts.models import Membership

MANY = 500
ROUNDS = 15
SERVICE = "southampton-portsmouth"


def main() -> None:
    in_a_process_of_its_own(__file__, measure_in)


def measure_in(home: str) -> None:
    """Make a database in this folder, fill it, and measure."""
    migrated(home)
    with one_more_page():
        measure()


@contextmanager
def one_more_page() -> Iterator[None]:
    """The program's addresses and `/nothing/`, listed like any other."""
    from django.test import override_settings

    from painpath.web import access

    doors, access.DOORS = access.DOORS, (*access.DOORS, "kit.nothing")
    try:
        with override_settings(ROOT_URLCONF="kit.nothing"):
            yield
    finally:
        access.DOORS = doors


def measure() -> None:
    """Print how fast referrals come in, and what pages cost."""
    from django.test import Client

    by = clinician()
    client = Client(SERVER_NAME="localhost")
    client.force_login(by.user)
    rows = []
    few = len(letters())
    took = seconds(partial(receive, few, by))
    print(f"{few} referrals received, read, screened and registered: {took / few * 1000:.0f} ms each")
    for count in (few, MANY):
        if count > few:
            copies = -(-count // few) - 1
            count = few * (copies + 1)
            print(f"{few * copies} copies of them made in {seconds(partial(copied, copies, by)):.0f} s")
        pages = {"nothing": "/nothing/", "worklist": "/", "screening page": screening_page(by)}
        taken = medians([partial(opened, client, address) for address in pages.values()], ROUNDS)
        for (name, address), spent in zip(pages.items(), taken, strict=True):
            rows.append(
                (name, str(count), str(queries(client, address)), f"{spent * 1000:.1f}", f"{spent / taken[0]:.1f}")
            )
    show(
        f"Pages through every middleware, median of {ROUNDS}",
        ("page", "referrals", "queries", "ms", "times nothing"),
        rows,
    )


def clinician() -> "Membership":
    """A service with one consultant in it."""
    from painpath.accounts.audit import Process
    from painpath.accounts.inviting import add_member
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.postgres.owner import as_owner

    with as_owner():
        service = Service.objects.create(slug=SERVICE, name="Persistent pain service")
    with scope(service):
        return add_member(
            by=Process(service, "bench"),
            email="bench@example.nhs.uk",
            name="Dr Bench",
            role="clinician",
            grade="consultant",
            registration="GMC 0000000",
            contact="01632 960000",
        )


def letters() -> list[bytes]:
    """The sample letters."""
    return [file.read_bytes() for file in sorted(LETTERS.glob("*.txt"))]


def receive(count: int, by: "Membership") -> None:
    """So many referrals, each with a sample letter of its own, waiting for screening."""
    from painpath import documents
    from painpath.accounts.scope import scope
    from painpath.referrals.arriving import persons, receiving, registering
    from painpath.referrals.arriving.filing import File
    from painpath.referrals.arriving.reading_in import read_in
    from painpath.referrals.models import Referral

    for letter in letters()[:count]:
        with scope(by.service_id):
            key = uuid.uuid4()
            referral = receiving.receive(by=by, files=[File("letter.txt", letter)], key=key)
            # In this process: starting the limited one is not what is measured here.
            read_in(service_id=by.service_id, referral_id=referral.pk, reader=documents.read)
            details = registering.Registration(
                patient=persons.PatientDetails(family_name=f"Bench {key.hex[:8]}"),
                route="gp-ers",
                ubrn=f"{key.int % 10**12:012d}",
            )
            registering.register(referral=Referral.objects.get(pk=referral.pk), by=by, details=details)


def copied(times: int, by: "Membership") -> None:
    """So many copies of every referral on record, each with a person and papers of its own, and what was read."""
    from painpath.accounts.scope import scope
    from painpath.referrals import models
    from painpath.referrals.models.sheet import ScreenedTranscript

    order: list[Any] = [
        models.Patient, models.Referral, models.Transition, models.Document, models.Transcript, models.ScreeningRun,
        ScreenedTranscript, models.ClauseState, models.Evidence, models.Alert,
    ]  # fmt: skip
    with scope(by.service_id):
        first = {model: list(model.objects.order_by("pk")) for model in order}
        for _ in range(times):
            numbers: dict[Any, dict[int, int]] = {}
            for model, rows in first.items():
                again = [_again(row, numbers) for row in rows]
                model.objects.bulk_create(again)
                numbers[model] = {row.pk: made.pk for row, made in zip(rows, again, strict=True)}


def _again(row: Any, numbers: dict[Any, dict[int, int]]) -> Any:
    """The same row without a number, which names the copies of what it names."""
    made = copy(row)
    made.pk = None
    made._state.adding = True
    for field in made._meta.concrete_fields:
        if field.name in ("reference", "receipt_key"):  # no two may have the same
            setattr(made, field.attname, field.get_default())
        elif field.related_model in numbers and getattr(row, field.attname) is not None:
            setattr(made, field.attname, numbers[field.related_model][getattr(row, field.attname)])
    return made


def screening_page(by: "Membership") -> str:
    """The address of a referral that waits."""
    from django.urls import reverse

    from painpath.accounts.scope import scope
    from painpath.referrals.models import Referral

    with scope(by.service_id):
        referral = Referral.objects.earliest("pk")
    return reverse("triage:referral", args=[referral.reference])


def opened(client: "Client", address: str) -> None:
    """Open a page, which must be there."""
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address} answers {response.status_code}.")


def queries(client: "Client", address: str) -> int:
    """How many questions the page asks the database, those that open and close its transaction not counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        opened(client, address)
    return len(
        [query for query in captured.captured_queries if query["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE")]
    )


if __name__ == "__main__":
    main()
