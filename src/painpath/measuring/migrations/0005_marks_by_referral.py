from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measuring", "0004_exports")]

    operations = [
        migrations.AddIndex(
            model_name="stale",
            index=models.Index(fields=["service", "referral"], name="stale_referral"),
        ),
    ]
