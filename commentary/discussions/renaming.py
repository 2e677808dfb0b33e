"""Editors merge the names of one commenter: comments signed with one get the other."""

import uuid
from time import monotonic
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..models import Comment
from ..text.names import clean_name, name_key
from .audit import Actor
from .corrections import correct
from .errors import Refusal

AT_ONCE = 100  # comments renamed before the time limit is checked


class Renamed(NamedTuple):
    """The batch of the audit entries, how many comments it renamed, and whether none are left."""

    batch: uuid.UUID
    comments: int
    is_complete: bool


def signed_otherwise(old: str, new: str) -> QuerySet[Comment]:
    """Return the comments that a merge of `old` into `new` renames: those signed `old` in any
    spelling. Comments with the badge of an author keep their names.
    """
    key = name_key(old)
    if not key:
        return Comment.objects.none()
    return Comment.objects.filter(name_key=key, author=None).exclude(name=new)


def merge_names(old: str, new: str, by: Actor, reason: str = "", seconds: float = 5.0) -> Renamed:
    """Give comments signed `old` the name `new`, as corrections of one batch that can be undone.

    Stops after so many seconds; call it again for the rest. Raises Refusal.
    """
    new = clean_name(new)
    if not name_key(new) or not name_key(old):
        raise Refusal(_("Enter two names. Comments without a name can’t be merged."))
    batch, count, end = uuid.uuid4(), 0, monotonic() + seconds
    rows = following = signed_otherwise(old, new).order_by("discussion_id", "pk")
    while some := list(following[:AT_ONCE]):
        if count and monotonic() > end:
            return Renamed(batch, count, is_complete=False)
        for comment in some:
            correct(comment, by, new, comment.body, reason, batch)
        count += len(some)
        discussion, last = some[-1].discussion_id, some[-1].pk
        following = rows.filter(
            Q(discussion_id__gt=discussion) | Q(discussion_id=discussion, pk__gt=last)
        )
    return Renamed(batch, count, is_complete=True)
