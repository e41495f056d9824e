"""`dvk-verify` is small, installs alone, and is as strict as the whole."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from deploy.verify.build import NEEDED, build, closure
from services.cli.auditing import main
from shared.tlog import quick
from tests.cli import test_verify_bundle as bundles
from tests.cli import test_verify_event as events
from tests.cli import test_verify_published as publications

MOST_MEGABYTES = 25
ITS_OWN = {"dvk-verify", "cryptography", "cffi", "pycparser"}
"""The program, the library, and what that library brings."""


def test_it_reads_nothing_but_the_standard_library_and_cryptography() -> None:
    ours, libraries = closure()

    assert libraries == NEEDED == {"cryptography"}
    assert not {
        each for each in ours if each.startswith(("shared.contracts", "shared.process", "services.reporting"))
    }


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(dvk-verify in an environment of its own, the one file)."""
    place = tmp_path_factory.mktemp("auditor")
    one_file, wheel = build(place / "dist")
    venv.create(place / "env", with_pip=False)
    [packages] = (place / "env").glob("lib/python3*/site-packages")
    python = place / "env" / "bin" / "python"
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-index",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True)
    for name in ITS_OWN - {"dvk-verify"}:  # as from a wheelhouse: what is installed here, file by file
        for file in importlib.metadata.files(name) or ():
            if ".." not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), packages / file)
    return place / "env" / "bin" / "dvk-verify", one_file


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an auditor was given."""
    place = tmp_path_factory.mktemp("desk")
    (place / "policy").write_text(bundles.POLICY_TEXT)
    (place / "event.policy").write_text(events.POLICY_TEXT)
    (place / "model.dvk-bundle").write_bytes(bundles.HONEST.raw)
    (place / "cut.dvk-bundle").write_bytes(bundles.cut_short().raw)
    (place / "2027.dvk-publication").write_bytes(publications.HONEST.raw)
    (place / "short.dvk-publication").write_bytes(publications.of_a_shorter_log().raw)
    (place / "report.json").write_bytes(publications.HONEST.summary)
    (place / "other.json").write_bytes(publications.HONEST.summary + b" ")
    (place / "event").write_bytes(events.carrying(events.EVENTS[3], events.proof(3)))
    (place / "other.event").write_bytes(events.carrying(events.EVENTS[3], events.proof(2)))
    return place


GOOD: list[tuple[list[str], str]] = [
    (["bundle", "model.dvk-bundle"], "ModelRegistered"),
    (["bundle", "2027.dvk-publication"], "NOT counted again"),
    (["report", "report.json", "--bundle", "2027.dvk-publication"], "this was published"),
    (["event", "event", "--policy", "event.policy"], "awards:4"),
]
BAD: list[tuple[list[str], str]] = [
    (["bundle", "cut.dvk-bundle"], "is not what was recorded"),
    (["bundle", "short.dvk-publication"], "not the events of a cosigned log"),
    (["report", "other.json", "--bundle", "2027.dvk-publication"], "is not the JSON that was published"),
    (["event", "other.event", "--policy", "event.policy"], "the proof leads to"),
    (["bundle", "event"], "is no bundle"),
    (["bundle", "nothing"], "cannot be read"),
]


def ask(command: list[str], desk: Path, words: list[str]) -> tuple[int, str]:
    whole = [*command, *words, *([] if "--policy" in words else ["--policy", "policy"])]
    done = subprocess.run(
        whole, cwd=desk, capture_output=True, text=True, check=False, env={"LANG": "C.UTF-8"}
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.thorough
def test_it_installs_alone_and_small(program: tuple[Path, Path]) -> None:
    listing = (
        "import importlib.metadata as m, sys; print(*sys.path); print(*(d.name for d in m.distributions()))"
    )
    python = program[0].with_name("python")
    done = subprocess.run([python, "-I", "-c", listing], capture_output=True, text=True, check=True)
    paths, names = done.stdout.splitlines()
    assert set(names.split()) == ITS_OWN
    [packages] = [Path(each) for each in paths.split() if each.endswith("site-packages")]
    size = sum(file.stat().st_size for file in packages.rglob("*") if file.is_file())
    assert size < MOST_MEGABYTES * 1_000_000


@pytest.mark.thorough
@pytest.mark.parametrize("words", GOOD, ids=lambda words: words[0])
def test_installed_alone_it_believes_what_is_genuine(
    words: tuple[list[str], str], program: tuple[Path, Path], desk: Path
) -> None:
    code, said = ask([str(program[0])], desk, words[0])
    assert (code, words[1] in said) == (0, True), said


@pytest.mark.thorough
@pytest.mark.parametrize("words", BAD, ids=lambda words: words[0][1])
def test_installed_alone_it_refuses_what_is_forged_with_a_sentence(
    words: tuple[list[str], str], program: tuple[Path, Path], desk: Path
) -> None:
    code, said = ask([str(program[0])], desk, words[0])
    assert (code, words[1] in said, "Traceback" in said) == (1, True, False), said


@pytest.mark.thorough
def test_the_one_file_says_the_same(program: tuple[Path, Path], desk: Path) -> None:
    one_file = [str(program[0].with_name("python")), str(program[1])]
    for rows, expected in ((GOOD[:2], 0), (BAD[:2], 1)):
        for words, part in rows:
            code, said = ask(one_file, desk, words)
            assert (code, part in said) == (expected, True), said


@pytest.mark.thorough
def test_the_same_source_makes_the_same_file(program: tuple[Path, Path], tmp_path: Path) -> None:
    again, wheel = build(tmp_path)
    assert again.read_bytes() == program[1].read_bytes()
    assert wheel.read_bytes() == (program[1].parent / wheel.name).read_bytes()


def test_a_script_is_told_that_figures_were_not_counted(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, policy = str(desk / "2027.dvk-publication"), str(desk / "policy")
    assert main(["bundle", file, "--policy", policy, "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert told["ok"] and told["counted_again"] is False and "figures" not in told


def test_without_the_fast_library_the_verdicts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every spoilt bundle and publication, read and written by the standard library alone."""
    monkeypatch.setattr(quick, "orjson", None)
    assert bundles.verdict(bundles.HONEST) is None
    for name, spoilt, expected in bundles.ROWS:
        assert expected in (bundles.verdict(spoilt) or "nothing"), name
    assert main(["event", "nothing", "--policy", "nothing"]) == 1


texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)
names = some.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
values: some.SearchStrategy[Any] = some.recursive(
    some.booleans() | some.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(value=values)
def test_both_libraries_write_the_same_bytes_and_read_the_same_values(value: Any) -> None:
    written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    assert quick.plain_dumps(value) == written == quick.dumps(value)
    assert quick.plain_loads(written) == value == quick.loads(written)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"-Infinity",
        b"[" * 100_000,
        b"{} {}",
        b"'x'",
        b'"\x01"',
        b"01",
    ],
)
def test_what_is_no_json_is_refused_by_both(raw: bytes) -> None:
    for loads in (quick.plain_loads, quick.loads):
        with pytest.raises(ValueError):
            loads(raw)
