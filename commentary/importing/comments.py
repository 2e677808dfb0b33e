"""Store the comments of a record below their parents, even if a parent comes in a later file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice, tee
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, CharField, Value, When

from .. import discussions
from ..discussions import tree
from ..discussions.points import Points
from ..models import Article, Author, Comment, ImportRun
from ..models.comment import nobody
from .columns import are_held, comment_date, fitted, stored_key, stored_status
from .derived import CommentText, Derived, Deriving, Language
from .fields import is_in_future
from .identity import Identities, identify
from .messages import gettext as _
from .records import ArticleRecord, CommentRecord
from .stored_comments import Known, stored_comments

_LONGEST_WEBSITE = 500  # characters of Comment.author_url


_TOLD_EVERY = 500  # comments
_KEYS_TOGETHER = 500  # comments whose keys are stored by one statement


class StoredComments(NamedTuple):
    """The comments of a record after they were stored: those that the article had before, as
    `identify` returns them, and how many were added. `record` lacks comments that are not stored.
    """

    record: ArticleRecord
    known: dict[str, Known]
    uncertain: frozenset[str]
    added: int


def store_comments(
    record: ArticleRecord,
    article: Article,
    is_new: bool,
    run: ImportRun,
    warnings: list[str],
    deriving: Deriving,
    tell: Callable[[int], None] = lambda stored: None,
) -> StoredComments:
    """Add the comments of a record that the article lacks, and store ids that have changed. Call it
    with the discussion locked, unless the article is new.

    `tell` is called with the number of comments stored so far. A text that may have been read
    incorrectly adds nothing to a published article.
    """
    found = Identities({}, {})
    if not is_new:
        found = identify(record, article, stored_comments(article), run)
        _store_keys(article, found.keys)
    if run.source.format == "text" and record.doubts and not is_new and article.is_published:
        comments = [c for c in record.comments if stored_key(c.key) in found.known]
        record = replace(record, comments=comments)
    added = 0
    if any(stored_key(comment.key) not in found.known for comment in record.comments):
        with tree.lock_discussion(article.pk, numbers=len(record.comments) if is_new else 0):
            added = _add_comments(record, article, found.known, run, warnings, deriving, tell)
            if added and not is_new:
                _attach_late_replies(article, warnings)
    return StoredComments(record, found.known, found.uncertain, added)


def _store_keys(article: Article, keys: dict[int, str]) -> None:
    """Store the keys that the source has now for comments."""
    changed = iter(keys)
    while some := list(islice(changed, _KEYS_TOGETHER)):
        cases = (When(pk=pk, then=Value(keys[pk])) for pk in some)
        rows = Comment.objects.filter(discussion=article.pk, pk__in=some)
        rows.update(source_key=Case(*cases, output_field=CharField()))


def _add_comments(
    record: ArticleRecord,
    article: Article,
    known: dict[str, Known],
    run: ImportRun,
    warnings: list[str],
    deriving: Deriving,
    tell: Callable[[int], None],
) -> int:
    """Add the comments that are not known, and return how many, in a locked discussion."""
    is_held = are_held(record, article, run)
    plan = _plan_of(record, known, is_held)
    if not plan.parents:
        return 0
    new, ahead = tee(c for c in record.comments if stored_key(c.key) not in known)
    language = Language(article.text_language, nobody(settings.LANGUAGE_CODE))
    derived = deriving.of(map(_text, ahead), len(plan.parents), language)
    arrivals = _comment_rows(
        new, derived, plan.waiting_for, _authors_by_account(record, article), run, warnings
    )
    points = Points(article.points)
    arrivals = _counted(arrivals, tell)
    discussions.import_comments(article.pk, arrivals, plan.parents, plan.statuses, points)
    added = len(plan.parents)
    if is_held:
        warnings.append(
            _(
                "article %(slug)s: matched only by its link; the comments added to it (%(added)s) "
                "are pending"
            )
            % {"slug": article.slug, "added": f"{added:,}"}
        )
    return added


def _counted(comments: Iterable[Comment], tell: Callable[[int], None]) -> Iterator[Comment]:
    for number, comment in enumerate(comments, 1):
        yield comment
        if number % _TOLD_EVERY == 0:
            tell(number)


def _attach_late_replies(article: Article, warnings: list[str]) -> None:
    """Move replies that were imported before their parents below them, if those are stored by now."""
    comments = Comment.objects.in_discussion(article.pk)
    waiting = comments.filter(source_parent_key__isnull=False).order_by("pk")
    for pk, key, parent_key in list(waiting.values_list("pk", "source_key", "source_parent_key")):
        parent = comments.filter(source_key=parent_key).values_list("pk", flat=True).first()
        if parent is None:
            continue
        try:
            tree.move(article.pk, pk, parent)
            warnings.append(
                _("comment %(key)s: moved below its parent %(parent_key)s")
                % {"key": key, "parent_key": parent_key}
            )
        except tree.BadMove:
            warnings.append(_("comment %(key)s: circular reply chain") % {"key": key})
        Comment.objects.filter(pk=pk).update(source_parent_key=None)


def _website(address: str) -> str | None:
    """Return a URL as it is stored, or None if it is unsafe for browsers or too long."""
    is_web = address[:8].lower().startswith(("http://", "https://"))
    return address if is_web and len(address) <= _LONGEST_WEBSITE else None


class _Plan(NamedTuple):
    """For each new comment: its parent (the index of a new one, a stored one, or None), its status,
    and the key of a parent that is not stored.
    """

    parents: list[int | Comment | None]
    statuses: list[str]
    waiting_for: list[str | None]


def _plan_of(record: ArticleRecord, known: dict[str, Known], is_held: bool) -> _Plan:
    plan = _Plan([], [], [])
    index: dict[str, int] = {}
    for comment in record.comments:
        key, above = stored_key(comment.key), comment.parent and stored_key(comment.parent)
        if key in known:
            continue
        index[key] = len(plan.parents)
        plan.statuses.append(stored_status(comment, is_held))
        is_here = above is None or above in index or above in known
        plan.waiting_for.append(None if is_here else above)
        if above is not None and above in index:
            plan.parents.append(index[above])
        elif above is not None and above in known:
            plan.parents.append(Comment(pk=known[above].pk))
        else:
            plan.parents.append(None)
    return plan


def _authors_by_account(record: ArticleRecord, article: Article) -> dict[str, int]:
    """Return the authors of an article by their account at the source."""
    if not record.accounts:
        return {}
    authors = dict(article.authors.values_list("name", "pk"))
    names = {a: fitted(name, Author, "name", []) for a, name in record.accounts.items()}
    return {account: authors[name] for account, name in names.items() if name in authors}


def _text(record: CommentRecord) -> CommentText:
    """Return what the columns of a comment are derived from."""
    author = fitted(record.author, Comment, "name", [])
    is_person = record.kind == Comment.Kind.COMMENT
    name = author if is_person else ""
    return CommentText(author, name, record.text, record.markup, record.language)


def _comment_rows(
    records: Iterable[CommentRecord],
    derived: Iterable[Derived],
    waiting_for: Iterable[str | None],
    authors: dict[str, int],
    run: ImportRun,
    warnings: list[str],
) -> Iterator[Comment]:
    """Yield a comment for each record, reusing one instance."""
    comment = Comment(import_run=run)
    for record, columns, parent_key in zip(records, derived, waiting_for, strict=True):
        comment.kind = record.kind
        comment.name = fitted(record.author, Comment, "name", warnings)
        comment.body, comment.markup = record.text, record.markup
        comment.derived = columns
        comment.dated_at, comment.date_is_local = comment_date(record)
        if is_in_future(record.date):
            text = (
                _(
                    "comment %(key)s: dated in the future (%(date)s); imported without a date and as "
                    "pending"
                )
                if record.status == "approved"
                else _("comment %(key)s: dated in the future (%(date)s); imported without a date")
            )
            warnings.append(text % {"key": record.key, "date": f"{record.date:%Y-%m-%d}"})
        comment.source_key, comment.source_parent_key = stored_key(record.key), parent_key
        comment.first_line, comment.last_line = record.lines
        comment.author_id = authors.get(record.account)
        comment.author_url = _website(record.author_url)
        comment.source_ids = " ".join("".join(i.split()) for i in record.old_ids) or None
        yield comment
