"""What proves that a record of heads has a subject with exactly these part lines, or that it has nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .merkle import ProofRefused, inclusion_proof, leaf_hash, nodes_of, root, verify_inclusion
from .subjects import BUCKETS, Bucket, bucket_line, bucket_of, empty_bucket, subject_line


@dataclass(frozen=True)
class Proved:
    """Where a subject's line stands: its index in its bucket, the bucket's size and root, and both paths."""

    index: int
    count: int
    root: bytes
    path: tuple[bytes, ...]
    above: tuple[bytes, ...]
    """From the bucket's line to the root of all."""


def prove(bucket: Bucket, name: str, above: Iterable[bytes]) -> Proved | None:
    """Where a subject stands in its bucket; None when it has no line."""
    names, leaves = bucket.names(), bucket.leaves()
    if name not in bucket.subjects or not bucket.subjects[name].lines():
        return None
    index = names.index(name)
    path = inclusion_proof(index, len(leaves), nodes_of(leaves))
    return Proved(index, len(leaves), root(leaves), tuple(path), tuple(above))


def verify_subject(name: str, lines: Sequence[bytes], proved: Proved, recorded: bytes) -> None:
    """These part lines are all that the record with this root has of the subject; ProofRefused when not."""
    if list(lines) != sorted(set(lines)):
        raise ProofRefused("heads.not-sorted", "the part lines are not sorted, or one comes twice")
    _verify_line(subject_line(name, lines), bucket_of(name), proved, recorded)


def verify_absence(
    name: str, before: tuple[str, Sequence[bytes], Proved] | None, after: tuple[str, Sequence[bytes], Proved] | None,
    empty: tuple[bytes, ...] | None, recorded: bytes,
) -> None:  # fmt: skip
    """The record with this root has nothing of the subject; ProofRefused when that is not shown.

    Its neighbours stand side by side, or the one there is is first or last; or the bucket is empty (`empty`: its path).
    """
    number = bucket_of(name)
    if empty is not None:
        verify_inclusion(number, BUCKETS, empty_bucket(number), empty, recorded)
        return
    for neighbour in (before, after):
        if neighbour is not None:
            other, lines, proved = neighbour
            if bucket_of(other) != number:
                raise ProofRefused("heads.other-bucket", f"{other} does not stand beside {name}")
            verify_subject(other, lines, proved, recorded)
    first = -1 if before is None else before[2].index
    last = after[2].index if after is not None else (before[2].count if before is not None else -1)
    ordered = (before is None or before[0] < name) and (after is None or name < after[0])
    if (before is None and after is None) or last != first + 1 or not ordered:
        raise ProofRefused("heads.not-neighbours", f"nothing shows that {name} is not between these")


def _verify_line(line: bytes, number: int, proved: Proved, recorded: bytes) -> None:
    verify_inclusion(proved.index, proved.count, leaf_hash(line), proved.path, proved.root)
    bucket = leaf_hash(bucket_line(number, proved.count, proved.root))
    verify_inclusion(number, BUCKETS, bucket, proved.above, recorded)
