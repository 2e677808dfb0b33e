from collections.abc import Callable

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ...discussions.audit import Actor
from ...importing.redo_run import redo_run, refusal_to_redo
from ...importing.report import counted
from ...importing.undo_plan import Kept, UndoPlan, plan_undo
from ...importing.undo_run import CannotUndo, refusal, undo_run
from ...models import Article, ImportRun

WHY = {
    "answered": "was answered",
    "edited": "was edited",
    "decided": "was decided on",
    "imported": "was changed by a later import",
}
COMMAND = "undo_import"  # who did it, if no account is named


class Command(BaseCommand):
    """Can be interrupted at any time. Run it again to continue; no article is half undone."""

    help = (
        "Undo an import run: remove what it made and restore what it changed, except what was "
        "answered, edited or decided since, or changed by a later import."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="number of the import run")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be removed, restored and kept"
        )
        parser.add_argument("--redo", action="store_true", help="bring an undone run back")
        parser.add_argument("--by", metavar="USERNAME", help="account for the audit log")

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
            raise CommandError(f"There is no import run {run}.")
        actor: Actor = COMMAND
        if by is not None:
            try:
                actor = User.objects.get(username=by)
            except User.DoesNotExist:
                raise CommandError(f"There is no account {by}.") from None
        if why := refusal_to_redo(row) if redo else refusal(row):
            raise CommandError(f"Run {run} can’t be {'redone' if redo else 'undone'}: {why}")
        if redo:
            self.redo(row, actor, dry_run)
        else:
            self.undo(row, actor, dry_run)

    def undo(self, run: ImportRun, by: Actor, dry_run: bool) -> None:
        plan = plan_undo(run)
        for kept in plan.kept:
            self.stdout.write(f"Kept: {place_of_item(kept)} {WHY[kept.reason]}.")
        if len(plan.kept) < plan.kept_count:
            self.stdout.write(f"Kept: {plan.kept_count - len(plan.kept):,} more.")
        if dry_run:
            self.stdout.write(f"{undo_sentence(run, plan)} Dry run: nothing was changed.")
            return
        self.go("undone", lambda watch: undo_run(run, by, watch))
        self.stdout.write(undo_sentence(run, plan))

    def redo(self, run: ImportRun, by: Actor, dry_run: bool) -> None:
        undone = run.changes.exclude(article_key=0).filter(is_undone=True)
        count = undone.count()
        if dry_run:
            of = counted(count, "article")
            self.stdout.write(f"Run {run.pk}: {of} to redo. Dry run: nothing was changed.")
            return
        self.go("redone", lambda watch: redo_run(run, by, watch))
        left = undone.count()
        done = f"Run {run.pk} redone: {counted(count - left, 'article')}."
        if left:
            done += (
                f" {counted(left, 'article')} skipped: imported again or removed since the undo."
            )
        self.stdout.write(done)

    def go(self, done: str, act: Callable[[Callable[[int, int], None]], bool]) -> None:
        """Undo or redo with a progress bar. After Ctrl-C, what is done so far is kept."""
        with tqdm(unit=" articles", desc=done, leave=False, disable=None) as bar:

            def watch(number: int, of: int) -> None:
                bar.total = of
                bar.update(number - bar.n)

            try:
                act(watch)
            except CannotUndo as refused:
                raise CommandError(str(refused)) from refused
            except KeyboardInterrupt as stop:
                raise CommandError(
                    f"Stopped. {counted(int(bar.n), 'article')} {done}; none is half {done}. Run the "
                    "same command again to continue.",
                    returncode=130,
                ) from stop


def undo_sentence(run: ImportRun, plan: UndoPlan) -> str:
    """Return in words what an undo removes, restores and keeps."""
    return (
        f"Run {run.pk} ({run.source}): {counted(plan.articles, 'article')} and "
        f"{counted(plan.comments, 'comment')} removed, {counted(plan.restored, 'item')} restored, "
        f"{counted(plan.kept_count, 'exception')} kept."
    )


def place_of_item(kept: Kept) -> str:
    """Return the path of an article or comment that is kept."""
    slug = Article.objects.filter(pk=kept.article_key).values_list("slug", flat=True).first()
    return f"/articles/{slug}/" + (f"comments/{kept.number}/" if kept.number else "")
