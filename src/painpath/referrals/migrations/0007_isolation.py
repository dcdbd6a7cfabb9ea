from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService

TABLES = ("ReferralDraft", "DraftFile", "OnlineReferral", "ReportedChange")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_referrers_door")]

    operations = [IsolateByService(table) for table in TABLES]
