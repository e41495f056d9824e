"""The keys that a database belongs to, and what this process looks at before it trusts a store.

With which key a log is signed stands in its database (`places`: `{_id: "key:log", is: <vkey>}`) since the first start.
Another key at a later one was lost and made anew, or is another installation's: verifiers would take the log for
another log. So the process does not go on, and says what is to be put back; a new key is taken only after
`dvk keys rotate` or `dvk new-key` has written it there, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from shared.derived import derived
from shared.errors import Unavailable
from shared.eventlog.signing import key_from_file
from shared.store import mongo
from shared.store.fitness import Fitness
from shared.tlog.note import LOG, WITNESS, SigningKey

if TYPE_CHECKING:
    from shared.people.names import Names
    from shared.process.settings import Settings
    from shared.process.store_watch import Look

RETRY_SECONDS = 30
AGAIN_SECONDS = 60.0
SETTINGS = {"log": "DVK_LOG_KEY_FILE", "witness": "DVK_WITNESS_KEY_FILE"}
"""Which setting names the file of which key."""


COSIGNS = "awards"
"""The service that is the second witness; reporting is the first, with a key of its own file."""
COSIGNED = {"reporting": "/log", "ledger": "/ledger"}
"""What the second witness cosigns: all that reporting keeps itself, and where it serves each."""


def cosigner(prefix: str) -> str:
    """The name of the second witness's key."""
    return f"{prefix}/{COSIGNS}-witness"


def cosigning_key(prefix: str, seed: bytes) -> SigningKey:
    """The key of the second witness; it follows from the seed of that service's log."""
    return SigningKey(cosigner(prefix), WITNESS, derived(seed, b"dvk/cosigner/v1"))


def keys_of(settings: Settings) -> dict[str, SigningKey]:
    """The keys with which this process signs, by what they are for; KeyUnreadable where one cannot be read."""
    keys = {"log": key_from_file(settings.origin, LOG, settings.log_key_file)}
    if settings.service == COSIGNS:
        keys["witness"] = cosigning_key(settings.log_prefix, keys["log"].seed)
    elif settings.witness_key_file is not None:
        witness = f"{settings.log_prefix}/reporting-witness"
        keys["witness"] = key_from_file(witness, WITNESS, settings.witness_key_file)
    return keys


def place_of(key: str) -> str:
    """The id of the document that says which key it is."""
    return f"key:{key}"


class OwnKeys:
    """Holds the keys of this process against those of its database."""

    def __init__(self, database: mongo.Database, keys: Mapping[str, SigningKey]) -> None:
        """`keys` by what they are for: `log`, `witness`."""
        self._places = database["places"]
        self._keys = {name: key.verifying.vkey for name, key in keys.items()}
        self._looked_at = monotonic()

    async def look(self) -> Unavailable | None:
        """The first key that is another one; those that the database does not know yet are written down."""
        for name, vkey in self._keys.items():
            here = {"_id": place_of(name)}
            await self._places.update_one(here, {"$setOnInsert": {"is": vkey}}, upsert=True)
            found = await self._places.find_one(here)
            if found["is"] != vkey:
                details = {"setting": SETTINGS[name], "expected": found["is"], "found": vkey}
                return Unavailable(f"{name}.other-key", RETRY_SECONDS, **details)
        return None

    def changed(self) -> bool:
        """Now and then: a process keeps the keys it started with, and ends where an operator replaced one meanwhile."""
        if monotonic() - self._looked_at < AGAIN_SECONDS:
            return False
        self._looked_at = monotonic()
        return True


def looks_of(
    settings: Settings,
    database: mongo.Database,
    names: Names,
    keys: Mapping[str, SigningKey],
) -> Sequence[Look]:
    """The stores that this process writes to, and its keys; the scratch collections are ones that it may empty."""
    driver, authorised = settings.mongo_driver, settings.mongo_authorisation == "required"
    looks: list[Look] = [
        Fitness(database.client, database, settings.mongo_url, driver, authorised, scratch="writers")
    ]
    if settings.keys_mongo_url != settings.mongo_url:
        of_keys, url = names.store.database, settings.keys_mongo_url
        looks.append(Fitness(of_keys.client, of_keys, url, driver, authorised, scratch="places"))
    return [*looks, OwnKeys(database, keys)]
