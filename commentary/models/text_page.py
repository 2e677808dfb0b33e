"""Pages that editors write about the site itself: about, imprint, privacy, comment policy."""

from typing import Unpack

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .saving import SaveOptions
from .site_settings import SiteSettings

MAX_TEXT = 100_000  # characters
MAX_PAGES = 30  # linked from every page


class TextPage(models.Model):
    """A page about the site, in Markdown. Its slug never changes, and it is unpublished instead of
    deleted, because other sites and comments may link to it.
    """

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        unique=True,
        allow_unicode=True,
        help_text=_("The end of the URL, /pages/…/. It can’t be changed later."),
    )
    text = models.TextField(
        _("text"),
        blank=True,
        validators=[MaxLengthValidator(MAX_TEXT)],
        help_text=_("Markdown, as for articles."),
    )
    is_published = models.BooleanField(
        pgettext_lazy("page", "published"),
        default=False,
        help_text=_("Only editors can see drafts."),
    )
    in_footer = models.BooleanField(_("link in the footer"), default=True)
    is_comment_policy = models.BooleanField(
        _("comment policy"), default=False, help_text=_("Linked beside the form for comments.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Order in the footer.")
    )
    created_at = models.DateTimeField(
        pgettext_lazy("date", "added"), default=timezone.now, editable=False
    )
    changed_at = models.DateTimeField(
        pgettext_lazy("date", "changed"), default=timezone.now, editable=False
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            models.UniqueConstraint(
                fields=["is_comment_policy"],
                condition=models.Q(is_comment_policy=True),
                name="text_page_one_policy",
                violation_error_message=_("Another page is the comment policy already."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **options: Unpack[SaveOptions]) -> None:
        self.changed_at = timezone.now()
        with transaction.atomic():
            super().save(**options)
            SiteSettings.touch()

    def get_absolute_url(self) -> str:
        return reverse("commentary:text_page", args=[self.slug])


class PageVersion(models.Model):
    """An earlier version of a page, stored at every change of its title or text. `editor` made the
    change, at `created_at`.
    """

    page = models.ForeignKey(
        TextPage, models.PROTECT, related_name="versions", verbose_name=_("page")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(pgettext_lazy("date", "replaced"), default=timezone.now)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("editor"),
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("earlier version of a page")
        verbose_name_plural = _("earlier versions of pages")

    def __str__(self) -> str:
        return self.title
