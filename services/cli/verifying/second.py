"""What the second witness shows of reporting's log and of the ledger, to whoever cannot look into its database."""

from __future__ import annotations

from services.cli.talking import Refusal
from services.cli.verifying.beside import Memory, Row
from services.cli.verifying.reading import Web
from services.cli.verifying.remembered import SECOND
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
