from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from ...discussions.verification import (
    UnknownHead,
    Verification,
    expected_heads,
    verify,
)
from ...models import AuditEntry, AuditHead, Discussion
from ...models.audit_chain import chain_unchained
from ...models.snapshot import database_snapshot
from ...text.counts import counted

MAX_LISTED = 1_000  # problems
STEP = 500  # entries between two steps of the progress bar


class Command(BaseCommand):
    """Exits with 1 if there are problems, and prints each on standard error."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Check that no entry of the audit log was changed, removed, added or reordered, and print "
            "the overall head. Keep the head elsewhere, and compare with --expect later."
        )
        parser.add_argument(
            "--expect",
            metavar="HEAD",
            help=_("an overall head printed earlier, whose entries must still be part of the log"),
        )
        parser.add_argument(
            "--adopt",
            action="store_true",
            help=_(
                "add entries without a digest to the log, which the previous version wrote during "
                "an upgrade; lists them"
            ),
        )

    def handle(self, *args: object, expect: str | None, adopt: bool, **options: object) -> None:
        if adopt:
            for discussion_id, pk in chain_unchained(Discussion, AuditEntry):
                self.stdout.write(
                    _("Added to the log: entry %(entry)s") % {"entry": f"{discussion_id}-{pk}"}
                )
        with database_snapshot():
            try:
                heads = expected_heads(expect.strip().lower()) if expect else None
            except UnknownHead as unknown:
                raise CommandError(f"{expect}: {unknown}.") from unknown
            with tqdm(
                unit=f" {_('entries')}",
                total=AuditEntry.objects.count(),
                leave=False,
                disable=None,
            ) as bar:

                def watch(entries: int) -> None:
                    if entries % STEP == 0:
                        bar.update(entries - bar.n)

                found = verify(heads, watch)
        self._report(found)
        head = AuditHead.keep(found.heads)
        text = ngettext(
            "%(n)s entry in %(logs)s verified.",
            "%(n)s entries in %(logs)s verified.",
            found.entries,
        )
        logs = counted(ngettext("%(n)s log", "%(n)s logs", len(found.heads)), len(found.heads))
        self.stdout.write(counted(text, found.entries, logs=logs))
        if expect:
            self.stdout.write(_("All entries of the expected head are still there."))
        self.stdout.write(_("Overall head: %(head)s") % {"head": head})

    def _report(self, found: Verification) -> None:
        """Print the problems and notes. Raises CommandError if there are problems."""
        for note in found.notes:
            self.stdout.write(_("Note: %(note)s") % {"note": note})
        for problem in found.problems[:MAX_LISTED]:
            self.stderr.write(str(problem))
        count = len(found.problems)
        if not count:
            return
        text = ngettext(
            "%(n)s problem found in %(entries)s.", "%(n)s problems found in %(entries)s.", count
        )
        entries = ngettext("%(n)s entry", "%(n)s entries", found.entries)
        message = counted(text, count, entries=counted(entries, found.entries))
        if found.unchained:
            text = ngettext(
                "%(n)s entry has no digest: if the previous version ran during an upgrade, run "
                "verify_audit_log --adopt.",
                "%(n)s entries have no digest: if the previous version ran during an upgrade, run "
                "verify_audit_log --adopt.",
                found.unchained,
            )
            message += f" {counted(text, found.unchained)}"
        raise CommandError(message)
