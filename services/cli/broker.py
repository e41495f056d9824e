"""NATS as a verb of ours speaks to it: plainly, or with TLS where its address begins with `tls`."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

FEW_TRIES = {"max_reconnect_attempts": 2, "reconnect_time_wait": 0.5}


@dataclass(frozen=True)
class Broker:
    """An address, and whose certificates are believed there; None: those the machine believes (SSL_CERT_FILE)."""

    url: str
    authority: Path | None = None

    async def connect(self, **options: Any) -> Client:
        """A connection; TLS from its first byte where the address says so.

        Where nobody listens it is given up after three tries: the client's own bound is two minutes.
        """
        given = {**FEW_TRIES, **options, **self.encrypted()}
        return await nats.connect(self.url, **given)

    def encrypted(self) -> dict[str, Any]:
        """What a client is told for TLS; nothing where the address says nothing of it."""
        if not self.url.startswith("tls://"):
            return {}
        # The client's protocol says something that TLS does not know, which does no harm and says nothing.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        return {"tls": ssl.create_default_context(cafile=self.authority), "tls_handshake_first": True}
