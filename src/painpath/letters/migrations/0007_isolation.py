from django.db import migrations

from painpath.accounts.row_level_security import IsolateByService


class Migration(migrations.Migration):
    dependencies = [("letters", "0006_delivery")]

    operations = [
        IsolateByService("LetterCopy"),
        IsolateByService("OverruledCheck"),
        IsolateByService("InboundMessage"),
    ]
