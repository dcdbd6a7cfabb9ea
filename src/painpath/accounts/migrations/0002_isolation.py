from django.db import migrations

from painpath.accounts.row_level_security import CURRENT_PERSON, CURRENT_SERVICE, SAME_SERVICE, IsolateByService

OWN = f"user_id = {CURRENT_PERSON}"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        # Before a service is chosen, a person must find their own memberships and the services these name.
        IsolateByService("Membership", using=f"{SAME_SERVICE} OR {OWN}"),
        IsolateByService(
            "Service",
            using=f"id = {CURRENT_SERVICE} OR id IN (SELECT service_id FROM accounts_membership WHERE {OWN})",  # noqa: S608
            check="false",  # services are made by the owner, on the command line
        ),
        IsolateByService("AuditEntry"),
        IsolateByService("KeptForm", using=f"{SAME_SERVICE} OR {OWN}"),
        IsolateByService(
            "KeptFile",
            using=f"{SAME_SERVICE} OR form_id IN (SELECT id FROM accounts_keptform WHERE {OWN})",  # noqa: S608
        ),
    ]
