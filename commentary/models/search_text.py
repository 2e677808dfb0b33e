from typing import Any

from django.db import models

from ..text.folding import MOST, _lines
from .derived import DerivedField


class WithoutSearchText(models.Manager):
    """Rows without `search_text`, which only search reads: a copy of each text would come with each."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().defer("search_text")


class SearchTextField(DerivedField, models.TextField):
    """The words of other attributes of the row, made anew whenever it is written.

    One line for each of `sources`, its words between spaces: `` ann lee \\n how so ``. So a phrase
    is a part of it that stands between spaces, and no phrase crosses a line. A model that has
    `index_text` writes them itself.
    """

    arguments = ("sources",)

    def __init__(self, *args: Any, sources: tuple[str, ...], **kwargs: Any) -> None:
        self.sources = sources
        kwargs.update(editable=False, blank=True)
        super().__init__(*args, **kwargs)

    def pre_save(self, instance: models.Model, add: bool) -> str:
        texts = [getattr(instance, source)[:MOST] for source in self.sources]
        value = getattr(instance, "index_text", _lines)(*texts)
        setattr(instance, self.attname, value)
        return value
