"""The tree of RFC 9162 §2.1 (the same as RFC 6962 §2.1) with SHA-256: roots, proofs, and who checks them.

Pure, and indexed from 0 as the standard is: the event at position p of a log is leaf p - 1, and the tree of a
log of n events has size n.

A proof is first a *plan*: for each of its elements the perfect subtrees ("nodes") whose combination it is.
Node (level, index) covers 2^level leaves, from index·2^level on, and never changes once it is there. Who can
read nodes, from tiles or from memory, can prove anything about any size up to the newest.

    Frontier                              all that appending needs: popcount(size) hashes
    root, nodes_of                        a small tree in memory
    root_plan, inclusion_plan, consistency_plan
    root_at, inclusion_proof, consistency_proof     the plans carried out with a node reader
    verify_inclusion, verify_consistency  raise `ProofRefused`; index and sizes come from the caller and from
                                          signed checkpoints, never from the object that is being checked
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

EMPTY_ROOT: Final = sha256(b"").digest()
"""RFC 9162 §2.1.1: the hash of an empty list is the hash of an empty string."""

MOST_LEAVES: Final = 2**62
"""Up to here a consistency proof fits the 63 lines that C2SP tlog-witness allows."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 9162 §2.1.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 9162 §2.1.1."""
    return sha256(b"\x01" + left + right).digest()


class ProofRefused(ValueError):
    """A proof that proves nothing, and what is wrong with it.

    proof.out-of-range  proof.hash-length  proof.too-short  proof.too-long  proof.root-differs
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(f"{code}: {explanation}")
        self.code: Final = code


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A perfect subtree: the leaves index·2^level up to (index+1)·2^level."""

    level: int
    index: int


Plan: TypeAlias = tuple[tuple[Node, ...], ...]
NodeReader: TypeAlias = Callable[[Node], bytes]


@dataclass(frozen=True)
class Frontier:
    """The compact range [0, size): the hashes of its largest perfect subtrees, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST_LEAVES:
            raise ValueError(f"a tree has 0 to 2^62 leaves, not {self.size}")
        if len(self.hashes) != self.size.bit_count() or any(len(each) != 32 for each in self.hashes):
            raise ValueError(
                f"the frontier of size {self.size} is {self.size.bit_count()} hashes of 32 bytes"
            )

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one more leaf, given by its hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier with more leaves, given by their hashes."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            hashes.append(leaf)
            carry = size
            while carry & 1:
                right = hashes.pop()
                hashes[-1] = node_hash(hashes[-1], right)
                carry >>= 1
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """MTH(D[size])."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT

    def dump(self) -> bytes:
        """The size as 8 bytes, big end first, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def load(cls, dumped: bytes) -> Frontier:
        """What `dump` wrote; ValueError for anything it cannot have written."""
        if len(dumped) % 32 != 8:
            raise ValueError("a frontier is 8 bytes of size and hashes of 32 bytes")
        hashes = tuple(dumped[at : at + 32] for at in range(8, len(dumped), 32))
        return cls(int.from_bytes(dumped[:8], "big"), hashes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of neighbouring perfect subtrees, the largest first, combined from the right."""
    combined = hashes[-1]
    for left in reversed(hashes[:-1]):
        combined = node_hash(left, combined)
    return combined


def nodes_of(leaves: Sequence[bytes]) -> NodeReader:
    """A reader of all nodes of a small tree in memory, given the hashes of its leaves."""
    levels = [list(leaves)]
    while len(below := levels[-1]) > 1:
        pairs = zip(below[0::2], below[1::2], strict=False)  # without a neighbour there is no parent yet
        levels.append([node_hash(left, right) for left, right in pairs])
    return lambda node: levels[node.level][node.index]


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]), RFC 9162 §2.1.1, given the hashes of the leaves."""
    level = list(leaves)
    while len(level) > 1:
        alone = level[len(level) & ~1 :]  # who has no neighbour moves up as it is
        level = [*map(node_hash, level[0::2], level[1::2]), *alone]
    return level[0] if level else EMPTY_ROOT


# Plans


def root_plan(size: int) -> tuple[Node, ...]:
    """The nodes whose combination is the root: those of the frontier."""
    _require(0 <= size <= MOST_LEAVES, f"no tree has size {size}")
    return _perfect(0, size)


def inclusion_plan(index: int, size: int) -> Plan:
    """PATH(index, D[size]) of RFC 9162 §2.1.3.1: the leaf's sibling first, below the root last."""
    _require(0 <= index < size <= MOST_LEAVES, f"there is no leaf {index} in a tree of size {size}")
    plan: list[tuple[Node, ...]] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            plan.append(_perfect(middle, end))
            end = middle
        else:
            plan.append(_perfect(begin, middle))
            begin = middle
    return tuple(reversed(plan))


def consistency_plan(old: int, new: int) -> Plan:
    """PROOF(old, D[new]) of RFC 9162 §2.1.4.1; empty from size 0 (C2SP tlog-witness) and to the same size."""
    _require(0 <= old <= new <= MOST_LEAVES, f"size {new} does not continue size {old}")
    if old == 0 or old == new:
        return ()
    plan: list[tuple[Node, ...]] = []
    begin, end, is_old_tree = 0, new, True  # SUBPROOF(old - begin, D[begin:end], is_old_tree)
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            plan.append(_perfect(middle, end))
            end = middle
        else:
            plan.append(_perfect(begin, middle))
            begin, is_old_tree = middle, False
    if not is_old_tree:
        plan.append(_perfect(begin, end))
    return tuple(reversed(plan))


def root_at(size: int, read: NodeReader) -> bytes:
    """The root of the first `size` leaves."""
    return _carried_out((root_plan(size),), read)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """The path that `verify_inclusion` accepts for this leaf in the tree of this size."""
    return _carried_out(inclusion_plan(index, size), read)


def consistency_proof(old: int, new: int, read: NodeReader) -> tuple[bytes, ...]:
    """The proof that `verify_consistency` accepts for these two sizes."""
    return _carried_out(consistency_plan(old, new), read)


def _carried_out(plan: Plan, read: NodeReader) -> tuple[bytes, ...]:
    return tuple(fold([read(node) for node in element]) for element in plan)


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << ((size - 1).bit_length() - 1)


def _perfect(begin: int, end: int) -> tuple[Node, ...]:
    """The largest perfect subtrees of [begin, end), which is itself a subtree of some tree."""
    nodes: list[Node] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return tuple(nodes)


# Verifying


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 §2.1.3.2: nothing if leaf hash `leaf` is number `index` under `root`, else `ProofRefused`.

    The algorithm binds the leaf to the root, not the size: a path may also verify for another size of the
    same shape. That is why `size` must come from the checkpoint that carries the root.
    """
    _require(0 <= index < size <= MOST_LEAVES, f"there is no leaf {index} in a tree of size {size}")
    _require_hashes(leaf, root, *path)
    wrong = f"{len(path)} elements for leaf {index} of {size}"
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:  # without this check the path of the last leaf also verifies as leaf 0 of 1
            raise ProofRefused("proof.too-long", wrong)
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofRefused("proof.too-short", wrong)
    _require_same("root", root, r)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:  # noqa: C901 - the steps of the RFC
    """RFC 9162 §2.1.4.2: nothing if the tree `new` begins with the tree `old`, else `ProofRefused`.

    What the RFC leaves open: everything continues the empty tree (whose root must be the empty root), and a
    size continues itself with the same root; in both cases the proof must be empty.
    """
    _require(0 <= old <= new <= MOST_LEAVES, f"size {new} does not continue size {old}")
    _require_hashes(old_root, new_root, *proof)
    wrong = f"{len(proof)} elements from size {old} to {new}"
    if old == 0 or old == new:
        if proof:
            raise ProofRefused("proof.too-long", f"{wrong}, none needed")
        _require_same("old root", EMPTY_ROOT if old == 0 else new_root, old_root)
        if new == 0:
            _require_same("new root", EMPTY_ROOT, new_root)
        return
    if not proof:
        raise ProofRefused("proof.too-short", wrong)
    path = [old_root, *proof] if old.bit_count() == 1 else proof
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ProofRefused("proof.too-long", wrong)
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofRefused("proof.too-short", wrong)
    _require_same("old root", old_root, fr)
    _require_same("new root", new_root, sr)


def _require(possible: bool, explanation: str) -> None:
    if not possible:
        raise ProofRefused("proof.out-of-range", explanation)


def _require_hashes(*hashes: bytes) -> None:
    for each in hashes:
        if len(each) != 32:
            raise ProofRefused("proof.hash-length", f"a hash has 32 bytes, not {len(each)}")


def _require_same(what: str, expected: bytes, found: bytes) -> None:
    if expected != found:
        differs = f"{what} is {expected.hex()}, the proof leads to {found.hex()}"
        raise ProofRefused("proof.root-differs", differs)
