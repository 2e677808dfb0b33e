"""One comment of a page: where it stands, and the words that it shares with others."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypedDict
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..models import AuditEntry, Comment
from ..models.queries.comments import CommentRow
from ..text.former_anchors import OWN
from ..text.phrases import comma, in_html

Kind, Status = Comment.Kind, Comment.Status


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
    signed with them, except on a draft. `language` is that of the article, "" if it is unknown.
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
    language: str = ""

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


@dataclass(slots=True)
class OutlinedComment:
    """A comment of a page for `cards`. Only `html`, `about`, `rest` and `closes` are HTML."""

    row: CommentRow
    # Whether this reader may read the text; otherwise the comment is a placeholder.
    is_shown: bool
    name: str
    # The page of all comments with this name, if it has one.
    page: str
    address: str
    kind: str
    is_author: bool
    about: str
    html: str
    # When and why it was removed, and whether by the commenter.
    removal: tuple[datetime | None, str, bool] = (None, "", False)
    classes: str = ""
    depth: int = 0
    # The fragments that led to the comment at its source.
    former: str = ""
    is_short: bool = False
    # The number of the parent, and a link to it.
    parent: str = ""
    parent_name: str = ""
    parent_address: str = ""
    answers_above: bool = False
    next_new: str = ""
    # The number of replies, None if unknown; whether a list of them starts or ends here, and the
    # link to the rest.
    below: int | None = 0
    opens: bool = False
    closes: Sequence[str] = ()
    rest: str = ""
    # Without its thread, a comment links to it instead of to actions.
    is_flat: bool = False
    is_open: bool = True
    may_answer: bool = False
    is_closed: bool = False
    closed_by: Act | None = None
    mine: OwnComment | None = None

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def number(self) -> str:
        return str(self.row.number)

    @property
    def is_removed(self) -> bool:
        return not self.is_shown and self.row.status == Status.REMOVED

    @property
    def replies(self) -> str:
        """ "3 replies"."""
        return replies_in_words(self.below)


def replies_in_words(count: int | None) -> str:
    if count is None:
        return _("Replies")
    if not count:
        return _("no replies")
    return ngettext("%(count)s reply", "%(count)s replies", count) % {"count": count}


def replies_to(count: int | None, number: str) -> str:
    """Return like `replies_in_words` to which comment they are replies."""
    if not count:
        return _("Replies to #%(number)s") % {"number": number}
    words = ngettext("%(count)s reply to #%(number)s", "%(count)s replies to #%(number)s", count)
    return words % {"count": count, "number": number}


class Labels:
    """Words and addresses shared by many comments, prepared once."""

    def __init__(self, reading: ReadingContext, several_unnamed: bool) -> None:
        self.reading = reading
        self.unnamed = _("Anonymous %(number)s") if several_unnamed else ""
        self.removed, self.hidden = _("Removed comment"), _("Hidden comment")
        self.nobody = _("Anonymous")
        self.on, self.comma = pgettext("points", "On %(points)s"), comma()
        self.point = pgettext("on", "point %(number)s")
        self.beginning = _("%(point)s: “%(words)s”")
        self.by_editor = _("%(point)s (linked by an editor)")
        self.kinds = {kind.value: kind.label.capitalize() for kind in Kind}
        # Hundreds of URLs are quoted here in the time of a few dozen calls of reverse().
        self.commenters = reverse("commentary:commenter", args=["-"]).removesuffix("-/")
        self.pages: dict[str, str] = {}

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
            return self.unnamed % {"number": row.anonymous_number}
        return row.name or self.nobody

    def page(self, row: CommentRow) -> str:
        """Return the URL of all comments signed with the name of a row, "" if there is none."""
        key = row.name_key
        if not key or row.status != Status.APPROVED or self.reading.is_draft:
            return ""
        if key not in self.pages:
            self.pages[key] = f"{self.commenters}{quote(key, safe=SAFE)}/"
        return self.pages[key]

    def about(self, links: Sequence[tuple[int, bool]]) -> str:
        """ "On point 3: “Its first words…”" or "On point 3, point 5 (linked by an editor)", with
        links to them.
        """
        if not links:
            return ""
        places = ((self._point(*link, is_only=len(links) == 1),) for link in links)
        listed = format_html_join(self.comma, "{}", places)
        return format_html('<p class="about-point">{}</p>\n', in_html(self.on, points=listed))

    def _point(self, number: int, by_editor: bool, is_only: bool) -> SafeString:
        """Return a link to a point, with its first words if it `is_only`. Characters instead of an
        element isolate their direction, since every comment counts its elements.
        """
        address, words = self.reading.address, self.point % {"number": number}
        place = format_html('<a href="{}#point-{}">{}</a>', address, number, words)
        beginning = " ".join(self.reading.points.get(number, "").split()) if is_only else ""
        if beginning:
            cut = f"\u2068{cut_at_word(beginning, MAX_POINT_EXCERPT)}\u2069"
            place = in_html(self.beginning, point=place, words=cut)
        return in_html(self.by_editor, point=place) if by_editor else place


SAFE = "/~:@!$&'()*+,;="  # in the path of a URL, as in reverse()
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
        # FORMER matches nothing that needs escaping.
        comment.former = "".join([f'<span id="{name}"></span>' for name in names])


def cut_at_word(words: str, most: int) -> str:
    """Return the beginning of a text on one line, cut at a word boundary."""
    if len(words) <= most:
        return words
    return words[:most].rsplit(" ", 1)[0].rstrip(" .,;:–-") + "…"


def outlined(row: CommentRow, labels: Labels) -> OutlinedComment:
    """Return one row that is shown without others."""
    is_shown, reading = labels.is_shown(row), labels.reading
    if not is_shown:
        return OutlinedComment(
            row=row,
            is_shown=False,
            name=labels.name(row),
            page="",
            address=reading.place(row.number),
            kind="",
            is_author=False,
            about="",
            html="",
            classes=" is-removed",
            depth=row.level,
            removal=reading.removals.get(row.id, (None, "", False)),
        )
    links = reading.point_links.get(row.id)
    return OutlinedComment(
        row=row,
        is_shown=True,
        name=labels.name(row),
        page=labels.page(row),
        address=reading.place(row.number),
        kind=labels.kinds[row.kind] if row.kind != Kind.COMMENT and row.name else "",
        is_author=row.author_id in reading.author_ids,
        about=labels.about(links) if links else "",
        html=row.body_html,
        depth=row.level,
    )


def act_of(row: CommentRow) -> Act:
    """Return what is shown of the closure of a row."""
    return {
        "closed_at_source": row.closed_entry__actor_name == AuditEntry.SOURCE,
        "closed_at": row.closed_from or row.closed_entry__created_at,
        "closed_until": row.closed_until,
        "closed_reason": row.closed_entry__reason,
        "id": row.id,
    }
