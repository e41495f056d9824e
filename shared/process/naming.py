"""The names of persons in one service process: how they are sealed and opened, and what keeps their keys in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from shared.doors import people
from shared.following.follower import Follower
from shared.people import tending
from shared.people.epochs import Epochs
from shared.people.erasing import ERASE, FOLLOWER, ErasureApply
from shared.people.keyring import Keyring
from shared.people.keys import KeyStore
from shared.people.names import Names
from shared.people.rotating import Rotating
from shared.process.settings import Settings
from shared.store import mongo
from shared.wiring import Service

if TYPE_CHECKING:
    from shared.process.running import Running


def names_of(
    settings: Settings, service: Service, client: mongo.Client, now: Callable[[], datetime]
) -> Names:
    """What this process does with names; the key store may be on a server of its own. `now()` is the machine's time."""
    if settings.keys_mongo_url != settings.mongo_url:
        client = mongo.connect(settings.keys_mongo_url, settings.mongo_driver)
    store = KeyStore(mongo.database(client, settings.keys_database))
    epochs = Epochs(settings.key_store, Keyring(settings.key_encryption_key_file), service.name)
    return Names(store, epochs, service.name, settings.log_prefix, now)


def tend_names(running: Running) -> None:
    """Keys in order; and in the service that erases persons, what follows from erasing."""
    erasing: ErasureApply | None = None
    rotating = Rotating(running.names.store, running.names.epochs)
    if running.service.row(ERASE.kebab) is not None:
        erasing = ErasureApply(rotating, running.log)
        running.followers.append(Follower(FOLLOWER, running.feed(running.service.name), erasing))
        running.routers.append(people.router(running))
    running.background.append(
        ("people", lambda: tending.tend(running.names, rotating, running.log, running.gate, erasing))
    )
