from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_screening_as_a_team")]

    operations = [IsolateByService("Contract")]
