"""A sealed name opens with its key at its place, and nowhere else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.values import Person
from shared.people.sealing import (
    COMMITMENT_BYTES,
    HEAD,
    NONCE,
    SALT_BYTES,
    NotOpened,
    Place,
    derived,
    new_data_key,
    open_name,
    seal,
    seal_name,
    unseal,
)

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "sealing.json").read_text("utf-8"))
ENVELOPE = {
    name: value if name in ("plaintext_utf8", "aad") else bytes.fromhex(value)
    for name, value in VECTORS["envelope"].items()
}
CONTEXT = ENVELOPE["aad"].encode()
PLAIN = ENVELOPE["plaintext_utf8"].encode()

KEY = bytes(range(32))
PERSON = "5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a190"
PLACE = Place(
    "dvk.danang.gov.vn/registry",
    "model/0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11",
    "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d12",
    "/data/subjects/0/person",
)


def test_key_and_commitment_are_those_of_the_vector() -> None:
    assert derived(ENVELOPE["dek"], ENVELOPE["salt"], CONTEXT) == (
        ENVELOPE["derived_key"],
        ENVELOPE["commitment"],
    )


def test_the_envelope_is_that_of_the_vector() -> None:
    assert seal(ENVELOPE["dek"], PLAIN, CONTEXT, ENVELOPE["salt"]) == ENVELOPE["envelope"]


def test_the_vectors_envelope_opens() -> None:
    assert unseal(ENVELOPE["dek"], ENVELOPE["envelope"], CONTEXT) == PLAIN


def test_without_a_commitment_one_ciphertext_would_open_under_two_keys() -> None:
    two = {name: value if name == "aad" else bytes.fromhex(value)
           for name, value in VECTORS["aes_gcm_is_not_key_committing"].items()}  # fmt: skip
    aad = two["aad"].encode()

    for number in ("1", "2"):
        opened = AESGCM(two[f"key{number}"]).decrypt(two["nonce"], two["ciphertext_and_tag"], aad)
        assert opened == two[f"plaintext{number}"]


def test_a_ciphertext_that_opens_under_another_key_is_refused_for_its_commitment() -> None:
    """Whatever AES-GCM would say, the commitment is that of the other key."""
    salt = bytes(SALT_BYTES)
    other = bytes(reversed(KEY))
    key, _ = derived(KEY, salt, CONTEXT)
    _, commitment = derived(other, salt, CONTEXT)
    mixed = salt + commitment + AESGCM(key).encrypt(NONCE, b"A", CONTEXT)

    with pytest.raises(NotOpened):
        unseal(KEY, mixed, CONTEXT)
    with pytest.raises(NotOpened):
        unseal(other, mixed, CONTEXT)


@given(st.text(min_size=1, max_size=500).filter(lambda name: name.isprintable()))
def test_whatever_name_is_sealed_is_the_one_that_opens(name: str) -> None:
    sealed = seal_name(KEY, name, PLACE, PERSON)

    assert open_name(KEY, sealed, PLACE, PERSON) == name
    assert Person(id=PERSON, sealed=sealed).sealed == sealed


def test_the_same_name_never_looks_the_same() -> None:
    assert seal_name(KEY, "Nguyễn Thị Hoa", PLACE, PERSON) != seal_name(KEY, "Nguyễn Thị Hoa", PLACE, PERSON)


def test_the_name_does_not_show() -> None:
    assert "Hoa" not in seal_name(KEY, "Hoa" * 50, PLACE, PERSON)


@pytest.mark.parametrize(
    "moved",
    [
        replace(PLACE, origin="dvk.danang.gov.vn/awards"),
        replace(PLACE, stream="model/0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d13"),
        replace(PLACE, event="0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d13"),
        replace(PLACE, pointer="/data/subjects/1/person"),
    ],
    ids=["another log", "another stream", "another event", "another member"],
)
def test_a_seal_that_was_moved_is_refused(moved: Place) -> None:
    with pytest.raises(NotOpened):
        open_name(KEY, seal_name(KEY, "Nguyễn Thị Hoa", PLACE, PERSON), moved, PERSON)


def test_a_seal_does_not_open_for_another_person() -> None:
    with pytest.raises(NotOpened):
        open_name(KEY, seal_name(KEY, "Nguyễn Thị Hoa", PLACE, PERSON), PLACE, PERSON.replace("5f", "6f"))


def test_a_seal_does_not_open_under_another_number_of_key() -> None:
    sealed = seal_name(KEY, "Nguyễn Thị Hoa", PLACE, PERSON)
    with pytest.raises(NotOpened):
        open_name(KEY, sealed.replace("v1.1.", "v1.2."), PLACE, PERSON)


def test_a_seal_does_not_open_with_another_key() -> None:
    with pytest.raises(NotOpened):
        open_name(new_data_key(), seal_name(KEY, "Nguyễn Thị Hoa", PLACE, PERSON), PLACE, PERSON)


def test_no_bit_of_an_envelope_can_be_flipped() -> None:
    envelope = seal(KEY, b"Hoa", CONTEXT)

    for bit in range(len(envelope) * 8):
        flipped = bytearray(envelope)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotOpened):
            unseal(KEY, bytes(flipped), CONTEXT)


@pytest.mark.parametrize("length", [0, SALT_BYTES, HEAD, HEAD + 15])
def test_an_envelope_cut_short_is_refused(length: int) -> None:
    with pytest.raises(NotOpened):
        unseal(KEY, seal(KEY, b"Hoa", CONTEXT)[:length], CONTEXT)


@pytest.mark.parametrize(
    "text", ["", "v1", "v1.1.", "v2.1.AAAA", "v1.0.AAAA", "v1.1.AA AA", "v1.1.A", "v1.1.AAAA="]
)
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(NotOpened):
        open_name(KEY, text, PLACE, PERSON)


def test_a_seal_has_one_spelling() -> None:
    sealed = seal_name(KEY, "Hoa" * 3, PLACE, PERSON)  # 89 bytes: two bits of the last digit say nothing
    other = sealed[:-1] + chr(ord(sealed[-1]) + 1)
    with pytest.raises(NotOpened):
        open_name(KEY, other, PLACE, PERSON)


def test_two_places_never_have_one_context() -> None:
    with pytest.raises(ValueError, match="bar"):
        replace(PLACE, stream="a|b").context(PERSON, 1)


def test_an_envelope_is_eighty_bytes_longer_than_the_name() -> None:
    assert len(seal(KEY, b"Hoa", CONTEXT)) == SALT_BYTES + COMMITMENT_BYTES + 16 + 3
