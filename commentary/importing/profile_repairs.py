"""Repair the sources of a site by its profile, and learn the profile from a repair."""

from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import SiteProfile, Source
from .draft_repairs import change_draft, current_repair, open_draft
from .repair import rebuild
from .site_profile import LayoutRules, learn
from .store_repair import first_reading, marks_of, store_repair, stored_lines


def sources_of(row: SiteProfile, format: str) -> QuerySet[Source]:
    """Return the imported sources of the site of a profile, without the one it was learned from."""
    of_site = Q(name__startswith=f"{row.site.rstrip('/')}/")
    for scheme in ("http", "https"):
        of_site |= Q(name__startswith=f"{scheme}://{row.site}/")
        of_site |= Q(articles__source_url__startswith=f"{scheme}://{row.site}/")
    if row.site in ("", "."):
        of_site = ~Q(name__contains="/")
    found = Source.objects.filter(of_site, format=format).exclude(articles=None)
    return found.exclude(pk=row.learned_from_id or 0).distinct()


def site_of_source(source: Source) -> str:
    """Return the host of a source, if its URL is known, or its folder."""
    article = source.articles.exclude(source_url="").first()
    address = article.source_url if article else source.name
    host = urlsplit(address).netloc if "://" in address else ""
    return host or source.name.rpartition("/")[0]


def use_profile(source: Source, row: SiteProfile, profile: LayoutRules, by: User) -> bool:
    """Store a version with the marks of a profile, unless an editor has repaired the source or the
    profile doesn't fit. Call with the source locked. Raises NotRepairable.
    """
    if source.repairs.exclude(run=None).filter(undone_at=None).exists():
        return False
    if source.repairs.filter(stored_at=None).exists():
        return False
    lines = stored_lines(source)
    marks = profile.marks_for(lines, first_reading(source, lines))
    if not marks:
        return False
    draft = open_draft(source, by)
    change_draft(draft, marks, by)
    store_repair(source, draft, by)
    draft.kept["profile"] = row.pk
    draft.save(update_fields=["kept"])
    return True


def learn_profile(source: Source, name: str, by: User) -> SiteProfile | None:
    """Store what the marks of a source teach as a profile, and return it; None if its comments start
    with nothing in common. Raises NotRepairable.
    """
    lines = stored_lines(source)
    current = current_repair(source)
    rebuilt = rebuild(lines, first_reading(source, lines), marks_of(current) if current else [])
    profile = learn(name, site_of_source(source), source.format, lines, rebuilt)
    if not profile.starts:
        return None
    row = SiteProfile.objects.filter(name=name).first() or SiteProfile(name=name)
    row.site, row.rules, row.editor, row.learned_from = profile.site, profile.as_toml(), by, source
    row.changed_at = timezone.now()
    row.save()
    return row
