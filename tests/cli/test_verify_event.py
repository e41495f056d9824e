"""One event that came alone: proven with what it carries, and every change of either is found."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from services.cli.main import main
from services.cli.telling import Failure
from services.cli.verifying.copied import Copied
from services.cli.verifying.one_event import NotProven, proven
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.merkle import inclusion_proof, leaf_hash, nodes_of, root
from shared.tlog.note import LOG, WITNESS, Note, SigningKey
from shared.tlog.policy import Policy
from shared.tlog.tlog_proof import TlogProof
from tests.reporting.keeping import Keeping

log = SigningKey("dvk.example/awards", LOG, b"\x01" * 32)
other = SigningKey("dvk.example/registry", LOG, b"\x03" * 32)
witness = SigningKey("dvk.example/reporting-witness", WITNESS, b"\x02" * 32)
KEYS = [
    f"log {log.verifying.vkey}",
    f"log {other.verifying.vkey}",
    f"witness reporting {witness.verifying.vkey}",
]
POLICY_TEXT = "\n".join([*KEYS, "quorum reporting", ""])
POLICY = Policy.parse(POLICY_TEXT.encode())


def recorded() -> list[bytes]:
    town = Keeping(3)
    town.found(8)
    town.live(days=300, acts=300)
    return [entry.event.raw for entry in town.ledger() if entry.source == "awards"]


EVENTS = recorded()
LEAVES = [leaf_hash(event) for event in EVENTS]


def proof(index: int, signer: SigningKey = log, *, cosigned: bool = True) -> bytes:
    checkpoint = Checkpoint(signer.name, len(LEAVES), root(LEAVES))
    signatures = (
        *sign(checkpoint, signer).signatures,
        *([cosign(checkpoint, witness, 1790000000)] if cosigned else []),
    )
    return TlogProof(
        index, inclusion_proof(index, len(LEAVES), nodes_of(LEAVES)), Note(checkpoint.text, signatures)
    ).raw


def carrying(event: bytes, proof: bytes) -> bytes:
    return b'{"event":%b,"proof":%b}' % (event, orjson.dumps(proof.decode()))


def nobody(service: str, position: int) -> bytes:
    raise AssertionError(f"{service}:{position} is asked for although the line carries its proof")


def test_every_event_of_a_log_is_proven_with_its_proof_and_with_no_other() -> None:
    for index, event in enumerate(EVENTS[:60]):
        assert f"awards:{index + 1} " in proven(carrying(event, proof(index)), POLICY, nobody)
        with pytest.raises(NotProven):
            proven(carrying(event, proof((index + 1) % len(EVENTS))), POLICY, nobody)


def test_an_event_that_came_alone_is_proven_with_what_the_services_say() -> None:
    assert "awards:5 " in proven(EVENTS[4], POLICY, lambda service, position: proof(position - 1))


@pytest.mark.thorough
def test_one_byte_of_the_event_is_enough() -> None:
    event = EVENTS[4]
    for at in range(len(event)):
        changed = event[:at] + bytes([event[at] ^ 1]) + event[at + 1 :]
        with pytest.raises(NotProven):
            proven(changed, POLICY, lambda service, position: proof(4))


@pytest.mark.parametrize(
    "line",
    [
        carrying(EVENTS[4], proof(4, cosigned=False)),
        carrying(EVENTS[4], proof(4, other)),
        carrying(EVENTS[4], b""),
        carrying(EVENTS[4] + b" ", proof(4)),
        b'{"event":%b}' % EVENTS[4],
        b'{"event":%b,"proof":1}' % EVENTS[4],
        b'{"event":%b,"proof":"%b"' % (EVENTS[4], b"x"),
        b"[]", b"null", b"{}", b"\xff", b'{"source":1}', b'{"source":"/dvk/awards","position":"5","type":"a.b.c"}',
        EVENTS[4].replace(b'"/dvk/awards"', b'"/dvk/elsewhere"'),
    ],
)  # fmt: skip
def test_what_is_not_proven_is_never_believed(line: bytes) -> None:
    with pytest.raises(NotProven):
        proven(line, POLICY, lambda service, position: proof(4, cosigned=False))


def test_the_verb_says_which_line_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, file = tmp_path / "keys.policy", tmp_path / "feed.ndjson"
    policy.write_text(POLICY_TEXT)
    good = carrying(EVENTS[0], proof(0))
    file.write_bytes(good + b"\n" + carrying(EVENTS[1], proof(2)) + b"\n")

    assert main(["verify", "event", str(file), "--policy", str(policy)]) == 1

    said = capsys.readouterr()
    assert f"✓ {file}:1 awards:1 " in said.out and f"✗ {file}:2 awards:2 " in said.err
    file.write_bytes(good)
    assert main(["verify", "event", str(file), "--policy", str(policy)]) == 0
    file.write_bytes(b"")
    assert main(["verify", "event", str(file), "--policy", str(policy)]) == 1
    assert main(["verify", "event", "--policy", str(policy)]) == 1


def copied(directory: Path, events: list[bytes], signer: SigningKey = log) -> Path:
    """A copy of the log as an auditor took it: all its entries and a checkpoint over the first of them."""
    directory.mkdir()
    (directory / "awards.ndjson").write_bytes(b"".join(event + b"\n" for event in events))
    checkpoint = Checkpoint(signer.name, len(LEAVES) - 3, root(LEAVES[:-3]))
    signatures = (*sign(checkpoint, signer).signatures, cosign(checkpoint, witness, 1790000000))
    (directory / "awards.checkpoint").write_bytes(Note(checkpoint.text, signatures).raw)
    return directory


def test_an_event_is_proven_from_a_copy_of_the_log_and_no_other_event_is(tmp_path: Path) -> None:
    copy = Copied(copied(tmp_path / "copy", EVENTS))

    for index, event in enumerate(EVENTS[:-3]):
        assert f"awards:{index + 1} " in proven(event, POLICY, copy)
    forged = EVENTS[4].replace(b'"actor":"', b'"actor":"x')
    with pytest.raises(NotProven):
        proven(forged, POLICY, copy)
    with pytest.raises(Failure, match="ends at"):
        proven(EVENTS[-1], POLICY, copy)


def test_a_copy_that_was_changed_anywhere_proves_nothing(tmp_path: Path) -> None:
    changed = [*EVENTS[:7], EVENTS[7].replace(b'"actor":"', b'"actor":"x'), *EVENTS[8:]]
    swapped = [*EVENTS[:7], EVENTS[8], EVENTS[7], *EVENTS[9:]]
    for number, events in enumerate((changed, swapped, EVENTS[:7] + EVENTS[8:])):
        copy = Copied(copied(tmp_path / str(number), events))
        with pytest.raises(NotProven):
            proven(EVENTS[4], POLICY, copy)
    with pytest.raises(NotProven):
        proven(EVENTS[4], POLICY, Copied(copied(tmp_path / "other", EVENTS, other)))


def test_the_verb_takes_a_copy_and_says_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy, file = tmp_path / "keys.policy", tmp_path / "event.json"
    policy.write_text(POLICY_TEXT)
    file.write_bytes(EVENTS[4])
    copy = copied(tmp_path / "copy", EVENTS)
    asked = ["verify", "event", str(file), "--policy", str(policy), "--log", str(copy)]

    assert main(asked) == 0
    (copy / "awards.ndjson").write_bytes(b"\n".join(EVENTS[:9]))
    assert main(asked) == 1
    assert "has 9 events" in capsys.readouterr().err
    (copy / "awards.checkpoint").write_bytes(b"nothing")
    assert main(asked) == 1
    (copy / "awards.checkpoint").unlink()
    assert main(asked) == 1
