from django.db import migrations

NAMED = "slug = nullif(current_setting('painpath.slug', true), '')"


class Migration(migrations.Migration):
    """A public address names a service: that one row can then be looked up, and no other (`scope.service_named`)."""

    dependencies = [("accounts", "0003_role_referrer")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY named ON accounts_service FOR SELECT USING ({NAMED})",
            "DROP POLICY named ON accounts_service",
        )
    ]
