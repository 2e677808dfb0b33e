"""Numbers in messages."""

import json
from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import ngettext

# The messages in which scripts put a number.
IN_SCRIPTS: dict[str, Callable[[int], str]] = {
    "found": lambda n: ngettext("%(n)s result", "%(n)s results", n),
    "here": lambda n: ngettext(
        "%(n)s new on this page since your last visit on %(day)s",
        "%(n)s new on this page since your last visit on %(day)s",
        n,
    ),
    "lines": lambda n: ngettext("The %(n)s selected line is", "The %(n)s selected lines are", n),
    "many": lambda n: ngettext("%(n)s or more new", "%(n)s or more new", n),
    "new": lambda n: ngettext("%(n)s new", "%(n)s new", n),
    "selected": lambda n: ngettext("%(n)s selected", "%(n)s selected", n),
}
WITH_ALL_FORMS = (0, 1, 2, 3, 5, 6, 11, 100, 1_000_000)  # of every language


def grouped(number: int) -> str:
    """Return a number with thousands separators."""
    return number_format(number, force_grouping=True)


def counted(message: str, number: int, **values: object) -> str:
    """Return a message chosen by `ngettext`, with the number as %(n)s, and other values."""
    return message % {"n": grouped(number), **values}


def script_forms(name: str) -> str:
    """Return the forms of a message of IN_SCRIPTS as JSON, with numbers that take each of them.

    A browser knows which other numbers take the same form in the language.
    """
    forms: dict[str, list[int]] = {}
    for number in WITH_ALL_FORMS:
        forms.setdefault(IN_SCRIPTS[name](number), []).append(number)
    return json.dumps(forms, ensure_ascii=False, separators=(",", ":"))
