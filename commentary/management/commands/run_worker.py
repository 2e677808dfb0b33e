import signal

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ...notifications.worker import Worker, tick
from ...resilience.read_only import is_read_only


class Command(BaseCommand):
    """Ends after the current message when it gets SIGTERM or SIGINT."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Send e-mails from the outbox, and run the periodic tasks, until stopped."
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help=_("send what is due now and exit, for example from cron"),
        )

    def handle(self, *args: object, once: bool, **options: object) -> None:
        worker = Worker()
        if once and is_read_only():
            raise CommandError(_("Nothing is sent in read-only mode."))
        if once:
            tick()
            worker.drain()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: worker.stop())
        worker.run()
