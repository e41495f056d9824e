"""An honest bundle convinces; whatever is changed in it, the first thing that is wrong is named."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from services.cli.main import main
from services.cli.verifying.bundle import check
from services.cli.verifying.events import vouched
from shared.eventlog.port import Recorded
from shared.tlog.bundle import Bundle
from shared.tlog.canonical import canonical
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.merkle import inclusion_proof, nodes_of, root
from shared.tlog.note import LOG, Note, NoteRefused, SigningKey
from shared.tlog.policy import Policy
from shared.tlog.tlog_proof import TlogProof
from tests.support.bundles import (
    COSIGNED,
    KEYS,
    POLICY,
    POLICY_TEXT,
    WITNESS_KEY,
    in_order,
    proof_of,
    recorded,
    town,
)  # fmt: skip
from tests.support.every import SUCCESSOR, town_of_every_event

TOWN = town()
MODEL = max(
    (model.id for model in TOWN.city.models),
    key=lambda model: len(
        {event.stream.partition("/")[0] for event in TOWN.told_of(f"model/{model}")} - {"round"}
    ),
)
SUBJECT = f"model/{MODEL}"
HONEST = TOWN.bundle(MODEL)
EVENTS = TOWN.told_of(SUBJECT)
OTHER = next(
    model.id for model in TOWN.city.models if model.id != MODEL and TOWN.told_of(f"model/{model.id}")
)


def verdict(bundle: Bundle, policy: Policy = POLICY) -> str | None:
    """What is wrong first, in English; None when nothing is."""
    wrongs = check(bundle.raw, policy).wrongs
    return wrongs[0].en if wrongs else None


def test_an_honest_bundle_convinces_and_says_how_complete_it_is() -> None:
    checked = check(HONEST.raw, POLICY)

    assert checked.wrongs == []
    assert len(checked.chains) > 2
    assert all(chain.whole and chain.head == len(chain.events) for chain in checked.chains)
    assert checked.as_of == COSIGNED
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
    return max(at for at, event in enumerate(EVENTS) if event.stream == SUBJECT)


def first_of_the_model() -> int:
    return min(at for at, event in enumerate(EVENTS) if event.stream == SUBJECT)


def cut_short() -> Bundle:
    """The last event of the model kept back, with an honest proof of the one before."""
    at = last_of_the_model()
    return of(event for event in EVENTS if event is not EVENTS[at])


def of(events: Iterable[Recorded]) -> Bundle:
    """A bundle of these events with honest proofs of them, and what the record says of the model."""
    return TOWN.holding("model", MODEL, list(events))


def without_streams(*kinds: str) -> Bundle:
    """Every line of these streams left out: nothing of them would be missed by who looks at the others."""
    assert any(event.stream.startswith(kinds) for event in EVENTS), kinds
    return of(event for event in EVENTS if not event.stream.startswith(kinds))


def with_guests() -> Bundle:
    """Everything of another model beside what is told of this one."""
    return of(in_order([*EVENTS, *(e for e in TOWN.told_of(f"model/{OTHER}") if e not in EVENTS)]))


def with_heads(**changes: object) -> Bundle:
    return replace(HONEST, heads=replace(HONEST.heads, **changes))  # type: ignore[arg-type]


def of_another() -> Bundle:
    """What the record says of another model."""
    return replace(HONEST, heads=TOWN.heads(f"model/{OTHER}"))


def told_less() -> Bundle:
    """A stream left out, and its line with it."""
    *kept, gone = [line for line in HONEST.heads.parts if b'"stream"' in line]
    bundle = of(event for event in EVENTS if event.stream != orjson.loads(gone)["stream"])
    also = [line for line in HONEST.heads.parts if b'"also"' in line]
    return replace(bundle, heads=replace(HONEST.heads, parts=(*also, *kept)))


def elsewhere(**changes: object) -> Bundle:
    return with_heads(proved=replace(HONEST.heads.proved, **changes))  # type: ignore[arg-type]


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


def one_proof_more() -> Bundle:
    """An honest proof of an event that its successor vouches for anyway."""
    event = EVENTS[first_of_the_model()]
    assert (event.service, event.position) not in HONEST.proofs
    proof = proof_of(TOWN.logs["registry"], event)
    return replace(HONEST, proofs={**HONEST.proofs, (event.service, event.position): proof})


def with_an_aside() -> Bundle:
    (place, proof), *_ = HONEST.proofs.items()
    aside = replace(TlogProof.parse(proof), extra=b"believe me").raw
    return replace(HONEST, proofs={**HONEST.proofs, place: aside})


LAST = EVENTS[-1].stream
ROWS: list[tuple[str, Bundle, str]] = [
    ("a word of the first event", edited(0, renamed), "prev is not the leaf of the event before"),
    ("a word of the last event", edited(last_of_the_model(), by_somebody_else), f"{SUBJECT} is not what was recorded"),
    ("a member more", edited(0, with_more), "the envelope is wrong"),
    ("other spacing", replace(HONEST, events=(HONEST.events[0].replace(b",", b", ", 1), *HONEST.events[1:])),
     "is not in canonical form"),
    ("no event", replace(HONEST, events=(b"nothing", *HONEST.events[1:])), "is no canonical event"),
    ("another order", replace(HONEST, events=(HONEST.events[1], HONEST.events[0], *HONEST.events[2:])),
     "is not in the order of time"),
    ("an event twice", replace(HONEST, events=(HONEST.events[0], *HONEST.events)), "is not in the order of time"),
    ("the first event gone", without(first_of_the_model()), f"{SUBJECT} lacks events"),
    ("the last event gone", without(last_of_the_model()), f"{SUBJECT} is not what was recorded"),
    ("the last event kept back", cut_short(), f"{SUBJECT} is not what was recorded"),
    ("everything of awards left out", without_streams("listing/"), "is missing"),
    ("the adoptions left out", without_streams("adoption/"), "is missing"),
    ("the dossiers left out", without_streams("appraisal/"), "is missing"),
    ("everything but the model left out", of(e for e in EVENTS if e.stream == SUBJECT), "is missing"),
    ("the model itself left out", without_streams("model/"), f"the stream {SUBJECT} is missing"),
    ("another model's beside it", with_guests(), f"does not belong to {SUBJECT}"),
    ("no events", of([]), "is missing"),
    ("a stream left out with its line", told_less(), f"the record does not say this of {SUBJECT}"),
    ("what is said of another", of_another(), f"the record does not say this of {SUBJECT}"),
    ("another label", replace(HONEST, ident=OTHER), f"the record does not say this of model/{OTHER}"),
    ("another kind", replace(HONEST, kind="appraisal"), f"the record does not say this of appraisal/{MODEL}"),
    ("another ledger size", replace(HONEST, ledger_size=7), "the ledger size is not that of the record"),
    ("no proofs", replace(HONEST, proofs={}), "there is no proof that it is logged"),
    ("a proof more", one_proof_more(), "a proof that nothing needs"),
    ("a proof with an aside", with_an_aside(), "the proof carries something that nobody vouches for"),
    ("another event's proof", other_position(), "the proof does not hold"),
    ("a log that nobody knows", forged(), "the proof does not hold"),
    ("one log speaks for another", other_log(), "the proof is of another log"),
    ("another event as heads", with_heads(event=EVENTS[0].raw), "is not a HeadsRecorded (2, 3)"),
    ("heads with another proof", with_heads(proof=next(iter(HONEST.proofs.values()))), "the proof does not hold"),
    ("another place in the bucket", elsewhere(index=99), f"the record does not say this of {SUBJECT}"),
    ("a larger bucket", elsewhere(count=HONEST.heads.proved.count + 1), f"the record does not say this of {SUBJECT}"),
    ("another bucket", elsewhere(root=bytes(32)), f"the record does not say this of {SUBJECT}"),
    ("a shorter path", elsewhere(above=HONEST.heads.proved.above[1:]), f"the record does not say this of {SUBJECT}"),
    ("no parts", with_heads(parts=()), f"the record does not say this of {SUBJECT}"),
]  # fmt: skip


@pytest.mark.parametrize(("spoilt", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_whatever_is_changed_is_named(spoilt: Bundle, expected: str) -> None:
    assert expected in (verdict(spoilt) or "nothing")


@pytest.mark.parametrize("seed", range(200))
def test_a_bundle_with_any_byte_changed_taken_out_or_put_in_convinces_nobody(seed: int) -> None:
    chance, raw = Random(seed), bytearray(HONEST.raw)
    begin, length = chance.randrange(len(raw)), chance.choice([1, 1, 2, 40])
    match seed % 4:
        case 0:
            raw[begin] ^= 1 << chance.randrange(8)
        case 1:
            del raw[begin : begin + length]
        case 2:
            raw[begin:begin] = chance.randbytes(length)
        case _:
            raw[begin : begin + length] = raw[:length]
    if bytes(raw) == HONEST.raw:
        return
    with suppress(NoteRefused):
        assert check(bytes(raw), POLICY).wrongs


NODE = shutil.which("node")
SECOND_OPINION = Path(__file__).parents[2] / "docs" / "verify" / "verify.mjs"


def asked(raw: bytes, tmp_path: Path) -> str:
    """What the second implementation says."""
    (tmp_path / "b.dvk-bundle").write_bytes(raw)
    (tmp_path / "policy").write_text(POLICY_TEXT)
    command = [
        str(NODE),
        str(SECOND_OPINION),
        "bundle",
        str(tmp_path / "b.dvk-bundle"),
        str(tmp_path / "policy"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    said = (done.stdout + done.stderr).strip().rpartition("\n")[2]
    assert (done.returncode == 0) is said.startswith("ok: ")
    return said


@pytest.mark.thorough
@pytest.mark.skipif(NODE is None, reason="node is not on PATH: the second opinion was NOT asked")
def test_a_second_implementation_says_the_same_of_every_one_of_them(tmp_path: Path) -> None:
    assert asked(HONEST.raw, tmp_path).startswith(f"ok: {SUBJECT}, {len(EVENTS)} events")
    for name, spoilt, _ in ROWS:
        assert asked(spoilt.raw, tmp_path).startswith("refused: "), name
    for seed in range(40):
        chance, raw = Random(seed), bytearray(HONEST.raw)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        assert asked(bytes(raw), tmp_path).startswith("refused: "), seed


EVERY = recorded(town_of_every_event())


@pytest.mark.parametrize("name", EVERY.names())
def test_the_history_of_everything_convinces(name: str) -> None:
    kind, _, ident = name.partition("/")

    assert check(EVERY.about(kind, ident).raw, POLICY).wrongs == []


def test_of_another_things_stream_exactly_the_events_that_concern_the_subject_are_wanted() -> None:
    honest = EVERY.told_of(f"unit/{SUCCESSOR}")
    closed = next(event for event in honest if event.name == "UnitClosed")
    others = [event for event in EVERY.told_of(closed.stream) if event not in honest]

    def said(events: list[Recorded]) -> str | None:
        return verdict(EVERY.holding("unit", SUCCESSOR, in_order(events)))

    assert said(honest) is None and others
    assert said([*honest, others[0]]) == f"{closed.stream} is not what was recorded"
    assert said([event for event in honest if event != closed]) == f"the stream {closed.stream} is missing"
    assert (
        said([others[0], *(event for event in honest if event != closed)])
        == f"{closed.stream} is not what was recorded"
    )


OLD = Path(__file__).parent / "bundles_v1"


@pytest.mark.parametrize("name", ["model", "unit"])
def test_a_bundle_of_the_first_format_still_convinces_of_what_it_did(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "bundle", str(OLD / f"{name}.dvk-bundle"), "--policy", str(OLD / "policy")]) == 0
    assert "not that no stream is missing" in capsys.readouterr().err


def test_a_bundle_of_the_first_format_with_an_event_gone_is_refused() -> None:
    checked = check((OLD / "event-gone.dvk-bundle").read_bytes(), Policy.parse((OLD / "policy").read_bytes()))

    assert "lacks events" in checked.wrongs[0].en


def test_a_policy_of_other_keys_is_not_convinced() -> None:
    other = SigningKey("city.example/w2", WITNESS_KEY.kind, bytes([10]) * 32)
    text = POLICY_TEXT.replace("quorum w", f"witness v {other.verifying.vkey}\ngroup g all w v\nquorum g")

    assert verdict(HONEST, Policy.parse(text.encode())) == "the proof does not hold"


def files(tmp_path: Path, bundle: Bundle) -> list[str]:
    (tmp_path / "b.dvk-bundle").write_bytes(bundle.raw)
    (tmp_path / "policy").write_text(POLICY_TEXT)
    return [str(tmp_path / "b.dvk-bundle"), "--policy", str(tmp_path / "policy"), "--json"]


def test_the_verb_tells_a_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "bundle", *files(tmp_path, HONEST)]) == 0
    [said] = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["kind"], said["id"], said["events"]) == (True, "model", MODEL, len(EVENTS))

    assert main(["verify", "bundle", *files(tmp_path, cut_short())]) == 1
    [said] = json.loads(capsys.readouterr().out)
    assert said["wrongs"][0]["position"] == [e for e in EVENTS if e.stream == SUBJECT][-2].position


def test_what_is_vouched_for_as_complete_long_ago_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "bundle", *files(tmp_path, HONEST), "--max-age", "1"]) == 1
    [said] = json.loads(capsys.readouterr().out)
    assert said["wrongs"][0]["what"] == "what vouches for completeness is too old"


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


def test_an_event_that_its_log_has_at_another_place_than_it_says_convinces_nobody() -> None:
    """A log that signs a tree in which the event is one place further back than its own position."""
    (service, position), proof = next(iter(HONEST.proofs.items()))
    event = next(each for each in EVENTS if (each.service, each.position) == (service, position))
    shifted = [TOWN.logs[service][0], *TOWN.logs[service]]
    leaves = [each.leaf for each in shifted]
    checkpoint = Checkpoint(KEYS[service].name, len(leaves), root(leaves))
    lines = (*sign(checkpoint, KEYS[service]).signatures, cosign(checkpoint, WITNESS_KEY, COSIGNED))
    path = inclusion_proof(position, len(leaves), nodes_of(leaves))
    elsewhere = TlogProof(position, path, Note(checkpoint.text, lines)).raw
    assert event.leaf == leaves[position] and elsewhere != proof

    spoilt = replace(HONEST, proofs={**HONEST.proofs, (service, position): elsewhere})
    assert verdict(spoilt) == "the proof is of another position"


def test_a_fresh_cosignature_of_an_old_record_vouches_for_no_later_day() -> None:
    made = int(datetime.fromisoformat(TOWN.record.time).timestamp())

    assert vouched(TOWN.record, made + 86_400) == made
    assert vouched(TOWN.record, made - 86_400) == made - 86_400
    assert vouched(TOWN.record, None) is None
