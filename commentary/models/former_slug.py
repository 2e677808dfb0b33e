"""Former slugs of pages, which redirect permanently."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


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

    slug: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page. If its slug changes, keep the former one."""
        wanted = kwargs.get("update_fields")
        if wanted is not None and "slug" not in wanted:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            before = None if self._state.adding else self._stored_slug()
            super().save(*args, **kwargs)
            if before != self.slug:
                self._former().filter(slug=self.slug).delete()
                if before is not None:
                    self._former().create(slug=before, page_id=self.pk)

    def clean(self) -> None:
        """Refuse a slug that redirects to another page, since links to that page exist."""
        super().clean()
        former = self._former().filter(slug=self.slug).exclude(page=self.pk).first()
        if former is not None:
            text = _("“%(page)s” had this URL before, and links to it still lead there.")
            raise ValidationError({"slug": text % {"page": former.page}})

    def _stored_slug(self) -> str | None:
        """Return the slug in the database. Locks the row, since two editors may change it at once."""
        pages: Any = type(self)._base_manager
        rows = pages.filter(pk=self.pk).select_for_update()
        return rows.values_list("slug", flat=True).first()

    @classmethod
    def _former(cls) -> Any:
        former: Any = cls._meta.get_field("former_slugs").related_model
        return former.objects
