"""A witness cosigns what continues what it cosigned last; everything else gets the standard's answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.checkpoint import Checkpoint, believed, sign
from shared.tlog.merkle import EMPTY_ROOT, MOST_LEAVES, consistency_proof, leaf_hash, nodes_of, root_at
from shared.tlog.note import LOG, WITNESS, Note, SigningKey
from shared.tlog.witness import Acceptance, Refusal, Request, ask, consider, monitoring_path, read

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))

log = SigningKey("orders.example/log", LOG, bytes.fromhex(EXAMPLE["seeds"]["log"]))
other_log = SigningKey("other.example/log", LOG, b"\x03" * 32)
witness = SigningKey("witness.example/w1", WITNESS, bytes.fromhex(EXAMPLE["seeds"]["witness"]))
trusted = (log.verifying, other_log.verifying)

tree = nodes_of([leaf_hash(b"%d" % number) for number in range(40)])
BODY = EXAMPLE["add_checkpoint_request"].encode()


def at(size: int) -> Checkpoint:
    return Checkpoint(log.name, size, root_at(size, tree))


def growth(old: int, new: int) -> Request:
    return ask(old, consistency_proof(old, new, tree), sign(at(new), log))


def refused(known: Checkpoint | None, request: Request) -> tuple[int, str]:
    decision = consider(known, request, trusted)
    assert isinstance(decision, Refusal)
    return decision.status, decision.code


def signed_as(checkpoint: Checkpoint, *keys: SigningKey) -> Note:
    return Note(checkpoint.text, tuple(key.sign(checkpoint.text) for key in keys))


# 200


def test_the_worked_request_is_read_and_written_byte_for_byte() -> None:
    request = read(BODY)

    assert isinstance(request, Request)
    assert (request.old, request.checkpoint.size, len(request.proof)) == (3, 5, 4)
    assert request.raw == BODY


def test_the_worked_request_is_answered_byte_for_byte() -> None:
    known = Checkpoint(log.name, 3, bytes.fromhex(EXAMPLE["steps"][2]["root"]))
    request = read(BODY)
    assert isinstance(request, Request)

    decision = consider(known, request, trusted)

    assert isinstance(decision, Acceptance)
    stored, line = decision.cosigned(witness, EXAMPLE["cosignature_timestamp"])
    assert line.line == EXAMPLE["add_checkpoint_response"]
    assert stored.raw == EXAMPLE["cosigned_checkpoint"].encode()


@pytest.mark.thorough
def test_every_growth_is_accepted() -> None:
    for new in range(41):
        for old in range(new + 1):
            known = at(old) if old else None
            assert isinstance(consider(known, growth(old, new), trusted), Acceptance)


def test_a_log_is_accepted_from_nothing_at_any_size() -> None:
    assert isinstance(consider(None, growth(0, 33), trusted), Acceptance)
    assert isinstance(consider(None, growth(0, 0), trusted), Acceptance)
    assert isinstance(consider(at(0), growth(0, 33), trusted), Acceptance)


def test_the_same_checkpoint_again_is_accepted_again() -> None:
    assert isinstance(consider(at(7), growth(7, 7), trusted), Acceptance)


def test_only_verified_lines_are_stored() -> None:
    """Who asks may append any line; a forged one under the witness's own name must not come back."""
    note = sign(at(7), log)
    forged = replace(witness.sign("something else\n", 5))
    stranger = SigningKey("stranger.example", LOG, b"\x04" * 32).sign(note.text)
    decision = consider(None, ask(0, (), Note(note.text, (*note.signatures, forged, stranger))), trusted)
    assert isinstance(decision, Acceptance)

    stored, line = decision.cosigned(witness, 1790000000)

    assert stored.signatures == (*note.signatures, line)
    assert believed(stored.raw, trusted, [witness.verifying]).checkpoint == at(7)


# 404, 403


def test_an_unknown_origin_is_404() -> None:
    stranger = SigningKey("stranger.example/log", LOG, b"\x04" * 32)
    request = ask(0, (), sign(Checkpoint(stranger.name, 1, b"\x01" * 32), stranger))

    assert refused(None, request) == (404, "origin.unknown")


def test_a_checkpoint_nobody_known_signed_is_403() -> None:
    stranger = SigningKey(log.name, LOG, b"\x04" * 32)

    assert refused(None, ask(0, (), signed_as(at(7), stranger))) == (403, "signature.unknown")


def test_a_wrong_signature_of_a_known_log_is_403() -> None:
    note = Note(at(7).text, sign(at(8), log).signatures)

    assert refused(None, ask(0, (), note)) == (403, "signature.invalid")


def test_a_known_log_cannot_speak_for_another_and_gets_403() -> None:
    assert refused(None, ask(0, (), signed_as(at(7), other_log))) == (403, "signature.unknown")


# 400


def test_an_old_size_above_the_new_one_is_400() -> None:
    assert refused(at(9), ask(9, (), sign(at(7), log))) == (400, "size.shrinks")


TEXT = BODY.decode()

MALFORMED = [
    ("nothing", ""),
    ("no old size", TEXT.partition("\n")[2]),
    ("no empty line", TEXT.replace("\n\n", "\n")),
    ("no checkpoint", TEXT[: TEXT.index("\n\n") + 2]),
    ("an old size with a zero", TEXT.replace("old 3", "old 03")),
    ("an old size with a plus", TEXT.replace("old 3", "old +3")),
    ("a negative old size", TEXT.replace("old 3", "old -3")),
    ("an old size with a space", TEXT.replace("old 3", "old 3 ")),
    ("an old size after two spaces", TEXT.replace("old 3", "old  3")),
    ("an old size in Arabic digits", TEXT.replace("old 3", "old ٣")),
    ("an old size above 2^62", TEXT.replace("old 3", f"old {MOST_LEAVES + 1}")),
    ("another word", TEXT.replace("old 3", "size 3")),
    ("a short hash", TEXT.replace("MpzS", "")),
    ("a hash with unused bits set", TEXT.replace("50vzOXE=", "50vzOXF=")),
    ("64 hashes", TEXT.replace("old 3\n", "old 3\n" + ("A" * 43 + "=\n") * 60)),
    ("carriage returns", TEXT.replace("\n", "\r\n")),
    (
        "an extension line",
        TEXT.replace("EwkA=\n", "EwkA=\nextension\n").replace("BqEkwA=\n", "BqEkwA=\nextension\n"),
    ),
    ("a size with a zero", TEXT.replace("\n5\n", "\n05\n")),
    ("a root of another length", TEXT.replace("ipWF", "")),
    ("no newline at the end", TEXT[:-1]),
    ("no signature", TEXT[: TEXT.rindex("\n\n") + 2]),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in MALFORMED])
def test_a_malformed_request_is_400(text: str) -> None:
    answer = read(text.encode())

    assert text != TEXT
    assert isinstance(answer, Refusal)
    assert (answer.status, answer.code) == (400, "request.malformed")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_400(body: bytes) -> None:
    for each in (body, b"old 0\n\n" + body, BODY[: len(body)] + body):
        answer = read(each)
        assert isinstance(answer, Request) or answer.status == 400


# 409


def test_an_old_size_that_is_not_the_last_one_is_409_with_the_last_one() -> None:
    for known, request in [
        (at(5), growth(3, 9)),
        (at(5), growth(7, 9)),
        (at(5), growth(0, 9)),
        (None, growth(3, 9)),
    ]:
        answer = consider(known, request, trusted)
        assert isinstance(answer, Refusal)
        size = known.size if known else 0
        assert (answer.status, answer.media_type, answer.body) == (409, "text/x.tlog.size", f"{size}\n")


def test_the_worked_stale_answer_is_this() -> None:
    request = read(BODY)
    assert isinstance(request, Request)
    known = Checkpoint(log.name, 5, request.checkpoint.root)

    answer = consider(known, request, trusted)

    assert isinstance(answer, Refusal)
    assert [answer.status, answer.media_type, answer.body] == EXAMPLE["stale_response"]


def test_a_witness_never_goes_back() -> None:
    assert refused(at(9), growth(5, 7)) == (409, "size.stale")
    assert refused(at(9), growth(7, 9)) == (409, "size.stale")


# 422


def test_another_history_is_422() -> None:
    fork = nodes_of([leaf_hash(b"fork %d" % number) for number in range(40)])
    note = sign(Checkpoint(log.name, 9, root_at(9, fork)), log)

    for old in range(1, 9):
        for proof in (consistency_proof(old, 9, fork), consistency_proof(old, 9, tree), ()):
            assert refused(at(old), ask(old, proof, note))[0] == 422


def test_the_same_size_with_another_root_is_422() -> None:
    note = sign(replace(at(7), root=b"\x07" * 32), log)

    assert refused(at(7), ask(7, (), note)) == (422, "proof.root-differs")


def test_a_proof_where_none_is_needed_is_422() -> None:
    assert refused(None, replace(growth(0, 9), proof=(b"\x07" * 32,))) == (422, "proof.too-long")
    assert refused(at(9), replace(growth(9, 9), proof=(b"\x07" * 32,))) == (422, "proof.too-long")


def test_an_empty_tree_with_another_root_is_422() -> None:
    note = sign(Checkpoint(log.name, 0, b"\x07" * 32), log)

    assert refused(None, ask(0, (), note)) == (422, "proof.root-differs")
    assert at(0).root == EMPTY_ROOT


def test_every_spoilt_proof_is_422() -> None:
    good = growth(13, 29)
    proofs = [good.proof[:-1], good.proof[1:], good.proof[::-1], (*good.proof, good.proof[0]), ()]
    proofs += [
        (*good.proof[:place], b"\x07" * 32, *good.proof[place + 1 :]) for place in range(len(good.proof))
    ]
    for proof in proofs:
        assert refused(at(13), replace(good, proof=proof))[0] == 422


# Reading


def test_the_last_checkpoint_is_read_under_the_hash_of_its_origin() -> None:
    assert monitoring_path(log.name) == EXAMPLE["monitoring_path"]
