"""A migration runs on a filled database while the program before it is still at work.

So it must neither lock a large table for long nor take away what that program reads and writes. Each migration after
the SETTLED ones is turned into SQL and looked through by squawk; what it holds against one needs a reason in the
migration itself, by the name of the rule: `MAY_LOCK = {"require-concurrent-index-creation": "..."}`. docs/keeping.md
has the ways that need none.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.db.models import Q

from painpath import manage
from painpath.accounts.scope import scope
from painpath.postgres.owner import as_owner
from tests.referrals.conftest import make_team, waiting_referral

SETTLED = {"accounts": 4, "directory": 7, "exchange": 2, "letters": 8, "referrals": 11}
"""What had run before any site did: these are not looked at again."""
SMALL = re.compile(
    r'"(accounts_(service|user|membership)|directory_\w+|mfa_authenticator|referrals_(pathwayversion|\w*rota\w*))"'
)
"""Tables of hundreds or a few thousand rows: locked for milliseconds."""
OF_SIZE = frozenset(
    {"require-concurrent-index-creation", "adding-foreign-key-constraint", "constraint-missing-not-valid",
     "adding-not-nullable-field", "disallowed-unique-constraint"}
)  # fmt: skip
"""Rules about how long a table is locked; the others are about the program that is still at work."""
NOT_OURS = {
    "ban-drop-constraint": "the program before kept the rule, and goes on without it",
    "require-lock-timeout": "`painpath manage migrate` sets one for all",
    "require-statement-timeout": "an index on a filled table may take its time, when it is made concurrently",
    "prefer-robust-stmts": "Django runs each migration in one transaction and knows which have run",
    "prefer-text-field": "a length is a rule of the record; one that grows is caught as changing-column-type",
    "prefer-bigint-over-int": "counters and versions",
    "prefer-bigint-over-smallint": "positions in a list",
    "prefer-identity": "Django's own keys",
    "prefer-timestamp-tz": "Django's own fields",
}
"""Rules of squawk that say nothing about a running program here."""


def sql_of(migration: Migration, state: ProjectState) -> tuple[str, ProjectState]:
    """What it would run."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        state = migration.apply(state, editor, collect_sql=True)
    lines = "\n".join(editor.collected_sql)
    return (f"BEGIN;\n{lines}\nCOMMIT;" if migration.atomic else lines), state


def held_against(sql: str) -> Iterator[tuple[str, str]]:
    """(rule, the line) of everything that squawk finds in it and that matters here."""
    squawk = shutil.which("squawk", path=str(Path(sys.executable).parent)) or "squawk"
    options = [
        "--reporter=json",
        "--pg-version=18.0",
        f"--exclude={','.join(NOT_OURS)}",
        "--stdin-filepath=migration.sql",
    ]
    done = subprocess.run([squawk, *options], input=sql, capture_output=True, text=True, check=False)
    lines = sql.splitlines()
    for found in json.loads(done.stdout):
        line, rule = lines[found["line"]], found["rule_name"]
        table = re.search(r'(?:ALTER TABLE| ON) ("\w+")', line)
        if table and (f"CREATE TABLE {table[1]}" in sql or (rule in OF_SIZE and SMALL.fullmatch(table[1]))):
            continue  # nobody uses it yet, or not for long
        if rule == "adding-foreign-key-constraint" and re.search(r"ADD COLUMN \S+ \S+ NULL CONSTRAINT", line):
            continue  # a new column that is empty: nothing is compared
        yield rule, line


def of_operations(migration: Migration) -> Iterator[tuple[str, str]]:
    """What no SQL shows: work on rows."""
    for operation in migration.operations:
        if isinstance(operation, migrations.RunPython):
            yield "run-python", "say how it goes through a large table in pieces, or why it need not"
            if operation.reverse_code is None:
                yield "run-python-without-reverse", "give RunPython.noop at least"


def wrong_with(migration: Migration, state: ProjectState) -> tuple[list[str], ProjectState]:
    """What stands against a migration, without that for which it gives a reason; and the state after it."""
    sql, state = sql_of(migration, state)
    reasons: dict[str, str] = getattr(import_module(type(migration).__module__), "MAY_LOCK", {})
    found = dict([*held_against(sql), *of_operations(migration)])
    idle = [f"{rule}: a reason for something that it does not do" for rule in reasons.keys() - found.keys()]
    open_ = [f"{rule}: {line}" for rule, line in found.items() if not reasons.get(rule, "").strip()]
    return [*open_, *idle], state


def is_settled(migration: Migration) -> bool:
    if not type(migration).__module__.startswith("painpath."):
        return True  # of a library
    return int(migration.name[:4]) <= SETTLED.get(migration.app_label, 0)


@pytest.fixture
def loader(transactional_db: None) -> MigrationLoader:
    """An index can be made concurrently only outside a transaction, also where its SQL alone is wanted."""
    return MigrationLoader(None, ignore_no_migrations=True)


def test_new_migrations_leave_the_program_before_them_at_work(loader: MigrationLoader) -> None:
    graph, wrong = loader.graph, {}
    plan = [loader.get_migration(*key) for key in graph._generate_plan(graph.leaf_nodes(), at_end=True)]
    assert [one for one in plan if is_settled(one) and one.app_label in SETTLED]
    state = ProjectState(real_apps=loader.unmigrated_apps)
    for migration in plan:
        if is_settled(migration):
            migration.mutate_state(state, preserve=False)
            continue
        found, state = wrong_with(migration, state)
        if found:
            wrong[f"{migration.app_label}.{migration.name}"] = found
    assert not wrong, json.dumps(wrong, indent=2)


R = "referral"
MEMBER = models.ForeignKey("accounts.membership", models.PROTECT, null=True, related_name="+")
UNINDEXED = models.ForeignKey("accounts.membership", models.PROTECT, null=True, related_name="+", db_index=False)
INDEX = models.Index(fields=["ubrn"], name="by_ubrn")
CHECK = models.CheckConstraint(condition=Q(ubrn=""), name="no_ubrn")
REFUSED = {
    "ban-drop-column": migrations.RemoveField(R, "ubrn"),
    "renaming-column": migrations.RenameField(R, "ubrn", "number"),
    "changing-column-type": migrations.AlterField(R, "ubrn", models.TextField(blank=True)),
    "ban-drop-default": migrations.AddField(R, "more", models.CharField(max_length=3, default="")),
    "require-concurrent-index-creation": migrations.AddIndex(R, INDEX),
    "constraint-missing-not-valid": migrations.AddConstraint(R, CHECK),
    "disallowed-unique-constraint": migrations.AddConstraint(R, models.UniqueConstraint(fields=["ubrn"], name="once")),
    "renaming-table": migrations.AlterModelTable(R, "another"),
    "adding-not-nullable-field": migrations.AlterField(
        R, "patient", models.ForeignKey("referrals.patient", models.PROTECT, related_name="+")
    ),
    "ban-drop-table": migrations.DeleteModel("Quarantine"),
    "run-python-without-reverse": migrations.RunPython(lambda apps, editor: None),
}
FAIR = {
    "an empty column": [migrations.AddField(R, "more", models.CharField(max_length=3, null=True))],
    "with a default of the database": [migrations.AddField(R, "more", models.CharField(max_length=3, db_default=""))],
    "a reference in an empty column": [migrations.AddField(R, "more", UNINDEXED)],
    "an index made beside the work": [AddIndexConcurrently(R, INDEX)],
    "a new table": [
        migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True)), ("more", MEMBER.clone())]),
        migrations.AddIndex("new", models.Index(fields=["more"], name="by_more")),
    ],
}


def made_of(*operations: migrations.operations.base.Operation) -> Migration:
    migration = Migration("9999_to_come", "referrals")
    migration.operations = list(operations)
    migration.atomic = not any(isinstance(one, AddIndexConcurrently) for one in operations)
    return migration


def test_what_would_lock_or_break_is_found_and_what_does_not_is_let_through(loader: MigrationLoader) -> None:
    state = loader.project_state()
    for rule, operation in REFUSED.items():
        found, _ = wrong_with(made_of(operation), state.clone())
        assert any(one.startswith(f"{rule}: ") for one in found), (rule, found)
    for what, operations in FAIR.items():
        found, _ = wrong_with(made_of(*operations), state.clone())
        assert found == [], what


def test_a_migration_gives_up_on_a_table_in_use(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else everybody who wants the table would wait behind it."""

    def migrate(_: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '20s'")  # a test that fails ends
            cursor.execute("ALTER TABLE referrals_referral ADD COLUMN more integer")

    monkeypatch.setattr("django.core.management.execute_from_command_line", migrate)
    monkeypatch.setattr(manage, "LOCK_LIMIT", 0.1)
    with connection.cursor():
        where = connection.connection.info.dsn
    with psycopg.connect(where) as somebody:
        somebody.execute("SELECT count(*) FROM referrals_referral")  # and is still in that transaction
        assert manage.run(argparse.Namespace(arguments=["migrate"])) == 1
    assert "The migration that needed it has changed nothing" in capsys.readouterr().err


def test_a_filled_database_goes_forward_while_others_work(loader: MigrationLoader, service_id: int) -> None:
    """On a copy that is taken back to the SETTLED state: somebody writes and reads all the while, as that program does,
    and never waits for two seconds."""
    heads = {app: name for app, name in loader.graph.leaf_nodes() if app in SETTLED}
    if all(int(name[:4]) <= SETTLED[app] for app, name in heads.items()):
        pytest.skip("nothing is newer than SETTLED")
    with scope(service_id):
        waiting_referral(make_team())
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with as_owner():
        source = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = "postgres"  # a database that somebody is in cannot be copied
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {source}_before TEMPLATE {source}")
        connection.close()
        connection.settings_dict["NAME"] = f"{source}_before"
        try:
            back = [key for key in loader.disk_migrations if key[0] in SETTLED and int(key[1][:4]) == SETTLED[key[0]]]
            MigrationExecutor(connection).migrate(back)  # without what follows a migration, which knows today's tables
            with connection.cursor():
                where = connection.connection.info.dsn
            with _somebody_at_work(where, service_id) as done:
                call_command("migrate", verbosity=0)
            assert done["written"] > 2
            assert done["wrong"] == []
        finally:
            connection.close()
            connection.settings_dict["NAME"] = "postgres"
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {source}_before WITH (FORCE)")


@contextmanager
def _somebody_at_work(where: str, service: int) -> Iterator[dict[str, Any]]:
    """The statements of the program before, one after the other, until the block ends."""
    stop, begun = threading.Event(), threading.Event()
    done: dict[str, Any] = {"written": 0, "wrong": []}

    def work() -> None:
        with psycopg.connect(where, autocommit=True) as somebody:
            somebody.execute("SET ROLE painpath_app; SET statement_timeout = '2s'")
            somebody.execute("SELECT set_config('painpath.service', %s, false)", [str(service)])
            while not stop.wait(0.01):
                try:
                    for statement in WORK:
                        somebody.execute(statement, {"service": service})
                    done["written"] += 1
                except psycopg.Error as error:
                    done["wrong"].append(str(error))
                    return
                finally:
                    begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(10)
    try:
        yield done
    finally:
        stop.set()
        thread.join()


WORK = (
    """INSERT INTO accounts_user (password, email, name, is_active, joined_at)
    VALUES ('', gen_random_uuid()::text, 'Some Body', true, now())""",
    """INSERT INTO accounts_membership (service_id, user_id, role, grade, job_title, registration, contact, started_at)
    SELECT %(service)s, max(id), 'manager', '', '', '', '', now() FROM accounts_user""",
    """INSERT INTO accounts_auditentry (service_id, at, process, action, subject_type, subject_id, detail)
    VALUES (%(service)s, now(), 'test', 'look', 'referral', '1', '{}')""",
    "UPDATE referrals_referral SET version = version + 1",
    "SELECT id, reference, state, owner_id, due_on FROM referrals_referral ORDER BY due_on",
    "SELECT id, state FROM letters_dispatch",
    "UPDATE directory_practice SET name = name",
)
"""What the program of the SETTLED state writes and reads: the columns that it knew, all of them of new rows."""
