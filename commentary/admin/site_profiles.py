"""Site profiles: what repairs taught about a site, their effect on its other files, and their use."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..importing import draft_repairs, profile_repairs
from ..importing import store_repair as repairing
from ..importing.records import SourceError
from ..importing.site_profile import LayoutRules
from ..importing.store_repair import NotRepairable
from ..models import Repair, SiteProfile, Source
from .access import READ, actor, protect
from .editing import PermanentAdmin
from .labels import Label
from .parameters import number
from .repairs import may_repair
from .source_lines import ListPage

T = TypeVar("T")

FILES = 60  # on one page, all of which are read to show the effect
MAX_SECONDS = 15  # of one request that stores; the rest is left for the next one


class ProfileForm(forms.ModelForm):
    """The form of a profile; its rules are TOML."""

    class Meta:
        model = SiteProfile
        fields = ("name", "site", "rules")
        widgets = {"rules": forms.Textarea(attrs={"rows": 30, "cols": 90, "spellcheck": "false"})}
        help_texts = {
            "site": gettext_lazy("A host, such as www.example.org, or the path of a folder."),
            "rules": gettext_lazy(
                "TOML. NAME, PARENT, DATE and NUMBER stand for what varies in a line."
            ),
        }

    def clean_rules(self) -> str:
        try:
            profile_of(self.cleaned_data["rules"])
        except SourceError as refusal:
            raise forms.ValidationError(refusal.reason) from refusal
        return str(self.cleaned_data["rules"])


def profile_of(rules: str) -> LayoutRules:
    """Return the profile with these rules. Raises SourceError."""
    return LayoutRules.from_toml(rules, "profile")


@dataclass
class Effect:
    """What a profile would do to one file. `can_be_used` is False if it doesn't fit, or an editor has
    repaired the file.
    """

    source: Source
    declared: int | None = None
    before: int = 0
    after: int = 0
    tone: str = ""  # good, warn or ""
    verdict: Label = ""
    can_be_used: bool = False
    is_suggested: bool = False


@admin.register(SiteProfile)
class SiteProfileAdmin(PermanentAdmin):
    """Profiles of sites, and their effect on the files of the site."""

    form = ProfileForm
    list_display = ["name", "site", "editor", "changed_at"]
    list_select_related = ["editor"]
    search_fields = ["name", "site"]
    fields = ["name", "site", "rules"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_repair(request)

    def has_view_permission(self, request: HttpRequest, obj: SiteProfile | None = None) -> bool:
        return may_repair(request)

    def has_change_permission(self, request: HttpRequest, obj: SiteProfile | None = None) -> bool:
        return may_repair(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_repair(request)

    def change_context(self, request: HttpRequest, obj: SiteProfile) -> dict[str, object]:
        toml = reverse("admin:commentary_siteprofile_toml", args=[obj.pk])
        pages = [
            (profile_address(obj), _("Effect on the files of the site")),
            (toml, _("Download")),
        ]
        return {**super().change_context(request, obj), "pages": pages}

    def get_urls(self) -> list[URLPattern]:
        files = protect(self.admin_site, self.files_view, may_repair)
        toml = protect(self.admin_site, self.toml_view, may_repair, READ)
        return [
            path("<path:object_id>/files/", files, name="commentary_siteprofile_files"),
            path("<path:object_id>/toml/", toml, name="commentary_siteprofile_toml"),
            *super().get_urls(),
        ]

    def save_model(
        self, request: HttpRequest, obj: SiteProfile, form: forms.ModelForm, change: bool
    ) -> None:
        obj.editor = actor(request)
        super().save_model(request, obj, form, change)

    def toml_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the profile as a file for ``import_commentary --profile``."""
        row = self._row(request, object_id)
        name = slugify(row.name) or "profile"
        headers = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
        return HttpResponse(row.rules, content_type="application/toml", headers=headers)

    def _row(self, request: HttpRequest, object_id: str) -> SiteProfile:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def files_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what a profile would change in the other files of its site; POST uses it for the
        selected files, or undoes that.
        """
        row = self._row(request, object_id)
        here = profile_address(row)
        if request.method == "POST":
            if not may_repair(request):
                raise PermissionDenied
            if "undo" in request.POST:
                _undo(request, row)
            else:
                _use(request, row)
            return HttpResponseRedirect(here, status=303)
        profile = profile_of(row.rules)
        sources = profile_repairs.sources_of(row, profile.format)
        count = sources.count()
        pages = max(-(-count // FILES), 1)
        page = min(max(number(request.GET.get("files", "")), 1), pages)
        rows = list(sources.order_by("name")[(page - 1) * FILES : page * FILES])
        effects = [_effect(source, profile) for source in rows]
        return TemplateResponse(
            request,
            "admin/commentary/site_profile.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Site profile: %(name)s") % {"name": row.name},
                "opts": self.opts,
                "row": row,
                "profile": profile,
                "here": here,
                "effects": ListPage(effects, page, pages, count),
                "better": sum(effect.tone == "good" for effect in effects),
                "in_use": _used(row).count(),
            },
        )


def profile_address(row: SiteProfile) -> str:
    """Return the URL of the page with the effect of a profile."""
    return reverse("admin:commentary_siteprofile_files", args=[row.pk])


def _effect(source: Source, profile: LayoutRules) -> Effect:
    """Return what a profile would do to a file."""
    effect = Effect(source)
    if source.repairs.exclude(run=None).filter(undone_at=None).exists():
        effect.verdict = _("repaired")
    elif source.repairs.filter(stored_at=None).exists():
        effect.verdict = _("has a draft")
    try:
        lines = repairing.stored_lines(source)
        reading = repairing.first_reading(source, lines)
        article = repairing.article_of(source)
        declared = profile.declared_in(lines)
        effect.declared = article.discussion.declared_count if declared is None else declared
        effect.before = len({use.owner for use in reading.uses if use.kind == "comment"})
        marks = profile.marks_for(lines, reading)
        if not marks:
            effect.after, effect.verdict = effect.before, effect.verdict or _("does not fit")
            return effect
        plan = repairing.plan_repair(source, lines, reading, marks)
    except NotRepairable as refusal:
        effect.verdict = str(refusal)
        return effect
    effect.after = len(plan.rebuilt.comments)
    if effect.verdict:
        return effect
    effect.can_be_used = bool(plan)
    if not plan:
        effect.verdict = _("no change")
    elif effect.after < effect.before:
        effect.tone, effect.verdict = "warn", _("fewer: look first")
    elif effect.declared is not None and effect.after > effect.declared:
        effect.tone, effect.verdict = "warn", _("more than declared: look first")
    else:
        effect.tone, effect.is_suggested = "good", True
        effect.verdict = _("better") if effect.after > effect.before else _("changed")
    return effect


def _used(row: SiteProfile) -> QuerySet[Repair]:
    """Return the versions that a profile has stored and that are in force."""
    return Repair.objects.filter(kept__profile=row.pk, undone_at=None).exclude(run=None)


def _in_time(values: Iterable[T]) -> Iterator[T]:
    """Yield values until the time for one request is used up."""
    end = monotonic() + MAX_SECONDS
    for value in values:
        if monotonic() > end:
            return
        yield value


def _use(request: HttpRequest, row: SiteProfile) -> None:
    """Use a profile for the selected files of its site."""
    profile = profile_of(row.rules)
    picked = [number(value) for value in request.POST.getlist("pick")[:FILES]]
    if not picked:
        messages.warning(request, _("Select at least one file."))
        return
    sources = list(profile_repairs.sources_of(row, profile.format).filter(pk__in=picked))
    done = tried = 0
    for source in _in_time(sources):
        tried += 1
        try:
            with transaction.atomic():
                draft_repairs.lock_source(source)
                done += profile_repairs.use_profile(source, row, profile, actor(request))
        except NotRepairable as refusal:
            messages.warning(request, f"{source}: {refusal}")
    text = ngettext(
        "%(n)d file read again with the profile.", "%(n)d files read again with the profile.", done
    )
    messages.success(request, text % {"n": done})
    if tried < len(sources):
        messages.warning(
            request, _("There was no time for the other files. Press the button again.")
        )


def _undo(request: HttpRequest, row: SiteProfile) -> None:
    """Undo the use of a profile in all files."""
    versions = list(_used(row).select_related("source")[: 10 * FILES])
    done = 0
    for version in _in_time(versions):
        with transaction.atomic():
            draft_repairs.lock_source(version.source)
            repairing.undo_repair(version, actor(request))
        done += 1
    text = ngettext("Undone in %(n)d file.", "Undone in %(n)d files.", done)
    messages.success(request, text % {"n": done})
    if done < len(versions):
        messages.warning(
            request, _("There was no time for the other files. Press the button again.")
        )
