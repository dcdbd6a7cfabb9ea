"""A record is backed up and brought back: in another home, on a server, and home again. Real databases and commands."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection

from painpath.accounts.audit_sealing import seal
from painpath.accounts.models import Membership, Service
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.keeping import age, backing_up
from painpath.keeping.errors import KeepingError
from painpath.postgres.owner import as_owner
from tests.keeping import places
from tests.letters.posting import ADDRESS, decide
from tests.referrals.conftest import make_team, waiting_referral

SECRET = "JBSWY3DPEHPK3PXP"
"""Of an app that shows codes."""

LOOK = """
import json, sys, time
import django
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from painpath.accounts.models import AuditEntry, Service, User
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.referrals.models import Referral
said = {"without a scope": Referral.objects.count() + Practice.objects.count()}
for slug in ("southampton-portsmouth", "other"):
    from painpath.accounts.scope import service_at
    with scope(service_at(slug)):
        said[slug] = [Referral.objects.count(), Practice.objects.count()]
        try:
            from django.db import transaction
            with transaction.atomic():
                AuditEntry.objects.all().delete()
            said["audit"] = "deleted"
        except Exception as error:
            said["audit"] = type(error).__name__
client = Client(HTTP_HOST="localhost")
client.post(reverse("account_login"), {"login": sys.argv[1], "password": "correct horse battery"})
code = format_hotp_value(hotp_value(sys.argv[2], int(time.time()) // 30))
answer = client.post(reverse("mfa_authenticate"), {"code": code})
said["signed in"] = [answer.status_code, "_auth_user_id" in client.session]
print(json.dumps(said))
"""
DYING = """
import os, signal, sys
from painpath.keeping import manifest
manifest.tables = lambda cursor: os.kill(os.getpid(), signal.SIGKILL)
from painpath.cli import main
main()
"""


@dataclass
class Backup:
    """A backup of the test database, and what was in that at the moment."""

    file: Path
    key: Path
    rows: dict[str, str]
    sequences: dict[str, int]
    email: str

    def restore(self, home: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        given = {"PAINPATH_BACKUP_KEY_FILE": str(self.key), **settings}
        return places.command("restore", str(self.file), *arguments, home=home, **given)


def dsn() -> str:
    with as_owner(), connection.cursor():
        return str(connection.connection.info.dsn)


@pytest.fixture
def backup(transactional_db: None, service_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backup:
    """Two services; in one a decided referral with a letter that waits, in both a practice."""
    with as_owner():
        other = Service.objects.create(slug="other", name="Other")
    with scope(other):
        Practice.objects.create(service=other, name="Theirs, 16% “quoted”\\N\t\n\\.")
    with scope(service_id):
        team = make_team()
        decide(team, waiting_referral(team, patient=ADDRESS, route="practitioner-letter", ubrn=""))
        user = Membership.objects.get(pk=team.consultant.pk).user
        Authenticator.objects.create(user=user, type="totp", data={"secret": get_adapter().encrypt(SECRET)})
    with scope(service_id):
        seal(team.service)
    monkeypatch.setenv("PAINPATH_BACKUP_TO", age.new_key(key := tmp_path / "key"))
    before, at = places.rows(dsn()), places.sequences(dsn())
    backing_up.back_up(file := tmp_path / "one.age")
    return Backup(file, key, before, at, user.email)


def unlike(found: dict[str, str], backup: Backup) -> set[str]:
    return {name for name in found.keys() | backup.rows.keys() if found.get(name) != backup.rows.get(name)}


TOUCHED = {"accounts_auditentry", "letters_dispatch", "measuring_stale"}
"""What a restore itself writes: that it was done, what it holds, and that figures of what it holds are made anew."""


def look(home: Path, backup: Backup, **settings: str) -> dict[str, object]:
    given = {**os.environ, "PAINPATH_HOME": str(home), "DJANGO_SETTINGS_MODULE": "painpath.settings", **settings}
    done = subprocess.run(
        [sys.executable, "-c", LOOK, backup.email, SECRET], env=given, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


AS_IT_WAS = {
    "signed in": [302, True],
    "without a scope": 0, "southampton-portsmouth": [1, 1], "other": [0, 1], "audit": "ProgrammingError",
}  # fmt: skip


def test_there_and_back(backup: Backup, tmp_path: Path) -> None:
    """Embedded -> another home -> a server by password -> a third home: every row, right, policy and sequence."""
    home = tmp_path / "another home"
    done = backup.restore(home)
    assert done.returncode == 0, done.stderr
    assert "What waited to leave is held (1)" in done.stdout
    assert unlike(places.rows(places.owner(home)), backup) <= TOUCHED
    now = places.sequences(places.owner(home))
    assert all(now[name] >= last for name, last in backup.sequences.items())
    assert look(home, backup) == AS_IT_WAS
    # What is there is never overwritten unasked.
    again = backup.restore(home)
    assert again.returncode == 1
    assert "The database is not empty." in again.stderr

    keys = {"PAINPATH_BACKUP_KEY_FILE": str(backup.key)}
    secret = {"PAINPATH_SECRET_KEY": settings.SECRET_KEY}
    with places.server(tmp_path / "server") as url:
        on_server = backup.restore(tmp_path / "web", DATABASE_URL=url, **secret)
        assert on_server.returncode == 0, on_server.stderr
        assert unlike(places.rows(url), backup) <= TOUCHED
        assert look(tmp_path / "web", backup, DATABASE_URL=url, **secret) == AS_IT_WAS
        back = tmp_path / "back.age"
        made = places.command("backup", str(back), home=tmp_path / "web", DATABASE_URL=url, **keys, **secret)
        assert made.returncode == 0, made.stderr
        assert "The secret key is not in it" in made.stdout
        there = places.rows(url)
    third = tmp_path / "third"
    other_key = places.command("restore", str(back), home=third, **keys, PAINPATH_SECRET_KEY="another")
    assert other_key.returncode == 1
    assert "The secret key here is not the one" in other_key.stderr
    home_again = places.command("restore", str(back), home=third, **keys, **secret)
    assert home_again.returncode == 0, home_again.stderr
    now_there = places.rows(places.owner(third))
    assert {name for name in there if there[name] != now_there[name]} <= TOUCHED | {"django_session"}
    assert (there["django_session"][0], now_there["django_session"][0]) == ("1", "0"), "everybody is signed out"


def test_killed_half_way_nothing_has_changed(backup: Backup, tmp_path: Path) -> None:
    home = tmp_path / "home"
    given = {**os.environ, "PAINPATH_HOME": str(home), "PAINPATH_BACKUP_KEY_FILE": str(backup.key)}
    dying = [sys.executable, "-c", DYING, "restore", str(backup.file)]
    assert subprocess.run(dying, env=given, check=False).returncode == -signal.SIGKILL
    assert places.rows(places.owner(home)) == {}
    assert backup.restore(home).returncode == 0
    with psycopg.connect(places.owner(home)) as there:
        there.execute("UPDATE accounts_service SET name = 'Since the backup'")
    before = places.rows(places.owner(home))
    assert subprocess.run([*dying, "--replace"], env=given, check=False).returncode == -signal.SIGKILL
    assert places.rows(places.owner(home)) == before
    assert backup.restore(home, "--replace").returncode == 0
    assert unlike(places.rows(places.owner(home)), backup) <= TOUCHED


def test_what_cannot_be_restored_is_refused_before_anything_is_made(backup: Backup, tmp_path: Path) -> None:
    home = tmp_path / "home"
    age.new_key(tmp_path / "other key")
    wrong = backup.restore(home, PAINPATH_BACKUP_KEY_FILE=str(tmp_path / "other key"))
    assert (wrong.returncode, wrong.stderr) == (1, "This backup is sealed to another key. Nothing was changed.\n")
    content = backup.file.read_bytes()
    backup.file.write_bytes(content[:-1])
    cut = backup.restore(home)
    assert cut.returncode == 1
    assert cut.stderr == "This file is no backup, or is damaged or cut short. Nothing was changed.\n"
    assert not home.exists()


def test_a_backup_is_made_whole_or_not_at_all(backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeepingError, match="is there already"):
        backing_up.back_up(backup.file)
    monkeypatch.setattr(backing_up, "program", lambda *_, **__: "false")
    with pytest.raises(KeepingError, match="pg_dump could not read the database"):
        backing_up.back_up(tmp_path / "two.age")
    assert sorted(path.name for path in tmp_path.glob("*.age*")) == ["one.age"]
    assert backup.file.stat().st_mode & 0o077 == 0


def test_verify_finds_what_is_not_as_it_was(backup: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    from painpath.keeping import looking, restoring

    monkeypatch.setenv("PAINPATH_BACKUP_KEY", backup.key.read_text())
    with backup.file.open("rb") as file:
        of, _ = looking.look_through(file, os.environ)
        with as_owner(), connection.cursor() as cursor:  # as one that was killed leaves it
            cursor.execute("CREATE DATABASE painpath_verify_1 TEMPLATE template0")
        restoring.verify(file, of)
        found = SimpleNamespace(faults=["entry 1 was changed."])
        with monkeypatch.context() as tampered:
            tampered.setattr("painpath.accounts.audit_verifying.verify", lambda service, heads: found)
            with pytest.raises(KeepingError, match=r"Of the audit in it .* says: entry 1"):
                restoring.verify(file, of)
        table = of.tables["directory_practice"]
        of.tables["directory_practice"] = type(table)(table.rows, "another", table.policies)
        with pytest.raises(KeepingError, match="directory_practice differs"):
            restoring.verify(file, of)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'painpath_verify%%'")
        assert cursor.fetchone() == (0,)
