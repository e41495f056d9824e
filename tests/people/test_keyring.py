"""The ring of key-encryption keys: the first wraps, all unwrap, and it follows its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.people.keyring import Keyring, KeyringUnreadable, NotUnwrapped, Wrapped, key_id
from shared.people.sealing import new_data_key

OLD, NEW = "11" * 32, "22" * 32
DATA_KEY = new_data_key()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "key-encryption-keys"
    path.write_text(f"{OLD}\n")
    return path


def test_what_is_wrapped_unwraps(file: Path) -> None:
    ring = Keyring(file)
    wrapped = ring.wrap(DATA_KEY)

    assert ring.unwrap(wrapped) == DATA_KEY
    assert wrapped.under == key_id(bytes.fromhex(OLD))
    assert len(wrapped.key) == 40 and DATA_KEY not in wrapped.key


def test_the_first_key_wraps_and_the_others_unwrap(file: Path) -> None:
    wrapped = Keyring(file).wrap(DATA_KEY)
    file.write_text(f"# of 2028\n{NEW}   # current\n\n{OLD}\n")
    ring = Keyring(file)

    assert ring.unwrap(wrapped) == DATA_KEY
    assert ring.wrap(DATA_KEY).under == ring.current == key_id(bytes.fromhex(NEW))
    assert ring.others == (key_id(bytes.fromhex(OLD)),)


def test_a_running_service_notices_a_new_key(file: Path) -> None:
    ring = Keyring(file)
    file.write_text(f"{NEW}\n{OLD}\n")

    assert ring.current == key_id(bytes.fromhex(NEW))


def test_a_file_that_became_unreadable_leaves_the_keys_as_they_were(file: Path) -> None:
    ring = Keyring(file)
    wrapped = ring.wrap(DATA_KEY)
    file.write_text("being written")
    assert ring.unwrap(wrapped) == DATA_KEY
    file.unlink()
    assert ring.unwrap(wrapped) == DATA_KEY


def test_a_key_that_was_retired_opens_nothing(file: Path) -> None:
    wrapped = Keyring(file).wrap(DATA_KEY)
    file.write_text(f"{NEW}\n")

    with pytest.raises(NotUnwrapped):
        Keyring(file).unwrap(wrapped)


def test_no_bit_of_a_wrapped_key_can_be_flipped(file: Path) -> None:
    ring = Keyring(file)
    wrapped = ring.wrap(DATA_KEY)
    for bit in range(len(wrapped.key) * 8):
        flipped = bytearray(wrapped.key)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotUnwrapped):
            ring.unwrap(Wrapped(wrapped.under, bytes(flipped)))
    with pytest.raises(NotUnwrapped):
        ring.unwrap(Wrapped(wrapped.under, b""))


@pytest.mark.parametrize("text", ["", "# none\n", "11" * 31, "11" * 33, f"{OLD}\nzz", "1" * 63 + "g"])
def test_a_file_without_good_keys_is_refused_at_the_start(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(KeyringUnreadable):
        Keyring(file)


def test_a_missing_file_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeyringUnreadable, match="keks"):
        Keyring(tmp_path / "keks")
