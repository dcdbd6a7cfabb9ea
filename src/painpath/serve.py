"""`painpath serve`: the web server and the task worker side by side, until told to stop.

Two child processes, each a user of the database by itself (`painpath.postgres`). One that dies is started again, and
said so; when it never runs, everything stops with a sentence. They end with this process, however it ends.
"""

import argparse
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from painpath import logs, postgres

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

BLOCKING_THREADS = 4
"""Requests that one web process works on at once. Measured: faster than more threads, and few connections."""
SETTLED = 20
"""Seconds after which a part counts as having started well."""
TRIES = 5
"""Bad starts in a row before giving up."""
PAUSE = 5
"""Seconds before the next start of a part that ran well once, and now does not."""
JOBS = 4
"""Jobs that the task worker works on at once. Most of the time of one goes by in waiting for a mail server or carrier:
one that is silent keeps a thread for ten seconds with each try, and must not keep documents from being read. They share
the worker's pool of connections; jobs with one lock still follow one another."""
GRACE = 20
"""Seconds for requests and tasks under way to finish."""
DRAIN = "PAINPATH_DRAIN"
"""The setting: seconds between the word to stop and the stop, in which `/health/ready` says so and everything is still
answered: more than a load balancer needs to notice. None by default; ctrl-C never waits."""


LOOKS = 2
"""Seconds between two looks at the clock."""
SET_BACK = 60
"""Seconds by which a clock goes back in one step, or little by little, before the worker begins anew."""


class ServeError(Exception):
    """The program cannot be served; the message says why and what to do."""


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `serve` to a command line."""
    parser = subparsers.add_parser("serve", help="the web server and the task worker, until told to stop")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, help="web processes (default: two, or one on a single core)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve. Exit status 1 with a sentence when that cannot be done."""
    try:
        return serve(host=args.host, port=args.port, workers=args.workers)
    except (ServeError, postgres.PostgresError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


@dataclass(slots=True)
class _Part:
    """One child process, what it is called and how to start it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    temporary: Path
    """Its temporary files, of which some hold words of letters: none outlives the process that wrote it."""
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    bad_starts: int = 0
    ran: bool = False
    """Whether it ever started well: then what keeps it from it now may pass, such as a full disk."""

    def start(self) -> None:
        self.began = time.monotonic()
        shutil.rmtree(self.temporary, ignore_errors=True)
        with suppress(OSError):  # no room there: Python looks for a folder elsewhere
            self.temporary.mkdir(mode=0o700, exist_ok=True)
        environment = {**os.environ, **self.environment, "TMPDIR": str(self.temporary)}
        self.process = subprocess.Popen(  # noqa: S603 this very module
            self.command, stdin=subprocess.PIPE, start_new_session=True, env=environment
        )

    def ended(self) -> int | None:
        """The exit code of a process that is no more."""
        return None if self.process is None else self.process.poll()

    def stop(self, *, now: bool = False) -> None:
        """Ask it to end, or end it and everything it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            if now:
                os.killpg(self.process.pid, signal.SIGKILL)
            elif self.process.poll() is None:
                self.process.terminate()


def serve(
    *, host: str = "127.0.0.1", port: int = 8000, workers: int | None = None, say: Callable[[str], None] | None = None
) -> int:
    """Serve until SIGTERM or ctrl-C; returns the exit code: 0 when asked to stop, 1 when a part would not run.

    `workers` web processes (two, or one on a single core). `say` gets each sentence for the person at the keyboard,
    first the address as soon as it answers. Raises ServeError when the port is taken, PostgresError when there is no
    database.
    """
    say = say or _say
    _require_free(host, port)
    if not os.environ.get("DATABASE_URL"):
        postgres.start(postgres.home(os.environ))
    run_folder = Path(tempfile.mkdtemp(prefix="painpath-run-"))
    # For the parts alone: where they learn of a stop, and where the web processes count what they answered.
    apart = {"PAINPATH_RUN": str(run_folder), "PROMETHEUS_MULTIPROC_DIR": str(run_folder)}
    count = workers or min(2, os.cpu_count() or 1)
    here = [sys.executable, "-m", "painpath.serve"]
    web = _Part("web server", [*here, "web", host, str(port), str(count)], apart, run_folder / "web")
    parts = [web, _Part("task worker", [*here, "worker"], apart, run_folder / "worker")]
    stopping, at_once = threading.Event(), threading.Event()

    def stop(number: int, _: object) -> None:
        if number == signal.SIGINT or stopping.is_set():
            at_once.set()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        for part in parts:
            part.start()
        announced = False
        while not stopping.wait(0.2):
            if not announced and _answers(host, port):
                say(f"Painpath answers at {_address(host, port)} (ctrl-C stops it)")
                announced = True
            for part in parts:
                if (code := part.ended()) is not None and not _again(part, code, say):
                    return 1
        (run_folder / "stopping").touch()
        at_once.wait(float(os.environ.get(DRAIN) or 0))
        return 0
    finally:
        _stop(parts)
        shutil.rmtree(run_folder, ignore_errors=True)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()  # at once, also into a pipe or a log


def _again(part: _Part, code: int, say: Callable[[str], None]) -> bool:
    """Start a part that ended again, unless it never got going."""
    part.stop(now=True)  # what it left behind: web processes would keep the port
    settled = time.monotonic() - part.began > SETTLED
    part.ran = part.ran or settled
    part.bad_starts = 1 if settled else part.bad_starts + 1
    if part.bad_starts >= TRIES and part.ran:
        time.sleep(PAUSE)
    elif part.bad_starts >= TRIES:
        say(f"The {part.name} will not run (last exit code {code}). What it wrote above says why.")
        return False
    say(f"The {part.name} ended by itself (exit code {code}). It is being started again.")
    part.start()
    return True


def _stop(parts: list[_Part]) -> None:
    for part in parts:
        part.stop()
    end = time.monotonic() + GRACE + 5
    while any(part.ended() is None for part in parts if part.process) and time.monotonic() < end:
        time.sleep(0.05)
    for part in parts:
        part.stop(now=True)
        if part.process:
            part.process.wait()


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise ServeError(
                f"{_address(host, port)} cannot be used ({error.strerror}). Perhaps Painpath already runs there: stop "
                "it first, or choose another port with --port."
            ) from None


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _answers(host: str, port: int) -> bool:
    """Whether anything, even an error page, comes back."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 an address to translate, not to listen on
    connection = http.client.HTTPConnection(near, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _end_with_parent() -> None:
    """Stop as if told to when the parent is gone: its end of our standard input closes, even after kill -9."""

    def watch() -> None:
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _end_when_the_clock_is_set_back() -> None:
    """Stop as if told to when the clock has gone back: `serve` starts another. The queue remembers until when it has
    queued what comes every minute, and would wait until then; after a clock that was wrong by a year, for a year."""

    def watch() -> None:
        ahead = time.time() - time.monotonic()  # the second of these is never set
        while True:
            time.sleep(LOOKS)
            now = time.time() - time.monotonic()
            if now < ahead - SET_BACK:
                sys.stderr.write("The clock of this machine was set back. The task worker begins anew.\n")
                os.kill(os.getpid(), signal.SIGTERM)
                return
            ahead = max(ahead, now)

    threading.Thread(target=watch, daemon=True).start()


def _web(host: str, port: str, workers: str) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "painpath.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.configured(os.environ.get("PAINPATH_LOG", "")),
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    ).serve()


def _worker() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    django.setup()
    _end_when_the_clock_is_set_back()
    call_command("procrastinate", "worker", f"--concurrency={JOBS}", f"--shutdown-graceful-timeout={GRACE}")


if __name__ == "__main__":
    _end_with_parent()
    if sys.argv[1] == "web":
        _web(*sys.argv[2:])
    else:
        _worker()
