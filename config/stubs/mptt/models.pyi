from typing import Any, Literal, Self

from django.db import models

from .querysets import TreeQuerySet

class MPTTModel(models.Model):
    class Meta:
        abstract = True

    def __bool__(self) -> Literal[True]: ...  # no model of ours is false
    def get_ancestors(
        self, ascending: bool = False, include_self: bool = False
    ) -> TreeQuerySet[Self]: ...
    def get_descendants(self, include_self: bool = False) -> Any: ...  # the model's own queryset
    def get_root(self) -> Self: ...
    def is_descendant_of(self, other: models.Model, include_self: bool = False) -> bool: ...
    def insert_at(self, target: models.Model | None, **kwargs: Any) -> None: ...
