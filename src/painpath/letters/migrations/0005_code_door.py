import django.db.models.deletion
from django.db import migrations, models

import painpath.clock
from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_service_by_address"),
        ("letters", "0004_isolation"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dispatch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("letter", "Letter"),
                    ("notice", "Notice without clinical content"),
                    ("reminder", "Reminder"),
                    ("signpost_question", "“Did you get there?”"),
                    ("code", "One-time code"),
                    ("documents", "Documents of a redirected referral"),
                    ("ers_reply", "Reply in e-RS"),
                    ("receipt", "Receipt"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Knock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=64)),
                (
                    "what",
                    models.CharField(
                        choices=[("reference", "asked for a code"), ("code", "tried a code")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["service", "what", "who", "at"], name="knocks_of_somebody")],
            },
        ),
        IsolateByService("Knock"),
    ]
