"""What replacing a key that signs changes in the databases: which key it is, which it was, why, and how one leads to
the other. Every step may be done twice: a verb that was interrupted is called again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo
from pymongo.collection import Collection

from services.cli.telling import Failure
from services.reporting.feed.hooks.signing import NotOurs, Sealing
from services.reporting.ledger.own_key import ledger_key
from shared.process.own_keys import COSIGNS, cosigning_key, place_of
from shared.process.replaced_keys import handovers_in
from shared.tlog.handover import Tree, handed_over, joined, read, withdrawn
from shared.tlog.merkle import EMPTY_ROOT
from shared.tlog.note import LOG, Note, NoteRefused, SigningKey, VerifyingKey

Client = pymongo.MongoClient[dict[str, Any]]
Document = Mapping[str, Any]
Places = Collection[dict[str, Any]]
SIGNED = {"log": "signed", "ledger": "ledger_signed"}


@dataclass(frozen=True)
class Act:
    """Why a key is replaced, as of when (seconds since 1970), and whether the old one counts nothing from then on."""

    reason: str
    time: int
    stolen: bool


@dataclass(frozen=True)
class Replacement:
    """One key for another; the old one is None where it is lost, and what the database says of it is all there is."""

    what: str
    """`log`, `ledger`, `witness`."""
    old: SigningKey | None
    new: SigningKey


def of_seeds(what: str, old: SigningKey | None, new: SigningKey) -> Iterator[Replacement]:
    """All keys that follow from a seed: with that of reporting's log the ledger's too, with that of awards' the second
    witness's. The log's is the last."""
    prefix, _, service = new.name.rpartition("/")
    if what == "log" and service == "reporting":
        name = f"{prefix}/ledger"
        yield Replacement(
            "ledger", None if old is None else ledger_key(name, old.seed), ledger_key(name, new.seed)
        )
    if what == "log" and service == COSIGNS:
        before = None if old is None else cosigning_key(prefix, old.seed)
        yield Replacement("witness", before, cosigning_key(prefix, new.seed))
    yield Replacement(what, old, new)


def replace(client: Client, prefix: str, replacement: Replacement, act: Act) -> None:
    """Write down the new key with how it came from the old one, unless that is written already."""
    new = replacement.new.verifying
    log = new.name.rpartition("/")[2]
    service = "reporting" if replacement.what == "ledger" else log.removesuffix("-witness")
    database = client[f"{prefix}_{service}"]
    found = database["places"].find_one({"_id": place_of(replacement.what)})
    if found is None or found["is"] != new.vkey:
        old = replacement.old.verifying if replacement.old is not None else _known(found)
        tree = _signed(database[SIGNED[replacement.what]]) if new.kind == LOG else None
        note = None if old is None or old.name != new.name else _said(replacement, old, tree, act)
        _must_go_on(found, note)
        before = None if old is None else old.vkey
        replaced(database["places"], replacement.what, new.vkey, act, before, note)
    if new.kind == LOG and act.stolen:
        # A witness believes a stolen key's heir because an operator says so, who alone can write there.
        for witness in ("reporting", COSIGNS):
            keys = client[f"{prefix}_{witness}"]["log_keys"]
            keys.update_one({"_id": log}, {"$set": {"vkey": new.vkey}})


def replaced(places: Places, what: str, new: str, act: Act, old: str | None, note: Note | None) -> None:
    """Write down that this is the key from now on, which one it was, and why."""
    until = datetime.now(UTC).isoformat(timespec="seconds")
    was: dict[str, Any] = {"is": old, "until": until, "reason": act.reason, "stolen": act.stolen}
    if note is not None:
        was["handover"] = note.raw.decode()
    places.update_one({"_id": place_of(what)}, {"$set": {"is": new}, "$push": {"before": was}}, upsert=True)


def sealed_anew(client: Client, prefix: str, old: SigningKey, new: SigningKey) -> int:
    """Webhooks' secrets open with what follows from reporting's log key: seal them with the new one; how many."""
    hooks, mine, other = client[f"{prefix}_reporting"]["webhooks"], Sealing(old.seed), Sealing(new.seed)
    count = 0
    for hook in hooks.find({}):
        secrets: Sequence[Document] = hook["secrets"]
        try:
            fresh = [
                {**one, "sealed": other.sealed(hook["_id"], mine.opened(hook["_id"], one["sealed"]))}
                for one in secrets
            ]
        except NotOurs:  # sealed anew already, or with a key that was lost before
            continue
        hooks.update_one({"_id": hook["_id"]}, {"$set": {"secrets": fresh}})
        count += 1
    return count


def _must_go_on(place: Document | None, note: Note | None) -> None:
    """Nothing is written down after which the handovers so far would be refused."""
    try:
        read(joined([handovers_in(place), b"" if note is None else note.raw]))
    except NoteRefused as refused:
        raise Failure(
            f"Không nối tiếp bàn giao trước: {refused}", f"It does not go on: {refused}"
        ) from refused


def _known(place: Document | None) -> VerifyingKey | None:
    return VerifyingKey.parse(place["is"]) if place is not None and place["is"] else None


def _signed(signed: Collection[dict[str, Any]]) -> Tree:
    newest = signed.find_one({}, sort=[("_id", -1)])
    return Tree(0, EMPTY_ROOT) if newest is None else Tree(int(newest["size"]), bytes(newest["root"]))


def _said(replacement: Replacement, old: VerifyingKey, tree: Tree | None, act: Act) -> Note:
    if replacement.old is None or act.stolen:
        return withdrawn(old, replacement.new, act.time, tree)
    return handed_over(replacement.old, replacement.new, act.time, tree)
