from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...discussions import tree
from ...models import tallies
from ...text.counts import counted

MISCOUNTED = {
    tallies.MONTH: gettext_lazy("articles of month %(key)s: wrong count"),
    tallies.AUTHOR: gettext_lazy("articles of author %(key)s: wrong count"),
    tallies.PART: gettext_lazy("articles of sitemap %(key)s: wrong count"),
}


class Command(BaseCommand):
    """Exits with 1 if there are problems, and prints each on standard error."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Check comment trees, reply counts and the counts of articles in lists."
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help=_("rebuild structure and counts from each comment's parent"),
        )

    def handle(self, *args: object, repair: bool, **options: object) -> None:
        broken, miscounted = tree.check(), tallies.wrong()
        for rule in broken:
            self.stderr.write(str(rule))
        for kind, key in miscounted:
            self.stderr.write(MISCOUNTED[kind] % {"key": key})
        problems = len(broken) + len(miscounted)
        if problems and not repair:
            text = ngettext(
                "%(n)s problem found. Run check_tree --repair to fix them.",
                "%(n)s problems found. Run check_tree --repair to fix them.",
                problems,
            )
            raise CommandError(counted(text, problems))
        changed = sum(tree.repair(pk) for pk in sorted({rule.discussion_id for rule in broken}))
        if miscounted:
            tallies.repair_tallies()
        if problems and (left := len(tree.check()) + len(tallies.wrong())):
            text = ngettext(
                "%(n)s problem left after the repair.",
                "%(n)s problems left after the repair.",
                left,
            )
            raise CommandError(counted(text, left))
        if problems:
            text = ngettext(
                "Repaired %(n)s problem in %(comments)s.",
                "Repaired %(n)s problems in %(comments)s.",
                problems,
            )
            comments = counted(ngettext("%(n)s comment", "%(n)s comments", changed), changed)
            self.stdout.write(counted(text, problems, comments=comments))
        else:
            self.stdout.write(_("No problems found."))
