"""The services learn for which reader the console asks, and believe nobody else who says so."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from services.console.asking import Asking, Refusal, services
from shared import passing
from shared.authorities import believed
from shared.doors.security import Security, Watched
from shared.doors.serving import Limits, server

CONSOLE, STRANGER, READER = "10.0.0.5", "10.9.9.9", "203.0.113.7"


def a_service(lines: list[str]) -> Any:
    """One that trusts the console, and refuses whoever comes, with its security log."""

    async def refuses(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            passing.is_refused("token.invalid")
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})

    watched = Watched(refuses, Security("registry", lines.append, str))
    config = server(watched, "127.0.0.1", 1, Limits(), proxies=CONSOLE).config
    config.load()
    return config.loaded_app


@pytest.mark.parametrize(
    ("asks", "reader", "seen"),
    [(CONSOLE, READER, READER), (CONSOLE, None, CONSOLE), (STRANGER, READER, STRANGER)],
    ids=["the console for its reader", "the console for itself", "a stranger who says the same"],
)
async def test_the_security_log_names_the_reader_when_the_console_asks(
    asks: str, reader: str | None, seen: str
) -> None:
    lines: list[str] = []
    clients = services({"registry": "http://registry"}, verify=believed("http://registry"))
    clients["registry"]._transport = httpx.ASGITransport(a_service(lines), client=(asks, 1))
    async with clients["registry"]:
        if reader is None:
            with pytest.raises(Refusal):
                await Asking(clients, "x").get("/units", {}, "registry")
        else:
            with passing.through("http", reader), pytest.raises(Refusal):
                await Asking(clients, "x").get("/units", {}, "registry")

    assert [json.loads(line)["address"] for line in lines] == [seen]


async def test_what_a_reader_says_of_himself_goes_no_further() -> None:
    """A header that came to the console is not handed on: only the address that the console itself saw."""
    lines: list[str] = []
    clients = services({"registry": "http://registry"}, verify=believed("http://registry"))
    clients["registry"]._transport = httpx.ASGITransport(a_service(lines), client=(CONSOLE, 1))

    async def console(scope: Any, _receive: Any, send: Any) -> None:
        with pytest.raises(Refusal):
            await Asking(clients, "x").get("/units", {}, "registry")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = server(
        Watched(console, Security("console", print, str)), "127.0.0.1", 1, Limits(), proxies="10.0.0.1"
    )
    config.config.load()
    transport = httpx.ASGITransport(config.config.loaded_app, client=(READER, 1))
    async with clients["registry"], httpx.AsyncClient(transport=transport, base_url="http://console") as http:
        await http.get("/", headers={"X-Forwarded-For": "192.0.2.66"})

    assert [json.loads(line)["address"] for line in lines] == [READER]
