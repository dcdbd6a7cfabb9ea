"""Which database the program uses, as Django's DATABASES. Reads the environment; starts and connects nothing."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from painpath.postgres.cluster import APP, DATABASE, OWNER, Cluster
from painpath.postgres.programs import PostgresError

POOL = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 5}
"""Seconds: threads are fewer than connections, so that who waits for one waits for a database that is away. A restart
takes less, and nobody sees it; what takes longer is said. Tries to connect must end as soon: their pauses double, and
after a minute away the database would be back for another minute before anybody noticed.

A web process works on four requests at once (`serve`); eight connections leave room, twelve processes fit into
PostgreSQL's hundred. Measured with 200 clients: 8 connections in all, no error; without a pool 97, and 831 errors."""

LOST = {
    "connect_timeout": "5", "tcp_user_timeout": "15000", "keepalives_idle": "10", "keepalives_interval": "5",
    "keepalives_count": "2",
}  # fmt: skip
"""After so many seconds (milliseconds, for the second) a server whose machine vanished, and says nothing any more, is
known to be gone: with Linux's own numbers, 2 hours while an answer is waited for, a quarter of an hour else. They are
asked of the network, not of PostgreSQL: a long query is not cut off. A socket of this machine has none of it. What a
URL sets itself stands."""


def home(environ: Mapping[str, str]) -> Path:
    """The folder of this installation's data: `PAINPATH_HOME`, else `.painpath` in the checkout, else here."""
    if given := environ.get("PAINPATH_HOME"):
        return Path(given).expanduser().absolute()
    checkout = Path(__file__).resolve().parents[3]
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / ".painpath"


def databases(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default`, as the role that row-level security binds.

    The embedded PostgreSQL, started with the first connection; or the one that `DATABASE_URL` names. Its user then owns
    the tables, and the program's connections take the role painpath_app, unless `DATABASE_APP_URL` names a user of its
    own for them (better: such a connection cannot go back to being the owner). `OWNER` has what differs for the owner,
    for `painpath.postgres.owner.as_owner`. Raises PostgresError when a URL is not understood.
    """
    url, app_url = environ.get("DATABASE_URL"), environ.get("DATABASE_APP_URL")
    if not url:
        here = Path(os.path.realpath(home(environ)))
        app: dict[str, Any] = {
            "NAME": DATABASE,
            "USER": APP,
            "HOST": str(Cluster(here).socket_dir),
            "PORT": "5432",
            "OPTIONS": {},
        }
        owner: dict[str, Any] = {"USER": OWNER, "OPTIONS": {}}
        extra = {"EMBEDDED": str(here)}
    else:
        owner = _parsed("DATABASE_URL", url)
        if app_url:
            app = _parsed("DATABASE_APP_URL", app_url)
        else:
            options = f"{owner['OPTIONS'].get('options', '')} -c role={APP}".strip()
            app = {**owner, "OPTIONS": {**owner["OPTIONS"], "options": options}}
        extra = {}
    default = {
        "ENGINE": "painpath.postgres.backend",
        **app,
        "OPTIONS": {**app["OPTIONS"], "pool": dict(POOL)},
        "CONN_HEALTH_CHECKS": True,  # a connection that died with the server is replaced before anybody is given it
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django must give them back after each request
        "ATOMIC_REQUESTS": False,  # the scope of a request is a transaction of its own, wider than the view
        "OWNER": owner,
        **extra,
    }
    return {"default": default}


def _parsed(name: str, url: str) -> dict[str, Any]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    wrong = PostgresError(f"{name} is not understood. Write it as postgresql://user:password@host:port/name")
    if not url.startswith(("postgresql://", "postgres://")):
        raise wrong
    try:
        found = conninfo_to_dict(url)
    except ProgrammingError:
        raise wrong from None  # the cause would show the password
    ports = str(found.get("port", "")).split(",")  # one for each host
    if not found.get("dbname") or not all(port.isdigit() for port in ports if port):
        raise wrong
    keys = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {key: str(found.pop(word, "")) for key, word in keys.items()} | {"OPTIONS": LOST | found}
