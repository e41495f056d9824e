"""The ledger as it vouches for itself: its size and root, who has signed and cosigned, how to check; the followers."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from services.console.page import HEADERS, page
from services.console.visit import Visit
from shared import SERVICES


def note(text: str | None) -> dict[str, Any] | None:
    """A signed checkpoint (C2SP) as people read it: whose, how far, the root, and who has signed."""
    if text is None:
        return None
    body, _, signatures = text.partition("\n\n")
    origin, size, root = body.split("\n")[:3]
    signers = [line.split(" ")[1] for line in signatures.splitlines() if line.startswith("— ")]
    return {"origin": origin, "size": int(size), "root": root, "signers": signers, "text": text.strip()}


async def ledger(visit: Visit, _named: dict[str, str]) -> Response:
    """Size and root of the ledger, checkpoints and cosignatures, keys, and the commands that check them."""
    head = await visit.ask_now("/ledger/head")
    held = await visit.ask_now("/ledger/positions")
    logs = [
        {
            "source": source,
            "held": held[source],
            "note": note(await visit.text(f"/witness/{source}/checkpoint")),
        }
        for source in SERVICES
    ]
    return page(
        visit, "ledger.html", visit.say("Sổ cái và kiểm chứng", "Ledger and verification"),
        head=head, own=note(await visit.text("/ledger/checkpoint")), logs=logs,
        vkey=await visit.text("/ledger/vkey"), witness=await visit.text("/witness/vkey"),
    )  # fmt: skip


async def inclusion(visit: Visit, _named: dict[str, str]) -> Response:
    """The proof that an entry stands in the ledger, as a verifier reads it."""
    answer = await visit.asking.get("/ledger/proof/inclusion", visit.query)
    return Response(answer.content, headers=HEADERS, media_type="application/json")


PAGES = (("/ledger", ledger), ("/ledger/proof/inclusion", inclusion))
