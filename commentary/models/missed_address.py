"""URLs that readers asked for and that nothing here has."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .former_address import FormerAddress

MAX_MISSES = 1_000  # rows; the least requested make room for new ones
MAX_ADDRESS = 700  # characters
ROOM = 50  # rows removed at once


class MissedAddressQuerySet(models.QuerySet["MissedAddress"]):
    """Missed URLs, by their key."""

    def count_one(self, address: str, key: str) -> None:
        """Count a request for a URL. One statement if it was missed before."""
        now = timezone.now()
        if self.filter(key=key).update(times=F("times") + 1, last_at=now):
            return
        if self.count() >= MAX_MISSES:
            least = self.order_by("times", "last_at").values_list("pk", flat=True)[:ROOM]
            self.filter(pk__in=list(least)).delete()
        row = self.model(address=address, key=key, first_at=now, last_at=now)
        self.bulk_create([row], ignore_conflicts=True)

    def without_redirect(self) -> Self:
        """Return the URLs that no redirect was created for since."""
        return self.exclude(Exists(FormerAddress.objects.filter(key=OuterRef("key"))))


class MissedAddress(models.Model):
    """A URL that was answered with 404, and how often.

    It has no data about who asked. `key` is shared by all its spellings, as in `FormerAddress`. The
    table has at most MAX_MISSES rows.
    """

    address = models.CharField(_("URL"), max_length=MAX_ADDRESS)
    key = models.CharField(max_length=64, unique=True, editable=False)
    times = models.PositiveIntegerField(_("requests"), default=1)
    first_at = models.DateTimeField(_("first request"))
    last_at = models.DateTimeField(_("last request"))

    objects = MissedAddressQuerySet.as_manager()

    class Meta:
        ordering = ["-times", "-last_at"]
        verbose_name = _("missing URL")
        verbose_name_plural = _("missing URLs")

    def __str__(self) -> str:
        return self.address
