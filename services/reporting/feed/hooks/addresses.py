"""Where a delivery may go: to addresses of the public internet, over TLS, and to the networks that a setting names.

Whoever registers an address must not make this process speak with what only it can reach: its own machine, the
services beside it, a cloud's metadata. A name is looked up for every connection, and what it means then is judged and
connected to, so that a name that changes its meaning in between gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, cast
from urllib.parse import urlsplit

import httpcore

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]
LONGEST_URL = 500
LOOPBACK = IPv4Address("127.0.0.1")
NAT64 = IPv6Network("64:ff9b::/96")


class Forbidden(httpcore.ConnectError):
    """Nobody may be reached there."""


def may_be_reached(address: Address, networks: Networks) -> bool:
    """True for an address of the public internet, and for one of the named networks."""
    if any(address in network for network in networks):
        return True
    if (within := _within(address)) is not None:
        return may_be_reached(within, networks)
    if (
        isinstance(address, IPv6Address) and address.is_site_local
    ):  # fec0::/10, of which `is_global` knows nothing
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _within(address: Address) -> IPv4Address | None:
    """The IPv4 address to which an IPv6 address leads."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def wrong_with(url: str, networks: Networks) -> str | None:
    """Why nothing can be sent to this address, as far as it shows; None when it can be."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "malformed"
    if len(url) > LONGEST_URL or not url.isascii() or any(sign <= " " or sign == "\x7f" for sign in url):
        return "malformed"
    if not host or port == 0 or parts.fragment:
        return "malformed"
    if parts.username is not None or parts.password is not None:
        return "with-password"
    literal = _literal(host)
    if literal is not None and not may_be_reached(literal, networks):
        return "not-public"
    if parts.scheme == "https":
        return None
    here = host == "localhost" if literal is None else literal.is_loopback
    return None if parts.scheme == "http" and here and may_be_reached(LOOPBACK, networks) else "not-https"


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to what a host is found to mean, if all of that may be reached."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._network = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the library calls it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See `httpcore`; Forbidden where one of the host's addresses may not be reached."""
        found = await self._meant(host, port)
        for address in found:
            if not may_be_reached(address, self._networks):
                raise Forbidden(f"{address} is no public address")
        for number, address in enumerate(found, 1):
            try:
                return await self._network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(found):
                    raise
        raise httpcore.ConnectError(f"{host} has no address")

    async def _meant(self, host: str, port: int) -> list[Address]:
        """The addresses of a host, in the order in which they are to be tried."""
        if (literal := _literal(host)) is not None:
            return [literal]
        try:
            told = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error.strerror or error}") from error
        return list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in told))

    async def sleep(self, seconds: float) -> None:
        """See `httpcore`."""
        await asyncio.sleep(seconds)
