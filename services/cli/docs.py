"""`dvk docs`: OpenAPI and AsyncAPI of the four services as they would be served, what agencies build on, who may what,
codes, requirements.

The shipped templates of papers are written anew too: Word files that are made here, as the city would make its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from services.cli import access, codes, digests, traceability
from services.cli.papers.layouts import templates
from services.cli.telling import note
from services.reporting.documents.papers.shelf import SHIPPED
from services.reporting.feed import contract
from shared import SERVICES, VERSION
from shared.doors import asyncapi
from shared.process.running import Extend, Running, application, assemble
from shared.process.settings import from_environment

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOWHERE = "127.0.0.1:9"
SEED = "00" * 32
"""For services that are put together to be described and never run: nothing is signed or opened with it."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("--dir", type=Path, default=DOCS, help="nơi ghi · where to write (docs)")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    for name, text in documents().items():
        path = args.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            note(f"{path} · {len(text) // 1024} kB")
    for kind, made in (templates() if args.dir == DOCS else {}).items():
        path = SHIPPED / f"{kind}.docx"
        if not path.exists() or path.read_bytes() != made:
            path.write_bytes(made)
            note(f"{path} · {len(made) // 1024} kB")
    return 0


def documents() -> dict[str, str]:
    """Every generated document by its path below docs/."""
    return asyncio.run(_documents())


async def _documents() -> dict[str, str]:
    promised: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="dvk-docs-") as directory:
        for service in SERVICES:
            running = described(service, Path(directory))
            promised[f"openapi/{service}.json"] = application(running).openapi()
            promised[f"asyncapi/{service}.json"] = asyncapi.document(running)
            await running.names.store.close()
    found = {name: written(document) for name, document in promised.items()}
    found["agencies/asyncapi.json"] = written(contract.document(VERSION))
    for wire, schema in contract.schemas().items():
        found[f"agencies/schemas/{wire}.json"] = written(schema)
    found["contract.txt"] = digests.page(promised)
    found["access.md"] = access.page({name: promised[f"openapi/{name}.json"] for name in SERVICES})
    found["codes.md"] = codes.page()
    found["traceability.md"] = traceability.page()
    return found


def written(document: Mapping[str, Any]) -> str:
    """JSON that shows in a diff what changed: small objects stand in one line."""
    return "\n".join(_lines(document, "")) + "\n"


def _lines(value: Any, indent: str) -> list[str]:
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(short) <= 110 or not isinstance(value, dict | list) or not value:
        return [short]
    deeper = f"{indent} "
    lines = ["{" if isinstance(value, dict) else "["]
    parts: list[tuple[str | None, Any]] = (
        list(cast("dict[str | None, Any]", value).items())
        if isinstance(value, dict)
        else [(None, each) for each in cast("list[Any]", value)]
    )
    for number, (name, each) in enumerate(parts, 1):
        first, *rest = _lines(each, deeper)
        head = "" if name is None else f"{json.dumps(name, ensure_ascii=False)}: "
        block = [f"{deeper}{head}{first}", *rest]
        if number < len(parts):
            block[-1] += ","
        lines += block
    return [*lines, f"{indent}{'}' if isinstance(value, dict) else ']'}"]


def described(service: str, directory: Path) -> Running:
    """A service with all its parts, connected to nothing."""
    key = directory / "key"
    key.write_text(SEED + "\n", encoding="ascii")
    env = {
        "DVK_HTTP_PORT": "1",
        "DVK_MONGO_URL": f"mongodb://{NOWHERE}",
        "DVK_NATS_URL": f"nats://{NOWHERE}",
        "DVK_LOG_KEY_FILE": str(key),
        "DVK_WITNESS_KEY_FILE": str(key),
        "DVK_KEY_ENCRYPTION_KEY_FILE": str(key),
        "DVK_KEY_STORE": str(directory / "keys"),
        "DVK_JWKS_FILE": str(directory / "jwks.json"),
        "DVK_TOKEN_ISSUER": "nobody",
        "DVK_TOKEN_AUDIENCE": "nobody",
        **{f"DVK_{name.upper()}_URL": f"http://{NOWHERE}" for name in SERVICES},
    }
    known = import_module(f"services.{service}.app").SERVICE
    return assemble(from_environment(service, env), known, extension(service))


def extension(service: str) -> Extend | None:
    """What a service adds to what all are; None where it adds nothing."""
    name = f"services.{service}.composition"
    return None if find_spec(name) is None else import_module(name).extend
