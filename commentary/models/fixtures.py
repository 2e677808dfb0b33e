"""What a fixture leaves out is filled in when `loaddata` stores it."""

from typing import Any

from django.db.models import DateTimeField, Field
from django.db.models.signals import pre_save
from django.dispatch import receiver

PLAIN = (Field.pre_save, DateTimeField.pre_save)


@receiver(pre_save)
def fill(sender: Any, instance: Any, raw: bool, **kwargs: Any) -> None:
    """Make columns anew that are made of others (rendered text, search text), and set the times of
    creation and change that are missing. save() does both; `loaddata` does not call it."""
    if not raw or sender._meta.app_label != "commentary":
        return
    for field in sender._meta.concrete_fields:
        is_made_of_others = type(field).pre_save not in PLAIN
        if field.name == "public_at" and getattr(instance, field.attname) is not None:
            continue  # a dump says when that was
        is_missing_time = isinstance(field, DateTimeField) and not field.null
        if is_made_of_others or (is_missing_time and getattr(instance, field.attname) is None):
            field.pre_save(instance, True)
