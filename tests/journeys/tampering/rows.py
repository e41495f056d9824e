"""What is done to the databases, and where it must be named: log (or `figures`), position if it has one, some words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.journeys.tampering.edits import Document, Edits, reworded

LATE = "2099-01-01T00:00:00.000000Z"
EARLY = "2020-01-01T00:00:00.000000Z"
WITNESS = "witness"
"""Named by the witness itself, in an event."""
AS_BEFORE = "as before"
"""Made anew from the events when the service begins, and just what it was: there is nothing left to name."""

STOPS = "stops "
"""This service says what is wrong and does not begin."""
OWN_STOPS, WITNESS_STOPS = f"{STOPS}appraisal", f"{STOPS}reporting"
OTHER = {"is": "x"}


class Row(NamedTuple):
    """One tampering; `log`, `position` and `words` are of the finding that names it.

    `after` is said where it is otherwise after a restart: AS_BEFORE, STOPS and a service, or how the line begins that
    the witness puts on record.
    """

    name: str
    do: Callable[[Edits], None]
    log: str
    position: int | None
    words: str
    after: str = ""


def _name(event: Document) -> None:
    event["data"]["name"] = "Tên khác"


def _actor(event: Document) -> None:
    event["actor"] = "ai-do"


def _edit(database: str, collection: str, at: int, say: Callable[[Document], None], leaf: bool = True) -> Any:
    def do(edits: Edits) -> None:
        text, hashed = reworded(edits.one(database, collection, at)["event"], say)
        edits.change(database, collection, at, event=text, **({"leaf": hashed} if leaf else {}))

    return do


def _set(database: str, collection: str, ident: Any, **members: Any) -> Any:
    return lambda edits: edits.change(database, collection, ident, **members)


def _drop(database: str, collection: str, ident: Any) -> Any:
    return lambda edits: edits.put(database, collection, ident, None)


def _swap(database: str, collection: str, one: Any, other: Any) -> Any:
    return lambda edits: edits.swap(database, collection, one, other)


def _drop_last(database: str, collection: str) -> Any:
    return lambda edits: edits.put(database, collection, edits.all(database, collection)[-1]["_id"], None)


def _flip(database: str, collection: str, ident: Any, member: str, byte: int) -> Any:
    def do(edits: Edits) -> None:
        body = bytearray(edits.one(database, collection, ident)[member])
        body[byte] ^= 1
        edits.change(database, collection, ident, **{member: bytes(body)})

    return do


def _claimed(edits: Edits, database: str) -> Document:
    return next(each for each in edits.all(database, "log") if "claim" in each)


def _claim_changed(edits: Edits) -> None:
    edits.change("appraisal", "log", _claimed(edits, "appraisal")["_id"], claim="another")


def _claim_taken(edits: Edits) -> None:
    document = _claimed(edits, "awards")
    edits.put("awards", "log", document["_id"], {k: v for k, v in document.items() if k != "claim"})


def _claim_made(edits: Edits) -> None:
    plain = next(each for each in edits.all("registry", "log") if "claim" not in each)
    edits.change("registry", "log", plain["_id"], claim="nobody's")


def _older_cosignature(edits: Edits) -> None:
    note = edits.one("reporting", "cosigned", "appraisal")["note"]
    edits.change("reporting", "cosigned", "appraisal", note=note[:-6] + "AAAA=\n")


def _older_memory(edits: Edits) -> None:
    """What is remembered is genuine, but more was cosigned since."""
    last = edits.all("reporting", "cosignatures")[-1]
    edits.put("reporting", "cosignatures", f"registry:{10**9:016d}", {"root": last["root"]})


def _signed_row_more(edits: Edits) -> None:
    last = edits.all("appraisal", "signed")[-1]
    edits.put("appraisal", "signed", last["_id"] + 1, {"size": last["size"] + 7, "root": bytes(32)})


def _figure(edits: Edits) -> None:
    [chunk] = [each for each in edits.all("reporting", _rm(edits, "figures")) if each["_id"] == 0]
    body = bytearray(chunk["columns"])
    body[-8] ^= 3
    edits.change("reporting", _rm(edits, "figures"), 0, columns=bytes(body))


def _rm(edits: Edits, name: str) -> str:
    [place] = [each["_id"] for each in edits.all("reporting", "readmodels") if each["_id"].startswith("rm")]
    return f"{place}_{name}"


def _card(edits: Edits) -> None:
    model = next(each for each in edits.all("reporting", _rm(edits, "model")) if "card" in each)
    card = {**model["card"], "name": "Mô hình khác"}
    edits.change("reporting", _rm(edits, "model"), model["_id"], card=card)


def _card_lost(edits: Edits) -> None:
    model = next(each for each in edits.all("reporting", _rm(edits, "recognition")) if "card" in each)
    edits.put("reporting", _rm(edits, "recognition"), model["_id"], None)


def _bucket(edits: Edits) -> None:
    bucket = next(each for each in edits.all("reporting", "subjects") if each.get("subjects"))
    subjects = bucket["subjects"]
    subjects[0]["parts"] = subjects[0]["parts"][:-1]
    edits.change("reporting", "subjects", bucket["_id"], subjects=subjects)


def _bucket_lost(edits: Edits) -> None:
    bucket = next(each for each in edits.all("reporting", "subjects") if each.get("subjects"))
    edits.put("reporting", "subjects", bucket["_id"], None)


def _publication(edits: Edits) -> None:
    edits.change("reporting", "published", edits.all("reporting", "published")[0]["_id"], json=b"x")


def _publication_lost(edits: Edits) -> None:
    edits.put("reporting", "published", edits.all("reporting", "published")[0]["_id"], None)


def _forged_outside(edits: Edits) -> None:
    note = edits.one("reporting", "cosigned", "registry")["note"]
    size = note.split("\n")[1]
    forged = note.replace(f"\n{size}\n", f"\n{int(size) + 1}\n", 1)
    edits.put("reporting", "outside", "registry", {"note": forged})


def _card_made(edits: Edits) -> None:
    model = next(each for each in edits.all("reporting", _rm(edits, "model")) if "card" in each)
    edits.put("reporting", _rm(edits, "model"), "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11", model)


def _tail_deleted(edits: Edits) -> None:
    for document in edits.all("registry", "log")[-3:]:
        edits.put("registry", "log", document["_id"], None)


def _never_signed(edits: Edits) -> None:
    for document in edits.all("awards", "signed"):
        edits.put("awards", "signed", document["_id"], None)


def _ledger_never_signed(edits: Edits) -> None:
    for document in edits.all("reporting", "ledger_signed"):
        edits.put("reporting", "ledger_signed", document["_id"], None)


def _tile_more(edits: Edits) -> None:
    edits.put("awards", "tiles", "0/0", {"hashes": bytes(8192), "root": bytes(32)})


ROUNDS = (
    (
        Row("an event's text", _edit("registry", "log", 7, _actor, leaf=False), "registry", 7, ""),
        Row("the last event and its leaf", _edit("appraisal", "log", 90, _actor), "appraisal", 90, ""),
        Row("an event and its leaf", _edit("awards", "log", 7, _actor), "awards", 7, ""),
        Row("a card made up", _card_made, "figures", None, "MongoDB"),
    ),
    (
        Row("an event deleted", _drop("registry", "log", 20), "registry", 20, ""),
        Row("the last event deleted", _drop("appraisal", "log", 90), "appraisal", 90, ""),
        Row("two events swapped", _swap("awards", "log", 12, 13), "awards", 12, ""),
        Row("a figure", _figure, "figures", None, "MongoDB"),
    ),
    (
        Row("the last three events deleted", _tail_deleted, "registry", 301, ""),
        Row("an index member", _set("appraisal", "log", 8, version=77), "appraisal", 8, "index member"),
        Row("a type", _set("awards", "log", 9, type="x"), "awards", 9, "index member"),
        Row("a card", _card, "figures", None, "MongoDB"),
    ),
    (
        Row("a claim made up", _claim_made, "registry", None, "claim"),
        Row("a claim changed", _claim_changed, "appraisal", None, "claim"),
        Row("a claim taken away", _claim_taken, "awards", None, "claim"),
        Row("an entry's text", _edit("reporting", "ledger", 40, _actor, leaf=False), "ledger", 40, ""),
    ),
    (
        Row("a tile's hash", _flip("registry", "tiles", "0/0", "hashes", 40), "registry", 2, "tile"),
        Row("a signature too many", _signed_row_more, "appraisal", None, "signed"),
        Row("no digest of a request", _set("awards", "log", 10, request=b"x"), "awards", 10, "request"),
        Row("an entry and its leaf", _edit("reporting", "ledger", 40, _actor), "ledger", 40, ""),
    ),
    (
        Row("a tile's root", _flip("registry", "tiles", "0/0", "root", 4), "registry", None, "tile"),
        Row("a signed size", _set("appraisal", "signed", 1, size=100000), "appraisal", None, "signed"),
        Row("all signatures lost", _never_signed, "awards", None, "signed"),
        Row("entries swapped", _swap("reporting", "ledger", 50, 51), "ledger", 50, ""),
    ),
    (
        Row("a tile lost", _drop("registry", "tiles", "0/0"), "registry", 1, "tile", AS_BEFORE),
        Row("a cosignature", _older_cosignature, "appraisal", None, "cosigned"),
        Row("a signature lost", _drop("awards", "signed", 1), "awards", None, "signed"),
        Row("an entry deleted", _drop("reporting", "ledger", 60), "ledger", 60, ""),
    ),
    (
        Row("the witness's tile", _flip("reporting", "tiles_of_registry", "0/0", "hashes", 70), "registry", 3, "tile"),
        Row("the witness's text", _set("reporting", "cosigned", "awards", text="x\n1\nx\n"), "awards", None, "witness"),
        Row("the last entry deleted", _drop_last("reporting", "ledger"), "ledger", None, "", "ledger of "),
    ),
    (
        Row("a signed root", _flip("registry", "signed", 1, "root", 0), "registry", None, "signed"),
        Row("a key", _set("reporting", "log_keys", "awards", vkey="x+00000000+AAAA"), "awards", None, "key"),
        Row("an entry's source", _set("reporting", "ledger", 41, source="nobody"), "ledger", 41, "fit"),
    ),
    (
        Row("the last signature lost", _drop_last("registry", "signed"), "registry", None, "signed", AS_BEFORE),
        Row("a tile too many", _tile_more, "awards", None, "tile"),
        Row("when an entry came", _set("reporting", "ledger", 42, received=EARLY), "ledger", 42, "time"),
    ),
    (
        Row("the witness's older memory", _older_memory, "registry", None, "remembers less"),
        Row("when an entry came, later", _set("reporting", "ledger", 43, received=LATE), "ledger", 43, "time"),
    ),
    (
        Row("what outsiders cosigned", _forged_outside, "registry", None, "outsiders"),
        Row("the ledger's tile", _flip("reporting", "ledger_tiles", "0/0", "hashes", 70), "ledger", 3, "tile"),
        Row("the heads of a subject", _bucket, "reporting", None, "heads"),
    ),
    (
        Row("what the ledger signed", _flip("reporting", "ledger_signed", 1, "root", 0), "ledger", None, "signed"),
        Row("the heads lost", _bucket_lost, "reporting", None, "heads"),
        Row("a publication's copy", _publication, "reporting", None, "copy"),
    ),
    (
        Row("the newest heads", _set("reporting", "subjects", "newest", root=bytes(32)), "reporting", None, "heads"),
        Row("a publication's copy lost", _publication_lost, "reporting", None, "copy"),
        Row("a card lost", _card_lost, "figures", None, "MongoDB"),
        Row("the second's key", _set("awards", "log_keys", "ledger", vkey="x+00000000+AAAA"), "ledger", None, "second"),
    ),
    (Row("the ledger never signed", _ledger_never_signed, "ledger", None, "signed"),),
    (
        Row("the own key", _set("appraisal", "places", "key:log", **OTHER), "appraisal", None, "key", OWN_STOPS),
        Row("the witness's own key", _set("reporting", "places", "key:witness", **OTHER), "ledger", None, "key",
            WITNESS_STOPS),
    ),
    (Row("the witness's memory", _drop("reporting", "cosigned", "awards"), WITNESS, 0, "cosigned awards"),),
    (Row("a key lost", _drop("reporting", "log_keys", "awards"), WITNESS, 0, "key of awards"),),
)  # fmt: skip
"""Rows of one round are done and looked for at once: none of them hides another."""
