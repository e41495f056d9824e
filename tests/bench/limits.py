"""What lies beneath each rate that has a goal: the least that the same work costs here, measured in the same run.

python -m tests.bench.limits     measures this alone, in some minutes, and puts it into docs/bench.json

A floor is measured with the server, driver, library or interpreter that our code stands on, doing what cannot be left
out and nothing else. Beside each stands what ours costs, measured a moment before or after. CPU time is what counts:
a neighbour on the machine changes rates more than it changes that. `bounds.py` says what follows.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

from services.cli.broker import Broker
from services.cli.children import end_child, free_port, is_free, start_child, tail
from services.cli.embedded.servers import EmbeddedServers
from services.cli.telling import note, out
from shared import SERVICES
from shared.process import logs
from shared.process.main import SELDOM
from shared.process.settings import Driver
from tests.bench import bounds, floors, undisturbed
from tests.bench.bare import READY, SERVERS
from tests.bench.goals import rows
from tests.bench.parts import Bench
from tests.bench.usage import cpu_ms, load_average, spending
from tests.bench.whole import CLIENTS, Whole, asked, inspecting, printed, registering, said, standing
from tests.bench.works import OFFICER, ROOT, registration

MODELS = 3000
"""Registered before what reads all of it again is looked at."""
SETTLING, IDLE = 10.0, 20.0
PATIENCE = 60.0
KINDS = ("asgi", "framework", "doors")


def measured(directory: Path, driver: Driver, seconds: float, models: int) -> dict[str, Any]:
    """Everything: what needs nothing, what needs the servers, what needs the system. So many `models` are registered
    before what reads all of it again is looked at."""
    before = load_average()
    directory.mkdir(parents=True, exist_ok=True)
    gc.set_threshold(*SELDOM)  # as a service does
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        alone = stack.enter_context(EmbeddedServers(directory / "alone"))
        asked_nothing = stack.enter_context(EmbeddedServers(directory / "connected"))
        whole = stack.enter_context(standing(directory / "system", seconds, driver))
        found["idle"] = idle(alone, asked_nothing, whole, directory)
        asked_nothing.stop()
        note("… nhật ký, kho, JetStream trần · log, store and JetStream, bare")
        found["append"] = asyncio.run(floors.appending(alone, driver))
        found["write"] = asyncio.run(floors.writing(alone, driver))
        found["crossing"] = asyncio.run(floors.crossing(alone))
        note("… quyết định mà không có kho, và có kho · deciding without a store, and with it")
        found["deciding"] = asyncio.run(undisturbed.deciding())
        first = asyncio.run(undisturbed.handling())
        found["decided"] = asyncio.run(Bench(alone, driver).deciding())
        found["deciding"]["handled"] = round((first + asyncio.run(undisturbed.handling())) / 2, 3)
        alone.stop()
        found["http"] = {kind: bare(kind, whole, directory) for kind in KINDS}
        found["commands"] = commands(whole)
        whole.fill(models)
        found["rebuild"] = rebuild(whole, driver, directory / "system")
        found["verify"] = verify(whole, directory / "system")
    return found | {"cores": os.cpu_count(), "load_average": [before, load_average()]}


# --- at rest ----------------------------------------------------------------------------------------


def idle(alone: EmbeddedServers, connected: EmbeddedServers, whole: Whole, directory: Path) -> dict[str, Any]:
    """Per cent of a core while nobody asks anything, all in the same seconds: the servers `alone`; servers to which
    four processes are `connected` by a driver of each kind; and the system."""
    note("… khi không ai hỏi: máy chủ, trình điều khiển, cả hệ thống · at rest: servers, drivers, the system")
    with ExitStack() as stack:
        drivers: dict[str, int] = {}
        for service in SERVICES:
            servers = dict(
                zip(SERVERS, (connected.mongo.url_of(service), connected.nats_url(service)), strict=True)
            )
            drivers[f"driver {service}"] = stack.enter_context(program(directory, "drivers", **servers)).pid
        sleep(SETTLING)
        sides: dict[str, Mapping[str, int | None]] = {
            "alone": {"mongo": alone.mongo.pid, "nats": alone.nats.pid},
            "connected": {"mongo": connected.mongo.pid, "nats": connected.nats.pid, **drivers},
            "system": whole.pids(),
        }
        pids = {
            (side, name): pid for side, each in sides.items() for name, pid in each.items() if pid is not None
        }
        before, begun = {key: cpu_ms(pid) for key, pid in pids.items()}, perf_counter()
        sleep(IDLE)
        spent = perf_counter() - begun
        found: dict[str, dict[str, float]] = {side: {} for side in sides}
        for (side, name), pid in pids.items():
            found[side][name] = round((cpu_ms(pid) - before[side, name]) / spent / 10, 2)
    return {
        "percent": found,
        "percent_all": {side: round(sum(each.values()), 2) for side, each in found.items()},
    }


# --- over HTTP --------------------------------------------------------------------------------------


def bare(kind: str, whole: Whole, directory: Path) -> dict[str, Any]:
    """A server that answers each registration at once: what a request costs it, by number of clients."""
    note(f"… HTTP: {kind}")
    port, found = free_port(), dict[str, Any]()
    given = [str(whole.stack.place.jwks)] if kind == "doors" else []
    with program(directory, kind, str(port), *given) as server:
        order = {
            "url": f"http://127.0.0.1:{port}",
            "token": whole.system.headers(OFFICER)["Authorization"].removeprefix("Bearer "),
            "works": [("/models", registration())],
            "seconds": whole.seconds / 2,
        }
        asked({**order, "clients": 4, "seconds": 0.5})
        for clients in (CLIENTS[0], CLIENTS[-1]):
            before = cpu_ms(server.pid)
            one = asked({**order, "clients": clients})
            if one["refused"]:
                raise RuntimeError(f"{kind}: {one['refused']} were refused")
            cpu = (cpu_ms(server.pid) - before) / one["commands"]
            found[str(clients)] = {**one, "cpu_ms": round(cpu, 3)}
    return found


def commands(whole: Whole) -> dict[str, Any]:
    """The same through the system."""
    found = {
        str(clients): whole.load("RegisterModel", registering(40 + clients), clients)
        for clients in (CLIENTS[0], CLIENTS[-1])
    }
    return found | {"inspect": whole.load("RecordInspection", inspecting(whole.fill(256)), CLIENTS[-1])}


@contextmanager
def program(directory: Path, kind: str, *given: str, **named: str) -> Generator[Popen[bytes]]:
    """One of the programs of `bare.py`, from when it is ready for as long as it is needed; `named` is added to its
    environment."""
    log = directory / f"bare-{uuid4()}.log"
    child = start_child(
        [sys.executable, "-m", "tests.bench.bare", kind, *given], log, env={**os.environ, **named}, cwd=ROOT
    )
    until = perf_counter() + PATIENCE
    try:
        while not (READY in log.read_text("utf-8") if named else not is_free(int(given[0]))):
            if child.poll() is not None or perf_counter() > until:
                raise RuntimeError(f"{kind}: {tail(log)}")
            sleep(0.1)
        yield child
        if child.poll() is not None:
            raise RuntimeError(f"{kind}: {tail(log)}")
    finally:
        end_child(child)


# --- all of it again --------------------------------------------------------------------------------


def rebuild(whole: Whole, driver: Driver, place: Path) -> dict[str, Any]:
    """Reading the ledger out of the store beside folding it anew; CPU of an entry."""
    note("… đọc lại sổ cái, dựng lại · the ledger read, and folded anew")
    server = whole.stack.servers.mongo
    floor = asyncio.run(floors.ledger_read(server.url, driver, server.pid or 0))
    with spending(whole.meter) as cost:
        position = int(said("rebuild", "--json", "--data-dir", str(place))["rebuild"]["position"])
    return {"floor": floor, "ours": cost(position)}


def verify(whole: Whole, place: Path) -> dict[str, Any]:
    """Bringing every copy here and hashing it beside verifying it; CPU of an entry of logs and ledger. What `dvk` costs
    before it does anything (`start_cpu_ms`) is taken once."""
    note("… tải và băm, kiểm chứng · fetched and hashed, and verified")
    servers = whole.stack.servers
    floor = asyncio.run(
        floors.copies_read(whole.system, servers.mongo.url, Broker(servers.nats.url), whole.pids())
    )
    with spending(whole.meter) as starting:
        printed("verify", "--help")
    start = starting(1)["own_cpu_ms"]
    with spending(whole.meter) as cost:
        found = said("verify", "log", "--all", "--json", "--data-dir", str(place))
    entries = sum(int(log["events"]) for log in found)
    return {"floor": floor, "ours": {"events": entries, **cost(entries)}, "start_cpu_ms": start}


def main() -> None:
    """Measure this alone, and put it beside the rest."""
    parser = argparse.ArgumentParser(
        prog="tests.bench.limits", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a round (5)")
    parser.add_argument(
        "--models", type=int, default=MODELS, help=f"registered before all is read again ({MODELS})"
    )
    parser.add_argument(
        "--driver", choices=("motor", "pymongo"), default="motor", help="MongoDB driver (motor)"
    )
    parser.add_argument("--file", type=Path, default=ROOT / "docs" / "bench.json", help="what it is put into")
    args = parser.parse_args()
    logs.set_up("bench", "WARNING")
    with tempfile.TemporaryDirectory(prefix="dvk-limits-") as directory:
        limits = measured(Path(directory), args.driver, args.seconds, args.models)
    known = json.loads(args.file.read_text("utf-8"))
    known["limits"] = limits
    known["goals"] = [vars(row) for row in rows(known)]
    args.file.write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", "utf-8")
    out(f"{bounds.table(known)}\n\n{args.file}")


if __name__ == "__main__":
    main()
