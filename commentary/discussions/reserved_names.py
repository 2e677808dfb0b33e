"""Whose name a comment is signed with, and who has been read under it before."""

from django.contrib.auth.models import User
from django.db.models import CharField, Q, Value
from django.utils.translation import gettext as _

from ..models import Author, Comment
from ..models.article import MAX_SKELETON
from ..text.names import skeleton, skeletons
from .decisions import S


def owner_of(name: str, account: User | None = None) -> str:
    """Who else a name belongs to, in words for editors: an account of this site or an author of its
    articles; "" if nobody. `account` is who is signed in, and may use their own. One query: authors are
    found by an index, for there may be many; the accounts are those of staff, which are few.

    Nobody is told who asks with a name of somebody else: the comment is held, as those of others are.
    """
    parts = skeletons(name)
    if not parts:
        return ""
    whole = skeleton(name)

    def is_of(owner: str) -> bool:
        # A name of several words counts inside a longer one, too: "The real Ann Lee".
        looks = skeleton(owner)
        return bool(looks) and (looks == whole or (" " in owner.strip() and looks in parts))

    others = User.objects.filter(is_active=True)
    if account is not None:
        others = others.exclude(pk=account.pk)
    accounts = others.order_by().values_list("username", "first_name", "last_name", Value(True))
    nothing = Value("", output_field=CharField())
    alike = Author.objects.filter(skeleton__in=[part[:MAX_SKELETON] for part in parts])
    authors = alike.order_by().values_list("name", nothing, nothing, Value(False))
    for name, first, last, is_account in accounts.union(authors, all=True):
        if is_of(name) or is_of(f"{first} {last}".strip()):
            return (
                _("it belongs to an account of this site")
                if is_account
                else _("it belongs to an author of this site")
            )
    return ""


def read_as(writer: str, comment: Comment) -> Q:
    """What finds the submissions of this writer that a moderator read and approved and that are
    signed as this comment is: who is known by one name is new by another. Without the comment."""
    name_key = Comment._meta.get_field("name_key").pre_save(comment, False)
    named = Q(comment__name_key=name_key)
    if name_key is None:
        named = Q(comment__name_key=None, comment__name=comment.name)
    read = Q(writer=writer, comment__status=S.APPROVED, is_reviewed=True)
    return named & read & ~Q(comment=comment.pk)
