"""The page on which an editor chooses digests and a private feed, and that feed."""

import feedparser
import pytest
from django.test import Client

from commentary.models import Comment, DigestPreference
from tests.conftest import member

pytestmark = pytest.mark.django_db
PAGE = "/admin/notifications/"


@pytest.fixture
def mail(settings):
    settings.EMAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


def test_a_moderator_chooses_when_to_get_a_digest(as_mo, mo, mail):
    form = {"do": "save", "interval": "weekly", "least_count": "5", "least_hours": ""}
    assert as_mo.post(PAGE, form).status_code == 303
    own = DigestPreference.objects.get(user=mo)
    assert (own.interval, own.least_count, own.least_hours) == ("weekly", 5, None)
    page = as_mo.get(PAGE)
    assert b"Your account has no e-mail address" in page.content
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("wrong", [{"interval": "daily!"}, {"least_count": "0"}])
def test_an_invalid_choice_is_refused(as_mo, mo, mail, wrong):
    form = {"do": "save", "interval": "daily", "least_count": "5", "least_hours": "3"}
    assert as_mo.post(PAGE, form | wrong).status_code == 422
    assert DigestPreference.objects.get(user=mo).interval == "never"


def test_without_a_mail_server_only_the_feed_is_offered(as_mo):
    page = as_mo.get(PAGE).content
    assert b'name="interval"' not in page
    assert b"Make an address" in page


def test_only_moderators_may_open_the_page(client, stella):
    client.force_login(stella)
    assert client.get(PAGE).status_code == 403
    client.force_login(member("au", "Auditor"))
    assert client.get(PAGE).status_code == 403


@pytest.fixture
def feed(as_mo, mo):
    """The address of Mo's feed."""
    as_mo.post(PAGE, {"do": "renew"})
    return f"/waiting/{DigestPreference.objects.get(user=mo).feed_key}.atom"


def test_the_feed_has_the_number_of_pending_comments_for_whoever_has_its_address(feed, comment):
    assert feedparser.parse(Client().get(feed).content).entries == []
    comment("CANARY", status=Comment.Status.PENDING)
    comment("CANARY", status=Comment.Status.PENDING)
    answer = Client().get(feed)
    (entry,) = feedparser.parse(answer.content).entries
    assert entry.title == "2 comments are pending"
    assert b"CANARY" not in answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


def test_a_change_of_the_number_is_a_new_entry(feed, comment):
    seen = set()
    for _more in range(2):
        comment("Words", status=Comment.Status.PENDING)
        seen.add(feedparser.parse(Client().get(feed).content).entries[0].id)
    assert len(seen) == 2


@pytest.mark.parametrize("act", ["renew", "off"])
def test_a_former_address_of_the_feed_stops_working(as_mo, feed, act):
    as_mo.post(PAGE, {"do": act})
    assert Client().get(feed).status_code == 404


@pytest.mark.parametrize("change", ["inactive", "no permission"])
def test_the_feed_ends_with_the_right_to_moderate(feed, mo, change):
    assert Client().get(feed).status_code == 200
    if change == "inactive":
        mo.is_active = False
        mo.save()
    else:
        mo.groups.clear()
    assert Client().get(feed).status_code == 404


@pytest.mark.parametrize("token", ["None", "x" * 500, "%00"])
def test_other_addresses_of_feeds_are_not_found(feed, token):
    DigestPreference.objects.create(user=member("au", "Auditor"))  # without an address
    assert Client().get(f"/waiting/{token}.atom").status_code in (400, 404)


def test_looking_at_the_page_stores_nothing(as_mo):
    assert as_mo.get(PAGE).status_code == 200
    assert not DigestPreference.objects.exists()
