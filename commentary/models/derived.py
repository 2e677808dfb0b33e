"""Columns computed from other columns of the row."""

from typing import Any

from django.db import models


class DerivedField(models.Field):
    """A field computed in `pre_save`, whenever the row is saved.

    Migrations record it as the Django field that it extends, since migrations never change while
    the computation may. `arguments` names its own keyword arguments.
    """

    arguments: tuple[str, ...] = ()

    def deconstruct(self) -> Any:
        """Return name, path and arguments as recorded in migrations."""
        name, _path, args, kwargs = super().deconstruct()
        kind = next(c for c in type(self).__mro__ if c.__module__.startswith("django.db.models."))
        return name, f"django.db.models.{kind.__name__}", args, kwargs

    def clone(self) -> Any:
        """Return a copy that keeps the arguments left out by `deconstruct`."""
        _name, _path, args, kwargs = self.deconstruct()
        kind: Any = type(self)
        return kind(*args, **kwargs | {name: getattr(self, name) for name in self.arguments})
