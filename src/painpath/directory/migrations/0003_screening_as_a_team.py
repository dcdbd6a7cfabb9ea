from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def into_rows(apps: Any, schema_editor: Any) -> None:
    """What was a tick on the practice is a row that says who said so and since when: here, nobody knows since when."""
    practices, contracts = apps.get_model("directory", "Practice"), apps.get_model("directory", "Contract")
    for practice in practices.objects.filter(contracted__isnull=False):
        contracts.objects.create(
            service_id=practice.service_id, practice=practice, contracted=practice.contracted, source="Entered by hand"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_isolation"),
        ("directory", "0002_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="address",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="closed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="practice",
            name="opened_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="phone",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="practice",
            name="postcode",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="referrer",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contracted", models.BooleanField()),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("source", models.CharField(max_length=200, verbose_name="who said so, or which list")),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="directory.practice"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
                    ),
                ),
            ],
            options={
                "ordering": ["practice", models.OrderBy(models.F("starts_on"), descending=True, nulls_last=True), "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="contract_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.RunPython(into_rows, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="practice",
            name="contracted",
        ),
    ]
