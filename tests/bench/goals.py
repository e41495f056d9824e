"""What is to be reached, beside what was measured; and where it was not, what it is bound by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.bench.bounds import bound_of

CORES_MS = 1000.0


@dataclass(frozen=True)
class Row:
    """One line of the table. `bound` says what holds it where it is; empty where the goal is reached."""

    key: str
    """What it is called in `bounds.BOUNDS`, where a floor is measured beneath it."""
    what: str
    goal: str
    measured: str
    reached: bool
    bound: str = ""


def rows(found: dict[str, Any]) -> Iterator[Row]:
    """The table of goals, from a whole result. A measured floor says more than what was thought without one."""
    for row in (*_parts(found), *_commands(found), *_rest(found)):
        yield row if row.reached else replace(row, bound=bound_of(row.key, found) or row.bound)


def _parts(found: dict[str, Any]) -> Iterator[Row]:
    log, decide = found["log"], found["deciding"]["register"]
    yield _least(
        "append",
        "log's append beside raw insert_many",
        0.85,
        log["share"],
        f"{log['log_per_second']:,}/s of {log['raw_per_second']:,}/s",
        "the processor: numbering, hashing and encoding beside the driver's own work",
    )
    yield _least(
        "deciding",
        "load + decide + append, one process, 64 tasks (1/s)",
        1500,
        decide["per_second"],
        f"{decide['cpu_ms']} ms of CPU each",
        _cpu(decide["per_second"], decide["cpu_ms"], found),
    )
    largest = max((one for one in found["similar"]), key=lambda one: one["cpu_ms"])
    yield _most(
        "similar",
        "similar names among 125,000 (ms of CPU)",
        2,
        largest["cpu_ms"],
        f"worst: {largest['names']:,}{', all but identical' if largest['alike'] else ''}",
        "the processor",
    )
    tree = found["merkle"]
    yield _least(
        "merkle",
        "Merkle append and root (leaves/s)",
        200_000,
        tree["leaves_per_second"],
        "",
        "SHA-256 calls from Python",
    )
    yield _least(
        "verify",
        "verify, with proofs and copies (1/s)",
        20_000,
        found["verify"]["per_second"],
        f"{found['verify']['events']:,} entries of logs and ledger, starting the program included",
        "one process on one core: each copy is parsed and hashed once, a line made canonical again; what the services, "
        "MongoDB and NATS spend on serving them is a fifth of that, on the other core",
    )


def _commands(found: dict[str, Any]) -> Iterator[Row]:
    one, many = found["commands"][0], found["commands"][-1]
    yield _most("p50", "one client, p50 (ms)", 8, one["p50_ms"], "", _load(found))
    yield _most("p99", "one client, p99 (ms)", 25, one["p99_ms"], "", _load(found))
    yield _least(
        "register",
        "RegisterModel, 64 clients (1/s)",
        500,
        many["per_second"],
        f"followed {many['followed_after_s']} s later",
        _cpu(many["per_second"], many["cpu_ms_all"], found),
    )
    yield _most(
        "registry",
        "… registry (ms of CPU)",
        1,
        many["cpu_ms"]["registry"],
        "",
        "see what the profiler says of doors and driver",
    )
    yield _most(
        "whole",
        "… the whole system (ms of CPU)",
        3,
        many["cpu_ms_all"],
        _each(many["cpu_ms"]),
        "the sum of its parts",
    )
    grown = found["growth"]
    if grown:
        share = grown[-1]["cpu_ms_all"] / max(grown[0]["cpu_ms_all"], 0.01)
        yield _most(
            "growth",
            f"growth, {grown[-1]['events']:,} beside {grown[0]['events']:,} events (CPU, ratio)",
            1.2,
            round(share, 2),
            ", ".join(f"{g['events']:,}: {g['cpu_ms_all']} ms" for g in grown),
            "what noise there is at these rates",
        )
    inspected, refused = found["other_commands"][0], found["other_commands"][1]
    yield _least(
        "inspect",
        "RecordInspection, 64 clients (1/s)",
        700,
        inspected["per_second"],
        f"{inspected['cpu_ms_all']} ms of CPU",
        _cpu(inspected["per_second"], inspected["cpu_ms_all"], found),
    )
    yield _most(
        "refusal",
        "a refusal beside a yes (registry's CPU, ratio)",
        1.0,
        round(refused["cpu_ms"]["registry"] / max(many["cpu_ms"]["registry"], 0.01), 2),
        f"{refused['cpu_ms']['registry']} ms, {refused['store_round_trips']} round trips",
        "its look at the head",
    )


def _rest(found: dict[str, Any]) -> Iterator[Row]:
    rest = found["idle"]
    yield _most(
        "idle",
        "idle stack (% of a core)",
        2,
        rest["percent_all"],
        f"{_each(rest['percent'])}; {rest['store_round_trips_per_second']} store round trips/s",
        "four Python processes, two servers, each with timers of its own",
    )
    yield _least(
        "rebuild",
        "read models rebuilt (1/s)",
        5000,
        found["rebuild"]["per_second"],
        f"{found['rebuild']['entries']:,} entries",
        "one process: of an entry's 0.25 ms of CPU rows of figures and findings are two fifths, reading it and cards a "
        "fifth, what is written with it and the driver the rest; MongoDB's 0.06 ms run beside it",
    )


def _least(key: str, what: str, goal: float, measured: float, more: str, bound: str) -> Row:
    reached = measured >= goal
    return Row(key, what, f"≥ {goal:,}", _said(measured, more), reached, "" if reached else bound)


def _most(key: str, what: str, goal: float, measured: float, more: str, bound: str) -> Row:
    reached = measured <= goal
    return Row(key, what, f"≤ {goal:,}", _said(measured, more), reached, "" if reached else bound)


def _said(measured: float, more: str) -> str:
    return f"{measured:,}" + (f" ({more})" if more else "")


def _each(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _cpu(per_second: float, cpu_ms: float, found: dict[str, Any]) -> str:
    used = per_second * cpu_ms / CORES_MS
    return (
        f"the processor: {per_second:,} × {cpu_ms} ms = {used:.2f} of {found['cores']} cores; {_load(found)}"
    )


def _load(found: dict[str, Any]) -> str:
    before, after = found["load_average"]
    return f"load average {before} before and {after} after"
