"""What the site has of one person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q, QuerySet

from ..models import (
    AuditEntry,
    Comment,
    ImportRun,
    OutboxMessage,
    Report,
    Revision,
    StaffNote,
    Submission,
    Subscription,
)
from ..models.subscription import mailbox_of

SHORTEST = 20  # characters of a text by which it is found in sources


class Texts(NamedTuple):
    """Texts of a person: those that are theirs if nothing else is with them, and those that are theirs
    within other texts too.
    """

    exact: set[str]
    within: list[str]

    def add(self, text: str) -> None:
        """Add a text, and its lines. Short ones may be those of others."""
        text = text.strip()
        if len(text) >= SHORTEST:
            self.within.append(text)
            self.exact.update(line.strip() for line in text.splitlines() if len(line) >= SHORTEST)

    def are_in(self, value: object) -> bool:
        """Return whether a value of JSON has a text of theirs."""
        if isinstance(value, str):
            return value.strip() in self.exact or any(one in value for one in self.within)
        if isinstance(value, dict):
            return any(map(self.are_in, value.values()))
        return isinstance(value, list | tuple) and any(map(self.are_in, value))

    def erased_from(self, value: object) -> object:
        """Return a value of JSON in which texts of theirs are empty."""
        if isinstance(value, str):
            return "" if self.are_in(value) else value
        if isinstance(value, dict):
            return {key: self.erased_from(part) for key, part in value.items()}
        return [self.erased_from(part) for part in value] if isinstance(value, list) else value


@dataclass
class DataSubject:
    """A person: the address that they gave, if any, the ids of their browsers, and their comments."""

    email: str = ""
    writers: set[str] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)

    def texts(self, with_bodies: bool) -> "Texts":
        """Return by what their data is recognised in other tables, also in earlier versions."""
        found = Texts(set(), [self.email] if self.email else [])
        for comment in self.comments:
            former = Revision.objects.filter(discussion=comment.discussion_id, comment=comment.pk)
            versions = list(former.values_list("name", "body"))
            names = [comment.name, comment.name_key or "", *(name for name, _body in versions)]
            found.exact.update(filter(None, names))
            if with_bodies:
                bodies = (body for _name, body in versions)
                for text in (comment.body, comment.body_html, comment.search_text, *bodies):
                    found.add(text)
        return found


def person_with_email(email: str) -> DataSubject:
    """Return who gave this address with a comment, and all comments from the same browsers."""
    subscribed = Subscription.objects.filter(mailbox=mailbox_of(email)).values("comment")
    given = Submission.objects.everywhere().filter(
        Q(email__iexact=email.strip()) | Q(comment__in=subscribed)
    )
    writers = set(given.values_list("writer", flat=True)) - {""}
    sent = Submission.objects.everywhere().filter(
        Q(writer__in=writers) | Q(pk__in=given.values("pk"))
    )
    found = Comment.objects.everywhere().filter(pk__in=sent.values("pk"))
    return DataSubject(email.strip(), writers, list(_in_order(found)))


def person_of_comments(comments: Sequence[Comment], with_others: bool) -> DataSubject:
    """Return the writer of these comments; `with_others` adds all from the same browsers."""
    keys = [comment.pk for comment in comments]
    sent = Submission.objects.everywhere().filter(pk__in=keys)
    writers = set(sent.values_list("writer", flat=True)) - {""}
    wanted = Q(pk__in=keys)
    if with_others:
        wanted |= Q(submission__writer__in=writers)
    found = Comment.objects.everywhere().filter(wanted)
    return DataSubject("", writers if with_others else set(), list(_in_order(found)))


def _in_order(comments: QuerySet) -> QuerySet:
    rows = comments.select_related("submission", "discussion__article")
    return rows.order_by("discussion", "number")


def data_of(person: DataSubject) -> dict[str, object]:
    """Return everything that the site has of a person, for JSON."""
    keys = [comment.pk for comment in person.comments]
    reports = Report.objects.everywhere().filter(reporter__in=person.writers)
    subscriptions = _subscriptions_of(person)
    return {
        "email": person.email,
        "comments": [_comment(comment) for comment in person.comments],
        "subscriptions": list(
            subscriptions.values("email", "created_at", "confirmed_at", "ended_at")
        ),
        "messages_not_sent": list(
            messages_to(person).values("kind", "recipient", "created_at", "next_attempt_at")
        ),
        "reports_by_this_person": list(
            reports.values("discussion", "comment__number", "created_at", "why", "note")
        ),
        "reports_about_their_comments": list(
            Report.objects.everywhere()
            .filter(comment__in=keys)
            .values("discussion", "comment__number", "created_at", "why", "note")
        ),
        "notes_of_editors": list(
            StaffNote.objects.everywhere()
            .filter(Q(comment__in=keys) | Q(writer__in=person.writers))
            .values("created_at", "author_name", "body")
        ),
        "sources_that_quote_them": list(sources_quoting(person)),
    }


def _comment(comment: Comment) -> dict[str, object]:
    sent: Submission | None = getattr(comment, "submission", None)
    revisions = Revision.objects.filter(discussion=comment.discussion_id, comment=comment.pk)
    entries = AuditEntry.objects.filter(discussion=comment.discussion_id, comment=comment.pk)
    return {
        "article": comment.discussion.article.title,
        "url": comment.get_absolute_url(),
        "status": comment.status,
        "name": comment.name,
        "website": comment.author_url,
        "email": sent.email if sent else "",
        "network": sent.network if sent else "",
        "browser": sent.writer if sent else "",
        "written": comment.dated_at,
        "added": comment.created_at,
        "edited": comment.edited_at,
        "text": comment.body,
        "language": comment.text_language,
        "earlier_versions": list(revisions.order_by("pk").values("created_at", "name", "body")),
        "why_it_was_held": sent.held if sent else [],
        "decisions": list(
            entries.order_by("pk").values("created_at", "verb", "reason", "before", "after")
        ),
    }


def _subscriptions_of(person: DataSubject) -> QuerySet:
    about = Q(comment__in=[comment.pk for comment in person.comments])
    if person.email:
        about |= Q(mailbox=mailbox_of(person.email))
    return Subscription.objects.filter(about)


def messages_to(person: DataSubject) -> QuerySet:
    """Return the messages in the outbox to this person."""
    addresses = set(_subscriptions_of(person).values_list("email", flat=True)) | {person.email}
    wanted = Q(recipient__in=addresses - {""})
    if person.email:
        wanted |= Q(recipient__iexact=person.email)
    return OutboxMessage.objects.filter(wanted)


def sources_quoting(person: DataSubject) -> Iterator[str]:
    """Yield the names of the files that their comments were imported from, with the lines."""
    runs = {comment.import_run_id for comment in person.comments if comment.import_run_id}
    names = dict(ImportRun.objects.filter(pk__in=runs).values_list("pk", "source__name"))
    for comment in person.comments:
        if comment.import_run_id:
            lines = (
                f", lines {comment.first_line}–{comment.last_line}" if comment.first_line else ""
            )
            yield f"{names[comment.import_run_id]}{lines}"
