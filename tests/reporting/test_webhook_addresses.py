"""Where a webhook may be sent: never to what only this machine can reach."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address, ip_network
from typing import Any, get_args

import pytest

from services.reporting.feed.hooks.addresses import may_be_reached, wrong_with
from services.reporting.feed.hooks.routes import Fact
from services.reporting.feed.hooks.sending import Sender
from services.reporting.feed.public import FACTS
from tests.support.receiver import receiving

HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
INSIDE = (ip_network("10.20.0.0/16"),)


@pytest.mark.parametrize(
    "address", ("8.8.8.8", "203.162.4.191", "2405:4800::1", "::ffff:8.8.8.8", "64:ff9b::808:808")
)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert may_be_reached(ip_address(address), ())


@pytest.mark.parametrize(
    "address",
    (
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.20.3.4", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1",
        "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "fec0::1", "feff::1", "2002:7f00:1::", "2002:a00:1::1",
    ),
)  # fmt: skip
def test_no_other_address_may(address: str) -> None:
    assert not may_be_reached(ip_address(address), ())


def test_a_network_that_is_named_may_be_reached_and_none_beside_it() -> None:
    assert may_be_reached(ip_address("10.20.3.4"), INSIDE)
    assert may_be_reached(ip_address("::ffff:10.20.3.4"), INSIDE)
    assert not may_be_reached(ip_address("10.21.3.4"), INSIDE)


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://agency.example/hook?key=1", None),
        ("https://203.162.4.191:8443/", None),
        ("https://[2405:4800::1]/hook", None),
        ("https://10.20.3.4/hook", None),
        ("http://agency.example/hook", "not-https"),
        ("http://10.20.3.4/hook", "not-https"),
        ("http://127.0.0.1/hook", "not-public"),
        ("http://localhost/hook", "not-https"),
        ("https://127.0.0.1/hook", "not-public"),
        ("https://[::1]/hook", "not-public"),
        ("https://[::ffff:127.0.0.1]/hook", "not-public"),
        ("https://169.254.169.254/latest/meta-data", "not-public"),
        ("https://10.21.3.4/hook", "not-public"),
        ("ftp://agency.example/", "not-https"),
        ("file:///etc/passwd", "malformed"),
        ("gopher://agency.example/", "not-https"),
        ("agency.example/hook", "malformed"),
        ("https://", "malformed"),
        ("https:///hook", "malformed"),
        ("https://agency.example:99999/", "malformed"),
        ("https://agency.example:0/", "malformed"),
        ("https://agency.example/#part", "malformed"),
        ("https://cơ-quan.example/", "malformed"),
        ("https://agency.example/a b", "malformed"),
        ("https://agency.example/\r\nHost: other", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://me:secret@agency.example/", "with-password"),
        (f"https://agency.example/{'x' * 500}", "malformed"),
        ("", "malformed"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_address(url: str, wrong: str | None) -> None:
    assert wrong_with(url, INSIDE) == wrong


def test_this_machine_is_reached_without_tls_only_where_it_is_named() -> None:
    for url in ("http://127.0.0.1:9000/hook", "http://localhost:9000/hook", "http://[::1]:9000/hook"):
        assert wrong_with(url, HERE) is None
    assert wrong_with("http://192.168.1.1/hook", HERE) == "not-public"


async def sent(networks: Any, url: str) -> str:
    sender = Sender(networks)
    try:
        return str(await sender.send(url, {"webhook-id": "1"}, b"{}"))
    finally:
        await sender.close()


async def test_a_name_is_judged_by_what_it_means_when_it_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    means = ["93.184.215.14", "127.0.0.1"]

    async def looked_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in means]

    with receiving() as receiver:
        port = receiver.url.split(":")[2].partition("/")[0]
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", looked_up)
        assert (
            await sent((), f"https://agency.example:{port}/") == "Forbidden: 127.0.0.1 is no public address"
        )
        assert await sent(HERE, "http://localhost:1/") != "Forbidden: 127.0.0.1 is no public address"
        assert receiver.came == []


async def test_what_looks_like_a_name_and_is_an_address_is_judged_as_one() -> None:
    for host in ("2130706433", "0x7f000001", "127.1", "localhost"):
        assert "Forbidden" in await sent((), f"https://{host}:9/")


async def test_a_server_without_a_certificate_that_is_believed_is_told_nothing() -> None:
    with receiving() as receiver:
        told = await sent(HERE, receiver.url.replace("http:", "https:"))
        assert told.startswith("ConnectError") and receiver.came == []


async def test_nothing_is_read_to_the_end_and_no_redirect_is_followed() -> None:
    with receiving() as receiver:
        receiver.status, receiver.more = 302, {"location": receiver.url + "/elsewhere"}
        receiver.says = b"x" * 3_000_000
        assert await sent(HERE, receiver.url) == "HTTP 302"
        assert [one.path for one in receiver.came] == ["/hook"]


def test_a_webhook_can_be_asked_for_every_public_fact() -> None:
    assert get_args(Fact) == tuple(FACTS)
