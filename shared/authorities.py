"""Whose certificates are believed: the list of the machine, where nothing else is said (httpx and its `certifi`)."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


def believed(*urls: str | None) -> ssl.SSLContext:
    """Whose certificates are believed at these addresses: the machine's list, which is long and takes time to read, is
    read once in a process, and not where none of them speaks TLS; nobody is believed there."""
    return _by_the_machine() if any((url or "").lower().startswith("https:") for url in urls) else _nobody()


@cache
def _by_the_machine() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@cache
def _nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
