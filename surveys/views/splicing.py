"""A page that is the same for everybody but for one word is compressed once, not for everybody.

RFC 1951: what was flushed fully ends on a whole byte and refers to nothing before it, so that compressed pieces may be
joined, with blocks between them that are stored as they are.
"""

import zlib
from collections.abc import Iterable

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflate, no name, no time, best compression
LAST = b"\x03\x00"  # an empty block that says it is the last
LONGEST = 0xFFFF  # of a stored block


class Spliced:
    """Pieces of a page, between which a word is to stand."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = tuple(pieces)
        self.packed = tuple(map(_packed, self.pieces))

    def plain(self, word: bytes) -> bytes:
        return word.join(self.pieces)

    def gzipped(self, word: bytes) -> bytes:
        whole = self.plain(word)
        tail = zlib.crc32(whole).to_bytes(4, "little") + (len(whole) & 0xFFFFFFFF).to_bytes(4, "little")
        return HEAD + _stored(word).join(self.packed) + LAST + tail


def _packed(piece: bytes) -> bytes:
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _stored(word: bytes) -> bytes:
    length = len(word)
    if length > LONGEST:
        raise ValueError(f"A word of {length} bytes; a stored block holds {LONGEST}.")
    return b"\0" + length.to_bytes(2, "little") + (length ^ LONGEST).to_bytes(2, "little") + word
