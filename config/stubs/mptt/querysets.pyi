from typing import TypeVar

from django.db import models

_M = TypeVar("_M", bound=models.Model, covariant=True)

class TreeQuerySet(models.QuerySet[_M, _M]):
    def get_descendants(self, *, include_self: bool = False) -> models.QuerySet[_M, _M]: ...
    def get_ancestors(self, *, include_self: bool = False) -> models.QuerySet[_M, _M]: ...
