"""How commands about personal data are told whom they are about."""

import re

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from ..models import Article, Comment
from ..privacy.person import DataSubject, person_of_comments, person_with_email


def add_person_arguments(parser: CommandParser) -> None:
    """Add the arguments that `chosen_person` takes."""
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument(
        "--email",
        metavar="ADDRESS",
        help=_(
            "who gave this address: all comments with it, and all others from the same browsers"
        ),
    )
    chosen.add_argument(
        "--comment",
        action="append",
        metavar="SLUG#NUMBER",
        help=_("this comment, for people without an address; can be repeated"),
    )
    parser.add_argument(
        "--same-browser",
        action="store_true",
        help=_("with --comment: also all other comments from the same browser"),
    )


def chosen_person(email: str | None, comment: list[str] | None, same_browser: bool) -> DataSubject:
    """Return the person that the arguments name. Raises CommandError if nothing is found."""
    if email is not None:
        if same_browser:
            raise CommandError(_("--same-browser needs --comment."))
        person = person_with_email(email)
        if not person.comments:
            raise CommandError(
                _(
                    "No comment has the address %(email)s. Addresses are deleted 90 days after a "
                    "decision: name the comments with --comment."
                )
                % {"email": email}
            )
        return person
    return person_of_comments([_comment_named(text) for text in comment or ()], same_browser)


def _comment_named(text: str) -> Comment:
    found = re.fullmatch(r"(?P<slug>[^#]+)#(?P<number>\d{1,9})", text)
    if not found:
        raise CommandError(
            _("%(text)s names no comment: write the slug and the number, as in bees#12.")
            % {"text": text}
        )
    article = Article.objects.filter(slug=found["slug"]).first()
    if article is None:
        raise CommandError(_("No article has the slug %(slug)s.") % {"slug": found["slug"]})
    comments = Comment.objects.filter(discussion=article.pk, number=int(found["number"]))
    comment = comments.first()
    if comment is None:
        raise CommandError(
            _("“%(title)s” has no comment %(number)s.")
            % {"title": article.title, "number": found["number"]}
        )
    return comment
