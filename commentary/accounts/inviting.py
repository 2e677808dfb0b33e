"""Inviting editors, and accepting an invitation."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..discussions.audit import Actor, append_to_site
from ..models import Invitation, SignInAttempt, SiteAuditEntry, StaffSession
from ..models.outbox import is_mail_configured
from ..text.phrases import colon
from .entrance import begin_sign_in
from .forms import NewPasswordField
from .letters import send_invitation
from .pages import account_page, for_staff, form_answer
from .roles import ROLES, give_role, group_label, role_groups

MAY_INVITE = "commentary.add_invitation"
MAX_OPEN = 200  # invitations waiting for an answer


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=gettext_lazy("Name shown to editors"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: object, groups: list[Group], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on
        self.groups = {group.name: group for group in groups}
        self.fields["role"].choices = [  # type: ignore[attr-defined] # of a choice field
            (group.name, f"{group_label(group)}{colon()}{ROLES[group.name]}") for group in groups
        ]
        self.fields["role"].initial = next(iter(self.groups), "")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("An account has this address already."))
        if Invitation.objects.open().filter(email__iexact=email).exists():
            raise ValidationError(
                _("This address is invited already. You can send it again below.")
            )
        if Invitation.objects.open().count() >= MAX_OPEN:
            raise ValidationError(_("Too many invitations are waiting for an answer."))
        return email


class InvitedForm(forms.Form):
    """How an invited person will sign in. The password is left out for a passkey."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = NewPasswordField(required=False)

    def __init__(self, *args: object, invitation: Invitation, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on
        self.invitation = invitation
        self.wants_passkey = self.data.get("with") == "passkey"
        if invitation.account is not None:
            del self.fields["username"]

    def clean_username(self) -> str:
        name = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("That user name is taken. Please choose another."))
        return name

    def clean(self) -> dict[str, object]:
        data = self.cleaned_data
        if self.wants_passkey or "password" in self.errors:
            return data
        if not data.get("password"):
            self.add_error("password", _("Choose a password, or create a passkey."))
            return data
        account = self.invitation.account
        user = account or User(username=data.get("username", ""), email=self.invitation.email)
        try:
            validate_password(data["password"], user)
        except ValidationError as weak:
            self.add_error("password", weak)
        return data


@account_page
@for_staff
def invite(request: HttpRequest, user: User) -> HttpResponse:
    """Invite someone by e-mail, send an invitation again or withdraw it. For administrators."""
    if not user.has_perm(MAY_INVITE):
        raise PermissionDenied
    if request.method == "POST" and {"again", "withdraw"} & request.POST.keys():
        _change(request, user)
        return HttpResponseRedirect(request.path, status=303)
    form = InviteForm(request.POST or None, groups=role_groups())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=data["email"],
                name=data["name"],
                group=form.groups[data["role"]],
                invited_by=user,
            )
            record_invitation(SiteAuditEntry.INVITE, invitation, user)
        _send(request, invitation)
        return HttpResponseRedirect(request.path, status=303)
    waiting = Invitation.objects.open().select_related("group", "invited_by", "account")
    context = {"invitations": waiting[:MAX_OPEN], "is_mail_configured": is_mail_configured()}
    return form_answer(request, "accounts/invite.html", form, **context)


def record_invitation(verb: str, invitation: Invitation, by: Actor) -> None:
    """Add what was done with an invitation to the audit log of the site, without its address."""
    details = {
        "invitation": invitation.pk,
        "role": invitation.group.name,
        "account": invitation.account_id,
    }
    append_to_site(verb, details, by)


def _change(request: HttpRequest, user: User) -> None:
    pk = request.POST.get("again") or request.POST.get("withdraw") or ""
    if not pk.isdecimal() or len(pk) > 18:
        return
    invitation = Invitation.objects.open().filter(pk=int(pk)).first()
    if invitation is None:
        messages.error(request, _("That invitation is no longer open."))
    elif "again" in request.POST:
        with transaction.atomic():
            invitation.renew()
            record_invitation(SiteAuditEntry.INVITE_AGAIN, invitation, user)
        _send(request, invitation)
    else:
        with transaction.atomic():
            record_invitation(SiteAuditEntry.WITHDRAW_INVITATION, invitation, user)
            invitation.delete()
        messages.success(request, _("The invitation was withdrawn."))


def _send(request: HttpRequest, invitation: Invitation) -> None:
    """Send the link of an invitation, or show it if this site sends no e-mail."""
    if is_mail_configured() and invitation.email:
        send_invitation(invitation)
        text = _("The invitation is sent to %(email)s.") % {"email": invitation.email}
        messages.success(request, text)
        return
    link = request.build_absolute_uri(invitation.path)
    text = _("This site sends no e-mail. Give this link to %(who)s: %(link)s")
    messages.warning(request, text % {"who": str(invitation), "link": link})


@account_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: choose a user name and a password or passkey, and sign in."""
    invitation = Invitation.objects.with_token(token)
    if invitation is None:
        return render(request, "accounts/no_invitation.html", status=410)
    form = InvitedForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        user = _accepted(invitation, form)
        if user is None:
            return render(request, "accounts/no_invitation.html", status=410)
        begin_sign_in(request, attempt=None, method=SignInAttempt.Method.INVITATION)
        record_authentication(request, user, method="invitation")
        return perform_login(request, Login(user=user))
    return form_answer(request, "accounts/join.html", form, invitation=invitation)


def _accepted(invitation: Invitation, form: InvitedForm) -> User | None:
    """Return the account of someone who accepted, or None if the link was used meanwhile."""
    data = form.cleaned_data
    with transaction.atomic():
        if not Invitation.objects.accept(invitation):
            return None
        user = invitation.account or User(
            username=data["username"], email=invitation.email, first_name=invitation.name
        )
        user.set_password(None if form.wants_passkey else data["password"])
        user.save()
        give_role(user, invitation.group)
        Invitation.objects.filter(pk=invitation.pk).update(account=user)
        invitation.account = user
        record_invitation(SiteAuditEntry.ACCEPT_INVITATION, invitation, user)
        StaffSession.objects.filter(account=user).delete()
    return user
