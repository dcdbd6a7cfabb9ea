from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService

TABLES = ("QuestionnaireVersion", "SiteQuestionnaire", "QuestionnaireLicence", "Answering")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0008_patients_door")]

    operations = [IsolateByService(table) for table in TABLES]
