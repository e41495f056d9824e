"""An honest bundle convinces; whatever is changed in it, the first thing that is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cli.main import main
from services.cli.verifying.bundle import check
from shared.eventlog.port import Recorded
from shared.tlog.bundle import Bundle
from shared.tlog.canonical import canonical
from shared.tlog.note import LOG, SigningKey
from shared.tlog.policy import Policy
from tests.support.bundles import (
    COSIGNED,
    KEYS,
    POLICY,
    POLICY_TEXT,
    SERVICES,
    WITNESS_KEY,
    proof_of,
    recorded,
    town,
)  # fmt: skip
from tests.support.every import ADOPTION, BUILT, SUCCESSOR, UNIT, town_of_every_event
from tests.support.every import MODEL as MODEL_OF_ALL

TOWN = town()
MODEL = max((model.id for model in TOWN.city.models), key=lambda model: len(TOWN.about(model)))
HONEST = TOWN.bundle(MODEL)
EVENTS = TOWN.about(MODEL)


def verdict(bundle: Bundle, policy: Policy = POLICY) -> str | None:
    """What is wrong first, in English; None when nothing is."""
    wrongs = check(bundle.raw(""), policy).wrongs
    return wrongs[0].en if wrongs else None


def test_an_honest_bundle_convinces_and_says_how_complete_it_is() -> None:
    checked = check(HONEST.raw(""), POLICY)

    assert checked.wrongs == []
    assert len(checked.chains) > 2
    assert all(chain.whole and chain.head == len(chain.events) for chain in checked.chains)
    assert checked.cosigned == COSIGNED
    assert checked.origins == {f"city.example/{c.service}" for c in checked.chains} | {
        "city.example/reporting"
    }


def edited(number: int, change: Callable[[dict[str, Any]], None]) -> Bundle:
    lines = list(HONEST.events)
    event = orjson.loads(lines[number])
    change(event)
    lines[number] = canonical(event)
    return replace(HONEST, events=tuple(lines))


def renamed(event: dict[str, Any]) -> None:
    event["data"]["name"] = "Khác"


def by_somebody_else(event: dict[str, Any]) -> None:
    event["actor"] = "somebody"


def with_more(event: dict[str, Any]) -> None:
    event["more"] = 1


def without(index: int) -> Bundle:
    return replace(HONEST, events=tuple(line for at, line in enumerate(HONEST.events) if at != index))


def last_of_the_model() -> int:
    return max(at for at, event in enumerate(EVENTS) if event.stream == f"model/{MODEL}")


def cut_short() -> Bundle:
    """The last event of the model kept back, with an honest proof of the one before."""
    at = last_of_the_model()
    before = EVENTS[at - 1]
    proofs = {k: v for k, v in HONEST.proofs.items() if k != (EVENTS[at].service, EVENTS[at].position)}
    proofs[before.service, before.position] = proof_of(TOWN.logs[before.service], before)
    return replace(without(at), proofs=proofs)


def with_heads(**changes: object) -> Bundle:
    assert HONEST.heads is not None
    return replace(HONEST, heads=replace(HONEST.heads, **changes))  # type: ignore[arg-type]


def other_position() -> Bundle:
    """The proof of one event in the place of another's."""
    (one, proof), (other, _) = list(HONEST.proofs.items())[:2]
    return replace(HONEST, proofs={**HONEST.proofs, other: proof, one: proof})


def forged() -> Bundle:
    """Proofs under a log that nobody knows."""
    event = EVENTS[last_of_the_model()]
    key = SigningKey("city.example/registry", LOG, bytes([77]) * 32)
    proof = proof_of(TOWN.logs["registry"], event, key)
    return replace(HONEST, proofs={**HONEST.proofs, (event.service, event.position): proof})


def other_log() -> Bundle:
    """A log that is believed speaks for another: the registry's events in a tree signed as appraisal."""
    event = EVENTS[last_of_the_model()]
    proof = proof_of(TOWN.logs["registry"], event, KEYS["appraisal"])
    return replace(HONEST, proofs={**HONEST.proofs, (event.service, event.position): proof})


def swapped_heads() -> Bundle:
    assert HONEST.heads is not None
    first, second, *rest = HONEST.heads.proofs
    return with_heads(proofs=(replace(first, path=second.path), second, *rest))


ROWS: list[tuple[str, Bundle, str]] = [
    ("a word of the first event", edited(0, renamed), "prev is not the leaf of the event before"),
    ("a word of the last event", edited(last_of_the_model(), by_somebody_else), "the proof does not hold"),
    ("a member more", edited(0, with_more), "the envelope is wrong"),
    ("other spacing", replace(HONEST, events=(HONEST.events[0].replace(b",", b", ", 1), *HONEST.events[1:])),
     "is not in canonical form"),
    ("no event", replace(HONEST, events=(b"nothing", *HONEST.events[1:])), "is no canonical event"),
    ("the first event gone", without(0), f"model/{MODEL} lacks events"),
    ("one in the middle gone", without(1), f"model/{MODEL} lacks events"),
    ("the last event gone", without(last_of_the_model()), "there is no proof that it is logged"),
    ("the last event kept back", cut_short(), f"nothing shows that model/{MODEL} is complete"),
    ("everything of the subject gone", replace(HONEST, ident="another"), "holds no event of its subject"),
    ("no proofs", replace(HONEST, proofs={}), "there is no proof that it is logged"),
    ("another event's proof", other_position(), "the proof does not hold"),
    ("a log that nobody knows", forged(), "the proof does not hold"),
    ("one log speaks for another", other_log(), "the proof is of another log"),
    ("no heads", replace(HONEST, heads=None), "there is no record of heads"),
    ("another event as heads", with_heads(event=EVENTS[0].raw), "is not a HeadsRecorded"),
    ("heads with another proof", with_heads(proof=next(iter(HONEST.proofs.values()))), "the proof does not hold"),
    ("heads' places swapped", swapped_heads(), "was not its stream's last event when the heads were recorded"),
    ("heads' places gone", with_heads(proofs=()), f"nothing shows that model/{MODEL} is complete"),
]  # fmt: skip


@pytest.mark.parametrize(("spoilt", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_whatever_is_changed_is_named(spoilt: Bundle, expected: str) -> None:
    assert verdict(spoilt) == expected


EVERY = recorded(town_of_every_event())


def told(*streams: str) -> list[Recorded]:
    """What these streams tell."""
    return [event for service in SERVICES for event in EVERY.logs[service] if event.stream in streams]


def test_of_a_unit_that_was_merged_into_the_subject_its_closing_alone_is_enough() -> None:
    *others, closed = told(f"unit/{UNIT}")
    own = told(f"unit/{SUCCESSOR}")
    checked = check(EVERY.holding("unit", SUCCESSOR, [*own, closed]).raw(""), POLICY)

    assert closed.name == "UnitClosed" and others
    assert checked.wrongs == []
    assert [chain.whole for chain in checked.chains] == [True, False]
    assert verdict(EVERY.holding("unit", SUCCESSOR, [*own, others[-1]])) == f"unit/{UNIT} lacks events"


def test_of_a_model_that_was_built_after_the_subject_its_registration_alone_is_enough() -> None:
    own = told(f"model/{MODEL_OF_ALL}", f"adoption/{ADOPTION}")
    registered, corrected = told(f"model/{BUILT}")
    checked = check(EVERY.holding("model", MODEL_OF_ALL, [*own, registered]).raw(""), POLICY)

    assert checked.wrongs == []
    assert [chain.whole for chain in checked.chains] == [True, True, False]
    assert verdict(EVERY.holding("model", MODEL_OF_ALL, [*own, registered, corrected])) is None
    assert (
        verdict(EVERY.holding("model", BUILT, [registered]))
        == f"nothing shows that model/{BUILT} is complete"
    )


def test_a_policy_of_other_keys_is_not_convinced() -> None:
    other = SigningKey("city.example/w2", WITNESS_KEY.kind, bytes([10]) * 32)
    text = POLICY_TEXT.replace("quorum w", f"witness v {other.verifying.vkey}\ngroup g all w v\nquorum g")

    assert verdict(HONEST, Policy.parse(text.encode())) == "the proof does not hold"


def files(tmp_path: Path, bundle: Bundle) -> list[str]:
    (tmp_path / "b.dvk-bundle").write_bytes(bundle.raw(""))
    (tmp_path / "policy").write_text(POLICY_TEXT)
    return [str(tmp_path / "b.dvk-bundle"), "--policy", str(tmp_path / "policy"), "--json"]


def test_the_verb_tells_a_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "bundle", *files(tmp_path, HONEST)]) == 0
    [said] = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["kind"], said["id"], said["events"]) == (True, "model", MODEL, len(EVENTS))

    assert main(["verify", "bundle", *files(tmp_path, cut_short())]) == 1
    [said] = json.loads(capsys.readouterr().out)
    assert said["wrongs"][0]["position"] == EVENTS[last_of_the_model() - 1].position


def test_an_old_cosignature_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "bundle", *files(tmp_path, HONEST), "--max-age", "1"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["wrongs"][0]["what"] == "the newest cosignature is too old"


def test_no_policy_or_no_bundle_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_bytes(b"no zip")
    (tmp_path / "policy").write_text("log nonsense\nquorum none\n")
    assert main(["verify", "bundle", str(tmp_path / "x")]) == 1
    assert "--policy" in capsys.readouterr().err
    assert main(["verify", "bundle", str(tmp_path / "x"), "--policy", str(tmp_path / "policy")]) == 1
    assert "không phải chính sách" in capsys.readouterr().err
    (tmp_path / "policy").write_text(POLICY_TEXT)
    assert main(["verify", "bundle", str(tmp_path / "x"), "--policy", str(tmp_path / "policy")]) == 1
    assert "không phải hồ sơ lịch sử" in capsys.readouterr().err
