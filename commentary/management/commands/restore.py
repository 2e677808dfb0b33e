from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from tqdm import tqdm

from ...backups.folder import BackupError, read_manifest
from ...backups.restoring import check_backup, refuse_unless_restorable, restore_backup
from ...importing.report import counted


class Command(BaseCommand):
    """All checksums are verified before anything is changed."""

    help = "Restore a backup of manage.py backup into an empty site, or only verify it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="the folder of the backup")
        parser.add_argument(
            "--verify", action="store_true", help="check all files of the backup and change nothing"
        )
        parser.add_argument(
            "--replace", action="store_true", help="delete the content that this site has"
        )
        parser.add_argument(
            "--erasures",
            action="append",
            default=[],
            metavar="FILE",
            help="another list of erasures to repeat, beside those of VAR_DIR and of the backup",
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
            raise CommandError(f"{missing[0]}: there is no such file.")
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
                    files = counted(len(manifest.files), "file")
                    self.stdout.write(f"The backup of {manifest.created_at} is complete: {files}.")
                    return
                pictures, erased = restore_backup(path, manifest, list(map(Path, erasures)), watch)
        except BackupError as failure:
            raise CommandError(f"{failure}".removesuffix(".") + ".") from failure
        except Error as failure:
            raise CommandError(str(failure).partition("\n")[0]) from failure
        self.stdout.write(f"Restored the backup of {manifest.created_at}.")
        self.stdout.write(f"{counted(pictures, 'picture file')} added.")
        if erased:
            self.stdout.write(f"Erased again: {counted(erased, 'comment')}.")
        self.stdout.write("Editors have to sign in again. Run check_tree and verify_audit_log.")
