"""The name, texts and look of the site."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from ..models import SiteSettings
from ..models.site_settings import ENVIRONMENT
from ..text.footer_links import parse_links
from ..text.logos import MAX_LOGO, LogoProblem, read_logo
from ..text.phrases import listed
from ..text.theme import accent_problems, font_problem, parse_accent, stylesheet_problems
from .article_form import CleanedData
from .editing import Context, PermanentAdmin

FILES = ("logo", "favicon")


class SiteSettingsForm(forms.ModelForm):
    """The form of the settings. It refuses what pages could not be read with."""

    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("SVG or PNG, up to 100 kB. Shown 28 pixels high before the name."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    favicon_file = forms.FileField(
        label=_("Favicon"),
        required=False,
        help_text=_("SVG or PNG. The logo is used if there is none."),
    )
    remove_favicon = forms.BooleanField(label=_("Remove the favicon"), required=False)

    def clean_accent(self) -> str:
        text = str(self.cleaned_data["accent"])
        if text and parse_accent(text) is None:
            raise forms.ValidationError(
                _("Give two colours, by day and by night, such as #2f6b3a, #93d3a0.")
            )
        return text

    def clean_serif(self) -> str:
        return self._families("serif")

    def clean_sans(self) -> str:
        return self._families("sans")

    def _families(self, name: str) -> str:
        families = str(self.cleaned_data[name]).strip()
        if families and (problem := font_problem(families)):
            raise forms.ValidationError(problem)
        return families

    def clean_footer_links(self) -> str:
        text = str(self.cleaned_data["footer_links"])
        try:
            parse_links(text)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem
        return text

    def clean_stylesheet(self) -> str:
        text = str(self.cleaned_data["stylesheet"])
        if problems := stylesheet_problems(text) if text else []:
            raise forms.ValidationError([forms.ValidationError(problem) for problem in problems])
        return text

    def clean(self) -> CleanedData:
        cleaned: CleanedData = super().clean() or self.cleaned_data
        accent = parse_accent(_in_effect("accent", cleaned) or "")
        stylesheet = _in_effect("stylesheet", cleaned)
        field = "accent" if "accent" in self.fields else None
        if accent and not self.has_error("stylesheet"):
            for problem in accent_problems(accent, stylesheet):
                self.add_error(field, problem)
        for kind in FILES:
            file = cleaned.get(f"{kind}_file")
            if isinstance(file, UploadedFile):
                cleaned[f"{kind}_file"] = self._read(kind, file)
        return cleaned

    def _read(self, kind: str, file: UploadedFile) -> bytes:
        """Return the bytes of an uploaded file."""
        data = file.read(MAX_LOGO + 1)
        try:
            read_logo(data)
        except LogoProblem as problem:
            self.add_error(f"{kind}_file", str(problem))
        return data


def _in_effect(name: str, cleaned: CleanedData) -> str:
    """Return the value of a column that pages will use: a setting wins over what was entered."""
    given = getattr(settings, ENVIRONMENT[name])
    if isinstance(given, bytes):
        given = given.decode("utf-8", "replace")
    return given or cleaned.get(name) or ""


@admin.register(SiteSettings)
class SiteSettingsAdmin(PermanentAdmin):
    """The only row is changed; the list leads to it."""

    form = SiteSettingsForm
    fields = [
        "name",
        "tagline",
        "introduction",
        ("logo_file", "remove_logo"),
        ("favicon_file", "remove_favicon"),
        "accent",
        "serif",
        "sans",
        "footer_links",
        "stylesheet",
        "in_environment",
    ]
    readonly_fields = ["in_environment"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: SiteSettings | None = None) -> list[Any]:
        """Leave out what the environment sets."""
        shown: list[Any] = []
        for field in self.fields:
            name = field[0].removesuffix("_file") if isinstance(field, tuple) else str(field)
            if not getattr(settings, ENVIRONMENT.get(name, ""), ""):
                shown.append(field)
        return shown

    def changelist_view(
        self, request: HttpRequest, extra_context: Context | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)  # type: ignore[arg-type]
        return HttpResponseRedirect(self.change_address(SiteSettings.load()))

    def save_model(
        self, request: HttpRequest, obj: SiteSettings, form: forms.ModelForm, change: bool
    ) -> None:
        for kind in FILES:
            data = form.cleaned_data.get(f"{kind}_file")
            if isinstance(data, bytes):
                obj.set_file(kind, data)
            elif form.cleaned_data.get(f"remove_{kind}"):
                obj.set_file(kind, b"")
        super().save_model(request, obj, form, change)

    @admin.display(description=_("Set in the environment"))
    def in_environment(self, obj: SiteSettings) -> str:
        """Name the settings that win over this form, which doesn't show them."""
        given = [name for name in ENVIRONMENT.values() if getattr(settings, name)]
        return listed(given) or str(_("Nothing"))
