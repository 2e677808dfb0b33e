"""The form of an author, with their picture."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..media import store_picture
from ..media.pictures import MAX_BYTES, Unsafe, read_picture
from ..models import Author


class AuthorForm(forms.ModelForm):
    """A new picture is stored when the form is saved, and replaces the present one."""

    new_picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("Shown on the author’s page. A new picture replaces the present one."),
    )
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    def clean_new_picture(self) -> tuple[bytes, str] | None:
        """Return the bytes and the name of the file. Refuses a file that can't be shown."""
        file = self.cleaned_data["new_picture"]
        if not isinstance(file, UploadedFile):
            return None
        if (file.size or 0) > MAX_BYTES:
            words = gettext("The picture is larger than %(size)d MB.")
            raise forms.ValidationError(words % {"size": MAX_BYTES // 1_000_000})
        data = file.read()
        try:
            read_picture(data)
        except Unsafe as refusal:
            words = gettext("This file can’t be shown: %(reason)s.") % {"reason": refusal}
            raise forms.ValidationError(words) from refusal
        return data, file.name or ""

    def save(self, commit: bool = True) -> Author:
        """Store the new picture, if any, and return the author."""
        if chosen := self.cleaned_data.get("new_picture"):
            self.instance.picture = store_picture(*chosen)
        elif self.cleaned_data.get("remove_picture"):
            self.instance.picture = None
        author: Author = super().save(commit)
        return author
