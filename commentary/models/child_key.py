"""Foreign keys between rows of the same discussion."""

from typing import Any

from django.db import models
from mptt.fields import TreeForeignKey


class WithinDiscussion:
    """A foreign key to a row of the same discussion.

    Every JOIN also compares the discussion. In a database distributed by discussion both rows are
    then on one node, and a key of another discussion matches nothing. Migrations record it as the
    Django field that it extends.
    """

    model: Any
    remote_field: Any

    def get_joining_fields(self, reverse_join: bool = False) -> Any:
        """Return the pairs of fields compared in a JOIN."""
        pairs = super().get_joining_fields(reverse_join)  # type: ignore[misc]
        pair = discussion_field(self.model), discussion_field(self.remote_field.model)
        return (*pairs, pair[::-1] if reverse_join else pair)

    def deconstruct(self) -> Any:
        """Return name, path and arguments as recorded in migrations."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        is_unique = isinstance(self, models.OneToOneField)
        kind = "OneToOneField" if is_unique else "ForeignKey"
        return name, f"django.db.models.{kind}", args, kwargs


class ChildKey(WithinDiscussion, models.ForeignKey):
    """A foreign key within a discussion."""


class ChildOneToOneKey(WithinDiscussion, models.OneToOneField):
    """A unique foreign key within a discussion."""


class ChildTreeKey(WithinDiscussion, TreeForeignKey):
    """The parent of a comment, in the same discussion."""


def discussion_field(model: Any) -> Any:
    """Return the field of a model that holds the key of the discussion."""
    meta = model._meta
    if meta.model_name == "discussion":
        return meta.pk
    names = {field.name for field in meta.concrete_fields}
    return meta.get_field("discussion" if "discussion" in names else "article")
