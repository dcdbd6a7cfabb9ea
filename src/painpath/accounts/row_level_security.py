"""Row-level security: the second lock on every table, held by PostgreSQL for the role the program runs as.

The first lock is the application, which scopes by membership. Policies are created in migrations by
`IsolateByService`; the program's role gets its rights after every `migrate`, because default privileges do not
reach a new (test) database.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, router, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg import sql

APP_ROLE = "painpath_app"
CURRENT_SERVICE = "nullif(current_setting('painpath.service', true), '')::bigint"
CURRENT_PERSON = "nullif(current_setting('painpath.person', true), '')::bigint"
SAME_SERVICE = f"service_id = {CURRENT_SERVICE}"


class IsolateByService(Operation):
    """Migration operation: only rows of the current service can be seen or written by the program.

    `also_seen` widens what may be seen, never what may be written: for the tables that are read before a service is
    chosen.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self, model: str, using: str = SAME_SERVICE, check: str = SAME_SERVICE, also_seen: str | None = None
    ) -> None:
        self.model, self.using, self.check, self.also_seen = model, using, check, also_seen

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model)._meta.db_table)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(
            f"CREATE POLICY service_isolation ON {table} USING ({self.using}) WITH CHECK ({self.check})"
        )
        if self.also_seen:
            schema_editor.execute(f"CREATE POLICY also_seen ON {table} FOR SELECT USING ({self.also_seen})")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.model)._meta.db_table)
        schema_editor.execute(f"DROP POLICY service_isolation ON {table}")
        if self.also_seen:
            schema_editor.execute(f"DROP POLICY also_seen ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Isolate {self.model} by service"


def grant_to_program(sender: AppConfig, using: str, **_: Any) -> None:
    """After `migrate`: the program's role may use every table, and may only add to the append-only ones. In one
    transaction: the program may be at work, and must never be allowed more, not even for a moment."""
    if sender.label != "accounts":  # the signal comes once for every app
        return
    connection = connections[using]
    append_only = [model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)]
    role = sql.Identifier(APP_ROLE)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(role))
        for table in append_only:
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), role))
