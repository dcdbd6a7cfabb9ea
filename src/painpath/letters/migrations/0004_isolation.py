from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_screening_as_a_team")]

    operations = [IsolateByService(table) for table in ("PrintBatch", "Dispatch", "OneTimeCode")]
