"""Pages about the site: imprint, privacy, comment policy."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from ..models import PageVersion, TextPage
from ..models.text_page import MAX_PAGES
from .access import actor
from .article_form import CleanedData
from .editing import PermanentAdmin
from .imports import typed

VERSIONS_SHOWN = 50


class TextPageForm(forms.ModelForm):
    """The form of a page."""

    class Meta:
        model = TextPage
        fields = ("title", "slug", "text", "is_published", "in_footer", "is_comment_policy")
        widgets = {"text": forms.Textarea(attrs={"rows": 24, "cols": 90, "dir": "auto"})}

    def clean(self) -> CleanedData | None:
        cleaned: CleanedData | None = super().clean()
        if self.instance.pk is None and TextPage.objects.count() >= MAX_PAGES:
            raise forms.ValidationError(
                _("There are %(most)d pages already. Change one that is not published.")
                % {"most": MAX_PAGES}
            )
        return cleaned


@admin.register(TextPage)
class TextPageAdmin(PermanentAdmin):
    """Pages. Every change of a title or text keeps the earlier version."""

    form = TextPageForm
    list_display = ["title", "slug", "is_published", "in_footer", "is_comment_policy"]
    fields = [
        "title",
        "slug",
        "text",
        "is_published",
        "in_footer",
        "is_comment_policy",
        "position",
        "earlier_versions",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: TextPage | None = None) -> list[str]:
        return ["slug", "earlier_versions"] if obj else ["earlier_versions"]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: TextPage | None = None
    ) -> dict[str, list[str]]:
        return {} if obj else {"slug": ["title"]}

    def view_on_site(self, obj: TextPage) -> str | None:
        """Return the address of a published page."""
        return obj.get_absolute_url() if obj.is_published else None

    def save_model(
        self, request: HttpRequest, obj: TextPage, form: forms.ModelForm, change: bool
    ) -> None:
        with transaction.atomic():
            if change:
                obj.title = typed(obj.title, form.initial["title"])
                obj.text = typed(obj.text, form.initial["text"])
                before = TextPage.objects.get(pk=obj.pk)
                if (before.title, before.text) != (obj.title, obj.text):
                    PageVersion.objects.create(
                        page=before, title=before.title, text=before.text, editor=actor(request)
                    )
            super().save_model(request, obj, form, change)

    @admin.display(description=_("earlier versions"))
    def earlier_versions(self, obj: TextPage) -> SafeString | str:
        """Show the latest earlier versions, newest first, each with who replaced it and when."""
        if obj.pk is None:
            return "-"
        versions = obj.versions.select_related("editor")[:VERSIONS_SHOWN]
        return format_html_join(
            "",
            "<details><summary>{}, {}: {}</summary><pre>{}</pre></details>",
            (
                (
                    date_format(localtime(version.created_at), "DATETIME_FORMAT"),
                    version.editor or "-",
                    version.title,
                    version.text,
                )
                for version in versions
            ),
        ) or format_html("<p>{}</p>", pgettext("earlier versions", "None"))
