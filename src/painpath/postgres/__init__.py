"""The database: an embedded PostgreSQL that runs while anybody uses it, or another one named by `DATABASE_URL`.

    cluster = postgres.start(postgres.home(os.environ))   # idempotent; this process is now a user of the server
    cluster.dsn()                                         # what to connect with, as the program's own role
    postgres.databases(os.environ)                        # Django's DATABASES

Importing this starts nothing. `docs/decisions/0001-embedded-postgresql.md` has the reasons.
"""

from painpath.postgres.cluster import Cluster, remove, start
from painpath.postgres.connections import databases, home
from painpath.postgres.programs import PostgresError

__all__ = ["Cluster", "PostgresError", "databases", "home", "remove", "start"]
