"""Numbers in messages."""

from django.utils.formats import number_format


def counted(message: str, number: int, **values: object) -> str:
    """Return a message chosen by `ngettext`, with the number as %(n)s, and other values."""
    return message % {"n": number_format(number, force_grouping=True), **values}
