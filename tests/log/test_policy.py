"""Whom the auditor trusts is said in a file with one reading."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.note import LOG, WITNESS, Note, NoteRefused, SigningKey
from shared.tlog.policy import Policy, PolicyRefused

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))

log = SigningKey("city.example/registry", LOG, b"\x01" * 32)
other_log = SigningKey("city.example/awards", LOG, b"\x02" * 32)
witnesses = {
    name: SigningKey(f"witness.example/{name}", WITNESS, bytes([number]) * 32)
    for number, name in enumerate(["x1", "x2", "x3", "y1", "y2"], start=10)
}

LOGS = f"log {log.verifying.vkey}\nlog {other_log.verifying.vkey} https://city.example/awards\n"
WITNESSES = "".join(f"witness {name} {key.verifying.vkey}\n" for name, key in witnesses.items())
TWO_LEVELS = LOGS + WITNESSES + "group x 2 x1 x2 x3\ngroup y any y1 y2\ngroup both all x y\nquorum both\n"

CHECKPOINT = Checkpoint(log.name, 7, b"\x07" * 32)


def cosigned(*names: str) -> bytes:
    lines = tuple(cosign(CHECKPOINT, witnesses[name], 1790000000) for name in names)
    return Note(CHECKPOINT.text, (*sign(CHECKPOINT, log).signatures, *lines)).raw


def refusal(policy: Policy, raw: bytes) -> str:
    with pytest.raises(NoteRefused) as refused:
        policy.judge(raw)
    return refused.value.code


def test_the_worked_policy_accepts_the_worked_checkpoint_only_when_cosigned() -> None:
    policy = Policy.parse(EXAMPLE["policy"].encode())

    assert policy.judge(EXAMPLE["cosigned_checkpoint"].encode()).checkpoint.size == 5
    assert refusal(policy, EXAMPLE["checkpoint_5"].encode()) == "quorum.not-met"


def test_two_of_three_and_one_of_two_are_enough_and_nothing_less() -> None:
    policy = Policy.parse(TWO_LEVELS.encode())
    for count in range(6):
        for names in combinations(witnesses, count):
            enough = sum(name[0] == "x" for name in names) >= 2 and any(name[0] == "y" for name in names)
            assert policy.is_met(set(names)) is enough
            if enough:
                assert policy.judge(cosigned(*names)).checkpoint == CHECKPOINT
            else:
                assert refusal(policy, cosigned(*names)) == "quorum.not-met"


def test_one_witness_twice_is_one_witness() -> None:
    policy = Policy.parse((LOGS + WITNESSES + "group x 2 x1 x2\nquorum x\n").encode())

    assert refusal(policy, cosigned("x1", "x1")) == "quorum.not-met"


def test_a_quorum_may_be_nobody() -> None:
    policy = Policy.parse((LOGS + "quorum none\n").encode())

    assert policy.judge(cosigned()).checkpoint == CHECKPOINT


def test_a_group_of_this_name_does_not_stand_in_for_a_key() -> None:
    policy = Policy.parse((LOGS + WITNESSES + "group g any x1\nquorum y1\n").encode())

    assert refusal(policy, cosigned("x1")) == "quorum.not-met"


def test_a_listed_log_cannot_speak_for_another() -> None:
    policy = Policy.parse((LOGS + "quorum none\n").encode())
    raw = Note(CHECKPOINT.text, (other_log.sign(CHECKPOINT.text),)).raw

    assert refusal(policy, raw) == "checkpoint.foreign"


def test_comments_spaces_and_foreign_octets_are_allowed() -> None:
    text = f"# nhân chứng\n\n \t# x\n\tlog  {log.verifying.vkey}\t\n"
    text += f"witness đà\xa0nẵng {witness_key()}\nquorum đà\xa0nẵng"

    assert list(Policy.parse(text.encode()).witnesses) == ["đà\xa0nẵng"]


def test_names_are_octets() -> None:
    """0x4B is not the Kelvin sign, and what is not UTF-8 is a name too."""
    kelvin = f"witness K {witness_key()}\nquorum \u212a\n".encode()

    with pytest.raises(PolicyRefused, match="line 2"):
        Policy.parse(kelvin)
    assert Policy.parse(b"witness \xff " + witness_key().encode() + b"\nquorum \xff\n").is_met({"\udcff"})


def witness_key() -> str:
    return witnesses["x1"].verifying.vkey


REFUSED = [
    ("no quorum", LOGS, "there is no quorum"),
    ("two quorums", "quorum none\nquorum none\n", "line 2: there is a quorum already"),
    ("a quorum of nobody known", "quorum x1\n", "line 1: 'x1' is not defined above"),
    ("a quorum before its witness", "quorum x1\n" + WITNESSES, "line 1"),
    ("a group before its member", f"group g any x1\n{WITNESSES}quorum g\n", "line 1"),
    ("a group of itself", "group g any g\nquorum g\n", "line 1"),
    ("a group of nobody", "group g any\nquorum g\n", "line 1"),
    ("a group of none", "group g any none\nquorum g\n", "line 1"),
    ("a group called none", WITNESSES + "group none any x1\nquorum none\n", "line 6: 'none' is taken"),
    ("a witness called none", f"witness none {witness_key()}\nquorum none\n", "line 1: 'none' is taken"),
    ("a name twice", WITNESSES + "group x1 any x2\nquorum x1\n", "line 6: 'x1' is taken"),
    ("a member twice", WITNESSES + "group g 2 x1 x1\nquorum g\n", "line 6: 'x1' is a member already"),
    ("a member of two groups", WITNESSES + "group g any x1\ngroup h any x1\nquorum h\n", "line 7"),
    ("a threshold of none", WITNESSES + "group g 0 x1\nquorum g\n", "line 6: '0'"),
    ("a threshold of more than all", WITNESSES + "group g 3 x1 x2\nquorum g\n", "line 6: '3'"),
    ("a threshold with a zero", WITNESSES + "group g 01 x1\nquorum g\n", "line 6: '01'"),
    ("a threshold in words", WITNESSES + "group g most x1\nquorum g\n", "line 6: 'most'"),
    ("a log twice", LOGS + LOGS + "quorum none\n", "line 3"),
    ("a log's key as a witness", f"witness a {log.verifying.vkey}\nquorum a\n", "line 1: a key of kind 0x01"),
    ("a witness's key as a log", f"log {witness_key()}\nquorum none\n", "line 1: a key of kind 0x04"),
    ("a key under two names", f"witness a {witness_key()}\nwitness b {witness_key()}\nquorum a\n", "line 2"),
    ("a broken key", "log city.example+00000000+AAAA\nquorum none\n", "line 1"),
    ("an unknown word", "trust everybody\nquorum none\n", "line 1"),
    ("a word too many", f"log {log.verifying.vkey} url more\nquorum none\n", "line 1"),
    ("a carriage return", "quorum none\r\n", "line 1: octet 0x0d"),
    ("a form feed", LOGS + "quorum\x0cnone\n", "line 3: octet 0x0c"),
    ("a delete", "\nquorum none\x7f\n", "line 2: octet 0x7f"),
]


@pytest.mark.parametrize(("text", "reason"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_a_policy_that_cannot_stand_is_refused_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(PolicyRefused, match=reason):
        Policy.parse(text.encode())


def test_one_key_may_not_serve_a_log_and_a_witness() -> None:
    twin = SigningKey("witness.example/twin", WITNESS, log.seed)

    with pytest.raises(PolicyRefused, match="line 3: the key of"):
        Policy.parse(f"{LOGS}witness t {twin.verifying.vkey}\nquorum t\n".encode())


def test_large_policies_are_read() -> None:
    keys = [SigningKey(f"w{n}", WITNESS, bytes([n, 1]) * 16).verifying.vkey for n in range(64)]
    lines = [f"witness w{n} {key}" for n, key in enumerate(keys)]
    lines += [f"group g{n} all w{2 * n} w{2 * n + 1}" for n in range(32)]
    lines += ["group all 20 " + " ".join(f"g{n}" for n in range(32)), "quorum all"]
    policy = Policy.parse("\n".join(lines).encode())

    assert policy.is_met({f"w{n}" for n in range(40)})
    assert not policy.is_met({f"w{n}" for n in range(39)} | {f"w{n}" for n in range(40, 64, 2)})
