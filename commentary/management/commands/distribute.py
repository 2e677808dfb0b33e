from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...text.counts import counted
from ..backups.databases import count_rows_of
from ..distribution import converting, state
from ..distribution.tables import DISTRIBUTED, LOCAL, REFERENCE

MOST = 1_024  # shards


class Command(BaseCommand):
    """Does nothing on a database that is already distributed."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Distribute a PostgreSQL database that has the extension Citus over its nodes, by "
            "discussion. Make a backup and stop the site first. Nothing is changed if it fails or is "
            "interrupted."
        )
        parser.add_argument(
            "--shards", type=int, default=32, help=_("number of parts (default: 32)")
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=_("check and print the plan without changing anything"),
        )

    def handle(self, *args: object, shards: int, dry_run: bool, **options: object) -> None:
        if not 1 <= shards <= MOST:
            raise CommandError(_("--shards must be between 1 and %(most)s.") % {"most": MOST})
        if connection.vendor != "postgresql":
            raise CommandError(_("Only a PostgreSQL database can be distributed."))
        facts = state.read_facts()
        if facts.is_done:
            self.stdout.write(_("The database is already distributed."))
            return
        problem = state.why_not_ready(facts)
        if dry_run and not facts.ours:
            self._print_plan(shards)
        if problem:
            raise CommandError(problem)
        if dry_run:
            return
        try:
            converting.convert(shards, self.stdout.write)
        except converting.Failure as failure:
            raise CommandError(_("Nothing was changed. %(why)s") % {"why": failure}) from failure
        text = ngettext(
            "Distributed over %(n)s node.", "Distributed over %(n)s nodes.", facts.nodes
        )
        self.stdout.write(counted(text, facts.nodes))

    def _print_plan(self, shards: int) -> None:
        rows = count_rows_of([*DISTRIBUTED, *REFERENCE, *LOCAL])
        for title, tables in (
            (
                _("Distributed by discussion, in %(shards)s parts:") % {"shards": shards},
                DISTRIBUTED,
            ),
            (_("Copied to every node:"), REFERENCE),
            (_("Only on the coordinator:"), LOCAL),
        ):
            self.stdout.write(title)
            for table in tables:
                text = ngettext("%(n)s row", "%(n)s rows", rows[table])
                self.stdout.write(f"  {table}: {counted(text, rows[table])}")
        self.stdout.write(_("Foreign keys that are dropped:"))
        for name in converting.lost_keys():
            self.stdout.write(f"  {name}")
        self.stdout.write(_("Statements:"))
        for step in converting.plan(shards):
            self.stdout.write(f"-- {step.title}")
            for statement in step.statements:
                self.stdout.write(f"{statement};")
