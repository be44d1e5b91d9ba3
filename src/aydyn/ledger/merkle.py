"""The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashing, growing, and checking proofs.

Invariants: leaf = H(0x00 ‖ entry), node = H(0x01 ‖ left ‖ right); a tree of n leaves splits at the largest power of
two below n; the empty tree's root is SHA-256 of nothing. Proofs are made in :mod:`aydyn.ledger.tiles`, from stored
hashes; here they are only checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from aydyn.ledger.errors import FormatError, ProofError

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf: H(0x00 ‖ entry) (RFC 6962 section 2.1); 32 bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: H(0x01 ‖ left ‖ right) (RFC 6962 section 2.1); 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def parents(hashes: bytes) -> bytes:
    """One level up: an even number of 32-byte hashes in, half as many out, as one string of bytes."""
    hasher = sha256
    return b"".join([hasher(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)])


def subtree_root(hashes: bytes) -> bytes:
    """Root of a complete subtree given its 2^k leaf-level hashes as one string of bytes."""
    while len(hashes) > HASH_BYTES:
        hashes = parents(hashes)
    return hashes


@dataclass
class Frontier:
    """The right edge of a growing tree: its size and the roots of its complete subtrees, largest first.

    ``roots[i]`` covers 2^k leaves where k runs over the set bits of ``size`` from the highest down.
    """

    size: int = 0
    roots: list[bytes] = field(default_factory=list[bytes])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash; amortised one inner hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.roots.pop(), leaf)
            size >>= 1
        self.roots.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Root of the tree so far: the subtrees folded from the right (RFC 6962 section 2.1)."""
        if not self.roots:
            return EMPTY_ROOT
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """The subtree roots as one string of bytes (the size is kept beside it)."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Rebuild from a stored size and :meth:`to_bytes`. Raises FormatError if they do not belong together."""
        if not 0 <= size <= MAX_SIZE or len(data) != HASH_BYTES * size.bit_count():
            raise FormatError("frontier", f"{len(data)} bytes cannot be the right edge of {size} leaves")
        return cls(size, [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)])

    def copy(self) -> Frontier:
        """An independent copy."""
        return Frontier(self.size, list(self.roots))


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless ``leaf`` (a leaf hash) stands at ``index`` of the tree of ``size`` leaves under ``root``.

    ``path`` runs from the leaf's sibling to the root's child (RFC 6962 section 2.1.1; algorithm of RFC 9162
    section 2.1.3.2).
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"position {index} does not exist in a tree of {size} entries")
    _hashes_only(path, leaf, root)
    node, last, running = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("the inclusion proof is longer than the tree is high")
        if node & 1 or node == last:
            running = node_hash(sibling, running)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            running = node_hash(running, sibling)
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the inclusion proof is shorter than the tree is high")
    if running != root:
        raise ProofError(f"the inclusion proof does not lead from position {index} to the root of {size} entries")


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree of ``old_size`` is a prefix of the tree of ``size``.

    ``path`` as in RFC 6962 section 2.1.2; algorithm of RFC 9162 section 2.1.4.2. An empty old tree is a prefix of
    every tree and has an empty proof; so has a tree of equal size, whose root must then be equal.
    """
    if not 0 <= old_size <= size <= MAX_SIZE:
        raise ProofError(f"a tree of {old_size} entries cannot be a prefix of one of {size}")
    _hashes_only(path, old_root, root)
    if old_size == size or old_size == 0:
        if path:
            raise ProofError("a consistency proof from nothing, or between equal sizes, is empty")
        if old_size == 0 and old_root != EMPTY_ROOT:
            raise ProofError("the root of an empty tree is SHA-256 of nothing")
        if old_size == size and old_root != root:
            raise ProofError(f"two different roots of the same size {size}")
        return
    hashes = list(path)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        raise ProofError("the consistency proof is empty")
    _walk_consistency(old_size, old_root, size, root, hashes)


def _walk_consistency(old_size: int, old_root: bytes, size: int, root: bytes, hashes: list[bytes]) -> None:
    node, last = old_size - 1, size - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old_running = running = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("the consistency proof is longer than the tree is high")
        if node & 1 or node == last:
            old_running = node_hash(sibling, old_running)
            running = node_hash(sibling, running)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            running = node_hash(running, sibling)
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the consistency proof is shorter than the tree is high")
    if old_running != old_root:
        raise ProofError(f"the consistency proof does not lead to the root of the older tree of {old_size} entries")
    if running != root:
        raise ProofError(f"the consistency proof does not lead to the root of the newer tree of {size} entries")


def _hashes_only(path: Sequence[bytes], *others: bytes) -> None:
    if len(path) > 64:
        raise ProofError(f"a proof of {len(path)} hashes is longer than any tree is high")
    if any(len(value) != HASH_BYTES for value in (*path, *others)):
        raise ProofError("a hash is not 32 bytes long")
