"""What may happen to a running system: one table. Each accident begins, lasts, ends by itself, and says what it was."""

from __future__ import annotations

import asyncio
import random
import resource
import shutil
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.outside.system import SERVICES, System
from tests.journeys.outside.wires import Mode, Wires

SERVERS = ("nats", "mongo")
JUMPS = (86_400.0, 3600.0, 90.0, -90.0, -3600.0)
"""Seconds by which a machine's clock may stand elsewhere."""


@dataclass
class Scene:
    """Where it happens."""

    system: System
    wires: Wires | None
    rng: random.Random

    def anybody(self) -> str:
        """A service, more rarely a server."""
        return self.rng.choices((*SERVICES, *SERVERS), (4, 4, 4, 4, 2, 2))[0]


async def kill(scene: Scene) -> str:
    """A process, or two at once."""
    names = [scene.anybody()]
    if scene.rng.random() < 0.2:
        names.append(scene.rng.choice(SERVICES))
    done = [name for name in names if scene.system.signal(name, signal.SIGKILL)]
    return f"killed {' and '.join(done)}" if done else ""


async def freeze(scene: Scene) -> str:
    """A process stands still for some seconds."""
    name, pause = scene.anybody(), scene.rng.uniform(0.5, 6.0)
    if (pid := scene.system.pids().get(name)) is None or not scene.system.signal_pid(pid, signal.SIGSTOP):
        return ""
    await asyncio.sleep(pause)
    scene.system.signal_pid(pid, signal.SIGCONT)
    return f"froze {name} for {pause:.1f} s"


async def slow_down(scene: Scene) -> str:
    """A server gets on by fits and starts, as on a disk that others use as well."""
    name, until = scene.rng.choice(SERVERS), asyncio.get_running_loop().time() + scene.rng.uniform(2.0, 8.0)
    pid = scene.system.pids().get(name)
    while pid is not None and asyncio.get_running_loop().time() < until:
        if not scene.system.signal_pid(pid, signal.SIGSTOP):
            return ""
        await asyncio.sleep(scene.rng.uniform(0.1, 0.6))
        scene.system.signal_pid(pid, signal.SIGCONT)
        await asyncio.sleep(scene.rng.uniform(0.02, 0.2))
    return f"slowed {name} down"


def on_a_wire(mode: Mode) -> Callable[[Scene], Awaitable[str]]:
    """One connection between two parts, or all of one service."""

    async def happen(scene: Scene) -> str:
        if scene.wires is None:
            return ""
        wires = [wire for wire in scene.wires.all if mode != "repeating" or wire.name.endswith("nats")]
        one = scene.rng.choice(wires)
        chosen = [one]
        if scene.rng.random() < 0.25:
            chosen = [wire for wire in wires if wire.name.split()[0] == one.name.split()[0]]
        for wire in chosen:
            scene.wires.become(wire, mode)
        await asyncio.sleep(scene.rng.uniform(0.5, 9.0))
        broken = mode == "held" and scene.rng.random() < 0.5
        for wire in chosen:
            scene.wires.become(wire, "well", broken)
        return f"{mode}: {one.name}" + ("" if len(chosen) == 1 else " and its others")

    return happen


async def jump(scene: Scene) -> str:
    """The clock of the machine that a service runs on, there and back."""
    if scene.wires is None:
        return ""
    service, seconds = scene.rng.choice(SERVICES), scene.rng.choice(JUMPS)
    file = scene.system.data_dir / "log" / f"jump-{service}"
    await asyncio.to_thread(file.write_text, str(seconds))
    await asyncio.sleep(scene.rng.uniform(0.5, 8.0))
    await asyncio.to_thread(file.unlink)
    return f"moved the clock of {service} by {seconds:+.0f} s and back"


async def starve(scene: Scene) -> str:
    """A service may open next to nothing more for a while."""
    service = scene.rng.choice(SERVICES)
    if (pid := scene.system.pids().get(service)) is None:
        return ""
    with suppress(OSError):  # it may have died meanwhile
        opened = len(list(Path(f"/proc/{pid}/fd").iterdir()))  # noqa: ASYNC240 - /proc is memory
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (opened + scene.rng.randrange(4), before[1]))
        await asyncio.sleep(scene.rng.uniform(1.0, 6.0))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    return f"left {service} hardly a file to open"


async def lose_the_broker(scene: Scene) -> str:
    """The broker comes back with nothing, or with what it had when it was last lost: without its newest messages."""
    if (pid := scene.system.pids().get("nats")) is None:
        return ""
    held, kept = scene.system.data_dir / "nats" / "jetstream", scene.system.data_dir / "jetstream-of-then"
    scene.system.signal_pid(scene.system.pid, signal.SIGSTOP)  # who would start it again meanwhile
    try:
        scene.system.signal_pid(pid, signal.SIGKILL)
        await asyncio.sleep(0.3)
        return await asyncio.to_thread(_put_back, held, kept, scene.rng.random() < 0.3)
    finally:
        scene.system.signal_pid(scene.system.pid, signal.SIGCONT)


def _put_back(held: Path, kept: Path, wiped: bool) -> str:
    """What the broker had then, or nothing, in the place of what it has; the next time comes from now."""
    now = kept.with_name("jetstream-of-now")
    shutil.copytree(held, now)
    had = kept.exists()
    if wiped or had:
        shutil.rmtree(held)
    if had and not wiped:
        kept.rename(held)
    shutil.rmtree(kept, ignore_errors=True)
    now.rename(kept)
    return "wiped the broker" if wiped else "the broker lost its newest messages" if had else "killed nats"


@dataclass(frozen=True)
class Accident:
    """A row: how often it happens beside the others, and what it is."""

    name: str
    weight: int
    happen: Callable[[Scene], Awaitable[str]]


ACCIDENTS = (
    Accident("killed", 8, kill),
    Accident("frozen", 4, freeze),
    Accident("slowed", 2, slow_down),
    Accident("cut", 2, on_a_wire("cut")),
    Accident("half-open", 2, on_a_wire("held")),
    Accident("delayed", 2, on_a_wire("slow")),
    Accident("repeated", 2, on_a_wire("repeating")),
    Accident("clock", 1, jump),
    Accident("descriptors", 1, starve),
    Accident("broker", 2, lose_the_broker),
)


def drawn(rng: random.Random, only: str | None = None) -> Accident:
    """One of them by its weight, or the one that is asked for."""
    rows = [row for row in ACCIDENTS if only in (None, row.name)]
    return rng.choices(rows, [row.weight for row in rows])[0]
