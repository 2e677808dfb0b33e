"""Columns computed from other columns of the row."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models

# Name, path, positional and keyword arguments of a field, as Django's deconstruct() returns them.
Deconstructed = tuple[str, str, Sequence[object], dict[str, object]]


class DerivedField(models.Field):
    """A field computed in `pre_save`, whenever the row is saved.

    Migrations contain the Django field that it extends, because they never change while the
    computation may. `arguments` names additional keyword arguments, which become attributes.
    `always` contains options that all columns of the class share.
    """

    arguments: ClassVar[tuple[str, ...]] = ()
    always: ClassVar[Mapping[str, object]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        own = {name: kwargs.pop(name) for name in self.arguments}
        super().__init__(*args, **kwargs | dict(self.always))
        vars(self).update(own)

    def deconstruct(self) -> Deconstructed:
        """Return name, path and arguments as recorded in migrations."""
        name, _path, args, kwargs = super().deconstruct()
        kind = next(c for c in type(self).__mro__ if c.__module__.startswith("django.db.models."))
        return name, f"django.db.models.{kind.__name__}", args, kwargs

    def clone(self) -> "DerivedField":
        """Return a copy that keeps the arguments left out by `deconstruct`."""
        _name, _path, args, kwargs = self.deconstruct()
        return type(self)(*args, **kwargs | {name: vars(self)[name] for name in self.arguments})
