"""Marks strings as safe HTML; no other module does.

Templates print such strings unescaped. All other code builds HTML with `format_html`, which escapes
its arguments. `tests/test_trusted.py` finds any other way, and lists the allowed callers of
`trusted`.
"""

from django.utils.safestring import SafeString


def trusted(html: str) -> SafeString:
    """Mark `html` as safe. It must come from the sanitiser, or be escaped."""
    return SafeString(html)
