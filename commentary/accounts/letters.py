"""E-mails about accounts. Their texts are made when they are sent, so that no link is stored."""

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.formats import date_format
from django.utils.http import urlsafe_base64_encode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ..models import Invitation, OutboxMessage, chosen_language, site_frame
from ..models.outbox import is_mail_configured
from ..notifications.kinds import RENDERERS
from ..notifications.messages import Mail, full_address
from .devices import device_words
from .roles import group_label

INVITATION, RESET, NOTICE = "invitation", "password_reset", "account_notice"

# What the owner of an account is told, because somebody else could have done it.
PASSKEY_ADDED, APP_SET, FACTOR_REMOVED = "passkey added", "app set", "factor removed"
CODES_MADE, CODE_USED, PASSWORD_SET = "codes made", "code used", "password set"
EVENTS = {
    PASSKEY_ADDED: gettext_lazy("A passkey was added to your account."),
    APP_SET: gettext_lazy("An authenticator app was set up for your account."),
    FACTOR_REMOVED: gettext_lazy("A passkey or authenticator app was removed from your account."),
    CODES_MADE: gettext_lazy("New recovery codes were made for your account."),
    CODE_USED: gettext_lazy("A recovery code of your account was used."),
    PASSWORD_SET: gettext_lazy("The password of your account was changed."),
}


def send_invitation(invitation: Invitation) -> None:
    """Queue the e-mail with the link of an invitation."""
    details = {"invitation": invitation.pk}
    OutboxMessage.objects.create(kind=INVITATION, recipient=invitation.email, details=details)


def send_reset(user: User | None) -> None:
    """Queue an e-mail for a new password. Without a user the same is done, and nothing is sent, so
    that the time it takes doesn't reveal whether an account exists.
    """
    OutboxMessage.objects.create(kind=RESET, details={"account": 0 if user is None else user.pk})


def send_notice(user: User, event: str, request: HttpRequest) -> None:
    """Queue an e-mail that tells the owner of an account about one of EVENTS, if it has an address."""
    if user.email and is_mail_configured():
        details = {"account": user.pk, "event": event, "device": device_words(request)}
        OutboxMessage.objects.create(kind=NOTICE, recipient=user.email, details=details)


def reset_path(user: User) -> str:
    """Return the link with which someone sets a new password, once, within an hour."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:reset", args=[key, default_token_generator.make_token(user)])


def _invitation(message: OutboxMessage) -> Mail | None:
    open_ones = Invitation.objects.open().select_related("group", "invited_by")
    invitation = open_ones.filter(pk=message.details["invitation"]).first()
    if invitation is None:
        return None
    site, inviter = site_frame().name, invitation.invited_by
    values = {
        "site": site,
        "role": group_label(invitation.group),
        "name": inviter.get_full_name() or inviter.get_username() if inviter else site,
        "link": full_address(invitation.path),
        "end": date_format(localtime(invitation.ends_at), "DATETIME_FORMAT"),
    }
    lines = [
        _("%(name)s has invited you to join %(site)s. Your role: %(role)s.") % values,
        _("Follow this link to choose how you will sign in:") + "\n" + values["link"],
        _("It works once, and until %(end)s. If you don't expect it, ignore it.") % values,
    ]
    return Mail(_("Invitation to %(site)s") % values, "\n\n".join(lines) + "\n")


def _reset(message: OutboxMessage) -> Mail | None:
    accounts = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
    user = accounts.filter(pk=message.details["account"]).first()
    if user is None:
        return None
    message.recipient = user.email
    with override(chosen_language(user)):
        values = {"site": site_frame().name, "user": user.get_username()}
        lines = [
            _("Someone asked for a new password for %(user)s on %(site)s.") % values,
            _("Follow this link to choose one:") + "\n" + full_address(reset_path(user)),
            _("It works once, for an hour. If it was not you, ignore it: nothing changes."),
        ]
        return Mail(_("New password for %(site)s") % values, "\n\n".join(lines) + "\n")


def _notice(message: OutboxMessage) -> Mail | None:
    user = User.objects.filter(pk=message.details["account"]).first()
    what = EVENTS.get(message.details["event"])
    if user is None or what is None:
        return None
    with override(chosen_language(user)):
        at = date_format(localtime(message.created_at), "DATETIME_FORMAT")
        values = {"site": site_frame().name, "user": user.get_username()}
        lines = [
            str(what),
            _("Account: %(user)s on %(site)s") % values + f"\n{at}, {message.details['device']}",
            _(
                "If this was not you, sign out everywhere else on this page, change your password, and tell an administrator:"
            )
            + "\n"
            + full_address(reverse("accounts:account")),
        ]
        return Mail(_("Your account on %(site)s") % values, "\n\n".join(lines) + "\n")


RENDERERS[NOTICE] = _notice
RENDERERS[INVITATION] = _invitation
RENDERERS[RESET] = _reset
