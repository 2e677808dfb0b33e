"""The form for the text of an article: plain text, Markdown or HTML, with a preview and pictures.

Markdown and HTML become formatted text in normal form (`text.article_html`); the form shows that as
HTML. **Preview** and **Add the picture** save nothing: the form is shown again.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..media import store_picture
from ..media.pictures import MAX_BYTES, Unsafe, read_picture
from ..media.references import with_stored_pictures
from ..models import Article
from ..text.article_blocks import with_lines
from ..text.article_html import clean
from ..text.article_markdown import from_markdown
from ..text.body import BodyBlock, body_blocks, body_html
from .imports import typed

CleanedData = dict[str, Any]  # values of a form by field

PREVIEW, ADD_PICTURE = "_preview", "_add_picture"
LABELS = {
    "text": _("Plain text with points and headings"),
    "html": _("HTML as imported"),
    "markdown": _("Markdown, with HTML if needed"),
    "rich": _("HTML"),
}
# Formats in which the text of an article can be submitted, by its current markup. The first one keeps
# this markup. If HTML is selected and the text is unchanged, the text is converted.
CHOICES = {
    Article.Markup.TEXT: ("text", "markdown", "rich"),
    Article.Markup.HTML: ("html", "rich"),
    Article.Markup.RICH: ("rich", "markdown"),
}


class ArticleForm(forms.ModelForm):
    """`preview` is the text as the page would show it, if a preview was requested: nothing is saved then."""

    written_in = forms.ChoiceField(
        label=_("Text format"),
        required=False,
        help_text=_(
            "Markdown and HTML are saved as formatted text, with figures, tables and lists. Formatted "
            "text can’t become plain text again, but earlier versions can be restored."
        ),
    )
    picture = forms.FileField(label=_("Add a picture"), required=False)
    picture_alt = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=1_000,
        help_text=_("What the picture shows, for readers who can’t see it."),
    )
    picture_caption = forms.CharField(label=_("Caption"), required=False, max_length=1_000)

    preview: list[BodyBlock] | None = None
    notes: Mapping[int, object] = MappingProxyType({})  # a preview has none next to points

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_body, self.markup = self.instance.body, Article.Markup(self.instance.markup)
        if "written_in" not in self.fields:  # for users with view permission only
            return
        field = self.fields["written_in"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, LABELS[name]) for name in CHOICES[self.markup]]
        self.initial["written_in"] = CHOICES[self.markup][0]
        if self.markup != Article.Markup.TEXT and "body" in self.fields:
            self.fields["body"].help_text = ""  # describes plain text
        if self.markup == Article.Markup.RICH:
            self.initial["body"] = with_lines(self.stored_body)

    def clean(self) -> CleanedData | None:
        cleaned: CleanedData = super().clean() or self.cleaned_data
        if "body" not in cleaned:
            return cleaned
        if ADD_PICTURE in self.data:
            self._add_picture(cleaned)
        markup, body = self._read_body(cleaned)
        cleaned["body"] = body
        self.instance.markup = markup
        if PREVIEW in self.data or ADD_PICTURE in self.data:
            self.preview = body_blocks(markup, body)
        return cleaned

    def is_valid(self) -> bool:
        """Return False for a preview too: the admin shows the form again instead of saving it."""
        return super().is_valid() and self.preview is None

    def _read_body(self, cleaned: CleanedData) -> tuple[Article.Markup, str]:
        """Return the markup and text to store. An unchanged text stays as it is, byte for byte."""
        written_in = cleaned.get("written_in") or CHOICES[self.markup][0]
        body = typed(cleaned["body"], self.initial.get("body") or "")
        if written_in in ("text", "html"):
            return self.markup, body
        if written_in == "rich" == self.markup and body == self.initial.get("body"):
            return self.markup, self.stored_body
        if written_in == "rich" and body == self.initial.get("body"):
            body = self._as_html(body)
        formatted = from_markdown(body) if written_in == "markdown" else clean(body)
        stored, unknown = with_stored_pictures(formatted)
        for reference in unknown:
            self.add_error(
                "body",
                gettext("No picture “%(name)s” is stored. Add it below.")
                % {"name": reference.removeprefix("media:")},
            )
        return Article.Markup.RICH, stored

    def _as_html(self, body: str) -> str:
        """Return a plain or imported text as formatted text."""
        return with_lines(body_html(body_blocks(self.markup, body), site=""))

    def _add_picture(self, cleaned: CleanedData) -> None:
        """Store the picture, and add it to the end of the text in the form."""
        file, alt = cleaned.get("picture"), (cleaned.get("picture_alt") or "").strip()
        if not isinstance(file, UploadedFile):
            self.add_error("picture", gettext("Choose a picture."))
        elif not alt:
            self.add_error("picture_alt", gettext("Describe the picture, then choose it again."))
        elif (file.size or 0) > MAX_BYTES:
            megabytes = MAX_BYTES // 1_000_000
            words = gettext("The picture is larger than %(size)d MB.") % {"size": megabytes}
            self.add_error("picture", words)
        else:
            self._keep(file, alt, (cleaned.get("picture_caption") or "").strip(), cleaned)

    def _keep(self, file: UploadedFile, alt: str, caption: str, cleaned: CleanedData) -> None:
        data = file.read()
        try:
            read_picture(data)
        except Unsafe as refusal:
            words = gettext("This file can’t be shown: %(reason)s.") % {"reason": refusal}
            self.add_error("picture", words)
            return
        stored = store_picture(data, file.name or "")
        below = format_html("<figcaption>{}</figcaption>", caption) if caption else ""
        figure = format_html(
            '<figure><img src="media:{}" alt="{}" width="{}" height="{}">{}</figure>',
            stored.sha256,
            alt,
            stored.width,
            stored.height,
            below,
        )
        if (cleaned.get("written_in") or CHOICES[self.markup][0]) in ("text", "html"):
            cleaned["body"], cleaned["written_in"] = self._as_html(cleaned["body"]), "rich"
        cleaned["body"] = f"{cleaned['body'].rstrip()}\n\n{figure}".lstrip()
        shown = cast(QueryDict, self.data).copy()
        shown.update({"picture_alt": "", "picture_caption": ""})
        for name in ("body", "written_in"):
            shown[name] = cleaned[name]
        self.data = shown
