from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0009_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="letters_online",
            field=models.BooleanField(
                default=False, verbose_name="wants letters online, with a code, instead of by post"
            ),
        ),
    ]
