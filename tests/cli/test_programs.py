"""Which document store the embedded default starts, in which order, and what is said when it is not the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli.embedded import EmbeddedServerFailed, made_by
from services.cli.embedded.programs import Program, chosen, servers_environment

OURS, ON_PATH, NAMED = "6.0.5", "8.0.4", "7.0.2"


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def mongod(path: Path, version: str) -> Path:
    return program(path, f'echo "db version v{version}"')


def without_library(path: Path, library: str) -> Path:
    said = f"{path}: error while loading shared libraries: {library}: cannot open shared object file"
    return program(path, f'echo "{said}" >&2; exit 127')


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine: nothing named, nothing on PATH, nothing in the servers' environment."""
    monkeypatch.delenv("DVK_MONGOD", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("DVK_SERVERS_VENV", str(tmp_path / "servers"))
    return tmp_path


def test_what_is_named_comes_before_path_and_path_before_ours(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = mongod(servers_environment() / "bin" / "mongod", OURS)
    assert (chosen().path, chosen().version) == (ours, OURS)
    on_path = mongod(place / "path" / "mongod", ON_PATH)
    assert (chosen().path, chosen().version) == (on_path, ON_PATH)
    named = mongod(place / "somewhere" / "mongod-7", NAMED)
    monkeypatch.setenv("DVK_MONGOD", str(named))
    assert (chosen().path, chosen().version) == (named, NAMED)


@pytest.mark.parametrize("version", ["4.4.29", "5.0.3", "9.0.0"])
def test_a_mongod_on_path_of_another_version_is_passed_over(place: Path, version: str) -> None:
    mongod(place / "path" / "mongod", version)
    assert chosen().kind == "secantusdb"
    assert version in chosen().lacking[1]
    mongod(servers_environment() / "bin" / "mongod", OURS)
    assert chosen().version == OURS


@pytest.mark.parametrize(("library", "package"), [("libcurl.so.4", "libcurl4"), ("libssl.so.3", "libssl3")])
def test_the_stand_in_says_which_package_brings_the_real_one(library: str, package: str) -> None:
    without_library(servers_environment() / "bin" / "mongod", library)
    found = chosen()
    assert found.kind == "secantusdb"
    assert all(f"apt install {package}" in sentence for sentence in found.told())


def test_the_stand_in_alone_says_how_to_get_the_real_one() -> None:
    vi, en = chosen().told()
    assert "DVK_MONGOD" in vi and "DVK_MONGOD" in en
    assert "in place of MongoDB" in en and "thay cho MongoDB" in vi


@pytest.mark.parametrize("what", ["nothing", "no program", "no mongod", "too old", "no library"])
def test_what_is_named_and_does_not_run_is_refused_and_never_replaced(
    place: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    mongod(servers_environment() / "bin" / "mongod", OURS)
    named = place / "named"
    match what:
        case "no program":
            named.write_text("not a program", "utf-8")
        case "no mongod":
            program(named, "echo hello")
        case "too old":
            mongod(named, "4.4.29")
        case "no library":
            without_library(named, "libcurl.so.4")
    monkeypatch.setenv("DVK_MONGOD", str(named))
    with pytest.raises(EmbeddedServerFailed, match="DVK_MONGOD=") as refused:
        chosen()
    assert refused.value.vi.startswith(f"DVK_MONGOD={named}: ")


def test_the_stand_in_can_be_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    mongod(servers_environment() / "bin" / "mongod", OURS)
    monkeypatch.setenv("DVK_MONGOD", "secantusdb")
    assert chosen().kind == "secantusdb"
    assert chosen("mongod").version == OURS


def test_a_mongod_that_is_asked_for_and_runs_nowhere_is_said() -> None:
    with pytest.raises(EmbeddedServerFailed, match="No mongod runs here"):
        chosen("mongod")


def of(version: str) -> Program:
    return Program("mongod", Path("/usr/bin/mongod"), version)


@pytest.mark.parametrize(("made", "opens"), [
    ("6.0.5", {"6.0.9", "7.0.2"}), ("7.0.2", {"7.0.2", "8.0.4"}), ("8.0.4", {"8.0.4"}),
])  # fmt: skip
def test_a_directory_is_opened_by_the_version_that_made_it_or_the_next(
    place: Path, made: str, opens: set[str]
) -> None:
    made_by.claim(place / "mongo", of(made))
    for version in ("6.0.9", "7.0.2", "8.0.4"):
        if version in opens:
            made_by.claim(place / "mongo", of(version))
        else:
            with pytest.raises(EmbeddedServerFailed, match=f"was made by MongoDB {made[0]}") as refused:
                made_by.claim(place / "mongo", of(version))
            assert f"do MongoDB {made[0]} tạo ra" in refused.value.vi


def test_what_a_mongod_made_is_refused_by_the_stand_in(place: Path) -> None:
    made_by.claim(place / "mongo", of("6.0.5"))
    with pytest.raises(EmbeddedServerFailed, match="was made by MongoDB, which SecantusDB cannot read"):
        made_by.claim(place / "mongo", chosen())
