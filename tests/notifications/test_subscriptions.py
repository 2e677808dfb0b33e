"""Commenters are told by e-mail about answers and decisions, after they confirmed their address."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentary import discussions
from commentary.models import Comment, OutboxMessage, Subscription
from commentary.models.subscription import KEPT, UNCONFIRMED_KEPT
from commentary.notifications import subscriptions
from commentary.notifications.tokens import CONFIRM, UNSUBSCRIBE, make_token
from commentary.notifications.worker import tick
from commentary.reading.comment_form import CommentForm
from tests.conftest import make_article
from tests.form_client import FormClient

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


@pytest.fixture
def outbox(work):
    """`outbox()` lets a worker handle everything, as if the pauses were over, and returns the mails
    accepted since the last time.
    """
    seen = 0

    def send():
        nonlocal seen
        for _round in range(3):  # a decision becomes messages, which wait
            OutboxMessage.objects.update(next_attempt_at=timezone.now())
            mails = work()
        new, seen = mails[seen:], len(mails)
        return new

    return send


def link_in(mail, word: str) -> str:
    """Return the path of a link in a mail."""
    found = re.search(rf"https://comments\.example\.org(/\S*{word}\S*)", mail.get_content())
    assert found
    return found[1]


@pytest.fixture
def subscribed(client, respond, outbox):
    """`subscribed()` posts a comment, confirms its subscription, and returns the comment."""

    def post(body: str = "Ann's words", email: str = ANN, **data) -> Comment:
        respond(client, body, name="Ann", email=email, subscribe="on", **data)
        comment = Comment.objects.latest("pk")
        for mail in outbox():
            client.post(link_in(mail, "confirm"))
        return comment

    return post


def test_the_form_offers_a_subscription_only_with_a_mail_server(client, article, sink, settings):
    address = f"{article.get_absolute_url()}respond/"
    assert b'name="subscribe"' in client.get(address).content
    settings.EMAIL_TRANSPORT = {}
    assert b'name="subscribe"' not in client.get(address).content


def test_without_a_mail_server_nothing_is_stored(client, respond, db):
    respond(client, email=ANN, subscribe="on")
    assert not Subscription.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_subscription_needs_an_address(client, respond, sink):
    answer = respond(client, "Words", subscribe="on")
    assert answer.status_code == 422
    assert b"Enter the address to which e-mails should go" in answer.content
    assert re.search(rb'name="subscribe"[^>]*checked', answer.content)


def test_the_owner_of_an_address_is_asked_first_without_words_of_the_commenter(
    client, respond, outbox, article
):
    respond(client, "Buy CANARY", name="CANARY", email=ANN, subscribe="on")
    (mail,) = outbox()
    assert mail["To"] == ANN
    assert mail["Subject"] == "Confirm your subscription – Commentary"
    assert "CANARY" not in mail.as_string()
    assert article.title in mail.get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        mail["List-Unsubscribe"].strip()
        == f"<https://comments.example.org{link_in(mail, 'unsub')}>"
    )


def test_a_page_confirms_and_opening_it_does_not(client, respond, outbox):
    respond(client, email=ANN, subscribe="on")
    address = link_in(outbox()[0], "confirm")
    page = client.get(address)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert not Subscription.objects.confirmed().exists()
    assert client.post(address).status_code == 303
    assert Subscription.objects.confirmed().count() == 1
    assert b"Subscription confirmed" in client.get(address).content


def test_nobody_is_told_anything_before_the_confirmation(client, respond, outbox, ed):
    respond(client, email=ANN, subscribe="on")
    assert len(outbox()) == 1
    discussions.approve(Comment.objects.get(), ed)
    respond(FormClient(), "A reply", reply="1")
    discussions.approve(Comment.objects.latest("pk"), ed)
    assert outbox() == []


def test_a_commenter_is_told_that_their_comment_was_published(subscribed, outbox, ed):
    comment = subscribed()
    discussions.approve(comment, ed)
    (mail,) = outbox()
    assert mail["Subject"] == "Your comment was published – Commentary"
    assert link_in(mail, "comments/1/")
    discussions.hold(comment, ed)
    discussions.approve(Comment.objects.get(), ed)
    assert outbox() == []


def test_a_commenter_is_told_why_their_comment_was_not_published(subscribed, outbox, ed):
    discussions.reject(subscribed(), ed, "Off the subject")
    (mail,) = outbox()
    assert mail["Subject"] == "Your comment was not published – Commentary"
    assert "Off the subject" in mail.get_content()
    assert "Ann's words" not in mail.get_content()


def test_spam_is_told_nothing(subscribed, outbox, ed):
    discussions.mark_spam(subscribed(), ed)
    assert outbox() == []


def test_a_decision_that_is_undone_before_it_is_sent_is_not_told(subscribed, outbox, ed):
    comment = subscribed()
    discussions.undo(discussions.reject(comment, ed), ed)
    assert outbox() == []


def answered(respond, ed, body: str = "Bo's words", **data) -> Comment:
    """Post a reply to comment 1 by somebody else and approve it."""
    respond(FormClient(), body, reply="1", name="Bo", **data)
    reply = Comment.objects.latest("pk")
    discussions.approve(reply, ed)
    return reply


def test_a_commenter_is_told_about_a_reply_once_it_is_approved(subscribed, respond, outbox, ed):
    discussions.approve(subscribed(), ed)
    outbox()
    respond(FormClient(), "First line\n\n.\n\nLast line", reply="1", name="Bo")
    reply = Comment.objects.latest("pk")
    assert outbox() == []
    discussions.approve(reply, ed)
    (mail,) = outbox()
    assert mail["Subject"] == "Your comment was answered – Commentary"
    text = mail.get_content()
    assert "Bo answered your comment:" in text
    assert "> First line" in text
    assert "> Last line" in text
    assert link_in(mail, "comments/2/")
    assert mail["List-Unsubscribe"].strip(" <>").endswith(link_in(mail, "unsubscribe"))
    discussions.hold(reply, ed)
    discussions.approve(Comment.objects.get(pk=reply.pk), ed)
    assert outbox() == []


def test_a_reply_that_is_published_at_once_is_told(subscribed, respond, outbox, ed, no_rules):
    subscribed()
    respond(FormClient(), "Bo's words", reply="1")
    assert ["Bo's words" in mail.get_content() for mail in outbox()] == [True]


@pytest.mark.parametrize("gone", ["reply", "comment", "article"])
def test_what_is_not_public_any_more_is_not_told(subscribed, respond, outbox, ed, article, gone):
    comment = subscribed()
    discussions.approve(comment, ed)
    outbox()
    reply = answered(respond, ed)
    if gone == "article":
        article.is_published = False
        article.save()
    else:
        discussions.remove({"reply": reply, "comment": Comment.objects.get(number=1)}[gone], ed)
    assert [m["Subject"] for m in outbox() if "answered" in m["Subject"]] == []


def test_ones_own_reply_is_not_told(subscribed, respond, client, outbox, ed, no_rules):
    subscribed()
    respond(client, "And another thing", reply="1")
    assert outbox() == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_page_to_unsubscribe_changes_nothing(subscribed, client, method):
    subscribed()
    token = make_token(UNSUBSCRIBE, Subscription.objects.get().pk)
    assert getattr(client, method)(f"/unsubscribe/{token}/").status_code == 200
    assert Subscription.objects.confirmed().exists()


def test_one_click_unsubscribes_without_cookies_or_a_csrf_token(subscribed, respond, outbox, ed):
    discussions.approve(subscribed(), ed)
    address = link_in(outbox()[0], "unsubscribe")
    mail_program = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        done = mail_program.post(address, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert not done.cookies
    answered(respond, ed)
    assert outbox() == []


def test_a_mail_that_waits_is_not_sent_to_someone_who_has_unsubscribed(
    subscribed, respond, outbox, ed
):
    discussions.approve(subscribed(), ed)
    subscriptions.end_subscription(Subscription.objects.get().pk)
    assert outbox() == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("purpose", [CONFIRM, UNSUBSCRIBE])
def test_a_token_works_only_unchanged_and_for_its_purpose(subscribed, client, purpose):
    subscribed()
    pk = Subscription.objects.get().pk
    other = UNSUBSCRIBE if purpose == CONFIRM else CONFIRM
    path = {CONFIRM: "/subscriptions/%s/confirm/", UNSUBSCRIBE: "/unsubscribe/%s/"}[purpose]
    token = make_token(purpose, pk)
    assert client.get(path % token).status_code == 200
    bad = [
        make_token(other, pk),
        token[:-1],
        f"{pk + 1}{token[len(str(pk)) :]}",
        str(pk),
        "x" * 999,
    ]
    for wrong in bad:
        assert client.get(path % wrong).status_code == 404
        assert client.post(path % wrong).status_code == 404


def test_an_address_is_asked_once_a_day_however_it_is_written(client, respond, outbox):
    for address in (ANN, "Ann@Example.org", "ann+other@example.org"):
        respond(FormClient(), f"Words for {address}", email=address, subscribe="on")
    assert len(outbox()) == 1
    assert Subscription.objects.count() == 1
    Subscription.objects.update(asked_at=timezone.now() - subscriptions.PER_ADDRESS)
    respond(FormClient(), "Next day", email=ANN, subscribe="on")
    assert len(outbox()) == 1


def test_unsubscribing_does_not_let_anyone_ask_again_at_once(client, respond, outbox):
    respond(client, email=ANN, subscribe="on")
    Client().post(link_in(outbox()[0], "unsubscribe"))
    respond(FormClient(), "More", email=ANN, subscribe="on")
    assert outbox() == []


def test_a_network_can_ask_few_addresses(client, respond, outbox, no_posting_limits, settings):
    settings.POSTS_PER_MINUTE = 100
    for n in range(subscriptions.CONFIRMATIONS_PER_NETWORK + 3):
        respond(FormClient(), f"Words {n}", email=f"reader{n}@example.org", subscribe="on")
    assert len(outbox()) == subscriptions.CONFIRMATIONS_PER_NETWORK


def test_a_confirmation_counts_for_other_comments_of_the_same_commenter_only(
    client, respond, outbox
):
    for body in ("One", "Two"):
        respond(client, body, email=ANN, subscribe="on")
    (mail,) = outbox()
    client.post(link_in(mail, "confirm"))
    assert Subscription.objects.confirmed().count() == 2
    respond(client, "Three", email=ANN, subscribe="on")
    assert Subscription.objects.confirmed().count() == 3
    respond(FormClient(), "Somebody else", email=ANN, subscribe="on")
    assert Subscription.objects.confirmed().count() == 3


def test_a_form_that_is_sent_twice_subscribes_once(client, respond, article, outbox):
    stamp = CommentForm(article=article).stamp
    for _twice in range(2):
        respond(client, email=ANN, subscribe="on", stamp=stamp)
    assert Subscription.objects.count() == 1
    assert len(outbox()) == 1


def test_addresses_that_are_not_needed_any_more_are_deleted(subscribed, respond, sink):
    subscribed()
    row = Subscription.objects.get()
    for changed, is_kept in (
        ({"created_at": timezone.now() - UNCONFIRMED_KEPT - timedelta(hours=1)}, True),
        ({"created_at": timezone.now() - KEPT - timedelta(hours=1)}, False),
    ):
        Subscription.objects.update(**changed)
        assert Subscription.objects.outdated().exists() is not is_kept
    long_ago = timezone.now() - UNCONFIRMED_KEPT - timedelta(hours=1)
    for ended in ({"confirmed_at": None}, {"ended_at": timezone.now()}):
        columns = {"confirmed_at": timezone.now(), "ended_at": None, "created_at": long_ago}
        Subscription.objects.update(**(columns | ended))
        assert Subscription.objects.outdated().get() == row
    tick()
    assert not Subscription.objects.exists()


def test_a_subscription_follows_its_comment_to_another_article(subscribed, respond, outbox, ed):
    comment = subscribed()
    discussions.approve(comment, ed)
    other = make_article("Wasps")
    discussions.transfer(Comment.objects.get(), other, None, ed)
    outbox()
    respond(FormClient(), "Bo's words", on=other, reply="1")
    discussions.approve(Comment.objects.latest("pk"), ed)
    assert ["Bo's words" in mail.get_content() for mail in outbox()] == [True]


def test_a_discussion_without_subscriptions_queues_nothing(client, respond, sink, ed):
    respond(client)
    discussions.approve(Comment.objects.get(), ed)
    assert not OutboxMessage.objects.exists()
