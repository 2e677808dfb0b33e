"""Where imported rows came from: source files, byte for byte, and import runs."""

import codecs
import re
import zlib
from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LINE_END = re.compile(r"\r\n|\r|\n")
LONGEST = 1_000_000  # characters of a line shown in an excerpt, which ends at a longer line


class Source(models.Model):
    """An imported file, byte for byte, in compressed chunks.

    Identical files are stored once, under their first name; for saved pages, `other_names` lists
    the others. `encoding` is "gzip" for gzipped UTF-8 and "binary" for files without lines. A saved
    page without an article of its own has either `copy_of`, the article it shows, or `no_article`,
    its kind (a list, an error page), or both if it only has more comments of the article.
    """

    name = models.CharField(_("name"), max_length=500)
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    format = models.CharField(_("format"), max_length=30)
    encoding = models.CharField(_("encoding"), max_length=40)
    created_at = models.DateTimeField(pgettext_lazy("date", "added"), auto_now_add=True)
    other_names = models.JSONField(_("other names"), default=list, editable=False)
    copy_of = models.ForeignKey(
        "commentary.Article",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="copies",
        verbose_name=_("duplicate of"),
    )
    no_article = models.CharField(
        _("why it isn’t an article"), max_length=300, blank=True, default="", db_default=""
    )

    WITH_LINES = ("text", "html")  # formats whose ledger has the use of each line or text

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name

    def read(self, position: int = 0) -> Iterator[bytes]:
        """Yield the bytes chunk by chunk, starting at chunk `position`; one query per four chunks."""
        pieces = self.chunks.order_by("position").values_list("data", flat=True)
        while some := list(pieces.filter(position__gte=position)[:4]):
            yield from map(zlib.decompress, some)
            position += len(some)

    @property
    def can_be_repaired(self) -> bool:
        """Whether its lines or texts can be marked in the admin."""
        return self.format in self.WITH_LINES

    @property
    def lines(self) -> list[str]:
        """The whole text as a list of lines. Only for short texts; use `excerpt` for others."""
        return [text for _number, text in self._numbered_lines(0, 1)]

    def excerpt(self, first: int, last: int) -> list[tuple[int, str]]:
        """Return (number, text) of lines `first` to `last`, counted from 1.

        Line numbers are those of the importer. Lines that don't exist are omitted.
        """
        if self.encoding == "gzip":  # must be decompressed from the start
            numbered = self._numbered_lines(0, 1, LONGEST)
        else:
            # The last chunk that starts before line `first`: a character may be split between
            # chunks.
            start = self.chunks.filter(first_line__lt=first).order_by("-position")
            position, line = start.values_list("position", "first_line").first() or (0, 1)
            numbered = self._numbered_lines(position, line, LONGEST)
        wanted = []
        for number, text in numbered:
            if number > last:
                break
            if number >= first:
                wanted.append((number, text))
        return wanted

    def _numbered_lines(
        self, position: int, number: int, longest: int | None = None
    ) -> Iterator[tuple[int, str]]:
        """Yield (number, text) of lines, from chunk `position` on, which starts in line `number`."""
        held = ""
        for text in self._texts(position):
            *lines, held = LINE_END.split(held + text)
            # A CR at the end may be the first half of CRLF.
            if text.endswith("\r"):
                held = lines.pop() + "\r"
            yield from enumerate(lines, number)
            number += len(lines)
            if longest is not None and len(held) > longest:
                yield number, held[:longest] + "…"
                return
        if held := held.removesuffix("\r"):
            yield number, held

    def _texts(self, position: int) -> Iterator[str]:
        """Yield the decoded text chunk by chunk."""
        if self.encoding == "binary":
            return
        encoding, data = self.encoding, self.read(position)
        if encoding == "gzip":
            encoding, data = "utf-8", _unpacked(data)
        elif encoding in ("utf-16", "utf-32") and position:
            mark = next(self.read())[:4]  # the byte order mark
            encoding += "-le" if mark.startswith(codecs.BOM_UTF16_LE) else "-be"
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        for piece in data:
            yield decoder.decode(piece)
        yield decoder.decode(b"", True)


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield decompressed gzip data in bounded pieces, up to the first error."""
    unpacker = zlib.decompressobj(31)
    for piece in pieces:
        while piece:
            try:
                yield unpacker.decompress(piece, 1 << 18)
            except zlib.error:
                return
            piece = unpacker.unconsumed_tail
            if unpacker.eof:
                piece, unpacker = unpacker.unused_data, zlib.decompressobj(31)


class SourceChunk(models.Model):
    """A compressed chunk of a source; `first_line` is the line in which it starts."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    position = models.PositiveIntegerField()
    first_line = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["source", "position"]
        constraints = [
            models.UniqueConstraint(fields=["source", "position"], name="chunk_position_unique")
        ]

    def __str__(self) -> str:
        return f"{self.source} from line {self.first_line}"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Import runs."""

    def not_undone(self) -> "ImportRunQuerySet":
        """Return the runs whose rows are here. Importing the file of others again starts a new run."""
        return self.filter(undo_state__in=("", ImportRun.UndoState.UNRECORDED))


class ImportRun(models.Model):
    """One run of the importer over one source that stored something.

    `ledger` lists spans of lines, counted from 1: ``{"first", "last", "use", "owner", "reason"}``.
    For an export it lists the items that did not simply become a comment. During a run, `counts`
    and `bytes_read` (out of the source's size) are updated about once a second. The runs of all
    files that one command imported share `batch`.

    `undo_state` is not written by the importer but by `importing.undo_run`; `reversals` lists what
    was undone and redone: ``{"what", "by", "at", ...}``. The rows it needs are `ImportChange`.
    """

    class UndoState(models.TextChoices):
        UNRECORDED = "unrecorded", _("changes not recorded")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", pgettext_lazy("import run", "undone")
        REDOING = "redoing", _("being redone")

    class Outcome(models.TextChoices):
        OK = "ok", _("complete")
        PARTIAL = "partial", _("with unrecognised content")
        DIFFERS = "differs", _("doesn’t match stored data")
        UNCERTAIN = "uncertain", pgettext_lazy("import run", "uncertain")

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="runs", verbose_name=_("source")
    )
    created_at = models.DateTimeField(pgettext_lazy("date", "started"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last update"), auto_now=True)
    finished_at = models.DateTimeField(pgettext_lazy("date", "finished"), null=True)
    bytes_read = models.PositiveBigIntegerField(_("bytes read"), default=0)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.PARTIAL
    )
    counts = models.JSONField(_("counts"), default=dict)
    warnings = models.JSONField(_("warnings"), default=list)
    ledger = models.JSONField(_("ledger"), default=list)
    batch = models.UUIDField(_("batch"), null=True, editable=False, db_index=True)
    undo_state = models.CharField(
        max_length=10,
        choices=UndoState.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    reversals = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), editable=False
    )

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")

    def __str__(self) -> str:
        return f"{self.source} ({self.get_outcome_display()})"


class ImportedArticle(models.Model):
    """An article as an import run read it, and how sure the importer is of it.

    `confidence` is in percent; 100 means that nothing was doubted. `doubts` are its reasons as
    ``[kind, text]``, and `kinds` their kinds as ``"|start|names|"``. `warnings` are messages that
    are no reason for doubt. `comments` is the number of comments found in the source, and `declared`
    the number that it states. `is_held_back` says that the source publishes the article, but the run
    imported it as a draft.
    """

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, db_index=False, related_name="imported_articles"
    )
    article = models.ForeignKey(
        "commentary.Article", on_delete=models.CASCADE, related_name="imports"
    )
    confidence = models.PositiveSmallIntegerField(_("confidence"), default=100)
    comments = models.PositiveIntegerField(_("comments"), default=0)
    declared = models.PositiveIntegerField(_("declared"), null=True)
    doubts = models.JSONField(_("doubts"), default=list)
    kinds = models.CharField(max_length=200, blank=True)
    warnings = models.JSONField(_("warnings"), default=list)
    is_held_back = models.BooleanField(default=False)

    class Meta:
        ordering = ["confidence", "pk"]
        verbose_name = _("imported article")
        verbose_name_plural = _("imported articles")
        constraints = [
            models.UniqueConstraint(fields=["run", "article"], name="imported_article_once_per_run")
        ]
        indexes = [
            models.Index(fields=["run", "confidence", "id"], name="imported_article_by_doubt")
        ]

    def __str__(self) -> str:
        return f"{self.article} ({self.confidence} %)"
