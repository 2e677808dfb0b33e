from typing import TypeVar

from django.db import models

from ..text.folding import MOST, _lines
from .derived import DerivedField

M = TypeVar("M", bound=models.Model)


class WithoutSearchText(models.Manager[M]):
    """Defers `search_text`, a copy of the text that only search reads."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().defer("search_text")


class SearchTextField(DerivedField, models.TextField):
    """The searchable words of other attributes, computed at every save.

    One line for each of `sources`, with a space around every word: `` ann lee \\n how so ``. A
    phrase is a substring between spaces and never spans two lines. A model can define `index_text`
    to build the text itself.
    """

    arguments = ("sources",)
    always = {"editable": False, "blank": True}
    sources: tuple[str, ...]

    def pre_save(self, instance: models.Model, add: bool) -> str:
        texts = [getattr(instance, source)[:MOST] for source in self.sources]
        value = getattr(instance, "index_text", _lines)(*texts)
        setattr(instance, self.attname, value)
        return value
