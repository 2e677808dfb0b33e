from collections.abc import Callable

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from tqdm import tqdm

from ...discussions.audit import Actor
from ...importing.redo_run import redo_run, refusal_to_redo
from ...importing.undo_plan import Kept, UndoPlan, plan_undo
from ...importing.undo_run import CannotUndo, refusal, undo_run
from ...models import Article, ImportRun
from ...text.counts import counted

WHY = {
    "answered": gettext_lazy("Kept: %(place)s was answered."),
    "edited": gettext_lazy("Kept: %(place)s was edited."),
    "decided": gettext_lazy("Kept: %(place)s was decided on."),
    "imported": gettext_lazy("Kept: %(place)s was changed by a later import."),
}
COMMAND = "undo_import"  # who did it, if no account is named


class Command(BaseCommand):
    """Can be interrupted at any time. Run it again to continue; no article is half undone."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Undo an import run: remove what it made and restore what it changed, except what was "
            "answered, edited or decided since, or changed by a later import."
        )
        parser.add_argument("run", type=int, metavar="RUN", help=_("number of the import run"))
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=_("show what would be removed, restored and kept"),
        )
        parser.add_argument("--redo", action="store_true", help=_("bring an undone run back"))
        parser.add_argument("--by", metavar="USERNAME", help=_("account for the audit log"))

    def handle(
        self,
        *args: object,
        run: int,
        dry_run: bool,
        redo: bool,
        by: str | None,
        **options: object,
    ) -> None:
        row = ImportRun.objects.select_related("source").filter(pk=run).first()
        if row is None:
            raise CommandError(_("There is no import run %(run)s.") % {"run": run})
        actor: Actor = COMMAND
        if by is not None:
            try:
                actor = User.objects.get(username=by)
            except User.DoesNotExist:
                raise CommandError(_("There is no account %(name)s.") % {"name": by}) from None
        if why := refusal_to_redo(row) if redo else refusal(row):
            text = (
                _("Run %(run)s can’t be redone: %(why)s")
                if redo
                else _("Run %(run)s can’t be undone: %(why)s")
            )
            raise CommandError(text % {"run": run, "why": why})
        if redo:
            self.redo(row, actor, dry_run)
        else:
            self.undo(row, actor, dry_run)

    def undo(self, run: ImportRun, by: Actor, dry_run: bool) -> None:
        plan = plan_undo(run)
        for kept in plan.kept:
            self.stdout.write(WHY[kept.reason] % {"place": place_of_item(kept)})
        if more := plan.kept_count - len(plan.kept):
            self.stdout.write(
                counted(ngettext("Kept: %(n)s more.", "Kept: %(n)s more.", more), more)
            )
        if dry_run:
            self.stdout.write(f"{undo_sentence(run, plan)} {_('Dry run: nothing was changed.')}")
            return
        self.go(False, lambda watch: undo_run(run, by, watch))
        self.stdout.write(undo_sentence(run, plan))

    def redo(self, run: ImportRun, by: Actor, dry_run: bool) -> None:
        undone = run.changes.exclude(article_key=0).filter(is_undone=True)
        count = undone.count()
        if dry_run:
            text = ngettext(
                "Run %(run)s: %(n)s article to redo.", "Run %(run)s: %(n)s articles to redo.", count
            )
            text = counted(text, count, run=run.pk)
            self.stdout.write(f"{text} {_('Dry run: nothing was changed.')}")
            return
        self.go(True, lambda watch: redo_run(run, by, watch))
        left = undone.count()
        done = counted(
            ngettext(
                "Run %(run)s redone: %(n)s article.",
                "Run %(run)s redone: %(n)s articles.",
                count - left,
            ),
            count - left,
            run=run.pk,
        )
        if left:
            text = ngettext(
                "%(n)s article skipped: imported again or removed since the undo.",
                "%(n)s articles skipped: imported again or removed since the undo.",
                left,
            )
            done += f" {counted(text, left)}"
        self.stdout.write(done)

    def go(self, is_redo: bool, act: Callable[[Callable[[int, int], None]], bool]) -> None:
        """Undo or redo with a progress bar. After Ctrl-C, what is done so far is kept."""
        done = _("redone") if is_redo else _("undone")
        with tqdm(unit=f" {_('articles')}", desc=done, leave=False, disable=None) as bar:

            def watch(number: int, of: int) -> None:
                bar.total = of
                bar.update(number - bar.n)

            try:
                act(watch)
            except CannotUndo as refused:
                raise CommandError(str(refused)) from refused
            except KeyboardInterrupt as stop:
                raise CommandError(stopped(is_redo, int(bar.n)), returncode=130) from stop


def stopped(is_redo: bool, count: int) -> str:
    """Return what was done when the user presses Ctrl-C."""
    if is_redo:
        text = ngettext(
            "Stopped. %(n)s article redone; none is half redone. Run the same command again to "
            "continue.",
            "Stopped. %(n)s articles redone; none is half redone. Run the same command again to "
            "continue.",
            count,
        )
    else:
        text = ngettext(
            "Stopped. %(n)s article undone; none is half undone. Run the same command again to "
            "continue.",
            "Stopped. %(n)s articles undone; none is half undone. Run the same command again to "
            "continue.",
            count,
        )
    return counted(text, count)


def undo_sentence(run: ImportRun, plan: UndoPlan) -> str:
    """Return in words what an undo removes, restores and keeps."""
    articles, comments, items, kept = plan.articles, plan.comments, plan.restored, plan.kept_count
    return _(
        "Run %(run)s (%(source)s): %(articles)s and %(comments)s removed, %(items)s restored, "
        "%(kept)s kept."
    ) % {
        "run": run.pk,
        "source": run.source,
        "articles": counted(ngettext("%(n)s article", "%(n)s articles", articles), articles),
        "comments": counted(ngettext("%(n)s comment", "%(n)s comments", comments), comments),
        "items": counted(ngettext("%(n)s item", "%(n)s items", items), items),
        "kept": counted(ngettext("%(n)s exception", "%(n)s exceptions", kept), kept),
    }


def place_of_item(kept: Kept) -> str:
    """Return the path of an article or comment that is kept."""
    slug = Article.objects.filter(pk=kept.article_key).values_list("slug", flat=True).first()
    return f"/articles/{slug}/" + (f"comments/{kept.number}/" if kept.number else "")
