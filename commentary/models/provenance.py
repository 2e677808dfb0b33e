"""Where imported rows came from: the bytes as they were, and the account of each run."""

import re

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """One imported file, byte for byte. The same bytes are stored once, whatever their name."""

    name = models.CharField(_("name"), max_length=500)
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    format = models.CharField(_("format"), max_length=30)
    encoding = models.CharField(_("encoding"), max_length=30)
    data = models.BinaryField(_("bytes"))
    created_at = models.DateTimeField(_("stored"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line, as the importer counted them."""
        encoding = "utf-8" if self.encoding == "as it is" else self.encoding
        return re.split(r"\r\n|\r|\n", bytes(self.data).decode(encoding, "replace"))


class ImportRun(models.Model):
    """One reading of one source that stored something, with its ledger.

    `ledger` is a list of spans: ``{"first", "last", "use", "owner", "reason"}``, lines from 1.
    """

    class Outcome(models.TextChoices):
        OK = "ok", _("complete")
        PARTIAL = "partial", _("with left-overs")

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="runs", verbose_name=_("source")
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.PARTIAL
    )
    counts = models.JSONField(_("counts"), default=dict)
    warnings = models.JSONField(_("warnings"), default=list)
    ledger = models.JSONField(_("ledger"), default=list)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")

    def __str__(self) -> str:
        return f"{self.source} ({self.get_outcome_display()})"
