import django.db.models.deletion
from django.db import migrations, models

from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_acts_on_the_record"), ("measuring", "0001_counts")]

    operations = [
        migrations.CreateModel(
            name="PostcodeDecile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("postcode", models.CharField(max_length=7, verbose_name="in capitals, without a blank")),
                ("lsoa", models.CharField(max_length=9, verbose_name="lower-layer super output area")),
                (
                    "decile",
                    models.PositiveSmallIntegerField(verbose_name="decile of the Index of Multiple Deprivation"),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("service", "postcode"), name="one_decile_for_a_postcode"),
                    models.CheckConstraint(
                        condition=models.Q(("decile__gte", 1), ("decile__lte", 10)), name="a_decile_is_1_to_10"
                    ),
                ],
            },
        ),
        IsolateByService("PostcodeDecile"),
    ]
