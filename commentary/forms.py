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
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .markup import render_markdown
from .models import Article, Comment, Report, Rule
from .names import clean_name, is_blank, skeleton, skeletons

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


class EditForm(forms.Form):
    """Other words for one's own comment."""

    use_required_attribute = False
    body = body_field()
    name = name_field()

    def __init__(
        self, *args: Any, comment: Comment, is_editor: bool = False, **kwargs: Any
    ) -> None:
        kwargs |= {"initial": {"body": comment.body, "name": comment.name}, "auto_id": "edit-%s"}
        super().__init__(*args, **kwargs)
        self.comment, self.is_editor = comment, is_editor

    def clean_body(self) -> str:
        return clean_body(self.cleaned_data["body"])

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if name == self.comment.name:
            return name
        return clean_commenter(name, self.is_editor)


class ReportForm(StampedForm):
    """What is wrong with a comment."""

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
        label=_("Anything an editor should know (optional)"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Enter %(limit_value)d characters or fewer")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(
            *args, about=f"report.{comment.pk}", auto_id=f"report-{comment.number}-%s", **kwargs
        )
