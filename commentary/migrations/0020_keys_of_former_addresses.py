"""Finds former URLs in all encodings: see `text.former_addresses.key_of`."""

from itertools import islice

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from commentary.text.former_addresses import key_of

BATCH = 1_000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Compute the keys again."""
    address = apps.get_model("commentary", "FormerAddress")
    rows = iter(address.objects.order_by("pk").values_list("pk", "address", "key").iterator())
    changed = ((pk, made) for pk, text, key in rows if (made := key_of(text)) != key)
    while some := list(islice(changed, BATCH)):
        address.objects.bulk_update([address(pk=pk, key=key) for pk, key in some], ["key"])


class Migration(migrations.Migration):
    dependencies = [("commentary", "0019_former_anchors")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
