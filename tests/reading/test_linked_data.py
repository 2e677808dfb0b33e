import json
import re

import pytest

from commentary.models import Article, Author, Byline, Rule
from commentary.reading.linked_data import LETTERS
from tests.conftest import Status

pytestmark = pytest.mark.django_db
HOSTILE = "</script><script>alert(1)</script><!--<script> ]]> & \u2028 end"


def data(client, address: str = "/articles/why-bees-dance/") -> dict:
    """Return the structured data of a page. It must be a single block that its content can't end."""
    page = client.get(address).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script', page, re.S | re.I)
    assert len(found) == 1
    assert not re.search(r"[<>&\u2028\u2029]", found[0])
    return json.loads(found[0])


def test_an_article_has_its_author_and_date(client, article):
    ada = Author.objects.create(name="Ada & Sons", slug="ada")
    Byline.objects.create(article=article, author=ada)
    Article.objects.update(published_at="2011-05-05T09:15Z", date_is_local=True)
    told = data(client)
    assert told["@type"] == "Article"
    assert told["headline"] == "Why bees dance"
    assert told["url"] == "http://testserver/articles/why-bees-dance/"
    assert told["datePublished"] == "2011-05-05T09:15:00"  # the source has no time zone
    assert told["author"] == [
        {"@type": "Person", "name": "Ada & Sons", "url": "http://testserver/authors/ada/"}
    ]


def test_replies_are_nested_in_their_parents(client, threads):
    told = data(client)
    assert told["commentCount"] == 6

    def drawing(part: dict, depth: int = 0) -> list[str]:
        lines = []
        for comment in part.get("comment", []):
            lines.append("  " * depth + comment["url"].removeprefix(told["url"]))
            lines += drawing(comment, depth + 1)
        return lines

    assert drawing(told) == [
        "comments/1/",
        "  comments/2/",
        "  comments/3/",
        "    comments/4/",
        "comments/5/",
        "comments/6/",
    ]
    assert told["comment"][0]["author"] == {"@type": "Person", "name": "Ann"}


def test_names_and_texts_are_unescaped_and_long_ones_shortened(client, comment):
    comment(f"{HOSTILE} " + "more " * 200, name='<b>"Ann" & Bo</b>', dated_at="2026-11-12T09:00Z")
    told = data(client)["comment"][0]
    assert told["author"]["name"] == '<b>"Ann" & Bo</b>'
    assert told["text"].startswith("</script><script>alert(1)</script><!--<script> ]]> &")
    assert len(told["text"]) == LETTERS
    assert told["dateCreated"] == "2026-11-12T09:00:00Z"


def test_unpublished_comments_are_omitted(client, comment):
    removed = comment("CANARY removed", status=Status.REMOVED, name="CANARY name")
    comment("CANARY pending", status=Status.PENDING)
    comment("A reply that stays", parent=removed)
    told = data(client)
    assert "CANARY" not in json.dumps(told)
    assert [c["text"] for c in told["comment"]] == ["A reply that stays"]


def test_only_the_first_comments_of_the_page_are_included(client, threads, monkeypatch):
    monkeypatch.setattr("commentary.reading.linked_data.MOST", 3)
    told = data(client)
    assert json.dumps(told).count('"Comment"') == 3
    assert told["commentCount"] == 6


def test_pending_comments_are_omitted_even_for_their_commenter(client, respond):
    Rule.objects.create(kind=Rule.Kind.EVERYTHING)
    respond(client, "Waiting words")
    assert "Waiting words" in client.get("/articles/why-bees-dance/").content.decode()
    assert "comment" not in data(client)
