from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ...resilience.read_only import is_read_only, switch


class Command(BaseCommand):
    """Works without the database."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Switch read-only mode on or off: everything can be read, and forms answer that nothing can be "
            "changed at the moment. It takes effect at once. Run it on each machine."
        )
        parser.add_argument(
            "state",
            nargs="?",
            choices=["on", "off"],
            help=_("leave out to print the present state"),
        )

    def handle(self, *args: object, state: str | None, **options: object) -> None:
        file = switch()
        try:
            if state == "on":
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch()
            elif state == "off":
                file.unlink(missing_ok=True)
        except OSError as failure:
            raise CommandError(
                _("%(path)s: cannot be written: %(reason)s")
                % {"path": file, "reason": failure.strerror}
            ) from failure
        if state == "off" and settings.READ_ONLY:
            raise CommandError(
                _("The setting READ_ONLY is still on. Remove it and restart the site.")
            )
        text = _("Read-only mode is on.") if is_read_only() else _("Read-only mode is off.")
        self.stdout.write(text)
