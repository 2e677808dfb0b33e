"""Lists of the admin end after some thousand rows, so that none reads a table that grows."""

from typing import cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..text.counts import grouped

MOST_ROWS = 10_000


class LimitedPaginator(Paginator):
    """Counts and lists only the first MOST_ROWS rows, in the order of the list. A page further on
    doesn't exist: a database would read all rows before it.
    """

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Model]", self.object_list)
        return rows[:MOST_ROWS].count()

    @property
    def note(self) -> str:
        """What to do if rows are missing, or ""."""
        if self.count < MOST_ROWS:
            return ""
        return _("Only the first %(limit)s are listed. To find others, search or filter.") % {
            "limit": grouped(MOST_ROWS)
        }


class LimitedAdmin(admin.ModelAdmin):
    """A list of the first MOST_ROWS rows."""

    paginator = LimitedPaginator
    show_full_result_count = False
