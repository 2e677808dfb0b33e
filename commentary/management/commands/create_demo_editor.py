"""Create an account for trying the admin; its generated password is printed once."""

import secrets

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

NAME = "editor"


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Create a demo account for the admin, if it does not exist, and print its password once."
        )
        parser.add_argument("--site", default="http://127.0.0.1:8000", help=_("URL of the site"))

    def handle(self, *, site: str, **options: object) -> str:
        admin = site.rstrip("/") + reverse("admin:index")
        if User.objects.filter(username=NAME).exists():
            return _(
                "Editors sign in at %(url)s (to reset the password of the demo account: %(command)s)."
            ) % {"url": admin, "command": f"manage.py changepassword {NAME}"}
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            user = User.objects.create_user(NAME, password=password, is_staff=True)
            user.groups.add(Group.objects.get(name="Editor"))
        said = _(
            "Sign in at %(url)s as %(name)s with the password %(password)s (shown only once)."
        ) % {"url": admin, "name": NAME, "password": password}
        if settings.REQUIRE_SECOND_FACTOR:
            then = _("You then set up a second factor, which this site requires.")
        else:
            then = _(
                "This demo asks for no second factor (REQUIRE_SECOND_FACTOR=0), unlike a public site."
            )
        return f"{said} {then}"
