"""A checkpoint is three lines in one spelling, signed by the log whose name they bear."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.checkpoint import Checkpoint, believed, cosign, sign
from shared.tlog.merkle import MOST_LEAVES
from shared.tlog.note import LOG, WITNESS, Note, NoteRefused, Signature, SigningKey

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))

log = SigningKey("orders.example/log", LOG, bytes.fromhex(EXAMPLE["seeds"]["log"]))
witness = SigningKey("witness.example/w1", WITNESS, bytes.fromhex(EXAMPLE["seeds"]["witness"]))
other_log = SigningKey("other.example/log", LOG, b"\x03" * 32)

AT_3 = Checkpoint("orders.example/log", 3, bytes.fromhex(EXAMPLE["steps"][2]["root"]))
AT_5 = Checkpoint("orders.example/log", 5, bytes.fromhex(EXAMPLE["steps"][4]["root"]))


def refusal(raw: bytes) -> str:
    with pytest.raises(NoteRefused) as refused:
        believed(raw, [log.verifying, other_log.verifying], [witness.verifying])
    return refused.value.code


def signed(text: str, *keys: SigningKey) -> bytes:
    return Note(text, tuple(key.sign(text) for key in keys or (log,))).raw


# The worked example


def test_the_worked_checkpoints_are_signed_byte_for_byte() -> None:
    assert sign(AT_3, log).raw == EXAMPLE["checkpoint_3"].encode()
    assert sign(AT_5, log).raw == EXAMPLE["checkpoint_5"].encode()


def test_the_worked_checkpoints_are_believed() -> None:
    assert believed(EXAMPLE["checkpoint_3"].encode(), [log.verifying]).checkpoint == AT_3
    assert believed(EXAMPLE["checkpoint_5"].encode(), [log.verifying]).checkpoint == AT_5


def test_the_worked_cosignature_is_made_byte_for_byte() -> None:
    line = cosign(AT_5, witness, EXAMPLE["cosignature_timestamp"])

    assert line.line == EXAMPLE["add_checkpoint_response"]
    assert f"cosignature/v1\ntime 1790000000\n{AT_5.text}" == EXAMPLE["cosigned_message"]


def test_the_worked_cosigned_checkpoint_is_believed_with_its_time() -> None:
    found = believed(EXAMPLE["cosigned_checkpoint"].encode(), [log.verifying], [witness.verifying])

    assert found.checkpoint == AT_5
    assert [each.key for each in found.by_log] == [log.verifying]
    assert [(each.key, each.time) for each in found.by_witnesses] == [(witness.verifying, 1790000000)]
    assert found.note.raw == EXAMPLE["cosigned_checkpoint"].encode()


# Whose it is


def test_a_trusted_log_cannot_speak_for_another() -> None:
    assert refusal(signed(AT_5.text, other_log)) == "checkpoint.foreign"
    with pytest.raises(ValueError):
        sign(AT_5, other_log)


def test_a_witness_cannot_speak_for_a_log() -> None:
    note = Note(AT_5.text, (cosign(AT_5, witness, 1790000000),))
    namesake = SigningKey(log.name, WITNESS, b"\x05" * 32)
    by_namesake = Note(AT_5.text, (cosign(AT_5, namesake, 1790000000),))

    assert refusal(note.raw) == "checkpoint.foreign"
    with pytest.raises(NoteRefused, match=r"checkpoint\.foreign"):
        believed(by_namesake.raw, [log.verifying], [namesake.verifying])
    with pytest.raises(ValueError):
        sign(AT_5, namesake)
    with pytest.raises(ValueError):
        cosign(AT_5, log, 1790000000)


def test_a_log_may_have_two_keys_while_it_changes_them() -> None:
    new = SigningKey(log.name, LOG, b"\x06" * 32)
    raw = signed(AT_5.text, log, new)

    assert len(believed(raw, [log.verifying, new.verifying]).by_log) == 2
    assert len(believed(raw, [new.verifying]).by_log) == 1


def test_only_verified_lines_are_passed_on() -> None:
    stranger = SigningKey("stranger.example", LOG, b"\x07" * 32)
    raw = signed(AT_5.text, stranger, log)

    assert believed(raw, [log.verifying]).note.raw == sign(AT_5, log).raw


def test_two_signatures_of_one_checkpoint_are_the_same_bytes() -> None:
    assert sign(AT_5, log) == sign(AT_5, SigningKey.parse(log.secret))


# One spelling, even when the log itself signed another

ROOT = AT_5.text.split("\n")[2]

MALFORMED = [
    ("an extension line", AT_5.text + "extension\n"),
    ("an empty extension line", AT_5.text + "\n"),
    ("no root", "orders.example/log\n5\n"),
    ("no origin", f"\n5\n{ROOT}\n"),
    ("an origin of 256 bytes", f"{'o' * 256}\n5\n{ROOT}\n"),
    ("a leading zero", f"orders.example/log\n05\n{ROOT}\n"),
    ("a plus", f"orders.example/log\n+5\n{ROOT}\n"),
    ("a minus", f"orders.example/log\n-5\n{ROOT}\n"),
    ("a space before the size", f"orders.example/log\n 5\n{ROOT}\n"),
    ("a space after the size", f"orders.example/log\n5 \n{ROOT}\n"),
    ("an underscore", f"orders.example/log\n1_000\n{ROOT}\n"),
    ("Arabic digits", f"orders.example/log\n٥\n{ROOT}\n"),
    ("hexadecimal", f"orders.example/log\n0x5\n{ROOT}\n"),
    ("no size", f"orders.example/log\n\n{ROOT}\n"),
    ("more than 2^62", f"orders.example/log\n{MOST_LEAVES + 1}\n{ROOT}\n"),
    ("a line separator for a newline", f"orders.example/log\u20285\n{ROOT}\n"),
    ("a next line for a newline", f"orders.example/log\n5\x85{ROOT}\n"),
    ("a root of 31 bytes", "orders.example/log\n5\n" + "A" * 40 + "AA==\n"),
    ("a root of 33 bytes", "orders.example/log\n5\n" + "A" * 44 + "\n"),
    ("a root with unused bits set", f"orders.example/log\n5\n{ROOT.replace('wA=', 'wB=')}\n"),
    ("a root without padding", f"orders.example/log\n5\n{ROOT.rstrip('=')}\n"),
    ("a root in URL base64", f"orders.example/log\n5\n{ROOT.replace('w', '-')}\n"),
    ("a space after the root", f"orders.example/log\n5\n{ROOT} \n"),
    ("a root in hexadecimal", f"orders.example/log\n5\n{AT_5.root.hex()}\n"),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in MALFORMED])
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    assert refusal(signed(text)) == "checkpoint.malformed"


def test_an_unsigned_text_is_not_even_read() -> None:
    assert refusal(signed("no checkpoint\n", SigningKey("x", LOG, b"\x08" * 32))) == "signature.unknown"


@given(st.integers(0, MOST_LEAVES), st.binary(min_size=32, max_size=32))
def test_checkpoints_are_read_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(log.name, size, root)

    assert Checkpoint.parse(checkpoint.text) == checkpoint
    assert believed(sign(checkpoint, log).raw, [log.verifying]).checkpoint == checkpoint


def test_no_flipped_bit_of_a_checkpoint_is_believed() -> None:
    raw = sign(AT_5, log).raw
    for at in range(len(AT_5.text)):
        for bit in range(8):
            changed = bytearray(raw)
            changed[at] ^= 1 << bit
            with pytest.raises(NoteRefused):
                believed(bytes(changed), [log.verifying])


@pytest.mark.parametrize("end", ["x", "x\n", "\n", " "], ids=repr)
def test_nothing_stands_behind_the_third_line(end: str) -> None:
    assert Checkpoint.parse(AT_3.text) == AT_3
    with pytest.raises(NoteRefused):
        Checkpoint.parse(AT_3.text + end)


def test_a_line_under_another_name_is_not_the_keys_own() -> None:
    """The key id and the signature are right; the name, by which people read who has signed, is somebody else's."""
    own = log.sign(AT_3.text)
    renamed = Signature.parse(own.line.replace(log.name, "orders.example/other"))
    assert (renamed.blob, renamed.name) == (own.blob, "orders.example/other")

    assert refusal(Note(AT_3.text, (renamed,)).raw) == "signature.unknown"
    seen = believed(Note(AT_3.text, (renamed, own)).raw, [log.verifying])
    assert [each.signature for each in seen.by_log] == [own]
