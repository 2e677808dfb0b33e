"""What the undo of an import run would remove and restore, and what it would keep because someone
answered, edited or decided it here, or a later run changed it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..discussions import SOURCE
from ..models import AuditEntry, Comment, FormerAddress, ImportChange, ImportRun
from ..models.stored_rows import in_batches
from .run_changes import OF_ARTICLE, State, digest_of, digests_of, full_models, states_of

AT_ONCE = 50  # articles examined by the same statements
MAX_LISTED = 500  # exceptions that are listed

# Why something is kept.
ANSWERED, EDITED, DECIDED, IMPORTED = "answered", "edited", "decided", "imported"

STRUCTURAL = {"parent_id", "source_parent_key"}
DECISIONS_ON_ARTICLES = {
    "article": (*AuditEntry.REWORDINGS, "redate", "publish", "unpublish"),
    "discussion": AuditEntry.CLOSINGS,
}


class Kept(NamedTuple):
    """An article, or one of its comments, that an undo keeps as it is, and the reason."""

    article_key: int
    comment: int | None
    number: int | None
    reason: str


@dataclass
class Verdict:
    """What the undo does to one article.

    `comments` are keys of comments to remove; `restored` those whose texts, statuses or other
    values are restored; `parents` the former parents of replies that move back. `held` are comments
    and `rows_held` other rows, by the name of the model and the key, that keep their present values.
    """

    removes_article: bool = False
    comments: list[int] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)
    parents: dict[int, int | None] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    rows_held: set[tuple[str, int]] = field(default_factory=set)
    restores_article: bool = False
    kept: list[Kept] = field(default_factory=list)


@dataclass
class UndoPlan:
    """The sums of a run: what an undo removes, restores and keeps. At most MAX_LISTED of the
    exceptions are in `kept`.
    """

    articles: int = 0
    comments: int = 0
    restored: int = 0
    kept_count: int = 0
    kept: list[Kept] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Add what happens to one article."""
        self.articles += verdict.removes_article
        self.comments += len(verdict.comments)
        self.restored += len(verdict.restored) + verdict.restores_article
        self.kept_count += len(verdict.kept)
        self.kept += verdict.kept[: MAX_LISTED - len(self.kept)]


def plan_undo(run: ImportRun) -> UndoPlan:
    """Return what an undo of a run would do now. A fixed number of statements for AT_ONCE articles."""
    plan = UndoPlan()
    for changes in in_batches(pending_changes(run), AT_ONCE):
        for verdict in examine(changes).values():
            plan.add(verdict)
    return plan


def pending_changes(run: ImportRun) -> Iterator[ImportChange]:
    """Yield what a run did and was not undone, newest first."""
    rows = run.changes.filter(is_undone=False).exclude(article_key=0)
    yield from rows.order_by("-pk").iterator(chunk_size=AT_ONCE)


class _Row(NamedTuple):
    """A comment: the columns that say whose it is."""

    pk: int
    parent: int | None
    run: int | None
    version: int
    number: int


class _Entry(NamedTuple):
    """An audit entry: what it changed, and whether a person made it."""

    pk: int
    verb: str
    is_human: bool

    @property
    def reason(self) -> str:
        """Why what it is about is kept."""
        if not self.is_human:
            return IMPORTED
        return EDITED if self.verb in (*AuditEntry.REWORDINGS, "edit") else DECIDED


@dataclass
class _Facts:
    """What is known about one article."""

    rows: dict[int, _Row] = field(default_factory=dict)
    entries: dict[int | None, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    addresses: list[int] = field(default_factory=list)
    stored: State = field(default_factory=dict)


def examine(changes: Sequence[ImportChange]) -> dict[int, Verdict]:
    """Return for each change, by its article, what an undo would do now."""
    facts = _facts_of(changes)
    return {c.article_key: _verdict(c, facts[c.article_key]) for c in changes}


def _facts_of(changes: Sequence[ImportChange]) -> dict[int, _Facts]:
    keys = [change.article_key for change in changes]
    found = {key: _Facts() for key in keys}
    columns = ("pk", "parent_id", "import_run_id", "version", "number")
    rows = Comment.objects.filter(discussion__in=keys).order_by("pk")
    for discussion, *values in rows.values_list("discussion_id", *columns).iterator():
        row = _Row(*values)
        found[discussion].rows[row.pk] = row
    entries = AuditEntry.objects.filter(discussion__in=keys).order_by("pk")
    wanted = ("discussion_id", "comment_id", "pk", "verb", "undoes__verb", "actor_id", "actor_name")
    for discussion, comment, pk, verb, undone, actor, name in entries.exclude(
        verb__in=AuditEntry.OF_IMPORTS
    ).values_list(*wanted):
        entry = _Entry(pk, undone or verb, actor is not None or name != SOURCE)
        found[discussion].entries[comment].append(entry)
    highest = min(change.data["highest"]["formeraddress"] for change in changes)
    addresses = FormerAddress.objects.filter(article__in=keys, pk__gt=highest)
    for article, pk in addresses.order_by().values_list("article_id", "pk"):
        found[article].addresses.append(pk)
    models = full_models() if any(not change.is_new for change in changes) else OF_ARTICLE
    for key, state in states_of(keys, models).items():
        found[key].stored = state
    return found


def _verdict(change: ImportChange, facts: _Facts) -> Verdict:
    verdict = Verdict()
    rows = facts.rows
    ours = {pk for pk, row in rows.items() if row.run == change.run_id}
    reasons = _own_comments_touched(change, facts, ours)
    if not change.is_new:
        _rows_changed(change, facts, verdict, reasons)
        verdict.parents = _moves_back(change, rows)
    parent_of = {pk: verdict.parents.get(pk, row.parent) for pk, row in rows.items()}
    for pk, row in rows.items():
        parent = parent_of[pk]
        if pk not in ours and parent is not None and parent in ours:
            reasons.setdefault(parent, ANSWERED if row.run is None else IMPORTED)
    needed: set[int] = set()
    above: int | None
    for pk in reasons:
        above = pk
        while above is not None and above in ours and above not in needed:
            needed.add(above)
            above = parent_of[above]
    verdict.comments = [pk for pk in sorted(ours) if pk not in needed]
    key = change.article_key
    kept = [Kept(key, pk, rows[pk].number, reason) for pk, reason in sorted(reasons.items())]
    if change.is_new:
        others = [rows[pk] for pk in rows.keys() - ours]
        reason = _article_touched(change, facts) or _answered(r for r in others if r.parent is None)
        verdict.removes_article = not (reason or needed or others)
        if reason:
            kept.insert(0, Kept(key, None, None, reason))
    else:
        kept += _changed_comments(change, facts, verdict)
    verdict.kept += kept
    return verdict


def _answered(others: Iterable[_Row]) -> str:
    """Return why an article with these comments of others is kept, or ""."""
    runs = [row.run for row in others]
    return "" if not runs else ANSWERED if None in runs else IMPORTED


def _own_comments_touched(change: ImportChange, facts: _Facts, ours: set[int]) -> dict[int, str]:
    """Return why comments of the run are kept, by their key."""
    expected = change.data["expected"]
    reasons: dict[int, str] = {}
    for pk in ours:
        entries = facts.entries.get(pk, ())
        if human := [entry for entry in entries if entry.is_human]:
            reasons[pk] = human[-1].reason
        elif facts.rows[pk].version != expected.get(str(pk), 1):
            later = [e for e in entries if e.pk > change.data["highest"]["auditentry"]]
            reasons[pk] = IMPORTED if later else EDITED
    return reasons


def _article_touched(change: ImportChange, facts: _Facts) -> str:
    """Return why an article that the run made is kept, or ""."""
    highest = change.data["highest"]
    entries = facts.entries.get(None, ())
    if human := [entry for entry in entries if entry.is_human]:
        return human[-1].reason
    if any(pk > highest["formeraddress"] for pk in facts.addresses):
        return EDITED
    if digests_of(facts.stored) != change.data["digests"]:
        return IMPORTED if any(e.pk > highest["auditentry"] for e in entries) else EDITED
    return ""


def _moves_back(change: ImportChange, rows: dict[int, _Row]) -> dict[int, int | None]:
    """Return the former parents of comments that the run moved and no one has moved since."""
    back: dict[int, int | None] = {}
    for text, columns in change.data["changed"].get("comment", {}).items():
        pk, (before, after) = int(text), columns.get("parent_id", (None, None))
        row = rows.get(pk)
        if "parent_id" not in columns or row is None or row.parent != after:
            continue
        above = before
        while above is not None and above != pk and above in rows:
            above = rows[above].parent
        if above is None:  # the former parent is still there, and not in the branch below
            back[pk] = before
    return back


def _changed_comments(change: ImportChange, facts: _Facts, verdict: Verdict) -> Iterator[Kept]:
    """Yield which comments keep what the run changed, and note in the verdict what is restored."""
    data = change.data
    highest = data["highest"]
    answered = {
        row.parent: row
        for row in facts.rows.values()
        if row.pk > highest["comment"] and row.run != change.run_id
    }
    for text, columns in data["changed"].get("comment", {}).items():
        pk = int(text)
        row, versions = facts.rows.get(pk), data["versions"][text]
        has_content = bool(columns.keys() - STRUCTURAL) or versions[0] != versions[1]
        if row is None or not has_content:
            continue
        later = [e for e in facts.entries.get(pk, ()) if e.pk > highest["auditentry"]]
        human = [entry for entry in later if entry.is_human]
        reason = ""
        if human:
            reason = human[-1].reason
        elif row.version != versions[1]:
            reason = IMPORTED if later else EDITED
        elif pk in answered:
            reason = _answered([answered[pk]])
        if reason:
            verdict.held.add(pk)
            yield Kept(change.article_key, pk, row.number, reason)
        else:
            verdict.restored.append(pk)


def _rows_changed(
    change: ImportChange, facts: _Facts, verdict: Verdict, reasons: dict[int, str]
) -> None:
    """Note which rows beside comments keep what the run changed, because they changed since."""
    data, key = change.data, change.article_key
    highest = data["highest"]
    later = [e for e in facts.entries.get(None, ()) if e.pk > highest["auditentry"]]
    why = ""
    for label, changed in data["changed"].items():
        if label == "comment":
            continue
        now = facts.stored.get(label, {})
        for text, columns in changed.items():
            pk = int(text)
            verbs = DECISIONS_ON_ARTICLES.get(label, ())
            decisions = [e for e in later if e.verb in verbs and e.is_human]
            row = now.get(pk)
            is_same = row is not None and all(row[n] == v[1] for n, v in columns.items())
            reason = ""
            if decisions:
                reason = decisions[-1].reason
            elif not is_same:
                reason = IMPORTED if any(e.verb in verbs for e in later) else EDITED
            elif label == "article":
                reason = _answered(
                    row
                    for row in facts.rows.values()
                    if row.parent is None
                    and row.pk > highest["comment"]
                    and row.run != change.run_id
                )
            if reason:
                verdict.rows_held.add((label, pk))
                why = why or reason
            elif label in DECISIONS_ON_ARTICLES:
                verdict.restores_article = True
    for label, added in data["added"].items():
        now = facts.stored.get(label, {})
        for text, digest in added.items():
            row = now.get(int(text))
            if digest and row is not None and digest_of(row) != digest:
                verdict.rows_held.add((label, int(text)))
                comment = row.get("comment_id")
                if isinstance(comment, int):
                    reasons.setdefault(comment, DECIDED)
                else:
                    why = why or DECIDED
    if why:
        verdict.kept.append(Kept(key, None, None, why))


def as_lists(kept: Iterable[Kept]) -> list[list[object]]:
    """Return exceptions as JSON."""
    return [list(item) for item in kept]
