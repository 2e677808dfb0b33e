"""The groups of editors. Nobody may delete; an operator gives accounts their group."""

from django.apps import apps as all_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

LOOK = ["article", "author", "comment", "discussion", "auditentry", "importrun", "source", "rule"]
GROUPS = {
    "Moderator": [f"view_{model}" for model in LOOK] + ["moderate"],
    "Editor": [f"view_{model}" for model in LOOK]
    + ["moderate", "change_comment"]
    + [
        f"{act}_{model}"
        for act in ("add", "change")
        for model in ("article", "author", "byline", "relatedlink", "rule")
    ]
    + ["view_byline", "view_relatedlink", "change_discussion"],
    "Auditor": ["view_auditentry"],
}


def make_groups(apps, schema_editor):
    create_permissions(all_apps.get_app_config("commentary"), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="commentary", codename__in=codenames)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("commentary", "0002_reading_order_unique"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
