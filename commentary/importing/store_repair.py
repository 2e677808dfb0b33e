"""Store a repair: what marks change in the article and comments of a source, and its undo.

A repair is stored like an import of a corrected source. Texts that were edited here, decisions and
replies stay. What the marks discard is hidden by a decision, and each change has its audit entry.
"""

import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import discussions
from ..discussions import revisions, tree
from ..discussions.corrections import Update
from ..discussions.points import Points
from ..models import (
    Article,
    AuditEntry,
    Author,
    Byline,
    Comment,
    Discussion,
    ImportRun,
    Repair,
    Revision,
    Source,
)
from ..models.article import unused_slug
from ..text.article_html import Preserved, pictures_in, with_pictures
from ..text.dates import from_iso
from ..text.languages import other_language
from ..text.markup import plain_text
from .columns import body_text, fitted, stored_date, stored_key
from .fields import is_in_future
from .formats.html.dom import UnreadablePage
from .formats.html.marked_lines import marked_texts, page_lines, part_of_page
from .records import ArticleRecord, CommentRecord
from .repair import (
    FirstReading,
    Joint,
    Mark,
    Rebuilt,
    RebuiltComment,
    SourceLine,
    name_head,
    rebuild,
    uses_of,
)
from .reviews import mark_as_sure, restore_reviews

MAX_WITH_MARKUP = 500  # comments of a page that are read again with their links
MAX_LINES = 50_000  # of a source that can be repaired
UNITS = {"text": "lines", "html": "texts"}


class NotRepairable(Exception):
    """A source that can't be repaired, and why."""


def stored_lines(source: Source) -> list[SourceLine]:
    """Return the lines of a stored text, or the text nodes of a stored page, as the importer
    numbered them. Raises NotRepairable.
    """
    if not source.can_be_repaired:
        raise NotRepairable(_("Only texts and saved pages can be repaired."))
    if source.format == "html":
        try:
            found = page_lines(b"".join(source.read()), source.encoding)
        except UnreadablePage as refusal:
            raise NotRepairable(str(refusal)) from refusal
        lines = [SourceLine(line.text, cast(Joint, line.joint), line.path) for line in found]
    else:
        texts = unicodedata.normalize("NFC", "\n".join(source.lines)).removeprefix("\ufeff")
        lines = [SourceLine(text) for text in texts.split("\n")]
    if len(lines) > MAX_LINES:
        raise NotRepairable(
            _("This source has %(n)d lines. At most %(limit)d can be repaired.")
            % {"n": len(lines), "limit": MAX_LINES}
        )
    return lines


def article_of(source: Source) -> Article:
    """Return the article of a source. Raises NotRepairable if it has none, or several."""
    found = list(source.articles.order_by("pk")[:2])
    if not found:
        comments = Comment.objects.filter(import_run__source=source)
        found = list(Article.objects.filter(pk__in=comments.values("discussion"))[:2])
    if not found:
        raise NotRepairable(_("No article was imported from this source."))
    if len(found) > 1:
        raise NotRepairable(_("Several articles were imported from this source."))
    return found[0]


def first_reading(source: Source, lines: list[SourceLine]) -> FirstReading:
    """Return how a source was read at first. Raises NotRepairable."""
    first = source.repairs.exclude(reading=None).order_by("pk").first()
    if first is not None and first.reading is not None:
        return FirstReading.from_json(first.reading)
    article = article_of(source)
    runs = source.runs.exclude(finished_at=None).filter(repair=None)
    run = runs.order_by("-pk").first()
    if run is None:
        raise NotRepairable(_("The import of this source is not finished."))
    uses = uses_of(run.ledger, len(lines))
    for use, line in zip(uses, lines, strict=True):
        if line.is_blank:
            use.kind, use.owner = "blank", ""
    then = _imported_text(article)
    names = list(article.bylines.values_list("author__name", flat=True))
    name_head(uses, lines, then.name, names)
    comments = {}
    for key, row in _stored_rows(article).items():
        at = row.comment.dated_at
        comments[key] = CommentRecord(
            key=key,
            text=row.imported.body,
            author=row.imported.name,
            parent=row.comment.parent.source_key or None if row.comment.parent else None,
            date=at.replace(tzinfo=None) if at and row.comment.date_is_local else at,
            kind=row.comment.kind,  # type: ignore[arg-type] # the column holds these values
            markup=row.comment.markup,  # type: ignore[arg-type]
        )
    date = article.published_at
    return FirstReading(
        source.format,
        uses,
        comments,
        {
            "title": then.name,
            "body": then.body,
            "markup": then.markup or article.markup,
            "authors": names,
            "date": date.isoformat() if date else None,
            "date_is_local": article.date_is_local,
        },
    )


@dataclass
class _Row:
    """A stored comment of the source, its text as imported last, and the last entries about it."""

    comment: Comment
    imported: revisions.Text
    last: dict[str, AuditEntry] = field(default_factory=dict)

    @property
    def is_edited(self) -> bool:
        """Whether the text was edited on this site."""
        return revisions.text_of(self.comment) != self.imported


def _imported_text(article: Article) -> revisions.Text:
    """Return title and body as imported last. Updates that were undone don't count."""
    entries = AuditEntry.objects.filter(discussion=article.pk, comment=None, verb="update")
    latest = entries.filter(undone_by=None).order_by("-pk").first()
    after = article.revisions.filter(pk__gt=latest.kept["revision"] if latest else 0)
    first = after.order_by("pk").first()
    return revisions.text_kept(first) if first else revisions.text_of(article)


def _stored_rows(article: Article) -> dict[str, _Row]:
    """Return the imported comments of an article by their keys at the source. Three queries."""
    found = Comment.objects.in_discussion(article.pk).exclude(source_key="")
    comments = list(found.select_related("parent").order_by("tree_id", "lft"))
    verbs = (*discussions.STATUS_VERBS, "update", "move", "redate")
    about = AuditEntry.objects.filter(discussion=article.pk, comment__in=comments, verb__in=verbs)
    last: dict[int, dict[str, AuditEntry]] = {}
    for entry in about.select_related("undone_by").order_by("pk"):
        if not hasattr(entry, "undone_by"):
            name = "status" if entry.verb in discussions.STATUS_VERBS else entry.verb
            last.setdefault(entry.comment_id or 0, {})[name] = entry
    texts: dict[int, revisions.Text] = {}
    changed = Revision.objects.filter(discussion=article.pk, comment__in=comments)
    for revision in changed.order_by("-pk"):
        of = revision.comment_id or 0
        update = last.get(of, {}).get("update")
        if update is None or revision.pk > update.kept["revision"]:
            texts[of] = revisions.Text(revision.name, revision.body)
    return {
        comment.source_key: _Row(
            comment,
            texts.get(comment.pk, revisions.text_of(comment)),
            last.get(comment.pk, {}),
        )
        for comment in comments
    }


@dataclass
class RepairPlan:
    """What marks would change. `added` have no row yet; `edited` are comments whose text differs
    but was edited here, so it is kept; `replies` are comments that replied to a discarded one, each
    with the key of its new parent.
    """

    rebuilt: Rebuilt
    added: list[RebuiltComment] = field(default_factory=list)
    updated: list[tuple[Comment, revisions.Text, RebuiltComment]] = field(default_factory=list)
    edited: list[tuple[Comment, revisions.Text]] = field(default_factory=list)
    redated: list[tuple[Comment, datetime | None, bool]] = field(default_factory=list)
    moved: list[tuple[Comment, str | None]] = field(default_factory=list)
    discarded: list[Comment] = field(default_factory=list)
    returned: list[Comment] = field(default_factory=list)
    replies: list[tuple[Comment, str | None]] = field(default_factory=list)
    text: revisions.Text | None = None  # of the article
    article_is_edited: bool = False  # its text differs, but was edited here
    authors: list[str] | None = None
    date: tuple[datetime | None, bool] | None = None
    keys: dict[str, int] = field(default_factory=dict)  # rows of the source by key

    def __bool__(self) -> bool:
        return bool(
            self.added
            or self.updated
            or self.redated
            or self.moved
            or self.discarded
            or self.returned
            or self.text
            or self.authors is not None
            or self.date
        )


def plan_repair(
    source: Source, lines: list[SourceLine], reading: FirstReading, marks: list[Mark]
) -> RepairPlan:
    """Return what the marks change. Raises NotRepairable."""
    article = article_of(source)
    rebuilt = rebuild(lines, reading, marks, f"{source.sha256[:8]} line ")
    plan = RepairPlan(rebuilt)
    rows = _stored_rows(article)
    plan.keys = {key: row.comment.pk for key, row in rows.items()}
    if source.format == "html":
        _keep_markup(source, lines, rebuilt)
    for one in rebuilt.comments:
        row = rows.get(stored_key(one.record.key))
        if row is None:
            plan.added.append(one)
        else:
            _compare(plan, one, row, reading)
    gone = {rows[key].comment.pk: heir for key, heir in rebuilt.gone.items() if key in rows}
    for key in [*rebuilt.gone, *_no_longer_marked(source, rows, rebuilt)]:
        if key in rows and rows[key].comment.status in ("pending", "approved"):
            plan.discarded.append(rows[key].comment)
    _keep_replies(plan, rows, gone)
    _compare_article(plan, source, article, reading)
    return plan


def _keep_markup(source: Source, lines: list[SourceLine], rebuilt: Rebuilt) -> None:
    """Read the texts of the comments that were read again with their links and emphasis."""
    texts: dict[int, list[int]] = {}
    for at, one in enumerate(rebuilt.comments):
        if one.is_read and len(texts) < MAX_WITH_MARKUP:
            whole = " ".join(one.record.text.split())
            texts[at] = [
                number
                for number in one.numbers
                if rebuilt.uses[number - 1].kind == "comment"
                and " ".join(lines[number - 1].text.split()) in whole
            ]
    if not texts:
        return
    try:
        found = marked_texts(b"".join(source.read()), source.encoding, list(texts.values()))
    except UnreadablePage:
        return
    for at, (html, plain) in zip(texts, found, strict=True):
        record = rebuilt.comments[at].record
        if html and plain.split() == record.text.split():
            record.text, record.markup = html, "html"


def _no_longer_marked(source: Source, rows: dict[str, _Row], rebuilt: Rebuilt) -> list[str]:
    """Return the keys of comments that an earlier repair added and these marks don't."""
    prefix = f"{source.sha256[:8]} line "
    now = {stored_key(one.record.key) for one in rebuilt.comments}
    return [key for key in rows if key.startswith(prefix) and key not in now]


def _compare(plan: RepairPlan, one: RebuiltComment, row: _Row, reading: FirstReading) -> None:
    """Add to the plan how a stored comment differs from the rebuilt one."""
    record, comment = one.record, row.comment
    text = record.text
    if comment.markup == Comment.Markup.HTML and record.markup == "text":
        text = escape(text, quote=False)
    elif comment.markup == Comment.Markup.TEXT and record.markup == "html":
        text = plain_text(text)  # the markup of a stored comment stays
    wanted = revisions.Text(fitted(record.author, Comment, "name", []), text)
    if wanted != revisions.text_of(comment):
        if not row.is_edited:
            plan.updated.append((comment, wanted, one))
        elif wanted != row.imported:
            plan.edited.append((comment, wanted))
    date, is_local = (None, False) if is_in_future(record.date) else stored_date(record.date)
    if date != comment.dated_at and (one.is_read or "redate" in row.last):
        plan.redated.append((comment, date, is_local))
    before = reading.comments.get(record.key)
    above = comment.parent.source_key if comment.parent else None
    parent = record.parent and stored_key(record.parent)
    last = row.last.get("move")
    is_ours = last is not None and bool(last.kept.get("run"))
    is_changed = before is None or before.parent != record.parent
    if parent != (above or None) and (is_changed and (last is None or is_ours) or is_ours):
        plan.moved.append((comment, parent))
    status = row.last.get("status")
    if comment.status == "rejected" and status is not None:
        is_discarded = status.verb == "discard"
        if is_discarded:
            plan.returned.append(comment)
    elif comment.status == "rejected" and one.is_new:
        plan.returned.append(comment)


def _keep_replies(plan: RepairPlan, rows: dict[str, _Row], gone: dict[int, str | None]) -> None:
    """Plan where the replies to discarded comments go: to the comment that the words now belong to,
    otherwise to the parent.
    """
    discarded = {comment.pk: comment for comment in plan.discarded}
    if not discarded:
        return
    moving = {comment.pk for comment, _ in plan.moved}
    replies = Comment.objects.filter(parent__in=discarded).select_related("parent")
    for reply in replies.order_by("tree_id", "lft"):
        if reply.pk in moving or reply.pk in discarded:
            continue
        heir = gone.get(reply.parent_id or 0)
        above: Comment | None = discarded[reply.parent_id or 0]
        while heir is None and above is not None and above.pk in discarded:
            above = Comment.objects.filter(pk=above.parent_id).first() if above.parent_id else None
        target = heir or (f"#{above.pk}" if above else None)
        plan.replies.append((reply, target))


def _compare_article(
    plan: RepairPlan, source: Source, article: Article, reading: FirstReading
) -> None:
    """Add to the plan how the article differs."""
    rebuilt, known = plan.rebuilt, reading.article
    assert known is not None
    title, body, markup = known["title"], known["body"], known["markup"]
    if rebuilt.title is not None:
        title = fitted(rebuilt.title, Article, "title", [])
    if rebuilt.body is not None:
        if reading.format == "text":
            body, markup = body_text(ArticleRecord("", blocks=rebuilt.blocks)), "text"
        else:
            body, markup = _page_body(source, article, rebuilt.body), "rich"
    wanted, here = revisions.Text(title, body, markup), revisions.text_of(article)
    then = _imported_text(article)
    if wanted != here:
        if (then.name, then.body) == (here.name, here.body):
            plan.text = wanted
        else:
            plan.article_is_edited = wanted != then
    earlier = [r.kept for r in source.repairs.exclude(stored_at=None)]
    names = list(article.bylines.values_list("author__name", flat=True))
    wanted_names = known["authors"] if rebuilt.authors is None else rebuilt.authors
    wanted_names = [fitted(name, Author, "name", []) for name in wanted_names]
    ours = [known["authors"], *(kept["authors"] for kept in earlier if "authors" in kept)]
    if wanted_names != names and names in ours:
        plan.authors = wanted_names
    date: tuple[datetime | None, bool] = (from_iso(known["date"]), known["date_is_local"])
    if rebuilt.date is not None and not is_in_future(rebuilt.date):
        date = stored_date(rebuilt.date)
    now = article.published_at and article.published_at.isoformat()
    dates = [known["date"], *(kept["date"][0] for kept in earlier if "date" in kept)]
    if date[0] != article.published_at and now in dates:
        plan.date = date


def _page_body(source: Source, article: Article, numbers: list[int]) -> str:
    """Return the marked part of a saved page, with the article's stored pictures."""
    try:
        data = b"".join(source.read())
        body, found = part_of_page(data, source.encoding, numbers, article.source_url)
    except UnreadablePage as refusal:
        raise NotRepairable(str(refusal)) from refusal
    rows = article.pictures.exclude(file=None).select_related("file")
    files = {row.address: row.file for row in rows if row.file}
    stored = {}
    for picture in pictures_in(body):
        for address in [picture.source, *found.get(picture.source, [])]:
            if file := files.get(address[:2_000]):
                stored[picture.source] = Preserved(file.sha256, file.width or 0, file.height or 0)
                break
    return with_pictures(body, stored)


def marks_of(repair: Repair) -> list[Mark]:
    """Return the marks of a draft or version."""
    return [Mark.from_json(mark) for mark in repair.marks]


# --- storing


@transaction.atomic
def store_repair(source: Source, draft: Repair, by: User) -> RepairPlan:
    """Store a draft and return what it changed. Call with the source locked. Raises
    NotRepairable.
    """
    lines = stored_lines(source)
    reading, marks = first_reading(source, lines), marks_of(draft)
    article = article_of(source)
    batch = uuid.uuid4()
    with tree.lock_discussion(article.pk) as discussion:
        article.refresh_from_db()
        plan = plan_repair(source, lines, reading, marks)
        run = _new_run(source, plan)
        draft.kept = _apply(plan, article, discussion, run, by, batch)
        draft.kept["reviews"] = mark_as_sure(source, article, by.get_username())
    now = timezone.now()
    draft.run, draft.batch, draft.editor = run, batch, by
    draft.stored_at = draft.changed_at = now
    draft.save()
    return plan


def _new_run(source: Source, plan: RepairPlan) -> ImportRun:
    ledger = plan.rebuilt.ledger()
    read = ledger.counts()
    unit = UNITS[source.format]
    counts = {
        "articles": 0,
        "comments": len(plan.added),
        "declared": None,
        "preserved": len(plan.rebuilt.comments),
        "updated": len(plan.updated),
        **{f"{unit} {use}": count for use, count in read.items()},
    }
    return ImportRun.objects.create(
        source=source,
        finished_at=timezone.now(),
        bytes_read=source.size,
        outcome="partial" if read["left over"] else "ok",
        counts=counts,
        warnings=[*plan.rebuilt.problems],
        undo_state=ImportRun.UndoState.UNRECORDED,  # its version is undone, see `undo_repair`
        ledger=ledger.as_json(),
    )


def _apply(
    plan: RepairPlan,
    article: Article,
    discussion: Discussion,
    run: ImportRun,
    by: User,
    batch: uuid.UUID,
) -> dict[str, object]:
    """Apply a plan in a locked discussion. Returns what an undo needs besides the audit entries."""
    kept: dict[str, object] = {}
    if plan.text:
        place = [Update(article, plan.text, plan.rebuilt.article_lines)]
        discussions.update_texts(article.pk, place, run.pk, batch, by)
    if plan.authors is not None:
        before = list(article.bylines.values_list("author__name", flat=True))
        _set_authors(article, plan.authors)
        kept |= {"authors": plan.authors, "authors_before": before}
        discussion.mark_visible()
    if plan.date is not None:
        at = article.published_at
        kept["date_before"] = [at and at.isoformat(), article.date_is_local]
        kept["date"] = [plan.date[0] and plan.date[0].isoformat(), plan.date[1]]
        _set_date(article, *plan.date)
    updates = (Update(row, text, one.record.lines) for row, text, one in plan.updated)
    discussions.update_texts(article.pk, updates, run.pk, batch, by)
    _add_comments(plan, article, run, by, batch)
    for comment, date, is_local in plan.redated:
        discussions.redate(comment, date, is_local, by, batch=batch)
    keys = [comment.key for comment in plan.returned]
    if keys:
        discussions.decide("approve", keys, by, batch=batch)
    for comment, parent in [*plan.moved, *plan.replies]:
        target = _target(plan, parent)
        try:
            discussions.move_comment(comment, target, by, batch=batch, run=run.pk)
        except tree.BadMove:
            # Its new parent is still among its replies, and is moved away first.
            above = Comment.objects.get(pk=target or 0)
            discussions.move_comment(above, comment.parent_id, by, batch=batch, run=run.pk)
            discussions.move_comment(comment, target, by, batch=batch, run=run.pk)
    keys = [comment.key for comment in plan.discarded]
    if keys:
        discussions.decide("discard", keys, by, batch=batch)
    return kept


def _target(plan: RepairPlan, parent: str | None) -> int | None:
    """Return the row of a parent: by its key at the source, or by "#" and its own key."""
    if parent is None:
        return None
    return int(parent[1:]) if parent.startswith("#") else plan.keys.get(stored_key(parent))


def _add_comments(
    plan: RepairPlan, article: Article, run: ImportRun, by: User, batch: uuid.UUID
) -> None:
    """Add the new comments. Each gets an audit entry: it is stored as rejected, and then approved,
    so that an undo hides it again.
    """
    if not plan.added:
        return
    index: dict[str, int] = {}
    parents: list[int | Comment | None] = []
    rows: list[Comment] = []
    for one in plan.added:
        record = one.record
        above = record.parent and stored_key(record.parent)
        if above in index:
            parents.append(index[above])
        else:
            parents.append(Comment(pk=plan.keys[above]) if above in plan.keys else None)
        index[stored_key(record.key)] = len(rows)
        date, is_local = (None, False) if is_in_future(record.date) else stored_date(record.date)
        rows.append(
            Comment(
                import_run=run,
                kind=record.kind,
                name=fitted(record.author, Comment, "name", []),
                body=record.text,
                markup=record.markup,
                dated_at=date,
                date_is_local=is_local,
                source_key=stored_key(record.key),
                first_line=record.lines[0],
                last_line=record.lines[1],
                language=other_language(record.text, article.text_language),
            )
        )
    # Stored parents must be loaded again: their places may have changed.
    made = discussions.import_comments(
        article.pk, rows, parents, ["rejected"] * len(rows), Points(article.points)
    )
    plan.keys |= {row.source_key: row.pk for row in made}
    discussions.decide("approve", [row.key for row in made], by, batch=batch)


def _set_authors(article: Article, names: list[str]) -> None:
    Byline.objects.filter(article=article).delete()
    for position, name in enumerate(dict.fromkeys(names)):
        author = Author.objects.filter(name=name).first() or Author.objects.create(
            name=name, slug=unused_slug(Author, name, "author")
        )
        Byline.objects.create(article=article, author=author, position=position)


def _set_date(article: Article, date: datetime | None, is_local: bool) -> None:
    article.published_at, article.date_is_local = date, is_local
    article.save(update_fields=["published_at", "date_is_local"])


def undo_repair(repair: Repair, by: User) -> discussions.Outcome:
    """Undo what a stored version changed, except what was changed again since. Call with the source
    locked.
    """
    entries = AuditEntry.objects.filter(batch=repair.batch, undone_by=None).exclude(verb="undo")
    outcome = discussions.undo_many([entry.key for entry in entries.only("discussion_id")], by)
    article = article_of(repair.source)
    kept = repair.kept
    with tree.lock_discussion(article.pk) as discussion:
        article.refresh_from_db()
        names = list(article.bylines.values_list("author__name", flat=True))
        if "authors" in kept and names == kept["authors"]:
            _set_authors(article, kept["authors_before"])
            discussion.mark_visible()
        at = article.published_at
        if "date" in kept and (at and at.isoformat()) == kept["date"][0]:
            _set_date(article, from_iso(kept["date_before"][0]), kept["date_before"][1])
    restore_reviews(kept.get("reviews", []))
    repair.undone_at = timezone.now()
    repair.save(update_fields=["undone_at"])
    before = repair.source.runs.exclude(finished_at=None).filter(pk__lt=repair.run_id).first()
    if before is not None:  # the lines are again what they were
        ImportRun.objects.create(
            source=repair.source,
            finished_at=timezone.now(),
            bytes_read=before.bytes_read,
            outcome=before.outcome,
            counts=before.counts | {"articles": 0, "comments": 0},
            warnings=before.warnings,
            undo_state=ImportRun.UndoState.UNRECORDED,
            ledger=before.ledger,
        )
    return outcome
