from typing import Self

from django.db import models

from .dated import M


class ReportQuerySet(models.QuerySet[M]):
    """Reports by readers."""

    def open(self) -> Self:
        """Return reports that were neither resolved nor withdrawn."""
        return self.filter(closed_entry=None, withdrawn_at=None)
