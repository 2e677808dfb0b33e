"""Links that an operator or editor adds to the footer: a label and an address, "Contact = /pages/contact/"."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .web_addresses import is_plain

MAX_LINKS = 12
MAX_LABEL = 60
MAX_ADDRESS = 500


class FooterLink(NamedTuple):
    """A link of the footer."""

    label: str
    address: str


def parse_links(text: str, separator: str = "\n") -> list[FooterLink]:
    """Parse links, one a line or divided by `separator`. Raises ValueError with a sentence."""
    links = [_link(line.strip()) for line in text.split(separator) if line.strip()]
    if len(links) > MAX_LINKS:
        words = ngettext(
            "The footer has room for %(most)d link.",
            "The footer has room for %(most)d links.",
            MAX_LINKS,
        )
        raise ValueError(words % {"most": MAX_LINKS})
    return links


def _link(line: str) -> FooterLink:
    label, sign, address = (part.strip() for part in line.partition("="))
    if not (sign and label and address):
        raise ValueError(_("Write each link as: Label = address. Not: %(line)s") % {"line": line})
    if len(label) > MAX_LABEL or len(address) > MAX_ADDRESS:
        raise ValueError(_("This link is too long: %(line)s") % {"line": line[:MAX_LABEL]})
    is_page = re.fullmatch(r"/(?![/\\])\S*", address)
    is_mail = re.fullmatch(r"mailto:[^\s@?&<>\"]+@[^\s@?&<>\"]+", address, re.I)
    if not (is_page or is_mail or (is_plain(address) and not re.search(r"\s", address))):
        raise ValueError(
            _("Begin the address with /, mailto: or https:// (it is “%(address)s”).")
            % {"address": address}
        )
    return FooterLink(label, address)
