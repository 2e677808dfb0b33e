"""Create an account of an editor, or change the role of one."""

import sys
from getpass import getpass

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...accounts.inviting import record_invitation
from ...accounts.roles import ROLES, give_role, group_label, role_groups
from ...models import Invitation, SiteAuditEntry
from ...models.invitation import VALID
from ...text.counts import counted


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Create an account for the admin, or change its role and activate it. Without --password, a new account "
            "gets a link with which its owner chooses one."
        )
        parser.add_argument("name", help=_("user name"))
        parser.add_argument(
            "--group",
            required=True,
            type=str.lower,
            choices=[name.lower() for name in ROLES],
            help=_("what the account may do"),
        )
        parser.add_argument("--email", default="", help=_("for sign-in and forgotten passwords"))
        parser.add_argument("--password", action="store_true", help=_("ask for a password now"))
        parser.add_argument("--link", action="store_true", help=_("make a new link"))
        parser.add_argument("--site", default="", help=_("URL of the site, for the link"))

    def handle(
        self,
        *args: object,
        name: str,
        group: str,
        email: str,
        password: bool,
        link: bool,
        site: str,
        **options: object,
    ) -> None:
        role = next((one for one in role_groups() if one.name.lower() == group), None)
        if role is None:
            raise CommandError(
                _("The group %(group)s is missing: run manage.py migrate.")
                % {"group": group.title()}
            )
        user = User.objects.filter(username=name).first()
        is_new = user is None
        user = user or User(username=User.normalize_username(name))
        user.is_active = True
        if email:
            user.email = email
        try:
            user.clean_fields(exclude=["password"])
            if email:
                validate_email(email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if email and User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
            raise CommandError(_("Another account has the address %(email)s.") % {"email": email})
        if password:
            user.set_password(_asked_password(user))
        elif is_new:
            user.set_unusable_password()
        with transaction.atomic():
            user.save()
            give_role(user, role)
            invitation = None
            if link or (is_new and not password):
                Invitation.objects.open().filter(account=user).delete()
                invitation = Invitation.objects.create(email=user.email, group=role, account=user)
                record_invitation(SiteAuditEntry.INVITE, invitation, "operator")
        done = _("Created %(name)s: %(role)s.") if is_new else _("Changed %(name)s: %(role)s.")
        self.stdout.write(done % {"name": user.get_username(), "role": group_label(role)})
        if invitation is not None:
            address = (site or settings.SITE_URL or _likely_site()).rstrip("/") + invitation.path
            text = ngettext(
                "To choose a password or passkey, open this link within %(n)s day. It works once:",
                "To choose a password or passkey, open this link within %(n)s days. It works once:",
                VALID.days,
            )
            self.stdout.write(f"{counted(text, VALID.days)}\n{address}")


def _asked_password(user: User) -> str:
    """Return a password that was typed twice, or is the first line of standard input."""
    if sys.stdin.isatty():
        password = getpass(_("Password: "))
        if getpass(_("Password (again): ")) != password:
            raise CommandError(_("The passwords differ."))
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise CommandError(" ".join(weak.messages)) from weak
    return password


def _likely_site() -> str:
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{host}"
