"""Fills columns that a fixture omits when it is loaded with `loaddata`."""

from django.db.models import DateTimeField, Field, Model
from django.db.models.signals import pre_save
from django.dispatch import receiver

# `pre_save` of columns that don't compute their value
STORED_AS_GIVEN = (Field.pre_save, DateTimeField.pre_save)


def is_computed(field: Field) -> bool:
    """Return whether a column computes its value in `pre_save`."""
    return type(field).pre_save not in STORED_AS_GIVEN


@receiver(pre_save)
def fill(sender: type[Model], instance: Model, raw: bool, **kwargs: object) -> None:
    """Compute derived columns and set missing creation and change times.

    save() does this otherwise, but `loaddata` doesn't call it.
    """
    if not raw or sender._meta.app_label != "commentary":
        return
    for field in sender._meta.concrete_fields:
        if field.name == "public_at" and getattr(instance, field.attname) is not None:
            continue  # keep the time from the dump
        is_missing_time = isinstance(field, DateTimeField) and not field.null
        if is_computed(field) or (is_missing_time and getattr(instance, field.attname) is None):
            field.pre_save(instance, True)
