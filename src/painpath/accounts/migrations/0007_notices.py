import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import painpath.clock


class Migration(migrations.Migration):
    """What people have to know about their accounts and no e-mail could tell."""

    dependencies = [("accounts", "0006_roles")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=100)),
                ("words", models.CharField(max_length=500)),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
    ]
