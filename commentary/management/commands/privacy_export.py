import json
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from ...privacy.person import data_of
from ..people import add_person_arguments, chosen_person


class Command(BaseCommand):
    """Make sure first that the request comes from that person."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("Write everything that the site has about a commenter, as JSON.")
        add_person_arguments(parser)
        parser.add_argument(
            "--output", metavar="FILE", help=_("write to this new file, which only you can read")
        )

    def handle(
        self,
        *args: object,
        email: str | None,
        comment: list[str] | None,
        same_browser: bool,
        output: str | None,
        **options: object,
    ) -> None:
        data = data_of(chosen_person(email, comment, same_browser))
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n"
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            handle = os.open(Path(output), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as failure:
            raise CommandError(
                _("%(path)s: cannot be written: %(reason)s")
                % {"path": output, "reason": failure.strerror}
            ) from failure
