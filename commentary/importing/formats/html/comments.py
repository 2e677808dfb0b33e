"""Reads the comments of one saved page.

`candidates` returns the layouts that the comments of a page may have; the pass over a site chooses
one for all its pages. `read_comments` reads the comments in that layout, or in the best one.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from ...doubts import OF_COMMENTS, Doubt
from ...messages import gettext as _
from ...messages import ngettext
from ...records import CommentRecord, comment_key, digest_key
from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .comment_area import (
    CommentPages,
    comment_pages,
    read_surroundings,
)
from .comment_json import PageData, read_data
from .comment_parents import EntryPlace, depth_of, indent_of, indents_as_depths, parents_of
from .dated_rows import are_all_posts, are_comments, is_counted
from .dom import Document, Node
from .entries import OWN_ID, PAIR, Entry, scan_all
from .entry_view import PageContext, Reading, hits_of
from .fields import read_fields
from .generic import Group, find_groups, find_rows, find_threads, is_headed
from .items import Excluded, find_entries, nest_by_lists
from .links import split_address
from .profile import Profile
from .profiles import BY_NAME, PROFILES
from .repeated_lines import repeated_lines
from .text_uses import TextUse, uses_around, uses_of_entries
from .threads import THREAD_URL, Opening, is_later_page

LayoutKey = tuple[str, ...]
PERMALINK = lazy_re_compile(
    r"reply|respond|delete|remove|edit|like|favou?rite|report|flag|vote|share|mode=|abuse|login|signup|quote|profile|user",
    re.I,
)
# minimum share of elements with a text and a name or a date in a group of comments
MIN_SHARE = 0.6
MIN_DIGITS = 3  # of an id that occurs by chance nowhere else
SAMPLE = 60  # entries of a large group that are read before all of them are
ENOUGH = 0.9  # quality of a comment that counts as completely read
MIN_QUALITY = 0.6  # quality of a comment that is kept in a group


class CommentPage(Protocol):
    """The URL of a page's capture, the URL of its article, and its language; each "" if unknown."""

    @property
    def address(self) -> str: ...

    @property
    def canonical(self) -> str: ...

    @property
    def language(self) -> str: ...


@dataclass(slots=True)
class LayoutCandidate:
    """A layout that the comments of a page may have. `key` is the same for all pages of a site with
    this layout. `score` is added up over pages and is about 1 for each completely read comment.
    """

    key: LayoutKey
    score: float
    count: int
    reasons: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PageComments:
    """The comments of one page, parents before their replies, otherwise in page order.

    `area` contains the elements with the comments and their surroundings, without the article.
    `uncertain` contains reasons why they may have been separated incorrectly. `layout` is None
    without comments. `candidates` contains the layouts that were considered, best first. `opening` is
    the article of a thread.
    """

    comments: list[CommentRecord] = field(default_factory=list)
    declared_count: int | None = None
    declared_heading: str = ""
    closed: bool | None = None
    closing_notice: str = ""
    pages: CommentPages = field(default_factory=CommentPages)
    area: list[Node] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    layout: LayoutKey | None = None
    candidates: list[LayoutCandidate] = field(default_factory=list)
    text_uses: list[TextUse] = field(default_factory=list)
    opening: Opening | None = None


@dataclass(slots=True)
class _Layout:
    """One way to read a page: the entries and their content."""

    key: LayoutKey
    entries: list[Entry]
    readings: list[Reading]
    score: float
    group: Group | None = None


def candidates(document: Document, page: CommentPage | None = None) -> list[LayoutCandidate]:
    """Return the layouts that the comments of a page may have, best first."""
    return _as_candidates(_PageReader(document, page, None).layouts(True))


def _as_candidates(layouts: list[_Layout]) -> list[LayoutCandidate]:
    return [LayoutCandidate(one.key, one.score, len(one.entries)) for one in layouts]


def read_comments(
    document: Document,
    page: CommentPage | None = None,
    layout: LayoutKey | None = None,
    month_first: bool | None = None,
) -> PageComments:
    """Read the comments of a page. `layout` is the key of the layout chosen for the site, if any;
    on pages where it finds nothing, the best known family is used. `month_first` is the order of
    the site's dates, if known.
    """
    return _PageReader(document, page, month_first).read(layout)


class _PageReader:
    def __init__(
        self, document: Document, page: CommentPage | None, month_first: bool | None
    ) -> None:
        self.document = document
        self.address = (page.address or page.canonical) if page else ""
        self.canonical = (page.canonical or page.address) if page else ""
        language = (page.language if page else "") or _language(document)
        if month_first is None:
            month_first = dates.read_order(document)
        dates.use(language, month_first)
        self.excluded = Excluded(document)
        self.base = _base(document, self.address)
        self.context = PageContext(self.resolve, _writes_local_time(document))
        self._data: PageData | None = None

    def data(self) -> PageData:
        """Return the data about comments in the scripts of the page."""
        if self._data is None:
            self._data = read_data(self.document)
        return self._data

    def resolve(self, address: str) -> str:
        """Resolve a URL relative to the page."""
        try:
            return urljoin(self.base, address.strip()) if self.base else address.strip()
        except ValueError:
            return address.strip()

    # --- layouts

    def layouts(self, is_all: bool, wanted: LayoutKey | None = None) -> list[_Layout]:
        """Return possible layouts, best first. Groups are detected by shape only if no known family
        matches, or if all layouts are requested.
        """
        found: list[_Layout] = []
        for profile in PROFILES:
            entries = find_entries(self.document, profile, self.excluded, self.address)
            if entries and (layout := self._known_layout(profile, entries)):
                found.append(layout)
        if (
            not found
            or is_all
            and max(layout.score for layout in found) < 1
            or (wanted and wanted[0] == "shape")
        ):
            for group in find_groups(self.document, self.excluded, wanted[1:] if wanted else ()):
                if layout := self._shaped_layout(group):
                    found.append(layout)
        if not found and THREAD_URL.search(self.canonical):
            is_later = is_later_page(self.document, self.address)
            for group in find_threads(self.document, self.excluded):
                if layout := self._shaped_layout(group):
                    layout.entries[0].is_opening = not is_later
                    found.append(layout)
        if not found:
            found = self._loose_layouts(wanted)
        order = {profile.name: i for i, profile in enumerate(PROFILES)}
        return sorted(found, key=lambda one: (-one.score, order.get(one.key[-1], 99)))

    def _loose_layouts(self, wanted: LayoutKey | None) -> list[_Layout]:
        """Return the layouts of complete comments that have no heading, and are in no element with a
        name for comments.
        """
        found: list[_Layout] = []
        for group in find_rows(self.document, self.excluded, wanted[1:] if wanted else ()):
            layout = self._shaped_layout(group)
            if layout and are_comments(layout.entries, layout.readings):
                layout.entries[0].is_opening = are_all_posts(self.document, layout.entries)
                if is_counted(self.document, layout.entries):
                    layout.group = replace(group, declared=len(layout.entries))
                found.append(layout)
        return found

    def _read_entries(
        self, key: LayoutKey, entries: list[Entry], profile: Profile | None
    ) -> _Layout:
        scan_all(entries)
        nest_by_lists(entries)
        hits = hits_of(profile, entries, self.document.css)
        numbers = {name: entry.number for entry in entries for name in entry.ids}
        context = replace(self.context, numbers=numbers)
        pairs = list(zip(entries, hits, strict=True))
        readings = [read_fields(entry, hit, context) for entry, hit in pairs]
        if profile is None and (repeated := repeated_lines(entries, readings)):
            context = replace(context, repeated=repeated)
            readings = [read_fields(entry, hit, context) for entry, hit in pairs]
        score = sum(map(quality, readings))
        return _Layout(key, entries, readings, score)

    def _known_layout(self, profile: Profile, entries: list[Entry]) -> _Layout | None:
        layout = self._read_entries(("family", profile.name), entries, profile)
        if layout.score <= 0:
            return None
        is_numbered = any(entry.number for entry in entries)
        if not is_numbered and max(map(quality, layout.readings)) < ENOUGH:
            return None
        is_weak = profile.name in ("hatom", "microdata", "h-entry", "drupal")
        return None if is_weak and layout.score < MIN_SHARE * len(entries) else layout

    def _shaped_layout(self, group: Group) -> _Layout | None:
        key = ("shape", *group.key)
        if len(group.entries) > 2 * SAMPLE:
            sample = self._read_entries(key, [Entry(e.roots) for e in group.entries[:SAMPLE]], None)
            if sum(quality(reading) >= ENOUGH for reading in sample.readings) < MIN_SHARE * SAMPLE:
                return None
        layout = self._read_entries(key, group.entries, None)
        kept = [quality(reading) >= MIN_QUALITY for reading in layout.readings]
        if any(kept) and not all(kept) and sum(kept) >= MIN_SHARE * len(kept):
            entries = [
                Entry(e.roots) for e, is_kept in zip(group.entries, kept, strict=True) if is_kept
            ]
            group = replace(group, entries=entries)
            layout = self._read_entries(key, entries, None)
        layout.group = group
        full = sum(quality(reading) >= ENOUGH for reading in layout.readings)
        if full < MIN_SHARE * len(group.entries):
            return None
        nested = sum(entry.above is not None for entry in group.entries)
        # Of elements inside each other, those with the ids are the comments.
        numbered = sum(bool(entry.ids) for entry in group.entries)
        layout.score = layout.score * 0.9 + 0.01 * nested + 0.005 * numbered
        return layout

    # --- one layout

    def read(self, wanted: LayoutKey | None) -> PageComments:
        """Read the comments in the requested layout, or in the best one."""
        layouts = self.layouts(False, wanted)
        layout = next((one for one in layouts if one.key == wanted), None)
        if layout is None:
            known = [one for one in layouts if wanted is None or one.key[0] == "family"]
            layout = known[0] if known else None
        result = PageComments(candidates=_as_candidates(layouts))
        if layout is None:
            self._read_data_comments(result)
            if not result.comments and is_headed(self.document, self.excluded):
                what = _(
                    "dated texts follow a heading for comments, but no comments were recognised"
                )
                result.uncertain.append(Doubt(what, "missed", OF_COMMENTS))
        else:
            self._read_layout(layout, result)
        self._read_around(layout, result)
        return result

    def _read_layout(self, layout: _Layout, result: PageComments) -> None:
        entries, readings = layout.entries, layout.readings
        result.layout = layout.key
        parents = self._parents(layout)
        kept = [_is_kept(reading) for reading in readings]
        for i in [*_repeated(entries, readings), *_without_fields(entries, readings)]:
            kept[i] = False
        if entries[0].is_opening:
            kept[0] = False
            result.opening = _opening(entries[0], readings[0])
        parents = [_nearest_kept(i, parents, kept) for i in range(len(parents))]
        records = self._records(entries, readings)
        for i, parent in enumerate(parents):
            records[i].parent = records[parent].key if parent is not None else None
        order = _parents_first(parents)
        result.comments = [records[i] for i in order if kept[i]]
        self._find_lines(entries, records)
        self._complete_old_ids(layout.key[-1], entries, records)
        self._doubt(layout, result)
        result.text_uses = uses_of_entries(entries, readings, records, kept)

    def _find_lines(self, entries: list[Entry], records: list[CommentRecord]) -> None:
        """Set the lines of the comments: the text nodes of the page, counted from 1, as the ledger
        counts them.
        """
        nodes = self.document.texts
        numbers = {node.mem_id: number for number, node in enumerate(nodes, 1)}
        for entry, record in zip(entries, records, strict=True):
            found = [numbers.get(piece.node.mem_id, 0) for piece in entry.pieces]
            found = [number for number in found if number]
            if found:
                record.lines = (min(found), max(found))

    def _parents(self, layout: _Layout) -> list[int | None]:
        entries, readings = layout.entries, layout.readings
        profile = BY_NAME.get(layout.key[-1])
        preloaded = self.data().preloaded if layout.key[-1] == "substack" else {}
        attribute, replies = (profile.depth, profile.replies) if profile else ("", "")
        depths = [depth_of(entry, attribute, replies) for entry in entries]
        if sum(depth is not None for depth in depths) * 2 < len(entries):
            depths = indents_as_depths([indent_of(entry) for entry in entries])
        places: list[EntryPlace] = []
        for entry, reading, depth in zip(entries, readings, depths, strict=True):
            named = reading.named_parent or _paired_parent(entry)
            if entry.number in preloaded:
                date, parent = preloaded[entry.number]
                named = parent or named
                reading.date = date or reading.date
            places.append(EntryPlace(named, entry.above, depth))
        if layout.key[-1] == "discourse":
            _quoted_parents(entries, places)
        return parents_of(places, [entry.number for entry in entries])

    def _records(self, entries: list[Entry], readings: list[Reading]) -> list[CommentRecord]:
        numbers = Counter(entry.number for entry in entries if entry.number)
        counts: Counter[str] = Counter()
        records: list[CommentRecord] = []
        for entry, reading in zip(entries, readings, strict=True):
            record = CommentRecord(
                key="",
                text=reading.text,
                author=reading.author,
                date=reading.date,
                kind=reading.kind,
                status=reading.moderation,
                author_url=reading.author_url,
                old_ids=[f"#{name}" for name in entry.ids] + self._addresses(entry),
            )
            given = entry.number
            if given and numbers[given] > 1 and entry.ids:
                given = entry.ids[0]
            given = given or digest_key(record)
            counts[given] += 1
            record.key = comment_key(given, counts[given])
            if reading.html:
                record.text, record.markup = reading.html, "html"
            records.append(record)
        return records

    def _addresses(self, entry: Entry) -> list[str]:
        """Return the URLs in an entry that lead to this comment."""
        found: list[str] = []
        for part in entry.parts:
            href = (part.attributes.get("href") or part.attributes.get("about") or "").strip()
            if not href or not entry.number:
                continue
            address, _hash, fragment = self.resolve(href).partition("#")
            if _is_own_fragment(fragment, entry) and not PERMALINK.search(fragment):
                found.append(f"#{fragment}")
            if href.startswith("#"):
                continue
            is_named = entry.number in re.findall(r"[0-9a-f]+|(?<=[/=])[\w-]+", address)
            if PERMALINK.search(href) or not is_named:
                is_instant = fragment in entry.ids and dates.SHOW_COMMENT.search(address)
                if not is_instant:
                    continue
            parts = split_address(address)
            is_ours = any(parts) and parts.netloc in ("", split_address(self.base).netloc)
            if address not in found and is_ours:
                found.append(address)
        return found[:4]

    def _complete_old_ids(
        self, family: str, entries: list[Entry], records: list[CommentRecord]
    ) -> None:
        """Construct permalinks for comments without one, after the pattern of the other comments."""
        pattern: tuple[str, str] | None = None
        for entry, record in zip(entries, records, strict=True):
            for address in record.old_ids:
                if pattern is not None or address[0] == "#" or not entry.number:
                    continue
                parts = re.split(rf"(?<![0-9]){re.escape(entry.number)}(?![0-9])", address)
                if len(parts) == 2:
                    pattern = (parts[0], parts[1])
        profile = BY_NAME.get(family)
        if pattern is None and self.canonical and profile and profile.permalink:
            start = self.canonical.partition("?")[0].rstrip("/")
            pattern = (f"{start}{profile.permalink}", "")
        if pattern is None:
            return
        for entry, record in zip(entries, records, strict=True):
            has_address = any(not old.startswith("#") for old in record.old_ids)
            if entry.number and not has_address:
                record.old_ids.append(f"{pattern[0]}{entry.number}{pattern[1]}")

    def _read_data_comments(self, result: PageComments) -> None:
        """Add the comments that appear only in JSON data."""
        counts: Counter[str] = Counter()
        found = self.data().comments
        for comment in found:
            record = CommentRecord(
                "", comment.text, comment.author, date=comment.date, author_url=comment.author_url
            )
            given = comment.key or digest_key(record)
            counts[given] += 1
            record.key = comment_key(given, counts[given])
            if comment.key:
                fragment = comment.key.partition("#")[2]
                record.old_ids = [f"#{fragment}"] if fragment else [self.resolve(comment.key)]
            if comment.parent is not None:
                record.parent = result.comments[comment.parent].key
            result.comments.append(record)
        if found:
            result.layout = ("data", "json-ld")

    def _doubt(self, layout: _Layout, result: PageComments) -> None:
        folded = sum(not reading.text and reading.kind == "comment" for reading in layout.readings)
        if folded and layout.key[-1].startswith("livejournal"):
            text = ngettext(
                "%(n)s comment is collapsed: the text is not on the page",
                "%(n)s comments are collapsed: the text is not on the page",
                folded,
            )
            result.uncertain.append(Doubt(text % {"n": folded}, "empty", ["comment texts"]))
        group = layout.group if layout.key[0] == "shape" else None
        if group is None or group.declared == len(result.comments):
            return
        if group.is_loose:
            what = _("comments detected only by their names and dates")
            result.uncertain.append(Doubt(what, "layout"))
        elif group.has_heading:
            what = _(
                "comments detected from layout; the number in the heading differs or is missing"
            )
            result.uncertain.append(Doubt(what, "count", OF_COMMENTS))
        else:
            what = _("no comment heading found; comments detected from layout")
            result.uncertain.append(Doubt(what, "heading", OF_COMMENTS))

    def _read_around(self, layout: _Layout | None, result: PageComments) -> None:
        entries = [entry for entry in layout.entries if not entry.is_opening] if layout else []
        roots = [root for entry in entries for root in entry.roots]
        inside = {
            root.mem_id for entry in (layout.entries if layout else ()) for root in entry.roots
        }
        around = read_surroundings(
            self.document, roots, inside, self.canonical, lambda: self.data().count
        )
        result.area = around.nodes
        result.declared_count = around.declared_count
        result.declared_heading = around.declared_heading
        result.closed, result.closing_notice = around.closed, around.closing_notice
        result.pages = comment_pages(self.document, self.address, self.resolve)
        used = {use.node.mem_id for use in result.text_uses}
        result.text_uses += uses_around(around, inside, used)


def quality(reading: Reading) -> float:
    """Rate how complete a comment was read: 1 for all fields, below 0 for none."""
    if reading.kind != "comment":
        return 1.0 if reading.author or reading.text else 0.0
    if reading.moderation == "removed":
        return 1.0
    if not reading.text:
        return 0.2 if reading.has_author and reading.has_date else -0.5
    if not reading.has_author and not reading.has_date:
        return -0.2
    if reading.is_link:
        return 0.2  # list of comments on other pages
    return 0.4 + 0.3 * reading.has_author + 0.3 * reading.has_date


def _is_own_fragment(fragment: str, entry: Entry) -> bool:
    """Return whether a fragment in a link is another id of the entry, as in Disqus."""
    start = fragment.removesuffix(entry.number)
    is_new = start != fragment and fragment not in entry.ids
    return is_new and len(entry.number) > MIN_DIGITS and bool(OWN_ID.fullmatch(start))


def _opening(entry: Entry, reading: Reading) -> Opening:
    bodies = [entry.parts[number].node for number in reading.bodies]
    return Opening(entry.roots[0], reading.author, reading.date, bodies)


def _is_kept(reading: Reading) -> bool:
    if reading.text or reading.moderation == "removed":
        return True
    return (
        bool(reading.author)
        if reading.kind != "comment"
        else reading.has_author and reading.has_date
    )


def _repeated(entries: list[Entry], readings: list[Reading]) -> list[int]:
    """Return the indices of comments that the page contains a second time, for example for narrow
    screens.
    """
    seen: set[tuple[str, str, str]] = set()
    found: list[int] = []
    for i, (entry, reading) in enumerate(zip(entries, readings, strict=True)):
        what = (entry.number, reading.author, reading.text)
        if entry.number and what in seen:
            found.append(i)
        seen.add(what)
    return found


def _without_fields(entries: list[Entry], readings: list[Reading]) -> list[int]:
    """Return the indices of what has no id, author or date although all other comments do."""
    found = [
        i
        for i, (entry, reading) in enumerate(zip(entries, readings, strict=True))
        if not entry.number and reading.moderation == "approved" and quality(reading) < 0
    ]
    rest = [reading for i, reading in enumerate(readings) if i not in found]
    return found if rest and all(quality(reading) >= ENOUGH for reading in rest) else []


def _nearest_kept(i: int, parents: list[int | None], kept: list[bool]) -> int | None:
    here = parents[i]
    while here is not None and not kept[here]:
        here = parents[here]
    return here


def _parents_first(parents: list[int | None]) -> list[int]:
    """Return indices in order, but each parent before its replies."""
    order: list[int] = []
    done = [False] * len(parents)
    for i in range(len(parents)):
        path: list[int] = []
        here: int | None = i
        while here is not None and not done[here]:
            path.append(here)
            done[here] = True
            here = parents[here]
        order += reversed(path)
    return order


def _paired_parent(entry: Entry) -> str:
    """Return the parent from wpDiscuz's pair of ids, N_P."""
    for root in entry.roots:
        attributes = root.attributes
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        if (pair := PAIR.search(names)) and pair[2] != "0":
            return pair[2]
    return ""


def _quoted_parents(entries: list[Entry], places: list[EntryPlace]) -> None:
    """Return the parents of Discourse posts: the first post that each one quotes."""
    for entry, place in zip(entries, places, strict=True):
        for part in entry.parts:
            number = part.attributes.get("data-post") or ""
            if part.tag == "aside" and number.isdigit() and number != entry.number:
                place.named = place.named or number
                break


def _language(document: Document) -> str:
    attributes = document.root.attributes
    return attributes.get("lang") or attributes.get("xml:lang") or ""


def _base(document: Document, address: str) -> str:
    """Return the base for relative URLs: the page's base element if it is on the same site."""
    element = document.css_first("base[href]")
    base = (element.attributes.get("href") or "") if element is not None else ""
    try:
        is_web = urlsplit(base).scheme in ("http", "https")
        is_ours = (
            not address.startswith("http") or urlsplit(base).netloc == urlsplit(address).netloc
        )
        if is_web and is_ours:
            return base
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _writes_local_time(document: Document) -> bool:
    """Return whether "+00:00" is wrongly added to local times, as in WordPress before 5.3."""
    generator = document.css_first("meta[name=generator i]")
    content = (generator.attributes.get("content") or "") if generator is not None else ""
    found = re.match(r"WordPress (\d+)\.(\d+)", content)
    if found:
        return (int(found[1]), int(found[2])) < (5, 3)
    return any(name in document.names for name in ("comment-metadata", "postid-", "wp-"))
