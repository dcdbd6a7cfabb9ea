from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [IsolateByService("Practice"), IsolateByService("Referrer")]
