"""Foreign keys between rows of one discussion."""

from typing import Any

from django.db import models
from mptt.fields import TreeForeignKey


class WithinDiscussion:
    """A foreign key to a row of the same discussion: every JOIN along it says so.

    So a database that is distributed by discussion finds both rows in one place, and a key that
    leads to another discussion finds nothing. Migrations record it as the key of Django that it is.
    """

    model: Any
    remote_field: Any

    def get_joining_fields(self, reverse_join: bool = False) -> Any:
        """The pairs of fields that are equal in a JOIN."""
        pairs = super().get_joining_fields(reverse_join)  # type: ignore[misc]
        pair = discussion_field(self.model), discussion_field(self.remote_field.model)
        return (*pairs, pair[::-1] if reverse_join else pair)

    def deconstruct(self) -> Any:
        """Name, path, and arguments as migrations record them."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        is_unique = isinstance(self, models.OneToOneField)
        kind = "OneToOneField" if is_unique else "ForeignKey"
        return name, f"django.db.models.{kind}", args, kwargs


class ChildKey(WithinDiscussion, models.ForeignKey):
    """A foreign key within a discussion."""


class ChildOneToOneKey(WithinDiscussion, models.OneToOneField):
    """A unique foreign key within a discussion."""


class ChildTreeKey(WithinDiscussion, TreeForeignKey):
    """The parent of a comment, in its discussion."""


def discussion_field(model: Any) -> Any:
    """The field that holds the key of a row's discussion."""
    meta = model._meta
    if meta.model_name == "discussion":
        return meta.pk
    names = {field.name for field in meta.concrete_fields}
    return meta.get_field("discussion" if "discussion" in names else "article")
