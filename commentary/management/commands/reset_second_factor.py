"""Remove the second factors of someone who lost them."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...accounts.factors import forget_second_factors


class Command(BaseCommand):
    help = (
        "Remove all second factors and recovery codes of an account, and end its sessions. Make "
        "sure first that it is really its owner who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="user name of the account")

    def handle(self, *args: object, name: str, **options: object) -> str:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"No account has the user name {name}.")
        forget_second_factors(user)
        return f"{name} has no second factor now and is signed out everywhere."
