"""Former slugs of pages, which redirect permanently."""

from typing import TYPE_CHECKING, Unpack, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .saving import SaveOptions

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class FormerSlug(models.Model):
    """A slug that `page` used to have.

    It is never a current slug: a page that takes it deletes this row, so that redirects always end
    at a page.
    """

    slug = models.SlugField(_("former URL"), max_length=100, unique=True, allow_unicode=True)
    page: models.ForeignKey

    class Meta:
        abstract = True
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Addressed(models.Model):
    """A page whose slug may change. Former slugs are kept in `former_slugs`."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True, allow_unicode=True)
    former_slugs: "RelatedManager"

    class Meta:
        abstract = True

    def save(self, **options: Unpack[SaveOptions]) -> None:
        """Save the page. If its slug changes, keep the former one."""
        wanted = options.get("update_fields")
        if wanted is not None and "slug" not in wanted:
            super().save(**options)
            return
        with transaction.atomic():
            before = None if self._state.adding else self._stored_slug()
            super().save(**options)
            if before != self.slug:
                self.all_former_slugs().filter(slug=self.slug).delete()
                if before is not None:
                    self.former_slugs.create(slug=before)

    def clean(self) -> None:
        """Refuse a slug that redirects to another page, since links to that page exist."""
        super().clean()
        former = self.all_former_slugs().filter(slug=self.slug).exclude(page=self.pk).first()
        if former is not None:
            text = _(
                "This is a former URL of “%(page)s”, and links to it still work. Choose another."
            )
            raise ValidationError({"slug": text % {"page": former.page}})

    def _stored_slug(self) -> str | None:
        """Return the slug in the database. Locks the row, since two editors may change it at once."""
        rows = type(self)._base_manager.filter(pk=self.pk).select_for_update()
        return rows.values_list("slug", flat=True).first()

    @classmethod
    def all_former_slugs(cls) -> models.Manager:
        """Return the former slugs of all pages of this kind."""
        former = cls._meta.get_field("former_slugs").related_model
        return cast("type[models.Model]", former)._default_manager
