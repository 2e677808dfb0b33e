"""Store the URLs and fragments that articles and comments had at their source."""

from collections.abc import Iterable, Iterator
from itertools import islice

from ..models import Article, Comment, FormerAddress, FormerAnchor, MediaFile
from ..models.insert_rows import insert_rows
from ..text.former_addresses import key_of
from ..text.former_anchors import number_in, stored_anchors
from .columns import stored_key
from .records import ArticleRecord

BATCH = 500  # comments looked up by one statement
ANCHORS = 2_000  # fragments stored by one statement
MAX_ADDRESS = 2_000  # characters; old browsers didn't send longer URLs


def store_addresses(record: ArticleRecord, article: Article, is_new: bool = False) -> None:
    """Store the URLs of a record and its comments that the article doesn't have yet."""
    wanted: dict[tuple[str, int | None], None] = {}
    for address in (record.url, *record.old_addresses):
        wanted[address, None] = None
    by_key = {
        stored_key(comment.key): found
        for comment in record.comments
        if (found := [i for i in comment.old_ids if not i.startswith("#")])
    }
    keys = iter(by_key)
    while some := list(islice(keys, BATCH)):
        rows = Comment.objects.in_discussion(article.pk).filter(source_key__in=some)
        for key, number in rows.order_by("number").values_list("source_key", "number"):
            for address in by_key[key]:
                wanted[address, number] = None
    addresses = article.former_addresses.filter(file=None)
    stored = set() if is_new else set(addresses.values_list("address", "number"))
    FormerAddress.objects.bulk_create(
        FormerAddress(article=article, number=number, address=address, key=key_of(address))
        for address, number in wanted
        if address and len(address) <= MAX_ADDRESS and (address, number) not in stored
    )


def store_anchors(article: Article, is_new: bool = False) -> None:
    """Store the fragments that the comments of an article had, of those added since the last call."""
    before = {} if is_new else dict(article.former_anchors.values_list("name", "number"))
    stored, after = set(before), max(before.values(), default=0)
    rows = Comment.objects.filter(discussion_id=article.pk, number__gt=after)
    rows = rows.exclude(source_key="").order_by("number")
    comments = rows.values_list("number", "source_ids", "source_key").iterator(chunk_size=ANCHORS)

    def anchors() -> Iterator[tuple[int, str, int, int | None]]:
        for number, ids, key in comments:
            for name in stored_anchors(ids, key, is_numbered=False):
                if name not in stored:
                    stored.add(name)
                    yield article.pk, name, number, number_in(name)

    found = anchors()
    while some := list(islice(found, ANCHORS)):
        insert_rows(FormerAnchor, ["article_id", "name", "number", "named"], some)


def store_picture_addresses(
    pictures: Iterable[tuple[str, MediaFile | None]], article: Article
) -> None:
    """Store the URLs that the pictures of a new article had."""
    shown = {a: f for a, f in pictures if f and f.width and a and len(a) <= MAX_ADDRESS}
    FormerAddress.objects.bulk_create(
        FormerAddress(article=article, file=file, address=address, key=key_of(address))
        for address, file in shown.items()
    )
