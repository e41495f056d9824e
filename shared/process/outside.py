"""Whom a service process speaks to besides its store: the broker, and the other services."""

from __future__ import annotations

import httpx
from faststream.nats.security import NatsSecurity, NatsUserPassword

from shared import SERVICES
from shared.eventlog.signing import key_from_file
from shared.following.feeds import Peer
from shared.process.courier import Courier, courier
from shared.process.ids import unix_time
from shared.process.peering import PeerAuth, PeerKey
from shared.process.settings import Settings
from shared.tlog.note import LOG

PEER_SECONDS = 5
KEPT_SECONDS = 12.0
"""So long a connection to a peer is kept that nothing passes over: longer than followers at rest are silent, and less
than its door keeps one (`Limits.idle`)."""


def broker_of(settings: Settings) -> Courier:
    """The connection to the broker, not open yet. Answers come to a place where no other service may listen."""
    context = settings.tls.asking() if settings.tls else None
    # TLS from the first byte: whoever stands between cannot answer that there is none, and be told the password.
    first = context is not None
    security = (
        NatsUserPassword(
            settings.nats_user, settings.nats_password or "", ssl_context=context, tls_handshake_first=first
        )
        if settings.nats_user
        else NatsSecurity(ssl_context=context, tls_handshake_first=first)
    )
    return courier(
        settings.nats_url,
        security=security,
        name=f"dvk-{settings.service}",
        inbox_prefix=f"_INBOX_{settings.service}",
    )


def peers_of(settings: Settings) -> dict[str, Peer]:
    """The four services by name; this one shows them who it is."""
    seed = key_from_file(settings.origin, LOG, settings.log_key_file).seed
    auth = PeerAuth(PeerKey(settings.service, seed), settings.token_audience, unix_time)
    verify = settings.believed
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT_SECONDS)
    return {
        name: Peer(
            name,
            httpx.AsyncClient(
                base_url=settings.peers[name],
                timeout=PEER_SECONDS,
                auth=auth,
                verify=verify,
                limits=limits,
            ),
        )
        for name in SERVICES
    }
