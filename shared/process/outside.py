"""Whom a service process speaks to besides its store: the broker, and the other services."""

from __future__ import annotations

import httpx
from faststream.security import SASLPlaintext

from shared.eventlog.signing import key_from_file
from shared.following.feeds import Peer
from shared.process.courier import Courier, courier
from shared.process.ids import unix_time
from shared.process.peering import PeerAuth, PeerKey
from shared.process.settings import SERVICES, Settings
from shared.tlog.note import LOG

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
    """The four services by name; this one shows them who it is."""
    seed = key_from_file(settings.origin, LOG, settings.log_key_file).seed
    auth = PeerAuth(PeerKey(settings.service, seed), settings.believing.audience, unix_time)
    return {
        name: Peer(name, httpx.AsyncClient(base_url=settings.peers[name], timeout=PEER_SECONDS, auth=auth))
        for name in SERVICES
    }
