"""Store the URLs that articles and comments had at their source."""

import hashlib
from itertools import islice

from ..models import Article, Comment, FormerAddress
from .columns import stored_key
from .fields import page_key
from .records import ArticleRecord

BATCH = 500  # comments looked up by one statement
LONGEST = 2_000  # characters; browsers of the time sent no longer URLs


def address_key(address: str) -> str:
    """Return the key for looking up a URL: the digest of what all its spellings have in common."""
    return hashlib.sha256(page_key(address).encode(errors="replace")).hexdigest()


def store_addresses(record: ArticleRecord, article: Article) -> None:
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
    stored = set(article.former_addresses.values_list("address", "number"))
    FormerAddress.objects.bulk_create(
        FormerAddress(article=article, number=number, address=address, key=address_key(address))
        for address, number in wanted
        if address and len(address) <= LONGEST and (address, number) not in stored
    )
