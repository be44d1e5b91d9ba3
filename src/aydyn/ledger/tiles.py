"""Tiles and entry bundles of height 8 (C2SP tlog-tiles), and the proofs made from them.

Invariants: tile (level L, number N) holds at place i the root of the complete subtree over leaves
[(256·N + i)·256^L, (256·N + i + 1)·256^L), and only complete subtrees are ever stored; a bundle holds the entries
under the level-0 tile of the same number, each behind its length as a big-endian uint16.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from aydyn.ledger.errors import FormatError, TreeError
from aydyn.ledger.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE, leaf_hash, node_hash, parents, subtree_root

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535

ReadTile = Callable[["TileAddress"], bytes]
"""Gives the bytes of a hash tile (or of a wider one at the same place); raises when it has none."""


@dataclass(frozen=True, order=True)
class TileAddress:
    """Where a tile stands: ``level`` 0 to 63 (−1: an entry bundle), ``number`` from 0, ``width`` 1 to 256."""

    level: int
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """The path below the log's prefix, as in tlog-tiles: ``tile/0/x001/234.p/5``, ``tile/entries/000``."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + [groups[-1]])
        level = "entries" if self.level < 0 else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number}{partial}"

    @classmethod
    def from_path(cls, path: str) -> TileAddress:
        """Parse :meth:`path` strictly. Raises FormatError for anything it could not have written."""
        found = _PATH.fullmatch(path)
        if not found:
            raise FormatError("tile path", f"{path[:80]!r} is not the path of a tile")
        level = -1 if found["level"] == "entries" else int(found["level"])
        number = int(found["number"].replace("/", "").replace("x", ""))
        width = int(found["width"]) if found["width"] else WIDTH
        address = cls(level, number, width)
        if level > MAX_LEVEL or not 1 <= width <= WIDTH or number > MAX_SIZE >> HEIGHT or address.path() != path:
            raise FormatError("tile path", f"{path[:80]!r} is not the path of a tile")
        return address


_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def tiles_of(old_size: int, size: int) -> Iterator[TileAddress]:
    """Addresses of the hash tiles that a tree of ``size`` has and one of ``old_size`` had not, lowest level first."""
    level, old, new = 0, old_size, size
    while new:
        for number in range(old // WIDTH, -(-new // WIDTH)):
            width = min(WIDTH, new - number * WIDTH)
            if number * WIDTH + width > old:
                yield TileAddress(level, number, width)
        level, old, new = level + 1, old >> HEIGHT, new >> HEIGHT


def bundles_of(old_size: int, size: int) -> Iterator[TileAddress]:
    """Addresses of the entry bundles that a tree of ``size`` has and one of ``old_size`` had not."""
    for address in tiles_of(old_size, size):
        if address.level > 0:
            return
        yield TileAddress(-1, address.number, address.width)


def is_served(address: TileAddress, size: int) -> bool:
    """Whether a tree of ``size`` implies this full tile or this very partial one."""
    count = size >> (HEIGHT * max(address.level, 0))
    have = min(WIDTH, count - address.number * WIDTH)
    return have >= address.width if address.width == WIDTH else have == address.width


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Entries, each behind its length as uint16; raises FormatError for one over 65,535 bytes."""
    pieces: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise FormatError("entry", f"{len(entry)} bytes, at most {MAX_ENTRY_BYTES} are allowed")
        pieces.append(len(entry).to_bytes(2, "big"))
        pieces.append(entry)
    return b"".join(pieces)


def split_bundle(data: bytes, width: int) -> list[bytes]:
    """The first ``width`` entries of a bundle. Raises FormatError if it holds fewer, or ends inside an entry."""
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        if end - at < 2:
            raise FormatError("entry bundle", f"ends inside a length at byte {at}")
        start = at + 2
        at = start + ((data[at] << 8) | data[at + 1])
        entries.append(data[start:at])
    if at != end:
        raise FormatError("entry bundle", f"ends inside entry {len(entries) - 1}")
    if not width <= len(entries) <= WIDTH:
        raise FormatError("entry bundle", f"holds {len(entries)} entries where {width} are due")
    return entries[:width]


@dataclass
class TileBuilder:
    """Grows a tree and hands out the tiles that are new.

    Owns, per level, the hashes of the unfinished tile on the right edge; nothing to the left of it is ever needed
    again. ``edges[L]`` are the hashes (joined) of the partial tile at level L.
    """

    size: int = 0
    edges: list[bytes] = field(default_factory=list[bytes])

    def append(self, leaves: bytes) -> list[tuple[TileAddress, bytes]]:
        """Add leaf hashes (joined, 32 bytes each). Returns every tile that the new size has and the old had not.

        Raises FormatError if the length is no multiple of 32.
        """
        if len(leaves) % HASH_BYTES:
            raise FormatError("leaf hashes", "length is no multiple of 32")
        out: list[tuple[TileAddress, bytes]] = []
        old, level, fresh = self.size, 0, leaves
        while fresh:
            if level == len(self.edges):
                self.edges.append(b"")
            fresh = self._fill(level, old >> (HEIGHT * level) >> HEIGHT, fresh, out)
            level += 1
        self.size += len(leaves) // HASH_BYTES
        return out

    def _fill(self, level: int, number: int, fresh: bytes, out: list[tuple[TileAddress, bytes]]) -> bytes:
        """Put ``fresh`` behind the edge of one level; returns the roots of the tiles that became full."""
        data = self.edges[level] + fresh
        full = WIDTH * HASH_BYTES
        whole = len(data) // full
        out.extend(
            (TileAddress(level, number + place), data[place * full : (place + 1) * full]) for place in range(whole)
        )
        self.edges[level] = data[whole * full :]
        if self.edges[level]:
            out.append((TileAddress(level, number + whole, len(self.edges[level]) // HASH_BYTES), self.edges[level]))
        return _tile_roots(data[: whole * full])

    def root(self) -> bytes:
        """Root of the tree so far, folded from the right edge."""
        root = b""
        for edge in self.edges:
            for left in reversed(_edge_roots(edge)):
                root = node_hash(left, root) if root else left
        return root or EMPTY_ROOT

    @classmethod
    def resume(cls, size: int, read: ReadTile) -> TileBuilder:
        """Take up a tree whose tiles are stored; reads the partial tiles of its right edge."""
        builder = cls(size)
        count, level = size, 0
        while count:
            width = count % WIDTH
            edge = read(TileAddress(level, count // WIDTH, width))[: width * HASH_BYTES] if width else b""
            if len(edge) != width * HASH_BYTES:
                raise TreeError(f"tile {TileAddress(level, count // WIDTH, width).path()} is too short")
            builder.edges.append(edge)
            count, level = count >> HEIGHT, level + 1
        return builder


def _tile_roots(hashes: bytes) -> bytes:
    """Roots of full tiles laid end to end (eight levels up)."""
    for _ in range(HEIGHT if hashes else 0):
        hashes = parents(hashes)
    return hashes


def _edge_roots(edge: bytes) -> list[bytes]:
    """Roots of the complete subtrees that a partial tile falls into, largest first."""
    count, at, roots = len(edge) // HASH_BYTES, 0, list[bytes]()
    for bit in range(HEIGHT, -1, -1):
        if count & (1 << bit):
            take = HASH_BYTES << bit
            roots.append(subtree_root(edge[at : at + take]))
            at += take
    return roots


class TreeReader:
    """Reads hashes and makes proofs of a tree of ``size`` leaves from its tiles.

    Nothing read is trusted: :meth:`root` recomputes the root from the right edge, and callers check proofs with
    :mod:`aydyn.ledger.merkle` before they hand them out.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise TreeError(f"a tree cannot have {size} leaves")
        self.size = size
        self._read = lru_cache(maxsize=64)(self._load_from(read))

    def _load_from(self, read: ReadTile) -> Callable[[int, int], bytes]:
        def load(level: int, number: int) -> bytes:
            width = min(WIDTH, (self.size >> (HEIGHT * level)) - number * WIDTH)
            if width <= 0:
                raise TreeError(f"level {level} of a tree of {self.size} has no tile {number}")
            address = TileAddress(level, number, width)
            data = read(address)
            if len(data) < width * HASH_BYTES:
                raise TreeError(f"{address.path()} is shorter than {width} hashes")
            return data[: width * HASH_BYTES]

        return load

    def leaf(self, index: int) -> bytes:
        """Stored hash of leaf ``index``."""
        return self._subtree(index, 0)

    def _subtree(self, start: int, bits: int) -> bytes:
        """Root of the complete subtree over [start, start + 2^bits)."""
        level, rest = divmod(bits, HEIGHT)
        first = start >> (HEIGHT * level)
        number, place = divmod(first, WIDTH)
        count = 1 << rest
        data = self._read(level, number)[place * HASH_BYTES : (place + count) * HASH_BYTES]
        if len(data) != count * HASH_BYTES:
            raise TreeError(f"level {level}, tile {number} does not reach place {place + count - 1}")
        return subtree_root(data)

    def range_root(self, start: int, end: int) -> bytes:
        """Root over leaves [start, end), where ``start`` is a multiple of the smallest power of two ≥ end − start."""
        if start == end:
            return EMPTY_ROOT
        root, at, pieces = b"", start, list[bytes]()
        while at < end:
            bits = (end - at).bit_length() - 1
            pieces.append(self._subtree(at, bits))
            at += 1 << bits
        for piece in reversed(pieces):
            root = node_hash(piece, root) if root else piece
        return root

    def root(self) -> bytes:
        """Root of the whole tree."""
        return self.range_root(0, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        """Audit path of leaf ``index``: PATH(m, D[n]) of RFC 6962 section 2.1.1. Raises TreeError out of range."""
        if not 0 <= index < self.size:
            raise TreeError(f"position {index} does not exist in a tree of {self.size}")
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            split = start + _split(end - start)
            if index < split:
                path.append(self.range_root(split, end))
                end = split
            else:
                path.append(self.range_root(start, split))
                start = split
        return path[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """Proof that the first ``old_size`` leaves are a prefix: PROOF(m, D[n]) of RFC 6962 section 2.1.2."""
        if not 0 <= old_size <= self.size:
            raise TreeError(f"a tree of {old_size} cannot be a prefix of one of {self.size}")
        if old_size in (0, self.size):
            return []
        path: list[bytes] = []
        start, end, whole = 0, self.size, True
        while old_size != end:
            split = start + _split(end - start)
            if old_size <= split:
                path.append(self.range_root(split, end))
                end = split
            else:
                path.append(self.range_root(start, split))
                start, whole = split, False
        if not whole:
            path.append(self.range_root(start, end))
        return path[::-1]


def _split(count: int) -> int:
    """Largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def bundle_hashes(entries: Iterable[bytes]) -> bytes:
    """Leaf hashes of entries, joined."""
    return b"".join([leaf_hash(entry) for entry in entries])
