"""Signed notes (C2SP signed-note v1.0.0): a text, a blank line, and a line for each who signed it.

    <text, ending in a newline>
    <empty line>
    — <key name> <base64 of key id and signature>

Two kinds of key exist here: 0x01, Ed25519 over the text, for logs; and 0x04, Ed25519 with a time in front
of the text (C2SP tlog-cosignature v1), for witnesses. One pair of keys serves one name and one kind: the
signed bytes name neither.

Strict where lax readers were fooled: lines end at a newline and nowhere else, numbers and base64 have one
spelling. Only the base64 of a signature line may be loose in its last bits, as it is for everybody else.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG: Final = 0x01
WITNESS: Final = 0x04

MOST_SIGNATURES: Final = 100
MOST_TIME: Final = 2**63 - 1

_EM_DASH: Final = "\u2014 "
_control: Final = re.compile(r"[\x00-\x09\x0b-\x1f]").search
_decimal: Final = re.compile(r"0|[1-9][0-9]{0,18}").fullmatch
_base64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}").fullmatch


class NoteRefused(ValueError):
    """A note that is not to be believed; `code` says why, the text says where.

    note.malformed       it cannot be read; nothing about its text is known
    key.malformed        a key cannot be read
    signature.invalid    a key that is known did not make the signature that bears its name
    signature.unknown    no key that is known has signed
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(f"{code}: {explanation}")
        self.code: Final = code


# The spellings


def decimal(spelling: str, most: int) -> int:
    """A number without sign, leading zeros, spaces or foreign digits; ValueError otherwise."""
    if not _decimal(spelling) or int(spelling) > most:
        raise ValueError(f"{spelling[:32]!r} is not a number from 0 to {most}")
    return int(spelling)


def to_base64(value: bytes) -> str:
    """RFC 4648 §4, with padding."""
    return base64.b64encode(value).decode("ascii")


def from_base64(spelling: str, *, loose: bool = False) -> bytes:
    """The bytes that `to_base64` spells so; ValueError otherwise. Loose: the unused last bits may be set."""
    try:
        value = base64.b64decode(spelling, validate=True) if _base64(spelling) else None
    except binascii.Error:
        value = None
    if value is None or not (loose or to_base64(value) == spelling):
        raise ValueError(f"{spelling[:64]!r} is not base64")
    return value


def hash_from_base64(spelling: str) -> bytes:
    """A SHA-256 hash in base64; ValueError otherwise."""
    value = from_base64(spelling)
    if len(value) != 32:
        raise ValueError(f"{spelling[:64]!r} has {len(value)} bytes instead of 32")
    return value


def is_key_name(name: str) -> bool:
    """Not empty, without Unicode spaces and plus signs."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


# Keys


@dataclass(frozen=True)
class VerifyingKey:
    """Who may have signed: a name, a kind, and an Ed25519 public key of 32 bytes."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or self.kind not in (LOG, WITNESS) or len(self.public) != 32:
            raise NoteRefused("key.malformed", f"{self.name!r}, kind {self.kind}: no key of a log or witness")

    @cached_property
    def id(self) -> bytes:
        """SHA-256(name || 0x0A || kind || public key)[:4]: tells lines apart, proves nothing."""
        return sha256(self.name.encode() + bytes([0x0A, self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """`<name>+<8 hex digits>+<base64 of kind and public key>`."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> VerifyingKey:
        """The key of a vkey; only the first two plus signs separate, base64 has its own."""
        name, key_id, material = _key_parts(vkey)
        key = cls(name, material[0], material[1:])
        if key.id.hex() != key_id:
            raise NoteRefused("key.malformed", f"{name} has the id {key.id.hex()}, not {key_id}")
        return key

    def verify(self, text: str, signature: bytes) -> int | None:
        """The time of a cosignature, None for a log's; `signature.invalid` if this key did not make it."""
        time = int.from_bytes(signature[:8], "big") if self.kind == WITNESS else None
        try:
            if time is not None and time > MOST_TIME:
                raise InvalidSignature
            Ed25519PublicKey.from_public_bytes(self.public).verify(
                signature if time is None else signature[8:], _signed_bytes(text, time)
            )
        except (InvalidSignature, ValueError):
            raise NoteRefused("signature.invalid", f"not made by {self.name}+{self.id.hex()}") from None
        return time


@dataclass(frozen=True)
class SigningKey:
    """Who signs: a name, a kind, and the seed of 32 bytes, which is the secret."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    @cached_property
    def verifying(self) -> VerifyingKey:
        """The public half."""
        return VerifyingKey(self.name, self.kind, self._private.public_key().public_bytes_raw())

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def secret(self) -> str:
        """`PRIVATE+KEY+<name>+<8 hex digits>+<base64 of kind and seed>`, as Go's sumdb/note has it."""
        material = to_base64(bytes([self.kind]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifying.id.hex()}+{material}"

    @classmethod
    def parse(cls, secret: str) -> SigningKey:
        """What `secret` wrote. No refusal repeats the secret."""
        if not secret.startswith("PRIVATE+KEY+"):
            raise NoteRefused("key.malformed", "a private key begins with PRIVATE+KEY+")
        name, key_id, material = _key_parts(secret.removeprefix("PRIVATE+KEY+"))
        key = cls(name, material[0], material[1:])
        if len(key.seed) != 32 or key.verifying.id.hex() != key_id:
            raise NoteRefused("key.malformed", f"the private key of {name} has not the id {key_id}")
        return key

    def sign(self, text: str, time: int | None = None) -> Signature:
        """A log signs the text; a witness signs it with the time, in seconds since 1970."""
        if (time is None) != (self.kind == LOG):
            raise ValueError("a witness's signature has a time, a log's has none")
        stamp = b"" if time is None else time.to_bytes(8, "big")
        blob = self.verifying.id + stamp + self._private.sign(_signed_bytes(text, time))
        return Signature(self.name, blob, "").exact


def _key_parts(spelling: str) -> tuple[str, str, bytes]:
    name, _, rest = spelling.partition("+")
    key_id, _, material = rest.partition("+")
    try:
        decoded = from_base64(material)
    except ValueError:
        decoded = b""
    if len(decoded) != 33 or not re.fullmatch(r"[0-9a-f]{8}", key_id):
        raise NoteRefused("key.malformed", f"{name[:64]!r} is not followed by an id and a key of 33 bytes")
    return name, key_id, decoded


def _signed_bytes(text: str, time: int | None) -> bytes:
    return (text if time is None else f"cosignature/v1\ntime {time}\n{text}").encode()


# Notes


@dataclass(frozen=True)
class Signature:
    """One line under a note, kept as it came: a name, a key id, and what only that key can judge."""

    name: str
    blob: bytes
    line: str

    @property
    def key_id(self) -> bytes:
        """The first four bytes."""
        return self.blob[:4]

    @property
    def exact(self) -> Signature:
        """The same in its one spelling; what is kept and handed on as proof is spelt so."""
        return Signature(self.name, self.blob, f"{_EM_DASH}{self.name} {to_base64(self.blob)}\n")

    @classmethod
    def parse(cls, line: str) -> Signature:
        """The signature of one line, its newline included."""
        name, _, spelling = line.removeprefix(_EM_DASH).removesuffix("\n").partition(" ")
        try:
            blob = from_base64(spelling, loose=True)
        except ValueError:
            blob = b""
        if line[:2] != _EM_DASH or line[-1:] != "\n" or not is_key_name(name) or len(blob) < 5:
            raise NoteRefused("note.malformed", f"{line[:64]!r} is not a signature line")
        return cls(name, blob, line)


@dataclass(frozen=True)
class Note:
    """A text and the lines under it, none of them believed yet."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def raw(self) -> bytes:
        """The note as it is sent and stored."""
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()

    @property
    def is_exact(self) -> bool:
        """Whether each line under it has its one spelling: a proof of which a byte can be another is none."""
        return all(each == each.exact for each in self.signatures)

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Split a note at its last empty line; `note.raw` gives the same bytes back."""
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NoteRefused("note.malformed", f"not UTF-8 at byte {error.start}") from None
        if found := _control(whole):
            raise NoteRefused("note.malformed", f"a control character at {found.start()}")
        text, blank, lines = whole.rpartition("\n\n")
        signatures = lines.removesuffix("\n").split("\n")
        if not blank or not lines.endswith("\n"):
            raise NoteRefused("note.malformed", "no empty line with signature lines after it")
        if len(signatures) > MOST_SIGNATURES:
            raise NoteRefused("note.malformed", f"more than {MOST_SIGNATURES} signatures")
        return cls(text + "\n", tuple(Signature.parse(line + "\n") for line in signatures))


@dataclass(frozen=True)
class Signed:
    """A line that was verified: who signed, in which line, and, for a witness, when."""

    key: VerifyingKey
    signature: Signature
    time: int | None


def verified(note: Note, keys: Iterable[VerifyingKey]) -> tuple[Signed, ...]:
    """The lines of the keys that are known, at least one. Unknown keys are passed over.

    One wrong line of a known key refuses the whole note (`signature.invalid`).
    """
    known = {(key.name, key.id): key for key in keys}
    believed = tuple(
        Signed(key, signature, key.verify(note.text, signature.blob[4:]))
        for signature in note.signatures
        if (key := known.get((signature.name, signature.key_id)))
    )
    if not believed:
        raise NoteRefused("signature.unknown", "none of the keys that are known has signed")
    return believed
