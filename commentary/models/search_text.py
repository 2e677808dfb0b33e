from typing import Any

from django.db import models

from ..text.folding import MOST, _lines
from .derived import DerivedField


class WithoutSearchText(models.Manager):
    """Defers `search_text`, a copy of the text that only search reads."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().defer("search_text")


class SearchTextField(DerivedField, models.TextField):
    """The searchable words of other attributes, computed at every save.

    One line for each of `sources`, with a space around every word: `` ann lee \\n how so ``. A
    phrase is a substring between spaces and never spans two lines. A model can define `index_text`
    to build the text itself.
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
