"""Whom a service process speaks to besides its store: the broker, and the other services."""

from __future__ import annotations

import httpx
from faststream.security import SASLPlaintext

from shared.following.feeds import Peer
from shared.process.courier import Courier, courier
from shared.process.settings import SERVICES, Settings

PEER_SECONDS = 5


def broker_of(settings: Settings) -> Courier:
    """The connection to the broker, not open yet."""
    user = settings.nats_user
    return courier(
        settings.nats_url,
        security=SASLPlaintext(user, settings.nats_password or "") if user else None,
        name=f"dvk-{settings.service}",
    )


def peers_of(settings: Settings) -> dict[str, Peer]:
    """The four services by name, each with the token with which this one reads them."""
    token = settings.peer_token_file.read_text("utf-8").strip() if settings.peer_token_file else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return {
        name: Peer(
            name, httpx.AsyncClient(base_url=settings.peers[name], timeout=PEER_SECONDS, headers=headers)
        )
        for name in SERVICES
    }
