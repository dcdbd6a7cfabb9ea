"""Two `painpath serve` as on two machines, over one PostgreSQL by TCP: they share settings, and nothing else."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from django.db import connection

from painpath.letters import door
from painpath.postgres import programs
from painpath.postgres.connections import POOL
from tests.conftest import SERVICE
from tests.waiting import eventually, free_port

KEY = "k" * 50
PASSWORD = "copper teapot seventeen"
PEOPLE = f"""
import django
django.setup()
from painpath.accounts.models import Membership, Service, User
from painpath.postgres.owner import as_owner
with as_owner():
    service = Service.objects.create(slug="{SERVICE}", name="Persistent pain service")
    user = User.objects.create_user("ada@trust.nhs.uk", "Dr Ada Example", "{PASSWORD}")
    Membership.objects.create(service=service, user=user, role="administrator")
"""
ROLES = """
CREATE ROLE painpath_owner LOGIN PASSWORD 'owner';
CREATE ROLE painpath_app LOGIN PASSWORD 'app';
GRANT painpath_app TO painpath_owner;
CREATE DATABASE clinic OWNER painpath_owner;
"""


def run(program: str, *arguments: str, words: str = "", before: Sequence[str] = ()) -> str:
    """What one of PostgreSQL's own programs prints."""
    done = subprocess.run(
        [*before, programs.binary(program), *arguments],
        input=words, cwd="/", env=programs.environment(), text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class Server:
    """A PostgreSQL of its own that listens on TCP and asks for passwords, as on a machine of its own."""

    def __init__(self, folder: Path) -> None:
        self.port, self.data = free_port(), folder / "data"
        self.data.mkdir(mode=0o700)
        self.user = programs.as_server_user()
        if self.user:
            os.chown(self.data, *programs.nobody())
        make = ["initdb", "-D", str(self.data), "-U", "root_of_test", "--auth=trust", "--encoding=UTF8", "-N"]
        run(*make, "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions", before=self.user)
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "fsync": "off",
                   "log_min_messages": "fatal"}  # fmt: skip
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [*self.user, programs.binary("postgres"), "-D", str(self.data), *words]
        self.process = subprocess.Popen(command, cwd="/", env=programs.environment())

    def let_in_by_password_alone(self) -> None:
        """The roles of docs/deploying.md, and nobody else."""
        assert eventually(self.answers)
        with psycopg.connect(self.url("root_of_test", "", "postgres"), autocommit=True) as root:
            for statement in ROLES.strip().splitlines():
                root.execute(statement)
        (self.data / "pg_hba.conf").write_text("host clinic painpath_owner,painpath_app 127.0.0.1/32 scram-sha-256\n")
        self.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: not self.answers()), "somebody still gets in without a password"

    def url(self, user: str, password: str, name: str = "clinic") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url("root_of_test", "", "postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def fill(self) -> None:
        """The tables as migrations made them in the database of the tests, owned by a role that is no superuser."""
        here = connection.settings_dict
        whose = ["-h", here["HOST"], "-p", here["PORT"], "-U", here["OWNER"]["USER"]]
        tables = run("pg_dump", "-s", "-O", *whose, here["NAME"])
        owner = self.url("painpath_owner", "owner")
        run("psql", "-q", "-v", "ON_ERROR_STOP=1", owner, words=tables)
        environment = {**os.environ, "DATABASE_URL": owner, "PAINPATH_SECRET_KEY": KEY}
        subprocess.run([sys.executable, "-c", PEOPLE], env=environment, check=True)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url("painpath_owner", "owner")) as owner:
            return owner.execute(query).fetchall()


class Machine:
    """`painpath serve`, with a home of its own and the settings of the site."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.port, self.home = free_port(), folder / "home"
        ours = ("PAINPATH_", "DATABASE_", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment = kept | {
            "PAINPATH_HOME": str(self.home), "PAINPATH_SECRET_KEY": KEY,
            "DATABASE_URL": server.url("painpath_app", "app"),
        }  # fmt: skip
        command = [sys.executable, "-c", "from painpath.cli import main; main()", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--workers", "1"], env=environment, stdout=subprocess.PIPE, text=True
        )
        self.at = f"http://127.0.0.1:{self.port}"

    def ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith(f"Painpath answers at {self.at}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture
def server(tmp_path: Path, db: None) -> Iterator[Server]:
    server = Server(tmp_path)
    try:
        server.let_in_by_password_alone()
        server.fill()
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(timeout=60)


@pytest.fixture
def machines(tmp_path: Path, server: Server) -> Iterator[tuple[Machine, Machine]]:
    both = Machine(tmp_path / "one", server), Machine(tmp_path / "two", server)
    try:
        for machine in both:
            machine.ready()
        yield both
    finally:
        for machine in both:
            machine.stop()


def post(browser: requests.Session, address: str, page_before: str = "", **fields: str) -> requests.Response:
    """Send a form, with the token of the page that it stands on."""
    page = browser.get(page_before or address)
    [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    return browser.post(address, fields | {"csrfmiddlewaretoken": token}, allow_redirects=False)


def home(browser: requests.Session, machine: Machine) -> tuple[int, str]:
    answer = browser.get(f"{machine.at}/", allow_redirects=False)
    return answer.status_code, answer.headers.get("Location", "")


def a_session_of_one_machine_counts_on_the_other(one: Machine, two: Machine) -> None:
    browser = requests.Session()  # a proxy before both: one host, one set of cookies
    assert "/accounts/login/" in home(browser, two)[1]
    assert post(browser, f"{one.at}/accounts/login/", login="ada@trust.nhs.uk", password=PASSWORD).status_code == 302
    assert home(browser, one) == home(browser, two)
    assert "/accounts/login/" not in home(browser, two)[1]
    kept = {cookie.name: str(cookie.value) for cookie in browser.cookies}
    assert post(browser, f"{two.at}/accounts/logout/", f"{two.at}/").status_code == 302
    for machine in (one, two):  # also with the cookie that somebody has kept
        assert "/accounts/login/" in requests.get(machine.at, cookies=kept, allow_redirects=False).headers["Location"]


def limits_count_for_both_together(one: Machine, two: Machine) -> None:
    browser = requests.Session()
    tail = f"/services/{SERVICE}/referral/"
    references = [f"{first}CDF-GHJK" for first in "23456789BCDFGHJKMNPQ"]
    assert len(references) == door.BY_ADDRESS["reference"]
    for number, reference in enumerate(references):
        assert post(browser, f"{(one, two)[number % 2].at}{tail}", reference=reference).status_code == 302
    for machine in (one, two):
        refused = post(browser, f"{machine.at}{tail}", reference="RRRR-RRRR")
        assert "many tries from where you are" in refused.text


def each_job_is_done_once(server: Server) -> None:
    """Of the references that were typed above, each has queued one job."""
    states = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1"
    assert eventually(lambda: dict(server.rows(states)).keys() == {"succeeded"}), server.rows(states)
    starts = server.rows(
        "SELECT job_id, count(*) FROM procrastinate_events WHERE type = 'started' GROUP BY 1 HAVING count(*) > 1"
    )
    assert starts == []
    [(codes,)] = server.rows("SELECT count(*) FROM procrastinate_jobs WHERE args ? 'reference'")
    assert codes == door.BY_ADDRESS["reference"]
    [(workers,)] = server.rows("SELECT count(*) FROM procrastinate_workers")
    assert workers == 2
    by_calendar = server.rows(
        "SELECT task_name, defer_timestamp, count(*) FROM procrastinate_periodic_defers GROUP BY 1, 2"
    )
    assert by_calendar
    assert {count for _, _, count in by_calendar} == {1}


def connections_are_as_few_as_docs_scale_md_says(server: Server) -> None:
    [(open_now,)] = server.rows("SELECT count(*) FROM pg_stat_activity WHERE usename = 'painpath_app'")
    assert 2 <= open_now <= 2 * ((1 + 1) * int(POOL["max_size"]) + 1)


def test_two_machines_are_one_site(server: Server, machines: tuple[Machine, Machine]) -> None:
    one, two = machines
    a_session_of_one_machine_counts_on_the_other(one, two)
    limits_count_for_both_together(one, two)
    each_job_is_done_once(server)
    connections_are_as_few_as_docs_scale_md_says(server)
    one.stop()
    assert requests.get(f"{two.at}/accounts/login/").status_code == 200, "the other goes on"
    assert not any(machine.home.exists() for machine in machines), "a machine keeps something beside the database"
