"""Make a backup: all of it under its name, or nothing."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from ...privacy.erasures import erasure_file
from . import databases
from .folder import (
    ERASURES,
    MEDIA,
    TEMPLATE,
    BackupError,
    Manifest,
    Watch,
    copy_file,
    file_digest,
    files_below,
    read_manifest,
)

PREFIX = "commentary-"


def make_backup(parent: Path, template: str, watch: Watch) -> Path:
    """Make a backup in a new folder inside `parent`, and return it. Nobody else may read it.

    `template` has the settings without their secrets. Until it is complete, the folder has another
    name; an incomplete one is deleted. Raises BackupError.
    """
    now = timezone.now()
    final = parent / f"{PREFIX}{now:%Y%m%d-%H%M%S}"
    folder = parent / f".{final.name}.unfinished"
    mask = os.umask(0o077)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        _fill(folder, now.isoformat(), template, watch)
        for made in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
            _sync(made)
        if final.exists():
            raise BackupError(_("%(path)s exists already") % {"path": final})
        folder.rename(final)
        _sync(parent)
    except OSError as failure:
        raise BackupError(f"{failure.filename or folder}: {failure.strerror}") from failure
    finally:
        os.umask(mask)
        shutil.rmtree(folder, ignore_errors=True)
    return final


def _fill(folder: Path, now: str, template: str, watch: Watch) -> None:
    vendor = connection.vendor
    name = databases.FILES[vendor]
    target = folder / name
    rows = databases.dump(target, watch)
    applied = MigrationRecorder(connection).applied_migrations()
    manifest = Manifest(
        created_at=now,
        database=vendor,
        server=".".join(map(str, connection.get_database_version())),
        rows=rows,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
    )
    # After the database: a picture is stored before the row that names it.
    sources = {name: target}
    media = Path(settings.MEDIA_ROOT)
    sources |= {f"{MEDIA}/{path.relative_to(media)}": path for path in files_below(media)}
    if erasure_file().exists():
        sources[ERASURES] = erasure_file()
    (folder / TEMPLATE).write_text(template, encoding="utf-8")
    sources[TEMPLATE] = folder / TEMPLATE
    for path, source in sources.items():
        if source == folder / path:
            manifest.files[path] = file_digest(source, watch)
        else:
            manifest.files[path] = copy_file(source, folder / path, watch, _("pictures"))
    manifest.write(folder)


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete_old(parent: Path, days: int) -> list[Path]:
    """Delete the complete backups in a folder that are older, and return them."""
    before = (timezone.now() - timedelta(days=days)).isoformat()
    old = []
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        try:
            is_old = read_manifest(folder).created_at < before
        except BackupError:
            continue
        if is_old:
            shutil.rmtree(folder)
            old.append(folder)
    return old
