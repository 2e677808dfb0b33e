"""How a corrected source differs from what is stored, in words."""

from ..models import ImportConflict
from .messages import gettext as _
from .messages import gettext_noop

Field = ImportConflict.Field
EDITED = {
    Field.DATE: gettext_noop("and it was changed here"),
    Field.PARENT: gettext_noop("and it was moved here"),
    Field.PUBLISHED: gettext_noop("and it was changed here"),
}
# The values of these fields are not shown.
CHANGED = {
    Field.TEXT: gettext_noop("the text changed"),
    Field.NAME: gettext_noop("the name changed"),
    Field.TITLE: gettext_noop("the title changed"),
    Field.BODY: gettext_noop("the text changed"),
    Field.DATE: gettext_noop("the date changed"),
}


def change_in_words(name: str, then: str | int, now: str | int) -> str:
    """Return how a field changed in the source."""
    if name == Field.STATUS:
        values = {"then": _(str(then)), "now": _(str(now))}
    elif name == Field.PARENT:
        values = {"then": _answers(then), "now": _answers(now)}
    elif name == Field.PUBLISHED:
        states = {"published": _("published"), "draft": _("a draft")}
        values = {"then": states[str(then)], "now": states[str(now)]}
    else:
        return _(CHANGED[Field(name)])
    return _("was %(then)s, now %(now)s") % values


def edited_here(name: str) -> str:
    """Return that a field was edited on this site, behind how it changed in the source."""
    return _(EDITED.get(Field(name), gettext_noop("and it was edited here")))


def _answers(parent: str | int) -> str:
    return _("a reply to %(parent)s") % {"parent": parent} if parent else _("a top-level comment")
