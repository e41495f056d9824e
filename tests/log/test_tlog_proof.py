"""A .tlog-proof convinces an auditor of exactly one entry at exactly one place."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.merkle import ProofRefused, inclusion_proof, leaf_hash, nodes_of, root
from shared.tlog.note import LOG, WITNESS, Note, NoteRefused, SigningKey
from shared.tlog.policy import Policy
from shared.tlog.tlog_proof import TlogProof, verify_entry

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))
POLICY = Policy.parse(EXAMPLE["policy"].encode())
ENTRIES = [text.encode() for text in EXAMPLE["leaf_bytes_utf8"]]
RAW = EXAMPLE["tlog_proof"].encode()
PROOF = TlogProof(
    2,
    tuple(bytes.fromhex(each) for each in EXAMPLE["inclusion_2_of_5"]),
    Note.parse(EXAMPLE["cosigned_checkpoint"].encode()),
)

log = SigningKey("orders.example/log", LOG, bytes.fromhex(EXAMPLE["seeds"]["log"]))
witness = SigningKey("witness.example/w1", WITNESS, bytes.fromhex(EXAMPLE["seeds"]["witness"]))


def proof_of(index: int, entries: list[bytes]) -> TlogProof:
    leaves = [leaf_hash(entry) for entry in entries]
    checkpoint = Checkpoint(log.name, len(leaves), root(leaves))
    note = Note(checkpoint.text, (*sign(checkpoint, log).signatures, cosign(checkpoint, witness, 1790000000)))
    return TlogProof(index, inclusion_proof(index, len(leaves), nodes_of(leaves)), note)


def refusal(raw: bytes, entry: bytes = ENTRIES[2]) -> str:
    with pytest.raises((NoteRefused, ProofRefused)) as refused:
        verify_entry(raw, entry, POLICY)
    return refused.value.code


def test_the_worked_proof_is_written_and_read_byte_for_byte() -> None:
    assert PROOF.raw == RAW
    assert TlogProof.parse(RAW) == PROOF


def test_the_worked_proof_convinces_the_worked_policy() -> None:
    signed = verify_entry(RAW, ENTRIES[2], POLICY)

    assert (signed.checkpoint.origin, signed.checkpoint.size) == ("orders.example/log", 5)
    assert [each.time for each in signed.by_witnesses] == [1790000000]


@pytest.mark.thorough
def test_every_entry_of_small_logs_is_proved_and_no_other() -> None:
    entries = [b"entry %d" % number for number in range(17)]
    for size in range(1, 18):
        for index in range(size):
            raw = proof_of(index, entries[:size]).raw
            assert verify_entry(raw, entries[index], POLICY).checkpoint.size == size
            assert refusal(raw, entries[(index + 1) % 17]) == "proof.root-differs"


def test_another_index_is_refused() -> None:
    assert refusal(replace(PROOF, index=3).raw) == "proof.root-differs"
    assert refusal(replace(PROOF, index=5).raw) == "proof.out-of-range"
    assert refusal(replace(PROOF, index=4).raw) == "proof.too-long"


def test_a_changed_path_is_refused() -> None:
    path = PROOF.path

    assert refusal(replace(PROOF, path=path[:-1]).raw) == "proof.too-short"
    assert refusal(replace(PROOF, path=(*path, path[0])).raw) == "proof.too-long"
    assert refusal(replace(PROOF, path=path[::-1]).raw) == "proof.root-differs"
    assert refusal(replace(PROOF, path=(path[0], path[0], path[2])).raw) == "proof.root-differs"


def test_the_checkpoint_of_another_size_is_refused() -> None:
    assert (
        refusal(replace(PROOF, checkpoint=Note.parse(EXAMPLE["checkpoint_3"].encode())).raw)
        == "quorum.not-met"
    )
    assert refusal(replace(PROOF, checkpoint=proof_of(0, ENTRIES[:3]).checkpoint).raw) == "proof.too-long"


def test_a_proof_without_the_witness_is_refused() -> None:
    alone = Note(PROOF.checkpoint.text, PROOF.checkpoint.signatures[:1])

    assert refusal(replace(PROOF, checkpoint=alone).raw) == "quorum.not-met"


def test_an_inner_node_does_not_pass_as_an_entry() -> None:
    """The prefixes 0x00 and 0x01 keep leaves and nodes apart."""
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    node = leaves[2] + leaves[3]

    assert refusal(replace(PROOF, index=1, path=PROOF.path[1:]).raw, node) in {
        "proof.root-differs",
        "proof.too-short",
    }


def test_extra_is_carried_and_not_believed() -> None:
    for extra in (b"", b"notes", b"\x00" * 300):
        raw = replace(PROOF, extra=extra).raw
        assert TlogProof.parse(raw).extra == extra
        verify_entry(raw, ENTRIES[2], POLICY)
    assert b"\nextra bm90ZXM=\nindex 2\n" in replace(PROOF, extra=b"notes").raw


@pytest.mark.thorough
def test_every_flipped_bit_is_noticed() -> None:
    """Except in unused bits of a signature line's base64, which say nothing."""
    for at in range(len(RAW)):
        for bit in range(8):
            raw = bytearray(RAW)
            raw[at] ^= 1 << bit
            try:
                verify_entry(bytes(raw), ENTRIES[2], POLICY)
            except (NoteRefused, ProofRefused):
                continue
            found = TlogProof.parse(bytes(raw))
            assert (found.index, found.path, found.checkpoint.text) == (2, PROOF.path, PROOF.checkpoint.text)
            assert [s.blob for s in found.checkpoint.signatures] == [
                s.blob for s in PROOF.checkpoint.signatures
            ]


def test_every_flipped_bit_of_the_entry_is_noticed() -> None:
    for at in range(len(ENTRIES[2])):
        entry = bytearray(ENTRIES[2])
        entry[at] ^= 1
        assert refusal(RAW, bytes(entry)) == "proof.root-differs"


TEXT = RAW.decode()

MALFORMED = [
    ("nothing", ""),
    ("another version", TEXT.replace("@v1", "@v2")),
    ("no version", TEXT.partition("\n")[2]),
    ("a byte order mark", "\ufeff" + TEXT),
    ("a line before", "\n" + TEXT),
    ("no index", TEXT.replace("index 2\n", "")),
    ("an index with a zero", TEXT.replace("index 2", "index 02")),
    ("an index with a plus", TEXT.replace("index 2", "index +2")),
    ("a negative index", TEXT.replace("index 2", "index -2")),
    ("an index in Arabic digits", TEXT.replace("index 2", "index ٢")),
    ("two spaces", TEXT.replace("index 2", "index  2")),
    ("a space after", TEXT.replace("index 2", "index 2 ")),
    ("two indexes", TEXT.replace("index 2", "index 2\nindex 2")),
    ("extra after the index", TEXT.replace("index 2", "index 2\nextra YQ==")),
    ("extra twice", TEXT.replace("index 2", "extra YQ==\nextra YQ==\nindex 2")),
    ("extra in no base64", TEXT.replace("index 2", "extra YR==\nindex 2")),
    ("a short hash", TEXT.replace("srxO", "")),
    ("a long hash", TEXT.replace("srxO", "srxOsrxO")),
    ("a hash with unused bits set", TEXT.replace("50vzOXE=", "50vzOXF=")),
    ("carriage returns", TEXT.replace("\n", "\r\n")),
    ("64 hashes", TEXT.replace("index 2\n", "index 2\n" + ("A" * 43 + "=\n") * 61)),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in MALFORMED])
def test_what_is_no_proof_is_refused(text: str) -> None:
    assert text != TEXT
    assert refusal(text.encode()) == "proof.malformed"


def test_a_proof_without_an_empty_line_is_refused() -> None:
    assert refusal(RAW.replace(b"\n\n", b"\n", 1)) in {"proof.malformed", "note.malformed"}


# A second opinion

SCRIPT = Path(__file__).parents[2] / "docs" / "verify" / "verify.mjs"
NODE = shutil.which("node")


@pytest.mark.thorough
@pytest.mark.skipif(NODE is None, reason="node is not on PATH: the second opinion was NOT asked")
def test_node_agrees_with_nothing_but_its_own_crypto(tmp_path: Path) -> None:
    entries = [b'{"n":%d}' % number for number in range(300)]
    good = proof_of(257, entries)
    altered = proof_of(257, [*entries[:257], b"changed", *entries[258:]])
    vkeys = [log.verifying.vkey, witness.verifying.vkey]
    stranger = SigningKey(witness.name, WITNESS, b"\x09" * 32).verifying.vkey

    def asked(proof: TlogProof, entry: bytes, keys: list[str]) -> tuple[int, str]:
        (tmp_path / "p.tlog-proof").write_bytes(proof.raw)
        (tmp_path / "entry").write_bytes(entry)
        command = [
            str(NODE),
            str(SCRIPT),
            "proof",
            str(tmp_path / "p.tlog-proof"),
            str(tmp_path / "entry"),
            *keys,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    assert asked(good, entries[257], vkeys) == (0, f"leaf 257 of {log.name} at size 300, cosigned by 1")
    assert asked(replace(good, extra=b"notes"), entries[257], vkeys)[0] == 0
    assert asked(PROOF, ENTRIES[2], vkeys) == (0, f"leaf 2 of {log.name} at size 5, cosigned by 1")
    for proof, entry, keys, why in [
        (good, entries[256], vkeys, "this entry is not leaf 257"),
        (altered, entries[257], vkeys, "this entry is not leaf 257"),
        (replace(good, index=256), entries[257], vkeys, "this entry is not leaf 256"),
        (replace(good, path=good.path[1:]), entries[257], vkeys, "the path is too short"),
        (good, entries[257], [vkeys[0], stranger], "too few witnesses have cosigned"),
        (replace(good, checkpoint=forged(good.checkpoint)), entries[257], vkeys, "did not sign this"),
    ]:
        code, said = asked(proof, entry, keys)
        assert code == 1 and said.startswith("refused: ") and why in said


def forged(note: Note) -> Note:
    return Note(note.text.replace("\n300\n", "\n301\n"), note.signatures)


def test_a_signature_line_in_another_spelling_is_refused() -> None:
    """A note may come so (Go reads it); what is kept as a proof has one spelling, or a byte of it could be another."""
    loose = RAW.replace(b"FZcBg==", b"FZcBh==")
    assert loose != RAW
    assert refusal(loose) == "proof.malformed"
