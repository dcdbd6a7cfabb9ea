from django.db import migrations

from painpath.accounts.row_level_security import CURRENT_PERSON, CURRENT_SERVICE, IsolateByService

OWN = f"user_id = {CURRENT_PERSON}"
SERVICES_OF_MINE = f"id IN (SELECT service_id FROM accounts_membership WHERE {OWN})"  # noqa: S608
FILES_OF_MINE = f"form_id IN (SELECT id FROM accounts_keptform WHERE {OWN})"  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        # Before a service is chosen, a person must find their own memberships and the services these name.
        IsolateByService("Membership", also_seen=OWN),
        # Services are made by the owner, on the command line.
        IsolateByService("Service", using=f"id = {CURRENT_SERVICE}", check="false", also_seen=SERVICES_OF_MINE),
        IsolateByService("AuditEntry"),
        IsolateByService("Search"),
        IsolateByService("KeptForm", also_seen=OWN),
        IsolateByService("KeptFile", also_seen=FILES_OF_MINE),
    ]
