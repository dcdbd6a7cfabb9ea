from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0006_joined_practices"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="mesh_mailbox",
            field=models.CharField(blank=True, max_length=20, verbose_name="MESH mailbox for letters"),
        ),
    ]
