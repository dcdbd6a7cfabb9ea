"""Which `pg_dump` and `pg_restore`: as new as the server at least, and able to reach it."""

import os
import re
import shutil
import subprocess
from functools import cache

from painpath.keeping.errors import KeepingError
from painpath.postgres.programs import PostgresError, binary


def program(name: str, at_least: int, *, embedded: bool) -> str:
    """The path of a program of PostgreSQL of this major version or a later one.

    For another server the machine's own comes first: that of the embedded database speaks no TLS. Raises KeepingError.
    """
    places = [_wheels(name), shutil.which(name)]
    for path in places if embedded else reversed(places):
        if path and major(path) >= at_least:
            return path
    raise KeepingError(
        f"No {name} of version {at_least} or later is on this machine. Install PostgreSQL's client programs of that "
        "version."
    )


def _wheels(name: str) -> str | None:
    try:
        return binary(name)
    except PostgresError:
        return None


@cache
def major(path: str) -> int:
    """The major version of one of PostgreSQL's programs; 0 when it does not say."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def environment(password: str | None) -> dict[str, str]:
    """Ours without PostgreSQL's own variables, which would lead astray. A password stands on no command line."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG") or key.startswith("PGSSL")}
    return kept | ({"PGPASSWORD": password} if password else {})
