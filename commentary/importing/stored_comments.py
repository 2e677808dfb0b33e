"""The stored comments of an article, as they were imported last and as they are now."""

from typing import NamedTuple, TypeVar

from .. import discussions
from ..discussions.places import date_before
from ..discussions.revisions import FIELDS
from ..models import Article, AuditEntry, Comment, Revision
from ..models.import_conflict import date_text

T = TypeVar("T")


class Known(NamedTuple):
    """A stored comment: its key, the import run it came from, and its values as imported last.

    `parent` is the source's key of its parent, even if that isn't stored, and `date` is as
    `date_text` returns it. The values that end in `_here` are the present ones; `is_decided` says
    whether someone decided on the comment here. `updated_in` is the import run that updated the text
    last.
    """

    pk: int
    run: int
    text_hash: int  # valid within this process; hashes save memory
    name_hash: int
    status: str
    date: str
    parent: str
    text_hash_here: int
    name_hash_here: int
    status_here: str
    date_here: str
    parent_here: str
    is_decided: bool
    updated_in: int | None


def stored_comments(article: Article) -> dict[str, Known]:
    """Return the imported comments of an article by their keys at the source, in reading order.
    Three queries.
    """
    there = (
        Comment.objects.in_discussion(article.pk).exclude(source_key="").order_by("tree_id", "lft")
    )
    history = _History(article.pk)
    names, bodies = history.texts()
    rows = there.values_list(
        *("source_key", "pk", "import_run_id", "name", "body", "status"),
        *("dated_at", "date_is_local", "parent_id", "parent__source_key", "parent__number"),
        "source_parent_key",
    )
    found = {}
    keys: dict[int, str] = {}
    for (
        key,
        pk,
        run,
        name,
        body,
        status,
        date,
        is_local,
        above,
        parent,
        number,
        waits,
    ) in rows.iterator():
        keys[pk] = key
        name_hash, text_hash = hash(name), hash(body)
        date_here = date_text(date, is_local)
        parent_here = parent or waits or ("" if above is None else f"#{number}")
        found[key] = Known(
            pk,
            run,
            hash(bodies[pk]) if pk in bodies else text_hash,
            hash(names[pk]) if pk in names else name_hash,
            history.states.get(pk, status),
            history.dates.get(pk, date_here),
            parent_here,
            text_hash,
            name_hash,
            status,
            date_here,
            parent_here,
            pk in history.decided,
            history.updated_in.get(pk),
        )
    for pk, parent_pk in history.parents.items():
        if pk in keys:
            before = "" if parent_pk is None else keys.get(parent_pk, f"comment {parent_pk}")
            found[keys[pk]] = found[keys[pk]]._replace(parent=history.waited.get(pk) or before)
    return found


class _History:
    """What audit entries say of the values as imported last, by the keys of comments."""

    def __init__(self, discussion_id: int) -> None:
        self.discussion_id = discussion_id
        self.states: dict[int, str] = {}
        self.dates: dict[int, str] = {}
        self.parents: dict[int, int | None] = {}
        self.waited: dict[int, str | None] = {}
        self.decided: set[int] = set()
        self.updated_in: dict[int, int] = {}
        # For each field of a text: the revision that its last update replaced.
        self.replaced: dict[str, dict[int, int]] = {name: {} for name in FIELDS}
        verbs = [*discussions.STATUS_VERBS, "update", "redate", "move"]
        entries = AuditEntry.objects.filter(discussion=discussion_id, verb__in=verbs)
        columns = ("comment_id", "verb", "before", "after", "actor_id", "actor_name", "kept")
        rows = entries.exclude(comment=None).order_by("pk").values_list(*columns)
        for pk, verb, before, after, actor, actor_name, kept in rows.iterator():
            is_of_source = AuditEntry.follows_source(actor, actor_name, kept)
            if verb == "update":
                self.updated_in[pk] = kept["run"]
                if not is_of_source:
                    continue
                for name in kept.get("fields", FIELDS):
                    self.replaced[name][pk] = kept["revision"]
            elif verb == "redate":
                _note(self.dates, pk, is_of_source, date_before(kept), kept.get("to", ""))
            elif verb == "move":
                _note(self.waited, pk, is_of_source, kept.get("waited"), None)
                _note(self.parents, pk, is_of_source, kept["parent"], kept.get("to"))
            else:
                _note(self.states, pk, is_of_source, before, after)
                (self.decided.discard if is_of_source else self.decided.add)(pk)

    def texts(self) -> tuple[dict[int, str], dict[int, str]]:
        """Return names and bodies as imported last, of the comments that were changed since."""
        names: dict[int, str] = {}
        bodies: dict[int, str] = {}
        since_name, since_body = (self.replaced[name] for name in FIELDS)
        changed = Revision.objects.filter(discussion=self.discussion_id).exclude(comment=None)
        # Ordered so that the first change since the last update is the last value in the dictionary.
        rows = changed.order_by("-pk").values_list("comment", "pk", "name", "body")
        for of, pk, name, body in rows.iterator():
            if pk > since_name.get(of, 0):
                names[of] = name
            if pk > since_body.get(of, 0):
                bodies[of] = body
        return names, bodies


def _note(values: dict[int, T], pk: int, is_of_source: bool, before: T, after: T) -> None:
    """Note a change: the source's value is its last one, or that before the first change here."""
    if is_of_source:
        values[pk] = after
    else:
        values.setdefault(pk, before)
