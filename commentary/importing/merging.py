"""Merge a corrected export or saved page into what is stored: the source then, the source now, and
what is here.

What changed only in the source is updated: texts, names, titles, statuses and whether a discussion
is closed. What was changed or decided here is kept, and so is everything else that differs; both
are reported.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from .. import discussions
from ..discussions import revisions, tree
from ..discussions.corrections import Update
from ..models import Article, AuditEntry, Comment, Discussion, ImportRun, RowKey
from ..text.article_html import Preserved, pictures_in, with_pictures
from .columns import are_held, comment_date, fitted, stored_key, stored_status
from .former_addresses import store_picture_addresses
from .pictures import Kept, add_pictures
from .records import ArticleRecord, CommentRecord
from .stored_comments import Known, stored_comments

_ROWS = 500  # comments updated together
# How a decision of the source is stored: the new status, and the verb.
_VERBS = {"approved": "approve", "spam": "mark_spam", "removed": "remove", "rejected": "reject"}

Difference = tuple[str, str]  # what differs ("comment 12"), and how


@dataclass
class Merged:
    """What was updated, and what differs and was kept."""

    updated: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)


class _Arriving(NamedTuple):
    """A comment of the file, as it would be stored."""

    body: str
    name: str
    status: str
    date: datetime | None
    parent: str | None


@dataclass
class _Plan:
    """What to change. Texts and statuses are by the key of the comment's row."""

    article: revisions.Text | None = None
    closed: bool | None = None
    texts: dict[int, CommentRecord] = field(default_factory=dict)
    statuses: dict[str, list[int]] = field(default_factory=dict)  # by verb
    updated: dict[int, Difference] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)  # comments that may be others at the source
    merged: Merged = field(default_factory=Merged)

    def __bool__(self) -> bool:
        return bool(self.article or self.closed is not None or self.texts or self.statuses)


def merge(
    record: ArticleRecord,
    article: Article,
    run: ImportRun,
    known: dict[str, Known],
    pictures: Kept,
    batch: UUID,
) -> Merged:
    """Update a stored article and its comments. An article without changes is not locked."""
    plan = _plan_of(record, article, run, known)
    if not plan:
        return plan.merged
    with tree.lock_discussion(article.pk):
        article = Article.objects.get(pk=article.pk)
        plan = _plan_of(record, article, run, stored_comments(article))
        _apply(plan, record, article, run, pictures, batch)
    return plan.merged


def _plan_of(
    record: ArticleRecord, article: Article, run: ImportRun, known: dict[str, Known]
) -> _Plan:
    plan = _Plan()
    is_held = are_held(record, article, run)
    # A page that may have been read incorrectly, or is matched only by its link, changes nothing.
    may_update = not is_held and not record.doubts
    _compare_article(plan, record, article, run, may_update)
    of_format = _runs_of_format(run, known) if may_update else set()
    for comment in record.comments:
        stored = known.get(stored_key(comment.key))
        if stored is None:
            continue
        arriving = _Arriving(
            comment.text,
            fitted(comment.author, Comment, "name", []),
            stored_status(comment, is_held),
            comment_date(comment)[0],
            comment.parent and stored_key(comment.parent),
        )
        is_ours = run.pk in (stored.run, stored.updated_in)  # it occurs twice in this file
        _compare_comment(plan, comment, stored, arriving, stored.run in of_format and not is_ours)
    return plan


def _runs_of_format(run: ImportRun, known: dict[str, Known]) -> set[int]:
    """Return those runs of the stored comments whose sources have the format of this run."""
    runs = {comment.run for comment in known.values()}
    found = ImportRun.objects.filter(pk__in=runs, source__format=run.source.format)
    return set(found.values_list("pk", flat=True))


def _compare_comment(
    plan: _Plan, comment: CommentRecord, stored: Known, now: _Arriving, may_update: bool
) -> None:
    """Add to the plan how a comment differs."""
    what = f"comment {comment.key}"
    updated: list[str] = []
    kept: list[str] = []
    words = []
    if hash((now.name, now.body)) != stored.text_here:
        words += ["the text changed"] if hash(now.body) != stored.words else []
        words += ["the name changed"] if hash(now.name) != stored.name else []
    if words and stored.is_reworded:
        kept += [f"{word}, and it was edited here" for word in words]
    # If the date changed too, the source may have renumbered its comments.
    elif words and may_update and now.date == stored.date:
        plan.texts[stored.pk] = comment
        updated += words
    else:
        kept += words
    if now.status not in (stored.status, stored.status_here):
        how = f"was {stored.status}, now {now.status}"
        verb = _VERBS.get(now.status, "")
        is_allowed = bool(verb) and stored.status_here in discussions.DECISIONS[verb][0]
        if stored.is_decided or stored.status != stored.status_here:
            kept.append(f"{how}, but {stored.status_here} here")
        elif may_update and is_allowed and now.date == stored.date:
            plan.statuses.setdefault(verb, []).append(stored.pk)
            updated.append(how)
        else:
            kept.append(how)
    if stored.date != now.date:
        kept.append("the date changed")
    if stored.parent != now.parent:
        kept.append(f"was {_answers(stored.parent)}, now {_answers(now.parent)}")
    if updated:
        plan.updated[stored.pk] = (what, ", ".join(updated))
    if kept:
        plan.merged.kept.append((what, ", ".join(kept)))


def _answers(parent: str | None) -> str:
    return f"a reply to {parent}" if parent else "a top-level comment"


def _compare_article(
    plan: _Plan, record: ArticleRecord, article: Article, run: ImportRun, may_update: bool
) -> None:
    """Add to the plan how an article differs. Fields that are empty in the record are ignored."""
    what = f"article {article.slug}"
    updated: list[str] = []
    kept: list[str] = []
    source = article.source
    may_update = may_update and source is not None and source.pk != run.source_id
    may_update = may_update and source is not None and source.format == run.source.format
    then, here = revisions.imported(article) or revisions.Text("", ""), revisions.text_of(article)
    now = _text_now(record, article, then)
    words: list[str] = ["the title changed"] if now.name != then.name else []
    words += ["the text changed"] if now.body != then.body else []
    latest = revisions.last_update(article) if words else None
    is_ours = latest is not None and latest.kept["run"] == run.pk
    if words and (now.name, now.body) == (here.name, here.body):
        pass  # it was corrected here in the same way
    elif words and (here.name, here.body) != (then.name, then.body):
        kept += [f"{word}, and it was edited here" for word in words]
    elif words and may_update and not is_ours and not _is_cut(run, then.body, now.body):
        plan.article = now
        updated += words
    else:
        kept += words
    if record.is_published != article.is_published and not record.is_part:
        kept.append(
            "was published, now a draft" if article.is_published else "was a draft, now published"
        )
    discussion = article.discussion
    if record.closed is not None and record.closed != (discussion.closed_entry_id is not None):
        how = f"its discussion is now {'closed' if record.closed else 'open'}"
        decided = AuditEntry.objects.filter(discussion=discussion.pk, comment=None)
        by_hand = decided.filter(
            Q(verb__in=AuditEntry.CLOSINGS) | Q(undoes__verb__in=AuditEntry.CLOSINGS)
        )
        if not by_hand.exclude(actor=None).exists():
            if may_update:
                plan.closed = record.closed
            (updated if may_update else kept).append(how)
    if updated:
        plan.merged.updated.append((what, ", ".join(updated)))
    if kept:
        plan.merged.kept.append((what, ", ".join(kept)))


def _text_now(record: ArticleRecord, article: Article, then: revisions.Text) -> revisions.Text:
    """Return the text of a record, with what it lacks from the stored one."""
    title = fitted(record.title, Article, "title", []) or then.name
    markup = then.markup or article.markup
    # Bodies of former versions were stored as the export has them.
    body = record.source_html if markup == Article.Markup.HTML else record.body_html
    if not body or not record.body_html or body == then.body:
        return revisions.Text(title, then.body, markup)
    body = with_pictures(record.body_html, _stored_pictures(record, article))
    return revisions.Text(title, body, record.markup)


def _stored_pictures(record: ArticleRecord, article: Article) -> dict[str, Preserved]:
    """Return the stored pictures of an article that are missing from the import, by their `src`."""
    missing = {p.source for p in pictures_in(record.body_html) if p.source}
    if not missing:
        return {}
    rows = article.pictures.exclude(file=None).select_related("file")
    files = {row.address: row.file for row in rows if row.file}
    found = {}
    for source in missing:
        for address in record.pictures.get(source) or [source]:
            if file := files.get(address[:2_000]):
                found[source] = Preserved(file.sha256, file.width or 0, file.height or 0)
                break
    return found


def _is_cut(run: ImportRun, then: str, now: str) -> bool:
    """Return whether a saved page shows much less than the stored text. It may be an excerpt."""
    return run.source.format == "html" and len(now) * 2 < len(then)


def _apply(
    plan: _Plan,
    record: ArticleRecord,
    article: Article,
    run: ImportRun,
    pictures: Kept,
    batch: UUID,
) -> None:
    """Store the plan in the locked discussion of the article."""
    if plan.article:
        place = [Update(article, plan.article, record.lines)]
        discussions.update_texts(article.pk, place, run.pk, batch)
        add_pictures(pictures, article)
        store_picture_addresses(pictures, article)
    updates = _updates(plan, run)
    discussions.update_texts(article.pk, updates, run.pk, batch)
    for pk, difference in plan.updated.items():
        (plan.merged.kept if pk in plan.refused else plan.merged.updated).append(difference)
    for verb, rows in plan.statuses.items():
        keys = [RowKey(article.pk, pk) for pk in rows if pk not in plan.refused]
        discussions.decide(verb, keys, by=discussions.SOURCE, batch=batch)
    if plan.closed is not None:
        place_of = Discussion.objects.get(pk=article.pk)
        if plan.closed:
            discussions.close(place_of, discussions.SOURCE, record.closing_notice, batch=batch)
        else:
            discussions.reopen(place_of, discussions.SOURCE, batch=batch)


def _updates(plan: _Plan, run: ImportRun) -> Iterator[Update]:
    """Yield the new texts of comments. Those that may be another comment, or an excerpt, are kept."""
    for keys in _batches(plan.texts, _ROWS):
        rows = Comment.objects.filter(pk__in=keys).select_related("discussion__article", "parent")
        for row in rows.order_by("pk"):
            record = plan.texts[row.pk]
            name = fitted(record.author, Comment, "name", [])
            is_same = row.markup == record.markup and not _is_cut(run, row.body, record.text)
            is_same &= row.dated_at is not None or _is_version(row, name, record.text)
            if is_same:
                yield Update(row, revisions.Text(name, record.text), record.lines)
            else:
                plan.refused.add(row.pk)


def _batches(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = list(keys)
    for at in range(0, len(rest), size):
        yield rest[at : at + size]


def _is_version(row: Comment, name: str, text: str) -> bool:
    """Return whether an undated text is another version of a stored one: by the same person, with
    half of its words, or the same text.
    """
    ours, theirs = set(row.body.casefold().split()), set(text.casefold().split())
    shares_words = len(ours & theirs) * 2 >= max(len(ours), len(theirs))
    return row.body == text or (name == row.name and shares_words)
