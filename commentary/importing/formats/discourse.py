"""Topics of Discourse (JSON), as ``/t/ID.json`` returns them: posts in ``post_stream``.

The first post is the article, the others are its comments. A long topic has several pages, each in
a file of its own; replies name the number of a post, which may be in another file. Post types are
those of Discourse's Post model: 1 regular, 2 moderator action, 3 small action, 4 whisper.
"""

import re
from collections.abc import Iterator

from ..json_stream import (
    Item,
    JsonItems,
    as_date,
    as_flag,
    as_line,
    as_list,
    as_object,
    as_text,
    date_of_comment,
)
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import JSON, SourceFile
from ..spool import Spool
from .html.fragment import normal_form

SUFFIXES = {".json", ".gz"}
SIGN = gettext_noop('"post_stream"')
BEGINNING = re.compile(rb'[{,]\s*"post_stream"\s*:\s*\{')
TOPIC = (
    "id",
    "title",
    "slug",
    "posts_count",
    "created_at",
    "closed",
    "archived",
    "visible",
    "archetype",
    "deleted_at",
    "tags",
)
IMAGE = re.compile(r"<img\b([^<>]*)>")
ALT = re.compile(r'\balt="([^"<>]*)"')
# None of these contains another of its kind, so that a text with only openings takes no time.
PICTURE_NOTES = re.compile(r'<div class="meta">(?:(?!<div\b).){0,2000}?</div>', re.S)
# The title of a quote: avatar, link to the topic, and the name.
QUOTE_TITLE = re.compile(
    r'<div class="title">((?:(?!<div\b).){0,4000}?)</div>\s*(?=<blockquote>)', re.S
)
QUOTE_BUTTONS = re.compile(r'<div class="quote-controls">(?:(?!<div\b).){0,500}?</div>', re.S)
RAW_QUOTE = re.compile(
    r'\[quote(?:="?([^"\],\[]{0,200})(?:[",][^\[\]]{0,200})?)?\]\n?((?:(?!\[quote\b).)*?)\n?\[/quote\]',
    re.S,
)
MAX_QUOTES = 5  # of a post within each other
SMALL_ACTION, WHISPER = 3, 4
MAX_COUNT = 100_000_000


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like a topic."""
    head = source.ascii_head
    return JSON.match(head) is not None and BEGINNING.search(head) is not None


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the topic."""
    items = JsonItems(source, {"post_stream.posts", *TOPIC})
    topic: dict[str, object] = {}
    first: Item | None = None
    spool, said = Spool(), list[str]()
    slug = ""
    for item in items:
        if item.path == "tags":
            ledger.dropped[gettext_noop("tags")] += 1
        elif item.path != "post_stream.posts":
            topic[item.path] = item.value
        else:
            ledger.seen += 1
            post = as_object(item.value)
            slug = slug or as_text(post.get("topic_slug"))
            topic.setdefault("topic_id", as_text(post.get("topic_id")))
            number = as_text(post.get("post_number"))
            ledger.dropped[gettext_noop("likes")] += _likes(post)
            if number == "1" and first is None:
                first = item
            elif not number.isdecimal():
                ledger.add("post", item.first, "left over", as_text(post.get("id")), _("no number"))
            elif post.get("post_type") == SMALL_ACTION:
                reason = _("a notice such as “closed”")
                ledger.add("post", item.first, "ignored", number, reason)
            else:
                spool.add("", _comment(post, number, item, said))
    if not ledger.seen:
        line, why = items.broken or (1, _("contains no posts of Discourse"))
        raise SourceError(source.name, line, why)
    number = as_text(topic.get("id")) or as_text(topic.get("topic_id"))
    record = _article(topic, number, as_text(topic.get("slug")) or slug, first, said)
    record.comments = spool.comments_of("", warnings=said)
    if first:
        ledger.add("post", first.first, "article", "1")
    for comment in record.comments:
        place = f"{record.url}/{comment.key}" if record.url else ""
        comment.old_ids += [place] if place and comment.key.isdecimal() else []
        ledger.add("post", comment.lines[0], "comment", comment.key)
    yield record
    items.report_damage(ledger)


def _likes(post: dict) -> int:
    """Return the number of likes of a post; of Discourse's actions, the one with the id 2."""
    counts = (
        action.get("count")
        for action in map(as_object, as_list(post.get("actions_summary")))
        if action.get("id") == 2
    )
    return sum(n for n in counts if isinstance(n, int) and 0 < n < MAX_COUNT)


def _article(
    topic: dict[str, object], number: str, slug: str, first: Item | None, warnings: list[str]
) -> ArticleRecord:
    post = as_object(first.value) if first else {}
    url = f"/t/{slug}/{number}" if slug and number else ""
    content = _cooked(post)
    body, pictures = normal_form(content, "")
    name, account = _writer(post)
    count = topic.get("posts_count")
    has_count = isinstance(count, int) and not isinstance(count, bool) and 0 < count < MAX_COUNT
    is_deleted = bool(topic.get("deleted_at") or post.get("deleted_at")) or as_flag(
        post.get("user_deleted")
    )
    is_private = topic.get("archetype") not in (None, "regular", "banner")
    return ArticleRecord(
        key=f"discourse {number} {slug}",
        title=as_line(topic.get("title")),
        authors=[name] if name else [],
        accounts={account: name} if account and name else {},
        date=as_date(post.get("created_at") or topic.get("created_at")),
        url=url,
        old_addresses=[f"/t/{number}"] if number else [],
        body_html=body,
        source_html=content,
        markup="rich",
        pictures=pictures,
        closed=as_flag(topic.get("closed")) or as_flag(topic.get("archived")),
        is_published=topic.get("visible") is not False and not is_deleted and not is_private,
        declared_count=count - 1 if has_count else None,  # type: ignore[operator]
        lines=(first.first, first.last) if first else (0, 0),
        warnings=warnings,
        is_part=first is None,
    )


def _writer(post: dict) -> tuple[str, str]:
    """Return the name of who wrote a post, and their account."""
    account = as_line(post.get("username"))
    return as_line(post.get("name")) or account, account


def _shown_image(found: re.Match[str]) -> str:
    """Return an emoji as its name, and other pictures as they are."""
    alt = ALT.search(found[1]) if 'class="emoji' in found[1] else None
    return alt[1] if alt else found[0]


def _cooked(post: dict) -> str:
    """Return the HTML of a post, without what Discourse adds around quotes and pictures."""
    text = as_text(post.get("cooked"))
    text = IMAGE.sub(_shown_image, text)
    text = QUOTE_BUTTONS.sub("", PICTURE_NOTES.sub("", text))
    return QUOTE_TITLE.sub(lambda found: f"<p>{' '.join(found[1].split())}</p>", text)


def _raw(post: dict) -> str:
    """Return the Markdown of a post, with its quotes as Markdown too."""

    def quoted(found: re.Match[str]) -> str:
        by = [f"{found[1].strip()}:"] if found[1] else []
        return "\n\n" + "\n".join(f"> {line}" for line in [*by, *found[2].split("\n")]) + "\n\n"

    text = as_text(post.get("raw"))
    for _depth in range(MAX_QUOTES):  # the innermost first
        text, count = RAW_QUOTE.subn(quoted, text)
        if not count:
            break
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _comment(post: dict, number: str, item: Item, said: list[str]) -> CommentRecord:
    cooked = _cooked(post)
    name, account = _writer(post)
    status: Status = "approved"
    if as_flag(post.get("user_deleted")):
        # The text is the notice that Discourse shows in its place.
        status, cooked = "removed", ""
    elif post.get("deleted_at"):
        status = "removed"
    elif post.get("post_type") == WHISPER:
        status = "pending"
        said.append(
            _("comment %(number)s: is a whisper, which only staff can read; imported as pending")
            % {"number": number}
        )
    elif as_flag(post.get("hidden")):
        status = "pending"
    date = date_of_comment(post.get("created_at"), number, said)
    parent = as_text(post.get("reply_to_post_number"))
    is_raw = not cooked and status != "removed"
    return CommentRecord(
        key=number,
        text=_raw(post) if is_raw else cooked,
        markup="markdown" if is_raw else "html",
        author=name,
        account=account,
        parent=None if parent in ("", "0", "1") else parent,
        date=date,
        status=status,
        lines=(item.first, item.last),
        old_ids=[f"#post_{number}"],
    )
