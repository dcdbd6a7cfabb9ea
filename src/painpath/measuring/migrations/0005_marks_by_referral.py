from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is made beside work only outside a transaction

    dependencies = [("measuring", "0004_exports")]

    operations = [
        AddIndexConcurrently("stale", models.Index(fields=["service", "referral"], name="stale_referral")),
    ]
