"""Record what an import run changes in each article, in the transaction that changes it, so that
the run can be undone: see `undo_run`.

`ImportChange.data`, a `ChangeData`, has for an article that the run made

- ``digests``: of the article, its discussion and what belongs to them, by the name of the model;
- ``authors``: key, name and slug of the authors that were added for it.

For an article that was there before it has, by the name of the model,

- ``added``: keys of new rows, with a digest if the rows can change;
- ``deleted``: whole rows;
- ``changed``: by key, the columns with their values before and after: ``{"name": ["Ann", "Anne"]}``;
- ``numbers``: `last_number` and `last_anonymous_number` of the discussion, before and after;
- ``versions``: for each changed comment, the version before and after;
- ``places``: for each reply that was moved, the sibling before it where it was.

Both have ``highest``: the highest keys of some tables at the end, since later rows have higher ones;
and ``expected``: the versions of those comments of the run whose version is not 1.

Texts of comments are not repeated: the edit history has them. Structure is not recorded apart from
parents, since it follows from them.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from types import TracebackType
from typing import Self, TypedDict

from django.apps import apps
from django.db import models

from ..discussions import tree
from ..models import (
    Article,
    ArticlePicture,
    AuditEntry,
    Author,
    Byline,
    Comment,
    Discussion,
    FormerAddress,
    FormerAnchor,
    ImportChange,
    ImportRun,
    RelatedLink,
    Report,
    Revision,
    Source,
    StaffNote,
    Submission,
)
from ..models.former_slug import FormerSlug
from ..models.search import SearchRow
from ..models.stored_rows import column_as_json, columns_of, highest_keys

Values = dict[str, object]  # by column
Changed = dict[str, list[object]]  # the values before and after, by column
State = dict[str, dict[int, Values]]  # rows of one article by the name of the model and the key


class ChangeData(TypedDict, total=False):
    """What a run did to an article, as described above."""

    digests: dict[str, str]
    authors: list[tuple[int, str, str]]
    added: dict[str, dict[str, str]]
    deleted: dict[str, list[Values]]
    changed: dict[str, dict[str, Changed]]
    numbers: list[list[int]]
    versions: dict[str, list[int]]
    places: dict[str, int | None]
    highest: dict[str, int]
    expected: dict[str, int]
    # Of an undo: what it kept, the pictures of removed rows, and the versions that it gave comments.
    kept: list[list[object]]
    files: list[int]
    undone_versions: dict[str, int]
    # Why the last redo left the article as it is.
    obstacle: str


# Rows that an import only adds, and that never change. New ones are known by their keys.
ADDED_ONLY: tuple[type[models.Model], ...] = (AuditEntry, Revision, FormerAddress, FormerAnchor)
# Rows that imports don't write.
NOT_IMPORTED = (
    SearchRow,
    Submission,
    Report,
    StaffNote,
    FormerSlug,
    Source,
    ImportChange,
    ImportRun,
)
# What an article that a run made is compared by, to tell whether it was edited.
OF_ARTICLE: tuple[type[models.Model], ...] = (
    Article,
    Discussion,
    Byline,
    RelatedLink,
    ArticlePicture,
)
STRUCTURE = {"lft", "rght", "level", "tree_id", "reply_count"}
COUNTS = {f"{status}_count" for status in Comment.Status} | {"source_count", "source_removed_count"}
NUMBERS = ("last_number", "last_anonymous_number")
# Columns that follow from others, and columns that change with every visible change.
LEFT_OUT: dict[type[models.Model], set[str]] = {
    Article: {"search_text", "timeline_at", "changed_at"},
    Discussion: {"version", "changed_at", "log_length", "log_head", *COUNTS, *NUMBERS},
    Comment: {*STRUCTURE, "body", "body_html", "search_text", "name_key", "timeline_at", "version"},
}


def label_of(model: type[models.Model]) -> str:
    """Return the name of a model as it is in records."""
    return str(model._meta.model_name)


def model_of(label: str) -> type[models.Model]:
    """Return the model with a name of `label_of`."""
    return apps.get_model("commentary", label)


def key_column(model: type[models.Model]) -> str:
    """Return the attribute with the key of the article that a row belongs to, or ""."""
    if model is Article:
        return "id"
    fields = {field.attname: field for field in model._meta.concrete_fields}
    of = (fields.get("discussion_id"), fields.get("article_id"))
    known = [f.attname for f in of if f is not None and f.related_model in (Article, Discussion)]
    return known[0] if known else ""


@cache
def full_models() -> tuple[type[models.Model], ...]:
    """Return the models whose rows belong to an article and may be changed by an import."""
    found = apps.get_app_config("commentary").get_models()
    return tuple(
        model
        for model in found
        if key_column(model)
        and model is not Comment
        and model not in ADDED_ONLY
        and not issubclass(model, NOT_IMPORTED)
    )


def compared_columns(model: type[models.Model]) -> list[str]:
    """Return the columns by which a change of a row is noticed."""
    return [name for name in columns_of(model) if name not in LEFT_OUT.get(model, ())]


def states_of(keys: Iterable[int], wanted: Iterable[type[models.Model]]) -> dict[int, State]:
    """Return the rows of articles, without comments. One query for each model."""
    keys = list(keys)
    found: dict[int, State] = {key: defaultdict(dict) for key in keys}
    for model in wanted:
        names, of = compared_columns(model), key_column(model)
        # Naming the columns would take Django longer than the query takes.
        for row in model._default_manager.filter(**{f"{of}__in": keys}).order_by():
            columns = vars(row)
            values = {name: column_as_json(columns[name]) for name in names}
            found[columns[of]][label_of(model)][row.pk] = values
    return found


def digest_of(rows: object) -> str:
    """Return a digest of values as JSON."""
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def digests_of(state: State) -> dict[str, str]:
    """Return the digests of an article and what belongs to it."""
    return {
        label_of(model): digest_of(sorted(state.get(label_of(model), {}).items()))
        for model in OF_ARTICLE
    }


class _Comments:
    """The comments of one article as they were before a run changed them.

    Those of other runs, and those written here, are kept as JSON, which takes far less memory than
    objects; of the run's own only the versions.
    """

    def __init__(self, article_key: int, run: int) -> None:
        self.theirs: dict[int, str] = {}
        self.ours: dict[int, int] = {}
        replies = Comment.objects.in_discussion(article_key).exclude(parent=None)
        rows = replies.order_by("tree_id", "lft").values_list("pk", "parent_id")
        self.parents = dict(rows)  # of replies, in reading order
        for pk, version, is_ours, values in _comments_of(article_key, run):
            if is_ours:
                self.ours[pk] = version
            else:
                self.theirs[pk] = values

    def before(self, wanted: Iterable[int]) -> dict[str, int | None]:
        """Return the sibling before each of these replies, None for a first one."""
        chosen, last = set(wanted), dict[int, int]()
        found: dict[str, int | None] = {}
        for pk, parent in self.parents.items():
            if pk in chosen:
                found[str(pk)] = last.get(parent)
            last[parent] = pk
        return found


COMPARED = ["version", *compared_columns(Comment)]


def _comments_of(article_key: int, run: int) -> Iterator[tuple[int, int, bool, str]]:
    """Yield key, version, whether a run made it, and the values as JSON, of each comment."""
    rows = Comment.objects.in_discussion(article_key).order_by().values_list(*COMPARED)
    key, made_by = COMPARED.index("id"), COMPARED.index("import_run_id")
    for row in rows.iterator():
        is_ours = row[made_by] == run
        values = "" if is_ours else json.dumps(list(map(column_as_json, row)), ensure_ascii=False)
        yield row[key], row[0], is_ours, values


class Recording:
    """Records what a run changes in one article, within the block of a `with` statement.

    The block begins before the article is stored, and calls `begin` with it.
    """

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.before = self._highest()

    @staticmethod
    def _highest() -> dict[str, int]:
        watched: tuple[type[models.Model], ...] = (*ADDED_ONLY, Comment, Author)
        return dict(zip(map(label_of, watched), highest_keys(watched), strict=True))

    def __enter__(self) -> Self:
        self.locks = ExitStack()
        self.article: Article | None = None
        return self

    def begin(self, article: Article, is_new: bool) -> None:
        """Record what happens to the article from now on. One that was stored before is locked, so
        that no one else's changes are recorded.
        """
        self.article, self.is_new = article, is_new
        if not is_new:
            discussion = self.locks.enter_context(tree.lock_discussion(article.pk))
            self.rows_before = states_of([article.pk], full_models())[article.pk]
            self.comments = _Comments(article.pk, self.run.pk)
            self.numbers = [getattr(discussion, name) for name in NUMBERS]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.locks.__exit__(kind, error, traceback)
        if error is not None or self.article is None:
            return
        if self.is_new:
            self._save_new(self.article)
            return
        key = self.article.pk
        change, digests = self._differences(key, self.rows_before, self.comments, self.numbers)
        self._save(key, self.rows_before, change, digests, self.comments)

    def _save_new(self, article: Article) -> None:
        added = Author.objects.filter(bylines__article=article, pk__gt=self.before["author"])
        data: ChangeData = {
            "digests": digests_of(states_of([article.pk], OF_ARTICLE)[article.pk]),
            "authors": list(added.values_list("pk", "name", "slug")),
            "highest": self._highest(),
            "expected": {},
        }
        ImportChange.objects.create(run=self.run, article_key=article.pk, is_new=True, data=data)

    def _differences(
        self, key: int, before: State, comments: _Comments, numbers: list[int]
    ) -> tuple[ChangeData, dict[tuple[str, str], str]]:
        """Return the differences between an article before and now, {} if there are none, and digests
        of the rows that changed, by the name of the model and the key.
        """
        after = states_of([key], full_models())[key]
        added: dict[str, dict[str, str]] = defaultdict(dict)
        deleted: dict[str, list[Values]] = defaultdict(list)
        changed: dict[str, dict[str, Changed]] = defaultdict(dict)
        changed["comment"] = {}
        digests: dict[tuple[str, str], str] = {}
        for label in before.keys() | after.keys():
            old, new = before.get(label, {}), after.get(label, {})
            for pk in new.keys() - old.keys():
                added[label][str(pk)] = digest_of(new[pk])
            for pk in old.keys() - new.keys():
                deleted[label].append(old[pk])
            for pk in old.keys() & new.keys():
                if old[pk] != new[pk]:
                    changed[label][str(pk)] = _columns_changed(old[pk], new[pk])
                    digests[label, str(pk)] = digest_of(new[pk])
        for model in ADDED_ONLY:
            rows = model._default_manager.filter(
                **{key_column(model): key}, pk__gt=self.before[label_of(model)]
            )
            if keys := list(rows.order_by().values_list("pk", flat=True)):
                added[label_of(model)] = dict.fromkeys(map(str, keys), "")
        versions: dict[str, list[int]] = {}
        ours: dict[int, int] = {}
        for pk, version, is_ours, values in _comments_of(key, self.run.pk):
            if is_ours:
                ours[pk] = version
            elif values != comments.theirs.get(pk, values):
                (was, *old_values), (_now, *new_values) = map(
                    json.loads, (comments.theirs[pk], values)
                )
                pairs = zip(COMPARED[1:], old_values, new_values, strict=True)
                changed["comment"][str(pk)] = {name: [a, b] for name, a, b in pairs if a != b}
                versions[str(pk)] = [was, version]
        if not (added or deleted or any(changed.values()) or ours != comments.ours):
            return {}, digests
        discussion = Discussion.objects.values_list(*NUMBERS).get(pk=key)
        return {
            "added": added,
            "deleted": deleted,
            "changed": changed,
            "numbers": [numbers, list(discussion)],
            "versions": versions,
            "places": comments.before(
                int(pk) for pk, columns in changed["comment"].items() if "parent_id" in columns
            ),
            "highest": self._highest(),
            "expected": {
                str(pk): version
                for pk, version in ours.items()
                if version != comments.ours.get(pk, 1)
            },
        }, digests

    def _save(
        self,
        key: int,
        before: State,
        change: ChangeData,
        digests: dict[tuple[str, str], str],
        comments: _Comments,
    ) -> None:
        """Save the change, together with what the same run did to the article before."""
        if not change:
            return
        row = ImportChange.objects.filter(run=self.run, article_key=key).first()
        if row is None:
            ImportChange.objects.create(run=self.run, article_key=key, data=change)
            return
        if row.is_new:
            # What someone edited in between still counts as edited.
            now = digests_of(states_of([key], OF_ARTICLE)[key])
            for label, digest in digests_of(before).items():
                if row.data["digests"].get(label) == digest:
                    row.data["digests"][label] = now[label]
        else:
            _add_to(row.data, change, digests)
        expected = row.data["expected"]
        for pk, version in change["expected"].items():
            if int(pk) not in comments.ours or comments.ours[int(pk)] == expected.get(pk, 1):
                expected[pk] = version
        row.data["highest"] = change["highest"]
        row.save(update_fields=["data"])


def _columns_changed(old: Values, new: Values) -> Changed:
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


def _add_to(data: ChangeData, later: ChangeData, digests: dict[tuple[str, str], str]) -> None:
    """Add what a run did later to what it did first."""
    for label, keys in later["added"].items():
        data["added"].setdefault(label, {}).update(keys)
    for label, rows in later["deleted"].items():
        model = model_of(label)
        own = data["added"].get(label, {})
        for row in rows:
            if own.pop(str(row[str(model._meta.pk.attname)]), None) is None:
                data["deleted"].setdefault(label, []).append(row)
    for label, changes in later["changed"].items():
        known = data["changed"].setdefault(label, {})
        for pk, columns in changes.items():
            if pk in data["added"].get(label, {}):
                data["added"][label][pk] = digests[label, pk]
                continue
            for name, (old, new) in columns.items():
                first = known.setdefault(pk, {}).get(name, [old])[0]
                known[pk][name] = [first, new]
            known.setdefault(pk, {})
    for pk, (old, new) in later["versions"].items():
        data["versions"][pk] = [data["versions"].get(pk, [old])[0], new]
    data["places"] = later["places"] | data["places"]
    data["numbers"] = [data["numbers"][0], later["numbers"][1]]
