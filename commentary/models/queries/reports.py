from django.db import models


class ReportQuerySet(models.QuerySet):
    """Readers' complaints."""

    def open(self) -> "ReportQuerySet":
        """Neither decided upon nor taken back."""
        return self.filter(closed_entry=None, withdrawn_at=None)
