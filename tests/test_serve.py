"""`painpath serve`, real processes: they answer, come back, and end together."""

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from painpath import serve
from painpath.postgres import Cluster, keeper
from tests.waiting import eventually, free_port

PREPARE = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from painpath.postgres.owner import as_owner
with as_owner():
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("grant all on all tables in schema public to painpath_app")
        cursor.execute("grant all on all sequences in schema public to painpath_app")
"""
SERVE = """
import sys
from painpath import serve
try:
    sys.exit(serve.serve(port=int(sys.argv[1]), workers=1, say=lambda sentence: print(sentence, flush=True)))
except serve.ServeError as error:
    sys.exit(str(error))
"""


def command_lines(part: str, port: int) -> list[int]:
    """The processes of `painpath.serve` that play this part."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode().split("\0")
                environment = (entry / "environ").read_bytes().decode().split("\0")
            except OSError:
                continue
            if f"PORT_OF_TEST={port}" in environment and words[1:4] == ["-m", "painpath.serve", part]:
                found.append(int(entry.name))
    return found


class Site:
    """A small project being served from a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.cluster = Cluster(folder)
        (folder / "site_for_serve.py").write_text((Path(__file__).parent / "postgres" / "site.py").read_text())
        self.environment = {
            **os.environ,
            "PAINPATH_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "site_for_serve",
            "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "PORT_OF_TEST": str(self.port),
            "PAINPATH_DRAIN": "3",
            "TMPDIR": str(folder),
        }
        self.environment.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "-c", PREPARE], env=self.environment, check=True)
        self.errors = folder / "errors.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(self.port)], env=self.environment, stdout=subprocess.PIPE,
                stderr=errors, text=True,
            )  # fmt: skip

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def get(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read().decode()
        except OSError:
            return ""
        finally:
            connection.close()

    def ask(self, method: str, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def kept(self) -> set[str]:
        with psycopg.connect(self.cluster.dsn()) as connection:
            rows = connection.execute("select model from django_content_type where app_label = 'slow'").fetchall()
        return {word for (word,) in rows}

    @contextmanager
    def used(self) -> Iterator[None]:
        """The database stays up meanwhile: this is a user of it too. Without one it stops with the program."""
        users = os.open(self.cluster.folder / "users.lock", os.O_RDWR)
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            yield
        finally:
            os.close(users)

    def has_another(self, part: str, before: list[int]) -> bool:
        return bool(set(command_lines(part, self.port)) - set(before))

    def all_gone(self) -> bool:
        parts = command_lines("web", self.port) + command_lines("worker", self.port)
        return not parts and keeper.postmaster(str(self.cluster.data)) is None


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if not Path("/proc/self").exists():
        pytest.skip("looks at processes through /proc")
    site = Site(tmp_path)
    assert site.says() == f"Painpath answers at http://127.0.0.1:{site.port} (ctrl-C stops it)"
    yield site
    site.process.kill()
    site.process.wait()
    assert eventually(site.all_gone), "something still runs"
    assert "Exception in thread" not in site.errors.read_text()


def test_parts_that_die_come_back_and_all_end_together(site: Site) -> None:
    assert site.get().split()[0] == "painpath_app"
    for part, name in (("worker", "task worker"), ("web", "web server")):
        before = command_lines(part, site.port)
        os.kill(min(before), signal.SIGKILL)
        assert site.says() == f"The {name} ended by itself (exit code -9). It is being started again."
        assert eventually(partial(site.has_another, part, before))
    assert eventually(lambda: site.get().startswith("painpath_app"))
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(timeout=60) == 0
    assert eventually(site.all_gone)


def test_told_to_stop_it_says_so_first_and_finishes_what_is_under_way(site: Site) -> None:
    """`PAINPATH_DRAIN` is 3 seconds here. What a load balancer reads turns, others are answered, nothing is cut off."""
    assert eventually(lambda: site.ask("GET", "/health/ready")[0] == 200), site.ask("GET", "/health/ready")
    with site.used(), ThreadPoolExecutor() as pool:
        first = pool.submit(site.ask, "POST", "/slow")
        assert eventually(lambda: site.kept() == {"begun"})
        site.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: site.ask("GET", "/health/ready")[0] == 503)
        last = pool.submit(site.ask, "POST", "/slow")  # somebody whom the balancer still sent here
        assert json.loads(site.ask("GET", "/health/ready")[1])["program"] == "stopping"
        assert (first.result(), last.result()) == ((200, "kept"), (200, "kept"))
        assert site.process.wait(timeout=60) == 0
        assert site.kept() == {"begun", "kept"}


def test_nothing_is_left_when_it_is_killed(site: Site) -> None:
    site.process.kill()
    assert eventually(site.all_gone)


def test_the_worker_is_a_user_of_the_database_and_runs_a_task(site: Site) -> None:
    with psycopg.connect(site.cluster.dsn()) as connection:
        connection.execute(
            "select procrastinate_defer_jobs_v1(array[row('default', 'builtin:procrastinate.builtin_tasks."
            "remove_old_jobs', 0, null, null, '{\"max_hours\": 1}', null)::procrastinate_job_to_defer_v1])"
        )

    def done() -> bool:
        with psycopg.connect(site.cluster.dsn()) as connection:
            row = connection.execute("select status from procrastinate_jobs order by id desc limit 1").fetchone()
        return row == ("succeeded",)

    assert eventually(done)


def test_a_part_that_ran_well_once_is_started_again_however_often_it_dies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What keeps it from running may pass: the disk of the database is full for an hour, then there is room."""
    monkeypatch.setattr(serve, "SETTLED", 0.2)
    monkeypatch.setattr(serve, "PAUSE", 0)
    said: list[str] = []
    part = serve._Part("task worker", [sys.executable, "-c", "pass"], {}, tmp_path / "worker")
    part.start()
    time.sleep(0.3)
    for _ in range(serve.TRIES + 2):
        assert eventually(lambda: part.ended() is not None)
        assert serve._again(part, 1, said.append)
        monkeypatch.setattr(serve, "SETTLED", 60)
    part.stop(now=True)
    assert set(said) == {"The task worker ended by itself (exit code 1). It is being started again."}


def test_what_a_part_that_was_killed_left_of_a_letter_is_gone_when_it_starts_again(tmp_path: Path) -> None:
    leaves = "import tempfile, time; tempfile.NamedTemporaryFile(delete=False); time.sleep(60)"
    part = serve._Part("task worker", [sys.executable, "-c", leaves], {}, tmp_path / "worker")
    part.start()
    assert eventually(lambda: any(part.temporary.iterdir()))
    before = set(part.temporary.iterdir())
    part.stop(now=True)
    assert eventually(lambda: part.ended() is not None)
    assert serve._again(part, 1, lambda _: None)
    assert before.isdisjoint(part.temporary.iterdir())
    part.stop(now=True)


def test_a_taken_port_gets_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(serve.ServeError, match="choose another port with --port"):
            serve.serve(port=other.getsockname()[1])


def test_a_part_that_never_runs_ends_in_a_sentence(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "PAINPATH_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "no_such_settings"}
    done = subprocess.run(
        [sys.executable, "-c", SERVE, str(port)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "will not run (last exit code" in done.stdout
    cluster = Cluster(tmp_path)
    assert eventually(lambda: keeper.postmaster(str(cluster.data)) is None)
