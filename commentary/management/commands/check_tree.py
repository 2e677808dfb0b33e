from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...discussions import tree
from ...importing.report import counted


class Command(BaseCommand):
    """Exits with 1 if there are problems, and prints each on standard error."""

    help = "Check comment trees and reply counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="rebuild structure and counts from each comment's parent",
        )

    def handle(self, *args: object, repair: bool, **options: object) -> None:
        broken = tree.check()
        for rule in broken:
            self.stderr.write(str(rule))
        if broken and not repair:
            raise CommandError(
                f"{counted(len(broken), 'problem')} found. Run check_tree --repair to fix them."
            )
        changed = sum(tree.repair(pk) for pk in sorted({rule.discussion_id for rule in broken}))
        if broken and (left := tree.check()):
            raise CommandError(f"{counted(len(left), 'problem')} left after the repair.")
        if broken:
            self.stdout.write(
                f"Repaired {counted(len(broken), 'problem')} in {counted(changed, 'comment')}."
            )
        else:
            self.stdout.write("No problems found.")
