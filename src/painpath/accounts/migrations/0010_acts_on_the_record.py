from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside the work: the audit is the largest table there is."""

    atomic = False
    dependencies = [("accounts", "0009_signed_in")]

    operations = [
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("action__in", ["record.backup", "record.release", "record.restore"])),
                fields=["service", "at"],
                name="audit_of_the_record",
            ),
        ),
    ]
