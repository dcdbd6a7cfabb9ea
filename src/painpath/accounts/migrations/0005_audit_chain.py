from django.db import migrations, models

import painpath.clock
from painpath.accounts.row_level_security import IsolateByService

COLUMNS = """
ALTER TABLE accounts_auditentry ADD COLUMN IF NOT EXISTS written_in bigint, ADD COLUMN IF NOT EXISTS written_on bigint
"""

FILLED_IN = """
CREATE OR REPLACE FUNCTION audit_written() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.written_in := coalesce(NEW.written_in, pg_current_xact_id()::text::bigint);
    NEW.written_on := coalesce(NEW.written_on, (SELECT system_identifier FROM pg_control_system()));
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_written BEFORE INSERT ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_written()
"""

INDEX = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_by_transaction ON accounts_auditentry (service_id, written_on, written_in)
"""


class Migration(migrations.Migration):
    """Rows that are there keep NULL, which needs no rewriting and is the truth: nobody recorded when they were written.
    The first seal of each service holds them as they are then. Not atomic, so that the index holds nobody up; each step
    before it may run twice, should the index fail."""

    atomic = False
    dependencies = [("accounts", "0004_service_by_address")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    COLUMNS, "ALTER TABLE accounts_auditentry DROP COLUMN written_in, DROP COLUMN written_on"
                ),
                migrations.RunSQL(
                    FILLED_IN,
                    "DROP TRIGGER audit_written ON accounts_auditentry; DROP FUNCTION audit_written()",
                ),
                # What a broken attempt leaves behind would be taken for the index.
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS audit_by_transaction", migrations.RunSQL.noop),
                migrations.RunSQL(INDEX, "DROP INDEX CONCURRENTLY IF EXISTS audit_by_transaction"),
            ],
            state_operations=[
                migrations.AddField(
                    "auditentry",
                    "written_in",
                    models.BigIntegerField(editable=False, null=True, verbose_name="transaction that wrote it"),
                ),
                migrations.AddField(
                    "auditentry",
                    "written_on",
                    models.BigIntegerField(
                        editable=False, null=True, verbose_name="PostgreSQL that wrote it, by its system identifier"
                    ),
                ),
                migrations.AddIndex(
                    "auditentry",
                    models.Index(fields=["service", "written_on", "written_in"], name="audit_by_transaction"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
                ("written_on", models.BigIntegerField(null=True)),
                ("since", models.BigIntegerField(null=True)),
                ("until", models.BigIntegerField(null=True)),
                (
                    "leaves",
                    models.BinaryField(verbose_name="for each entry its number in 8 bytes and its digest in 32"),
                ),
                (
                    "previous",
                    models.CharField(blank=True, max_length=64, verbose_name="digest of the seal before"),
                ),
                ("digest", models.CharField(max_length=64)),
                ("mac", models.CharField(max_length=64, verbose_name="the digest, signed with the site's key")),
                (
                    "service",
                    models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="+", to="accounts.service"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("service", "number"), name="one_seal_with_a_number")],
            },
        ),
        IsolateByService("AuditSeal"),
    ]
