"""Blogger exports (Atom): posts, pages and comments, which refer to their post.

There are three kinds: the former export blog-*.xml, in which categories in the scheme "kind"
distinguish entries (Blogger's GData protocol); Takeout's feed.atom of 2018, with elements such as
blogger:type; and the public feeds of a blog, in which ids and thr:in-reply-to (RFC 4685) do.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from ..fields import parse_date, plain_line
from ..json_stream import web_address
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import SourceFile
from ..spool import Spool
from ..xml_stream import Elements, XmlElement
from .html.fragment import normal_form

SUFFIXES = {".xml", ".atom", ".gz"}
SIGN = gettext_noop("<feed> with elements of blogger.com")
ROOT = re.compile(rb"<(?:\w+:)?feed[\s>]")
OF_BLOGGER = re.compile(rb"tag:blogger\.com,1999:|schemas\.google\.com/blogger/|www\.blogger\.com")
ID = re.compile(
    r"blog-(\d{1,40})\.(post|page|comment|settings|template|layout)\b-?(\w{0,40})", re.I
)
KIND = re.compile(r"#(post|page|comment|settings|template|layout)$")
RELATED = re.compile(r"/comments/default/(\d{1,40})(?:$|[/?#])")
POST_OF_FEED = re.compile(r"/feeds/\d+/(?:posts/default/)?(\d{1,40})")
# Of comments. Blogger's API calls them live, pending, spam and emptied.
STATUSES: dict[str, Status] = {
    "": "approved",
    "LIVE": "approved",
    "PENDING": "pending",
    "SPAM": "spam",
    "GHOSTED": "spam",
    "EMPTIED": "removed",
    "SOFT_TRASHED": "removed",
    "REJECTED": "rejected",
}


def detect(source: SourceFile) -> bool:
    """Return whether a file is an Atom feed that Blogger wrote."""
    head = source.ascii_head
    return (
        not source.lines and ROOT.search(head) is not None and OF_BLOGGER.search(head) is not None
    )


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the posts and pages. Comments may come before them, so the file is read twice."""
    comments, has_posts = _Comments(), False
    elements = Elements(source.name, source.stream, {"entry"}, {"entry"})
    for entry in elements:
        ledger.seen += 1
        kind, number = _kind(entry), _number(entry)
        if kind == "comment":
            comments.add(entry, ledger)
        elif kind in ("post", "page"):
            has_posts = True
        else:
            what = kind or _("neither a post nor a comment")
            ledger.add("entry", entry.first, "ignored" if kind else "left over", number, what)
    if not has_posts and not comments.spool.names:
        line, why = (
            elements.breaks[0] if elements.breaks else (1, _("contains no posts of Blogger"))
        )
        raise SourceError(source.name, line, why)
    comments.forget_targets()
    done: set[str] = set()
    for entry in Elements(source.name, source.stream, {"entry"}, {"entry"}):
        if _kind(entry) not in ("post", "page"):
            continue
        number = _number(entry)
        if number in done:
            why = _("another entry has the same ID")
            ledger.add("entry", entry.first, "left over", number, why)
            continue
        done.add(number)
        record = _article(entry, number, ledger)
        record.comments = comments.spool.comments_of(number, warnings=record.warnings)
        record.warnings += comments.said.get(number, [])
        if _is_trashed(entry) and not record.comments:
            ledger.add("entry", entry.first, "ignored", number, _("in the trash, without comments"))
            continue
        reason = "" if record.is_published else _("a draft at its source")
        ledger.add("entry", entry.first, "article", number, reason)
        for comment in record.comments:
            ledger.add("comment", comment.lines[0], "comment", comment.key)
        yield record
    for number in comments.spool.names - done:
        why = _("post %(number)s not found") % {"number": number} if number else _("no post given")
        for comment in comments.spool.comments_of(number, warnings=[]):
            ledger.add("comment", comment.lines[0], "left over", comment.key, why)
    elements.report_damage(ledger)


class _Comments:
    """The comments of all posts, by the numbers of their posts."""

    def __init__(self) -> None:
        self.spool = Spool()
        self.said: dict[str, list[str]] = {}
        self._targets: dict[str, str] = {}  # of each comment, its post

    def add(self, entry: XmlElement, ledger: ItemLedger) -> None:
        number, post = _number(entry), _post_of(entry)
        comment = _comment(entry, number, self.said.setdefault(post, []))
        if post in self._targets:  # a comment on a comment
            comment.parent, post = comment.parent or post, self._targets[post]
        self._targets[number] = post
        self.spool.add(post, comment)
        ledger.dropped[gettext_noop("pictures of commenters")] += bool(_profile(entry)[2])

    def forget_targets(self) -> None:
        """Free what is only needed while comments are added."""
        self._targets.clear()


def _kind(entry: XmlElement) -> str:
    """Return what an entry is: "post", "page", "comment", or something that isn't imported."""
    if said := entry.value("type"):
        return said.lower()
    for category in (c.attributes for c in entry.children if c.name == "category"):
        found = KIND.search(category.get("term", ""))
        if found and category.get("scheme", "").endswith("/2005#kind"):
            return found[1]
    if entry.find("in-reply-to") or entry.find("parent"):
        return "comment"
    found_id = ID.search(entry.value("id"))
    return found_id[2].lower() if found_id else ""


def _number(entry: XmlElement) -> str:
    """Return the number of an entry: the last one in its id."""
    given = entry.value("id")
    return re.findall(r"\d{1,40}", given)[-1] if re.search(r"\d", given) else given[:60]


def _post_of(entry: XmlElement) -> str:
    """Return the number of a comment's post."""
    reply = entry.find("in-reply-to")
    given = entry.value("parent") or (reply.attributes.get("ref", "") if reply else "")
    if found := re.findall(r"-(\d{1,40})\b", given):
        return str(found[-1])
    for name in ("source", "href"):
        if reply and (link := POST_OF_FEED.search(reply.attributes.get(name, ""))):
            return link[1]
    return given[:60]


def _parent_of(entry: XmlElement) -> str | None:
    """Return the number of the comment that a comment replies to.

    Takeout names it in blogger:inReplyTo; the former export has a related link.
    """
    if found := re.findall(r"\d{1,40}", entry.value("inReplyTo")):
        return str(found[-1])
    for link in (c.attributes for c in entry.children if c.name == "link"):
        replied_to = RELATED.search(link.get("href", ""))
        if replied_to and link.get("rel") == "related":
            return replied_to[1]
    return None


def _profile(entry: XmlElement) -> tuple[str, str, str]:
    """Return the name, profile URL and picture of who wrote an entry. Anonymous has no name."""
    author = entry.find("author")
    if author is None:
        return "", "", ""
    name, address = plain_line(author.value("name")), web_address(author.value("uri"))
    picture = author.find("image")
    is_anonymous = author.value("type").upper() == "ANONYMOUS" or (
        not address and name.casefold() in ("anonymous", "unknown")
    )
    shown = picture.attributes.get("src", "") if picture else ""
    return ("" if is_anonymous else name), address, "" if "blank" in shown else shown


def _account(address: str) -> str:
    """Return the account of a Blogger profile, or "" for another address."""
    found = re.search(r"blogger\.com/profile/(\w{1,60})", address)
    return found[1] if found else ""


def _date(text: str, line: int, warnings: list[str]) -> datetime | None:
    date = parse_date(text, UTC)
    if date is None and text:
        warnings.append(
            _("line %(line)s: invalid date “%(text)s”") % {"line": line, "text": text[:40]}
        )
    return date


def _is_trashed(entry: XmlElement) -> bool:
    return bool(entry.value("trashed")) or "TRASHED" in entry.value("status").upper()


def _is_draft(entry: XmlElement) -> bool:
    control = entry.find("control")
    says_draft = control is not None and control.value("draft").lower() == "yes"
    return says_draft or entry.value("status").upper() not in ("", "LIVE")


def _article(entry: XmlElement, number: str, ledger: ItemLedger) -> ArticleRecord:
    name, address, _picture = _profile(entry)
    links = [child.attributes for child in entry.children if child.name == "link"]
    shown = [a.get("href", "") for a in links if a.get("rel") == "alternate"]
    path = "".join(entry.value("filename").split())
    url = web_address(shown[0]) if shown else ""
    # The feed of its comments. On Blogger's own host, addresses don't identify a post by their paths.
    others = [web_address(a.get("href")) for a in links if a.get("rel") == "replies"]
    old = [path, *(other for other in others if "blogger.com/" not in other)]
    content = entry.value("content") or entry.value("summary")
    body, pictures = normal_form(content, url)
    found = ID.search(entry.value("id"))
    total = entry.value("total")
    warnings: list[str] = []
    account = _account(address)
    ledger.dropped[gettext_noop("labels")] += sum(
        child.name == "category" and not child.attributes.get("scheme", "").endswith("#kind")
        for child in entry.children
    )
    return ArticleRecord(
        key=f"blogger {found[1]} {number}" if found else f"blogger {entry.value('id') or url}",
        title=plain_line(entry.value("title")),
        authors=[name] if name else [],
        accounts={account: name} if account and name else {},
        date=_date(entry.value("published"), entry.first, warnings),
        url=url or path,
        body_html=body,
        source_html=content,
        markup="rich",
        pictures=pictures,
        is_published=not (_is_draft(entry) or _is_trashed(entry)),
        declared_count=int(total) if re.fullmatch(r"\d{1,9}", total) else None,
        lines=(entry.first, entry.last),
        old_addresses=[a for a in dict.fromkeys(old) if a and a != (url or path)],
        warnings=warnings,
    )


def _comment(entry: XmlElement, number: str, said: list[str]) -> CommentRecord:
    name, address, _picture = _profile(entry)
    written = entry.value("status").upper()
    status = STATUSES.get(written)
    if status is None:
        said.append(
            _("line %(first)s: unknown status “%(written)s”; imported as pending")
            % {"first": entry.first, "written": written[:40]}
        )
    text = entry.value("content") or entry.value("summary")
    for child in entry.children:
        # The text is the notice that Blogger shows in its place.
        if child.name == "extendedProperty" and (
            child.attributes.get("name") == "blogger.contentRemoved"
            and child.attributes.get("value", "true") == "true"
        ):
            status, text = "removed", ""
    if entry.value("trashed"):
        status = "removed"
    return CommentRecord(
        key=number,
        text=text,
        markup="html",
        author=name,
        author_url=address,
        account=_account(address),
        parent=_parent_of(entry),
        date=_date(entry.value("published"), entry.first, said),
        status=status or "pending",
        lines=(entry.first, entry.last),
        old_ids=[f"#c{number}", f"#{number}"] if number.isdecimal() else [],
    )
