from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...discussions import tree
from ...importing.report import counted
from ...models import tallies


class Command(BaseCommand):
    """Exits with 1 if there are problems, and prints each on standard error."""

    help = "Check comment trees, reply counts and the counts of articles in lists."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="rebuild structure and counts from each comment's parent",
        )

    def handle(self, *args: object, repair: bool, **options: object) -> None:
        broken, miscounted = tree.check(), tallies.wrong()
        for rule in broken:
            self.stderr.write(str(rule))
        for kind, key in miscounted:
            self.stderr.write(f"articles of {tallies.KINDS[kind]} {key}: wrong count")
        problems = len(broken) + len(miscounted)
        if problems and not repair:
            raise CommandError(
                f"{counted(problems, 'problem')} found. Run check_tree --repair to fix them."
            )
        changed = sum(tree.repair(pk) for pk in sorted({rule.discussion_id for rule in broken}))
        if miscounted:
            tallies.repair_tallies()
        if problems and (left := len(tree.check()) + len(tallies.wrong())):
            raise CommandError(f"{counted(left, 'problem')} left after the repair.")
        if problems:
            self.stdout.write(
                f"Repaired {counted(problems, 'problem')} in {counted(changed, 'comment')}."
            )
        else:
            self.stdout.write("No problems found.")
