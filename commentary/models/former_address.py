"""URLs that articles and comments had at their source."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerAddress(models.Model):
    """A URL that led to an article, or to one of its comments, before it was imported.

    `key` is the SHA-256 digest of what all spellings of the URL have in common
    (`text.former_addresses.key_of`). `number` is the number of the comment, None for the article
    itself. `file` is set for the URL of a picture of the article. If two articles had the same URL, the
    first one counts.
    """

    article = models.ForeignKey(
        "commentary.Article",
        on_delete=models.CASCADE,
        related_name="former_addresses",
        verbose_name=_("article"),
    )
    number = models.PositiveIntegerField(_("comment"), null=True)
    file = models.ForeignKey(
        "commentary.MediaFile",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    address = models.TextField(_("URL"))
    key = models.CharField(max_length=64, db_index=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("original URL")
        verbose_name_plural = _("original URLs")

    def __str__(self) -> str:
        return self.address
