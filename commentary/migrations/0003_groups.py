"""The groups of editors. Nobody may delete; an operator gives accounts their group."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = ["article", "author", "comment", "discussion", "auditentry", "importrun", "source", "rule"]
WRITE = ["article", "author", "byline", "relatedlink", "rule"]
GROUPS = {
    "Moderator": [f"view_{model}" for model in READ] + ["moderate"],
    "Editor": [f"view_{model}" for model in READ]
    + ["moderate", "change_comment"]
    + [f"{act}_{model}" for act in ("add", "change") for model in WRITE]
    + ["view_byline", "view_relatedlink", "change_discussion"],
    "Auditor": ["view_auditentry", "view_signinattempt"],
}


def make_groups(apps, schema_editor):
    # Django makes permissions at the end of `migrate`; the groups need them now.
    app = apps.get_app_config("commentary")
    module, app.models_module = getattr(app, "models_module", None), True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = module
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="commentary", codename__in=codenames)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("commentary", "0002_reading_order"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
