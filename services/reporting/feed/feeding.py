"""What the feed adds to a running service: public events over HTTP, on the broker, and sent to those who asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.reporting.feed import routes
from services.reporting.feed.broadcasting import Broadcast
from services.reporting.feed.hooks import routes as hook_routes
from services.reporting.feed.hooks.keeping import Kept
from services.reporting.feed.hooks.sending import Sender
from services.reporting.feed.hooks.signing import Sealing
from services.reporting.feed.hooks.telling import Telling
from services.reporting.feed.public import SOURCE
from services.reporting.feed.reading import Feed
from services.reporting.ledger.ledger import Ledger, source_log
from shared.eventlog.signing import key_from_file
from shared.process.ids import new_id, unix_time
from shared.process.kinds import networks_of
from shared.process.running import Running
from shared.tlog.note import LOG

IsUnit = Callable[[str], Awaitable[bool]]


def extend(running: Running, ledger: Ledger, is_unit: IsUnit, prove: routes.Proving | None) -> None:
    """Tell what the ledger has that is public; `prove`: None where there is no witness."""
    log = source_log(running.database, SOURCE)
    broadcast = Broadcast(log, ledger, running.nats, running.settings.nats_replicas)
    running.background.append(("public", broadcast.run))
    running.also_followed.append(broadcast.status)

    def today() -> str:
        return running.clock.today().isoformat()

    feed = Feed(log, ledger)
    running.routers.append(routes.router(routes.Feeding(feed, running.access, is_unit, today, prove)))
    telling = _telling(running, feed)
    running.background.append(("webhooks", telling.run))
    running.also_followed.append(telling.status)
    registering = hook_routes.Registering(telling, feed, running.access, is_unit, today, new_id)
    running.routers.append(hook_routes.router(registering))


def _telling(running: Running, feed: Feed) -> Telling:
    """Secrets are sealed with a key that follows from that of the own log (HKDF): one secret to keep."""
    settings = running.settings
    sealing = Sealing(key_from_file(settings.origin, LOG, settings.log_key_file).seed)
    return Telling(
        feed,
        Kept(running.database, new_id()),
        Sender(networks_of(settings.webhook_networks)),
        sealing,
        unix_time,
    )
