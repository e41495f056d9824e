"""The definitions of RFC 9162 §2.1 once more, recursive, as they stand there: what the tests compare with."""

from __future__ import annotations

from collections.abc import Sequence

from shared.tlog.merkle import EMPTY_ROOT, node_hash


def mth(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def path_of(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path_of(m, leaves[:k]), mth(leaves[k:])]
    return [*path_of(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root_by_path(m: int, n: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads, by the definition of PATH; None for a wrong length."""
    if n == 1:
        return None if path else leaf
    if not path:
        return None
    k = split(n)
    below = root_by_path(m, k, leaf, path[:-1]) if m < k else root_by_path(m - k, n - k, leaf, path[:-1])
    if below is None:
        return None
    return node_hash(below, path[-1]) if m < k else node_hash(path[-1], below)


def roots_by_proof(m: int, n: int, old: bytes | None, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots to which a proof leads, by the definition of SUBPROOF (`old` stands for b)."""
    if m == n:
        if old is not None:
            return None if proof else (old, old)
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k = split(n)
    if m <= k:
        below = roots_by_proof(m, k, old, proof[:-1])
        return below and (below[0], node_hash(below[1], proof[-1]))
    below = roots_by_proof(m - k, n - k, None, proof[:-1])
    return below and (node_hash(proof[-1], below[0]), node_hash(proof[-1], below[1]))
