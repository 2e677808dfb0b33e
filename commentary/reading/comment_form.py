"""What people may send us: the fields named here and no others."""

import re
import secrets
import unicodedata
from html import unescape
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Article
from ..text.markup import render_markdown
from ..text.names import clean_name, is_blank, skeleton, skeletons

HOSTNAME = re.compile(r"[^\s/:@?#.]+(\.[^\s/:@?#.]+)+")
MOST_PATTERN = 20_000  # characters of one rule
BODY_MOST, NAME_MOST, EMAIL_MOST = 10_000, 80, 254  # characters
# Words that say somebody runs the site; one of them in a name is enough.
ROLES = ("admin", "administrator", "administration", "sysadmin", "webmaster", "editor", "staff") + (
    "moderator",
    "moderation",
    "admins",
    "administrators",
    "editors",
    "moderators",
)
ROLES_HERE = (_("administrator"), _("moderator"), _("editor"))  # in the site's language
BESIDE_SITE = ("team", "the", "official")  # make no other name of the site's


def clean_body(body: str) -> str:
    """The text of a comment as it is stored. Its length is known before anything parses it."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if len(body) <= BODY_MOST:
        body = unicodedata.normalize("NFC", body)
    if len(body) > BODY_MOST:
        over = len(body) - BODY_MOST
        raise ValidationError(
            _("A comment may have %(most)s characters. Shorten this one by %(over)s"),
            params={"most": f"{BODY_MOST:,}", "over": f"{over:,}"},
        )
    body = "".join(c for c in body if c in "\n\t" or unicodedata.category(c) != "Cc").strip("\n")
    # Markup alone, such as a lone ">", shows nothing either.
    if is_blank(body) or is_blank(unescape(strip_tags(render_markdown(body)))):
        raise ValidationError(_("Write a comment before posting"))
    return body.rstrip()


def clean_commenter(name: str, is_editor: bool) -> str:
    """A name as it is stored, empty for Anonymous. Readers may not use one that says they run the
    site. Whose name it is, is not told here: see `moderation.identity`."""
    name = clean_name(name)
    looks = skeleton(name)
    if looks == skeleton("anonymous") or looks == skeleton(gettext("Anonymous")):
        return ""
    if name and not is_editor and is_reserved(name):
        raise ValidationError(_("That name is reserved. Please choose another."))
    return name


def is_reserved(name: str) -> bool:
    """Whether a name has a word for those who run the site, or is that of the site."""
    roles = {skeleton(word) for word in (*ROLES, *map(str, ROLES_HERE))}
    beside = set(map(skeleton, BESIDE_SITE))
    bare = "".join(w for word in re.split(r"[\W_]+", name) if (w := skeleton(word)) not in beside)
    whole = {skeleton(settings.SITE_NAME), skeleton("system")}
    return bool(skeletons(name) & roles) or bool({bare, skeleton(name)} & whole)


def body_field() -> forms.CharField:
    # No maxlength attribute: a browser would cut what is pasted, and say nothing.
    return forms.CharField(
        label=_("Comment"),
        help_text=format_lazy(
            "{} {}",
            _("Leave an empty line between paragraphs. Web addresses become links."),
            _("*Emphasis*, > quotes, - lists and `code` work."),
        ),
        error_messages={"required": _("Write a comment before posting")},
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "required": True}),
    )


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name (optional)"),
        help_text=_("Leave empty to post as Anonymous."),
        required=False,
        max_length=NAME_MOST,
        error_messages={"max_length": _("Enter a name of %(limit_value)d characters or fewer")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )


class StampedForm(forms.Form):
    """A form that knows when it was made, and has a key of its own: sent twice, it is known.

    `about` is what the form belongs to; a stamp of another does not fit. Both come back in one
    signed field, since nothing is stored for a form that may never be sent.
    """

    use_required_attribute = False  # the page says itself what is missing
    least_age = 0

    def __init__(self, *args: Any, about: object, **kwargs: Any) -> None:
        self.key = secrets.token_urlsafe(16)
        self.signer = TimestampSigner(salt=f"commentary.form.{about}")
        self.stamp_came = ""
        super().__init__(*args, **kwargs)

    @property
    def stamp(self) -> str:
        """The value of the field "stamp" when this form is shown: the one it came with, if that
        is still good."""
        return self.stamp_came or self.signer.sign(self.key)

    def clean(self) -> dict[str, Any]:
        came = self.data.get("stamp", "")
        try:
            self.key = self.signer.unsign(came, max_age=settings.FORM_MOST_AGE)
        except SignatureExpired:
            self.key = self.signer.unsign(came)
            self.add_error(None, _("This form was open for too long. Send it again"))
        except BadSignature:
            self.add_error(None, _("This form was not complete. Send it again"))
        else:
            self.stamp_came = came
            if self.is_too_fast():
                self.add_error(None, _("That was very quick. Send it again in a moment"))
        return self.cleaned_data

    def is_too_fast(self) -> bool:
        """Whether it comes back sooner than anybody can type."""
        if not self.least_age:
            return False
        try:
            self.signer.unsign(self.stamp_came, max_age=self.least_age)
        except SignatureExpired:
            return False
        return True


class CommentForm(StampedForm):
    """A response to an article, or a reply to the comment with the number `answers`. `point` is the
    one that is chosen at first."""

    about = forms.TypedChoiceField(
        label=_("About"),
        help_text=_("Choose a point and your comment is linked from it."),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose one of the points")},
    )
    body = body_field()
    name = name_field()
    email = forms.EmailField(
        label=_("E-mail (optional)"),
        help_text=_("Never shown. Only the editors see it."),
        required=False,
        max_length=EMAIL_MOST,
        error_messages={
            "invalid": _("Enter an e-mail address like name@example.org, or leave it empty"),
            "max_length": _("Enter an e-mail address like name@example.org, or leave it empty"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(
        self,
        *args: Any,
        article: Article,
        answers: int | None = None,
        point: int | None = None,
        is_editor: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"about": point}
        super().__init__(*args, about=article.pk, **kwargs)
        self.answers, self.is_editor = answers, is_editor
        self.is_preview = self.data.get("do") == "preview"
        self.least_age = 0 if self.is_preview else settings.FORM_LEAST_AGE
        self.anchor = "reply" if answers is None else f"reply-{answers}"
        self.auto_id = f"{self.anchor}-%s"
        address = article.get_absolute_url()
        # The script keeps a draft under this name.
        self.draft = f"{address}#{self.anchor}"
        self.fields["body"].widget.attrs["data-draft"] = self.draft
        if answers is not None or not article.points:
            del self.fields["about"]
        else:
            choices = [(n, _("Point %(number)s") % {"number": n}) for n in article.points]
            about: Any = self.fields["about"]
            about.choices = [("", _("The whole article")), *choices]

    @property
    def is_from_machine(self) -> bool:
        """Whether the field that nobody sees was filled."""
        return bool(self.data.get("website"))

    def clean_body(self) -> str:
        return clean_body(self.cleaned_data["body"])

    def clean_name(self) -> str:
        return clean_commenter(self.cleaned_data["name"], self.is_editor)

    @cached_property
    def preview(self) -> dict[str, Any]:
        """How a valid form would look as a comment."""
        return {
            "name": self.cleaned_data["name"],
            "point": self.cleaned_data.get("about"),
            "html": self.rendered,
        }

    @property
    def rendered(self) -> SafeString:
        return render_markdown(self.cleaned_data["body"])
