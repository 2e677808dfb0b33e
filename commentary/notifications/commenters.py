"""The e-mails to commenters."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import AuditEntry, Comment, OutboxMessage, Subscription, site_frame
from ..models.subscription import SubscriptionQuerySet
from .messages import Mail, full_address
from .tokens import CONFIRM, UNSUBSCRIBE, make_token

MAX_QUOTED = 2_000  # characters of a reply


def unsubscribe_headers(path: str) -> dict[str, str]:
    """Return the headers by which mail programs unsubscribe with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{full_address(path)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def confirmation(message: OutboxMessage) -> Mail | None:
    """Ask the owner of an address to confirm a subscription. Has no words of a reader."""
    subscription = _of(message, Subscription.objects.unconfirmed())
    if subscription is None:
        return None
    token = make_token(CONFIRM, subscription.pk)
    address = reverse("commentary:confirm_subscription", args=[token])
    text = _(
        "Someone, probably you, asked to be told by e-mail when a comment on this page is answered "
        "or decided:"
    )
    ask = _("To confirm, open this page and press the button:")
    not_you = _(
        "If it wasn’t you, ignore this e-mail. You won’t get another one about this comment, and "
        "your address is deleted after a week."
    )
    page = _page_of(subscription.comment)
    body = f"{text}\n\n{page}\n\n{ask}\n{full_address(address)}\n\n{not_you}"
    return _mail(_("Confirm your subscription"), body, subscription)


def answer(message: OutboxMessage) -> Mail | None:
    """Tell a commenter about a reply, if both comments are public now."""
    subscription = _of(message, Subscription.objects.confirmed())
    if subscription is None or not subscription.comment.is_public:
        return None
    here = Comment.objects.filter(discussion=subscription.discussion_id)
    reply = here.approved().filter(pk=message.details["reply"]).first()
    if reply is None:
        return None
    reply.discussion = subscription.comment.discussion
    said = _("%(name)s answered your comment:") % {"name": reply.commenter}
    see = _("Read it on the site:")
    words = reply.plain.strip()
    if len(words) > MAX_QUOTED:
        words = f"{words[:MAX_QUOTED].rstrip()} …"
    quoted = "\n".join(f"> {line}".rstrip() for line in words.splitlines())
    body = f"{_page_of(subscription.comment)}\n\n{said}\n\n{quoted}\n\n{see}\n{full_address(reply.get_absolute_url())}"
    return _mail(_("Your comment was answered"), body, subscription)


def decision(message: OutboxMessage) -> Mail | None:
    """Tell a commenter what an editor decided, if it is still so."""
    subscription = _of(message, Subscription.objects.confirmed())
    if subscription is None:
        return None
    comment = subscription.comment
    entry = AuditEntry.objects.filter(
        discussion=subscription.discussion_id, pk=message.details["entry"]
    ).first()
    if entry is None or entry.after != comment.status:
        return None
    if comment.status == Comment.Status.APPROVED:
        subject, said = _("Your comment was published"), _("An editor published your comment:")
        said = f"{said}\n{full_address(comment.get_absolute_url())}"
    elif comment.status == Comment.Status.REJECTED:
        subject = _("Your comment was not published")
        said = _("An editor decided not to publish your comment.")
    elif comment.status == Comment.Status.REMOVED:
        subject, said = _("Your comment was removed"), _("An editor removed your comment.")
    else:
        return None
    if entry.reason and not comment.is_public:
        said = f"{said}\n\n{_('Reason:')} {entry.reason}"
    return _mail(subject, f"{_page_of(comment)}\n\n{said}", subscription)


def _of(message: OutboxMessage, rows: SubscriptionQuerySet) -> Subscription | None:
    """Return the subscription that a message is for, if it is one of `rows` and its article is
    published.
    """
    found = rows.select_related("comment__discussion__article")
    subscription = found.filter(pk=message.details["subscription"]).first()
    if subscription is None or not subscription.comment.discussion.article.is_published:
        return None
    return subscription


def _page_of(comment: Comment) -> str:
    """Return the title and URL of the article."""
    article = comment.discussion.article
    return f"{article.title}\n{full_address(article.get_absolute_url())}"


def _mail(subject: str, body: str, subscription: Subscription) -> Mail:
    path = reverse("commentary:unsubscribe", args=[make_token(UNSUBSCRIBE, subscription.pk)])
    why = _("You get this because your address was entered with a comment. To unsubscribe:")
    name = site_frame().name
    footer = f"-- \n{name}\n{why}\n{full_address(path)}"
    return Mail(f"{subject} – {name}", f"{body}\n\n{footer}\n", unsubscribe_headers(path))
