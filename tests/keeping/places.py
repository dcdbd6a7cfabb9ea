"""Where a record is restored to: homes with an embedded database, and a server that is reached over TCP by password."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from painpath.postgres.cluster import start
from painpath.postgres.programs import as_server_user, binary, environment, nobody
from tests.waiting import eventually, free_port

PASSWORD = "only for these tests"


def command(*arguments: str, home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`painpath ...` as a site runs it, with a home and settings of its own."""
    given = {
        key: value for key, value in os.environ.items() if not key.startswith(("PAINPATH_", "DATABASE_", "DJANGO_"))
    }
    given |= {"PAINPATH_HOME": str(home), **settings}
    main = "from painpath.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", main, *arguments], env=given, capture_output=True, text=True, timeout=120, check=False
    )


def rows(dsn: str) -> dict[str, str]:
    """A hash of each table: every row as text, in order. Another way than the program's own."""
    found = {}
    with psycopg.connect(dsn) as connection:
        connection.execute("SET timezone = 'UTC'")
        for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            lines = f'SELECT md5(t::text) AS one FROM "{name}" t'
            (found[name],) = connection.execute(
                f"SELECT count(*) || md5(coalesce(string_agg(one, '' ORDER BY one), '')) FROM ({lines}) AS x"
            ).fetchone()
    return found


def sequences(dsn: str) -> dict[str, int]:
    with psycopg.connect(dsn) as connection:
        return dict(connection.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences").fetchall())


def owner(home: Path) -> str:
    """How to reach the database of a home as its owner; its server runs from now on."""
    return start(home).dsn("owner")


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A PostgreSQL of the hospital: over TCP, by password, with an owner who is no superuser and a role made for us.
    Gives the DATABASE_URL."""
    port = free_port()
    data, sockets = folder / "data", folder / "socket"
    for one in (data, sockets):
        one.mkdir(parents=True, mode=0o700)
        if as_server_user():
            os.chown(one, *nobody())
    words = folder / "password"
    words.write_text(PASSWORD)
    words.chmod(0o644)
    user = as_server_user()
    init = [binary("initdb"), "-D", str(data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={words}"]
    options = {"cwd": "/", "env": environment(), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*user, *init, "--no-sync", "--locale=C", "--encoding=UTF8"], check=True, **options)  # type: ignore[call-overload]
    settings = ["-p", str(port), "-c", f"unix_socket_directories={sockets}", "-c", "fsync=off"]
    running = subprocess.Popen([*user, binary("postgres"), "-D", str(data), *settings], **options)  # type: ignore[call-overload]
    try:
        ready = [binary("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        assert eventually(lambda: subprocess.run(ready).returncode == 0)
        admin = f"postgresql://postgres:only%20for%20these%20tests@127.0.0.1:{port}/postgres"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE ROLE painpath_app NOLOGIN")
            connection.execute(f"CREATE ROLE site LOGIN PASSWORD '{PASSWORD}'")
            connection.execute("GRANT painpath_app TO site")
            connection.execute("CREATE DATABASE record OWNER site")
        yield f"postgresql://site:only%20for%20these%20tests@127.0.0.1:{port}/record"
    finally:
        running.terminate()
        running.wait(30)
