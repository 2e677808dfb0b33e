"""Create an account for trying the admin; its generated password is printed once."""

import secrets

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.urls import reverse

NAME = "editor"


class Command(BaseCommand):
    help = "Create a demo account for the admin, if it does not exist, and print its password once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default="http://127.0.0.1:8000", help="URL of the site")

    def handle(self, *, site: str, **options: object) -> str:
        admin = site.rstrip("/") + reverse("admin:index")
        if User.objects.filter(username=NAME).exists():
            return (
                f"Editors sign in at {admin} (to reset the password of the demo account: "
                f"manage.py changepassword {NAME})."
            )
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            user = User.objects.create_user(NAME, password=password, is_staff=True)
            user.groups.add(Group.objects.get(name="Editor"))
        said = f"Sign in at {admin} as {NAME} with the password {password} (shown only once)."
        if settings.REQUIRE_SECOND_FACTOR:
            return f"{said} You then set up a second factor, which this site requires."
        return f"{said} This demo asks for no second factor (REQUIRE_SECOND_FACTOR=0), unlike a public site."
