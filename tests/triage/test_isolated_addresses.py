"""Every address that names a row, with real rows: for people of another service, and for whoever else they are not
meant for, they do not exist."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership, Service, ServiceRecord
from painpath.accounts.roles import LEAD, REFERRER, ROLES, TEAM_ROLES
from painpath.accounts.scope import scope
from painpath.letters.where_it_is import where_it_is
from painpath.postgres.owner import as_owner
from painpath.referrals import pathways
from painpath.referrals.corrections.merging import possible_duplicates
from painpath.referrals.kinds import KINDS, NAMESAKE, OF_THE_PERSON, with_kinds
from painpath.referrals.models import Comment, Disagreement, Merge, NotADuplicate, Patient, Referral, RightsRequest
from painpath.referrals.unsettled import merged_in, open_alerts, open_changes
from painpath.triage.presenters.timeline import timeline
from painpath.web.access import PROGRAM, PUBLIC, SIGNED_IN, VISITOR, access_table
from tests.conftest import SERVICE, _empty_the_tables_as_owner
from tests.patients.conftest import opened
from tests.triage.test_access import EVERY
from tests.triage.two_services import CANARIES, NOWHERE, World, furnish, nowhere, pathway_in_force, people_of, take_over

pytestmark = pytest.mark.django_db

ROWS = frozenset({
    "reference", "other", "document", "letter", "alert", "evidence", "item", "follow_up", "task", "change", "asked",
    "form", "own", "licence", "paragraph", "batch", "dispatch", "message", "entry", "practice", "into", "contract",
    "member", "referrer", "program", "key", "file", "hold", "glass", "version", "publication",
})  # fmt: skip
"""Arguments that name a row. In the addresses of `NOT_A_ROW` they are something else."""
NOT_A_ROW = {
    ("triage:letter-in", "form"), ("triage:sample-letter", "form"), ("patients:letter-in", "form"),
    ("referrers:letter_template", "form"),
}  # fmt: skip
OF_NO_ROW = {
    "triage:sample-letter": "a sample of a published letter",
    "triage:questionnaire-shipped": "a questionnaire of the pathway",
    "mfa_remove_webauthn": "a passkey of one's own, of no service",
    "managers:figure": "a figure that every service has: each reads its own counts (`tests/managers/test_figures.py`)",
    "managers:figure-line": "the same",
    "managers:figure-file": "the same",
}
"""Addresses whose arguments name nothing of a service's records."""
SWITCHED_OFF = {"exchange:ers-send": "404 for everybody while the service has not switched e-RS on"}
OPEN = {"referrers:code-enter": "asks for the code of any reference, whether there is one or not"}
EVERYBODY = (*ROLES, LEAD)
ASKED = {name: frozenset(arguments) for name, arguments in EVERY.items() if arguments}
TABLE = access_table()
OF_PEOPLE = {
    name: who for name, who in TABLE.items()
    if name in ASKED and who not in (PUBLIC, PROGRAM, VISITOR) and name not in OF_NO_ROW
}  # fmt: skip
"""Addresses with arguments for those who sign in."""
WITH_CODE = sorted(
    name for name, who in TABLE.items() if who == VISITOR and name in ASKED and ROWS & ASKED[name]
)  # fmt: skip
"""Addresses that name a row, for those who come with a code."""
SENT = {"sent": "1"}
"""What every form of a browser has, for its token: no form comes empty."""
NOT_THERE = (302, 403, 404, 405, 409)
"""302: to where a code is asked for. 409: what was typed, given back to whoever has no code (any more)."""
NONCE = re.compile(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """Committed, for all tests of this module: each runs in a transaction that is taken back."""
    with django_db_blocker.unblock():
        with as_owner():
            service = Service.objects.get(slug=SERVICE)
            other = Service.objects.create(slug="elsewhere", name="Elsewhere")
        with scope(service), pytest.MonkeyPatch.context() as patch:
            patch.setattr("painpath.referrals.together.drawing.lot", lambda below: below)  # nobody is drawn by chance
            made = furnish(service, other)
            pathway = pathway_in_force()
        with scope(other):
            take_over(pathway, other)
            made.strangers |= people_of(other)
        yield made
        _empty_the_tables_as_owner(None)


def rows_of(view: str) -> frozenset[str]:
    return frozenset(name for name in ASKED[view] if name in ROWS and (view, name) not in NOT_A_ROW)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_there(client: Client, world: World, view: str) -> bool:
    """Whether there is something at the address: to be seen, or to be sent something. What is written is taken back."""
    address = reverse(view, kwargs=world.arguments(view, list(ASKED[view])))
    with taken_back():
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address, SENT)
    return answer.status_code not in (403, 404)


@contextmanager
def taken_back() -> Iterator[None]:
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def content(world: World) -> dict[str, str]:
    """Table -> a digest of all that the first service has in it."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, ServiceRecord)]
    parts = [
        f"SELECT '{one}', count(*) || md5(coalesce(string_agg(t::text, '' ORDER BY id), '')) FROM {one} t"
        for one in tables
    ]
    with scope(world.service), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def alike(answer: HttpResponse, arguments: dict[str, object]) -> bytes:
    """What is said, without what is new in each answer, and without the name that was asked for."""
    said = NONCE.sub(b"", answer.content) + answer.get("Location", "").encode()
    for name, value in arguments.items():
        if name in NOWHERE:
            said = said.replace(str(value).encode(), b"")
    return said


def is_as_if_not_there(
    client: Client, world: World, view: str, twin: Client | None = None, own: str | None = None
) -> None:
    """The address of a real row says nothing of it; with a `twin` that is in the same place: it is answered word for
    word as the address of a row that nobody has. `own`: the row is looked for below a referral of their own."""
    below = {"reference": own} if own else {}
    arguments = world.arguments(view, list(ASKED[view])) | below
    none = nowhere(arguments, rows_of(view)) | below
    for method in ("get", "post"):
        given = getattr(client, method)(reverse(view, kwargs=arguments), SENT)
        assert given.status_code in NOT_THERE or view in OPEN, (view, given.status_code)
        assert [word for word in CANARIES if word.encode() in given.content] == [], view
        if twin:
            instead = getattr(twin, method)(reverse(view, kwargs=none), SENT)
            assert given.status_code == instead.status_code, (view, given.status_code, instead.status_code)
            assert alike(given, arguments) == alike(instead, none), view


def test_every_address_with_arguments_has_a_rule(world):
    """A new address stands in one of the walks below, or says why it names no row."""
    for view in OF_PEOPLE | dict.fromkeys(WITH_CODE):
        assert rows_of(view), f"{view} names no row that this test knows"
        world.arguments(view, list(ASKED[view]))
    without = {view for view in ASKED if view in TABLE} - set(OF_PEOPLE) - set(WITH_CODE) - set(OF_NO_ROW)
    for view in without:  # those of a published service; of programs, which prove who they are
        assert TABLE[view] in (PUBLIC, PROGRAM) or ASKED[view] <= {"service", "page"}, view
    assert not OF_NO_ROW.keys() - ASKED.keys()


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_rows_of_a_service_are_not_there_for_people_of_another(world, role):
    """Whoever of them may open the address at all; the others are refused before any row is asked for (test_access)."""
    client = signed_in(world.strangers[role])
    before = content(world)
    walked = {view for view, who in OF_PEOPLE.items() if role in who or who == SIGNED_IN}
    assert len(walked) > (10 if role in (*TEAM_ROLES, REFERRER) else 1)
    for view in walked:
        first = next(one for one in EVERYBODY if one in OF_PEOPLE[view] or OF_PEOPLE[view] == SIGNED_IN)
        is_as_if_not_there(client, world, view, client if role == first else None)
    assert content(world) == before


def test_the_same_rows_are_there_for_their_own_people(world):
    """So that the walk above is known to name rows that exist. Each address once, for the first role that may."""
    clients = {role: signed_in(user) for role, user in world.people.items()}
    missing = []
    for view, who in OF_PEOPLE.items():
        role = REFERRER if who == SIGNED_IN else next(role for role in clients if role in who)
        if view not in SWITCHED_OFF and not is_there(clients[role], world, view):
            missing.append(view)
    assert missing == []


def test_a_referral_is_not_there_for_other_people_who_refer(world):
    """Of another practice; and what somebody has begun to write, for a partner of theirs too."""
    theirs = [view for view, who in OF_PEOPLE.items() if who == frozenset({REFERRER})]
    assert len(theirs) > 12
    before = content(world)
    other, partner = signed_in(world.elsewhere), signed_in(world.partner)
    for view in theirs:
        is_as_if_not_there(other, world, view, other)
        if len(rows_of(view)) > 1 and "reference" in ASKED[view]:
            is_as_if_not_there(other, world, view, other, own=world.referrals["asked"].reference)
        if "key" in ASKED[view]:
            is_as_if_not_there(partner, world, view, partner)
    assert content(world) == before
    gp = signed_in(world.gp)
    assert [view for view in theirs if not is_there(gp, world, view)] == []


def with_code(world: World, whose: str) -> Client:
    """Somebody whose code has opened one referral, at the door of patients and of those who refer."""
    client = opened(world.referrals[whose])
    session = client.session
    session["opened_by_code"] = session["patient_opened_by_code"]
    session.save()
    return client


def test_a_code_opens_one_referral_and_nothing_of_another(world):
    """Of two referrals of one service, each is behind a code of its own."""
    before = content(world)
    clients = {whose: (with_code(world, whose), with_code(world, whose)) for whose in ("done", "asked")}
    for view in WITH_CODE:
        whose, other = ("asked", "done") if view.startswith("patients:answering") else ("done", "asked")
        is_as_if_not_there(clients[other][0], world, view, clients[other][1])
        if len(rows_of(view)) > 1 and "reference" in ASKED[view]:
            own = world.referrals[other].reference
            is_as_if_not_there(clients[other][0], world, view, clients[other][1], own=own)
    assert content(world) == before
    there = {whose: with_code(world, whose) for whose in clients}
    for view in WITH_CODE:
        whose = "asked" if view.startswith("patients:answering") else "done"
        assert view in OPEN or is_there(there[whose], world, view), view


@pytest.mark.parametrize("inside", ["no scope", "the scope of another service"])
def test_no_row_of_any_table_is_seen_or_written_from_elsewhere(world, inside):
    """As the program's role, without any of its own code, whether a table has a model or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text, string_agg(quote_ident(attname), ', ') FROM pg_class c"
            " JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
            " WHERE relkind = 'r' AND relrowsecurity GROUP BY 1 ORDER BY 1"
        )
        tables = dict(cursor.fetchall())
        with scope(world.service):
            rows = {one: _first_row(cursor, one) for one in tables}
    assert len(list(filter(None, rows.values()))) > 40
    elsewhere = None if inside == "no scope" else world.other
    with scope(elsewhere), connection.cursor() as cursor:
        for table, columns in tables.items():
            row = rows[table] or json.dumps({"id": 0, "service_id": world.service.pk})  # refused before it is looked at
            number = json.loads(row)["id"]
            cursor.execute(f"SELECT count(*) FROM {table} WHERE id = %s", [number])
            assert cursor.fetchone() == (0,), table
            for statement in (f"UPDATE {table} SET id = id WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):
                assert _touched(cursor, statement, number) == 0, statement
            put_in = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)"
            assert _touched(cursor, put_in, row) == 0, table


def _first_row(cursor: CursorWrapper, table: str) -> str:
    """As JSON; empty where the table is."""
    cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t LIMIT 1")
    found = cursor.fetchone()
    return found[0] if found else ""


def _touched(cursor: CursorWrapper, statement: str, value: object) -> int:
    """How many rows a statement has changed; none when it was refused for want of a right."""
    try:
        with transaction.atomic():
            cursor.execute(statement, [value])
            return cursor.rowcount
    except ProgrammingError as error:
        if "row-level security" not in str(error) and "permission denied" not in str(error):
            raise
        return 0


def test_what_stands_on_a_referral_is_asked_with_it(world):
    """`referrals.kinds` in one question says the same as a question for each kind."""
    with scope(world.service):
        one, other, *others = Referral.objects.order_by("pk")
        by = {"service": world.service, "by": Membership.objects.filter(role="clinician").first()}
        Comment.objects.create(**by, referral=one, text="-")
        Merge.objects.create(**by, duplicate=one, into=other, reason="-")
        NotADuplicate.objects.create(**by, one=one, other=other, reason="-")
        wrong = RightsRequest.objects.filter(kind="rectification").first()
        Disagreement.objects.create(**by, referral=one, request=wrong, about_kind="other", about_words="-", words="-")
        Referral.objects.filter(pk=other.pk).update(patient=one.patient)
        first, second, *_ = (
            found for found in others if found.patient and found.is_open and found.patient != one.patient
        )
        born = first.patient.date_of_birth or clock.today()
        Patient.objects.filter(pk=first.patient.pk).update(date_of_birth=born)
        names = {"family_name": first.patient.family_name.upper(), "given_name": "-", "date_of_birth": born}
        twin = Patient.objects.create(service=world.service, **names)
        Referral.objects.filter(pk=second.pk).update(patient=twin)
        referrals = list(with_kinds(Referral.objects.all()))
        pathway, _ = pathways.in_force(world.service)
        found: set[str] = set()
        for referral in referrals:
            stands = {
                kind for kind, (model, names) in KINDS.items()
                if any(model.objects.filter(**{name: referral}).exists() for name in names)
            }  # fmt: skip
            of_person = Q(patient=referral.patient_id) if referral.patient_id else Q(pk=None)
            stands |= {
                kind for kind, model in OF_THE_PERSON.items()
                if model.objects.filter(of_person).exclude(pk=referral.pk if model is Referral else None).exists()
            }  # fmt: skip
            if (person := referral.patient) and person.date_of_birth:
                alike = Patient.objects.filter(family_key=person.family_key, date_of_birth=person.date_of_birth)
                stands |= {NAMESAKE} if alike.exclude(pk=person.pk).exists() else set()
            assert set(referral.kinds) == stands, referral.reference
            assert not any(referral.lacks(kind) for kind in stands)
            found |= stands
            plain = Referral.objects.get(pk=referral.pk)
            assert timeline(referral, pathway) == timeline(plain, pathway)
            assert where_it_is(referral, pathway) == where_it_is(plain, pathway)
            assert referral.last_screening() == referral.last_screening() == plain.last_screening()
            for left in (open_alerts, open_changes, merged_in, possible_duplicates):
                assert list(left(referral)) == list(left(plain))
        assert found == {*KINDS, *OF_THE_PERSON, NAMESAKE}
        assert [*possible_duplicates(Referral.objects.get(pk=first.pk))] == [second]
        assert not Referral.objects.first().lacks("task")  # where nobody asked
