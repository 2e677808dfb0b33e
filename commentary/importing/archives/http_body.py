"""Decode the body of an HTTP response, within limits on its size."""

import re
import zlib

import brotli

CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


def unchunked(data: bytes) -> bytes:
    """Join the chunks of a body. Some crawlers store it joined, with the header unchanged; then it
    is returned as it is.
    """
    pieces, position = [], 0
    while found := CHUNK.match(data, position):
        size = int(found[1], 16)
        if not size:
            break
        pieces.append(data[found.end() : found.end() + size])
        position = found.end() + size
        if data[position : position + 2] == b"\r\n":
            position += 2
        elif data[position : position + 1] == b"\n":
            position += 1
    else:
        if position < len(data):
            return data  # not in chunks
    return b"".join(pieces) if pieces or data[:1] == b"0" else data


def decoded(data: bytes, encoding: str, limit: int) -> bytes:
    """Decompress a body to at most `limit` + 1 bytes. Some crawlers store it decompressed, with the
    header unchanged; then it is returned as it is.
    """
    encoding = encoding.strip().lower()
    try:
        if encoding in ("gzip", "x-gzip"):
            return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, limit + 1)
        if encoding == "deflate":
            return _inflated(data, limit)
        if encoding == "br":
            return _unbrotlied(data, limit)
    except (zlib.error, brotli.error):
        pass
    return data


def _inflated(data: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, limit + 1)
    except zlib.error:  # without the header, as some servers send it
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit + 1)


def _unbrotlied(data: bytes, limit: int) -> bytes:
    reader = brotli.Decompressor()
    pieces = [reader.process(data, output_buffer_limit=limit + 1)]
    size = len(pieces[0])
    while size <= limit and not reader.is_finished() and not reader.can_accept_more_data():
        pieces.append(reader.process(b"", output_buffer_limit=limit + 1 - size))
        size += len(pieces[-1])
    # The start of a text may look like the start of a longer compressed body.
    return b"".join(pieces)[: limit + 1] if size else data
