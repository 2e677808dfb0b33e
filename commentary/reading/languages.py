"""The languages of texts on a page."""

from django.utils.html import format_html
from django.utils.translation import get_language


def lang_attribute(language: str | None) -> str:
    """Return the attribute for the language of a text, as HTML, or "" if it is unknown or that of the
    page.
    """
    if not language or language.lower() == get_language():
        return ""
    return format_html(' lang="{}"', language)
