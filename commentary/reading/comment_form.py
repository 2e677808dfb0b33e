"""Forms for comments."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import TypeAlias, TypedDict, cast

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

from ..discussions.identity import Signature
from ..models import Article, site_frame
from ..models.outbox import is_mail_configured
from ..text.counts import grouped
from ..text.languages import other_language
from ..text.markup import render_markdown
from ..text.names import clean_name, has_no_visible_character, skeleton, skeletons

# The submitted data of a form, or None if it was not submitted.
Data: TypeAlias = Mapping[str, str] | None

HOSTNAME = re.compile(r"[^\s/:@?#.]+(\.[^\s/:@?#.]+)+")
MOST_PATTERN = 20_000  # characters in the pattern of one rule
BODY_MOST, NAME_MOST, EMAIL_MOST = 10_000, 80, 254  # characters
# A name containing one of these words claims to run the site.
ROLES = ("admin", "administrator", "administration", "sysadmin", "webmaster", "editor", "staff") + (
    "moderator",
    "moderation",
    "admins",
    "administrators",
    "editors",
    "moderators",
)
# The same in the language of the site.
ROLES_HERE = (
    # Translators: all forms of the word that a name may have, separated by commas.
    _("administrator, administrators, administration"),
    # Translators: all forms of the word that a name may have, separated by commas.
    _("moderator, moderators, moderation"),
    # Translators: all forms of the word that a name may have, separated by commas.
    _("editor, editors, editorial staff"),
)
UNSIGNED = Signature()
BESIDE_SITE = ("team", "the", "official")  # words that don't distinguish a name from the site's


def clean_body(body: str) -> str:
    """Return the text of a comment as it is stored.

    Raises ValidationError if it is empty or too long; the length is checked before parsing.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if len(body) <= BODY_MOST:
        body = unicodedata.normalize("NFC", body)
    if len(body) > BODY_MOST:
        over = len(body) - BODY_MOST
        raise ValidationError(
            _("Comments can have up to %(most)s characters. Shorten yours by %(over)s."),
            params={
                "most": grouped(BODY_MOST),
                "over": grouped(over),
            },
        )
    body = "".join(c for c in body if c in "\n\t" or unicodedata.category(c) != "Cc").strip("\n")
    # Markup without content, such as a lone ">", counts as empty.
    if has_no_visible_character(body) or has_no_visible_character(
        unescape(strip_tags(render_markdown(body)))
    ):
        raise ValidationError(_("Write a response before posting"))
    return body.rstrip()


def clean_commenter(name: str, is_editor: bool) -> str:
    """Return a name as it is stored, "" for Anonymous.

    Raises ValidationError if someone other than an editor uses a name that claims to run the site.
    Names of accounts and authors are checked by `reserved_names`.
    """
    name = clean_name(name)
    looks = skeleton(name)
    if looks == skeleton("anonymous") or looks == skeleton(gettext("Anonymous")):
        return ""
    if name and not is_editor and is_reserved(name):
        raise ValidationError(_("That name is reserved. Please choose another."))
    return name


def is_reserved(name: str) -> bool:
    """Return whether a name is that of the site or contains a word such as "editor"."""
    here = (word for words in ROLES_HERE for word in re.split("[,،、]", str(words)))
    roles = {skeleton(word) for word in (*ROLES, *here)}
    beside = set(map(skeleton, BESIDE_SITE))
    bare = "".join(w for word in re.split(r"[\W_]+", name) if (w := skeleton(word)) not in beside)
    whole = {skeleton(site_frame().name), skeleton("system")}
    return bool(skeletons(name) & roles) or bool({bare, skeleton(name)} & whole)


def body_field() -> forms.CharField:
    # No maxlength attribute: browsers would truncate pasted text silently.
    return forms.CharField(
        label=_("Your response"),
        help_text=format_lazy(
            "{} {}",
            _("An empty line starts a new paragraph. Web addresses become links."),
            _("You can use *emphasis*, > quotes, - lists and `code`."),
        ),
        error_messages={"required": _("Write a response before posting")},
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "required": True}),
    )


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name (optional)"),
        help_text=_("Leave blank to post as Anonymous."),
        required=False,
        max_length=NAME_MOST,
        error_messages={"max_length": _("Enter a name of %(limit_value)d characters or fewer")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )


class Preview(TypedDict):
    name: str
    point: int | None
    language: str
    html: SafeString


class StampedForm(forms.Form):
    """A form with a signed stamp: when it was made, and a key that identifies repeated submissions.

    `about` says what the form belongs to; a stamp for something else is invalid. The stamp is a
    field of the form, so nothing is stored for forms that are never sent.
    """

    use_required_attribute = False  # the page reports missing fields itself
    least_age = 0

    def __init__(
        self,
        data: Data,
        about: str | int,
        auto_id: str,
        initial: dict[str, str | int | None] | None = None,
    ) -> None:
        self.key = secrets.token_urlsafe(16)
        self.signer = TimestampSigner(salt=f"commentary.form.{about}")
        self.stamp_came = ""
        super().__init__(data, auto_id=auto_id, initial=initial)

    @property
    def stamp(self) -> str:
        """The stamp shown in the form: the submitted one if it is still valid, otherwise a new one."""
        return self.stamp_came or self.signer.sign(self.key)

    def clean(self) -> dict[str, object]:
        came = self.data.get("stamp", "")
        try:
            self.key = self.signer.unsign(came, max_age=settings.FORM_MOST_AGE)
        except SignatureExpired:
            self.key = self.signer.unsign(came)
            self.add_error(None, _("This form has expired. Please submit it again."))
        except BadSignature:
            self.add_error(None, _("Part of this form was missing. Please submit it again."))
        else:
            self.stamp_came = came
            if self.is_too_fast():
                self.add_error(None, _("Please wait a couple of seconds, then submit again."))
        return self.cleaned_data

    def is_too_fast(self) -> bool:
        """Return whether the form came back faster than a person can type."""
        if not self.least_age:
            return False
        try:
            self.signer.unsign(self.stamp_came, max_age=self.least_age)
        except SignatureExpired:
            return False
        return True


class CommentForm(StampedForm):
    """A comment on an article, or a reply to the comment with the number `answers`.

    `point` is the point selected at first, `signature` how the reader signed their last comment.
    """

    about = forms.TypedChoiceField(
        label=_("Which point is this about? (optional)"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose one of the points")},
    )
    body = body_field()
    name = name_field()
    email = forms.EmailField(
        label=_("E-mail (optional)"),
        help_text=_("Never published. Only editors can see it."),
        required=False,
        max_length=EMAIL_MOST,
        error_messages={
            "invalid": _("Enter an e-mail address like name@example.org, or leave it blank"),
            "max_length": _("Enter an e-mail address like name@example.org, or leave it blank"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    subscribe = forms.BooleanField(
        label=_("E-mail me when someone answers or an editor decides"), required=False
    )

    def __init__(
        self,
        data: Data = None,
        *,
        article: Article,
        answers: int | None = None,
        point: int | None = None,
        is_editor: bool = False,
        signature: Signature = UNSIGNED,
    ) -> None:
        self.anchor = "reply" if answers is None else f"reply-{answers}"
        super().__init__(
            data, article.pk, f"{self.anchor}-%s", {"about": point, **signature._asdict()}
        )
        self.answers, self.is_editor = answers, is_editor
        self.text_language = article.text_language
        self.is_preview = self.data.get("do") == "preview"
        self.least_age = 0 if self.is_preview else settings.FORM_LEAST_AGE
        if not is_mail_configured():
            del self.fields["subscribe"]
        address = article.get_absolute_url()
        # The script stores a draft under this key.
        self.draft = f"{address}#{self.anchor}"
        self.fields["body"].widget.attrs["data-draft"] = self.draft
        if answers is not None or not article.points:
            del self.fields["about"]
        else:
            choices = [(n, _("Point %(number)s") % {"number": n}) for n in article.points]
            about = cast(forms.TypedChoiceField, self.fields["about"])
            about.choices = [("", _("The whole article")), *choices]

    @property
    def is_from_machine(self) -> bool:
        """Whether the hidden field that only bots fill in has a value."""
        return bool(self.data.get("website"))

    def clean_body(self) -> str:
        return clean_body(self.cleaned_data["body"])

    def clean_name(self) -> str:
        return clean_commenter(self.cleaned_data["name"], self.is_editor)

    def clean_subscribe(self) -> bool:
        wants = bool(self.cleaned_data["subscribe"])
        if wants and not self.cleaned_data.get("email") and not self.has_error("email"):
            self.add_error("email", _("Enter the address to which e-mails should go"))
        return wants

    @cached_property
    def preview(self) -> Preview:
        """The comment as it would look, for a valid form."""
        return {
            "name": self.cleaned_data["name"],
            "point": self.cleaned_data.get("about"),
            "language": other_language(self.cleaned_data["body"], self.text_language)
            or self.text_language,
            "html": self.rendered,
        }

    @property
    def rendered(self) -> SafeString:
        return render_markdown(self.cleaned_data["body"])
