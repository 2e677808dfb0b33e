import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Rule
from ..reading.comment_form import HOSTNAME, MOST_PATTERN


class ReasonForm(forms.Form):
    """Why a moderator decides; readers see it."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Shown to readers, and kept in the audit trail."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class Moment(forms.DateTimeField):
    """A date with a time, by the browser's own control."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class CloseForm(ReasonForm):
    """Why a place is closed, and for how long."""

    start = Moment(label=_("Close from"), required=False, help_text=_("Empty closes it at once."))
    until = Moment(
        label=_("Close until"),
        required=False,
        help_text=_("Empty closes it until somebody reopens it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, until, now = cleaned.get("start"), cleaned.get("until"), timezone.now()
        if start and start <= now:
            self.add_error("start", _("Give a moment to come, or leave it empty to close now."))
        if until and until <= (start or now):
            self.add_error("until", _("Give a moment after it closes."))
        return cleaned


THREAD_REASONS = {
    "off_topic": _("Off topic"),
    "repeating": _("Repeating itself"),
    "dispute": _("Dispute between people"),
    "other": _("Other"),
}
ARTICLE_REASONS = {
    "ended": _("Discussion has ended"),
    "too_many": _("More than we can moderate"),
    "other": _("Other"),
}


class CloseHereForm(forms.Form):
    """Closing from the queue: a reason to choose, a note, a date."""

    why = forms.ChoiceField(choices=[*THREAD_REASONS.items(), *ARTICLE_REASONS.items()])
    note = forms.CharField(max_length=140, required=False)
    until = forms.DateTimeField(required=False)
    pending = forms.ChoiceField(choices=[("keep", "keep"), ("reject", "reject")], required=False)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(_("Close until a moment to come, or leave it empty."))
        return until

    @property
    def reason(self) -> str:
        """What readers are shown: the choice and the note, in one line."""
        why, note = self.cleaned_data["why"], self.cleaned_data["note"].strip()
        label = "" if why == "other" else str((THREAD_REASONS | ARTICLE_REASONS)[why])
        return ": ".join(part for part in (label, note) if part)


class RuleForm(forms.ModelForm):
    """A rule of screening that can hold something."""

    LISTS = {Rule.Kind.WORDS, Rule.Kind.DOMAIN, Rule.Kind.NAME, Rule.Kind.EMAIL, Rule.Kind.NETWORK}

    class Meta:
        model = Rule
        fields = ["kind", "pattern", "least", "action", "article", "ends_at", "is_active"]
        field_classes = {"ends_at": Moment}
        widgets = {"ends_at": Moment.widget}

    def clean_least(self) -> int:
        least: int = self.cleaned_data["least"]
        if least < 1:
            raise forms.ValidationError(_("Write 1 or more."))
        return least

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind, lines = cleaned.get("kind"), Rule(pattern=cleaned.get("pattern") or "").patterns
        if kind in self.LISTS and not lines:
            self.add_error("pattern", _("Write what this rule looks for, one on each line."))
        elif kind == Rule.Kind.WORDS and not all(re.search(r"\w", line) for line in lines):
            self.add_error("pattern", _("Write at least one letter or digit on each line."))
        elif kind == Rule.Kind.DOMAIN and not all(HOSTNAME.fullmatch(line) for line in lines):
            self.add_error("pattern", _("Write domains alone, such as shop.example."))
        elif len(cleaned.get("pattern") or "") > MOST_PATTERN:
            text = _("Write at most %(most)d characters; another rule may have the rest.")
            self.add_error("pattern", text % {"most": MOST_PATTERN})
        if kind == Rule.Kind.NETWORK and lines:
            latest = Rule(pattern=cleaned["pattern"]).hashes_end_at
            if cleaned.get("is_active") and latest <= timezone.now():
                text = _("The last comment from this network is more than 30 days old.")
                self.add_error("pattern", text)
        return cleaned
