"""A note is believed only as its signers wrote it, and every spelling but one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.note import (
    LOG,
    MOST_TIME,
    WITNESS,
    Note,
    NoteRefused,
    Signature,
    SigningKey,
    VerifyingKey,
    to_base64,
    verified,
)

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))

log = SigningKey("orders.example/log", LOG, bytes.fromhex(EXAMPLE["seeds"]["log"]))
witness = SigningKey("witness.example/w1", WITNESS, bytes.fromhex(EXAMPLE["seeds"]["witness"]))
stranger = SigningKey("stranger.example", LOG, b"\x03" * 32)
known = (log.verifying, witness.verifying)

TEXT = "orders.example/log\n5\nipWFQoLTm4nMXs2ZUHxC4eb8McrB2jE30MRciBqEkwA=\n"
NOTE = Note(TEXT, (log.sign(TEXT), witness.sign(TEXT, 1790000000)))


def refusal(raw: bytes) -> str:
    with pytest.raises(NoteRefused) as refused:
        verified(Note.parse(raw), known)
    return refused.value.code


# The worked example


def test_the_worked_keys_have_these_names_and_ids() -> None:
    assert log.verifying.public.hex() == EXAMPLE["log_public_key"]
    assert witness.verifying.public.hex() == EXAMPLE["witness_public_key"]
    assert log.verifying.id.hex() == EXAMPLE["log_key_id"]
    assert witness.verifying.id.hex() == EXAMPLE["witness_key_id"]
    assert log.verifying.vkey == EXAMPLE["log_vkey"]
    assert witness.verifying.vkey == EXAMPLE["witness_vkey"]


def test_the_worked_note_is_written_and_read_byte_for_byte() -> None:
    raw = EXAMPLE["cosigned_checkpoint"].encode()

    assert NOTE.raw == raw
    assert Note.parse(raw) == NOTE
    assert [(each.key, each.time) for each in verified(NOTE, known)] == [
        (log.verifying, None),
        (witness.verifying, 1790000000),
    ]


# The example in the documentation of golang.org/x/mod/sumdb/note

GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_what_go_signed_is_believed_and_signed_alike() -> None:
    note = Note.parse(GO_NOTE.encode())
    key = SigningKey.parse(GO_SECRET)

    assert key.verifying == VerifyingKey.parse(GO_VKEY)
    assert [each.key for each in verified(note, [VerifyingKey.parse(GO_VKEY)])] == [key.verifying]
    assert Note(note.text, (key.sign(note.text),)) == note


# Keys


def test_a_vkey_is_split_at_its_first_two_plus_signs() -> None:
    key = next(
        k for n in range(99) if "+" in (k := SigningKey("a", LOG, bytes([n]) * 32).verifying).vkey[11:]
    )

    assert VerifyingKey.parse(key.vkey) == key


def test_keys_are_read_back() -> None:
    for key in (log, witness):
        assert VerifyingKey.parse(key.verifying.vkey) == key.verifying
        assert SigningKey.parse(key.secret) == key


def test_a_secret_is_not_shown() -> None:
    seed = log.seed.hex()

    assert seed not in repr(log) and repr(log.seed) not in repr(log)
    with pytest.raises(NoteRefused) as refused:
        SigningKey.parse(log.secret.replace("b73fe432", "b73fe433"))
    assert to_base64(log.seed)[4:] not in str(refused.value)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "orders.example/log",
        "orders.example/log+b73fe432",
        "+b73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders.example/log+b73fe433+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders.example/log+B73FE432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders.example/log+73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders.example/loh+b73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders.example/log+b73fe432+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders.example/log+b73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29d",
        "orders.example/log+b73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D28=",
        "orders.example/log+b73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n",
        "orders.example/log+b73fe432+ AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "orders example+b73fe432+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
    ],
)
def test_what_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(NoteRefused) as refused:
        VerifyingKey.parse(vkey)
    assert refused.value.code == "key.malformed"


def test_a_witness_signs_with_a_time_and_a_log_without() -> None:
    with pytest.raises(ValueError):
        witness.sign(TEXT)
    with pytest.raises(ValueError):
        log.sign(TEXT, 1790000000)


# Who is believed


def test_unknown_signers_are_passed_over() -> None:
    note = Note(TEXT, (stranger.sign(TEXT), *NOTE.signatures))

    assert [each.key for each in verified(note, known)] == [log.verifying, witness.verifying]


def test_a_note_that_only_strangers_signed_is_refused() -> None:
    assert refusal(Note(TEXT, (stranger.sign(TEXT),)).raw) == "signature.unknown"


def test_the_same_name_with_another_key_is_a_stranger() -> None:
    impostor = SigningKey(log.name, LOG, b"\x09" * 32)

    assert refusal(Note(TEXT, (impostor.sign(TEXT),)).raw) == "signature.unknown"


def test_one_wrong_line_of_a_known_key_refuses_the_whole_note() -> None:
    other = log.sign(TEXT.replace("5", "6"))

    assert refusal(Note(TEXT, (*NOTE.signatures, other)).raw) == "signature.invalid"
    assert refusal(Note(TEXT, (other, *NOTE.signatures)).raw) == "signature.invalid"


def test_a_log_signature_is_no_cosignature_and_the_other_way_round() -> None:
    """Same seed, both kinds: the signed bytes differ, so neither passes as the other."""
    both = SigningKey(log.name, WITNESS, log.seed)
    moved = Signature(both.name, both.verifying.id + log.sign(TEXT).blob[4:], "")
    stamped = Signature(log.name, log.verifying.id + both.sign(TEXT, 7).blob[12:], "")

    for key, signature in ((both, moved), (log, stamped)):
        with pytest.raises(NoteRefused):
            key.verifying.verify(TEXT, signature.blob[4:])


def test_a_time_is_part_of_what_a_witness_signs() -> None:
    blob = witness.sign(TEXT, 1790000000).blob
    later = blob[:4] + (1790000001).to_bytes(8, "big") + blob[12:]
    turned = blob[:4] + blob[4:12][::-1] + blob[12:]

    for changed in (later, turned):
        with pytest.raises(NoteRefused):
            witness.verifying.verify(TEXT, changed[4:])


def test_a_time_has_63_bits() -> None:
    assert witness.verifying.verify(TEXT, witness.sign(TEXT, MOST_TIME).blob[4:]) == MOST_TIME
    with pytest.raises(NoteRefused):
        witness.verifying.verify(TEXT, witness.sign(TEXT, MOST_TIME + 1).blob[4:])


@pytest.mark.parametrize("length", [1, 7, 8, 63, 65, 71, 73, 200])
def test_a_signature_of_the_wrong_length_is_wrong(length: int) -> None:
    for key in known:
        with pytest.raises(NoteRefused) as refused:
            key.verify(TEXT, b"\x00" * length)
        assert refused.value.code == "signature.invalid"


# The tamper matrix: no changed byte anywhere passes


@pytest.mark.thorough
def test_no_flipped_bit_of_a_note_passes_unnoticed() -> None:
    """Unless a line is no longer ours (it is passed over), or only unused bits of base64 changed."""
    for at in range(len(NOTE.raw)):
        for bit in range(8):
            raw = bytearray(NOTE.raw)
            raw[at] ^= 1 << bit
            try:
                note = Note.parse(bytes(raw))
                believed = verified(note, known)
            except NoteRefused:
                continue
            assert note.text == TEXT
            untouched = {each.blob for each in NOTE.signatures}
            assert {each.signature.blob for each in believed} <= untouched


@given(st.integers(0, len(NOTE.raw) - 1))
def test_a_cut_note_is_refused_or_has_lost_whole_lines(length: int) -> None:
    try:
        note = Note.parse(NOTE.raw[:length])
        verified(note, known)
    except NoteRefused:
        return
    assert note == Note(TEXT, NOTE.signatures[:1])


def test_lines_may_be_swapped() -> None:
    assert len(verified(Note.parse(Note(TEXT, NOTE.signatures[::-1]).raw), known)) == 2
