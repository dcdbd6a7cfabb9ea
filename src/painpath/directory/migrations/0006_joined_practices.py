import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_role_referrer"),
        ("directory", "0005_referrers_with_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="joined_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="joined_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="joined_into",
            field=models.ForeignKey(
                blank=True,
                help_text="the right one, when this was entered by mistake",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined",
                to="directory.practice",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="joined_why",
            field=models.TextField(blank=True, verbose_name="how they knew that both are one"),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("joined_at__isnull", True), ("joined_by__isnull", True), ("joined_into__isnull", True)),
                    models.Q(
                        ("joined_at__isnull", False),
                        ("joined_by__isnull", False),
                        ("joined_into__isnull", False),
                        ("ods_code", ""),
                        models.Q(("joined_into", models.F("id")), _negated=True),
                        models.Q(("joined_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_practice_is_joined_by_somebody",
            ),
        ),
    ]
