from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Comment, Report
from ..reading.comment_form import (
    Data,
    StampedForm,
    body_field,
    clean_body,
    clean_commenter,
    name_field,
)
from ..text.names import clean_name


class EditForm(forms.Form):
    """Edits the sender's own comment."""

    use_required_attribute = False
    body = body_field()
    name = name_field()

    def __init__(self, data: Data = None, *, comment: Comment, is_editor: bool = False) -> None:
        initial = {"body": comment.body, "name": comment.name}
        super().__init__(data, initial=initial, auto_id="edit-%s")
        self.comment, self.is_editor = comment, is_editor

    def clean_body(self) -> str:
        return clean_body(self.cleaned_data["body"])

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if name == self.comment.name:
            return name
        return clean_commenter(name, self.is_editor)


class AskForm(forms.Form):
    """Asks for another look at a rejected comment."""

    use_required_attribute = False
    note = forms.CharField(
        label=_("What should the editor know? (optional)"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Enter %(limit_value)d characters or fewer")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, data: Data = None) -> None:
        super().__init__(data, auto_id="ask-%s")

    def clean_note(self) -> str:
        return " ".join(str(self.cleaned_data["note"]).replace("\0", "").split())


class ReportForm(StampedForm):
    """Reports a comment."""

    why = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Report.Why.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong with the comment"),
            "invalid_choice": _("Choose what is wrong with the comment"),
        },
    )
    note = forms.CharField(
        label=_("Details (optional)"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Enter %(limit_value)d characters or fewer")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, data: Data = None, *, comment: Comment) -> None:
        super().__init__(data, f"report.{comment.pk}", f"report-{comment.number}-%s")
