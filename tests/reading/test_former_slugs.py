"""Former slugs of pages redirect to the current ones."""

import random

import pytest
from django.core.cache import cache
from django.urls import resolve, reverse

from commentary import urls
from commentary.models import Article, Author, Byline, Comment, FormerArticleSlug
from commentary.models.article import unused_slug
from tests.conftest import edition, make_article

pytestmark = pytest.mark.django_db
OLD, NEW = "/articles/why-bees-dance", "/articles/bees"
ASKED = ["", "?sort=replies&after=1-1", "?at=2026-01-05", "?since=2026-01-01", "?point=1"]
# Pages that used to be query parameters, and their current URLs.
MOVED = {
    "?reply=1": "reply/1/",
    "?reply=article": "respond/",
    "?reply=article&point=1": "points/1/respond/",
    "?reply=article&point=9": "respond/",
    "?point=1": "points/1/",
    "?point=1&after=7&utm_source=x": "points/1/?after=7",
    "?at=2026-01-05": "on/2026-01-05/",
    "?at=2026-01-05&after=3": "on/2026-01-05/?after=3",
}
PAGES = [
    *(f"/{asked}" for asked in ASKED),
    "/?reply=1",
    "/reply/1/",
    "/respond/",
    "/points/1/?after=7",
    "/points/1/respond/",
    "/on/2026-01-05/",
    "/comments/1/",
    "/comments/1/report/",
    "/comments/1/more/",
    "/comments/1/history/",
    "/jump/?to=2026-01-01",
    "/branches/1/",
    "/branches/1/?after=2",
    "/cite/",
    "/cite.bib",
    "/comments/1/cite/",
    "/points/1/cite.json",
    "/timegate/",
    "/timemap/",
    "/timemap/2026/",
    "/former/",
    "/former/comment/?id=comment-1",
    "/new/?since=2026-01-01&from=1",
    ".atom",
    "/branches/1.atom",
    ".json",
    ".json?after=1",
    "/comments/1.json",
]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def move(page, slug: str) -> None:
    page.slug = slug
    page.save()


def follow(client, address: str) -> str:
    """Return where a URL redirects, following one step."""
    answer = client.get(address)
    assert answer.status_code == 301, address
    return answer["Location"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_article_redirects_from_its_former_url(client, article, comment, page):
    comment("First")
    move(article, "bees")
    assert follow(client, OLD + page) == NEW + page


@pytest.mark.parametrize("asked", MOVED)
def test_former_query_parameters_redirect_to_pages(client, article, asked):
    article.body = "1. A point."
    article.save()
    assert follow(client, f"{OLD}/{asked}") == f"{OLD}/{MOVED[asked]}"
    move(article, "bees")
    assert follow(client, follow(client, f"{OLD}/{asked}")) == f"{NEW}/{MOVED[asked]}"


@pytest.mark.parametrize(
    "asked", ["?reply=x", "?reply=", "?point=x", "?point=", "?point=1&after=x"]
)
def test_other_query_parameters_are_a_404(client, article, asked):
    assert client.get(f"{OLD}/{asked}").status_code == 404


@pytest.mark.parametrize("day", ["", "never", "2026-02-30", "2026-01-05/../"])
def test_the_form_for_a_day_explains_an_invalid_date(client, article, day):
    assert client.get(f"{OLD}/", {"at": day}).status_code == 400


def test_every_route_of_an_article_is_covered():
    tried = {resolve((OLD + page).partition("?")[0]).url_name for page in PAGES}
    of_articles = [
        route for route in urls.urlpatterns if "articles/<str:slug>" in str(route.pattern)
    ]
    of_writers = {"edit", "second_look", "withdraw", "moderate"}
    assert tried == {route.name for route in of_articles} - of_writers


def test_a_redirect_must_be_revalidated(client, article):
    """A browser that cached it would loop once the slug is back at its article."""
    move(article, "bees")
    assert client.get(f"{OLD}/")["Cache-Control"] == "no-cache"


def test_an_article_with_many_former_slugs_is_one_redirect_away_from_each(client, article):
    for slug in ("wasps", "hornets", "bees"):
        move(article, slug)
    for slug in ("why-bees-dance", "wasps", "hornets"):
        assert follow(client, f"/articles/{slug}/") == f"{NEW}/"


def test_a_slug_renamed_fifty_times_answers_from_all_of_them(client, article):
    for number in range(50):
        move(article, f"bees-{number}")
    for number in range(49):
        assert follow(client, f"/articles/bees-{number}/") == "/articles/bees-49/"
    assert follow(client, f"{OLD}/") == "/articles/bees-49/"


def test_renaming_back_and_forth_makes_no_loop(client, article):
    """Two articles take and give up the same few slugs in any order."""
    articles, dice, used = [article, make_article("Wasps")], random.Random(3), set()
    for _ in range(60):
        page, slug = dice.choice(articles), f"slug-{dice.randrange(4)}"
        if slug not in {other.slug for other in articles}:
            move(page, slug)
            used.add(slug)
    assert len(used) == 4
    present = {f"/articles/{page.slug}/" for page in articles}
    for slug in used:
        address = f"/articles/{slug}/"
        assert address in present or follow(client, address) in present


def test_a_slug_can_return_to_its_article(client, article):
    move(article, "bees")
    move(article, "why-bees-dance")
    assert client.get(f"{OLD}/").status_code == 200
    assert follow(client, f"{NEW}/") == f"{OLD}/"


def test_two_articles_can_swap_their_slugs(client, article):
    other = make_article("Wasps")
    move(article, "for-a-moment")
    move(other, "why-bees-dance")
    move(article, "wasps")
    assert "Wasps" in client.get(f"{OLD}/").content.decode()
    assert client.get("/articles/wasps/").status_code == 200
    assert follow(client, "/articles/for-a-moment/") == "/articles/wasps/"


def test_slugs_in_any_script_redirect(client, db):
    article = make_article("کتاب", slug="کتاب")
    move(article, "دفتر")
    assert (
        follow(client, "/articles/کتاب/?sort=newest") == f"{article.get_absolute_url()}?sort=newest"
    )


def test_a_comment_sent_to_a_former_url_is_stored(client, article, respond):
    move(article, "bees")
    article.slug = "why-bees-dance"  # a form that is still open has the old one
    answer = respond(client, "Words", on=article)
    assert answer.status_code == 308
    assert answer["Location"] == f"{NEW}/respond/"
    article.slug = "bees"
    assert respond(client, "Words", on=article).status_code == 303


def test_a_missing_page_is_still_a_404(client, article):
    move(article, "bees")
    assert client.get("/articles/wasps/").status_code == 404
    assert client.get(f"{NEW}/comments/7/").status_code == 404


def test_a_missing_page_below_a_current_slug_does_not_redirect(client, article):
    move(article, "bees")
    Article.objects.update(slug="why-bees-dance")  # bypasses save()
    assert client.get(f"{OLD}/comments/7/").status_code == 404


def test_the_slug_of_a_draft_is_not_revealed(client, article, ed):
    article.is_published = False
    move(article, "bees")
    assert client.get(f"{OLD}/").status_code == 404
    client.force_login(ed)
    assert follow(client, f"{OLD}/") == f"{NEW}/"


def test_an_existing_page_queries_no_former_slugs(client, article, django_assert_num_queries):
    move(article, "bees")
    client.get(f"{NEW}/")
    with django_assert_num_queries(1):
        client.get(f"{NEW}/")


def test_authors_keep_their_former_slugs_too(client, article):
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    move(ada, "ada-lovelace")
    assert follow(client, "/authors/ada/?page=1") == "/authors/ada-lovelace/?page=1"
    assert follow(client, "/authors/ada.atom") == "/authors/ada-lovelace.atom"
    assert client.get("/articles/ada/").status_code == 404


def test_a_search_on_a_former_slug_searches_the_article(client, article, comment):
    comment("Nectar")
    move(article, "bees")
    assert "Nectar" in client.get("/search/?q=nectar+on:why-bees-dance").content.decode()


# --- reusing a former slug


def form(**fields) -> dict[str, str]:
    empty = {
        f"{prefix}-{key}": "0"
        for prefix in ("bylines", "related")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return empty | {"title": "Another", "slug": "", "body": "", "source_url": ""} | fields


def test_the_admin_refuses_a_slug_that_redirects_to_another_article(client, ed, article):
    move(article, "bees")
    client.force_login(ed)
    add = reverse("admin:commentary_article_add")
    answer = client.post(add, form(slug="why-bees-dance"))
    assert answer.status_code == 200
    assert "This is a former URL of “Why bees dance”" in answer.content.decode()
    former = FormerArticleSlug.objects.get()
    client.post(
        reverse("admin:commentary_formerarticleslug_delete", args=[former.pk]), {"post": "yes"}
    )
    assert client.post(add, form(slug="why-bees-dance")).status_code == 302


def test_the_admin_gives_a_slug_back_to_its_article(client, ed, article):
    move(article, "bees")
    client.force_login(ed)
    change = reverse("admin:commentary_article_change", args=[article.pk])
    shown = edition(client.get(change))
    answer = client.post(change, form(slug="why-bees-dance", is_published="on", edition=shown))
    assert answer.status_code == 302
    assert client.get(f"{OLD}/").status_code == 200


def test_an_import_uses_no_slug_that_redirects_to_an_article(article):
    move(article, "bees")
    assert unused_slug(Article, "Why bees dance", "untitled") == "why-bees-dance-2"


def test_code_can_take_a_former_slug(client, article):
    move(article, "bees")
    make_article("Another", slug="why-bees-dance")
    assert client.get(f"{OLD}/").status_code == 200
    assert not FormerArticleSlug.objects.exists()


def test_a_moderator_finds_a_comment_by_an_old_permalink(client, mo, article, comment):
    comment("First")
    move(article, "bees")
    client.force_login(mo)
    page = client.get(
        reverse("admin:commentary_comment_changelist"), {"q": f"https://x.example{OLD}/comments/1/"}
    )
    change = reverse("admin:commentary_comment_change", args=[Comment.objects.get().key])
    assert (page.status_code, page["Location"]) == (302, change)
