"""Encryption of backups: the age format with X25519 keys, by `pyrage`; any `age` program opens what is written here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyrage

from services.cli.telling import Failure
from services.cli.writing import write_secret

age: Any = pyrage  # it comes without types
SECRET = "AGE-SECRET-KEY-"


class Closed(Exception):
    """These bytes do not open with this key, or were changed."""


def readers(recipients: Sequence[str]) -> list[Any]:
    """The public keys; Failure when one of them is none."""
    try:
        return [age.x25519.Recipient.from_str(each) for each in recipients]
    except age.RecipientError as wrong:
        raise Failure(
            f"Không phải khóa công khai age: {wrong}", f"This is no public key of age (age1…): {wrong}"
        ) from wrong


def encrypted(plain: bytes, readers: Sequence[Any]) -> bytes:
    """For everybody in `readers`."""
    return age.encrypt(plain, list(readers))


def opened(sealed: bytes, identity: Any) -> bytes:
    """What was encrypted; Closed when it was not for this key, or a byte of it was changed."""
    try:
        return age.decrypt(sealed, [identity])
    except age.DecryptError as wrong:
        raise Closed(str(wrong)) from wrong


def identity_in(file: Path) -> Any:
    """The private key in a file, as `age-keygen` writes it; Failure when there is none."""
    try:
        lines = [line.strip() for line in file.read_text("ascii").splitlines()]
    except OSError as away:
        raise Failure(f"Không đọc được {file}", f"Cannot read {file}: {away.strerror}") from away
    except ValueError:
        lines = []
    for line in lines:
        if line.startswith(SECRET):
            with suppress(ValueError, age.IdentityError):
                return age.x25519.Identity.from_str(line)
    raise Failure(
        f"{file} không có khóa riêng age ({SECRET}…)", f"{file} holds no private key of age ({SECRET}…)"
    )


def made_into(file: Path) -> str:
    """Make a private key in a file that is not there yet; its public key."""
    if file.exists():
        raise Failure(f"{file} đã có: không ghi đè khóa", f"{file} is there: no key is ever written over")
    identity = age.x25519.Identity.generate()
    public = str(identity.to_public())
    file.parent.mkdir(parents=True, exist_ok=True)
    write_secret(file, f"# public key: {public}\n{identity}\n")
    return public
