"""Django's own PostgreSQL backend, with four additions: it starts the embedded server before it connects, it makes the
program's role before migrations, it makes test databases as their owner, and it makes SQL with less work."""

from pathlib import Path
from typing import Any

from django.db import ProgrammingError
from django.db.backends.postgresql import base, creation

from painpath.postgres.backend.operations import DatabaseOperations
from painpath.postgres.cluster import APP, start
from painpath.postgres.owner import as_owner
from painpath.postgres.programs import PostgresError


class DatabaseCreation(creation.DatabaseCreation):
    """Tests run as the program's role, which row-level security binds; the database around them is the owner's."""

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        self.connection.close()
        self.connection.close_pool()
        with as_owner(self.connection.alias):
            return super().create_test_db(*args, **kwargs)

    def clone_test_db(self, *args: Any, **kwargs: Any) -> None:
        with as_owner(self.connection.alias):
            super().clone_test_db(*args, **kwargs)

    def destroy_test_db(self, *args: Any, **kwargs: Any) -> None:
        self.connection.close()
        self.connection.close_pool()
        with as_owner(self.connection.alias):
            super().destroy_test_db(*args, **kwargs)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that first makes sure of its server."""

    creation_class = DatabaseCreation
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's; every process that asks how to connect counts as a user of the embedded server."""
        if home := self.settings_dict.get("EMBEDDED"):
            start(Path(home))
        return super().get_connection_params()

    def prepare_database(self) -> None:
        """Called by `migrate` before it begins: the role that the program's connections take.

        Row-level security would not bind a role that may bypass it, so one is refused. Raises PostgresError.
        """
        super().prepare_database()
        with self.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [APP])
            found = cursor.fetchone()
            if found is None:
                try:
                    cursor.execute(f"CREATE ROLE {APP} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
                    cursor.execute(f"GRANT {APP} TO CURRENT_USER")
                except ProgrammingError:
                    raise PostgresError(
                        f"The user of DATABASE_URL may not make the role {APP}. Ask the database's administrator for: "
                        f"CREATE ROLE {APP} NOLOGIN; GRANT {APP} TO the user of DATABASE_URL;"
                    ) from None
            elif found[0]:
                raise PostgresError(
                    f"The role {APP} may bypass row-level security, which keeps services apart. Ask the database's "
                    f"administrator for: ALTER ROLE {APP} NOSUPERUSER NOBYPASSRLS;"
                )
