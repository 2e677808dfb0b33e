"""Store the bytes of a source in the database, so that each of its lines can be shown."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from django.db import transaction

from ..models import Source, SourceChunk
from .messages import gettext as _
from .records import SourceError
from .source import SourceFile

CHUNK = 1 << 18  # bytes per chunk, the least that must be read to show a line


def store_source(source: SourceFile, format: str) -> Source:
    """Store the bytes of a source in chunks, and what distinguishes it from others."""
    with transaction.atomic():
        stored = Source.objects.create(
            name=source.name[-500:],
            sha256=source.sha256,
            size=source.size,
            format=format,
            encoding=source.encoding,
        )
        store_bytes(source, stored)
    return stored


def store_bytes(source: SourceFile, stored: Source) -> None:
    """Store the bytes of a source, unless they are there. The undo of a run removes them."""
    if stored.chunks.exists():
        return
    with transaction.atomic(), source.open() as stream:
        if store_chunks(stored, stream) != source.sha256:
            raise SourceError(source.name, 0, _("changed while it was read; import it again"))


def store_chunks(stored: Source, stream: BinaryIO) -> str:
    """Store the bytes of a stream as those of a source, and return their SHA-256."""
    digest = hashlib.sha256()
    chunks = _chunks(stored, stream, digest)
    while some := list(islice(chunks, 16)):
        SourceChunk.objects.bulk_create(some)
    return digest.hexdigest()


def _chunks(stored: Source, stream: BinaryIO, digest: "hashlib._Hash") -> Iterator[SourceChunk]:
    """Yield the bytes in chunks, each with the number of its first line. No chunk ends between CR
    and LF.
    """
    text = {"gzip": "utf-8", "binary": "latin-1"}.get(stored.encoding, stored.encoding)
    decoder = codecs.getincrementaldecoder(text)("replace")
    line, position = 1, 0
    while data := stream.read(CHUNK):
        for _number in range(64):  # a text has a line end within a few of these
            if not data[-4:].rstrip(b"\0").endswith(b"\r"):
                break
            data += stream.read(4)  # whole characters in any encoding
        yield SourceChunk(
            source=stored, position=position, first_line=line, data=zlib.compress(data, 1)
        )
        digest.update(data)
        words = decoder.decode(data)
        line += words.count("\n") + words.count("\r") - words.count("\r\n")
        position += 1
