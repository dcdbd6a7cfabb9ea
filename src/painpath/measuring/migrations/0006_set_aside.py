from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is made beside work only outside a transaction

    dependencies = [("measuring", "0005_marks_by_referral")]

    operations = [
        migrations.AddField(
            model_name="stale",
            name="problem",
            field=models.CharField(
                blank=True, db_default="", max_length=60, verbose_name="kind of error that counting it met"
            ),
        ),
        AddIndexConcurrently(
            "stale",
            models.Index(
                fields=["service"], condition=models.Q(("problem", ""), _negated=True), name="stale_set_aside"
            ),
        ),
    ]
