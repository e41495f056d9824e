"""The table of verbs: every verb is there, explains itself, and fails in both languages."""

from __future__ import annotations

import argparse
import inspect
import re
import subprocess
import sys
from contextlib import suppress
from importlib import import_module

import pytest

from services.cli.main import VERBS, main
from services.cli.parsing import SAID


@pytest.mark.parametrize("row", VERBS, ids=lambda row: row.name)
def test_every_verb_explains_itself(row: object, capsys: pytest.CaptureFixture[str]) -> None:
    name, module = row.name, import_module(row.module)  # type: ignore[attr-defined]

    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    assert ended.value.code == 0
    assert f"dvk {name}" in capsys.readouterr().out
    assert module.__doc__ and callable(module.run)


def test_without_a_verb_the_verbs_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert all(f"dvk {row.name}" in capsys.readouterr().out for row in VERBS[:1])
    assert main(["--help"]) == 0


def test_a_verb_nobody_knows_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dance"]) == 2
    assert "dance" in capsys.readouterr().err


def test_a_failure_is_told_in_both_languages_and_by_the_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    assert main(["status", "--data-dir", str(tmp_path)]) == 1

    told = capsys.readouterr().err
    assert "Không có hệ thống nào đang chạy" in told
    assert "No system runs" in told


def test_every_sentence_of_argparse_that_a_user_may_read_is_told_in_both_languages() -> None:
    source = inspect.getsource(argparse)
    found = {a or b for a, b in re.findall(r"\b_\(\s*(?:'([^']*)'|\"([^\"]*)\")", source)} - {""}
    of_makers = re.compile(r"callable|__call__|subparser|groups|dest=|conflict|invalid option string|with mode|"
                           r"'required'|mutually|invalid argument for")  # fmt: skip
    said = {one.replace("\\n", "\n") for one in found if not of_makers.search(one)}

    assert said - SAID.keys() == set()
    assert [text for text in SAID.values() if " · " not in text] == []


@pytest.mark.parametrize(
    ("given", "vi", "en"),
    [
        (["token"], "thiếu tham số", "the following arguments are required: --sub, --role"),
        (["relay", "dance", "registry"], "chọn một trong", "invalid choice"),
        (["verify", "bundle", "--max-age", "x"], "không hợp lệ", "invalid int value"),
        (["status", "--dance"], "không có tham số này", "unrecognized arguments: --dance"),
    ],
)
def test_a_wrong_command_line_is_told_in_both_languages(
    given: list[str], vi: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)

    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert vi in told and en in told and "cách dùng · usage" in told


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["statsu"], "status"),
        (["restore_log"], "restore-log"),
        (["status", "--data-dri", "x"], "--data-dir"),
        (["completion", "bsh"], "bash"),
        (["relay", "rest", "registry"], "reset"),
        (["up", "--base-prot=9000"], "--base-port"),
    ],
)
def test_what_is_mistyped_is_answered_with_what_was_meant(
    given: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(given)
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr().err
    assert code == 2
    assert f"có phải là {meant}? · did you mean {meant}?" in told


@pytest.mark.parametrize("given", [["xyzzy"], ["status", "--dance"], ["completion", "powershell"]])
def test_what_resembles_nothing_is_not_guessed_at(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with suppress(SystemExit):
        main(given)
    assert "did you mean" not in capsys.readouterr().err


SLOW_TO_READ = ("pymongo", "faststream", "nats", "structlog", "fastapi", "prometheus_client")


@pytest.mark.thorough
@pytest.mark.parametrize("verb", ["status", "followers"])
def test_what_is_asked_in_a_hurry_reads_nothing_that_it_does_not_need(verb: str) -> None:
    """On a machine at its limits each of these costs as long as the services are waited for."""
    done = f"import services.cli.main, services.cli.{verb}, sys; print(sorted(sys.modules))"
    read = subprocess.run([sys.executable, "-c", done], capture_output=True, text=True, check=True).stdout
    assert [name for name in SLOW_TO_READ if repr(name) in read] == []
