"""Undo an import run: remove what it made and restore what it changed, article by article.

Each article is one transaction with its discussion locked, so it is either undone or not, and an
undo that was interrupted continues when it is started again. `undo_plan` says what is kept. Rows
are kept in `UndoneRows` as they were, from which `redo_run` writes them back.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from time import monotonic

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..discussions import reversals, tree
from ..discussions.audit import Actor, record
from ..media import remove_copies
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
    Repair,
    Revision,
    SiteAuditEntry,
    Source,
    SourceChunk,
)
from ..models.search import SearchRow
from ..models.stored_rows import (
    columns_set,
    delete_rows,
    in_batches,
    unpacked,
    write_rows,
)
from .kept_rows import Keeper, log_of_site, without_limits
from .run_changes import (
    ADDED_ONLY,
    NUMBERS,
    ChangeData,
    Values,
    key_column,
    label_of,
    model_of,
)
from .undo_plan import Verdict, as_lists, examine

STORED_BEFORE = timedelta(minutes=10)  # pictures are stored before their run starts
STILL_RUNNING = timedelta(minutes=2)  # since an unfinished run noted its progress
DIGEST = re.compile(r"[0-9a-f]{64}")
S = ImportRun.UndoState
Watch = Callable[[int, int], None]


NO_RECORD = gettext_lazy("There is no record of what it changed.")


class CannotUndo(Exception):
    """A run can't be undone or redone now. The message says why."""


def refusal(run: ImportRun) -> str:
    """Return why a run can't be undone, or ""."""
    if run.undo_state == S.UNRECORDED:
        return _("It was imported by an earlier version, which did not record what it changed.")
    if run.undo_state == S.UNDONE:
        return _("It was undone already.")
    if run.undo_state == S.REDOING:
        return _("It is being redone. Finish that first.")
    if run.undo_state == S.UNDOING:
        return ""
    if run.finished_at is None and timezone.now() - run.updated_at < STILL_RUNNING:
        return _("It is still running. Stop it first, or wait some minutes if it was interrupted.")
    is_of_repair, has_record = (
        ImportRun.objects.filter(pk=run.pk)
        .values_list(
            Exists(Repair.objects.filter(run=OuterRef("pk"))),
            Exists(ImportChange.objects.filter(run=OuterRef("pk"))),
        )
        .get()
    )
    if is_of_repair:
        return _("It stored a repair, which has an undo of its own.")
    return "" if has_record else str(NO_RECORD)


def undo_run(
    run: ImportRun,
    by: Actor,
    watch: Watch = lambda done, of: None,
    seconds: float | None = None,
) -> bool:
    """Undo a run, or continue an undo that was interrupted. Returns whether it is complete.

    `watch` is called with the number of articles done and of all. With `seconds`, no article is
    begun after that time. Raises CannotUndo.
    """
    if why := refusal(run):
        raise CannotUndo(why)
    end = None if seconds is None else monotonic() + seconds
    begin_reversal(run, S.UNDOING)
    # Newest first, so that an article that the run stored in several parts is undone backwards.
    pending = run.changes.exclude(article_key=0).filter(is_undone=False).order_by("-pk")
    keys = list(pending.values_list("pk", "article_key"))
    for done, (pk, article_key) in enumerate(keys):
        watch(done, len(keys))
        if end is not None and monotonic() > end:
            return False
        _undo_article(pk, article_key, run, by)
    _undo_rest(run)
    watch(len(keys), len(keys))
    finish_reversal(run, S.UNDONE, by)
    return True


def begin_reversal(run: ImportRun, state: str) -> None:
    """Note that a run is being undone or redone."""
    run.undo_state = state
    ImportRun.objects.filter(pk=run.pk).update(undo_state=state, updated_at=timezone.now())


def finish_reversal(run: ImportRun, state: str, by: Actor) -> None:
    """Note that a run is undone or redone, by whom, and what was kept."""
    with transaction.atomic():
        row = ImportRun.objects.select_for_update().get(pk=run.pk)
        if row.undo_state not in (S.UNDOING, S.REDOING):
            return  # another process finished it
        name = by if isinstance(by, str) else by.get_username()
        kept = sum(len(data["kept"]) for data in _data_of(run) if "kept" in data)
        row.reversals.append(
            {
                "what": "undo" if state == S.UNDONE else "redo",
                "by": name,
                "at": timezone.now().isoformat(),
                "kept": kept,
            }
        )
        row.undo_state = state
        row.save(update_fields=["undo_state", "reversals", "updated_at"])
    run.undo_state, run.reversals = row.undo_state, row.reversals


def _data_of(run: ImportRun) -> Iterator[ChangeData]:
    yield from run.changes.values_list("data", flat=True).iterator(chunk_size=50)


def _undo_article(pk: int, article_key: int, run: ImportRun, by: Actor) -> None:
    with transaction.atomic():
        without_limits()
        with locked(article_key) as is_there:
            change = ImportChange.objects.select_for_update().get(pk=pk)
            if change.is_undone:  # by another process
                return
            change.data["kept"] = []
            if is_there:
                verdict = examine([change])[article_key]
                keeper = Keeper(change)
                if verdict.removes_article:
                    _remove_article(article_key, keeper, run, by)
                else:
                    _UndoneArticle(change, verdict, keeper, run, by).undo()
                change.data["kept"] = as_lists(verdict.kept)
                change.data["files"] = sorted(keeper.files)
            change.is_undone = True
            change.save(update_fields=["is_undone", "data"])
            ImportRun.objects.filter(pk=run.pk).update(updated_at=timezone.now())


@contextmanager
def locked(article_key: int) -> Iterator[bool]:
    """Lock the discussion of an article. Yields False if it does not exist (or no longer)."""
    is_there = Discussion.objects.filter(pk=article_key).exists()
    with tree.lock_discussion(article_key) if is_there else nullcontext():
        yield is_there


# ---------------------------------------------------------------- a whole article


def _models_of_articles() -> Iterator[tuple[type[models.Model], str]]:
    """Yield the models with rows of an article, and the column with its key."""
    apart = (Article, Discussion, Comment, SearchRow, Source)
    for model in apps.get_app_config("commentary").get_models():
        if model in apart:
            continue
        column = key_column(model)
        if not column:
            found = (f for f in model._meta.concrete_fields if f.related_model is Article)
            column = next((f.attname for f in found), "")
        if column:
            yield model, column


def _remove_article(key: int, keeper: Keeper, run: ImportRun, by: Actor) -> None:
    """Remove an article with everything that belongs to it."""
    log_of_site(SiteAuditEntry.REMOVE, key, run, by)
    # Lists and feeds get a new version by an update of the discussion, not by its removal.
    Discussion.objects.filter(pk=key).touch()
    keeper.keep_rows(Article.objects.filter(pk=key))
    keeper.keep_rows(Discussion.objects.filter(pk=key))
    comments = Comment.objects.in_discussion(key)
    keeper.remove(comments)
    for model, column in _models_of_articles():
        keeper.remove(model._base_manager.filter(**{column: key}))
    copies = Source.objects.filter(copy_of=key)
    apart = copies.filter(runs=None, articles=None)
    for source in list(apart):
        keeper.keep_rows(Source.objects.filter(pk=source.pk))
        _remove_bytes(source, keeper)
        delete_rows(Source.objects.filter(pk=source.pk))
    if left := list(copies.values_list("pk", flat=True)):
        keeper.keep("copies", left)
        copies.update(copy_of=None)
    delete_rows(Discussion.objects.filter(pk=key))
    delete_rows(Article.objects.filter(pk=key))


def _remove_bytes(source: Source, keeper: Keeper) -> None:
    chunks = source.chunks.order_by("position")
    for pk in list(chunks.values_list("pk", flat=True)):
        keeper.keep_rows(SourceChunk.objects.filter(pk=pk))
    delete_rows(SourceChunk.objects.filter(source=source))


# ---------------------------------------------------------------- a part of an article


class _UndoneArticle:
    """The undo of a run in an article that stays."""

    def __init__(
        self, change: ImportChange, verdict: Verdict, keeper: Keeper, run: ImportRun, by: Actor
    ) -> None:
        self.change, self.verdict, self.keeper = change, verdict, keeper
        self.run, self.by = run, by
        self.key = change.article_key
        self.data: ChangeData = change.data

    def undo(self) -> None:
        """Remove and restore, and note it in the audit log."""
        places = self._places()
        self._keep_places()
        entries = self._entries_to_remove()
        if opened := reversals.open_reports(entries):
            self.keeper.keep("reports", opened)
        self._remove_comments()
        if not self.change.is_new:
            self._restore_comments()
            self._restore_waiting()
            # First, because rows that the run added may have the place of those that it changed or
            # deleted.
            self._remove_added(entries)
            self._restore_rows()
        verdict = self.verdict
        if verdict.comments or verdict.parents or verdict.restored:
            tree.rebuild_tree(self.key, verdict.parents, places)
        if not self.change.is_new:
            self._restore_numbers()
        is_changed = bool(verdict.comments or verdict.restored or verdict.parents)
        is_changed |= verdict.restores_article
        if is_changed:
            Comment.require_lock(self.key).mark_visible()
        if is_changed or self.keeper.entries:
            kept = {"run": self.run.pk, "comments": len(verdict.comments), **self.keeper.removed}
            record("undo_import", self.key, None, self.by, self.run.source.name, kept=kept)

    def _places(self) -> dict[int, int | None]:
        """Return the siblings before the replies that move back to where they were."""
        places = self.data.get("places", {})
        return {
            pk: places[str(pk)]
            for pk, parent in self.verdict.parents.items()
            if parent is not None and str(pk) in places
        }

    def _keep_places(self) -> None:
        """Keep the parents and places of the comments that are removed or moved."""
        moved = {*self.verdict.comments, *self.verdict.parents}
        if not moved:
            return
        rows = Comment.objects.in_discussion(self.key).order_by("tree_id", "lft")
        last: dict[int | None, int] = {}
        places: list[list[int | None]] = []
        for pk, parent in rows.values_list("pk", "parent_id").iterator():
            if pk in moved:
                places.append([pk, parent, last.get(parent)])
            last[parent] = pk
        self.keeper.keep("places", places)
        self.keeper.keep("moved", sorted(self.verdict.parents))

    def _entries_to_remove(self) -> list[int]:
        """Return the audit entries of the run about what is restored; those about removed comments
        go with these.
        """
        pks = list(map(int, self.data.get("added", {}).get("auditentry", {})))
        restored, moved = set(self.verdict.restored), self.verdict.parents.keys()
        article, discussion = self._restores("article"), self._restores("discussion")
        chosen = []
        for some in in_batches(pks):
            rows = AuditEntry.objects.filter(pk__in=some).values_list("pk", "comment", "verb")
            for pk, comment, verb in rows:
                if comment is None:
                    is_ours = discussion if verb in AuditEntry.CLOSINGS else article
                else:
                    is_ours = comment in (moved if verb == "move" else restored)
                if is_ours:
                    chosen.append(pk)
        return chosen

    def _restores(self, label: str) -> bool:
        """Return whether the article or its discussion keeps nothing of what the run changed."""
        return (label, self.key) not in self.verdict.rows_held

    def _remove_comments(self) -> None:
        dependents = [
            model
            for model in apps.get_app_config("commentary").get_models()
            if model not in (Comment, SearchRow)
            and any(
                f.name == "comment" and f.related_model is Comment
                for f in model._meta.concrete_fields
            )
        ]
        for some in in_batches(self.verdict.comments):
            comments = Comment.objects.filter(pk__in=some)
            numbers = list(comments.values_list("number", flat=True))
            self.keeper.keep_rows(comments.order_by("pk"))
            for model in dependents:
                self.keeper.remove(model._base_manager.filter(comment__in=some))
            for table in (FormerAddress, FormerAnchor):
                rows = table._default_manager.filter(article=self.key, number__in=numbers)
                self.keeper.remove(rows)
            delete_rows(comments)

    def _restore_comments(self) -> None:
        """Restore the values of comments of other runs, and note their new versions."""
        versions: dict[int, list[int]] = {}
        texts = []
        for some in in_batches(self.verdict.restored):
            before = self._texts_before(some)
            for row in Comment.objects.filter(pk__in=some).order_by("pk"):
                columns = self.data["changed"]["comment"].get(str(row.pk), {})
                values = {name: value[0] for name, value in columns.items()}
                texts.append([row.pk, row.name, row.body, row.version + 1])
                if row.pk in before:
                    values["name"], values["body"] = before[row.pk]
                reversals.set_columns(row, values)
                versions[row.pk] = [row.version, row.version + 1]
        self.keeper.keep("texts", texts)
        expect_versions(self.change, versions)

    def _restore_waiting(self) -> None:
        """Let replies that move back wait for their parent again."""
        for pk in self.verdict.parents:
            columns = self.data["changed"]["comment"][str(pk)]
            if "source_parent_key" in columns:
                reversals.set_waiting(pk, columns["source_parent_key"][0])

    def _texts_before(self, comments: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Return name and body from before the run, of comments whose text it changed."""
        added = list(map(int, self.data["added"].get("revision", {})))
        found: dict[int, tuple[str, str]] = {}
        if added:
            rows = Revision.objects.filter(
                comment__in=list(comments), pk__gte=min(added), pk__lte=max(added)
            )
            own = set(added)
            for pk, comment, name, body in rows.order_by("-pk").values_list(
                "pk", "comment", "name", "body"
            ):
                if pk in own:
                    found[comment] = (name, body)
        return found

    def _restore_rows(self) -> None:
        """Restore rows beside comments, and write back those that the run deleted."""
        for label, changed in self.data["changed"].items():
            if label != "comment":
                for text, columns in changed.items():
                    if (label, int(text)) not in self.verdict.rows_held:
                        values = {name: value[0] for name, value in columns.items()}
                        set_row(model_of(label), int(text), values)
                        self.keeper.keep("changed", [label, int(text)])
        for label, rows in self.data["deleted"].items():
            if written := write_back(model_of(label), rows, self.verdict.held):
                self.keeper.keep("written", [label, written])

    def _remove_added(self, entries: list[int]) -> None:
        """Remove the rows that the run added beside comments."""
        held = self.verdict.held | self._comments_left()
        numbers = set(Comment.objects.filter(pk__in=held).values_list("number", flat=True))
        keeps_article = not self._restores("article")
        for label, added in self.data["added"].items():
            model = model_of(label)
            if model is AuditEntry:
                self.keeper.remove(AuditEntry.objects.filter(pk__in=entries))
                continue
            names = {field.attname for field in model._meta.concrete_fields}
            for some in in_batches(map(int, added)):
                rows = model._base_manager.filter(pk__in=some)
                kept = [pk for pk in some if (label, pk) in self.verdict.rows_held]
                rows = rows.exclude(pk__in=kept)
                if "comment_id" in names:
                    rows = rows.exclude(comment__in=held)
                if "number" in names and model in ADDED_ONLY:
                    rows = rows.exclude(number__in=numbers)
                if keeps_article:
                    about = "comment_id" if "comment_id" in names else "number"
                    rows = (
                        rows.filter(**{f"{about}__isnull": False})
                        if about in names
                        else (rows.none())
                    )
                self.keeper.remove(rows)

    def _comments_left(self) -> set[int]:
        """Return the comments of the run that are kept."""
        rows = Comment.objects.filter(discussion=self.key, import_run=self.run)
        return set(rows.values_list("pk", flat=True))

    def _restore_numbers(self) -> None:
        """Restore the last numbers, unless numbers were given since."""
        before, after = self.data["numbers"]
        row = Discussion.objects.filter(pk=self.key)
        now = list(row.values_list(*NUMBERS).get())
        rows = Comment.objects.filter(discussion=self.key)
        left = rows.aggregate(number=Max("number"), anonymous=Max("anonymous_number"))
        highest = (left["number"] or 0, left["anonymous"] or 0)
        values = {
            name: max(before[i], highest[i]) if now[i] == after[i] else now[i]
            for i, name in enumerate(NUMBERS)
        }
        self.keeper.keep("numbers", [now, [values[name] for name in NUMBERS]])
        row.update(**values)


def set_row(model: type[models.Model], pk: int, values: Values) -> None:
    """Set columns of a row that belongs to an article."""
    row = model._default_manager.get(pk=pk)
    columns = columns_set(row, values)
    if isinstance(row, Article):
        row.save(update_fields=list(columns))
    else:
        model._default_manager.filter(pk=pk).update(**columns)


def write_back(
    model: type[models.Model], rows: Iterable[Values], held: Iterable[int] = ()
) -> list[int]:
    """Insert rows that the run deleted, unless there are others in their place. Returns the keys."""
    written = []
    kept = set(held)
    for values in rows:
        if values.get("comment_id") in kept:
            continue
        try:
            with transaction.atomic():
                write_rows(model, list(values), [list(values.values())])
        except IntegrityError:
            continue
        key = values[str(model._meta.pk.attname)]
        assert isinstance(key, int)
        written.append(key)
    return written


def expect_versions(change: ImportChange, versions: Mapping[int, list[int]]) -> None:
    """Note in what earlier and later runs did that the version of comments changed without a
    change of their values. `versions` has those before and now.
    """
    undone = {str(pk): value for pk, value in versions.items()}
    change.data["undone_versions"] = {pk: now for pk, (_was, now) in undone.items()}
    made_by = dict(Comment.objects.filter(pk__in=versions).values_list("pk", "import_run_id"))
    first = {pk: change.data["versions"][pk][0] for pk in undone}
    others = ImportChange.objects.filter(article_key=change.article_key).exclude(pk=change.pk)
    for other in others.select_for_update():
        is_changed = False
        of_other = other.data.get("versions", {})
        for pk, (_was, now) in undone.items():
            if made_by[int(pk)] == other.run_id:
                if other.data["expected"].get(pk, 1) == first[pk]:
                    other.data["expected"][pk] = now
                    is_changed = True
            elif pk in of_other and of_other[pk][1] == first[pk]:
                of_other[pk][1] = now
                is_changed = True
        if is_changed:
            other.save(update_fields=["data"])
    follow_versions(change, versions)


def follow_versions(change: ImportChange, versions: Mapping[int, list[int]]) -> None:
    """Note the new versions of comments in the runs that are undone too, so that these can be redone
    after this one.
    """
    others = ImportChange.objects.filter(article_key=change.article_key, is_undone=True)
    for other in others.exclude(pk=change.pk).select_for_update():
        expected = other.data.get("undone_versions", {})
        new = {str(pk): now for pk, (was, now) in versions.items() if expected.get(str(pk)) == was}
        if new:
            expected |= new
            other.save(update_fields=["data"])


# ---------------------------------------------------------------- what does not belong to an article


def _undo_rest(run: ImportRun) -> None:
    """Remove authors, pictures and the bytes of the source, if nothing else uses them."""
    with transaction.atomic():
        without_limits()
        rest, _ = ImportChange.objects.select_for_update().get_or_create(run=run, article_key=0)
        if not rest.is_undone:
            keeper = Keeper(rest)
            _remove_authors(run, keeper)
            _remove_pictures(run, keeper)
            source = run.source
            if not _is_used(source, run):
                _remove_bytes(source, keeper)
            rest.is_undone = True
            rest.save(update_fields=["is_undone"])
    # After the commit, so that no row lacks its files. If it is interrupted here, it is done again.
    for rows in rest.undone_rows.filter(kind=label_of(MediaFile)):
        kept = unpacked(rows.data)
        digest, width = kept["columns"].index("sha256"), kept["columns"].index("width")
        for row in kept["rows"]:
            if not MediaFile.objects.filter(sha256=row[digest]).exists():
                remove_copies(row[digest], row[width])


def _remove_authors(run: ImportRun, keeper: Keeper) -> None:
    added = [tuple(author) for data in _data_of(run) for author in data.get("authors", ())]
    for some in in_batches(added):
        rows = Author.objects.filter(pk__in=[pk for pk, _name, _slug in some])
        unused = rows.filter(
            Q(biography=None) | Q(biography=""),
            bylines=None,
            comments=None,
            former_slugs=None,
            picture=None,
        )
        same = set(some)
        chosen = [a[0] for a in unused.values_list("pk", "name", "slug") if a in same]
        keeper.remove(Author.objects.filter(pk__in=chosen))


def _remove_pictures(run: ImportRun, keeper: Keeper) -> None:
    files = {pk for data in _data_of(run) for pk in data.get("files", ())}
    unused: list[tuple[int, str]] = []
    for some in in_batches(sorted(files)):
        rows = MediaFile.objects.filter(
            pk__in=some, uses=None, authors=None, created_at__gte=run.created_at - STORED_BEFORE
        )
        rows = rows.exclude(pk__in=FormerAddress.objects.filter(file__in=some).values("file"))
        unused += rows.values_list("pk", "sha256")
    if not unused:
        return
    shown: set[str] = set()  # pictures in texts, also earlier ones
    bodies = Article.objects.filter(markup=Article.Markup.RICH).values_list("body", flat=True)
    former = Revision.objects.filter(article__isnull=False, markup=Article.Markup.RICH)
    for text in bodies.iterator():
        shown.update(DIGEST.findall(text))
    for text in former.values_list("body", flat=True).iterator():
        shown.update(DIGEST.findall(text))
    chosen = [pk for pk, sha256 in unused if sha256 not in shown]
    keeper.remove(MediaFile.objects.filter(pk__in=chosen))


def _is_used(source: Source, run: ImportRun) -> bool:
    """Return whether something besides a run that is being undone uses the bytes of a source."""
    return (
        source.copy_of_id is not None
        or source.repairs.exists()
        or source.profiles.exists()
        or source.no_article != ""
        or source.articles.exists()
        or Comment.objects.filter(discussion__in=_kept_in(run), import_run=run).exists()
        or source.runs.not_undone().exists()
    )


def _kept_in(run: ImportRun) -> list[int]:
    """Return the articles in which something of a run is kept."""
    rows = run.changes.exclude(article_key=0).values_list("article_key", "data__kept")
    return [key for key, kept in rows.iterator(chunk_size=50) if kept]
