"""Administrators enter webhooks and see what the outbox could not send."""

import pytest
from django.utils import timezone

from commentary.models import OutboxMessage, Webhook

pytestmark = pytest.mark.django_db
ADD = "/admin/commentary/webhook/add/"
OUTBOX = "/admin/commentary/outboxmessage/"


@pytest.fixture
def as_root(client, django_user_model, settings):
    settings.SITE_URL = "https://comments.example.org"
    client.force_login(django_user_model.objects.create_superuser("root"))
    return client


def test_an_administrator_adds_a_webhook_and_sees_its_secret_and_deliveries(as_root):
    form = {"url": "https://hooks.example.org/", "is_active": "on"}
    assert as_root.post(ADD, form).status_code == 302
    webhook = Webhook.objects.get()
    details = {"webhook": webhook.pk}
    OutboxMessage.objects.create(
        kind="webhook", details=details, attempts=2, last_error="HTTP 500 <b>"
    )
    page = as_root.get(f"/admin/commentary/webhook/{webhook.pk}/change/").content.decode()
    assert webhook.secret in page
    assert "waiting, 2 attempts, HTTP 500 &lt;b&gt;" in page


def test_an_administrator_makes_a_new_secret(as_root):
    webhook = Webhook.objects.create(url="https://hooks.example.org/")
    before, page = webhook.secret, f"/admin/commentary/webhook/{webhook.pk}/change/"
    assert "new_secret" not in as_root.get(ADD).content.decode()
    form = {"url": webhook.url, "is_active": "on"}
    assert as_root.post(page, form).status_code == 302
    webhook.refresh_from_db()
    assert webhook.secret == before
    assert as_root.post(page, form | {"new_secret": "on"}).status_code == 302
    webhook.refresh_from_db()
    assert webhook.secret != before
    assert len(webhook.key) == 32
    assert webhook.secret in as_root.get(page).content.decode()


@pytest.mark.parametrize("url", ["http://example.org/", "https://127.0.0.1/", "https://a b/"])
def test_a_url_that_must_not_be_contacted_is_refused(as_root, url):
    assert as_root.post(ADD, {"url": url}).status_code in (200, 422)
    assert not Webhook.objects.exists()


def test_a_webhook_needs_the_url_of_the_site(as_root, settings):
    settings.SITE_URL = ""
    page = as_root.post(ADD, {"url": "https://hooks.example.org/"})
    assert "SITE_URL" in page.content.decode()
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("page", [ADD, "/admin/commentary/webhook/", OUTBOX])
def test_editors_have_no_access(as_ed, page):
    assert as_ed.get(page).status_code == 403


def test_a_message_that_was_given_up_is_tried_again(as_root):
    given_up = OutboxMessage.objects.create(
        kind="text", recipient="ann@example.org", next_attempt_at=None, last_error="550 No"
    )
    delivered = OutboxMessage.objects.create(kind="webhook", next_attempt_at=None)
    assert "550 No" in as_root.get(OUTBOX).content.decode()
    keys = [given_up.pk, delivered.pk]
    as_root.post(OUTBOX, {"action": "try_again", "_selected_action": keys})
    given_up.refresh_from_db()
    delivered.refresh_from_db()
    assert given_up.next_attempt_at <= timezone.now()
    assert delivered.is_finished
