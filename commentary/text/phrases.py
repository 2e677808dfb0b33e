"""Phrases of translated messages: with HTML inside, and lists."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from .trusted import trusted


def in_html(message: str | Promise, **parts: object) -> SafeString:
    """Return a message with its parts, all escaped except the parts that are HTML already."""
    return trusted(
        escape(message) % {name: conditional_escape(str(p)) for name, p in parts.items()}
    )


def comma() -> str:
    """Return what stands between the items of a list: ", "."""
    return pgettext("list", "%(first)s, %(second)s") % {"first": "", "second": ""}


def semicolon() -> str:
    """Return what stands between items that may have commas: "; "."""
    return pgettext("list", "%(first)s; %(second)s") % {"first": "", "second": ""}


def colon() -> str:
    """Return what stands between a label and what it is about: ": "."""
    return pgettext("label", "%(label)s: %(about)s") % {"label": "", "about": ""}


def full_stop() -> str:
    """Return what ends a sentence that a page puts together: "."."""
    return pgettext("sentence", "%(words)s.") % {"words": ""}


def in_brackets(more: object) -> str:
    """Return what stands after a label as an addition: " (24)"."""
    return pgettext("label", "%(label)s (%(more)s)") % {"label": "", "more": more}


def link_in_brackets(address: str, words: str) -> SafeString:
    """Return a link that stands after a text as an addition: " (Repair)"."""
    more = format_html('<a href="{}">{}</a>', address, words)
    return in_html(pgettext("label", "%(label)s (%(more)s)"), label="", more=more)


def percent(number: int) -> str:
    """Return a percentage: "24 %"."""
    return pgettext("percentage", "%(number)s %%") % {"number": number}


def listed(parts: Iterable[object]) -> str:
    """Return parts as a list: "a, b, c"."""
    return comma().join(map(str, parts))


def listed_names(names: Iterable[object]) -> str:
    """Return names as a list, which Chinese and Japanese separate in another way: "a, b, c"."""
    between = pgettext("list of names", "%(first)s, %(second)s") % {"first": "", "second": ""}
    return between.join(map(str, names))


def listed_with_semicolons(parts: Iterable[object]) -> str:
    """Return parts that may have commas as a list: "a; b; c"."""
    return semicolon().join(map(str, parts))


def html_list_with_and(parts: Iterable[SafeString]) -> SafeString:
    """Return parts in HTML as a list that ends with "and"."""
    *firsts, last = parts
    if not firsts:
        return last
    before = format_html_join(comma(), "{}", ((part,) for part in firsts))
    return in_html(pgettext("end of a list", "%(first)s and %(second)s"), first=before, second=last)


def listed_with_and(parts: Iterable[object]) -> str:
    """Return parts as a list that ends with "and": "a, b and c"."""
    *firsts, last = map(str, parts)
    if not firsts:
        return last
    both = pgettext("end of a list", "%(first)s and %(second)s")
    return both % {"first": comma().join(firsts), "second": last}
