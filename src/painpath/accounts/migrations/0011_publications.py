from django.db import migrations, models


class Migration(migrations.Migration):
    """How often a service has published: counted by a trigger of `referrals`, never by the program."""

    dependencies = [("accounts", "0010_acts_on_the_record")]

    operations = [
        migrations.AddField(
            model_name="service",
            name="publications",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                verbose_name="how often a pathway of it was published in the browser",
            ),
        ),
    ]
