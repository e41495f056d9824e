"""A person's name, sealed into the one event that names the person first.

The text that stands in the event's `Person` beside its `id` is

    {"id": "<random uuid>", "sealed": "v1.<number of the key>.<base64url of the envelope, without padding>"}

    envelope   = salt || commitment || AES-256-GCM(key, nonce = 12 zero bytes, name in UTF-8, context)
    key || commitment = HKDF-SHA256(ikm = the person's data key, salt = 32 random bytes,
                                    info = "evlog/seal/v1\\0" || SHA-256(context), length = 64)
    context    = origin | stream | event id | JSON pointer of the Person | person id | number of the key

The key follows from a salt that is used once, so a nonce of zeros is safe. The commitment is compared in
constant time before anything is decrypted: AES-GCM alone can be made to open under two keys. The context
binds a seal to its place; moved to another event, stream, log, member or person it does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INFO = b"evlog/seal/v1\x00"
NONCE = bytes(12)
KEY_BYTES = 32
SALT_BYTES = 32
COMMITMENT_BYTES = 32
TAG_BYTES = 16
HEAD = SALT_BYTES + COMMITMENT_BYTES
FIRST_KEY = 1
"""The number of a person's first data key; so far nobody needs a second."""

TEXT = re.compile(r"v1\.([1-9]\d{0,5})\.([A-Za-z0-9_-]{1,7000})")


class NotOpened(Exception):
    """This seal does not open here: another key, another place, or other bytes than were sealed."""


@dataclass(frozen=True)
class Place:
    """Where a seal stands; `pointer` is the JSON pointer of the Person in the whole event."""

    origin: str
    stream: str
    event: str
    pointer: str

    def context(self, person: str, number: int) -> bytes:
        """What the seal is bound to."""
        parts = (self.origin, self.stream, self.event, self.pointer, person, str(number))
        if any("|" in part for part in parts):
            raise ValueError("a bar in a part would make two contexts alike")
        return "|".join(parts).encode()


def new_data_key() -> bytes:
    """A data key for one person."""
    return secrets.token_bytes(KEY_BYTES)


def seal(data_key: bytes, plain: bytes, context: bytes, salt: bytes | None = None) -> bytes:
    """The envelope; `salt` is given by test vectors only."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    key, commitment = derived(data_key, salt, context)
    return salt + commitment + AESGCM(key).encrypt(NONCE, plain, context)


def unseal(data_key: bytes, envelope: bytes, context: bytes) -> bytes:
    """What was sealed; NotOpened when key, context or bytes are not those of the sealing."""
    if len(envelope) < HEAD + TAG_BYTES:
        raise NotOpened("too short")
    key, commitment = derived(data_key, envelope[:SALT_BYTES], context)
    if not hmac.compare_digest(commitment, envelope[SALT_BYTES:HEAD]):
        raise NotOpened("another key or another place")
    try:
        return AESGCM(key).decrypt(NONCE, envelope[HEAD:], context)
    except InvalidTag as broken:
        raise NotOpened("other bytes than were sealed") from broken


def derived(data_key: bytes, salt: bytes, context: bytes) -> tuple[bytes, bytes]:
    """The key of one envelope, and the commitment to it."""
    info = INFO + hashlib.sha256(context).digest()
    okm = HKDF(SHA256(), KEY_BYTES + COMMITMENT_BYTES, salt, info).derive(data_key)
    return okm[:KEY_BYTES], okm[KEY_BYTES:]


def seal_name(data_key: bytes, name: str, place: Place, person: str, number: int = FIRST_KEY) -> str:
    """The text that stands in the event."""
    envelope = seal(data_key, name.encode(), place.context(person, number))
    return f"v1.{number}.{text_of(envelope)}"


def open_name(data_key: bytes, sealed: str, place: Place, person: str) -> str:
    """The name; NotOpened when the text is not the one sealed at this place for this person."""
    if (match := TEXT.fullmatch(sealed)) is None:
        raise NotOpened("not a seal of this version")
    return unseal(data_key, bytes_of(match[2]), place.context(person, int(match[1]))).decode()


def text_of(data: bytes) -> str:
    """Bytes in base64url, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """The bytes that `text_of` spelt so; NotOpened for any other spelling."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as wrong:
        raise NotOpened("not base64url") from wrong
    if text_of(data) != text:
        raise NotOpened("not base64url as it is written")
    return data
