"""Merge a corrected export or saved page into what is stored: the source then, the source now, and
what is here.

What changed only in the source is updated. What changed here too is kept, and becomes an import
conflict for an editor. Everything else that differs is kept and reported.
"""

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from uuid import UUID

from django.db.models import Q

from .. import discussions
from ..discussions import conflicts, places, revisions, tree
from ..discussions.corrections import Update
from ..models import Article, AuditEntry, Comment, Discussion, ImportConflict, ImportRun, RowKey
from ..models.import_conflict import date_of, date_text, published_text
from ..text.article_html import Preserved, pictures_in, with_pictures
from .columns import (
    are_held,
    body_text,
    comment_date,
    fitted,
    stored_date,
    stored_key,
    stored_status,
)
from .comments import StoredComments
from .differences import change_in_words, edited_here
from .doubts import ALL_PARTS, Part, doubted_parts
from .fields import is_in_future
from .former_addresses import store_picture_addresses
from .messages import gettext as _
from .pictures import Kept, add_pictures
from .records import ArticleRecord, CommentRecord
from .stored_comments import Known

_ROWS = 500  # comments updated together
_HASHED = (ImportConflict.Field.TEXT, ImportConflict.Field.NAME)  # compared by hash

Field = ImportConflict.Field
# By which part of a source a field changes. Its state follows from where the text is.
_PARTS_OF_ARTICLE: dict[ImportConflict.Field, Part] = {
    Field.TITLE: "title",
    Field.BODY: "text",
    Field.DATE: "date",
    Field.PUBLISHED: "text",
}
_PARTS_OF_COMMENT: dict[ImportConflict.Field, Part] = {
    Field.TEXT: "comment texts",
    Field.NAME: "comment names",
    Field.STATUS: "comment texts",
    Field.DATE: "comment dates",
    Field.PARENT: "comment parents",
}
Difference = tuple[str, str]  # what differs ("comment 12"), and how
Rows = dict[tuple[int | None, str], ImportConflict]  # by comment and field
Value = str | int  # of a field, as text or hash


@dataclass
class Merged:
    """What was updated, and what differs and was kept."""

    updated: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)


class _Values(NamedTuple):
    """The values of a field: at the source before, there now, and here."""

    then: Value
    now: Value
    here: Value
    is_decided: bool = False  # someone decided here, perhaps with the same result


@dataclass
class _Plan:
    """What to change. Changes of comments are by the key of the comment's row."""

    discussion: int
    rows: Rows = field(default_factory=dict)  # stored
    article: revisions.Text | None = None
    article_fields: tuple[str, ...] = ()
    article_date: str | None = None
    published: bool | None = None
    closed: bool | None = None
    texts: dict[int, tuple[CommentRecord, tuple[str, ...]]] = field(default_factory=dict)
    statuses: dict[str, list[int]] = field(default_factory=dict)  # by verb
    dates: dict[int, str] = field(default_factory=dict)
    parents: dict[int, str] = field(default_factory=dict)  # their keys at the source
    found: list[conflicts.Found] = field(default_factory=list)
    # Conflicts with the value of the source now, and whether it resolves them.
    seen: list[tuple[ImportConflict, str, bool]] = field(default_factory=list)
    updated: dict[int, Difference] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)  # why a comment was not changed
    merged: Merged = field(default_factory=Merged)

    def __bool__(self) -> bool:
        changes = (self.article, self.texts, self.statuses, self.dates, self.parents)
        flags = (self.article_date, self.published, self.closed)
        return any(changes) or bool(self.found or self.seen) or any(f is not None for f in flags)


def merge(
    article: Article,
    run: ImportRun,
    stored: StoredComments,
    pictures: Kept,
    batch: UUID,
) -> Merged:
    """Update a stored article and its comments. Call it with the discussion locked."""
    Comment.require_lock(article.pk)
    plan = _plan_of(stored.record, article, run, stored.known, stored.uncertain)
    if plan:
        _Application(plan, stored.record, article, run, batch).apply(pictures)
    return plan.merged


def _plan_of(
    record: ArticleRecord,
    article: Article,
    run: ImportRun,
    known: dict[str, Known],
    uncertain: Collection[str],
) -> _Plan:
    rows = ImportConflict.objects.filter(discussion=article.pk)
    plan = _Plan(article.pk, {(row.comment_id, row.field): row for row in rows})
    is_held = are_held(record, article, run)
    # What may have been read incorrectly changes nothing, nor does a page matched only by its link.
    sure = frozenset() if is_held else ALL_PARTS - doubted_parts(record.doubts)
    _compare_article(plan, record, article, run, sure)
    of_format = _runs_of_format(run, known) if sure else set()
    erased = _erased(article, known)
    for comment in record.comments:
        key = stored_key(comment.key)
        stored = known.get(key)
        if stored is None or stored.pk in erased:
            continue
        is_ours = run.pk in (stored.run, stored.updated_in)  # it occurs twice in this file
        may_update = stored.run in of_format and not is_ours and key not in uncertain
        status = stored_status(comment, is_held)
        _compare_comment(plan, comment, stored, status, sure if may_update else frozenset())
    return plan


def _erased(article: Article, known: dict[str, Known]) -> set[int | None]:
    """Return the keys of comments that were erased, and must not be brought back. No query if all have
    a name.
    """
    unnamed = [row.pk for row in known.values() if row.name_hash_here == hash("")]
    if not unnamed:
        return set()
    entries = AuditEntry.objects.filter(discussion=article.pk, verb=AuditEntry.ERASE)
    return set(entries.filter(comment__in=unnamed).values_list("comment", flat=True))


def _runs_of_format(run: ImportRun, known: dict[str, Known]) -> set[int]:
    """Return those runs of the stored comments whose sources have the format of this run."""
    runs = {comment.run for comment in known.values()}
    found = ImportRun.objects.filter(pk__in=runs, source__format=run.source.format)
    return set(found.values_list("pk", flat=True))


# ---------------------------------------------------------------- comparison

Verdict = Literal["same", "update", "conflict"]


def _value(name: str, text: str) -> Value:
    """Return a value of a stored conflict in the form in which it is compared."""
    return hash(text) if name in _HASHED else text


def _verdict(plan: _Plan, comment: int | None, name: str, values: _Values, shown: str) -> Verdict:
    """Return what to do about one field, and note what becomes of its stored conflict. `shown` is the
    value of the source as text.

    The source's last value is that of the conflict, if there is one, because only conflicts record a
    value that isn't stored here.
    """
    row = plan.rows.get((comment, name))
    then = values.then if row is None else _value(name, row.now)
    if values.now == values.here:
        if row and (row.is_open or row.now != shown):
            plan.seen.append((row, shown, row.is_open))
        return "same"
    if values.now == then:
        return "conflict" if row and row.is_open else "same"
    unchanged = {then, values.then} | ({_value(name, row.then)} if row else set())
    if values.is_decided or values.here not in unchanged:
        if row and row.is_open and values.now == _value(name, row.then):
            plan.seen.append((row, shown, True))  # the source took its change back
            return "same"
        return "conflict"
    if row:
        plan.seen.append((row, shown, True))
    return "update"


def _compare_comment(
    plan: _Plan, comment: CommentRecord, stored: Known, status: str, sure: Set[Part]
) -> None:
    """Add to the plan how a comment differs. Only `sure` parts are updated."""
    what = _("comment %(key)s") % {"key": comment.key}
    updated: list[str] = []
    kept: list[str] = []
    name = fitted(comment.author, Comment, "name", [])
    date = date_text(*comment_date(comment))
    parent = stored_key(comment.parent) if comment.parent else ""
    values = {
        Field.TEXT: _Values(stored.text_hash, hash(comment.text), stored.text_hash_here),
        Field.NAME: _Values(stored.name_hash, hash(name), stored.name_hash_here),
        Field.STATUS: _Values(stored.status, status, stored.status_here, stored.is_decided),
        Field.DATE: _Values(stored.date, date, stored.date_here),
        Field.PARENT: _Values(stored.parent, parent, stored.parent_here),
    }
    shown = {Field.TEXT: comment.text, Field.NAME: name, Field.STATUS: status}
    shown |= {Field.DATE: date, Field.PARENT: parent}
    changes = []
    for one, each in values.items():
        how = change_in_words(one, each.then, each.now)
        if _PARTS_OF_COMMENT[one] not in sure:
            if each.now not in (each.then, each.here):
                kept.append(how)
            continue
        verdict = _verdict(plan, stored.pk, one, each, shown[one])
        if verdict == "update":
            verb = conflicts.VERB_OF_STATUS.get(status, "")
            allowed = discussions.DECISIONS[verb][0] if verb else ()
            if one == Field.STATUS and stored.status_here not in allowed:
                kept.append(how)
                continue
            changes.append(one)
            updated.append(how)
        elif verdict == "conflict":
            then = str(each.then) if one not in _HASHED else ""
            plan.found.append(
                conflicts.Found(plan.discussion, stored.pk, one, then, shown[one], comment.lines)
            )
            here = _("but %(status)s here") % {"status": _(stored.status_here)}
            kept.append(f"{how}, {here if one == Field.STATUS else edited_here(one)}")
    _add_changes(plan, comment, stored, changes, values, status)
    if updated:
        plan.updated[stored.pk] = (what, ", ".join(updated))
    if kept:
        plan.merged.kept.append((what, ", ".join(kept)))


def _add_changes(
    plan: _Plan,
    comment: CommentRecord,
    stored: Known,
    changes: list[ImportConflict.Field],
    values: dict[ImportConflict.Field, _Values],
    status: str,
) -> None:
    """Add the fields of a comment that change to the plan."""
    if Field.TEXT in changes or Field.NAME in changes:
        pairs = (("name", Field.NAME), ("body", Field.TEXT))
        # The others are the text here.
        of_source = tuple(
            each for each, one in pairs if one in changes or values[one].now == values[one].here
        )
        plan.texts[stored.pk] = comment, of_source
    if Field.STATUS in changes:
        plan.statuses.setdefault(conflicts.VERB_OF_STATUS[status], []).append(stored.pk)
    if Field.DATE in changes:
        plan.dates[stored.pk] = str(values[Field.DATE].now)
    if Field.PARENT in changes:
        plan.parents[stored.pk] = str(values[Field.PARENT].now)


def _compare_article(
    plan: _Plan, record: ArticleRecord, article: Article, run: ImportRun, sure: Set[Part]
) -> None:
    """Add to the plan how an article differs. Fields that are empty in the record are ignored, and
    only `sure` parts are updated.
    """
    what = _("article %(slug)s") % {"slug": article.slug}
    updated: list[str] = []
    kept: list[str] = []
    source = article.source
    may_update = source is not None and source.pk != run.source_id
    may_update = may_update and source is not None and source.format == run.source.format
    then, here = (
        revisions.imported(article, with_repairs=False) or revisions.Text("", ""),
        revisions.text_of(article),
    )
    now = _text_now(record, article, then)
    history = _ArticleHistory(article)
    date, is_local = stored_date(record.date)
    date_here = date_text(article.published_at, article.date_is_local)
    dates = _Values(date_here, date_here, date_here)
    if date and not is_in_future(record.date):
        dates = _Values(history.date or date_here, date_text(date, is_local), date_here)
    state_here = published_text(article.is_published)
    states = _Values(state_here, state_here, state_here)
    if not record.is_part:
        state = published_text(record.is_published)
        state_then = history.published or state_here
        if (
            record.is_published
            and not history.source_published
            and _is_held_back(article, state_then)
        ):
            state_then = state
        states = _Values(state_then, state, state_here)
    values = {
        Field.TITLE: _Values(then.name, now.name, here.name),
        Field.BODY: _Values(then.body, now.body, here.body),
        Field.DATE: dates,
        Field.PUBLISHED: states,
    }
    latest = history.updated_in
    is_cut = _is_cut(run, then.body, now.body)
    changes = []
    for one, each in values.items():
        how = change_in_words(one, each.then, each.now)
        is_ours = latest == run.pk and one in (Field.TITLE, Field.BODY)
        is_sure = _PARTS_OF_ARTICLE[one] in sure
        if not (may_update and is_sure) or is_ours or (one == Field.BODY and is_cut):
            if each.now not in (each.then, each.here):
                kept.append(how)
            continue
        verdict = _verdict(plan, None, one, each, str(each.now))
        if verdict == "update":
            changes.append(one)
            updated.append(how)
        elif verdict == "conflict":
            markup = now.markup if one == Field.BODY else ""
            then_now = (str(each.then), str(each.now))
            plan.found.append(
                conflicts.Found(article.pk, None, one, *then_now, record.lines, markup)
            )
            kept.append(f"{how}, {edited_here(one)}")
    if Field.TITLE in changes or Field.BODY in changes:
        title = now.name if Field.TITLE in changes else here.name
        body = now if Field.BODY in changes else here
        plan.article = revisions.Text(title, body.body, body.markup)
        pairs = (("name", title == now.name), ("body", plan.article.body == now.body))
        plan.article_fields = tuple(each for each, is_theirs in pairs if is_theirs)
    if Field.DATE in changes:
        plan.article_date = str(values[Field.DATE].now)
    if Field.PUBLISHED in changes:
        plan.published = record.is_published
    discussion = article.discussion
    if record.closed is not None and record.closed != (discussion.closed_entry_id is not None):
        how = (
            _("its discussion is now closed") if record.closed else _("its discussion is now open")
        )
        decided = AuditEntry.objects.filter(discussion=discussion.pk, comment=None)
        by_hand = decided.filter(
            Q(verb__in=AuditEntry.CLOSINGS) | Q(undoes__verb__in=AuditEntry.CLOSINGS)
        )
        if not by_hand.exclude(actor=None).exists():
            may_close = may_update and "comment texts" in sure  # the notice stands near them
            if may_close:
                plan.closed = record.closed
            (updated if may_close else kept).append(how)
    if updated:
        plan.merged.updated.append((what, ", ".join(updated)))
    if kept:
        plan.merged.kept.append((what, ", ".join(kept)))


class _ArticleHistory:
    """What audit entries say of an article as imported last: its date, and whether it was published.
    "" if neither an import nor an editor changed them.
    """

    def __init__(self, article: Article) -> None:
        self.date = self.published = ""
        self.source_published = False  # whether an import changed the publication
        self.updated_in: int | None = None
        entries = AuditEntry.objects.filter(discussion=article.pk, comment=None)
        verbs = ("update", "redate", "publish", "unpublish")
        columns = ("verb", "before", "after", "actor_id", "actor_name", "kept")
        rows = entries.filter(verb__in=verbs).order_by("pk").values_list(*columns)
        for verb, before, after, actor, actor_name, kept in rows:
            is_of_source = AuditEntry.follows_source(actor, actor_name, kept)
            if verb == "update":
                self.updated_in = kept["run"]
            elif verb == "redate" and (is_of_source or not self.date):
                self.date = kept["to"] if is_of_source else places.date_before(kept)
            elif verb != "redate" and (is_of_source or not self.published):
                self.published = after if is_of_source else before
                self.source_published |= is_of_source


def _is_held_back(article: Article, state: str) -> bool:
    """Return whether an article is a draft only because it was imported as one, or the importer was
    not sure of it. Only an editor publishes it.
    """
    return state == published_text(False) and article.imports.filter(is_held_back=True).exists()


def _text_now(record: ArticleRecord, article: Article, then: revisions.Text) -> revisions.Text:
    """Return the text of a record, with what it lacks from the stored one."""
    title = fitted(record.title, Article, "title", []) or then.name
    markup = then.markup or article.markup
    if record.blocks and markup == Article.Markup.TEXT:
        return revisions.Text(title, body_text(record) or then.body, markup)
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
    """Return whether a page shows much less than the stored text. It may be an excerpt."""
    return run.source.format in ("html", "text") and len(now) * 2 < len(then)


# ---------------------------------------------------------------- changes


class _Application:
    """Stores a plan in the locked discussion of the article."""

    def __init__(
        self, plan: _Plan, record: ArticleRecord, article: Article, run: ImportRun, batch: UUID
    ) -> None:
        self.plan, self.record, self.article = plan, record, article
        self.run, self.batch = run, batch
        self.kept = {"run": run.pk}

    def apply(self, pictures: Kept) -> None:
        plan = self.plan
        self._apply_to_article(pictures)
        discussions.update_texts(self.article.pk, self._updates(), self.run.pk, self.batch)
        self._redate()
        self._move()
        for verb, rows in plan.statuses.items():
            keys = [RowKey(self.article.pk, pk) for pk in rows if pk not in plan.refused]
            discussions.decide(verb, keys, by=discussions.SOURCE, batch=self.batch, kept=self.kept)
        for pk, (what, how) in plan.updated.items():
            why = plan.refused.get(pk)
            if why is None:
                plan.merged.updated.append((what, how))
            else:
                plan.merged.kept.append((what, f"{how}{why}"))
        self._note_conflicts()

    def _apply_to_article(self, pictures: Kept) -> None:
        plan, article = self.plan, self.article
        if plan.article:
            place = Update(article, plan.article, self.record.lines, plan.article_fields)
            discussions.update_texts(article.pk, [place], self.run.pk, self.batch)
            add_pictures(pictures, article)
            store_picture_addresses(pictures, article)
        by, batch, kept = discussions.SOURCE, self.batch, self.kept
        if plan.article_date is not None:
            discussions.redate(article, *date_of(plan.article_date), by, "", batch, kept)
        if plan.published is not None:
            discussions.publish(article, plan.published, by, batch, kept)
        if plan.closed is not None:
            place_of = Discussion.objects.get(pk=article.pk)
            if plan.closed:
                discussions.close(
                    place_of, discussions.SOURCE, self.record.closing_notice, batch=self.batch
                )
            else:
                discussions.reopen(place_of, discussions.SOURCE, batch=self.batch)

    def _updates(self) -> Iterator[Update]:
        """Yield the new texts of comments. Those that may be an excerpt are kept."""
        plan = self.plan
        for keys in _batches(plan.texts, _ROWS):
            rows = Comment.objects.filter(discussion=self.article.pk, pk__in=keys)
            for row in rows.select_related("discussion__article", "parent").order_by("pk"):
                record, fields = plan.texts[row.pk]
                name = fitted(record.author, Comment, "name", [])
                is_same = row.markup == record.markup and not _is_cut(
                    self.run, row.body, record.text
                )
                if is_same:
                    text = revisions.Text(
                        name if "name" in fields else row.name,
                        record.text if "body" in fields else row.body,
                    )
                    yield Update(row, text, record.lines, fields)
                else:
                    plan.refused[row.pk] = ""

    def _redate(self) -> None:
        dates = {pk: date for pk, date in self.plan.dates.items() if pk not in self.plan.refused}
        for keys in _batches(dates, _ROWS):
            for row in Comment.objects.filter(discussion=self.article.pk, pk__in=keys):
                discussions.redate(
                    row, *date_of(dates[row.pk]), discussions.SOURCE, "", self.batch, self.kept
                )

    def _move(self) -> None:
        """Move replies below the parents that the source names now."""
        plan = self.plan
        wanted = {pk: key for pk, key in plan.parents.items() if pk not in plan.refused}
        if not wanted:
            return
        there = Comment.objects.in_discussion(self.article.pk).exclude(source_key="").order_by()
        stored = dict(there.values_list("source_key", "pk"))
        parents: dict[int, int | None] = {}
        for pk, key in wanted.items():
            if key and key not in stored:
                plan.refused[pk] = _(", which is not stored")
            else:
                parents[pk] = stored[key] if key else None
        for pk in _top_down(parents):
            place = Comment(pk=pk, discussion_id=self.article.pk)
            try:
                discussions.move_comment(
                    place, parents[pk], discussions.SOURCE, "", self.batch, self.run.pk
                )
            except tree.BadMove:
                plan.refused[pk] = _(", which is a circular reply chain")

    def _note_conflicts(self) -> None:
        """Store new conflicts, and what became of earlier ones."""
        plan = self.plan
        for seen, now, is_resolved in plan.seen:
            conflicts.note_value(seen, now, is_resolved)
        texts = self._texts_then()
        for one in plan.found:
            key = (one.comment, one.field)
            then = texts.get(key, one.then)
            conflicts.note_conflict(one._replace(then=then), self.run, plan.rows.get(key))

    def _texts_then(self) -> dict[tuple[int | None, str], str]:
        """Return the texts that comments in conflict had at the source before."""
        found: dict[tuple[int | None, str], str] = {}
        wanted = {c.comment for c in self.plan.found if c.comment and c.field in _HASHED}
        rows = Comment.objects.filter(discussion=self.article.pk, pk__in=wanted)
        for row in rows:
            text = revisions.imported(row, with_repairs=False) or revisions.text_of(row)
            found[row.pk, Field.TEXT.value] = text.body
            found[row.pk, Field.NAME.value] = text.name
        return found


def _top_down(parents: dict[int, int | None]) -> list[int]:
    """Return comments so that each comes after its new parent, which then is in its final place."""
    found: dict[int, None] = {}
    for start in sorted(parents):
        path: dict[int, None] = {}
        pk: int | None = start
        while pk is not None and pk in parents and pk not in found and pk not in path:
            path[pk] = None
            pk = parents[pk]
        found |= dict.fromkeys(reversed(path))
    return list(found)


def _batches(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = list(keys)
    for at in range(0, len(rest), size):
        yield rest[at : at + size]
