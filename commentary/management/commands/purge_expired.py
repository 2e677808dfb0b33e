from collections import Counter

from django.core.management.base import BaseCommand
from tqdm import tqdm

from ...privacy.purging import purge_expired


class Command(BaseCommand):
    """Can be interrupted at any time; the next run continues."""

    help = (
        "Delete personal data that is older than allowed, and expired sessions. Run it every day, "
        "unless run_worker is running, which does the same."
    )

    def handle(self, *args: object, **options: object) -> None:
        deleted: Counter[str] = Counter()
        with tqdm(unit=" rows", leave=False, disable=None) as bar:
            for what, count in purge_expired():
                bar.set_description_str(what, refresh=False)
                bar.update(count)
                deleted[what] += count
        for what, count in deleted.items():
            self.stdout.write(f"Deleted: {count:,} {what}")
        if not deleted:
            self.stdout.write("Nothing to delete.")
