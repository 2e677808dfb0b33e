"""Restores an export of a whole site (`site_lines`) into an empty one, in one transaction."""

import base64
import binascii
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils.translation import ngettext

from ..discussions import tree
from ..media import restore_picture
from ..models import Comment, Discussion, MediaFile, Rule, SiteSettings, Source
from ..models.child_key import ChildKey, discussion_field
from ..models.tallies import wrong as wrong_tallies
from ..text.counts import counted
from .checked_lines import CheckedLine
from .messages import gettext as _
from .messages import gettext_noop
from .records import SourceError
from .report import ImportReport
from .site_lines import (
    EXPORTED,
    TABLES,
    ExportedAccount,
    ExportedBytes,
    ExportedTable,
    ExportEnd,
    ExportHeader,
    checked_export_line,
    is_recomputed,
    names_account,
)
from .source import SourceFile, open_regular
from .stored_source import store_chunks

MAX_LINE = 500_000_000  # bytes
ROWS_AT_ONCE = 1_000
# What a new site may have already.
REPLACED: tuple[type[models.Model], ...] = (Rule, SiteSettings)
MAX_LISTED = 20  # articles in the report
NOT_EMPTY = gettext_noop(
    "this is an export of a whole site, which can only be restored into an empty one, and this site "
    "already has %(what)s. Use a new database: nothing was changed"
)


class _RollBack(Exception):
    """Ends a dry run."""


def restore_site(
    source: SourceFile,
    folder: Path | None = None,
    dry_run: bool = False,
    watch: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Restore an export into an empty site and return the report; with `dry_run`, roll back.

    `folder` contains the files that lines refer to by `path`. The rules, name and look of the site
    are replaced by those of the export. Raises SourceError with the line of the first error; then nothing is stored
    except pictures that nothing refers to.
    """
    report = ImportReport(source.name)
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = 0")
            _Restore(source, folder, report, watch, dry_run).run()
            if dry_run:
                raise _RollBack
    except _RollBack:
        pass
    return report


class _Restore:
    """The restore of one export."""

    def __init__(
        self,
        source: SourceFile,
        folder: Path | None,
        report: ImportReport,
        watch: Callable[[ImportReport], None],
        is_dry_run: bool,
    ) -> None:
        self.source, self.folder, self.report, self.watch = source, folder, report, watch
        self.is_dry_run = is_dry_run
        self.rows: Counter[str] = Counter()
        self.accounts: dict[str, int] = {}
        self.number = 0
        self.table: ExportedTable | None = None
        self.held: list[models.Model] = []
        self.file: models.Model | None = None  # the row whose bytes are being read
        self.bytes: IO[bytes] | None = None

    def run(self) -> None:
        """Read and store all lines, then check the result."""
        self._require_empty_site()
        for model in REPLACED:
            model._base_manager.all().delete()
        is_ended = False
        with ExitStack() as stack:
            self.stack = stack
            for line in self._lines():
                if is_ended:
                    self._refuse(_("comes after the end of the export"))
                is_ended = self._take(line)
        if not is_ended:
            self._refuse(_("the file is cut off: its last line is not the end of the export"))
        self._set_sequences()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # else the checks would be planned for empty tables
                tables = ", ".join(model._meta.db_table for model in EXPORTED)
                cursor.execute(f"ANALYZE {tables}")
        self._check()
        self.report.counts = {
            "articles": self.rows["article"],
            "comments": self.rows["comment"],
            "declared": None,
            "preserved": self.rows["comment"],
        }

    def _refuse(self, why: str, number: int | None = None) -> None:
        raise SourceError(self.source.name, self.number if number is None else number, why)

    def _require_empty_site(self) -> None:
        for model in EXPORTED:
            if model not in REPLACED and model._base_manager.exists():
                what = str(model._meta.verbose_name_plural)
                raise SourceError(self.source.name, 0, _(NOT_EMPTY) % {"what": what})

    def _lines(self) -> Iterator[CheckedLine]:
        """Yield the checked lines. The first is the header."""
        with self.source.stream() as stream:
            while data := stream.readline(MAX_LINE):
                self.number += 1
                if len(data) == MAX_LINE:
                    self._refuse(_("is longer than %(limit)s bytes") % {"limit": f"{MAX_LINE:,}"})
                try:
                    line = checked_export_line(data)
                except ValueError as failure:
                    raise SourceError(self.source.name, self.number, str(failure)) from failure
                if isinstance(line, ExportHeader) != (self.number == 1):
                    self._refuse(_("the first line, and no other, must be the header"))
                if self.number > 1:
                    yield line
        if self.source.broken_off:
            self._refuse(
                _("the file is cut off: %(broken_off)s") % {"broken_off": self.source.broken_off}
            )

    def _take(self, line: CheckedLine) -> bool:
        """Store a line. Return whether it is the end of the export."""
        if isinstance(line, ExportedBytes):
            self._add_bytes(line)
            return False
        self._finish_file()
        if isinstance(line, ExportEnd):
            self._store_rows()
            counted_here = {name: number for name, number in self.rows.items() if number}
            if counted_here != line.rows:
                self._refuse(
                    _("rows: differ from the lines above, so lines are missing or repeated")
                )
            return True
        if isinstance(line, ExportedAccount):
            self.accounts[line.username] = _account(line.username)
            self.rows["account"] += 1
            return False
        self._add_row(line)
        return False

    def _add_row(self, line: CheckedLine) -> None:
        values = dict(line)
        table = TABLES[values.pop("type")]
        if table is not self.table or len(self.held) >= ROWS_AT_ONCE:
            self._store_rows()
            self.table = table
        path = values.pop("path", None)
        row = table.model(**{f.attname: self._value(f, values[f.name]) for f in table.fields})
        self.held.append(row)
        self.rows[table.name] += 1
        if table.name == "article" and len(self.report.articles) < MAX_LISTED:
            self.report.articles.append(values["slug"])
        if isinstance(row, Source | MediaFile):
            self._store_rows()
            self.file = row
            if path is not None:
                self._read_file(path)

    def _value(self, field: models.Field, value: object) -> object:
        if not names_account(field) or value is None:
            return value
        name = str(value)
        if name not in self.accounts:
            self._refuse(
                _("%(field)s: no line above has the account “%(name)s”")
                % {"field": field.name, "name": name}
            )
        return self.accounts[name]

    # --- rows

    def _store_rows(self) -> None:
        """Insert the held rows with exactly these values, which `bulk_create` would not do."""
        rows, self.held = self.held, []
        if not rows or self.table is None:
            return
        model = self.table.model
        fields = list(model._meta.concrete_fields)
        try:
            for row in rows:
                self._compute(row)
            size = connection.ops.bulk_batch_size(fields, rows)
            for at in range(0, len(rows), size):
                some: Any = model._base_manager.all()
                some._insert(rows[at : at + size], fields=fields, raw=True)
        except (DataError, IntegrityError) as failure:
            self._refuse(
                _("this line or one shortly before it can't be stored: %(reason)s")
                % {"reason": _first_line(failure)}
            )
        self.watch(self.report)

    def _compute(self, row: models.Model) -> None:
        """Compute the columns that the export leaves out."""
        if isinstance(row, Comment):
            row.discussion = self._discussion(row.discussion_id)
        for field in row._meta.concrete_fields:
            if is_recomputed(field):
                field.pre_save(row, True)

    def _discussion(self, pk: int) -> Discussion:
        """Return the discussion of a comment. Comments of a discussion follow each other."""
        if self._latest is None or self._latest.pk != pk:
            self._latest = Discussion.objects.filter(pk=pk).first()
            if self._latest is None:
                self._refuse(_("discussion: no line above has the discussion %(pk)s") % {"pk": pk})
        assert self._latest is not None
        return self._latest

    _latest: Discussion | None = None

    # --- bytes

    def _add_bytes(self, line: ExportedBytes) -> None:
        if self.file is None:
            self._refuse(_("no file is in the line before"))
        if self.bytes is None:
            self.bytes = self.stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        try:
            self.bytes.write(base64.b64decode(line.base64, validate=True))
        except binascii.Error:
            self._refuse(_("base64: is not valid"))

    def _read_file(self, path: str) -> None:
        """Store the bytes of a file beside the export."""
        if self.folder is None or ".." in path.split("/"):
            self._refuse(_("path: there is no folder with %(path)s") % {"path": path})
        assert self.folder is not None
        folder = self.folder.resolve()
        try:
            real = (folder / path).resolve(strict=True)
            if not real.is_relative_to(folder):
                self._refuse(_("path: %(path)s leads out of the folder") % {"path": path})
            with open_regular(real, follow_links=False) as stream:
                self._store_bytes(stream)
        except OSError as failure:
            self._refuse(
                _("path: %(path)s cannot be read: %(reason)s")
                % {"path": path, "reason": failure.strerror or failure}
            )

    def _finish_file(self) -> None:
        if self.bytes is not None:
            self.bytes.seek(0)
            self._store_bytes(self.bytes)  # type: ignore[arg-type]
            self.bytes.close()
        self.file = self.bytes = None

    def _store_bytes(self, stream: BinaryIO) -> None:
        """Store the bytes of the current file, whose digest and size must be those of its row."""
        file = self.file
        assert isinstance(file, Source | MediaFile)
        digest = hashlib.file_digest(cast(BufferedIOBase, stream), "sha256").hexdigest()
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if (digest, size) != (file.sha256, file.size):
            self._refuse(_("sha256: is not that of the bytes"), self.number)
        if isinstance(file, Source):
            try:
                store_chunks(file, stream)
            except LookupError:
                self._refuse(_("encoding: is not known"))
        elif not self.is_dry_run and not restore_picture(file, stream.read()):
            self._refuse(_("width, height: are not those of the picture"))

    # --- checks

    def _set_sequences(self) -> None:
        """Let new keys begin after the restored ones."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(EXPORTED)):
                cursor.execute(statement)

    def _check(self) -> None:
        """Refuse rows that don't fit together: the file may have been changed."""
        try:
            connection.check_constraints()
        except IntegrityError as failure:
            self._refuse(
                _("a row refers to one that is missing: %(reason)s")
                % {"reason": _first_line(failure)},
                0,
            )
        for model in EXPORTED:
            for field in model._meta.concrete_fields:
                if isinstance(field, ChildKey) and _refers_to_other_discussions(model, field):
                    self._refuse(
                        _("%(model)s.%(field)s refers to another discussion")
                        % {"model": model.__name__, "field": field.name},
                        0,
                    )
        if broken := tree.check():
            text = ngettext(
                "%(n)s problem found, such as: %(first)s",
                "%(n)s problems found, such as: %(first)s",
                len(broken),
            )
            self._refuse(counted(text, len(broken), first=broken[0]), 0)
        if wrong_tallies():
            self._refuse(_("the counts of lists differ from the articles"), 0)


def _refers_to_other_discussions(model: type[models.Model], field: ChildKey) -> bool:
    """Return whether a key in any row names a row of another discussion."""
    quote, there = connection.ops.quote_name, field.related_model
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {quote(model._meta.db_table)} a "
            f"JOIN {quote(there._meta.db_table)} b "
            f"ON b.{quote(str(there._meta.pk.column))} = a.{quote(str(field.column))} "
            f"WHERE b.{quote(str(discussion_field(there).column))} "
            f"<> a.{quote(str(discussion_field(model).column))} LIMIT 1"
        )
        return cursor.fetchone() is not None


def _account(username: str) -> int:
    """Return the key of the account with this name. A new one can't sign in."""
    accounts = get_user_model()._default_manager
    found = accounts.filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        user = get_user_model()(username=username, is_active=False)
        user.set_unusable_password()
        user.save()
        found = user.pk
    return int(found)


def _first_line(failure: Exception) -> str:
    return str(failure).partition("\n")[0]
