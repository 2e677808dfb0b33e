"""Forms of the admin."""

import re
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Rule
from ..reading.comment_form import HOSTNAME, MOST_PATTERN


class ReasonForm(forms.Form):
    """The reason for a decision, which readers see."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Shown to readers and kept in the audit log."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class DateTimeField(forms.DateTimeField):
    """A date and time with the browser's own control."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class CloseForm(ReasonForm):
    """Asks why a discussion or branch is closed, and for how long."""

    start = DateTimeField(
        label=_("Close from"), required=False, help_text=_("Leave blank to close now.")
    )
    until = DateTimeField(
        label=_("Close until"),
        required=False,
        help_text=_("Leave blank to close until someone reopens it."),
    )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        start, until, now = cleaned.get("start"), cleaned.get("until"), timezone.now()
        assert isinstance(start, datetime | None) and isinstance(until, datetime | None)
        if start and start <= now:
            self.add_error("start", _("Enter a future date and time, or leave blank to close now."))
        if until and until <= (start or now):
            self.add_error("until", _("Must be later than the closing time."))
        return cleaned


THREAD_REASONS = {
    "off_topic": _("Off topic"),
    "repeating": _("Repeating itself"),
    "dispute": _("Dispute between people"),
    "other": _("Other"),
}
ARTICLE_REASONS = {
    "ended": _("Discussion has ended"),
    "too_many": _("Too many comments to moderate"),
    "other": _("Other"),
}


class CloseHereForm(forms.Form):
    """Closes from the queue: one of several reasons, a note, and an end date."""

    why = forms.ChoiceField(choices=[*THREAD_REASONS.items(), *ARTICLE_REASONS.items()])
    note = forms.CharField(max_length=140, required=False)
    until = forms.DateTimeField(required=False)
    pending = forms.ChoiceField(choices=[("keep", "keep"), ("reject", "reject")], required=False)

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(
                _("Enter a future date and time, or leave blank for no end date.")
            )
        return until

    @property
    def reason(self) -> str:
        """The reason shown to readers: the choice and the note."""
        why, note = self.cleaned_data["why"], self.cleaned_data["note"].strip()
        label = "" if why == "other" else str((THREAD_REASONS | ARTICLE_REASONS)[why])
        return ": ".join(part for part in (label, note) if part)


class RuleForm(forms.ModelForm):
    """A moderation rule. Rejects patterns that can't match anything."""

    LISTS = {
        Rule.Kind.WORDS,
        Rule.Kind.DOMAIN,
        Rule.Kind.NAME,
        Rule.Kind.EMAIL,
        Rule.Kind.NETWORK,
        Rule.Kind.COMMENTER,
    }

    class Meta:
        model = Rule
        fields = ["kind", "pattern", "least", "action", "article", "ends_at", "is_active"]
        field_classes = {"ends_at": DateTimeField}
        widgets = {"ends_at": DateTimeField.widget}

    def clean_least(self) -> int:
        least: int = self.cleaned_data["least"]
        if least < 1:
            raise forms.ValidationError(_("Must be at least 1."))
        return least

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        kind, pattern = cleaned.get("kind"), str(cleaned.get("pattern") or "")
        lines = Rule(pattern=pattern).patterns
        if kind in self.LISTS and not lines:
            self.add_error("pattern", _("Enter what this rule matches, one per line."))
        elif kind == Rule.Kind.WORDS and not all(re.search(r"\w", line) for line in lines):
            self.add_error("pattern", _("Each line must contain a letter or digit."))
        elif kind == Rule.Kind.DOMAIN and not all(HOSTNAME.fullmatch(line) for line in lines):
            self.add_error("pattern", _("Enter only domains, such as shop.example."))
        elif len(pattern) > MOST_PATTERN:
            text = ngettext(
                "Must be at most %(most)d character. Split the list into several rules.",
                "Must be at most %(most)d characters. Split the list into several rules.",
                MOST_PATTERN,
            )
            self.add_error("pattern", text % {"most": MOST_PATTERN})
        if cleaned.get("action") == Rule.Action.TRUST and kind != Rule.Kind.COMMENTER:
            # Anyone can sign with any name, and write any words.
            text = _("Only comments of a commenter can be published at once.")
            self.add_error("action", text)
        if kind == Rule.Kind.NETWORK and lines:
            latest = Rule(pattern=pattern).hashes_end_at
            if cleaned.get("is_active") and latest <= timezone.now():
                text = _(
                    "The last comment from this network is more than 30 days old, so this rule would have expired. Disable it or remove the network."
                )
                self.add_error("pattern", text)
        return cleaned
