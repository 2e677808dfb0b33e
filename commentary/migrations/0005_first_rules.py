"""The rules of a new site: a commenter's first comment is held, and links from new commenters."""

from django.db import migrations


def add_rules(apps, schema_editor):
    Rule = apps.get_model("commentary", "Rule")
    Rule.objects.create(kind="first")
    Rule.objects.create(kind="new_links", least=1)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0004_audit_append_only")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
