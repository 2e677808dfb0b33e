from collections import Counter

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from ...privacy.purging import purge_expired
from ...text.counts import grouped
from ...text.phrases import colon


class Command(BaseCommand):
    """Can be interrupted at any time; the next run continues."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Delete personal data that is older than allowed, and expired sessions. Run it every day, "
            "unless run_worker is running, which does the same."
        )

    def handle(self, *args: object, **options: object) -> None:
        deleted: Counter[str] = Counter()
        with tqdm(unit=f" {_('rows')}", leave=False, disable=None) as bar:
            for what, count in purge_expired():
                bar.set_description_str(_(what), refresh=False)
                bar.update(count)
                deleted[what] += count
        self.stdout.write(_("Deleted:") if deleted else _("Nothing to delete."))
        for what, count in deleted.items():
            self.stdout.write(f"{_(what)}{colon()}{grouped(count)}")
