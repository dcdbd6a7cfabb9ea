"""The process that keeps the server running while anybody uses it, and stops it when the last user is gone.

Every user of the server holds a shared lock on one file. The kernel lets go of it however that process ends: by itself,
by SIGTERM, by kill -9. The keeper tries the exclusive lock; when it gets it, nobody is left.

Run as a file by `cluster.start` (`python -I -S keeper.py ORDER`), with the standard library only: it outlives its
starter, must not depend on its environment, and stays small.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PAUSE = 0.25
"""Seconds between two looks. A stop is noticed this late; four looks a second cost no measurable time."""
GIVE_UP_AFTER = 20
"""Failed starts in a row. After a killed postmaster its orphans hold the shared memory for a second or two."""
LONG_ENOUGH = 10
"""A server that ran for this many seconds had started; its end counts as a crash, not as a failed start."""
PATIENCE = 60
"""Seconds that a fast shutdown may take; then the server must drop everything (it recovers at the next start)."""


def main(users: str, data: str, socket_dir: str, server: list[str]) -> int:
    """Run `server` on the folder `data` until nobody holds the file `users`. 0 when stopped, 1 when it will not run."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # the server must outlast its users: only they decide
    lock = os.open(users, os.O_RDWR)
    child: subprocess.Popen[bytes] | None = None
    failures, began = 0, 0.0
    while not _nobody_holds(lock, users):
        if (child is None or child.poll() is not None) and postmaster(data) is None:
            if child is not None:
                failures = 0 if time.monotonic() - began > LONG_ENOUGH else failures + 1
            if failures >= GIVE_UP_AFTER:
                return 1
            began = time.monotonic()
            child = subprocess.Popen(server, env={**os.environ, **_leftovers(data)})
        time.sleep(PAUSE)
    _stop(child, data)
    if not _replaced(lock, users):
        with suppress(OSError):
            os.rmdir(socket_dir)  # it may lie in /tmp
    return 0


def _nobody_holds(lock: int, users: str) -> bool:
    """Whether the last user is gone, or the whole folder is: somebody deleted it under a running server."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return not os.path.exists(users) or _replaced(lock, users)
    return True


def _replaced(lock: int, users: str) -> bool:
    """Whether the folder was deleted and made anew by another start."""
    try:
        return os.stat(users).st_ino != os.fstat(lock).st_ino
    except FileNotFoundError:
        return False


def _stop(child: "subprocess.Popen[bytes] | None", data: str) -> None:
    """Shut the server down fast; when it does not obey, at once. Signals as in PostgreSQL's manual, section 18.5."""
    for order in (signal.SIGINT, signal.SIGQUIT):
        end = time.monotonic() + PATIENCE
        if (pid := child.pid if child and child.poll() is None else postmaster(data)) is None:
            return
        os.kill(pid, order)
        while time.monotonic() < end:
            if (child is None or child.poll() is not None) and postmaster(data) is None:
                return
            time.sleep(0.02)


def postmaster(data: str) -> int | None:
    """The process that serves the folder `data`, told by its command line: a pid alone may have passed to another."""
    pid = _recorded(data)
    if pid is None or pid <= 0:
        return None
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="surrogateescape").split("\0")
    except OSError:
        if Path("/proc/self").exists():
            return None
        answer = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
        line = answer.stdout.decode(errors="surrogateescape").strip()
        return pid if f" -D {data} " in f"{line} " else None
    return pid if "-D" in words and data in words else None


def _recorded(data: str) -> int | None:
    """The pid in postmaster.pid; 0 when what stands there is no pid (written in part, then a crash)."""
    try:
        first = Path(data, "postmaster.pid").read_bytes().split(b"\n")[0]
    except OSError:
        return None
    return int(first) if first.isdigit() else 0


def _leftovers(data: str) -> dict[str, str]:
    """Deal with a postmaster.pid that no server stands behind.

    A pid that now belongs to something else is passed on as one to overlook (PG_GRANDPARENT_PID, as pg_ctl does), so
    that PostgreSQL still checks the shared memory that the file names. A file without a pid says nothing: it goes.
    """
    pid = _recorded(data)
    if pid == 0:
        Path(data, "postmaster.pid").unlink(missing_ok=True)
    return {"PG_GRANDPARENT_PID": str(pid)} if pid else {}


if __name__ == "__main__":
    sys.exit(main(**json.loads(sys.argv[1])))
