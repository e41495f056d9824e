"""What stands in the security log, and what never does."""

from __future__ import annotations

import json
import logging
import os
import time
from contextlib import suppress
from pathlib import Path
from socket import gethostname
from typing import Any

import httpx
import pytest

from shared import metrics, passing
from shared.doors.security import Answered, Security, Watched, purpose
from shared.passing import Passage
from shared.process import alarms, security_log
from shared.process.declaring import SettingsWrong
from shared.process.guarding import Guarding
from shared.process.security_log import UNWRITTEN, Kept, security_of
from shared.reference.authority import Actor

OFFICER, OPERATOR = Actor("canbo", "unit_officer", "20242"), Actor("vanhanh", "operator")
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def came(actor: Actor | None = OFFICER, refused: str | None = None, names: int = 0) -> Passage:
    return Passage("http", "10.0.0.7", actor, refused, names)


@pytest.mark.parametrize(("passage", "answered", "why"), [
    (came(None, "token.invalid"), Answered("GET", "/units/{key}", 401), "authentication-refused"),
    (came(None, "token.missing"), Answered("POST", "/models", 401), "authentication-refused"),
    (came(refused="not-allowed"), Answered("GET", "/people/{person}", 403), "refused"),
    (came(refused="unit.unknown"), Answered("POST", "/models", 403), "refused"),
    (came(None), Answered("GET", "/models", 429), "throttled"),
    (came(refused="not-allowed"), Answered("POST", "/batch", 200), "part-refused"),
    (came(), Answered("POST", "/vi/sign-in", 303), "signed-in"),
    (came(), Answered("GET", "/sign-in/back", 303), "signed-in"),
    (came(), Answered("POST", "/vi/sign-out", 303), "signed-out"),
    (came(OPERATOR), Answered("POST", "/people/{person}/erase", 200), "operated"),
    (came(OPERATOR), Answered("POST", "/units", 409), "operated"),
    (came(OPERATOR), Answered("NATS", "/units", 200), "operated"),
    (came(), Answered("GET", "/evidence/{sha256}", 200, "image/png"), "downloaded"),
    (came(), Answered("GET", "/published/{id}.pdf", 200, PDF), "downloaded"),
    (came(), Answered("GET", "/models.xlsx", 200, XLSX), "downloaded"),
    (came(), Answered("GET", "/ledger/entries", 200, "application/x-ndjson"), "downloaded"),
    (came(names=3), Answered("GET", "/models/{key}", 200, "application/json"), "names-read"),
], ids=lambda value: value.route if isinstance(value, Answered) else None)  # fmt: skip
def test_each_act_that_auditors_of_access_ask_about_has_a_line(
    passage: Passage, answered: Answered, why: str
) -> None:
    assert purpose(passage, answered) == why


@pytest.mark.parametrize(("passage", "answered"), [
    (came(), Answered("GET", "/models/{key}", 200, "application/json")),
    (came(), Answered("POST", "/models", 200, "application/json")),
    (came(), Answered("POST", "/models", 409, "application/problem+json")),
    (came(None), Answered("GET", "/health/live", 200)),
    (came(None), Answered("GET", "/vi", 401, "text/html")),
    (came(None), Answered("GET", "/console/{name}", 200, "image/svg+xml")),
    (came(OPERATOR), Answered("GET", "/followers", 200)),
], ids=lambda value: value.route if isinstance(value, Answered) else None)  # fmt: skip
def test_what_is_on_record_elsewhere_or_tells_nothing_has_none(passage: Passage, answered: Answered) -> None:
    assert purpose(passage, answered) is None


class Route:
    path = "/people/{person}"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers as the framework does: what it learns on the way is said where it is learnt."""
    query = dict(pair.split("=") for pair in scope["query_string"].decode().split("&") if pair)
    scope |= {"route": Route, "path_params": {"person": "0190b4f0"}}
    if query.get("known") == "yes":
        passing.is_of(OFFICER)
        passing.reads_names(2)
    else:
        passing.is_refused("token.invalid")
    status = 200 if query.get("known") == "yes" else 401
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def asked(query: str) -> list[dict[str, Any]]:
    lines: list[str] = []
    watched = Watched(application, Security("registry", lines.append, lambda: "2026-11-29T09:00:00+00:00"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://x") as http:
        await http.get(f"/people/0190b4f0?{query}", headers={"Authorization": "Bearer secret.secret.secret"})
    return [json.loads(line) for line in lines]


async def test_a_line_says_who_from_where_by_which_route_and_how_it_ended() -> None:
    assert await asked("known=yes&name=Lan") == [{
        "time": "2026-11-29T09:00:00+00:00", "service": "registry", "what": "names-read", "outcome": "done",
        "status": 200, "door": "http", "address": "127.0.0.1", "route": "GET /people/{person}", "actor": "canbo",
        "role": "unit_officer", "unit": "20242", "things": {"person": "0190b4f0"}, "names": 2,
    }]  # fmt: skip


async def test_a_refused_stranger_leaves_no_more_than_the_refusal() -> None:
    [line] = await asked("known=no&name=Lan")
    assert (line["what"], line["outcome"], line["status"]) == ("authentication-refused", "token.invalid", 401)
    assert not {"actor", "things", "names"} & line.keys()
    assert "secret" not in str(line) and "Lan" not in str(line)


async def test_outside_of_a_request_nothing_is_noted() -> None:
    passing.is_of(OFFICER)
    passing.reads_names(1)
    passing.is_refused("x")
    with passing.through("http", "a") as passage:
        assert passage == Passage("http", "a")


# --- where it is kept ----------------------------------------------------------------------------


def test_lines_are_kept_in_a_file_of_their_own_for_as_many_days_as_is_said(tmp_path: Path) -> None:
    given = {"DVK_SECURITY_LOG_DIR": str(tmp_path / "security"), "DVK_SECURITY_LOG_DAYS": "30"}
    security = security_of("registry", Guarding.read(given))
    security.record(came(OPERATOR), Answered("POST", "/units", 200))

    [handler] = logging.getLogger("dvk.security-log").handlers
    assert isinstance(handler, Kept) and (handler.backupCount, handler.when) == (30, "MIDNIGHT")
    [file] = (tmp_path / "security").iterdir()
    [line] = file.read_text("utf-8").splitlines()
    assert json.loads(line)["what"] == "operated"
    assert (tmp_path / "security").stat().st_mode & 0o777 == 0o700
    assert Guarding.read({}).security_log_days == 366
    handler.close()


def test_what_is_older_is_deleted_though_it_is_of_a_machine_that_is_gone(tmp_path: Path) -> None:
    for name, days in (
        ("registry.gone.jsonl.2026-10-01", 40),
        ("registry.gone.jsonl", 20),
        ("other.txt", 400),
    ):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (time.time() - days * 86_400,) * 2)
    given = {"DVK_SECURITY_LOG_DIR": str(tmp_path), "DVK_SECURITY_LOG_DAYS": "30"}
    security_of("registry", Guarding.read(given))
    assert {file.name for file in tmp_path.iterdir()} == {
        "registry.gone.jsonl", "other.txt", f"registry.{gethostname()}.jsonl",
    }  # fmt: skip


def test_nobody_comes_in_where_nothing_can_be_written_of_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    given = Guarding.read({"DVK_SECURITY_LOG_DIR": str(tmp_path / "file/security")})
    with pytest.raises(SettingsWrong, match="DVK_SECURITY_LOG_DIR cannot be written to"):
        security_of("registry", given)


def alarm() -> float:
    return metrics.ALARM.labels(UNWRITTEN)._value.get()


@pytest.mark.parametrize("spoil", ["the directory is gone", "the file is a directory now"])
def test_what_cannot_be_written_is_an_alarm_until_a_line_is_written_again(spoil: str, tmp_path: Path) -> None:
    directory = tmp_path / "security"
    security = security_of("registry", Guarding.read({"DVK_SECURITY_LOG_DIR": str(directory)}))
    [handler] = logging.getLogger("dvk.security-log").handlers
    file = directory / f"registry.{gethostname()}.jsonl"

    def comes() -> list[str]:
        security.record(came(OPERATOR), Answered("POST", "/units", 200))
        return [each["code"] for each in alarms.of_security(security.trouble())]

    assert comes() == [] and alarm() == 0
    file.unlink()
    if spoil == "the directory is gone":
        directory.rmdir()
    else:
        file.mkdir()
    assert comes() == [UNWRITTEN] and alarm() == 1
    if spoil == "the directory is gone":
        directory.mkdir()
    else:
        file.rmdir()
    assert comes() == [] and alarm() == 0
    assert len(file.read_text("utf-8").splitlines()) == 1, "written where somebody finds it"
    handler.close()


def test_the_alarm_ends_by_itself_when_the_disk_is_back_though_nobody_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "security"
    security = security_of("registry", Guarding.read({"DVK_SECURITY_LOG_DIR": str(directory)}))
    [handler] = logging.getLogger("dvk.security-log").handlers
    monkeypatch.setattr(security_log, "AGAIN_SECONDS", -1.0)
    [file] = directory.iterdir()
    file.unlink()
    file.mkdir()
    security.record(came(OPERATOR), Answered("POST", "/units", 200))
    assert security.trouble() is not None and alarm() == 1
    file.rmdir()

    assert security.trouble() is None and alarm() == 0
    [line] = file.read_text("utf-8").splitlines()
    assert json.loads(line)["what"] == "written-again", "who reads it sees that lines are missing before"
    handler.close()


def test_a_full_disk_is_an_alarm_and_the_line_stands_in_the_own_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = Kept("/dev/full", delay=True)
    try:
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "the line", None, None))
        assert "No space left" in str(handler.trouble) and alarm() == 1
        assert "the line" in capsys.readouterr().out
    finally:
        with suppress(OSError):
            handler.close()
        metrics.ALARM.labels(UNWRITTEN).set(0)
