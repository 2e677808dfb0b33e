import sys
from typing import Any, TextIO

from django.apps import AppConfig
from django.apps import apps as registry
from django.apps.registry import Apps
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import ngettext

from . import checks  # noqa: F401 # registers them


class CommentaryConfig(AppConfig):
    name = "commentary"
    verbose_name = "Commentary"

    def ready(self) -> None:
        post_migrate.connect(place_clocks, sender=self)


def place_clocks(
    using: str,
    verbosity: int,
    apps: Apps = registry,
    stdout: TextIO | None = None,
    **kwargs: object,
) -> None:
    """After `migrate`, recompute the instants of dates without a time zone, in case TIME_ZONE
    changed.
    """
    moved = 0
    for name in ("article", "comment"):
        state = apps.get_model("commentary", name)
        if not any(field.name == "timeline_at" for field in state._meta.fields):
            return  # the tables are at an older migration
        rows: Any = registry.get_model("commentary", name)._default_manager
        count = rows.using(using).replace_clocks()
        moved += count
        if count and verbosity:
            text = ngettext(
                "Updated the order of %(n)d dates without a time zone (TIME_ZONE: %(zone)s).",
                "Updated the order of %(n)d dates without a time zone (TIME_ZONE: %(zone)s).",
                count,
            ) % {"n": count, "zone": settings.TIME_ZONE}
            (stdout or sys.stdout).write(f"{text}\n")
    if moved:  # any stored page of an article or a list may show a date that moved
        discussions: Any = registry.get_model("commentary", "discussion")._default_manager
        discussions.using(using).touch()
