"""Restore a backup, and what follows from it."""

import os
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from ...models import Article, Comment, Discussion, OutboxMessage, Source, StaffSession
from ...privacy.erasing import repeat_erasures
from ...privacy.erasures import add_erasures, erasure_file, read_erasures
from . import databases
from .folder import ERASURES, MEDIA, BackupError, Manifest, Watch, copy_file, verify_files

DISCUSSIONS_AT_ONCE = 10_000


def check_backup(folder: Path, manifest: Manifest, watch: Watch) -> None:
    """Check that all files of a backup are as they were made. Raises BackupError."""
    verify_files(folder, manifest, watch)
    if manifest.database == connection.vendor:
        databases.CHECKS[manifest.database](folder / databases.FILES[manifest.database])


def refuse_unless_restorable(manifest: Manifest, is_replacing: bool) -> None:
    """Raise BackupError if a backup must not be restored here."""
    if manifest.database != connection.vendor:
        raise BackupError(
            _(
                "This is a backup of %(theirs)s, and this site uses %(ours)s. To move between them, use "
                "export_commentary, see docs/operators/backup.md."
            )
            % {"theirs": manifest.database, "ours": connection.vendor}
        )
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    if unknown := [name for name in manifest.migrations if _is_later(name, known)]:
        raise BackupError(
            _(
                "The backup was made by a later version of Commentary (migration %(migration)s). "
                "Install that version first."
            )
            % {"migration": unknown[0]}
        )
    if not is_replacing and has_content():
        raise BackupError(
            _(
                "This site has content, which the restore would delete. To replace it, add --replace."
            )
        )


def _is_later(name: str, known: set[str]) -> bool:
    return name.startswith("commentary.") and name not in known


def has_content() -> bool:
    """Return whether the database has articles, comments or sources."""
    there = connection.introspection.table_names()
    contents: tuple[type[models.Model], ...] = (Article, Comment, Source)
    for model in contents:
        table = model._meta.db_table
        if table in there:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
                if cursor.fetchone():
                    return True
    return False


def restore_backup(
    folder: Path, manifest: Manifest, erasures: list[Path], watch: Watch
) -> tuple[int, int]:
    """Replace the site by a backup. Returns the number of pictures and of comments that were erased
    again. Raises BackupError.

    The database is replaced in one transaction. Pictures are added before, none is deleted.
    """
    try:
        remembered = [
            erasure
            for file in (erasure_file(), folder / ERASURES, *erasures)
            for erasure in read_erasures(file)
        ]
    except (OSError, ValueError) as failure:
        raise BackupError(str(failure)) from failure
    pictures = _restore_pictures(folder, manifest, watch)
    databases.LOADS[manifest.database](folder / databases.FILES[manifest.database], watch)
    rows = databases.count_rows_of(list(manifest.rows))
    if wrong := [table for table, count in manifest.rows.items() if rows[table] != count]:
        raise BackupError(
            _("the restored table %(table)s has not the rows of the backup") % {"table": wrong[0]}
        )
    call_command("migrate", verbosity=0, interactive=False)
    add_erasures(remembered)
    erased = repeat_erasures(remembered)
    _leave_the_past()
    return pictures, erased


def _restore_pictures(folder: Path, manifest: Manifest, watch: Watch) -> int:
    """Add the pictures that are missing, or incomplete, to MEDIA_ROOT. Returns how many."""
    count = 0
    for name, (size, _digest) in manifest.files.items():
        if not name.startswith(f"{MEDIA}/"):
            continue
        target = Path(settings.MEDIA_ROOT) / name.removeprefix(f"{MEDIA}/")
        try:
            if target.is_file() and target.stat().st_size == size:
                continue
            unfinished = target.with_name(f".{target.name}.{os.getpid()}")
            copy_file(folder / name, unfinished, watch, _("pictures"))
            unfinished.replace(target)
        except OSError as failure:
            raise BackupError(f"{failure.filename or target}: {failure.strerror}") from failure
        count += 1
    return count


def _leave_the_past() -> None:
    """Let nothing from before the restore count as current: pages, sessions, messages."""
    StaffSession.objects.all().delete()
    waiting = OutboxMessage.objects.filter(next_attempt_at__isnull=False)
    waiting.update(next_attempt_at=None, last_error=_("Not sent: it came from a restored backup."))
    keys = Discussion._default_manager.order_by("pk")
    last = -1
    while some := list(keys.filter(pk__gt=last).values_list("pk", flat=True)[:DISCUSSIONS_AT_ONCE]):
        last = some[-1]
        Discussion._default_manager.filter(pk__gte=some[0], pk__lte=last).touch()
    cache.clear()
