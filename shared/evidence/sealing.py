"""Files under keys of their own: each chunk is sealed for its place, so that destroying the key is erasing the file.

    chunk    = AES-256-GCM(key of the file, nonce = number of the chunk, bytes, "<sha256>/<number>")
    name     = nonce || AES-256-GCM(key of the file, random nonce, name in UTF-8, "<sha256>/name")

A key seals the bytes of one file, which its hash fixes, so a number is never used for two texts; names come with random
nonces (12 bytes, and hardly more than one).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.people.keyfiles import Filed, KeyFiles

TAG = 16
NONCE = 12


class NotUnsealed(Exception):
    """Another key, another place, or other bytes than were sealed."""


def key_of(keys: KeyFiles, sha256: str) -> bytes:
    """The key of a file that is to be stored: the one that is there, or a new one, durable on return."""
    while True:
        if keys.has(sha256):
            return keys.read(sha256).key
        try:
            keys.make(Filed(sha256, secrets.token_bytes(32)))
        except FileExistsError:
            continue


def sealed_chunk(key: bytes, sha256: str, number: int, plain: bytes) -> bytes:
    """A chunk as it is stored; always the same for the same chunk."""
    return AESGCM(key).encrypt(_nonce(number), plain, f"{sha256}/{number}".encode())


def opened_chunk(key: bytes, sha256: str, number: int, sealed: bytes) -> bytes:
    """The bytes of a chunk; NotUnsealed when they are not those."""
    try:
        return AESGCM(key).decrypt(_nonce(number), sealed, f"{sha256}/{number}".encode())
    except (InvalidTag, ValueError) as wrong:
        raise NotUnsealed(f"chunk {number}") from wrong


def sealed_name(key: bytes, sha256: str, name: str) -> bytes:
    """A file's name as it is stored."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, name.encode(), f"{sha256}/name".encode())


def opened_name(key: bytes, sha256: str, sealed: bytes) -> str:
    """A file's name; NotUnsealed when it is not the one that was sealed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], f"{sha256}/name".encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise NotUnsealed("name") from wrong


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE, "big")
