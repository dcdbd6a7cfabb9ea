import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import painpath.clock


class Migration(migrations.Migration):
    """Where people are signed in, and by which browsers they are known."""

    dependencies = [("accounts", "0008_counted")]

    operations = [
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session", models.CharField(db_index=True, max_length=40)),
                ("browser", models.CharField(max_length=64)),
                ("words", models.CharField(max_length=60, verbose_name="what the browser calls itself")),
                ("network", models.CharField(max_length=50)),
                ("began_at", models.DateTimeField(default=painpath.clock.now)),
                ("seen_at", models.DateTimeField(default=painpath.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "browser"], name="signed_in_by_browser")],
            },
        ),
    ]
