"""Passwords of the embedded servers: made once, kept in files that only their owner can read."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from services.cli.wanting import OF_SECRETS, members
from services.cli.writing import beside, write_secret
from shared import SERVICES

ON_NATS = (*SERVICES, "operator")


def passwords(path: Path, names: Sequence[str] = SERVICES) -> dict[str, str]:
    """A password for each name; made at the first start, kept for all others.

    Of several that start at once in one directory all get the same ones: the file is put there by whoever comes
    first, and read by everybody.
    """
    known: dict[str, str] = members(path, {}, *OF_SECRETS) if path.exists() else {}
    wanted = {name: known.get(name) or secrets.token_hex(24) for name in names}
    if known and wanted != known:
        write_secret(path, json.dumps(wanted, indent=2))
    elif not known:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = beside(path, json.dumps(wanted, indent=2))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
        wanted = json.loads(path.read_text("utf-8"))
    return wanted
