"""Columns whose values are computed from other columns of the row."""

from typing import Any

from django.db import models


class DerivedField(models.Field):
    """A field that computes its value in `pre_save`, whenever the row is written.

    Migrations record it as the Django field that it extends: migrations are never edited, while the
    way a value is computed may change. `arguments` names the keyword arguments of its own.
    """

    arguments: tuple[str, ...] = ()

    def deconstruct(self) -> Any:
        """Name, path, and arguments as migrations record them."""
        name, _path, args, kwargs = super().deconstruct()
        kind = next(c for c in type(self).__mro__ if c.__module__.startswith("django.db.models."))
        return name, f"django.db.models.{kind.__name__}", args, kwargs

    def clone(self) -> Any:
        """A copy with the arguments that `deconstruct` leaves out."""
        _name, _path, args, kwargs = self.deconstruct()
        kind: Any = type(self)
        return kind(*args, **kwargs | {name: getattr(self, name) for name in self.arguments})
