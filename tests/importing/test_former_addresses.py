"""URLs that articles and comments had at their source are stored."""

import pytest

from commentary.importing.former_addresses import store_addresses
from commentary.importing.records import ArticleRecord, CommentRecord
from commentary.models import FormerAddress

pytestmark = pytest.mark.django_db


def test_urls_are_stored_once_with_the_comment_they_led_to(article, comment):
    stored = comment("Yes.", source_key="12")
    record = ArticleRecord(
        key="x",
        url="http://a.example/2011/two-maps/",
        old_addresses=["http://a.example/?p=31", "http://a.example/?p=31", "", "x" * 3_000],
        comments=[
            CommentRecord(key="12", text="Yes.", old_ids=["#comment-12", "http://a.example/c/12"])
        ],
    )
    for _ in range(2):
        store_addresses(record, article)
    assert list(FormerAddress.objects.values_list("address", "number")) == [
        ("http://a.example/2011/two-maps/", None),
        ("http://a.example/?p=31", None),
        ("http://a.example/c/12", stored.number),
    ]
