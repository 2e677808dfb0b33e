"""Who answers whom: proposals of a parent for comments of flat or wrongly nested discussions.

Proposals are computed when they are asked for, from a bounded part of one discussion. Accepting one
moves the comment; its former place is in the audit log, and can be restored. A dismissed one is in
the audit log too, and is not made again unless that is undone.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Article, AuditEntry, Comment, RowKey
from ..text.folding import words
from ..text.names import name_key
from ..text.phrases import listed
from ..text.reply_evidence import (
    THRESHOLD,
    Evidence,
    FoundParent,
    Utterance,
    find_answers,
    with_marked_quotes,
)
from . import tree
from .audit import Actor, record
from .decisions import Outcome
from .places import move_comment

WINDOW = 200  # comments for which proposals are made at once
BEFORE = 400  # comments before them that they may answer
DISMISS = "dismiss_parent"  # the verb
PLACED = 0.9  # most confidence if the comment seems to be in its place

Status = Comment.Status


@dataclass
class Proposal:
    """A parent for a comment, how sure it is, and why in words."""

    comment: Comment
    parent: Comment
    confidence: float
    reasons: list[str]

    @property
    def key(self) -> RowKey:
        return self.comment.key

    @property
    def percent(self) -> int:
        return int(self.confidence * 100)

    @property
    def version(self) -> str:
        """What the proposal was made for: the parent now and the one proposed."""
        return f"{self.comment.parent_id or 0}-{self.parent.pk}"


@dataclass
class ProposalWindow:
    """The proposals for some comments of a discussion: those with the numbers `first` to `last`.
    `following` says whether there are more.
    """

    proposals: list[Proposal]
    first: int
    last: int
    following: bool


def propose_parents(article: Article, after: int = 0, least: float = 0.0) -> ProposalWindow:
    """Return proposals of at least this confidence for the comments after number `after`.

    Reads at most 600 comments, with five queries whatever their number.
    """
    ours = Comment.objects.filter(discussion=article.pk, kind=Comment.Kind.COMMENT)
    ours = ours.filter(status__in=(Status.APPROVED, Status.PENDING)).select_related("discussion")
    here = list(ours.filter(number__gt=after).order_by("number")[: WINDOW + 1])
    following, here = len(here) > WINDOW, here[:WINDOW]
    if not here:
        return ProposalWindow([], after, after, False)
    earlier = (
        list(ours.filter(number__lt=here[0].number).order_by("-number")[:BEFORE]) if after else []
    )
    rows = _by_time([*reversed(earlier), *here])
    found = find_answers(
        [_utterance(row) for row in rows],
        words(article.plain),
        [author.name for author in article.authors.all()],
        article.points,
    )
    moved = _moved_by_editors(article.pk, here)
    dismissed = _dismissed(article.pk, here)
    is_nested = any(row.level > 1 for row in rows)
    wanted = {row.pk for row in here}
    proposals = []
    for one in found:
        comment, parent = rows[one.place], rows[one.parent]
        if comment.pk not in wanted or (comment.pk, parent.pk) in dismissed:
            continue
        if _is_placed(comment, parent, one, rows):
            continue
        sure = one.confidence
        # Whoever used the source's own form to reply may mention others. An editor who moved the
        # comment, or undid that, knew better.
        is_reply = comment.parent_id is not None and is_nested and len(one.evidence) == 1
        if is_reply or comment.pk in moved:
            sure = min(sure, PLACED)
        if sure >= least:
            proposals.append(Proposal(comment, parent, sure, _reasons(one, rows)))
    proposals.sort(key=lambda proposal: proposal.comment.number)
    return ProposalWindow(proposals, here[0].number, here[-1].number, following)


def _by_time(rows: Sequence[Comment]) -> list[Comment]:
    """Sort comments by date if all of them have one, otherwise by number."""
    if all(row.dated_at for row in rows) and len({row.date_is_local for row in rows}) == 1:
        return sorted(rows, key=lambda row: (row.dated_at, row.number))
    return list(rows)


def _utterance(row: Comment) -> Utterance:
    is_html = row.markup != Comment.Markup.TEXT
    return Utterance(
        row.number,
        row.name if name_key(row.name) else "",
        with_marked_quotes(row.body_html) if is_html else row.body,
        row.author_url or "",
        row.status == Status.APPROVED,
    )


def _is_placed(
    comment: Comment, parent: Comment, one: FoundParent, rows: Sequence[Comment]
) -> bool:
    """Return whether a comment is where its words say, or the parent is among its own replies."""
    if comment.parent_id == parent.pk:
        return True
    if parent.tree_id == comment.tree_id and comment.lft < parent.lft < comment.rght:
        return True
    now = next((row for row in rows if row.pk == comment.parent_id), None)
    is_named = all(sign.kind in ("name", "mention") for sign in one.evidence)
    return is_named and now is not None and now.name_key == parent.name_key


def _moved_by_editors(discussion_id: int, rows: Sequence[Comment]) -> set[int | None]:
    """Return those of the comments that an editor moved, even if that was undone."""
    moves = AuditEntry.objects.filter(
        discussion=discussion_id, comment__in=[row.pk for row in rows], verb="move"
    )
    return set(moves.exclude(actor=None).values_list("comment", flat=True))


def _dismissed(discussion_id: int, rows: Sequence[Comment]) -> set[tuple[int | None, int]]:
    """Return the proposals for the comments that were dismissed: comment and parent."""
    entries = AuditEntry.objects.filter(
        discussion=discussion_id, comment__in=[row.pk for row in rows], verb=DISMISS, undone_by=None
    )
    return {(comment, kept["parent"]) for comment, kept in entries.values_list("comment", "kept")}


def _reasons(one: FoundParent, rows: Sequence[Comment]) -> list[str]:
    return [_reason(sign, rows[sign.place].number) for sign in one.evidence]


def _reason(sign: Evidence, number: int) -> str:
    """Return a sign in words."""
    if sign.kind == "quote":
        text = ngettext(
            "quotes %(n)d word of #%(number)d", "quotes %(n)d words of #%(number)d", int(sign.found)
        )
        return text % {"n": int(sign.found), "number": number}
    if sign.kind == "number":
        return _("says “%(words)s”") % {"words": sign.found}
    if sign.kind == "name":
        return _("begins with “%(name)s”") % {"name": sign.found}
    return _("mentions “%(name)s”") % {"name": sign.found}


def decide_proposals(
    verb: str, article: Article, chosen: Mapping[RowKey, str], after: int, by: Actor
) -> Outcome:
    """Move comments to the parents proposed for them ("move"), or dismiss the proposals (DISMISS).
    `chosen` maps their keys to the versions of the proposals that the editor saw, which were made for
    the comments after number `after`.

    One transaction. A proposal that is no longer made is refused.
    """
    outcome = Outcome(batch=uuid.uuid4() if len(chosen) > 1 else None)
    with tree.lock_discussion(article.pk):
        made = {one.key: one for one in propose_parents(article, after).proposals}
        for key, version in chosen.items():
            one = made.get(key)
            if one is None or one.version != version:
                outcome.refused[key] = _("It was changed after you opened the page.")
                continue
            reason = _("proposed: %(reasons)s") % {"reasons": listed(one.reasons)}
            if verb == DISMISS:
                kept = {"parent": one.parent.pk}
                batch, about = outcome.batch, one.comment.pk
                outcome.entries.append(
                    record(DISMISS, article.pk, about, by, reason[:500], kept=kept, batch=batch)
                )
                continue
            try:
                entry = move_comment(one.comment, one.parent.pk, by, reason, outcome.batch)
            except tree.BadMove as refusal:
                outcome.refused[key] = str(refusal)
                continue
            outcome.entries += [entry] if entry else []
    return outcome


def surest(proposals: Iterable[Proposal], least: float = THRESHOLD) -> dict[RowKey, str]:
    """Return the keys and versions of the proposals of at least this confidence."""
    return {one.key: one.version for one in proposals if one.confidence >= least}
