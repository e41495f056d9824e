"""Checkpoints that somebody kept: signed for ever, the same for everybody, and continued by the log of today."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.main import main
from services.cli.talking import System
from services.cli.verifying.kept_checkpoints import continued, judging, looked_at
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.merkle import consistency_proof, leaf_hash, nodes_of, root_at
from shared.tlog.note import Note, SigningKey
from tests.support.bundles import COSIGNED, KEYS, POLICY, POLICY_TEXT, WITNESS_KEY

KEY = KEYS["registry"]
TREE, OTHER = (nodes_of([leaf_hash(b"%s %d" % (of, n)) for n in range(40)]) for of in (b"one", b"other"))


def kept(size: int, tree: Any = TREE, key: SigningKey = KEY, *, witnessed: bool = True) -> bytes:
    checkpoint = Checkpoint(key.name, size, root_at(size, tree))
    lines = sign(checkpoint, key).signatures
    return Note(
        checkpoint.text, (*lines, *([cosign(checkpoint, WITNESS_KEY, COSIGNED)] if witnessed else []))
    ).raw


def serving(size: int, tree: Any = TREE) -> System:
    """A registry whose log has this tree today."""

    def answer(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/log/checkpoint":
                return httpx.Response(200, content=kept(size, tree, witnessed=False))
            case "/log/vkey":
                return httpx.Response(200, text=KEY.verifying.vkey + "\n")
            case _:
                old, new = (int(request.url.params[name]) for name in ("from", "to"))
                path = consistency_proof(old, new, tree) if old <= new else ()
                return httpx.Response(200, json={"path": [each.hex() for each in path]})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return System({"registry": "http://registry"}, lambda actor: "", http)


def wrongs(notes: list[bytes], system: System | None) -> list[str | None]:
    goes_on = None if system is None else continued(system)
    found = looked_at([(str(n), raw) for n, raw in enumerate(notes)], judging(POLICY, (), system), goes_on)
    return [None if each.wrong is None else f"{each.wrong.en}: {each.wrong.found}" for each in found]


def test_what_the_log_of_today_continues_is_right() -> None:
    system = serving(37)
    found = looked_at(
        [(str(size), kept(size)) for size in (1, 12, 32, 37)], judging(POLICY, (), system), continued(system)
    )

    assert [(each.wrong, each.newest and each.newest.size, each.cosigned) for each in found] == [
        (None, 37, COSIGNED)
    ] * 4
    assert wrongs([kept(12)], None) == [None]


@pytest.mark.parametrize(
    ("notes", "system", "expected"),
    [
        ([kept(12)], lambda: serving(37, OTHER), "the log of today does not continue this checkpoint: proof."),
        ([kept(37)], lambda: serving(37, OTHER), "the log of today does not continue this checkpoint: proof."),
        ([kept(37)], lambda: serving(36), "the log of today does not continue this checkpoint: size.shrinks"),
        ([kept(12), kept(12, OTHER)], lambda: None, "one size, two roots: the log has two histories"),
        ([kept(12, witnessed=False)], lambda: None, "is not signed as it has to be: quorum.not-met"),
        ([kept(12, key=SigningKey(KEY.name, KEY.kind, bytes(32)))], lambda: None, "is not signed as it has to be"),
        ([kept(12).replace(b"\n12\n", b"\n13\n")], lambda: None, "is not signed as it has to be: signature.invalid"),
        ([b""], lambda: None, "is not signed as it has to be: note.malformed"),
        ([kept(12)[:-1]], lambda: None, "is not signed as it has to be"),
    ],
    ids=["another log", "another log of that size", "shorter", "a fork", "no witness", "another key",
         "edited", "empty", "cut"],
)  # fmt: skip
def test_what_is_wrong_is_named(
    notes: list[bytes], system: Callable[[], System | None], expected: str
) -> None:
    found = wrongs(notes, system())[-1]

    assert found is not None and expected in found


def test_the_verb_takes_files_and_directories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, empty = tmp_path / "keys.policy", tmp_path / "empty"
    policy.write_text(POLICY_TEXT)
    empty.mkdir()
    (tmp_path / "a.checkpoint").write_bytes(kept(12))
    (tmp_path / "b.checkpoint").write_bytes(kept(20))
    at = ["--policy", str(policy), "--http-only"]

    assert main(["verify", "checkpoint", str(tmp_path), *at, "--json"]) == 0
    assert [(told["size"], told["ok"]) for told in json.loads(capsys.readouterr().out)] == [
        (12, True),
        (20, True),
    ]
    (tmp_path / "b.checkpoint").write_bytes(kept(12, OTHER))
    assert (
        main(["verify", "checkpoint", str(tmp_path / "a.checkpoint"), str(tmp_path / "b.checkpoint"), *at])
        == 1
    )
    assert "two histories" in capsys.readouterr().err
    for missing in ([], [str(empty)], [str(tmp_path / "none")]):
        assert main(["verify", "checkpoint", *missing, *at]) == 1
    keys = tmp_path / "keys"
    keys.write_text(KEY.verifying.vkey + "\n")
    assert (
        main(["verify", "checkpoint", str(tmp_path / "a.checkpoint"), "--keys", str(keys), "--http-only"])
        == 0
    )
    assert main(["verify", "checkpoint", str(tmp_path / "a.checkpoint"), "--http-only"]) == 1
    assert "whose keys are believed" in capsys.readouterr().err
