from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ...discussions.verification import (
    UnknownHead,
    Verification,
    expected_heads,
    verify,
)
from ...importing.report import counted
from ...models import AuditEntry, AuditHead, Discussion
from ...models.audit_chain import chain_unchained
from ...models.snapshot import database_snapshot

MAX_LISTED = 1_000  # problems
STEP = 500  # entries between two steps of the progress bar


class Command(BaseCommand):
    """Exits with 1 if there are problems, and prints each on standard error."""

    help = (
        "Check that no entry of the audit log was changed, removed, added or reordered, and print "
        "the overall head. Keep the head elsewhere, and compare with --expect later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            metavar="HEAD",
            help="an overall head printed earlier, whose entries must still be part of the log",
        )
        parser.add_argument(
            "--adopt",
            action="store_true",
            help="add entries without a digest to the log, which the previous version wrote during "
            "an upgrade; lists them",
        )

    def handle(self, *args: object, expect: str | None, adopt: bool, **options: object) -> None:
        if adopt:
            for discussion_id, pk in chain_unchained(Discussion, AuditEntry):
                self.stdout.write(f"Added to the log: entry {discussion_id}-{pk}")
        with database_snapshot():
            try:
                heads = expected_heads(expect.strip().lower()) if expect else None
            except UnknownHead as unknown:
                raise CommandError(f"{expect}: {unknown}.") from unknown
            with tqdm(
                unit=" entries", total=AuditEntry.objects.count(), leave=False, disable=None
            ) as bar:

                def watch(entries: int) -> None:
                    if entries % STEP == 0:
                        bar.update(entries - bar.n)

                found = verify(heads, watch)
        self._report(found)
        head = AuditHead.keep(found.heads)
        logs = counted(len(found.heads), "log")
        self.stdout.write(f"{counted(found.entries, 'entry', 'entries')} in {logs} verified.")
        if expect:
            self.stdout.write("All entries of the expected head are still there.")
        self.stdout.write(f"Overall head: {head}")

    def _report(self, found: Verification) -> None:
        """Print the problems and notes. Raises CommandError if there are problems."""
        for note in found.notes:
            self.stdout.write(f"Note: {note}")
        for problem in found.problems[:MAX_LISTED]:
            self.stderr.write(str(problem))
        count = len(found.problems)
        if not count:
            return
        message = (
            f"{counted(count, 'problem')} found in {counted(found.entries, 'entry', 'entries')}."
        )
        if found.unchained:
            message += (
                f" {counted(found.unchained, 'entry has', 'entries have')} no digest: if the "
                "previous version ran during an upgrade, run verify_audit_log --adopt."
            )
        raise CommandError(message)
