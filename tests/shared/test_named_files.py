"""Every setting that names a file or a directory: what is wrong with what is there is said before anything starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.console.settings import Settings as OfConsole
from shared.process.declaring import Declared, SettingsWrong
from shared.process.kinds import DIRECTORY, FILE, KEY, is_told, kind_of
from shared.process.named_files import There
from shared.process.settings import Settings, from_environment
from tests.shared.test_settings import CONSOLE, FULL

ELSEWHERE = {
    "clock_file": "only the embedded default has one: it comes and goes",
    "security_log_dir": "made where there is none; `security_of` tries to write there",
    "tls_dir": "three files that belong together: test_certificates",
}
"""Who looks at what these name."""
MAY_BE_EMPTY = {"DVK_WITNESSES_FILE", "DVK_MAIL_LIST"}
"""Lists: nobody stands in them."""
SECRET = "mongodb://u:p@mongo"
HELD: dict[str, str] = {
    **dict.fromkeys(("DVK_LOG_KEY_FILE", "DVK_WITNESS_KEY_FILE", "DVK_CONSOLE_KEY_FILE"), "0a" * 32 + "\n"),
    "DVK_KEY_ENCRYPTION_KEY_FILE": "# of 2026\n" + "0b" * 32 + "\n" + "0C" * 32,
    **dict.fromkeys(("DVK_JWKS_FILE", "DVK_PEER_KEYS_FILE"), '{"keys": []}'),
    **dict.fromkeys(MAY_BE_EMPTY, ""),
}
"""What is right in a file; a secret's holds `SECRET`."""


def files_of(declared: type[Declared]) -> set[str]:
    """The variables that name a file which is looked at."""
    told = {
        f"DVK_{name.upper()}": kind_of(field)
        for name, field in declared.model_fields.items()
        if is_told(field)
    }
    named = {name for name, kind in told.items() if kind in (FILE, KEY)} - {
        f"DVK_{name.upper()}" for name in ELSEWHERE
    }
    return named | {f"{name}_FILE" for name, kind in told.items() if kind.secret}


CASES = [
    pytest.param(declared, name, id=f"{declared.__module__.split('.')[1]} {name}")
    for declared in (Settings, OfConsole)
    for name in sorted(files_of(declared))
]


def missing(path: Path) -> None:
    path.unlink()


def directory(path: Path) -> None:
    path.mkdir()


def wrong_bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00\x80")


def empty(path: Path) -> None:
    path.write_text(" \n")


def words(path: Path) -> None:
    path.write_text("xin chào\0\n", "utf-8")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[type[Declared]], Declared]:
    """Read as a process that starts reads; each file that a setting names is there, under the setting's name."""
    for name in [name for name in os.environ if name.startswith("DVK_")]:
        monkeypatch.delenv(name)

    def start(declared: type[Declared]) -> Declared:
        given = {name: value for name, value in (FULL if declared is Settings else CONSOLE).items()}
        given = {name: value for name, value in given.items() if f"{name}_FILE" not in files_of(declared)}
        given |= {name: str(tmp_path / name) for name in files_of(declared)}
        given |= (
            {"DVK_KEY_STORE": str(tmp_path), "DVK_TEMPLATES": str(tmp_path)} if declared is Settings else {}
        )
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return from_environment("reporting") if declared is Settings else declared.read()

    for name in files_of(Settings) | files_of(OfConsole):
        (tmp_path / name).write_text(HELD.get(name, SECRET + "\n"), "utf-8")
    return start


@pytest.mark.parametrize("declared", [Settings, OfConsole], ids=["service", "console"])
def test_a_process_starts_where_all_is_there(
    declared: type[Declared], started: Callable[[type[Declared]], Declared]
) -> None:
    assert started(declared).model_dump()


@pytest.mark.parametrize(("declared", "name"), CASES)
def test_a_file_that_cannot_be_what_it_should_is_a_sentence_with_the_settings_name(
    declared: type[Declared], name: str, started: Callable[[type[Declared]], Declared], tmp_path: Path
) -> None:
    path = tmp_path / name
    for damage, code, said in (
        (wrong_bytes, "setting.file-unreadable", ("không phải văn bản UTF-8", "it is no text in UTF-8")),
        (empty, "setting.file-empty", ("trống", "is empty")),
        (words, "setting.file-wrong", ("không chứa", "does not hold")),
        (missing, "setting.file-unreadable", ("không có ở đó", "it is not there")),
        (directory, "setting.file-unreadable", ("đó là một thư mục", "it is a directory")),
    ):
        damage(path)
        if name in MAY_BE_EMPTY and damage in (empty, words):
            assert started(declared)
            continue
        with pytest.raises(SettingsWrong) as raised:
            started(declared)
        [one] = raised.value.wrong
        assert (one.name, one.code) == (name, code)
        assert said[0] in one.vi and said[1] in one.en and str(path) in one.vi and str(path) in one.en
        assert "chào" not in str(raised.value), "what a file of secrets holds is not shown"


@pytest.mark.parametrize(("name", "made"), [("key_store", True), ("templates", False)])
def test_a_directory_that_is_none_is_said_too(name: str, made: bool, tmp_path: Path) -> None:
    [there] = [each for each in Settings.model_fields[name].metadata if isinstance(each, There)]
    (tmp_path / "a file").write_text("")

    assert there.look(tmp_path) is None
    assert (there.look(tmp_path / "nothing") is None) is made
    for other in ("a file", "a file/in it"):
        wrong = there.look(tmp_path / other)
        assert wrong is not None and wrong.code == "setting.directory-unreadable"


def test_whatever_names_a_file_or_a_directory_is_looked_at_by_somebody() -> None:
    for declared in (Settings, OfConsole):
        for name, field in declared.model_fields.items():
            looked_at = any(isinstance(each, There) for each in field.metadata)
            assert looked_at is (kind_of(field) in (FILE, KEY, DIRECTORY) and name not in ELSEWHERE), name
