"""Leaf hashes, trees, proofs and signed notes, written from RFC 9162 and C2SP, not from the project."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """All perfect subtrees over some leaves, so that roots and proofs of any size are quick."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels: list[list[bytes]] = [list(leaves)]
        while len(below := self.levels[-1]) > 1:
            self.levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def root(self, size: int) -> bytes:
        """MTH(D[0:size])."""
        if size == 0:
            return EMPTY
        found: bytes | None = None
        for level in range(size.bit_length()):  # the perfect subtrees, smallest (rightmost) first
            if size >> level & 1:
                subtree = self.levels[level][(size >> level) - 1]
                found = subtree if found is None else node_hash(subtree, found)
        assert found is not None
        return found


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2, step by step."""
    if index >= size or any(len(step) != 32 for step in path):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def consistency_holds(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2, step by step; and the two cases that it leaves open."""
    if any(len(step) != 32 for step in proof) or old > new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    if not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return fr == old_root and sr == new_root and sn == 0


# --- signed notes -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A verifying key from its `vkey` line."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Key:
        name, hex_id, encoded = vkey.strip().split("+", 2)
        material = base64.b64decode(encoded, validate=True)
        wanted = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        if wanted.hex() != hex_id or len(material) != 33:
            raise ValueError(f"key id of {name} is {hex_id}, should be {wanted.hex()}")
        return cls(name, wanted, material[0], material[1:])


@dataclass(frozen=True)
class Checkpoint:
    """A tree head as its note says."""

    origin: str
    size: int
    root: bytes
    text: bytes


def verified(note: bytes, log: Key, witness: Key | None = None) -> Checkpoint:
    """The checkpoint in a note that this log signed (and this witness cosigned); ValueError otherwise."""
    text, _, below = note.rpartition(b"\n\n")
    text += b"\n"
    lines = text.decode().split("\n")
    if len(lines) != 4 or lines[3] != "":
        raise ValueError(f"not three lines: {text!r}")
    origin, size, root = lines[:3]
    if not re.fullmatch(r"0|[1-9]\d*", size) or len(base64.b64decode(root, validate=True)) != 32:
        raise ValueError("size or root malformed")
    if origin != log.name:
        raise ValueError(f"origin {origin} is not {log.name}")
    signed = {
        line.split(" ")[1]: base64.b64decode(line.split(" ")[2])
        for line in below.decode().split("\n")
        if line
    }
    _log_signature(signed.get(log.name, b""), log, text)
    if witness is not None:
        _cosignature(signed.get(witness.name, b""), witness, text)
    return Checkpoint(origin, int(size), base64.b64decode(root), text)


def _log_signature(blob: bytes, key: Key, text: bytes) -> None:
    if key.kind != 1 or len(blob) != 68 or blob[:4] != key.id:
        raise ValueError(f"no signature of {key.name}")
    _ed25519(key, blob[4:], text)


def _cosignature(blob: bytes, key: Key, text: bytes) -> None:
    if key.kind != 4 or len(blob) != 76 or blob[:4] != key.id:
        raise ValueError(f"no cosignature of {key.name}")
    seconds = int.from_bytes(blob[4:12], "big")
    _ed25519(key, blob[12:], b"cosignature/v1\ntime %d\n" % seconds + text)


def _ed25519(key: Key, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        raise ValueError(f"{key.name} did not sign this") from None
