"""However a verb ends, whoever sits at the terminal reads a sentence, and never a trace."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.main import VERBS, ended, main
from shared import VERSION

ROOT = Path(__file__).resolve().parents[2]


class Ends:
    """A verb that ends with an error."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """None."""

    def run(self, args: argparse.Namespace) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/etc/shadow"), "Permission denied: /etc/shadow"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (ValueError("what nobody foresaw"), "ValueError: what nobody foresaw"),
    ],
)
def test_an_error_is_a_sentence(error: Exception, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(Ends(error), argparse.Namespace()) == 1

    told = capsys.readouterr()
    assert said in told.err and "Traceback" not in told.err + told.out


def test_the_trace_of_what_nobody_foresaw_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    ended(Ends(ValueError("a fault")), argparse.Namespace())

    file = Path(capsys.readouterr().err.strip().rpartition("Details: ")[2])
    assert "ValueError: a fault" in file.read_text("utf-8")
    file.unlink()


def test_a_reader_who_has_had_enough_ends_it_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "services.cli.main", "completion", "bash"],
        stdout=writing, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    os.close(writing)

    assert done.returncode == 1 and done.stderr == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dvk {VERSION}\n"


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
