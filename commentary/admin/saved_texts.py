"""Saved reasons and replies, which moderators choose from in the queue."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import SavedText


class SavedTextForm(forms.ModelForm):
    """A saved text. Reasons are one line, because they stand in one."""

    class Meta:
        model = SavedText
        fields = ["kind", "text", "position"]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        kind, text = cleaned.get("kind"), str(cleaned.get("text") or "").strip()
        most = SavedText.MAX_LENGTH[SavedText.Kind(str(kind))] if kind else 0
        if kind and len(text) > most:
            message = _("Must be at most %(most)d characters.")
            self.add_error("text", forms.ValidationError(message, params={"most": most}))
        elif kind == SavedText.Kind.REASON and "\n" in text:
            self.add_error("text", _("A reason must fit on one line."))
        cleaned["text"] = text
        return cleaned


@admin.register(SavedText)
class SavedTextAdmin(admin.ModelAdmin):
    form = SavedTextForm
    list_display = ["__str__", "kind", "position"]
    list_filter = ["kind"]
    fields = ["kind", "text", "position"]
