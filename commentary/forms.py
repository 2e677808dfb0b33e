"""What people may send us: the fields named here and no others."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why a moderator decides; readers see it."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Shown to readers, and kept in the audit trail."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
