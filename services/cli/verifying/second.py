"""What the second witness, another service than reporting, says of reporting's log and of the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from services.cli.talking import Refusal
from services.cli.verifying.beside import Memory, Row, memory
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.reading import Web
from services.cli.verifying.remembered import SECOND, witness_wrongs
from services.cli.verifying.signers import Signers
from services.cli.verifying.wrong import Wrong
from shared.store.mongo import Database
from shared.tlog.note import Note, NoteRefused


async def shown_memory(web: Web) -> Memory:
    """What it shows to whoever asks: the checkpoints that it cosigned last."""
    cosigned: dict[str, Row] = {}
    for log in SECOND.logs:
        try:
            raw = await web.get(f"{log}/checkpoint")
            cosigned[log] = {"note": raw.decode(), "text": Note.parse(raw).text}
        except Refusal:
            continue  # never cosigned, or of a version without it
        except (NoteRefused, UnicodeDecodeError):
            cosigned[log] = {"note": "", "text": ""}
    return Memory({}, cosigned, {}, {}, {})


async def kept_memory(database: Database) -> Memory:
    """What it keeps."""
    return await memory(database, SECOND.logs)


def second_wrongs(
    kept: Memory, logs: Mapping[str, Leaves], keys: Mapping[str, Signers], witness: Signers | None
) -> list[Wrong]:
    """Where these logs are not those that it cosigned."""
    return witness_wrongs(kept, logs, keys, witness, SECOND)
