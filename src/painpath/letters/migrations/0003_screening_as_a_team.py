import uuid

import django.db.models.deletion
from django.db import migrations, models

import painpath.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_isolation"),
        ("letters", "0002_isolation"),
        ("referrals", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("letter", "Letter"),
                            ("notice", "Notice without clinical content"),
                            ("reminder", "Reminder"),
                            ("signpost_question", "“Did you get there?”"),
                            ("code", "One-time code"),
                            ("documents", "Documents of a redirected referral"),
                            ("ers_reply", "Reply in e-RS"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        choices=[
                            ("patient", "To the patient"),
                            ("gp", "To the GP"),
                            ("referrer", "To the referrer"),
                            ("service", "To another service"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("print", "Post"), ("email", "Email"), ("ers", "e-RS, by hand")], max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="who it goes to")),
                (
                    "address",
                    models.TextField(blank=True, verbose_name="postal address, line by line, or e-mail address"),
                ),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                ("key", models.UUIDField(default=uuid.uuid4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held: a person must look first"),
                            ("queued", "Waiting to be sent"),
                            ("sent", "Sent"),
                            ("failed", "Could not be sent"),
                            ("cancelled", "Stopped before it was sent"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="why it is held, failed or was stopped")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
                ("changed_at", models.DateTimeField(default=painpath.clock.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="letters.letter",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="referrals.referral"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(choices=[("patient", "patient"), ("referrer", "referrer")], max_length=10)),
                ("digest", models.CharField(max_length=128)),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.dispatch"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="referrals.referral"
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
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PrintBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
                ("pdf", models.BinaryField()),
                ("posted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="dispatch",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispatches",
                to="letters.printbatch",
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("state__in", ["held", "queued", "failed"])),
                fields=["service", "referral"],
                name="dispatch_not_sent",
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(fields=["service", "channel", "state", "id"], name="dispatch_by_channel"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(fields=("service", "key"), name="queued_once"),
        ),
    ]
