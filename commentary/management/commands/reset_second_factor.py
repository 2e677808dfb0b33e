"""Remove the second factors of someone who lost them."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ...accounts.factors import forget_second_factors


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Remove all second factors and recovery codes of an account, and end its sessions. Make "
            "sure first that it is really its owner who asks."
        )
        parser.add_argument("name", help=_("user name of the account"))

    def handle(self, *args: object, name: str, **options: object) -> str:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(_("No account has the user name %(name)s.") % {"name": name})
        forget_second_factors(user)
        return _("%(name)s has no second factor now and is signed out everywhere.") % {"name": name}
