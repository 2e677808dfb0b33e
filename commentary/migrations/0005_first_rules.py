"""The rules a new site starts with: a writer's first comment is held, and a newcomer's links."""

from django.db import migrations


def add_rules(apps, schema_editor):
    Rule = apps.get_model("commentary", "Rule")
    Rule.objects.create(kind="first")
    Rule.objects.create(kind="new_links", least=1)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0004_audit_append_only")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
