from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from ...text.counts import counted
from ..backups.folder import BackupError, read_manifest
from ..backups.restoring import check_backup, refuse_unless_restorable, restore_backup


class Command(BaseCommand):
    """All checksums are verified before anything is changed."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Restore a backup of manage.py backup into an empty site, or only verify it."
        )
        parser.add_argument("folder", help=_("the folder of the backup"))
        parser.add_argument(
            "--verify",
            action="store_true",
            help=_("check all files of the backup and change nothing"),
        )
        parser.add_argument(
            "--replace", action="store_true", help=_("delete the content that this site has")
        )
        parser.add_argument(
            "--erasures",
            action="append",
            default=[],
            metavar="FILE",
            help=_("another list of erasures to repeat, beside those of VAR_DIR and of the backup"),
        )

    def handle(
        self,
        *args: object,
        folder: str,
        verify: bool,
        replace: bool,
        erasures: list[str],
        **options: object,
    ) -> None:
        path = Path(folder)
        missing = [name for name in erasures if not Path(name).is_file()]
        if missing:
            raise CommandError(_("%(path)s: there is no such file.") % {"path": missing[0]})
        try:
            with tqdm(unit="B", unit_scale=True, leave=False, disable=None) as bar:

                def watch(what: str, count: int) -> None:
                    bar.set_description_str(what, refresh=False)
                    bar.update(count)

                manifest = read_manifest(path)
                if not verify:
                    refuse_unless_restorable(manifest, replace)
                check_backup(path, manifest, watch)
                if verify:
                    count = len(manifest.files)
                    text = ngettext(
                        "The backup of %(time)s is complete: %(n)s file.",
                        "The backup of %(time)s is complete: %(n)s files.",
                        count,
                    )
                    self.stdout.write(counted(text, count, time=manifest.created_at))
                    return
                pictures, erased = restore_backup(path, manifest, list(map(Path, erasures)), watch)
        except BackupError as failure:
            raise CommandError(f"{failure}".removesuffix(".") + ".") from failure
        except Error as failure:
            raise CommandError(str(failure).partition("\n")[0]) from failure
        text = _("Restored the backup of %(time)s.")
        self.stdout.write(text % {"time": manifest.created_at})
        text = ngettext("%(n)s picture file added.", "%(n)s picture files added.", pictures)
        self.stdout.write(counted(text, pictures))
        if erased:
            text = ngettext("Erased again: %(n)s comment.", "Erased again: %(n)s comments.", erased)
            self.stdout.write(counted(text, erased))
        self.stdout.write(_("Editors have to sign in again. Run check_tree and verify_audit_log."))
