"""A history is verified with a policy of other keys than those that signed it: both verifiers say the same."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.main import main
from shared.tlog.handover import Tree
from shared.tlog.note import LOG, WITNESS, Note, SigningKey
from tests.support.bundles import COSIGNED, KEYS, POLICY_TEXT, WITNESS_KEY, town
from tests.support.handovers import over, written

TOWN = town()
BUNDLE = TOWN.bundle(next(model.id for model in TOWN.city.models if TOWN.told_of(f"model/{model.id}"))).raw
SIZES = {service: len(events) for service, events in TOWN.logs.items()}
BEFORE, AFTER = COSIGNED - 9, COSIGNED + 9
SEEN_BEFORE, SEEN_AFTER = (SigningKey(WITNESS_KEY.name, WITNESS, bytes([n]) * 32) for n in (101, 102))
EARLIER = {
    service: SigningKey(key.name, LOG, bytes([110 + n]) * 32) for n, (service, key) in enumerate(KEYS.items())
}
LATER = {
    service: SigningKey(key.name, LOG, bytes([120 + n]) * 32) for n, (service, key) in enumerate(KEYS.items())
}


def names(*keys: SigningKey) -> str:
    """The policy with these keys in the place of those of the same names."""
    text = POLICY_TEXT
    for key in keys:
        before = WITNESS_KEY if key.kind == WITNESS else KEYS[key.name.rpartition("/")[2]]
        text = text.replace(before.verifying.vkey, key.verifying.vkey)
    return text


def begun(at: int = 0, *, stolen: bool = False) -> list[Note]:
    """The keys of today took the place of earlier ones, `at` events before what was signed since."""
    return [
        over(EARLIER[service], KEYS[service], BEFORE, Tree(size - at, b"\x00" * 32), stolen=stolen)
        for service, size in SIZES.items()
    ]


def ended(at: int = 0, time: int = AFTER, *, stolen: bool = False) -> list[Note]:
    """Later keys take the place of those of today, `at` events after what was signed."""
    return [
        over(KEYS[service], LATER[service], time, Tree(size + at, b"\x00" * 32), stolen=stolen)
        for service, size in SIZES.items()
    ]


def witness(old: SigningKey, new: SigningKey, time: int, *, stolen: bool = False) -> list[Note]:
    return [over(old, new, time, None, stolen=stolen)]


def elses(notes: list[Note]) -> list[Note]:
    """Signed by nobody who has to."""
    thief = SigningKey(KEYS["registry"].name, LOG, b"\x7f" * 32)
    return [Note(note.text, tuple(thief.sign(note.text) for _ in note.signatures)) for note in notes]


EARLIER_KEYS, LATER_KEYS = tuple(EARLIER.values()), tuple(LATER.values())
ROWS: list[tuple[str, str, Callable[[], list[Note]], bool]] = [
    ("a policy of the logs' earlier keys", names(*EARLIER_KEYS), begun, True),
    ("a policy of the logs' later keys", names(*LATER_KEYS), ended, True),
    ("a policy of keys that came before and ended after", names(*LATER_KEYS), lambda: [*begun(), *ended()], True),
    ("no handover at all", names(*EARLIER_KEYS), list, False),
    ("what was signed before the key began", names(*EARLIER_KEYS), lambda: begun(-1), False),
    ("what was signed after the key had ended", names(*LATER_KEYS), lambda: ended(-1), False),
    ("the keys of today themselves, after they had ended", names(), lambda: ended(-1), False),
    ("the keys of today themselves, before they ended", names(), ended, True),
    ("an earlier key that was stolen", names(*EARLIER_KEYS), lambda: begun(stolen=True), False),
    ("a key that was stolen after a witness had seen this", names(*LATER_KEYS), lambda: ended(stolen=True), True),
    ("a key that was stolen before", names(*LATER_KEYS), lambda: ended(time=BEFORE, stolen=True), False),
    ("a policy that names the stolen key only", names(), lambda: ended(stolen=True), False),
    ("the witness's earlier key", names(SEEN_BEFORE), lambda: witness(SEEN_BEFORE, WITNESS_KEY, BEFORE), True),
    ("the witness's later key", names(SEEN_AFTER), lambda: witness(WITNESS_KEY, SEEN_AFTER, AFTER), True),
    ("a witness's key that had ended", names(SEEN_AFTER), lambda: witness(WITNESS_KEY, SEEN_AFTER, BEFORE), False),
    ("a witness's key that was stolen later", names(SEEN_AFTER),
     lambda: witness(WITNESS_KEY, SEEN_AFTER, AFTER, stolen=True), True),
    ("both stolen", names(*LATER_KEYS, SEEN_AFTER),
     lambda: [*ended(stolen=True), *witness(WITNESS_KEY, SEEN_AFTER, AFTER, stolen=True)], False),
    ("forged", names(*EARLIER_KEYS), lambda: elses(begun()), False),
    ("forged, of keys that nobody needs", names(), lambda: elses(begun()), False),
    ("in another order", names(*LATER_KEYS), lambda: [*ended(), *begun()], False),
    ("one twice", names(*EARLIER_KEYS), lambda: [*begun(), *begun()], False),
]  # fmt: skip
NODE = shutil.which("node")
SECOND_OPINION = Path(__file__).parents[2] / "docs" / "verify" / "verify.mjs"


def files(tmp_path: Path, policy: str, notes: list[Note]) -> tuple[str, str, str]:
    paths = tmp_path / "b.dvk-bundle", tmp_path / "policy", tmp_path / "handovers"
    for path, raw in zip(paths, (BUNDLE, policy.encode(), written(notes)), strict=True):
        path.write_bytes(raw)
    bundle, believed, handovers = map(str, paths)
    return bundle, believed, handovers


@pytest.mark.parametrize(("name", "policy", "notes", "holds"), ROWS, ids=[row[0] for row in ROWS])
def test_both_verifiers_say_the_same(
    name: str,
    policy: str,
    notes: Callable[[], list[Note]],
    holds: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle, believed, handovers = files(tmp_path, policy, notes())
    code = main(["verify", "bundle", bundle, "--policy", believed, "--handovers", handovers])
    told = capsys.readouterr()
    assert (code == 0) is holds, told.err
    assert holds or told.err.strip(), "refused with a reason"
    if NODE is None:
        return
    command = [NODE, str(SECOND_OPINION), "bundle", bundle, believed, handovers]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode == 0) is holds, done.stderr
    assert holds or done.stderr.startswith("refused: "), done.stderr


def test_handovers_may_lie_in_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle, believed, first = files(tmp_path, names(*LATER_KEYS), begun())
    more = tmp_path / "more"
    more.write_bytes(written(ended()))
    said = ["verify", "bundle", bundle, "--policy", believed]
    assert main([*said, "--handovers", first, "--handovers", str(more)]) == 0
    assert main([*said, "--handovers", str(more), "--handovers", first]) == 1
    assert "handover.repeated" in capsys.readouterr().err
