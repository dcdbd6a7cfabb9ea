from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        IsolateByService(table)
        for table in ("Client", "UsedStatement", "AccessToken", "Sent", "Representation", "CdsCard")
    ]
