"""Where the program's connections go, and as whom."""

import os
import pwd
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from painpath import postgres
from painpath.postgres import PostgresError
from painpath.postgres.connections import LOST, POOL


def test_home_is_the_environments_or_in_the_checkout(tmp_path: Path) -> None:
    assert postgres.home({"PAINPATH_HOME": str(tmp_path)}) == tmp_path
    default = postgres.home({})
    assert default.name == ".painpath"
    assert (default.parent / "pyproject.toml").exists()


def test_without_a_url_the_program_connects_to_the_embedded_server_as_its_own_role() -> None:
    with TemporaryDirectory(prefix="p-") as home:  # short: the path of a socket has room for some 100 characters
        found = postgres.databases({"PAINPATH_HOME": home})["default"]
        assert (found["USER"], found["OWNER"]["USER"]) == ("painpath_app", "painpath_owner")
        assert found["HOST"].startswith(home)
        assert found["CONN_MAX_AGE"] == 0
        assert found["ATOMIC_REQUESTS"] is False
        assert not os.listdir(home), "reading the settings must start nothing"


def test_a_url_makes_its_user_the_owner_and_the_program_takes_a_role_that_policies_bind() -> None:
    url = "postgresql://own%20er:pa%2Fss@db.example:6432/clinic?sslmode=require&options=-c%20jit%3Doff"
    found = postgres.databases({"DATABASE_URL": url})["default"]
    assert found["NAME"] == found["OWNER"]["NAME"] == "clinic"
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("own er", "pa/ss", "db.example", "6432")
    assert found["OPTIONS"]["options"] == "-c jit=off -c role=painpath_app"
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OWNER"]["OPTIONS"] == LOST | {"sslmode": "require", "options": "-c jit=off"}
    assert "EMBEDDED" not in found


def test_a_server_whose_machine_vanished_is_known_to_be_gone_within_a_minute() -> None:
    found = postgres.databases({"DATABASE_URL": "postgresql://a@db/clinic?tcp_user_timeout=7000"})["default"]
    for options in (found["OPTIONS"], found["OWNER"]["OPTIONS"]):
        assert 0 < int(options["connect_timeout"]) <= POOL["timeout"]
        probes = int(options["keepalives_interval"]) * int(options["keepalives_count"])
        assert 0 < int(options["keepalives_idle"]) + probes <= 30
        assert options["tcp_user_timeout"] == "7000", "what the site has set stands"


def test_a_user_of_its_own_for_the_program() -> None:
    urls = {"DATABASE_URL": "postgresql://owner:a@db/clinic", "DATABASE_APP_URL": "postgresql://app:b@db/clinic"}
    found = postgres.databases(urls)["default"]
    assert (found["USER"], found["PASSWORD"], found["OWNER"]["USER"]) == ("app", "b", "owner")
    assert "options" not in found["OPTIONS"]


@pytest.mark.parametrize(
    "url", ["mysql://a:secret@b/c", "postgresql://a:secret@b:port/c", "postgresql://a:secret@b", "host=secret"]
)
def test_a_url_not_understood_gets_a_sentence_without_the_password(url: str) -> None:
    with pytest.raises(PostgresError, match="Write it as postgresql://") as caught:
        postgres.databases({"DATABASE_URL": url})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


SCRIPT = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from painpath.postgres.owner import as_owner

def one(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]

from django.db import transaction
with as_owner():
    call_command("migrate", verbosity=0)
    owner = one("select tableowner from pg_tables where tablename = 'django_migrations'")
    assert one("select current_user") == owner
assert one("select current_user") == "painpath_app"
assert one("select rolsuper or rolbypassrls from pg_roles where rolname = current_user") is False
with transaction.atomic():
    try:
        with as_owner(): pass
    except RuntimeError as error:
        print("refused:", error)
name = connection.settings_dict['NAME']
old = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
assert one("select current_database()") == old
assert one("select current_user") == "painpath_app"
connection.creation.destroy_test_db(name, verbosity=0)
assert one("select current_database()") == name
with as_owner():
    assert one("select count(*) from pg_database where datname like 'test%'") == 0
"""


ROLE_THAT_MAY_DO_ALL = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from painpath.postgres.owner import as_owner

with as_owner():
    with connection.cursor() as cursor:
        cursor.execute("alter role painpath_app bypassrls")
    call_command("migrate", verbosity=0)
"""


def django(script: str, home: Path, url: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a script on the smallest project, with the embedded server of `home` or another one."""
    environment = {
        **os.environ,
        "PAINPATH_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "site_for_tests",
        "PYTHONPATH": str(home),
    }
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    (home / "site_for_tests.py").write_text(Path(__file__).with_name("site.py").read_text())
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("by_url", [False, True])
def test_django_migrates_as_the_owner_and_works_as_the_program(tmp_path: Path, by_url: bool) -> None:
    url = f"postgresql://painpath_owner@/painpath?host={postgres.start(tmp_path).socket_dir}" if by_url else None
    done = django(SCRIPT, tmp_path, url)
    assert done.returncode == 0, done.stderr
    assert "become the owner before it begins" in done.stdout


def test_a_role_that_policies_would_not_bind_is_refused(tmp_path: Path) -> None:
    done = django(ROLE_THAT_MAY_DO_ALL, tmp_path)
    assert "PostgresError: The role painpath_app may bypass row-level security" in done.stderr


@pytest.mark.parametrize("rights", ["createdb createrole", "createdb"])
def test_a_server_of_somebody_elses_whose_owner_is_no_superuser(tmp_path: Path, rights: str) -> None:
    cluster = postgres.start(tmp_path)
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute("drop role painpath_app")
        connection.execute(f"create role site_owner login nosuperuser {rights}")
        connection.execute("create database clinic owner site_owner")
        with (cluster.data / "pg_ident.conf").open("a") as known:
            known.write(f'painpath "{pwd.getpwuid(os.geteuid()).pw_name}" site_owner\n')
        connection.execute("select pg_reload_conf()")
    done = django(SCRIPT, tmp_path, f"postgresql://site_owner@/clinic?host={cluster.socket_dir}")
    if "createrole" in rights:
        assert done.returncode == 0, done.stderr
    else:
        assert "PostgresError: The user of DATABASE_URL may not make the role painpath_app" in done.stderr
