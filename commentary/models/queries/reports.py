from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from ..report import Report  # noqa: F401


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by readers."""

    def open(self) -> "ReportQuerySet":
        """Return reports that were neither resolved nor withdrawn."""
        return self.filter(closed_entry=None, withdrawn_at=None)
