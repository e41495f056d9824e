"""However a verb ends, whoever sits at the terminal reads a sentence, and never a trace."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.main import VERBS, ended, main
from shared import VERSION

ROOT = Path(__file__).resolve().parents[2]


def ends(error: BaseException) -> Callable[[], int]:
    """A verb that ends with an error."""

    def verb() -> int:
        raise error

    return verb


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/etc/shadow"), "Permission denied: /etc/shadow"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (ValueError("what nobody foresaw"), "ValueError: what nobody foresaw"),
    ],
)
def test_an_error_is_a_sentence(
    error: Exception,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where the trace of what nobody foresaw is kept
    assert ended(ends(error)) == 1

    told = capsys.readouterr()
    assert said in told.err and "Traceback" not in told.err + told.out


GARBAGE = (
    "",
    "nonsense",
    "[1, 2]",
    '{"registry": 5}',
    '{"kid": "k", "d": "x", "x": "y", "y": "z", "root": 1}',
)


@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize(
    ("file", "given"),
    [
        ("up.json", ["status"]),
        ("up.json", ["agency", "list"]),
        ("up.json", ["relay", "reset", "registry", "--reason", "r"]),
        ("clock.json", ["clock"]),
        ("secrets/token-key.json", ["token", "--sub", "s", "--role", "operator"]),
        ("used-by.json", ["up"]),
    ],
    ids=["status", "agency", "relay", "clock", "token", "up"],
)
def test_a_file_of_a_data_directory_that_is_not_as_it_was_written_is_named(
    file: str, given: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")

    assert main([*given, "--data-dir", str(tmp_path)]) == 1

    told = capsys.readouterr().err
    assert str(path) in told and "Unforeseen" not in told and "Traceback" not in told


def test_the_trace_of_what_nobody_foresaw_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    ended(ends(ValueError("a fault")))

    file = Path(capsys.readouterr().err.strip().rpartition("Details: ")[2])
    assert "ValueError: a fault" in file.read_text("utf-8")
    file.unlink()


@pytest.mark.thorough
def test_a_reader_who_has_had_enough_ends_it_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "services.cli.main", "completion", "bash"],
        stdout=writing, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    os.close(writing)

    assert done.returncode == 1 and done.stderr == ""


@pytest.mark.thorough
@pytest.mark.parametrize("given", [["--help"], ["--version"], ["completion", "bash"]], ids=" ".join)
def test_a_place_without_space_is_a_sentence_too(given: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "services.cli.main", *given],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dvk {VERSION}\n"


@pytest.mark.thorough
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_completes_every_verb(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0

    script = capsys.readouterr().out
    assert all(row.name in script for row in VERBS)
    assert "--data-dir" in script and "follower" in script


@pytest.mark.parametrize(
    ("given", "needed"),
    [(["skip", "awards", "projection:units"], "--reason"), (["retry"], "SERVICE NAME")],
)
def test_helping_a_follower_along_says_what_is_needed(
    given: list[str], needed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["followers", *given, "--url", "awards=http://127.0.0.1:9"]) == 1
    assert needed in capsys.readouterr().err
