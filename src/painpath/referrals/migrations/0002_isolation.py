from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService

TABLES = (
    "Patient",
    "PathwayVersion",
    "Referral",
    "Transition",
    "Document",
    "Transcript",
    "ScreeningRun",
    "ScreenedTranscript",
    "ClauseState",
    "Evidence",
    "Alert",
    "AlertAction",
    "Judgement",
    "DecisionDraft",
    "Decision",
    "DecisionClause",
)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial")]

    operations = [IsolateByService(table) for table in TABLES]
