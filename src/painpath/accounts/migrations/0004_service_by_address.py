from django.db import migrations

NAMED = "slug = nullif(current_setting('painpath.address', true), '')"


class Migration(migrations.Migration):
    """A visitor's address names a service, which must be found before its scope can be opened: that one, no other."""

    dependencies = [("accounts", "0003_role_referrer")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY by_address ON accounts_service FOR SELECT USING ({NAMED})",
            "DROP POLICY by_address ON accounts_service",
        )
    ]
