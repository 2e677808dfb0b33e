"""The pages of one archive, read as one site in two passes.

The first pass reads every page separately and keeps a summary: its URLs, whether it shows an
article, the layout of its comments, and its blocks. Together, the summaries show which blocks
repeat (page furniture), which layout the comments of the site have, and which pages show the same
article. The second pass reads the pages of each article again with this knowledge.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ...archives import Archive, Capture
from ...fields import page_key
from ...messages import gettext as _
from ...messages import gettext_noop
from ...records import SourceError
from ...workers import in_order
from ..text.phrases.patterns import lazy_re_compile
from . import dom
from .comments import LayoutKey
from .page_group import GroupReading, Knowledge, PageBytes, read_list, read_pages
from .survey import Summary, may_be_page, survey_page

COMMON = 0.5  # of the pages of a site; blocks on more of them are page furniture
FEW = 3  # minimum number of pages for which repetition is evidence
SAMPLE = 2_000  # pages whose blocks are all counted


@dataclass(slots=True)
class PageGroup:
    """The pages of one article. The article is read from `main`; `parts` contain more of its
    comments, and `copies` nothing new.
    """

    main: Summary
    parts: list[Summary] = field(default_factory=list)
    copies: list[Summary] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class WholeList:
    """A list from which articles are read that have no page of their own. `keys` are those of their
    URLs.
    """

    page: Summary
    keys: set[str] = field(default_factory=set)


class Site:
    """What the pages of an archive have in common, and which articles they show."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.groups: list[PageGroup] = []
        self.lists: list[Summary] = []
        self.feeds: list[Summary] = []
        self.whole_lists: list[WholeList] = []
        self.problems: list[str] = []
        self.knowledge = Knowledge()

    def survey(self, watch: Callable[[int], None] = lambda done: None) -> None:
        """Read every page, and determine what the pages have in common. `watch` is called with the
        number of captures read so far.
        """
        summaries: list[Summary] = []
        for job, found in in_order(_survey, self._jobs(watch)):
            if isinstance(found, str):
                self.problems.append(found)
            elif found is not None:
                found.number = job.number
                summaries.append(found)
        pages = [s for s in summaries if s.kind != "feed"]
        self.feeds = [s for s in summaries if s.kind == "feed"]
        self._group(pages)
        self.knowledge = Knowledge(
            _best_layout(pages),
            _majority(s.month_first for s in pages),
            frozenset(_repeated([group.main for group in self.groups], self.lists)),
        )
        for page in pages:
            page.fingerprints, page.layouts = array("I"), []

    def _jobs(self, watch: Callable[[int], None]) -> "Iterator[_Job]":
        for done, capture in enumerate(self.archive, 1):
            watch(done)
            entry = capture.entry
            if not may_be_page(entry.name, entry.media_type):
                continue
            try:
                page = page_bytes(capture)
            except SourceError as refusal:
                self.problems.append(str(refusal))
                continue
            yield _Job(capture.number, page, entry.media_type, entry.status)

    def readings(self) -> "Iterator[tuple[PageGroup, GroupReading | str]]":
        """Yield each group with its content, or the reason why it cannot be read."""
        for job, reading in in_order(_read, self._read_jobs()):
            yield job.group, reading

    def _read_jobs(self) -> "Iterator[_ReadJob]":
        for group in self.groups:
            main, *parts = map(self._read_again, (group.main, *group.parts))
            self.problems += (part for part in parts if isinstance(part, str))
            whole = [part for part in parts if isinstance(part, PageBytes)]
            yield _ReadJob(group, main, whole, self.knowledge)

    def _read_again(self, page: Summary) -> PageBytes | str:
        """Return the bytes of a page, or why they can no longer be read."""
        try:
            return page_bytes(self.capture(page))
        except SourceError as refusal:
            return str(refusal)

    def list_readings(self) -> "Iterator[tuple[Summary, list[GroupReading] | str]]":
        """Yield each list with the articles that are read from it, or why it cannot be read."""
        jobs = (
            _ListJob(one.page, self._read_again(one.page), one.keys, self.knowledge)
            for one in self.whole_lists
        )
        for job, readings in in_order(_read_list, jobs):
            yield job.page, readings

    def capture(self, summary: Summary) -> Capture:
        """Return the capture of a summary."""
        return self.archive.numbered(summary.number)

    def _group(self, pages: list[Summary]) -> None:
        articles = [s for s in pages if s.kind == "article"]
        self.lists = [s for s in pages if s.kind != "article"]
        misleading = _misleading(articles)
        by_key: defaultdict[str, list[Summary]] = defaultdict(list)
        for summary in articles:
            by_key[_identity(summary, misleading)].append(summary)
        _join_numbered_pages(by_key)
        redirects = _redirects(self.archive.redirects)
        for found in by_key.values():
            self.groups.append(_group_of(found, redirects))
        self.whole_lists = _whole_lists(self.lists, self.groups)


class _Job(NamedTuple):
    number: int
    page: PageBytes
    media_type: str
    status: str


class _ReadJob(NamedTuple):
    group: PageGroup
    main: PageBytes | str
    parts: list[PageBytes]
    site: Knowledge


class _ListJob(NamedTuple):
    page: Summary
    data: PageBytes | str
    keys: set[str]
    site: Knowledge


def page_bytes(capture: Capture) -> PageBytes:
    """Return the bytes of a capture. Raises SourceError if it cannot be read."""
    entry = capture.entry
    return PageBytes(entry.name, entry.address, entry.charset, capture.read(dom.MAX_BYTES))


def _survey(job: _Job) -> Summary | str | None:
    try:
        return survey_page(job.page, job.media_type, job.status)
    except MemoryError:
        return str(SourceError(job.page.name, 0, _(TOO_LARGE)))


def _read(job: _ReadJob) -> GroupReading | str:
    if isinstance(job.main, str):
        return job.main
    try:
        return read_pages(job.main, job.parts, job.site)
    except SourceError as refusal:
        return str(refusal)
    except MemoryError:
        return str(SourceError(job.main.name, 0, _(TOO_LARGE)))


TOO_LARGE = gettext_noop("needs more memory than is available")


def _read_list(job: _ListJob) -> list[GroupReading] | str:
    if isinstance(job.data, str):
        return job.data
    try:
        return read_list(job.data, job.keys, job.site)
    except SourceError as refusal:
        return str(refusal)
    except MemoryError:
        return str(SourceError(job.page.name, 0, _(TOO_LARGE)))


def _whole_lists(lists: list[Summary], groups: list[PageGroup]) -> list[WholeList]:
    """Choose for each article without a page of its own the list with most of its text."""
    known = {
        page_key(address)
        for group in groups
        for address in (group.main.url, group.main.address, *group.addresses)
    }
    best: dict[str, Summary] = {}
    for page in lists:
        for key, words in page.entries.items():
            if key.endswith("#") and key.rstrip("#") in known:
                continue
            if key not in best or words > best[key].entries[key]:
                best[key] = page
    found: dict[int, WholeList] = {}
    for key, page in best.items():
        found.setdefault(page.number, WholeList(page)).keys.add(key)
    return list(found.values())


def _repeated(articles: list[Summary], lists: list[Summary]) -> Iterator[int]:
    """Return the fingerprints of blocks on most pages. They have to be on different articles, because
    lists repeat the texts of articles."""
    pages = articles + lists
    if len(pages) < FEW:
        return
    # Counting all blocks of a large site takes too much memory: most are on one page only.
    sample = pages[:: len(pages) // SAMPLE + 1]
    seen = Counter(mark for page in sample for mark in page.fingerprints)
    least = max(FEW, len(sample) * COMMON) / (1 if len(sample) == len(pages) else 2)
    candidates = {mark for mark, count in seen.items() if count >= least}
    counts: Counter[int] = Counter()
    for page in pages:
        counts.update(candidates.intersection(page.fingerprints))
    most = max(FEW, len(pages) * COMMON)
    found = {mark for mark, count in counts.items() if count >= most}
    first: dict[int, str] = {}
    for page in articles:
        for mark in found.intersection(page.fingerprints):
            if first.setdefault(mark, page.title) != page.title:
                found.discard(mark)
                yield mark


def _best_layout(pages: list[Summary]) -> LayoutKey | None:
    """Return the comment layout with the best score over all pages."""
    scores: defaultdict[LayoutKey, float] = defaultdict(float)
    for page in pages:
        for key, score in page.layouts:
            scores[key] += score
    return max(scores, key=lambda key: scores[key]) if scores else None


def _majority(votes: Iterable[bool | None]) -> bool | None:
    counts = Counter(vote for vote in votes if vote is not None)
    return counts.most_common(1)[0][0] if counts else None


def _misleading(pages: list[Summary]) -> set[str]:
    """Return canonical URLs shared by pages with different titles, such as the home page."""
    first: dict[str, str] = {}
    return {
        key
        for page in pages
        if page.url and first.setdefault(key := page_key(page.url), page.title) != page.title
    }


def _identity(page: Summary, misleading: set[str]) -> str:
    """Return a key that is the same for all pages of one article."""
    if page.url and (key := page_key(page.url)) not in misleading:
        return key
    if page.address:
        return page_key(page.address)
    return f"{page.title}\0{page.body_digest.hex()}" if page.title else f"file {page.name}"


def _join_numbered_pages(by_key: dict[str, list[Summary]]) -> None:
    """Add the further pages of a thread ("?page=2") to its first page, if they have its title."""
    for key, pages in list(by_key.items()):
        url = pages[0].url or pages[0].address
        first = NUMBERED.sub("", url) if "://" in url else url
        first_key = page_key(first)
        known = by_key.get(first_key) if first != url and first_key != key else None
        if known and known[0].title == pages[0].title:
            known += by_key.pop(key)


def _group_of(found: list[Summary], redirects: dict[str, list[str]]) -> PageGroup:
    """Return the pages of one article, best first."""
    best = max(found, key=_worth)
    group = PageGroup(best)
    held = set(best.comment_ids)
    for page in found:
        if page is best:
            continue
        if set(page.comment_ids) - held or not page.comment_ids and page.comment_count > 0:
            held |= set(page.comment_ids)
            group.parts.append(page)
        else:
            group.copies.append(page)
    own = [best.address, *best.old_addresses]
    for page in found:
        own += [page.address, page.url, *page.old_addresses]
    for address in list(own):
        own += redirects.get(page_key(address), [])
    group.addresses = [a for a in dict.fromkeys(own) if a and a != best.url]
    return group


def _worth(page: Summary) -> tuple[bool, bool, int, int, bool, int]:
    """Rank pages: a copy at its own canonical URL comes first, then the one with the most content."""
    is_own = bool(page.url) and page_key(page.url) == page_key(page.address or page.url)
    is_plain = not page.address or QUERY.search(page.address) is None
    is_exact = page.url == page.address
    is_first = NUMBERED.search(page.url) is None
    return is_first, is_own and is_plain, page.comment_count, page.body_size, is_exact, -page.number


# The number of a page of a thread, at the end of its URL.
NUMBERED = lazy_re_compile(
    r"(?:[?&;](?:page|start|st|cpage|commentpage)=\d{1,6}|/(?:comment-)?page[-/]?\d{1,5}/?|"
    r"(?<=\d)\.[1-9]\d{0,5}(?:\.html)?)$",
    re.I,
)
QUERY = lazy_re_compile(r"\?|/(?:comment-)?page-?\d+/?$")


def _redirects(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return for each URL key all URLs that redirected to it, directly or indirectly."""
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        if source != target:
            sources[page_key(target)].append(source)
    found: dict[str, list[str]] = {}
    for key in list(sources):
        waiting, seen = [key], {key}
        led: dict[str, None] = {}
        while waiting:
            for source in sources.get(waiting.pop(), ()):
                led[source] = None
                if (before := page_key(source)) not in seen:
                    seen.add(before)
                    waiting.append(before)
        found[key] = [*led]
    return found
