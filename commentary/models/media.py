"""Pictures of articles, each stored once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MediaFile(models.Model):
    """A stored picture, identified by the SHA-256 of its original bytes.

    The original is never served. Pages show WebP copies without metadata. `width` and `height` are
    in pixels; both are None if the original could not be decoded safely, and `problem` is the
    reason.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=300, editable=False)
    kind = models.CharField(_("format"), max_length=20, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, editable=False)
    problem = models.CharField(
        _("reason for not showing it"), max_length=200, blank=True, editable=False
    )
    created_at = models.DateTimeField(pgettext_lazy("date", "added"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.name


class ArticlePicture(models.Model):
    """A picture that an article showed at its source. `position` counts from the start of the
    article.

    `address` is its absolute URL there. `file` is None if the import didn't contain the bytes.
    """

    article = models.ForeignKey(
        "commentary.Article",
        on_delete=models.CASCADE,
        related_name="pictures",
        verbose_name=_("article"),
    )
    file = models.ForeignKey(
        MediaFile,
        on_delete=models.PROTECT,
        null=True,
        related_name="uses",
        verbose_name=_("picture"),
    )
    position = models.PositiveIntegerField(editable=False)
    address = models.TextField(_("URL"), editable=False)

    class Meta:
        ordering = ["article", "position"]
        verbose_name = _("picture of an article")
        verbose_name_plural = _("pictures of articles")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "position"], name="article_picture_position_unique"
            )
        ]

    def __str__(self) -> str:
        return self.address
