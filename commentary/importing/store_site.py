"""Import the pages of an archive. Articles are stored with the pages they are read from; all other
pages are stored with their kind, so that nothing is lost or imported twice.
"""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from ..models import Article, Source
from .archives import Archive
from .fields import page_key, printable
from .formats.html.saved_page import SavedPage, saved_list, saved_page, source_of
from .formats.html.site import Site
from .formats.html.survey import Summary
from .messages import gettext as _
from .messages import gettext_noop
from .pictures import Kept, keep_pictures
from .records import SourceError
from .report import ImportReport
from .site_profile import LayoutRules
from .source import SourceFile
from .store import Watch, import_source, is_imported
from .stored_source import store_bytes, store_source

LISTS = {
    "list": gettext_noop("a list of articles"),
    "error": gettext_noop("an error page"),
    "feed": gettext_noop("a feed"),
    "other": gettext_noop("no article found"),
}
# Why a page with more comments of an article is neither an article nor a copy.
PART = gettext_noop("more comments of an article")


def import_site(
    archive: Archive,
    dry_run: bool = False,
    watch: Watch = lambda report: None,
    progress: Callable[[str, int, int], None] = lambda step, done, of: None,
    as_drafts: bool = False,
    batch: UUID | None = None,
    profile: LayoutRules | None = None,
) -> Iterator[ImportReport]:
    """Import the pages of an archive, and yield the report of each page.

    `progress` is called with the step, the number of pages done and their total. `as_drafts`,
    `batch` and `profile` are those of `import_source`.
    """
    store = partial(
        import_source,
        dry_run=dry_run,
        watch=watch,
        as_drafts=as_drafts,
        batch=batch,
        profile=profile,
    )
    site = Site(archive)
    total = len(archive)
    site.survey(lambda done: progress("surveyed", done, total))
    yield from (_damaged(*damage) for damage in archive.damage)
    yield from map(_problem, [*archive.problems, *site.problems])
    told = len(site.problems)
    slugs = dict.fromkeys(map(_page_of_feed, site.feeds), "")
    for done, (group, reading) in enumerate(site.readings(), 1):
        progress("imported", done, len(site.groups))
        if isinstance(reading, str):
            report = _refused(group.main.name, reading)
        else:
            page = partial(saved_page, site, group, reading)
            report = _import(group.main.name, page, dry_run, store)
        yield report
        for slug in report.articles[:1]:
            for address in (group.main.url, group.main.address, *group.addresses):
                if slugs and address and slugs.get(key := page_key(address)) == "":
                    slugs[key] = slug
            for part in group.parts:
                yield _keep(site, part, slug, _(PART), dry_run)
            for copy in group.copies:
                yield _keep(site, copy, slug, "", dry_run)
    done_lists = set()
    for one, readings in site.list_readings():
        # The articles of a list that have no page of their own.
        if isinstance(readings, str):
            yield _refused(one.name, readings)
            continue
        report = _import(one.name, partial(saved_list, site, one, readings), dry_run, store)
        yield report
        if report.outcome != "refused":
            done_lists.add(one.number)
            _keep(site, one, None, _reason(one), dry_run)
    for feed in site.feeds:
        of = slugs[_page_of_feed(feed)] or None
        yield _keep(site, feed, of, "" if of else _(LISTS["feed"]), dry_run)
    for other in site.lists:
        if other.number not in done_lists:
            yield _keep(site, other, None, _reason(other), dry_run)
    # Pages that changed or disappeared since they were surveyed.
    yield from map(_problem, site.problems[told:])


def _reason(page: Summary) -> str:
    """Return why a page is not an article."""
    return "; ".join([_(LISTS.get(page.kind, LISTS["other"])), *page.reasons[:2]])


def _damaged(name: str, why: str) -> ImportReport:
    """Return the report of a file that was read only in part."""
    return ImportReport(printable(name), "partial", warnings=[printable(why)])


def _problem(problem: str) -> ImportReport:
    problem = printable(problem)
    name = problem.partition(": ")[0].removesuffix(":0")
    return ImportReport(name, "refused", error=problem)


def _page_of_feed(feed: Summary) -> str:
    """Return the key of the URL of the page that a feed belongs to, or ""."""
    path = feed.address.partition("?")[0].rstrip("/")
    path = path.removesuffix("/atom").removesuffix("/rss2").removesuffix("/feed")
    return page_key(path) if path else ""


def _import(
    name: str,
    open_page: Callable[[], SavedPage],
    dry_run: bool,
    store: Callable[..., ImportReport],
) -> ImportReport:
    """Import the articles of one page, which `store` stores."""
    try:
        page = open_page()
        pictures = {} if dry_run or is_imported(page) else _keep_pictures(page)
        return store(page, "html", pictures=pictures)
    except SourceError as refusal:
        return _refused(name, str(refusal))
    except OSError as failure:  # a full disk, or no access to it
        return _refused(
            name,
            _("%(name)s:0: cannot be stored: %(reason)s")
            % {"name": name, "reason": failure.strerror or failure},
        )


def _keep_pictures(page: SavedPage) -> dict[str, Kept]:
    """Store the pictures of a page. Decoding them is slow, so it happens before the transaction that
    stores the page.
    """
    return {one.record.key: keep_pictures(one.record) for one in page.readings}


def _refused(name: str, why: str) -> ImportReport:
    return ImportReport(printable(name), "refused", error=printable(why))


def _keep(site: Site, page: Summary, slug: str | None, reason: str, dry_run: bool) -> ImportReport:
    """Store the bytes of a page without an article of its own, with its kind."""
    report = ImportReport(printable(page.name), "copy" if slug else "no article")
    report.articles = [slug] if slug else []
    report.warnings = [] if slug else [reason]
    if dry_run:
        return report
    try:
        source = source_of(site.capture(page))
    except SourceError as refusal:
        return _refused(page.name, str(refusal))
    try:
        _store_page(source, slug, reason)
    except IntegrityError:  # another import has just stored it
        _store_page(source, slug, reason)
    return report


@transaction.atomic
def _store_page(source: SourceFile, slug: str | None, reason: str) -> None:
    stored = Source.objects.filter(sha256=source.sha256).first()
    if stored is None:
        stored = store_source(source, "html")
        stored.copy_of = Article.objects.filter(slug=slug).first() if slug else None
        stored.no_article = reason[:300]
        stored.save(update_fields=["copy_of", "no_article"])
        return
    store_bytes(source, stored)
    if source.name not in (stored.name, *stored.other_names):
        stored.other_names.append(source.name)
    if not slug and not stored.copy_of_id:  # a list that articles were read from
        stored.no_article = reason[:300]
    stored.save(update_fields=["other_names", "no_article"])
