"""Foreign keys between rows of the same discussion."""

from django.db import models
from mptt.fields import TreeForeignKey

from .derived import Deconstructed

# Names of the columns on both sides of a JOIN.
Pair = tuple[models.Field, models.Field]


class ChildKey(models.ForeignKey):
    """A foreign key to a row of the same discussion.

    Every JOIN also compares the discussion. In a database distributed by discussion both rows are
    then on one node, and a key of another discussion matches nothing. Migrations record it as the
    Django field that it extends.
    """

    def get_joining_fields(self, reverse_join: bool = False) -> tuple[Pair, ...]:
        """Return the pairs of fields compared in a JOIN."""
        pairs = super().get_joining_fields(reverse_join)
        pair = (
            discussion_field(self.model),
            discussion_field(self.related_model),
        )
        return (*pairs, pair[::-1] if reverse_join else pair)

    def deconstruct(self) -> Deconstructed:
        """Return name, path and arguments as recorded in migrations."""
        name, _path, args, kwargs = super().deconstruct()
        is_unique = isinstance(self, models.OneToOneField)
        kind = "OneToOneField" if is_unique else "ForeignKey"
        return name, f"django.db.models.{kind}", args, kwargs


class ChildOneToOneKey(ChildKey, models.OneToOneField):
    """A unique foreign key within a discussion."""


class ChildTreeKey(ChildKey, TreeForeignKey):
    """The parent of a comment, in the same discussion."""


def discussion_field(model: type[models.Model]) -> models.Field:
    """Return the field of a model that holds the key of the discussion."""
    meta = model._meta
    if meta.model_name == "discussion":
        return meta.pk
    fields = {field.name: field for field in meta.concrete_fields}
    return fields.get("discussion") or fields["article"]
