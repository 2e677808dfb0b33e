"""Repairs of imported sources, and the profiles of sites learned from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Repair(models.Model):
    """What an editor says the lines of a source are: a draft, or a version that was stored.

    `marks` are all marks since the source was first read. The first version of a source has none;
    its `reading` is how the source was read, from which all versions are built. `edition` counts
    the changes of a draft. A stored version has the `run` that stored it, the `batch` of its audit
    entries, and in `kept` what an undo of it needs.
    """

    source = models.ForeignKey(
        "commentary.Source",
        on_delete=models.PROTECT,
        related_name="repairs",
        verbose_name=_("source"),
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("editor"),
    )
    marks = models.JSONField(default=list, editable=False)
    reading = models.JSONField(null=True, editable=False)
    edition = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("date", "started"), default=timezone.now)
    changed_at = models.DateTimeField(pgettext_lazy("date", "changed"), default=timezone.now)
    stored_at = models.DateTimeField(pgettext_lazy("date", "stored"), null=True)
    undone_at = models.DateTimeField(pgettext_lazy("date", "undone"), null=True)
    run = models.OneToOneField(
        "commentary.ImportRun",
        on_delete=models.PROTECT,
        null=True,
        related_name="repair",
        verbose_name=_("import run"),
    )
    batch = models.UUIDField(null=True, editable=False)
    kept = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(stored_at=None), name="repair_one_draft"
            )
        ]

    def __str__(self) -> str:
        return str(self.source)


class SiteProfile(models.Model):
    """How the pages of a site show an article and its comments; `rules` is TOML.

    `site` is a host, or the path of a folder, of the sources it is for.
    """

    name = models.CharField(_("name"), max_length=200, unique=True)
    site = models.CharField(_("site"), max_length=500)
    rules = models.TextField(_("rules"))
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("editor"),
    )
    learned_from = models.ForeignKey(
        "commentary.Source",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="profiles",
        verbose_name=_("learned from"),
    )
    created_at = models.DateTimeField(
        pgettext_lazy("date", "added"), default=timezone.now, editable=False
    )
    changed_at = models.DateTimeField(
        pgettext_lazy("date", "changed"), default=timezone.now, editable=False
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("site profile")
        verbose_name_plural = _("site profiles")

    def __str__(self) -> str:
        return self.name
