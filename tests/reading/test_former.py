"""Links to comments of an earlier site never lead to another comment.

Behind a former URL, "#comment-3" is the id that a comment had at its source; on our own pages it is
our number 3.
"""

import re

import pytest
from django.core.cache import cache

from commentary import discussions
from commentary.models import Comment, FormerAddress, FormerAnchor
from commentary.text.former_addresses import key_of

pytestmark = pytest.mark.django_db
PAGE = "/articles/why-bees-dance/"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def imported(article):
    """`imported({3: "a", 7: "b"})` adds comments that had these ids, and an address of the article."""
    FormerAddress.objects.create(
        article=article, address="http://old.example/bees/", key=key_of("/bees/")
    )

    def add(texts: dict[int, str]) -> None:
        new = [
            Comment(body=text, source_key=str(n), source_ids=f"#comment-{n}")
            for n, text in texts.items()
        ]
        discussions.import_comments(article.pk, new, [None] * len(new))
        FormerAnchor.objects.bulk_create(
            FormerAnchor.made(article.pk, f"comment-{n}", at) for at, n in enumerate(texts, 1)
        )

    return add


def place_of(page: str, fragment: str) -> str | None:
    """Return the number of the comment that has this id on a page."""
    before, found, _after = page.partition(f'id="{fragment}"')
    shown = re.findall(r'data-number="(\d+)"', before + found)
    own = re.search(rf'id="{fragment}" data-number="(\d+)"', page)
    return own[1] if own else shown[-1] if found else None


def test_an_id_that_equals_another_number_leads_to_the_page_with_former_ids(client, imported):
    imported({2: "two", 3: "three", 9: "nine"})
    assert client.get("/bees/")["Location"] == f"{PAGE}former/"
    page = client.get(f"{PAGE}former/").content.decode()
    assert place_of(page, "comment-2") == "1"
    assert place_of(page, "comment-3") == "2"
    assert place_of(page, "comment-9") == "3"
    assert place_of(page, "comment-1") is None  # our number, of nothing at the source


def test_our_own_page_keeps_our_numbers(client, imported):
    imported({2: "two", 3: "three", 9: "nine"})
    page = client.get(PAGE).content.decode()
    for number in "123":
        assert place_of(page, f"comment-{number}") == number
    assert place_of(page, "comment-9") == "3"


def test_ids_that_equal_no_other_number_lead_to_the_article(client, imported):
    imported({1: "one", 2: "two", 4711: "three"})
    assert client.get("/bees/")["Location"] == PAGE


def test_an_id_becomes_ambiguous_when_a_comment_gets_its_number(client, imported, comment):
    imported({3: "three"})
    assert client.get("/bees/")["Location"] == PAGE
    for text in ("a", "b"):
        comment(text)
    assert client.get("/bees/")["Location"] == f"{PAGE}former/"


def test_numbers_on_the_page_with_former_ids_lead_to_our_page(client, imported, comment):
    imported({2: "two", 3: "three"})
    comment("a reply", parent=Comment.objects.get(number=1))
    page = client.get(f"{PAGE}former/").content.decode()
    assert 'href="#comment-' not in page
    assert f'href="{PAGE}#comment-1"' in page
    assert f'<link rel="canonical" href="http://testserver{PAGE}">' in page


def test_the_page_with_former_ids_keeps_what_commenters_typed(client, imported):
    typed = 'It was <a href="#comment-1"> and id="comment-1" data-number="1"'
    imported({2: typed, 3: "three"})
    text = re.search(r'class="comment-body".*?>(.*?)</div>', client.get(PAGE).content.decode())[1]
    assert 'href="#comment-1"' in text and 'id="comment-1" data-number' in text
    assert text in client.get(f"{PAGE}former/").content.decode()


def test_the_page_is_the_same_for_everyone(client, imported):
    imported({2: "two", 3: "three"})
    first, second = (client.get(f"{PAGE}former/") for _ in range(2))
    assert first.content == second.content and first["ETag"] == second["ETag"]
    assert "Set-Cookie" not in first


def test_a_permalink_is_always_our_number(client, imported):
    imported({2: "two", 3: "three", 9: "nine"})
    for number in (1, 2, 3):
        found = client.get(f"{PAGE}comments/{number}/")["Location"]
        assert found == f"{PAGE}#comment-{number}"
    assert client.get(f"{PAGE}comments/9/")["Location"] == f"{PAGE}#comment-3"


def test_a_redirect_takes_few_queries(client, imported, django_assert_max_num_queries):
    imported(dict.fromkeys(range(2, 300), "text"))
    with django_assert_max_num_queries(3):
        client.get("/bees/")


def test_ambiguous_articles_are_found_in_one_query(article, imported, django_assert_num_queries):
    imported({2: "two"})
    with django_assert_num_queries(1):
        assert FormerAnchor.objects.ambiguous_articles() == set()
    FormerAnchor.objects.create(article=article, name="comment-1", number=5, named=1)
    assert FormerAnchor.objects.ambiguous_articles() == {article.pk}
