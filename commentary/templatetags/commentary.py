"""Template filters for dates, counts and links of public pages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict
from urllib.parse import quote, urlsplit

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.dateformat import format as date_text
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..models import Article, Author, Comment, Discussion
from ..reading.cards import Cards
from ..reading.languages import lang_attribute
from ..reading.outline import Note
from ..reading.outlined import OutlinedComment
from ..reading.pagination import ThreadPage
from ..text import phrases
from ..text.body import BodyBlock
from ..text.counts import grouped, script_forms
from ..text.dates import Dated, day_in_words, in_site_zone, milliseconds, printed
from ..text.excerpts import excerpt_of, first_picture
from ..text.languages import direction_of
from ..text.markup import plain_text
from ..text.picture_sizes import address_of, widths_of

register = template.Library()
register.simple_tag(phrases.colon)
register.simple_tag(phrases.comma)
register.simple_tag(phrases.full_stop)
register.simple_tag(phrases.link_in_brackets)
register.simple_tag(phrases.percent)
register.simple_tag(phrases.semicolon)
register.simple_tag(script_forms)
register.filter(grouped)
register.filter(phrases.in_brackets)
register.filter(phrases.listed_names)
register.filter(phrases.listed_with_semicolons)
register.filter("lang", lang_attribute)
EXCERPT = 300  # characters of a comment in a list


def _zoned(when: datetime, is_local: bool) -> datetime:
    """Return `when` in the site's time zone, or without a zone if it `is_local`."""
    return when.replace(tzinfo=None) if is_local else in_site_zone(when)


@register.filter
def direction(language: str) -> str:
    """Return "rtl" or "ltr" for a language tag."""
    return direction_of(language)


@register.filter
def titled(article: Article) -> SafeString:
    """Return the title of an article in an element with its language, if known."""
    if article.language and article.title:
        return format_html('<bdi lang="{}">{}</bdi>', article.language, article)
    return format_html("<bdi>{}</bdi>", article)


@register.filter
def timestamp(when: datetime | None, is_local: bool = False) -> SafeString | str:
    """Return `when` as `<time>` with date and time, "" for None.

    A time without a time zone is printed unchanged, and its `datetime` attribute has no zone.
    """
    if when is None:
        return ""
    return format_html('<time datetime="{}">{}{}</time>', *printed(when, is_local))


@register.filter
def ago(when: datetime | None, is_local: bool = False) -> SafeString | str:
    """Return `when` as `<time>`, relative ("5 min ago") within the last day."""
    if when is None or is_local:
        return timestamp(when, is_local)
    minutes = int((now() - when).total_seconds() // 60)
    if not 0 <= minutes < 24 * 60:
        return timestamp(when)
    if minutes == 0:
        words = _("just now")
    elif minutes < 60:
        words = ngettext("%(n)s min ago", "%(n)s min ago", minutes) % {"n": minutes}
    else:
        words = ngettext("%(n)s h ago", "%(n)s h ago", minutes // 60) % {"n": minutes // 60}
    machine = _zoned(when, False).isoformat("T", "minutes")
    return format_html('<time datetime="{}">{}</time>', machine, words)


@register.filter
def day(when: datetime | None, is_local: bool = False) -> SafeString | str:
    """Return `when` as `<time>` with the date only, or a note that it is unknown."""
    if when is None:
        return _("Date not preserved")
    date_ = Dated(when, is_local).day
    return format_html('<time datetime="{}">{}</time>', date_, day_in_words(date_))


@register.filter
def script_time(moment: datetime) -> str:
    """Return a time in milliseconds, as the pages' script compares it."""
    return str(milliseconds(moment))


@register.filter
def script_seconds(moment: datetime) -> str:
    """Return a time in seconds, as the script compares those of lists of articles."""
    return str(milliseconds(moment) // 1000)


@register.filter
def script_times(times: Mapping[int, Sequence[datetime]], article: Article) -> str:
    """Return the times of an article's latest comments, like `script_seconds`."""
    return " ".join(map(script_seconds, times.get(article.pk, ())))


@register.filter
def period(year: int, month: date | None = None) -> str:
    """Format a year, or one month of it."""
    return date_text(month, "F Y") if month else str(year)


@register.filter
def author_links(authors: Iterable[Author]) -> SafeString:
    """Return the names of authors with links to their pages: "a, b and c"."""
    links = (
        format_html('<a href="{}"><bdi>{}</bdi></a>', author.get_absolute_url(), author.name)
        for author in authors
    )
    return phrases.html_list_with_and(links)


@register.filter
def marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """Return the pieces of a text in HTML, with those that match marked."""
    parts = (
        format_html("<mark>{}</mark>", text) if is_match else text for text, is_match in pieces
    )
    return format_html_join("", "{}", ((part,) for part in parts))


@register.filter
def found_points(points: Iterable[int], address: str) -> SafeString:
    """Return links to points of the article at `address`: "point 3, point 5"."""
    links = (
        format_html(
            '<a href="{}#point-{}">{}</a>',
            address,
            point,
            pgettext("found in", "point %(number)s") % {"number": point},
        )
        for point in points
    )
    return format_html_join(phrases.comma(), "{}", ((link,) for link in links))


@register.filter
def sentence(text: str) -> str:
    """Return `text` with a full stop unless it already ends with punctuation."""
    text = text.strip()
    return (
        text if text.endswith((".", "!", "?", "…", "。", "؟")) else _("%(text)s.") % {"text": text}
    )


@register.filter
def response_count(discussion: Discussion) -> str:
    """Describe the number of responses in a few words."""
    count, declared = discussion.approved_count, discussion.declared_count or 0
    if discussion.counts_differ and not count:
        words = ngettext(
            "0 of %(declared)s response",
            "0 of %(declared)s responses",
            declared,
        )
        return words % {"declared": declared}
    if discussion.counts_differ and not discussion.added_count:
        words = ngettext(
            "%(count)s of %(declared)s response",
            "%(count)s of %(declared)s responses",
            declared,
        )
        return words % {"declared": declared, "count": count}
    if not count:
        return _("No responses") if discussion.is_closed else _("No responses yet")
    return ngettext("%(count)s response", "%(count)s responses", count) % {"count": count}


@register.filter
def truth(discussion: Discussion, came_replies: int | None) -> list[str]:
    """Explain in sentences why the declared count differs from the imported one.

    `came_replies` is the number of imported replies, or None if they were not counted.
    """
    came, removed = discussion.source_count, discussion.source_removed_count
    facts = []
    if came:
        replies = came_replies or 0
        words = ngettext("%(n)s response", "%(n)s responses", came) % {"n": came}
        if came_replies is not None:
            answers = ngettext("%(n)s reply", "%(n)s replies", replies) % {"n": replies}
            others = ngettext("%(n)s comment", "%(n)s comments", came - replies)
            others %= {"n": came - replies}
            words = answers if replies == came else others
        if 0 < replies < came:
            both = ngettext(
                "The imported copy contained %(n)s: %(comments)s and %(replies)s.",
                "The imported copy contained %(n)s: %(comments)s and %(replies)s.",
                came,
            )
            facts.append(both % {"n": came, "comments": others, "replies": answers})
        else:
            facts.append(_("The imported copy contained %(comments)s.") % {"comments": words})
    if removed:
        words = ngettext(
            "%(n)s more was imported and later removed by an editor.",
            "%(n)s more were imported and later removed by an editor.",
            removed,
        )
        facts.append(words % {"n": removed})
    missing = (discussion.declared_count or 0) - came - removed
    if missing > 0 and (discussion.spam_count or discussion.rejected_count):
        words = ngettext("%(n)s is not shown here.", "%(n)s are not shown here.", missing)
        facts.append(words % {"n": missing})
    elif missing > 0:
        words = ngettext(
            "%(n)s was missing from the imported copy.",
            "%(n)s were missing from the imported copy.",
            missing,
        )
        facts.append(words % {"n": missing})
    elif missing < 0:
        facts.append(
            _("The imported copy contained more responses than the original page counted.")
        )
    return facts


@register.filter
def in_threads(page: ThreadPage) -> str:
    """Return the number of threads in words: "in 52 threads"."""
    if page.total is None:
        words = ngettext("in more than %(most)s thread", "in more than %(most)s threads", page.most)
        return words % {"most": grouped(page.most)}
    return ngettext("in %(n)s thread", "in %(n)s threads", page.total) % {"n": page.total}


@register.filter
def extent(page: ThreadPage, shown: int) -> str:
    """Describe how many of all responses this page shows."""
    if page.total == page.count:
        words = ngettext("This page shows %(n)s of them.", "This page shows %(n)s of them.", shown)
        return words % {"n": shown}
    among = ngettext("in %(n)s thread", "in %(n)s threads", page.count)
    if page.before == 0:
        among = ngettext("in the first %(n)s thread", "in the first %(n)s threads", page.count)
    words = ngettext(
        "This page shows %(n)s of them, %(in_threads)s.",
        "This page shows %(n)s of them, %(in_threads)s.",
        shown,
    )
    return words % {"n": shown, "in_threads": among % {"n": page.count}}


@register.filter
def span(page: ThreadPage) -> str:
    """Describe which threads a page shows: "Threads 21 to 40 of 52"."""
    if page.before is None:
        words = _("%(count)s of more than %(most)s threads")
    elif page.total is None:
        words = _("Threads %(first)s to %(last)s of more than %(most)s")
    else:
        words = _("Threads %(first)s to %(last)s of %(total)s")
    before = page.before or 0
    return words % {
        "first": before + 1,
        "last": before + page.count,
        "count": page.count,
        "total": page.total,
        "most": grouped(page.most),
    }


@register.filter
def summary(article: Article) -> str:
    """Return the beginning of an article, for the results of search engines."""
    text = next((block.words for block in article.blocks if block.kind != "heading"), "")
    return Truncator(" ".join(text.split())).chars(155) or str(article)


@register.filter
def opening(article: Article) -> str:
    """Return the first words of an article from `ArticleQuerySet.with_beginnings`."""
    return excerpt_of(article.markup, article.beginning)  # type: ignore[attr-defined]


@register.filter
def list_picture(article: Article) -> str:
    """Return the URL of the smallest copy of the first picture of such an article, or ""."""
    if article.markup != Article.Markup.RICH:
        return ""
    picture = first_picture(article.pictured)  # type: ignore[attr-defined]
    return address_of(picture.sha256, widths_of(picture.width)[0]) if picture else ""


@register.filter
def excerpt(beginning: str) -> str:
    """Return the first words of a comment on one line; `beginning` is the start of its HTML."""
    return Truncator(" ".join(plain_text(beginning).split())).chars(EXCERPT)


@register.filter
def signed_by(comment: Comment) -> str:
    """Return the name that a comment is signed with, or its label if it is unsigned."""
    if comment.is_unnamed:
        return _("Anonymous")
    return comment.name or capfirst(comment.get_kind_display())


@register.simple_tag
def commenter_link(comment: Comment) -> SafeString:
    """Return the commenter's name, linked to all comments signed with it; unsigned comments have no
    link.
    """
    words = format_html("<bdi>{}</bdi>", signed_by(comment))
    if not comment.name_key:
        return words
    address = reverse("commentary:commenter", args=[comment.name_key])
    return format_html('<a href="{}">{}</a>', address, words)


@register.simple_tag(takes_context=True)
def thread(context: Context, heading: int, label: str) -> SafeString:
    """Return the comments of a page, with the form below the one that it answers."""
    cards, answered = Cards(context["reading"], heading), context.get("answered")
    if answered:
        form = context.template.engine.get_template("commentary/_comment_form.html")  # type: ignore[union-attr]
        cards.forms = {answered.id: form.render(context)}
    if context["may_act"]:
        cards.moderate_from = quote(context["request"].get_full_path(), safe="")
    return cards.thread(context["comments"], label)


@register.simple_tag(takes_context=True)
def ancestor(context: Context, comment: OutlinedComment) -> SafeString:
    """Return a comment above a branch."""
    return Cards(context["reading"], 2).ancestor(comment, context["top"])


class AnchoredBlock(TypedDict):
    is_point: bool
    is_heading: bool
    is_rich: bool
    number: str | None
    text: str
    html: SafeString
    anchor: str
    is_first: bool
    note: Note | None


@register.filter
def anchored(blocks: Sequence[BodyBlock], notes: Mapping[int, Note]) -> list[AnchoredBlock]:
    """Return blocks as dictionaries, each point with a unique `anchor` and its note.

    If two points have the same number, the first one gets the note.
    """
    anchors: set[str] = set()
    anchored: list[AnchoredBlock] = []
    for block in blocks:
        anchor = ""
        if block.kind == "point":
            again, anchor = 1, f"point-{block.number}"
            while anchor in anchors:
                again += 1
                anchor = f"point-{block.number}-{again}"
            anchors.add(anchor)
        anchored.append(
            {
                "is_point": block.kind == "point",
                "is_heading": block.kind == "heading",
                "is_rich": block.seen is not None,
                "number": None if block.number is None else str(block.number),
                "text": block.text,
                "html": block.html,
                "anchor": anchor,
                "is_first": anchor == f"point-{block.number}",
                "note": notes.get(block.number or 0) if anchor == f"point-{block.number}" else None,
            }
        )
    return anchored


@register.filter
def link_kind(label: str) -> str:
    """Format the label of a related link as a heading: "related video:" becomes "Related video"."""
    return capfirst(label.strip().rstrip(":").rstrip()) or _("Related")


@register.filter
def host(url: str) -> str:
    """Return the host of a web address without "www.", "" for other addresses."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    return (parts.hostname or "").removeprefix("www.")
