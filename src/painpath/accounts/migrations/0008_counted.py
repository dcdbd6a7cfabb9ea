from django.db import migrations, models


class Migration(migrations.Migration):
    """Counts that hold for all processes. Not logged: after a crash of the database everybody begins at none."""

    dependencies = [("accounts", "0007_notices")]

    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL("ALTER TABLE accounts_counted SET UNLOGGED", "ALTER TABLE accounts_counted SET LOGGED"),
    ]
