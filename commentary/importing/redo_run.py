"""Redo an undone import run: write back the rows that the undo kept.

The rows are written as they were, with their keys, dates and numbers. Reading the source again would
give them other keys and numbers, and the source has neither the pictures nor the settings of the
import. What has changed since the undo is skipped: an article that was imported again, or a comment
that was edited, keeps its present rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from time import monotonic
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ..discussions import reversals, tree
from ..discussions.audit import Actor, record
from ..media import restore_copies
from ..models import (
    Article,
    AuditEntry,
    Author,
    Comment,
    Discussion,
    FormerAddress,
    FormerAnchor,
    ImportChange,
    ImportRun,
    MediaFile,
    Revision,
    SiteAuditEntry,
    Source,
    SourceChunk,
)
from ..models.article import unused_slug
from ..models.audit_chain import START, Head, chain, removed_spans
from ..models.stored_rows import (
    Row,
    column_as_json,
    columns_set,
    delete_rows,
    in_batches,
    unpacked,
    write_rows,
)
from .kept_rows import log_of_site, positions_of, without_limits
from .run_changes import NUMBERS, OF_ARTICLE, ChangeData, digests_of, label_of, model_of, states_of
from .undo_plan import IMPORTED, STRUCTURAL
from .undo_run import (
    NO_RECORD,
    CannotUndo,
    S,
    Watch,
    begin_reversal,
    finish_reversal,
    follow_versions,
    locked,
    set_row,
)

GONE = "gone"  # why something is not redone: what it belongs to no longer exists
Rows = dict[str, tuple[list[str], list[Row]]]  # columns and rows by the name of the model
Kept = dict[str, list[Any]]  # values that are no rows, by the name that `undo_run` gave them


def refusal_to_redo(run: ImportRun) -> str:
    """Return why a run can't be redone, or ""."""
    if run.undo_state == S.UNDOING:
        return _("It is being undone. Finish that first.")
    if run.undo_state == S.REDOING or run.changes.filter(is_undone=True).exists():
        return ""
    return str(NO_RECORD) if run.undo_state == S.UNDONE else _("It was not undone.")


def redo_run(
    run: ImportRun,
    by: Actor,
    watch: Watch = lambda done, of: None,
    seconds: float | None = None,
) -> bool:
    """Redo an undone run, or continue a redo that was interrupted. Returns whether it is complete.

    As for `undo_run`. Articles that can't be redone stay undone. Raises CannotUndo.
    """
    if why := refusal_to_redo(run):
        raise CannotUndo(why)
    end = None if seconds is None else monotonic() + seconds
    begin_reversal(run, S.REDOING)
    others = _redo_rest(run)
    pending = run.changes.exclude(article_key=0).filter(is_undone=True).order_by("pk")
    keys = list(pending.values_list("pk", "article_key"))
    for done, (pk, article_key) in enumerate(keys):
        watch(done, len(keys))
        if end is not None and monotonic() > end:
            return False
        _redo_article(pk, article_key, run, by, others)
    watch(len(keys), len(keys))
    finish_reversal(run, "", by)
    return True


# ---------------------------------------------------------------- authors, pictures, the source

Others = Mapping[str, Mapping[int, int]]  # by the name of a column: the row that stands for another


def _redo_rest(run: ImportRun) -> Others:
    """Write back authors, pictures and the bytes of the source. Returns those that were added again
    in the meantime, by the columns that refer to them.
    """
    with transaction.atomic():
        without_limits()
        rest = ImportChange.objects.select_for_update().filter(run=run, article_key=0).first()
        if rest is None:
            return {}
        if rest.is_undone:
            rows = _kept_rows(rest)[0]
            rest.data = {
                "author_id": _write_unless_there(rows, Author, "name"),
                "file_id": _write_unless_there(rows, MediaFile, "sha256"),
            }
            columns, chunks = rows.get(label_of(SourceChunk), ([], []))
            if not run.source.chunks.exists():
                write_rows(SourceChunk, columns, chunks)
            digests = rows.get(label_of(MediaFile), ([], []))
            at = digests[0].index("sha256") if digests[0] else 0
            for row in digests[1]:
                restore_copies(row[at])
            rest.undone_rows.all().delete()
            rest.is_undone = False
            rest.save(update_fields=["is_undone", "data"])
    return {
        column: {int(old): new for old, new in found.items()} for column, found in rest.data.items()
    }


def _write_unless_there(rows: Rows, model: type[models.Model], name: str) -> dict[str, int]:
    """Write rows back unless there is one with the same value of the unique column `name`. Returns
    the keys of those, by the key that the row had.
    """
    columns, kept = rows.get(label_of(model), ([], []))
    there: dict[str, int] = {}
    for row in kept:
        key, value = row[columns.index("id")], row[columns.index(name)]
        other = model._default_manager.filter(**{name: value}).values_list("pk", flat=True).first()
        if other is not None:
            there[str(key)] = other
            continue
        if isinstance(model, type) and issubclass(model, Author):
            slug = columns.index("slug")
            if Author.objects.filter(slug=row[slug]).exists():
                row[slug] = unused_slug(Author, row[slug], "author")
        write_rows(model, columns, [row])
    return there


def _kept_rows(change: ImportChange) -> tuple[Rows, Kept]:
    """Return the rows that an undo kept, and the values that are no rows."""
    rows: Rows = {}
    values: Kept = defaultdict(list)
    for kind, data in change.undone_rows.order_by("position").values_list("kind", "data"):
        value = unpacked(data)
        if isinstance(value, dict) and "columns" in value:
            rows.setdefault(kind, (value["columns"], []))[1].extend(value["rows"])
        else:
            values[kind].append(value)
    return rows, values


# ---------------------------------------------------------------- articles


def _redo_article(pk: int, article_key: int, run: ImportRun, by: Actor, others: Others) -> None:
    with transaction.atomic():
        without_limits()
        with locked(article_key) as is_there:
            change = ImportChange.objects.select_for_update().get(pk=pk)
            if not change.is_undone:  # by another process
                return
            rows, values = _kept_rows(change)
            for columns, kept in rows.values():
                _use_others(columns, kept, others)
            if label_of(Article) in rows:
                obstacle = _write_article(change, rows, values, run, by)
            elif is_there:
                obstacle = _RedoneArticle(change, rows, values, run, by).redo()
            else:
                obstacle = GONE if rows else ""
            if obstacle:
                change.data["obstacle"] = obstacle
                change.save(update_fields=["data"])
                return
            change.data.pop("obstacle", None)
            change.undone_rows.all().delete()
            change.is_undone = False
            change.save(update_fields=["is_undone", "data"])


def _use_others(columns: list[str], rows: list[Row], others: Others) -> None:
    for name, there in others.items():
        if there and name in columns:
            at = columns.index(name)
            for row in rows:
                row[at] = there.get(row[at], row[at])


def _write_article(
    change: ImportChange, rows: Rows, values: Kept, run: ImportRun, by: Actor
) -> str:
    """Write an article back with everything that belonged to it. Returns why not, or ""."""
    columns, (row,) = rows[label_of(Article)]
    key = row[columns.index("source_key")]
    if key and Article.objects.filter(source_key=key).exists():
        return IMPORTED
    at = columns.index("slug")
    had_slug, row[at] = row[at], _free_slug(row[at])
    # In this order, since counts of lists follow from triggers.
    first = [label_of(model) for model in (Source, SourceChunk, Article, Discussion)]
    if label_of(Source) in rows:
        _drop_stored_sources(rows)
    _chain_article(rows)
    for label in [*first, *(rows.keys() - set(first))]:
        if label in rows:
            names, kept = rows[label]
            for some in in_batches(kept):
                write_rows(model_of(label), names, some)
    for copies in values.get("copies", ()):
        Source.objects.filter(pk__in=copies, copy_of=None).update(copy_of=change.article_key)
    if row[at] != had_slug:
        now = states_of([change.article_key], OF_ARTICLE)[change.article_key]
        change.data["digests"] = digests_of(now)
    Discussion.objects.filter(pk=change.article_key).touch()
    log_of_site(SiteAuditEntry.RESTORE, change.article_key, run, by)
    return ""


def _chain_article(rows: Rows) -> None:
    """Chain the audit entries of an article that a release without the chain removed."""
    columns, entries = rows.get(label_of(AuditEntry), ([], []))
    if entries and "position" not in columns:
        entries.sort(key=lambda row: row[columns.index("id")])
        names, chained, (length, head) = chained_rows(columns, entries, (0, START))
        rows[label_of(AuditEntry)] = (names, chained)
        columns, (row,) = rows[label_of(Discussion)]
        rows[label_of(Discussion)] = ([*columns, "log_length", "log_head"], [[*row, length, head]])


def _free_slug(slug: str) -> str:
    managers = (Article.objects, Article.all_former_slugs())
    is_taken = any(rows.filter(slug=slug).exists() for rows in managers)
    return unused_slug(Article, slug, "untitled") if is_taken else slug


def _drop_stored_sources(rows: Rows) -> None:
    """Leave out copies whose bytes were stored again in the meantime."""
    columns, kept = rows[label_of(Source)]
    digest, pk = columns.index("sha256"), columns.index("id")
    stored = Source.objects.filter(sha256__in=[row[digest] for row in kept])
    there = set(stored.values_list("sha256", flat=True))
    gone = {row[pk] for row in kept if row[digest] in there}
    rows[label_of(Source)] = (columns, [row for row in kept if row[pk] not in gone])
    names, chunks = rows.get(label_of(SourceChunk), ([], []))
    if names:
        of = names.index("source_id")
        rows[label_of(SourceChunk)] = (names, [row for row in chunks if row[of] not in gone])


def chained_rows(
    columns: list[str], rows: list[Row], head: Head
) -> tuple[list[str], list[Row], Head]:
    """Chain rows of the audit log that have no positions yet. Returns them with their new columns,
    and the new head.
    """
    entries = []
    for row in rows:
        entry = AuditEntry()
        columns_set(entry, dict(zip(columns, row, strict=True)))
        entries.append(entry)
    head = chain(entries, *head)
    chained = [[*row, e.position, e.salt, e.digest] for row, e in zip(rows, entries, strict=True)]
    return [*columns, "position", "salt", "digest"], chained, head


# ---------------------------------------------------------------- a part of an article


class _RedoneArticle:
    """The redo of a run in an article that stayed."""

    def __init__(
        self,
        change: ImportChange,
        rows: Rows,
        values: Kept,
        run: ImportRun,
        by: Actor,
    ) -> None:
        self.change, self.rows, self.values, self.run, self.by = change, rows, values, run, by
        self.key = change.article_key
        self.data: ChangeData = change.data
        self.columns, self.comments = rows.get(label_of(Comment), ([], []))
        self.places = [tuple(place) for places in values.get("places", ()) for place in places]
        self.moved = {pk for some in values.get("moved", ()) for pk in some}
        # Name and body that the run gave to comments, and those before, if they differ.
        self.texts = {pk: (n, b) for some in values.get("texts", ()) for pk, n, b, _version in some}
        self.former = self._former_texts()
        self.entries: dict[int, str] = {}  # digests of audit entries written back, by position

    def redo(self) -> str:
        """Write back and change again. Returns why not, or ""."""
        if obstacle := self._obstacle():
            return obstacle
        self._renumber()
        for some in in_batches(self.comments):
            write_rows(Comment, self.columns, some)
        changed = self._change_comments()
        self._delete_written()
        rows_changed = self._change_rows()
        self._write_others(changed)
        for closed in self.values.get("reports", ()):
            reversals.close_reports(closed)
        if self.comments or self.moved or changed:
            stored = set(Comment.objects.filter(discussion=self.key).values_list("pk", flat=True))
            parents = {
                pk: parent
                for pk, parent, _ in self.places
                if pk in self.moved and (parent is None or parent in stored)
            }
            tree.rebuild_tree(self.key, parents, {pk: before for pk, _, before in self.places})
        self._restore_numbers()
        is_changed = self.comments or self.moved or changed or rows_changed
        if is_changed:
            Comment.require_lock(self.key).mark_visible()
        if is_changed or self.entries:
            record(
                "redo_import",
                self.key,
                None,
                self.by,
                self.run.source.name,
                kept={
                    "run": self.run.pk,
                    "comments": len(self.comments),
                    **({"restored": removed_spans(self.entries)} if self.entries else {}),
                },
            )
        return ""

    def _obstacle(self) -> str:
        """Return why nothing of the article can be redone, or ""."""
        if not self.comments:
            return ""
        key, parent, pk = map(self.columns.index, ("source_key", "parent_id", "id"))
        there = Comment.objects.in_discussion(self.key)
        changed = self.data["changed"]["comment"] if self.texts else {}
        renamed = [pk for pk in self.texts if "source_key" in changed.get(str(pk), {})]
        free = {row.pk for row, _values in self._unchanged(renamed)}  # their keys
        for some in in_batches(self.comments):
            taken = there.filter(source_key__in=[row[key] for row in some if row[key]])
            if set(taken.values_list("pk", flat=True)) - free:
                return IMPORTED
        own = {row[pk] for row in self.comments}
        parents = {row[parent] for row in self.comments} - own - {None}
        for keys in in_batches(parents):
            if there.filter(pk__in=keys).count() < len(keys):
                return GONE
        return ""

    def _renumber(self) -> None:
        """Give new numbers to comments whose number another comment has got since."""
        if not self.comments:
            return
        there = Comment.objects.in_discussion(self.key)
        self.numbers: dict[int, int] = {}
        for name, is_last in (("number", 0), ("anonymous_number", 1)):
            at = self.columns.index(name)
            taken = set(there.exclude(**{name: None}).values_list(name, flat=True))
            own = [row[at] for row in self.comments if row[at] is not None]
            last = Discussion.objects.values_list(NUMBERS[is_last], flat=True).get(pk=self.key)
            free = max([last, *own]) + 1
            for row in self.comments:
                if row[at] in taken:
                    if name == "number":
                        self.numbers[row[at]] = free
                    row[at], free = free, free + 1
        for table in (FormerAddress, FormerAnchor):
            columns, rows = self.rows.get(label_of(table), ([], []))
            if self.numbers and columns:
                at = columns.index("number")
                for row in rows:
                    row[at] = self.numbers.get(row[at], row[at])

    def _change_comments(self) -> set[int]:
        """Change the comments again that the undo restored. Returns those that it changed."""
        changed: dict[int, list[int]] = {}
        for row, values in self._unchanged(self.texts):
            reversals.set_columns(row, values)
            changed[row.pk] = [row.version, row.version + 1]
            self.data["versions"][str(row.pk)] = changed[row.pk]
        follow_versions(self.change, changed)
        waiting = [pk for pk in self.moved if str(pk) in self.data["changed"]["comment"]]
        for pk in waiting:
            columns = self.data["changed"]["comment"][str(pk)]
            if "source_parent_key" in columns:
                reversals.set_waiting(pk, columns["source_parent_key"][1])
        self.data.pop("undone_versions", None)
        return set(changed)

    def _unchanged(self, chosen: Iterable[int]) -> Iterator[tuple[Comment, dict[str, Any]]]:
        """Yield those of the comments that are as the undo left them, and the values that the run gave
        them.
        """
        versions = self.data.get("undone_versions", {})
        for keys in in_batches(chosen):
            for row in Comment.objects.filter(pk__in=keys).order_by("pk"):
                if row.version != versions.get(str(row.pk)):
                    continue  # edited or decided since the undo
                columns = self.data["changed"]["comment"].get(str(row.pk), {})
                columns = {n: v for n, v in columns.items() if n not in STRUCTURAL}
                if any(column_as_json(getattr(row, n)) != v[0] for n, v in columns.items()):
                    continue  # an earlier run that it was based on is undone
                values = {n: v[1] for n, v in columns.items()}
                if row.pk in self.former:
                    if self.former[row.pk] != (row.name, row.body):
                        continue
                    values["name"], values["body"] = self.texts[row.pk]
                yield row, values

    def _former_texts(self) -> dict[int, tuple[str, str]]:
        """Return name and body from before the run, of the comments whose text it changed."""
        columns, rows = self.rows.get(label_of(Revision), ([], []))
        if not columns:
            return {}
        pk, *wanted = map(columns.index, ("id", "comment_id", "name", "body"))
        found: dict[int, tuple[str, str]] = {}
        for row in sorted(rows, key=lambda row: row[pk], reverse=True):
            comment, name, body = (row[at] for at in wanted)
            found[comment] = (name, body)
        return found

    def _change_rows(self) -> list[tuple[str, int]]:
        """Change the other rows again that the undo restored, unless they changed since."""
        done: list[tuple[str, int]] = []
        for label, pk in self.values.get("changed", ()):
            columns, model = self.data["changed"][label][str(pk)], model_of(label)
            now = states_of([self.key], [model])[self.key].get(label, {}).get(pk)
            if now is not None and all(now[name] == value[0] for name, value in columns.items()):
                set_row(model, pk, {name: value[1] for name, value in columns.items()})
                done.append((label, pk))
        self.left = {
            label for label, pk in self.values.get("changed", ()) if (label, pk) not in done
        }
        return done

    def _delete_written(self) -> None:
        for label, keys in self.values.get("written", ()):
            delete_rows(model_of(label)._base_manager.filter(pk__in=keys))

    def _write_others(self, changed: set[int]) -> None:
        """Write back the rows beside comments, except those about what was skipped."""
        there = set(Comment.objects.filter(discussion=self.key).values_list("pk", flat=True))
        left = self.texts.keys() - changed
        for label, (columns, kept) in self.rows.items():
            if label == label_of(Comment):
                continue
            chosen = kept
            if "comment_id" in columns:
                at = columns.index("comment_id")
                chosen = [r for r in kept if r[at] is None or r[at] in there and r[at] not in left]
                if self.left:
                    chosen = [row for row in chosen if row[at] is not None]
            elif self.left and label == "articlepicture":
                continue
            if label == label_of(AuditEntry):
                columns, chosen = self._chain(columns, chosen)
            for some in in_batches(chosen):
                write_rows(model_of(label), columns, some)

    def _chain(self, columns: list[str], rows: list[Row]) -> tuple[list[str], list[Row]]:
        """Return the audit entries to write back. Those that a release without the chain removed get
        a place in it.
        """
        if "position" in columns:
            self.entries |= positions_of(columns, rows)
            return columns, rows
        discussion = Comment.require_lock(self.key)
        head = (discussion.log_length or 0, discussion.log_head or START)
        columns, rows, head = chained_rows(columns, rows, head)
        discussion.log_length, discussion.log_head = head
        return columns, rows

    def _restore_numbers(self) -> None:
        """Set the last numbers as they were, or to the highest ones given."""
        row = Discussion.objects.filter(pk=self.key)
        now = list(row.values_list(*NUMBERS).get())
        rows = Comment.objects.filter(discussion=self.key)
        highest = rows.aggregate(number=Max("number"), anonymous=Max("anonymous_number"))
        own = [highest["number"] or 0, highest["anonymous"] or 0]
        for before, after in self.values.get("numbers", ()):
            if now == after:
                now = before
        row.update(**{name: max(now[i], own[i]) for i, name in enumerate(NUMBERS)})
