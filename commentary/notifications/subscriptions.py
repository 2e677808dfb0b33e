"""Commenters who are told by e-mail when their comment is answered or decided.

Anyone can type the address of somebody else, so nothing but one confirmation is sent before the
owner of the address has confirmed. Confirmations are limited per address and network, counted under
locks.
"""

from collections.abc import Collection
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from ..discussions import Sender
from ..discussions.limits import lock_key
from ..models import Comment, OutboxMessage, Submission, Subscription
from ..models.outbox import is_mail_configured
from ..models.subscription import mailbox_of

CONFIRM = "confirm"  # the kind of message that asks for a confirmation
PER_ADDRESS = timedelta(days=1)  # in which an address gets at most one confirmation
PER_NETWORK = timedelta(hours=1)
CONFIRMATIONS_PER_NETWORK = 5  # within PER_NETWORK


def subscribe(comment: Comment, email: str, sender: Sender) -> None:
    """Tell this address about answers to the sender's own comment, once it is confirmed.

    Sends a confirmation, unless one is pending or the same commenter has confirmed the address
    before. Does nothing without a mail server, at a limit, or the second time.
    """
    if not is_mail_configured():
        return
    mailbox = mailbox_of(email)
    with transaction.atomic():
        _lock(mailbox, sender.known_networks)
        if Subscription.objects.filter(comment=comment.pk).exists():
            return
        now = timezone.now()
        subscription = Subscription(
            comment_id=comment.pk, discussion_id=comment.discussion_id, email=email, mailbox=mailbox
        )
        of_mailbox = Subscription.objects.filter(mailbox=mailbox)
        mine = of_mailbox.filter(comment__submission__writer=sender.writer)
        asked = Subscription.objects.filter(asked_at__gt=now - PER_NETWORK)
        networks = sorted(sender.known_networks)
        if mine.confirmed().exists():
            subscription.confirmed_at = now
        elif of_mailbox.filter(asked_at__gt=now - PER_ADDRESS).exists():
            if not mine.unconfirmed().exists():
                return
        elif (
            asked.filter(comment__submission__network__in=networks).count()
            >= CONFIRMATIONS_PER_NETWORK
        ):
            return
        else:
            subscription.asked_at = now
        subscription.save()
        if subscription.asked_at:
            OutboxMessage.objects.create(
                kind=CONFIRM, recipient=email, details={"subscription": subscription.pk}
            )


def confirm_address(subscription: Subscription) -> None:
    """Confirm a subscription, and the others of the same commenter that wait for it."""
    here = Submission.objects.filter(discussion=subscription.discussion_id)
    writers = here.filter(comment=subscription.comment_id).values("writer")
    waiting = Subscription.objects.unconfirmed().filter(
        Q(pk=subscription.pk)
        | Q(mailbox=subscription.mailbox, comment__submission__writer__in=writers)
    )
    keys = list(waiting.values_list("pk", flat=True))
    Subscription.objects.unconfirmed().filter(pk__in=keys).update(confirmed_at=timezone.now())


def end_subscription(pk: int) -> None:
    """End the subscription with this key, if there is one that has not ended."""
    Subscription.objects.filter(pk=pk, ended_at=None).update(ended_at=timezone.now())


def _lock(mailbox: str, networks: Collection[str]) -> None:
    """Make others who count confirmations of this address or network wait until the transaction
    ends. SQLite has one writer at a time anyway.
    """
    if connection.vendor != "postgresql":
        return
    names = [
        f"subscriptions of {mailbox}",
        *(f"subscriptions from {network}" for network in sorted(networks)),
    ]
    with connection.cursor() as cursor:
        for key in sorted(map(lock_key, names)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
