import django.db.models.deletion
from django.db import migrations, models

import painpath.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_service_by_address"),
        ("letters", "0005_code_door"),
        ("referrals", "0010_delivery"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(choices=[("mesh", "MESH"), ("notify", "GOV.UK Notify")], max_length=10)),
                ("message_id", models.CharField(max_length=100)),
                ("headers", models.JSONField(default=dict)),
                ("content", models.BinaryField()),
                ("received_at", models.DateTimeField(default=painpath.clock.now)),
                (
                    "why",
                    models.TextField(blank=True, verbose_name="why a person must look: what could not be understood"),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="LetterCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=20, verbose_name="one of `formats.FORMS`")),
                ("media_type", models.CharField(max_length=60)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OverruledCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_id", models.CharField(max_length=40)),
                ("change", models.TextField(verbose_name="what the check asked to change, as the clinician read it")),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(default=painpath.clock.now)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="dispatch",
            name="began_at",
            field=models.DateTimeField(
                blank=True,
                null=True,
                verbose_name="an attempt began, and how it ended is not known yet: set before anything leaves, cleared with its end",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="provider_id",
            field=models.CharField(blank=True, max_length=100, verbose_name="what the carrier calls it"),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="returned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="channel",
            field=models.CharField(
                choices=[
                    ("print", "Post"),
                    ("notify", "Post, printed by GOV.UK Notify"),
                    ("email", "Email"),
                    ("sms", "Text message"),
                    ("link", "Online, with a code"),
                    ("mesh", "MESH, to the practice"),
                    ("ers", "e-RS, by hand"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("held", "Held: a person must look first"),
                    ("queued", "Waiting to be sent"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("returned", "Came back"),
                    ("failed", "Could not be sent"),
                    ("cancelled", "Stopped before it was sent"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=["service", "channel", "provider_id"],
                name="dispatch_by_provider_id",
            ),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="dispatch",
            field=models.ForeignKey(
                blank=True,
                help_text="what it tells of",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inbound",
                to="letters.dispatch",
            ),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="lettercopy",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="lettercopy",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="overruledcheck",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="overruledcheck",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="overruled", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="overruledcheck",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=models.UniqueConstraint(
                fields=("service", "source", "message_id"), name="one_row_per_inbound_message"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettercopy",
            constraint=models.UniqueConstraint(fields=("letter", "form"), name="one_copy_per_letter_and_form"),
        ),
        migrations.AddConstraint(
            model_name="overruledcheck",
            constraint=models.UniqueConstraint(fields=("letter", "check_id"), name="a_check_is_overruled_once"),
        ),
        migrations.AddConstraint(
            model_name="overruledcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="overruled_with_a_reason"
            ),
        ),
    ]
