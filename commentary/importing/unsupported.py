"""Recognise exports that aren't supported, and refuse them by name with advice.

Otherwise they would be imported as something else: a Commento export as an article that shows
the e-mail addresses of its commenters.
"""

import re

from .messages import gettext as _
from .messages import gettext_noop
from .records import SourceError

VIA_WORDPRESS = gettext_noop(
    "import it into WordPress, export it from there (Tools, Export) and import that file"
)

# Name, start of the file, and what to do instead. The first match counts.
FORMATS: tuple[tuple[str, re.Pattern[bytes], str], ...] = (
    (
        gettext_noop("an export of Artalk"),
        re.compile(rb'\A\s*\[\s*\{(?:[^{}]|\{[^{}]*\}){0,8000}"page_key"\s*:'),
        gettext_noop("import the comments from a system listed in README"),
    ),
    (
        gettext_noop("an export of Waline"),
        re.compile(
            rb'\A\s*\{[^{}\[\]]{0,500}"(?:type|__version)"\s*:\s*"?(?:waline|[\d.]+"\s*,'
            rb'\s*"type"\s*:\s*"waline)'
        ),
        gettext_noop("import the comments from a system listed in README"),
    ),
    (
        gettext_noop("an Atom feed"),
        re.compile(
            rb"\A[\xff\xfe\s]{0,10}(?:<[?!][^>]*>\s*)*<(?:\w+:)?feed[\s>](?!.*?blogger\.com)(?!.*?schemas\.google\.com/blogger)",
            re.S,
        ),
        gettext_noop("a feed contains only the newest entries; import an export of the whole site"),
    ),
    (
        gettext_noop("an export of IntenseDebate"),
        re.compile(rb"\A[\xff\xfe\s]{0,10}(?:<[?!][^>]*>\s*)*<output>\s*<blogpost>", re.S),
        VIA_WORDPRESS,
    ),
    (
        gettext_noop("an export of LiveJournal"),
        re.compile(rb"\A[\xff\xfe\s]{0,10}(?:<[?!][^>]*>\s*)*<livejournal\b", re.S),
        VIA_WORDPRESS,
    ),
    (
        gettext_noop("a backup of Dotclear"),
        re.compile(rb"\A[\xff\xfe\s]{0,10}///DOTCLEAR\|"),
        VIA_WORDPRESS,
    ),
)


def refuse(name: str, head: bytes) -> None:
    """Raise SourceError if a file is one of these exports. `head` is its unpacked start."""
    # In UTF-16, keeps the ASCII letters.
    head = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    for what, beginning, instead in FORMATS:
        if beginning.search(head):
            raise SourceError(
                name,
                1,
                _("is %(what)s, which cannot be imported yet: %(instead)s")
                % {"what": _(what), "instead": _(instead)},
            )
