"""Numbers in messages."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Return a number with thousands separators."""
    return number_format(number, force_grouping=True)


def counted(message: str, number: int, **values: object) -> str:
    """Return a message chosen by `ngettext`, with the number as %(n)s, and other values."""
    return message % {"n": grouped(number), **values}
