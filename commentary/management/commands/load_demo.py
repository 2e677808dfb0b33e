import hashlib
import os
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...models import Article, Comment, PointLink, Report, Submission
from ...text.counts import counted
from ..demo.acts import FIRST_WRITER, DemoSite, act

FIXTURES = Path(os.path.relpath(Path(__file__).resolve().parents[3] / "fixtures"))


class Command(BaseCommand):
    """Exits with 1 and changes nothing on a site with other content. A second run does nothing."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Load the demo into an empty site: the articles in fixtures/ and a week of comments and decisions."
        )

    def handle(self, *args: object, **options: object) -> None:
        if Submission.objects.filter(writer=FIRST_WRITER).exists():
            self.stdout.write(_("The demo is already loaded."))
            return
        if has_other_content():
            raise CommandError(
                _(
                    "The demo was not loaded, because this site has content of its own. Use an empty "
                    "database."
                )
            )
        with DemoSite().ago(days=7):
            call_command("import_commentary", FIXTURES, stdout=self.stdout, stderr=self.stderr)
        with transaction.atomic():
            act()
        self.stdout.write(_("Demo loaded: %(counts)s.") % {"counts": demo_summary()})


def has_other_content() -> bool:
    """Return whether there is an article that is not from the fixtures, or a comment posted on this
    site. Fixtures from an interrupted import don't count.
    """
    files = (path for path in FIXTURES.rglob("*") if path.is_file())
    known = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return (
        Article.objects.exclude(source__sha256__in=known).exists()
        or Submission.objects.everywhere().exists()
    )


def demo_summary() -> str:
    """Return the counts for the last line of output."""
    comments = Comment.objects.everywhere()
    links = PointLink.objects.filter(state=PointLink.State.ACCEPTED)
    articles, public = Article.objects.count(), comments.approved().count()
    pending, linked = comments.pending().count(), links.count()
    reported = Report.objects.open().values("comment").distinct().count()
    return ", ".join(
        (
            counted(ngettext("%(n)s article", "%(n)s articles", articles), articles),
            counted(ngettext("%(n)s public comment", "%(n)s public comments", public), public),
            counted(ngettext("%(n)s pending", "%(n)s pending", pending), pending),
            counted(ngettext("%(n)s reported", "%(n)s reported", reported), reported),
            counted(
                ngettext(
                    "%(n)s response linked to points", "%(n)s responses linked to points", linked
                ),
                linked,
            ),
        )
    )
