"""Fills columns that a fixture omits when it is loaded with `loaddata`."""

from django.db.models import DateTimeField, Field, Model
from django.db.models.signals import pre_save
from django.dispatch import receiver

PLAIN = (Field.pre_save, DateTimeField.pre_save)


@receiver(pre_save)
def fill(sender: type[Model], instance: Model, raw: bool, **kwargs: object) -> None:
    """Compute derived columns and set missing creation and change times.

    save() does this otherwise, but `loaddata` doesn't call it.
    """
    if not raw or sender._meta.app_label != "commentary":
        return
    for field in sender._meta.concrete_fields:
        is_made_of_others = type(field).pre_save not in PLAIN
        if field.name == "public_at" and getattr(instance, field.attname) is not None:
            continue  # keep the time from the dump
        is_missing_time = isinstance(field, DateTimeField) and not field.null
        if is_made_of_others or (is_missing_time and getattr(instance, field.attname) is None):
            field.pre_save(instance, True)
