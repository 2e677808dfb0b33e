"""Redirects from URLs of earlier sites to what was imported from them."""

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse

from ..models import FormerAddress, FormerAnchor
from ..text.former_addresses import Asked, asked_by
from ..text.picture_sizes import largest_address
from .former_lists import list_address

MAX_FOUND = 200  # rows with one of the keys of a request


def present_address(request: HttpRequest) -> str | None:
    """Return the URL to which a requested URL redirects, or None if it is not a former one.

    It is always that of an existing page of this site.
    """
    asked = asked_by(request.path, request.META.get("QUERY_STRING", ""))
    found = _find(asked, request.get_host().removeprefix("www."))
    if found is None:
        return list_address(asked, is_home=request.path == "/")
    if found.file is not None and found.file.width:
        return largest_address(found.file.sha256, found.file.width)
    article = found.article
    number = found.number
    if number is None and asked.comment:
        number = FormerAnchor.objects.number_of(article.pk, asked.comment)
    if number is not None:
        return reverse("commentary:permalink", args=[article.slug, number])
    if asked.is_feed:
        return article.get_feed_url()
    last = article.discussion.last_number
    if FormerAnchor.objects.are_ambiguous(article.pk, last):
        return reverse("commentary:former", args=[article.slug])
    return article.get_absolute_url()


def _find(asked: Asked, host: str) -> FormerAddress | None:
    """Return the row of the first key found; among several, one of the requested host."""
    rows = FormerAddress.objects.filter(key__in=asked.keys, article__is_published=True)
    rows = rows.select_related("article__discussion", "file").defer("article__body")
    # URLs of the article come before those of its comments.
    found = list(rows.order_by(F("number").asc(nulls_first=True), "pk")[:MAX_FOUND])
    for key in asked.keys:
        same = [row for row in found if row.key == key]
        for row in same:
            if f"//{host}/" in row.address.replace("//www.", "//"):
                return row
        if same:
            return same[0]
    return None
