"""Memento (RFC 7089): the pages of an article as of former days, for programs.

The article's page is the original resource. Its mementos are the pages as of the end of each day
since it exists, up to yesterday. The links between them are HTTP headers.
"""

from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import http_date

from ..models import Article
from ..text.dates import end_of, in_site_zone

LINK_FORMAT = "application/link-format"


def first_day(article: Article) -> date:
    """Return the first day whose page exists: that of its own date, or when it was stored."""
    begun = article.timeline_at or article.created_at
    return in_site_zone(begun).date()


def last_day() -> date:
    """Return the latest day that is over."""
    return timezone.localdate() - timedelta(days=1)


def day_at(article: Article, moment: datetime) -> date:
    """Return the day whose page shows the article as of a moment: the latest one that was over by
    then, but none before the first or after the last.
    """
    day = in_site_zone(moment).date()
    return max(first_day(article), min(day - timedelta(days=1), last_day()))


def memento_datetime(day: date) -> str:
    """Return the end of a day as an HTTP date."""
    return http_date(end_of(day).timestamp())


def link_value(address: str, relation: str, **attributes: str) -> str:
    """Return one link for a `Link` header or a document in application/link-format."""
    parts = [f"<{address}>", f'rel="{relation}"']
    return "; ".join([*parts, *(f'{name}="{value}"' for name, value in attributes.items())])


def memento_links(address: str, is_original: bool = False) -> list[str]:
    """Return the links to the original, an article's absolute URL, to its TimeGate and to its
    TimeMap. The original doesn't link to itself.
    """
    links = [
        link_value(f"{address}timegate/", "timegate"),
        link_value(f"{address}timemap/", "timemap", type=LINK_FORMAT),
    ]
    return links if is_original else [link_value(address, "original"), *links]


def memento_headers(request: HttpRequest, article: Article, day: date) -> dict[str, str]:
    """Return the headers of a memento, for the page of a day."""
    original = request.build_absolute_uri(article.get_absolute_url())
    return {
        "Memento-Datetime": memento_datetime(day),
        "Link": ", ".join(memento_links(original)),
    }


def cite_as(address: str) -> str:
    """Return the link of a page to its own absolute URL as the one to cite (RFC 8574)."""
    return link_value(address, "cite-as")
