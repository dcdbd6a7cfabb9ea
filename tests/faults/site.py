"""A real site to break: `painpath serve` with its embedded PostgreSQL, all of it on a small file system of its own.

Its tables and people are those of the test database, copied before it starts. What it says goes into one log.
"""

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from painpath.postgres import Cluster, keeper, start
from painpath.postgres.programs import binary, environment
from tests.waiting import eventually, free_port

ROOT = Path(__file__).parents[2]
SLUG = "southampton-portsmouth"
SIZE = 400 * 1024**2
"""Of the file system under the site: a cluster with our tables, its log written ahead, and letters."""


@contextmanager
def small_disk(folder: Path, size: int = SIZE) -> Iterator[bool]:
    """A file system of this size at `folder`; False where this machine lets us mount none, and it is a plain folder."""
    folder.mkdir()
    order = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(order, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # what still stops may have it open


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """The file system of `folder` has no byte left inside the block."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 65536):
            pass
    try:
        yield
    finally:
        ballast.unlink()


class Answer:
    """What came back: status, headers, the page."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode()


class Site:
    """The site, once it answers. `ask` raises OSError or HTTPException where nothing, or half an answer, comes."""

    def __init__(self, folder: Path, session: str, **more: str) -> None:
        """`folder` has a folder `disk` and a folder `temporary`, where uploads lie while they come."""
        self.home, self.disk, self.temporary = folder / "disk" / "home", folder / "disk", folder / "temporary"
        self.cluster, self.session = Cluster(self.home), session
        self.token = self.clinician = ""
        """Of a program that may send, and the session of a clinician."""
        self.log, self.clock = folder / "site.log", folder / "clock"
        self.clock.write_text("0")
        self.port = free_port()
        self.environment = {
            **environment(), "PAINPATH_HOME": str(self.home), "PAINPATH_SECRET_KEY": settings.SECRET_KEY,
            "PAINPATH_PATHWAYS": str(_switched_on(folder / "pathways")), "TMPDIR": str(self.temporary),
            "DJANGO_SETTINGS_MODULE": "painpath.settings", "CLOCK_OF_TEST": str(self.clock),
            "PYTHONPATH": f"{Path(__file__).parent / 'jumping'}:{ROOT / 'src'}:{ROOT}", **more,
        }  # fmt: skip
        self.environment.pop("DATABASE_URL", None)
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Copy the test database into a cluster of its own, and serve it."""
        start(self.home)
        here = connection.settings_dict
        given = {"host": here["HOST"], "port": here["PORT"], "user": here["OWNER"]["USER"], "dbname": here["NAME"]}
        dsn = " ".join(f"{name}='{value}'" for name, value in given.items() if value)
        dump = subprocess.run([binary("pg_dump"), "-d", dsn], env=environment(), capture_output=True, check=True)
        load = [binary("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", self.cluster.dsn("owner")]
        subprocess.run(load, input=dump.stdout, env=environment(), capture_output=True, check=True)
        serve = [sys.executable, "-c", "from painpath.cli import main; main()"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*serve, "serve", "--port", str(self.port), "--workers", "1"],
                env=self.environment, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        assert eventually(lambda: self.answers("/receive/")), self.said()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """All that the site and its database have written so far."""
        return self.log.read_text(errors="replace") + self.cluster.log.read_text(errors="replace")

    def ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, timeout: float = 30
    ) -> Answer:
        """One request, by somebody of the team who is signed in."""
        given = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}", **(headers or {})}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)) as line:
            line.request("GET" if body is None else "POST", path, body, given)
            return Answer(line.getresponse())

    def answers(self, path: str = "/receive/") -> bool:
        """Whether the page comes as it should."""
        with suppress(OSError, http.client.HTTPException):
            return self.ask(path).status == 200
        return False

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in its database, asked as the owner of its tables."""
        with psycopg.connect(self.cluster.dsn("owner"), autocommit=True) as line:
            return line.execute(query, values).fetchall()  # type: ignore[arg-type]

    def order(self, statement: str) -> None:
        """Have something done in its database, as the owner of its tables."""
        with psycopg.connect(self.cluster.dsn("owner"), autocommit=True) as line:
            line.execute(statement)  # type: ignore[arg-type]

    def part(self, name: str) -> int | None:
        """The process of the site that plays this part: `web` or `worker`. (Of those of the web, the one above.)"""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    words = (entry / "cmdline").read_bytes().decode().split("\0")
                    theirs = (entry / "environ").read_bytes().decode(errors="replace").split("\0")
                    if words[1:4] == ["-m", "painpath.serve", name] and f"PAINPATH_HOME={self.home}" in theirs:
                        found.append(int(entry.name))
        return min(found, default=None)

    def kill(self, name: str) -> None:
        """End this part by SIGKILL, and wait until another is started in its place."""
        found = self.part(name)
        assert found is not None
        before = self.log.read_text().count("It is being started again")  # by then what it left behind is ended, too
        os.kill(found, signal.SIGKILL)
        assert eventually(lambda: self.log.read_text().count("It is being started again") > before), self.said()

    @contextmanager
    def without_database(self, order: int = signal.SIGINT) -> Iterator[None]:
        """Inside the block PostgreSQL is stopped, and nobody starts it again."""
        keeps, server = self._keeper(), keeper.postmaster(str(self.cluster.data))
        assert server is not None
        os.kill(keeps, signal.SIGSTOP)
        try:
            os.kill(server, order)
            assert eventually(lambda: keeper.postmaster(str(self.cluster.data)) is None)
            yield
        finally:
            os.kill(keeps, signal.SIGCONT)

    def _keeper(self) -> int:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    words = (entry / "cmdline").read_bytes().decode()
                    if "keeper.py" in words and str(self.cluster.data) in words:
                        return int(entry.name)
        raise AssertionError("nobody keeps the server")

    def end(self) -> None:
        """Stop everything. (The database stops when this process, too, has no more use of it.)"""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)


def _switched_on(folder: Path) -> Path:
    """The pathways, with everything of the service switched on by which other programs send."""
    shutil.copytree(ROOT / "pathways", folder)
    exchange = folder / SLUG / "exchange.yaml"
    words = exchange.read_text()
    for off, on in (('fhir: "off"', 'fhir: "on"'), ('bars: "off"', 'bars: "on"'), ("ers: by_hand", "ers: api")):
        assert f"  {off}\n" in words
        words = words.replace(f"  {off}\n", f"  {on}\n")
    exchange.write_text(words)
    return folder
