"""The bytes of a source, stored with the database so that every line of them can be shown."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from ..models import Source as StoredSource
from ..models import SourceChunk
from .records import SourceError
from .source import Source

CHUNK = 1 << 18  # bytes of a piece of a source: what has to be read to show a line of it


def store_source(source: Source, format: str) -> StoredSource:
    """Keep the bytes of a source, in pieces, and what tells it from others."""
    with transaction.atomic():
        stored = StoredSource.objects.create(
            name=source.name[-500:],
            sha256=source.sha256,
            size=source.size,
            format=format,
            encoding=source.encoding,
        )
        chunks = _chunks(source, stored)
        while some := list(islice(chunks, 16)):
            SourceChunk.objects.bulk_create(some)
    return stored


def _chunks(source: Source, stored: StoredSource) -> Iterator[SourceChunk]:
    """The bytes, in pieces that know the line they begin in. No piece ends between CR and LF."""
    text = {"gzip": "utf-8", "binary": "latin-1"}.get(source.encoding, source.encoding)
    decoder = codecs.getincrementaldecoder(text)("replace")
    digest, line, position = hashlib.sha256(), 1, 0
    with source.open() as stream:
        while data := stream.read(CHUNK):
            for _ in range(64):  # a line ends after a few of these, or it is no text
                if not data[-4:].rstrip(b"\0").endswith(b"\r"):
                    break
                data += stream.read(4)  # whole characters of any encoding
            yield SourceChunk(
                source=stored, position=position, first_line=line, data=zlib.compress(data, 1)
            )
            digest.update(data)
            words = decoder.decode(data)
            line += words.count("\n") + words.count("\r") - words.count("\r\n")
            position += 1
    if digest.hexdigest() != source.sha256:
        raise SourceError(source.name, 0, "changed while it was read; import it again")
