from django.db import models


class ReportQuerySet(models.QuerySet):
    """Reports by readers."""

    def open(self) -> "ReportQuerySet":
        """Return reports that were neither resolved nor withdrawn."""
        return self.filter(closed_entry=None, withdrawn_at=None)
