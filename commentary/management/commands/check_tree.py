from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...discussions import tree


class Command(BaseCommand):
    """Exits with 1 when a rule is broken, and names the comment on standard error."""

    help = "Checks that the trees of comments and their counts are sound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="set structure and counts right from the parent pointers",
        )

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        broken = tree.check()
        for rule in broken:
            self.stderr.write(str(rule))
        if broken and not repair:
            raise CommandError(f"{len(broken)} broken rules. Run check_tree --repair to mend them.")
        changed = sum(tree.repair(pk) for pk in sorted({rule.discussion_id for rule in broken}))
        if broken and (left := tree.check()):
            raise CommandError(f"{len(left)} broken rules are left after the repair.")
        if broken:
            self.stdout.write(f"{len(broken)} broken rules mended, {changed} comments changed.")
        else:
            self.stdout.write("Every tree is sound.")
