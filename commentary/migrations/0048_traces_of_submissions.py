from django.db import migrations, models
from django.db.models import Q

from commentary.management.online import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("commentary", "0047_webhooks")]

    operations = [
        AddIndexOnline(
            model_name="submission",
            index=models.Index(
                models.F("created_at"),
                condition=Q(("email__gt", ""), ("network__gt", ""), _connector="OR"),
                name="submission_traces",
            ),
        ),
    ]
