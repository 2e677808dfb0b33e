"""The template values of one comment for `_comments.html`, including labels and links."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import AuditEntry, Comment
from ..models.queries.comments import CommentRow
from ..text.former_anchors import OWN
from ..text.names import name_key
from ..text.trusted import trusted

if TYPE_CHECKING:
    from .comment_form import CommentForm

Kind, Status = Comment.Kind, Comment.Status


ANCHOR = 'id="comment-{0}" '
PLACE = 'data-number="{0}" data-depth="{1}" aria-labelledby="comment-{0}-by"'
PLACE_BELOW = PLACE + ' data-parent="{2}"'
PUBLIC_AT = ' data-at="{3}"'

REPLY = (
    '<a href="{address}reply/{number}/#reply-{number}" rel="nofollow" data-reply="reply-{number}" '
    'aria-label="{reply} {to} #{number}">{reply}</a>\n'
)
ALL_ACTIONS = (
    '<a class="more" href="{address}comments/{number}/more/" rel="nofollow" '
    'aria-label="{more} {about} #{number}">{more}</a>\n'
)
OWN_ACTIONS = (
    '<a href="{address}comments/{number}/edit/">'
    '{edit}<span class="hidden-text"> #{number}</span></a>\n'
    '<a href="{address}comments/{number}/withdraw/">'
    '{withdraw}<span class="hidden-text"> #{number}</span></a>\n'
)
IN_THREAD = '<a href="{address}comments/{number}/">{in_thread}<span class="hidden-text"> #{number}</span></a>\n'
MORE = '<a class="more-replies" href="{address}branches/{number}/{end}">{words}</a>'


MAX_POINT_EXCERPT = 36  # characters of the point that a comment is about


class OwnComment(NamedTuple):
    """What a commenter sees next to an own comment, and a moderator next to any pending one.

    If it `is_pending` or `is_refused`, nobody else sees it; `place` is then its (tree id, left
    edge), or None if its parent isn't on a page. `ask` is the URL at which the commenter may ask for
    another look, "" for no longer; `was_asked` if they did.
    """

    may_change: bool
    is_pending: bool = False
    is_refused: bool = False
    reason: str = ""
    place: tuple[int, int] | None = None
    is_own: bool = True
    ask: str = ""
    was_asked: bool = False


# By comment id: the linked points, each with whether an editor made the link.
PointLinks = Mapping[int, Sequence[tuple[int, bool]]]
# By comment id: when and why it was removed, and whether by the commenter.
Removals = Mapping[int, tuple[datetime, str, bool]]


class ReadingContext(NamedTuple):
    """What a page is laid out for.

    `address` is the article's URL, `author_ids` its authors, `removals` the details of removed
    comments, `mine` the reader's own comments, `point_links` the links to points. Actions to reply
    and report are shown if the discussion `is_open` and neither the comment nor an ancestor is
    closed, and always to those who may write `everywhere`. `several_unnamed` is set if the
    discussion has more than one unnamed comment, even if the page shows only one. A page with the
    fragments of the source only, even where they equal some of ours, links to comments on the page
    `numbers_at`. `points` has the texts of the article's points. Names are links to the comments
    signed with them, except on a draft.
    """

    address: str = ""
    author_ids: frozenset[int] = frozenset()
    removals: Removals = {}
    mine: Mapping[int, OwnComment] = {}
    point_links: PointLinks = {}
    is_open: bool = False
    everywhere: bool = False
    several_unnamed: bool = False
    numbers_at: str = ""
    points: Mapping[int, str] = {}
    is_draft: bool = False

    def place(self, number: int) -> str:
        """Return the link to a comment of this page."""
        return f"{self.numbers_at}#comment-{number}"


class Act(TypedDict):
    """The closure of a comment as shown on a page; `id` is the comment's id."""

    closed_at_source: bool
    closed_at: datetime | None
    closed_until: datetime | None
    closed_reason: str | None
    id: int


class OutlinedComment(TypedDict):
    """The values of one comment for the template.

    A mapping, because templates look up keys before attributes. It contains every key, because
    failed lookups are slow. Numbers are safe strings, which templates print without conversion.
    """

    id: int
    number: SafeString
    address: str
    depth: SafeString
    name: str
    # The page of all comments with this name, if it has one.
    page: SafeString
    kind: str
    is_author: bool
    is_staff: bool
    attributes: SafeString
    # The fragments that led to the comment at its source.
    former: SafeString
    state: str
    by_state: str
    # The text, or its placeholder.
    html: str
    is_placeholder: bool
    is_removed: bool
    removed_at: datetime | None
    removed_reason: str
    removed_by_writer: bool
    is_short: bool
    # The date.
    dated_at: datetime | None
    is_local: bool
    edited_at: datetime | None
    edited_by_editor: bool
    # The parent, and a link to it.
    parent: str
    parent_name: str
    parent_address: str
    answers_above: bool
    next_new: str
    about: SafeString
    # Replies: their number, in words and digits, whether a list of them starts or ends here, and the link to the rest.
    replies: str
    reply_count: str
    opens: bool
    closes: list[str]
    rest: SafeString
    # Available actions.
    is_open: bool
    is_closed: bool
    closed_by: Act | None
    actions: SafeString
    mine: OwnComment | None
    form: "CommentForm | None"


class Labels:
    """Words and names shared by many comments, translated and escaped once."""

    def __init__(self, reading: ReadingContext, several_unnamed: bool) -> None:
        self.reading = reading
        self.unnamed = conditional_escape(_("Anonymous %(number)s")) if several_unnamed else ""
        self.removed = conditional_escape(_("Removed comment"))
        self.hidden = conditional_escape(_("Hidden comment"))
        self.names = {"": conditional_escape(_("Anonymous"))}
        self.kinds = {kind.value: conditional_escape(kind.label.capitalize()) for kind in Kind}
        self.counts = {0: conditional_escape(_("no replies"))}
        self.pages = {"": SafeString()}
        self.words = {
            "address": reading.address,
            "numbers_at": reading.numbers_at,
            "reply": _("Reply"),
            "more": _("More"),
            "about": _("about"),
            "edit": _("Edit"),
            "withdraw": _("Withdraw"),
            "to": _("to"),
            "in_thread": _("View in thread"),
        }
        self.prepared: dict[str, str] = {}

    def link(self, links: str, **parts: str | int) -> SafeString:
        """Format the links of a comment. One expression, since many are slow in templates."""
        if links not in self.prepared:
            self.prepared[links] = self._with_words(links)
        return format_html(self.prepared[links], **parts)

    def _with_words(self, links: str) -> str:
        """Insert the words that are the same for every comment into `links`."""
        for name, word in self.words.items():
            escaped = conditional_escape(word).replace("{", "{{").replace("}", "}}")
            links = links.replace(f"{{{name}}}", escaped)
        return links

    def is_shown(self, row: CommentRow) -> bool:
        """Return whether this reader may read the text of a row."""
        return row.status == Status.APPROVED or row.id in self.reading.mine

    def name(self, row: CommentRow) -> str:
        """Return the name shown. Unnamed pingbacks and trackbacks have a label instead of
        Anonymous.
        """
        if not self.is_shown(row):
            return self.removed if row.status == Status.REMOVED else self.hidden
        if not row.name and row.kind != Kind.COMMENT:
            return self.kinds[row.kind]
        if not row.name and row.anonymous_number and self.unnamed:
            return trusted(self.unnamed % {"number": row.anonymous_number})
        if row.name not in self.names:
            self.names[row.name] = conditional_escape(row.name)
        return self.names[row.name]

    def page(self, row: CommentRow) -> SafeString:
        """Return the URL of all comments signed with the name of a row, "" if there is none."""
        if row.status != Status.APPROVED or self.reading.is_draft:
            return SafeString()
        if row.name not in self.pages:
            key = name_key(row.name, _("Anonymous"))
            address = reverse("commentary:commenter", args=[key]) if key else ""
            self.pages[row.name] = conditional_escape(address)
        return self.pages[row.name]

    def about(self, links: Sequence[tuple[int, bool]]) -> SafeString:
        """ "On point 3: “Its first words…”" or "On point 3, point 5 (linked by an editor)", with
        links to them.
        """
        if not links:
            return SafeString()
        places = [
            format_html(
                '<a href="{}#point-{}">{}</a>{}{}',
                self.reading.address,
                number,
                _("point %(number)s") % {"number": number},
                self._beginning(number) if len(links) == 1 else "",
                f" {_('(linked by an editor)')}" if by_editor else "",
            )
            for number, by_editor in links
        ]
        listed = format_html_join(", ", "{}", ((place,) for place in places))
        return format_html('<p class="about-point">{} {}</p>\n', _("On"), listed)

    def _beginning(self, point: int) -> SafeString | str:
        """Return the first words of a point, after a colon. Characters instead of an element
        isolate their direction, since every comment counts its elements.
        """
        words = " ".join(self.reading.points.get(point, "").split())
        if not words:
            return ""
        return format_html(": “\u2068{}\u2069”", cut_at_word(words, MAX_POINT_EXCERPT))

    def replies(self, count: int) -> str:
        """ "3 replies"."""
        if count not in self.counts:
            words = ngettext("%(count)s reply", "%(count)s replies", count)
            self.counts[count] = conditional_escape(words % {"count": count})
        return self.counts[count]

    def flat_list(self, count: int, number: str) -> SafeString:
        """Return the link to the replies of a comment shown without them."""
        words = ngettext("Show %(count)s reply", "Show %(count)s replies", count)
        return self.link(MORE, number=number, end="", words=words % {"count": count})

    def more(self, count: int, number: str, last: str) -> SafeString:
        """Return the link to further replies of a thread, after comment `last`."""
        words = ngettext(
            "Show %(count)s more reply in this thread",
            "Show %(count)s more replies in this thread",
            count,
        )
        end = f"?after={last}#responses"
        return self.link(MORE, number=number, end=end, words=words % {"count": count})


FORMER = re.compile(r"#([\w.:-]{1,80})(?: |$)")
# Ids of other elements of our pages; see the templates.
OF_PAGE = re.compile(
    r"(?:reply|point|on-point|comment-\d+|responses|edit|search)(?:-.*)?|main|at|q|since|to|comments|respond"
)


def mark_former(
    comments: Iterable[OutlinedComment], rows: Sequence[CommentRow], has_own: bool
) -> None:
    """Give the comments of a page the fragments they had at their source, so that old links find
    them. An id is unique on a page: our own come first if it `has_own`, then the first comment that
    had it."""
    taken = {f"comment-{row.number}" for row in rows} if has_own else set()
    for comment, row in zip(comments, rows, strict=True):
        if not row.source_ids:
            continue
        names = [
            name
            for name in dict.fromkeys(FORMER.findall(row.source_ids))
            if name not in taken and (OWN.fullmatch(name) or not OF_PAGE.fullmatch(name))
        ]
        taken.update(names)
        comment["former"] = format_html_join("", '<span id="{}"></span>', ((n,) for n in names))


def cut_at_word(words: str, most: int) -> str:
    """Return the beginning of a text on one line, cut at a word boundary."""
    if len(words) <= most:
        return words
    return words[:most].rsplit(" ", 1)[0].rstrip(" .,;:–-") + "…"


def digits(number: int) -> SafeString:
    return conditional_escape(str(number))


def outlined(row: CommentRow, labels: Labels) -> OutlinedComment:
    """Return the values of one row that is shown without others."""
    is_shown, is_link = labels.is_shown(row), row.kind != Kind.COMMENT
    removal: tuple[datetime | None, str, bool] = (None, "", False)
    if not is_shown:
        removal = labels.reading.removals.get(row.id, removal)
    return {
        "id": row.id,
        "number": digits(row.number),
        "address": labels.reading.place(row.number),
        "depth": digits(row.level),
        "name": labels.name(row),
        "page": labels.page(row),
        "kind": labels.kinds[row.kind] if is_shown and is_link and row.name else "",
        "is_author": is_shown and row.author_id in labels.reading.author_ids,
        "is_staff": is_shown and bool(row.by_staff),
        "attributes": SafeString(),
        "former": SafeString(),
        "state": "" if is_shown else " is-removed",
        "by_state": "" if is_shown and (row.name or is_link) else " is-unnamed",
        "html": row.body_html if is_shown else "",
        "is_placeholder": not is_shown,
        "is_removed": not is_shown and row.status == Status.REMOVED,
        "removed_at": removal[0],
        "removed_reason": removal[1],
        "removed_by_writer": removal[2],
        "is_short": False,
        "dated_at": row.dated_at if is_shown else None,
        "is_local": is_shown and row.date_is_local,
        "edited_at": row.edited_at if is_shown else None,
        "edited_by_editor": is_shown and bool(row.edited_by_editor),
        "parent": "",
        "parent_name": "",
        "parent_address": "",
        "answers_above": False,
        "next_new": "",
        "about": labels.about(labels.reading.point_links.get(row.id, ()) if is_shown else ()),
        "replies": "",
        "reply_count": "",
        "opens": False,
        "closes": [],
        "rest": SafeString(),
        "is_open": True,
        "is_closed": False,
        "closed_by": None,
        "actions": SafeString(),
        "mine": None,
        "form": None,
    }


def act_of(row: CommentRow) -> Act:
    """Return what is shown of the closure of a row."""
    return {
        "closed_at_source": row.closed_entry__actor_name == AuditEntry.SOURCE,
        "closed_at": row.closed_from or row.closed_entry__created_at,
        "closed_until": row.closed_until,
        "closed_reason": row.closed_entry__reason,
        "id": row.id,
    }
