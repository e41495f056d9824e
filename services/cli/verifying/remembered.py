"""What our witnesses remember of each log: its key, and the checkpoint they cosigned last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.cli.verifying.beside import Memory, roots
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.signers import Signers
from services.cli.verifying.wrong import Wrong
from shared import SERVICES
from shared.process.own_keys import COSIGNED, COSIGNS, place_of
from shared.store.mongo import Database
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.note import Note, NoteRefused


@dataclass(frozen=True)
class Whose:
    """One of our witnesses: in whose database its memory lies, of which logs, and what is said after a finding."""

    service: str
    logs: Sequence[str]
    vi: str = ""
    en: str = ""


FIRST = Whose("reporting", tuple(SERVICES))
SECOND = Whose(COSIGNS, tuple(COSIGNED), f" (nhân chứng thứ hai, {COSIGNS})", f" (second witness, {COSIGNS})")


def witness_wrongs(
    kept: Memory,
    logs: Mapping[str, Leaves],
    keys: Mapping[str, Signers],
    witness: Signers | None,
    whose: Whose = FIRST,
) -> list[Wrong]:
    """What a witness remembers of each log: its keys, and the checkpoint it cosigned last."""
    found = _remembered_wrongs(kept, logs, keys, witness)
    strangers = sorted({*kept.keys, *kept.cosigned}.difference(whose.logs))
    vi, en = "nhân chứng nhớ một nhật ký không có", "the witness remembers a log that there is not"
    found += (Wrong(whose.service, None, vi, en, ", ".join(whose.logs), name) for name in strangers)
    return [replace(each, vi=each.vi + whose.vi, en=each.en + whose.en) for each in found]


def _remembered_wrongs(
    kept: Memory, logs: Mapping[str, Leaves], keys: Mapping[str, Signers], witness: Signers | None
) -> list[Wrong]:
    found: list[Wrong] = []
    known, cosigned = kept.keys, kept.cosigned
    for source, leaves in logs.items():
        mine, remembered = keys.get(source), str(known.get(source, {}).get("vkey"))
        # An earlier one that handed over is followed to the newest at the next look.
        if source in known and mine is not None and remembered not in {key.vkey for key in mine.keys}:
            vi, en = "nhân chứng nhớ khóa khác", "the witness remembers another key"
            found.append(Wrong(source, None, vi, en, mine.newest.vkey, remembered))
        if source not in cosigned:
            if source in known and leaves.size:
                vi, en = "nhân chứng mất trí nhớ về nhật ký này", "the witness has forgotten what it cosigned"
                found.append(Wrong(source, None, vi, en, "cosigned", "—"))
            continue
        found += cosigned_wrongs(source, cosigned[source], leaves, keys.get(source), witness)
        found += older_wrongs(source, kept.farthest.get(source, 0), cosigned[source])
    return found


def older_wrongs(source: str, cosigned: int, row: Mapping[str, Any]) -> list[Wrong]:
    """Whether less is remembered of a log than was cosigned: a memory of an earlier day was put back."""
    size = _size(row)
    if size is None or size >= cosigned:
        return []
    vi, en = "trí nhớ của nhân chứng cũ hơn điều nó đã đồng ký", "the witness remembers less than it cosigned"
    return [Wrong(source, cosigned, vi, en, f"cosigned {cosigned}", f"cosigned {size}")]


def begun_anew(source: str, cosigned: int, signed: Sequence[Mapping[str, Any]]) -> list[Wrong]:
    """Whether a log's record of what it signed lacks what was cosigned first: it was lost, and begun anew since."""
    if not cosigned or any(row.get("size") == cosigned for row in signed):
        return []
    vi, en = "signed: thiếu lần ký mà nhân chứng đã đồng ký", "signed lacks what the witness cosigned"
    first = next((f"size {row.get('size')}" for row in signed), "—")
    return [Wrong(source, cosigned, vi, en, f"size {cosigned}", first)]


def _size(row: Mapping[str, Any]) -> int | None:
    try:
        return Checkpoint.parse(str(row.get("text", ""))).size
    except NoteRefused:
        return None


def cosigned_wrongs(
    source: str,
    row: Mapping[str, Any],
    leaves: Leaves,
    key: Signers | None,
    witness: Signers | None,
) -> list[Wrong]:
    """What is wrong with the checkpoint of a log that the witness keeps as the one it cosigned last."""
    try:
        note = Note.parse(str(row.get("note", "")).encode())
        checkpoint = Checkpoint.parse(note.text)
        if key is not None:
            (key.policy if witness is None else key.with_witness(witness)).judge(note.raw)
    except NoteRefused as refused:
        vi, en = "checkpoint đã đồng ký không đúng chữ ký", "the cosigned checkpoint is not signed"
        return [Wrong(source, None, vi, en, "chữ ký · signatures", str(refused))]
    if row.get("text") != note.text:
        vi, en = "trí nhớ của nhân chứng không khớp", "the witness's memory does not agree with itself"
        return [Wrong(source, None, vi, en, note.text, str(row.get("text")))]
    vi, en = "nhật ký không phải cái đã đồng ký", "the log is not the one that was cosigned"
    return _other_tree(source, leaves, checkpoint, vi, en)


def _other_tree(source: str, leaves: Leaves, checkpoint: Checkpoint, vi: str, en: str) -> list[Wrong]:
    """Nothing where the log has the root of this checkpoint at its size."""
    root = roots(leaves, [checkpoint.size]).get(checkpoint.size)
    if root == checkpoint.root:
        return []
    found = "—" if root is None else root.hex()
    return [Wrong(source, checkpoint.size, vi, en, checkpoint.root.hex(), found)]


async def key_wrongs(database: Database, log: str, what: str, signed_by: Signers | None) -> list[Wrong]:
    """Which key the database says is its own, and which one signs: a service that starts looks there."""
    place: Mapping[str, Any] | None = await database["places"].find_one({"_id": place_of(what)})
    if place is None or signed_by is None or place["is"] == signed_by.newest.vkey:
        return []
    vi, en = "kho dữ liệu ghi khóa khác", "the database says another key"
    return [Wrong(log, None, vi, en, signed_by.newest.vkey, str(place["is"]))]


async def outside_wrongs(
    database: Database, logs: Mapping[str, Leaves], keys: Mapping[str, Signers]
) -> list[Wrong]:
    """The checkpoints that are kept with the lines of other witnesses, and served with proofs."""
    found: list[Wrong] = []
    rows: list[Mapping[str, Any]] = await database["outside"].find({"_id": {"$in": [*logs]}}).to_list(None)
    for row in rows:
        source, note = row["_id"], str(row.get("note", "")).encode()
        try:
            policy = keys[source].policy if source in keys else None
            checkpoint = (
                Checkpoint.parse(Note.parse(note).text) if policy is None else policy.judge(note).checkpoint
            )
        except NoteRefused as refused:
            vi, en = (
                "checkpoint của nhân chứng bên ngoài không đúng chữ ký",
                "the outsiders' checkpoint is not signed",
            )
            found.append(Wrong(source, None, vi, en, "chữ ký · signatures", str(refused)))
            continue
        vi, en = "nhật ký không phải cái bên ngoài đã ký", "the log is not the one that outsiders cosigned"
        found += _other_tree(source, logs[source], checkpoint, vi, en)
    return found
