"""The tables of README's "How fast", from what the benches left in docs/.

python -m tests.bench.front      writes them into README.md
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from services.cli.telling import out
from tests.bench.pages import put, table
from tests.bench.works import ROOT

PAGE = ROOT / "README.md"
BENCH = ("<!-- from docs/bench.json -->", "<!-- end of docs/bench.json -->")
CITY = ("<!-- from docs/bench-city.json -->", "<!-- end of docs/bench-city.json -->")
Row = tuple[str, str, str]


def bench_table(found: dict[str, Any]) -> str:
    """What this machine did, each figure beside something measured in the same run or beside its goal."""
    return table(("measured", "", "beside it"), [*_parts(found), *_commands(found), *_whole(found)])


def _parts(found: dict[str, Any]) -> list[Row]:
    log, relay, deciding = found["log"], found["relay"], found["deciding"]
    register, inspect = deciding["register"], deciding["inspect"]
    theirs = found["others"]["document_per_stream"]
    return [
        ("raw ordered `insert_many`, batches of 256, same documents and indexes", f"{log['raw_per_second']:,}/s", ""),
        ("the log's own append", f"{log['log_per_second']:,}/s", f"{log['share']:.2f} of raw; goal 0.85"),
        ("load, decide, append in one process: RegisterModel / RecordInspection",
         f"{register['per_second']:,} / {inspect['per_second']:,} a second",
         f"{register['cpu_ms']} / {inspect['cpu_ms']} ms of CPU; goal 1,500"),
        ("one document per stream on the same server (emmett's layout), append only",
         f"{theirs['per_second']:,}/s", f"{theirs['cpu_ms']} ms of CPU"),
        ("bare pipelined JetStream publishes / the relay",
         f"{relay['publish_per_second']:,} / {relay['relay_per_second']:,} a second", f"{relay['share']:.2f}"),
        ("ledger follow", f"{relay['ledger_per_second']:,}/s", ""),
    ]  # fmt: skip


def _commands(found: dict[str, Any]) -> list[Row]:
    turns = found["commands"]
    inspect, refused = found["other_commands"]
    clients = " / ".join(str(each["clients"]) for each in turns)
    return [
        (f"RegisterModel over HTTP, {clients} clients",
         _joined(str(each["per_second"]) for each in turns) + " a second",
         f"p50 {_joined(str(each['p50_ms']) for each in turns)} ms, "
         f"p99 {_joined(str(each['p99_ms']) for each in turns)} ms; goal 500"),
        (f"… CPU of the whole system (of registry), {clients}", _joined(_cpu(each) for each in turns), "goal 3 (1)"),
        ("… store round trips", _joined(str(each["store_round_trips"]) for each in turns), "all services together"),
        ("RecordInspection over HTTP, 64 clients", f"{inspect['per_second']}/s", f"{_cpu(inspect)}; goal 700"),
        ("a refusal, 64 clients", f"{refused['per_second']}/s", _cpu(refused)),
        ("RegisterModel, 16 clients, log of " + _joined(f"{each['events']:,}" for each in found["growth"]),
         _joined(f"{each['per_second']}" for each in found["growth"]) + " a second",
         ", ".join(_cpu(each) for each in found["growth"])),
    ]  # fmt: skip


def _whole(found: dict[str, Any]) -> list[Row]:
    near = {each["names"]: each["cpu_ms"] for each in found["similar"] if not each["alike"]}
    idle, visible, rebuild, verify = (found[name] for name in ("idle", "visible", "rebuild", "verify"))
    return [
        ("names that come close, among 10,000 / 125,000", f"{near[10_000]} / {near[125_000]} ms of CPU", "goal 2"),
        ("Merkle append and root", f"{found['merkle']['leaves_per_second']:,} leaves/s", "goal 200,000"),
        ("the stack at rest", f"{idle['percent_all']} % of a core",
         f"{idle['store_round_trips_per_second']} store round trips a second; goal 2 %"),
        ("from acknowledged to visible in reporting, idle",
         f"p50 {visible['p50_ms']} ms, p99 {visible['p99_ms']} ms", ""),
        ("read models rebuilt", f"{rebuild['per_second']:,}/s", f"{rebuild['entries']:,} entries; goal 5,000"),
        ("verified, with JetStream, MongoDB and the ledger beside", f"{verify['per_second']:,}/s",
         f"{verify['events']:,} entries of logs and ledger, starting the program included; goal 20,000"),
    ]  # fmt: skip


def city_table(found: dict[str, Any]) -> str:
    """What reporting does with a city's years, when it holds the first tenth of them and when it holds all."""
    first, last = found["slices"][0], found["slices"][-1]
    few, many = found["queries"]["10 %"], found["queries"]["100 %"]
    return table(("measured", "10 %", "100 %"), [
        ("ledger and read models, events a second",
         *(f"{each['ledger_and_fold_per_second']:,}" for each in (first, last))),
        *((f"{name}, p50 / p99", _times(few[name]), _times(many[name])) for name in many),
        ("memory of reporting", *(f"{each['memory_mb']} MB" for each in (first, last))),
        ("read models rebuilt, the old ones answering", "",
         f"{found['rebuild']['per_second']:,}/s, {found['rebuild']['seconds']:.0f} s, at most "
         f"{found['rebuild']['memory_mb_most']:,} MB, {found['rebuild']['differences']} differences"),
        ("a new start", "", f"{found['start']['seconds']:.0f} s, {found['start']['memory_mb']} MB"),
    ])  # fmt: skip


def _times(asked: dict[str, Any]) -> str:
    return f"{asked['p50_ms']:.0f} / {asked['p99_ms']:.0f} ms"


def _cpu(turn: dict[str, Any]) -> str:
    return f"{turn['cpu_ms_all']} ms ({turn['cpu_ms']['registry']})"


def _joined(parts: Iterable[str]) -> str:
    return " / ".join(parts)


def written(page: str) -> str:
    """The page with the tables of today in it."""
    for marks, name, told in ((BENCH, "bench", bench_table), (CITY, "bench-city", city_table)):
        page = put(page, *marks, told(json.loads((ROOT / "docs" / f"{name}.json").read_text("utf-8"))))
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    out(str(PAGE))
