from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from config.environment import Env

from ...text.counts import counted
from ..backups.folder import BackupError
from ..backups.making import delete_old, make_backup

SECRET = ("KEY", "SECRET", "PASSWORD", "_URL")  # parts of the names of settings with secrets
NOT_SECRET = ("SITE_URL", "OIDC_URL")
OF_COMMANDS = ("DATABASE_LIMITS", "lock_timeout=60000")  # set by manage.py


class Command(BaseCommand):
    """The backup appears under its name only when it is complete."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Back up the database and the pictures into a new folder, with checksums, while the site is "
            "running. Restore it with manage.py restore."
        )
        parser.add_argument("folder", help=_("where the new folder is made"))
        parser.add_argument(
            "--keep-days",
            type=int,
            metavar="N",
            help=_("afterwards, delete backups in the same folder that are older than N days"),
        )

    def handle(self, *args: object, folder: str, keep_days: int | None, **options: object) -> None:
        if keep_days is not None and keep_days < 1:
            raise CommandError(_("--keep-days must be at least 1."))
        parent = Path(folder)
        try:
            with tqdm(unit="B", unit_scale=True, leave=False, disable=None) as bar:

                def watch(what: str, count: int) -> None:
                    bar.set_description_str(what, refresh=False)
                    bar.update(count)

                made = make_backup(parent, settings_template(), watch)
            old = delete_old(parent, keep_days) if keep_days else []
        except BackupError as failure:
            raise CommandError(
                _("No backup was made: %(reason)s")
                % {"reason": f"{str(failure).removesuffix('.')}."}
            ) from failure
        except (Error, OSError) as failure:
            reason = str(failure).partition("\n")[0]
            raise CommandError(
                _("No backup was made: %(reason)s") % {"reason": reason}
            ) from failure
        if old:
            text = ngettext("Deleted %(n)s old backup.", "Deleted %(n)s old backups.", len(old))
            self.stdout.write(counted(text, len(old)))
        self.stdout.write(_("Backup: %(path)s") % {"path": made})
        self.stdout.write(_("SECRET_KEY and other secrets are not in it: keep them separately."))


def settings_template() -> str:
    """Return the settings of this site as lines for its environment, without secrets."""
    lines = [
        "# "
        + _(
            "The settings of the site when the backup was made. Those without a value are secret: add "
            "them."
        ),
        "# " + _("VAR_DIR was %(path)s") % {"path": settings.VAR_DIR},
    ]
    for name, value in sorted(Env.given.items()):
        if (name, value) == OF_COMMANDS:
            continue
        is_secret = any(part in name for part in SECRET) and name not in NOT_SECRET
        lines.append(f"{name}={'' if is_secret else value}")
    return "\n".join(lines) + "\n"
