"""Reserved names: whether a name belongs to an account or an author."""

from django.contrib.auth.models import User
from django.db import connection
from django.utils.translation import gettext as _

from ..models import Comment
from ..models.article import MAX_SKELETON
from ..text.names import skeleton, skeletons
from .limits import Sql

# The names of other active accounts, and of the authors whose names look like one of these.
OWNERS = """
SELECT username, first_name, last_name, true FROM auth_user WHERE is_active AND id <> %s
UNION ALL
SELECT name, '', '', false FROM commentary_author WHERE skeleton IN ({marks})
"""


def reservation_reason(name: str, account: User | None = None) -> str:
    """Return why a name is reserved, in words for editors; "" if it is free.

    A name is reserved if it looks like that of a staff account or of an author of articles.
    `account` is the signed-in user, who may use their own names. One query: authors are found by
    index, and staff accounts are few.

    The person who posts is not told: the comment is held like any other.
    """
    parts = skeletons(name)
    if not parts:
        return ""
    whole = skeleton(name)

    def is_of(owner: str) -> bool:
        # A name of several words is also recognised inside a longer one: "The real Ann Lee".
        looks = skeleton(owner)
        return bool(looks) and (looks == whole or (" " in owner.strip() and looks in parts))

    with connection.cursor() as cursor:
        some = [part[:MAX_SKELETON] for part in parts]
        cursor.execute(
            OWNERS.format(marks=", ".join(["%s"] * len(some))),
            [account.pk if account else 0, *some],
        )
        owners = cursor.fetchall()
    for name, first, last, is_account in owners:
        if is_of(name) or is_of(f"{first} {last}".strip()):
            return (
                _("belongs to an account on this site")
                if is_account
                else _("belongs to an author on this site")
            )
    return ""


def read_as(writer: str, comment: Comment) -> Sql:
    """Return the expression for whether a moderator approved an earlier comment by this commenter
    under the same name.

    `comment` itself is excluded. A known commenter who uses another name counts as new.
    """
    name_key = Comment._meta.get_field("name_key").pre_save(comment, False)
    named = "name_key IS NULL AND name = %s" if name_key is None else "name_key = %s"
    return Sql(
        f"""EXISTS (
            SELECT 1 FROM commentary_submission AS submission JOIN commentary_comment AS comment
                ON comment.discussion_id = submission.discussion_id AND comment.id = comment_id
            WHERE writer = %s AND is_reviewed AND status = 'approved' AND {named} AND comment.id <> %s
        )""",
        (writer, comment.name if name_key is None else name_key, comment.pk or 0),
    )
