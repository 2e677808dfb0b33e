"""Editors see the URLs that were not found, and redirect them."""

import pytest
from django.urls import reverse

from commentary.models import FormerAddress, MissedAddress
from commentary.text.former_addresses import key_of
from tests.admin import FRAME
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
LIST = "admin:commentary_missedaddress_changelist"


@pytest.fixture
def editor(client, ed):
    client.force_login(ed)
    return client


def miss(address: str) -> MissedAddress:
    MissedAddress.objects.count_one(address, key_of(address))
    return MissedAddress.objects.get(key=key_of(address))


def suggestions(client) -> dict[str, str | None]:
    rows = client.get(reverse(LIST)).context["cl"].result_list
    return {
        row.address.rpartition("example")[2]: row.suggested and row.suggested.slug for row in rows
    }


def test_an_article_with_a_similar_slug_is_suggested(editor, article):
    make_article("Two maps", slug="two-maps")
    renamed = make_article("Wasps", slug="wasps")
    renamed.slug = "hornets"
    renamed.save()
    make_article("A draft", slug="a-draft", is_published=False)
    wanted = {
        "/2011/05/why-bees-dance.html": "why-bees-dance",
        "/why_bees_danced/": "why-bees-dance",
        "/12-two-maps": "two-maps",
        "/blog/two-maps-2/": "two-maps",
        "/wasps/": "hornets",
        "/a-draft/": None,
        "/something-else-entirely/": None,
        "/2011/05/": None,
        "/?p=31": None,
    }
    for address in wanted:
        miss(f"http://old.example{address}")
    assert suggestions(editor) == wanted


def test_one_click_redirects_a_missing_url(editor, article):
    row = miss("http://old.example/2011/why-bees-danced/")
    page = editor.get(reverse(LIST))
    button = f'name="redirect" value="{row.pk}:{article.pk}"'
    assert button in page.content.decode()
    answer = editor.post(reverse(LIST), {"redirect": f"{row.pk}:{article.pk}"}, follow=True)
    assert "now redirects to “Why bees dance”" in answer.content.decode()
    assert not MissedAddress.objects.exists()
    assert editor.get("/2011/why-bees-danced/")["Location"] == article.get_absolute_url()


def test_a_redirect_can_be_removed(editor, article):
    row = miss("http://old.example/2011/bees/")
    editor.post(reverse(LIST), {"redirect": f"{row.pk}:{article.pk}"})
    made = FormerAddress.objects.get()
    listed = editor.get(reverse("admin:commentary_formeraddress_changelist"))
    assert "http://old.example/2011/bees/" in listed.content.decode()
    editor.post(reverse("admin:commentary_formeraddress_delete", args=[made.pk]), {"post": "yes"})
    assert editor.get("/2011/bees/").status_code == 404


def test_missing_urls_can_be_removed(editor, article):
    rows = [miss(f"http://old.example/{n}/a") for n in range(3)]
    action = {"action": "delete_selected", "post": "yes", "_selected_action": [r.pk for r in rows]}
    editor.post(reverse(LIST), action)
    assert not MissedAddress.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "1", "0:0", "9999:1", "1:9999", "-1:1", "9" * 30])
def test_an_invalid_choice_changes_nothing(editor, article, value):
    miss("http://old.example/2011/bees/")
    assert editor.post(reverse(LIST), {"redirect": value}).status_code == 303
    assert not FormerAddress.objects.exists()


def test_urls_that_redirect_since_are_not_listed(editor, article):
    row = miss("http://old.example/2011/bees/")
    FormerAddress.objects.create(article=article, address=row.address, key=row.key)
    assert suggestions(editor) == {}


def test_an_editor_adds_a_redirect(editor, article):
    add = reverse("admin:commentary_formeraddress_add")
    form = {"article": article.pk, "address": "https://old.example/Bees.html?utm_source=x"}
    assert editor.post(add, form).status_code == 302
    assert editor.get("/bees")["Location"] == article.get_absolute_url()


@pytest.mark.parametrize("address", ["", "/bees/", "javascript:alert(1)", "http://[x", "http:///x"])
def test_only_whole_urls_are_accepted(editor, article, address):
    add = reverse("admin:commentary_formeraddress_add")
    assert editor.post(add, {"article": article.pk, "address": address}).status_code == 200
    assert not FormerAddress.objects.exists()


@pytest.mark.parametrize("name", ["missedaddress", "formeraddress"])
def test_only_editors_may_see_and_redirect(client, mo, stella, article, name):
    row = miss("http://old.example/2011/bees/")
    for user in (stella, mo):
        client.force_login(user)
        address = reverse(f"admin:commentary_{name}_changelist")
        assert client.get(address).status_code == 403
        client.post(address, {"redirect": f"{row.pk}:{article.pk}"})
    assert not FormerAddress.objects.exists()


@pytest.mark.parametrize("count", [3, 50])
def test_the_list_takes_the_same_number_of_queries(
    editor, article, count, django_assert_max_num_queries
):
    for number in range(count):
        make_article(f"Article {number}", slug=f"bees-{number}-x")
        miss(f"http://old.example/{number}/bees-{number}-y/")
    with django_assert_max_num_queries(10 + FRAME):
        editor.get(reverse(LIST))
