"""Import of a live backlog: one row of a CSV file for each referral, together with its documents. All, or nothing.

Every row goes through the verbs that any referral goes through (`receive`, `register`), so it has the same audit,
owner, due date and reading; `received_on` is the day it really came, so that nobody's waiting starts again.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.directory.models import Practice
from painpath.directory.tables import Fault, FaultyFile, Row, faults_of, rows_with_header
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.attached import PLACE, Attached, attached
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.persons import PatientDetails, normal_nhs_number, normal_postcode
from painpath.referrals.arriving.registering import UBRN, Registration
from painpath.referrals.models import Referral
from painpath.referrals.models.people import SEXES
from painpath.referrals.refusal import Refused

COLUMNS = {
    "key": "What makes the row one of a kind, such as its number in your list. Needed.",
    "received_on": "The day the referral came, as 2026-11-30 or 30/11/2026. Needed.",
    "route": "How it came, by the name or the short name below. Needed.",
    "ubrn": "12 digits, for what came through e-RS. Make the column text, so that no zero is lost.",
    "title": "Mr, Mrs, Ms, Dr and so on.",
    "given_name": "Given names.",
    "family_name": "Family name. Needed.",
    "date_of_birth": "As 1966-04-03 or 03/04/1966.",
    "nhs_number": "10 digits; empty when it is not known.",
    "sex": "female, male, other or unknown.",
    "address": "The postal address without the postcode; line breaks or commas between its lines.",
    "postcode": "Of the patient.",
    "phone": "Of the patient.",
    "email": "Of the patient.",
    "locality": "Where the patient lives, by the name or the short name below; empty when it is not known.",
    "language": "First language.",
    "interpreter": "For which language an interpreter is needed.",
    "communication_needs": "For example large print.",
    "safe_contact": "How to contact safely, for example “do not phone home”.",
    "practice_ods": "ODS code of the patient's GP practice, which must be in the directory.",
    "referrer_name": "Who referred.",
    "referrer_profession": "For example GP, physiotherapist.",
    "information_given_on": "The day the patient was given information about the service.",
    "consented_on": "The day the patient agreed to the referral.",
    "circumstances": "Exceptional circumstances, where the route asks for them.",
    "documents": "File names of the letter and of anything that came with it, separated by ; (semicolon). Needed.",
}
"""Column -> what stands in it."""
NEEDED = ("key", "received_on", "route", "family_name", "documents")
MOST_ROWS = 2_000
EARLIEST = date(2000, 1, 1)
MORNING = time(9)
"""When a referral of an earlier day is taken to have come: the list gives no hour."""
ACTION = "backlog.import"
_NAMESPACE = uuid.UUID("5d7d2f0e-3c0b-5a55-9a43-0f3f8f4f2c11")


@dataclass(frozen=True)
class Result:
    """What the import did, or would do. `entry` is the audit entry of one that was done."""

    new: int
    known: tuple[str, ...]
    """References of the rows that are on record already: nothing is done about these."""
    documents: int
    earliest: date | None
    latest: date | None
    entry: AuditEntry | None = None


@dataclass(frozen=True)
class _Ready:
    """A row that can be received: its files, the key of its form, and the details to confirm."""

    row: Row
    received_on: date
    files: tuple[File, ...]
    form: uuid.UUID
    details: Registration


class _Undo(Exception):
    """Takes back everything that was tried."""


def template() -> str:
    """An empty table: the header row."""
    return ",".join(COLUMNS) + "\r\n"


def check_import(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may import a backlog."""
    if by.role != ADMINISTRATOR or by.ended_at is not None:
        raise Refused("Only an administrator can import a backlog.")


def import_backlog(*, by: Membership, content: bytes, sent: Sequence[File], check_only: bool = False) -> Result:
    """Receive and register every row of the table, or, with `check_only`, try all of it and take it back.

    A row whose key and documents are on record already is passed over, so the same file again makes nothing twice.
    Raises FaultyFile with every fault of the table and of the documents; then nothing has been done.
    """
    check_import(by=by)
    rows = rows_with_header(content, tuple(COLUMNS), NEEDED)
    if len(rows) > MOST_ROWS:
        raise FaultyFile([Fault(0, "", f"It has {len(rows):,} rows; {MOST_ROWS:,} are the most. Send it in parts.")])
    documents = attached(sent)
    pathway, _ = pathways.in_force(by.service)
    ready = _read(rows, documents, pathway, by)
    faults = [*documents.faults, *_unused(documents, rows)]
    result = None
    try:
        with transaction.atomic():
            result = _take(ready, by)
            faults += faults_of(rows)
            if faults or check_only:
                raise _Undo
    except _Undo:
        pass
    if faults:
        raise FaultyFile(faults)
    assert result is not None  # noqa: S101 without a fault `_take` has come to its end
    return result


def _take(ready: list[_Ready], by: Membership) -> Result:
    """Inside a transaction: receive and register what is not on record yet. Faults are noted at their rows."""
    with connection.cursor() as cursor:  # the same file from two windows: the second finds what the first has done
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('painpath.backlog'), %s)", [by.service_id % 2**31])
    receipts = {receiving.receipt_key(one.form, one.files): one for one in ready}
    on_record = dict(
        Referral.objects.filter(service_id=by.service_id, receipt_key__in=receipts).values_list(
            "receipt_key", "reference"
        )
    )
    before = _imported_before(by, [one.form for one in ready])
    made: dict[str, str] = {}
    known, documents, days = [], 0, []
    for receipt, one in receipts.items():
        if receipt in on_record:
            known.append(on_record[receipt])
        elif (earlier := before.get(str(one.form))) is not None:
            one.row.fault(
                "key",
                f"This key was imported before, as referral {earlier}, with other documents. Add new documents there; "
                "if it is another referral, give it another key.",
            )
        elif (referral := _one(one, by)) is not None:
            made[str(one.form)] = referral.reference
            documents += len(one.files)
            days.append(one.received_on)
    entry = audit.record(by, ACTION, by.service, keys=made, known=len(known)) if made else None
    first, last = (min(days), max(days)) if days else (None, None)
    return Result(len(made), tuple(known), documents, first, last, entry)


def _one(one: _Ready, by: Membership) -> Referral | None:
    """One row through the verbs; what they refuse is noted, and nothing of the row stays."""
    at = min(datetime.combine(one.received_on, MORNING, clock.LONDON), clock.now())
    try:
        with transaction.atomic():
            referral = receiving.receive(by=by, files=one.files, key=one.form, received_at=at)
            return registering.register(referral=referral, by=by, details=one.details)
    except Refused as refused:
        one.row.fault("", refused.sentence)
        return None


def _imported_before(by: Membership, forms: list[uuid.UUID]) -> dict[str, str]:
    """Key -> reference, of earlier imports that hold any of these keys."""
    wanted = [str(form) for form in forms]
    entries = AuditEntry.objects.filter(service_id=by.service_id, action=ACTION, detail__keys__has_any_keys=wanted)
    return {key: reference for entry in entries for key, reference in entry.detail["keys"].items()}


def _read(rows: list[Row], documents: Attached, pathway: Pathway, by: Membership) -> list[_Ready]:
    codes = {row.cells["practice_ods"].upper() for row in rows} - {""}
    practices = {one.ods_code: one for one in Practice.objects.filter(service_id=by.service_id, ods_code__in=codes)}
    keys: dict[str, int] = {}
    named: dict[str, int] = {}
    found = []
    for row in rows:
        key = row.text("key", most=100, needed="Give the row a key of its own, such as its number in your list.")
        if key and (other := keys.setdefault(key, row.number)) != row.number:
            row.fault("key", f"Row {other} has this key already. Each referral needs its own.")
        files = _files(row, documents, named)
        received = row.day("received_on")
        if not row.cells["received_on"]:
            row.fault("received_on", "Give the day on which the referral came: waiting is counted from it.")
        elif received and not EARLIEST <= received <= clock.today():
            row.fault("received_on", "This day is in the future, or before the year 2000. Check it.")
        details = _details(row, pathway, practices)
        if not row.faults and received is not None:
            form = uuid.uuid5(_NAMESPACE, f"{by.service.slug}/{key}")
            found.append(_Ready(row, received, tuple(files), form, details))
    return found


def _files(row: Row, documents: Attached, named: dict[str, int]) -> list[File]:
    names = list(dict.fromkeys(name.strip() for name in row.cells[PLACE].split(";") if name.strip()))
    if not names:
        row.fault(PLACE, "Name the referral letter: a referral is not imported without it.")
    files = []
    for name in names:
        file = documents.get(name)
        if file is None:
            row.fault(PLACE, f"“{name[:80]}” was not sent. Send it too, or correct the name.")
            continue
        if (other := named.setdefault(name.casefold(), row.number)) != row.number:
            row.fault(PLACE, f"“{name[:80]}” is named in row {other} too. One letter is about one person: check both.")
        files.append(file)
    return files


def _unused(documents: Attached, rows: list[Row]) -> list[Fault]:
    named = {name.strip().casefold() for row in rows for name in row.cells[PLACE].split(";")}
    return [
        Fault(0, PLACE, f"“{file.safe_name}” was sent, and no row names it. Name it in its row, or leave it out.")
        for name, file in documents.files.items()
        if name not in named
    ]


def _details(row: Row, pathway: Pathway, practices: dict[str, Practice]) -> Registration:
    routes = {route.id: route.name for route in pathway.routes}
    localities = {place.id: place.name for place in pathway.localities}
    route = _choice(row, "route", routes, needed=True)
    ubrn = row.text("ubrn", most=20).replace(" ", "").replace("-", "")
    if ubrn and not UBRN.fullmatch(ubrn):
        row.fault("ubrn", "A UBRN has 12 digits. A spreadsheet may have dropped leading zeros: make the column text.")
    code = row.cells["practice_ods"].upper()
    if code and code not in practices:
        row.fault(
            "practice_ods", f"“{code[:20]}” is not in the directory. Import the practice file, or check the code."
        )
    if email := row.text("email", most=254):
        try:
            validate_email(email)
        except ValidationError:
            row.fault("email", "This is not an email address. Check it, or leave it empty.")
    born = row.day("date_of_birth")
    if born and not date(1900, 1, 1) <= born <= clock.today():
        row.fault("date_of_birth", "The date of birth must be in the past. Check it.")
    patient = PatientDetails(
        title=row.text("title", most=20),
        given_name=row.text("given_name", most=100),
        family_name=row.text("family_name", most=100, needed="Enter the patient's family name."),
        date_of_birth=born,
        nhs_number=_normal(row, "nhs_number", normal_nhs_number),
        sex=_choice(row, "sex", SEXES),
        address="\n".join(part.strip() for part in _lines(row.text("address", most=500)) if part.strip()),
        postcode=_normal(row, "postcode", normal_postcode),
        phone=row.text("phone", most=40),
        email=email,
        language=row.text("language", most=60),
        interpreter=row.text("interpreter", most=60),
        communication_needs=row.text("communication_needs", most=2000),
        safe_contact=row.text("safe_contact", most=2000),
    )
    return Registration(
        patient=patient,
        route=route,
        ubrn=ubrn,
        circumstances=row.text("circumstances", most=10_000),
        locality=_choice(row, "locality", localities),
        referrer_name=row.text("referrer_name", most=200),
        referrer_profession=row.text("referrer_profession", most=100),
        practice=practices.get(code),
        information_given_on=row.day("information_given_on"),
        consented_on=row.day("consented_on"),
    )


def _lines(address: str) -> list[str]:
    return address.splitlines() if "\n" in address else address.split(",")


def _choice(row: Row, column: str, options: dict[str, str], *, needed: bool = False) -> str:
    """The id of an option that is given by its id or by its name."""
    given = row.cells[column].casefold()
    found = next((one for one, name in options.items() if given in (one.casefold(), name.casefold())), "")
    if not found and (given or needed):
        row.fault(column, f"Write one of these: {'; '.join(options)}.")
    return found


def _normal(row: Row, column: str, normal: Callable[[str], str]) -> str:
    try:
        return normal(row.cells[column])
    except Refused as refused:
        row.fault(column, refused.sentence)
        return ""
