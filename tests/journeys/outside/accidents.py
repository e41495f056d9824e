"""What may happen to a running system: one table. Each accident begins, lasts, ends by itself, and says what it was."""

from __future__ import annotations

import asyncio
import random
import resource
import shutil
import signal
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.outside.disks import Disk
from tests.journeys.outside.members import Members
from tests.journeys.outside.system import SERVICES, System
from tests.journeys.outside.wires import Mode, Wires

SERVERS = ("nats", "mongo")
THEN = "jetstream-of-then"
REMEDY = "dvk relay reset"
"""What an operator does about a stream that cannot be filled again."""
JUMPS = (86_400.0, 3600.0, 90.0, -90.0, -3600.0)
"""Seconds by which a machine's clock may stand elsewhere."""


@dataclass
class Scene:
    """Where it happens."""

    system: System
    wires: Wires | None
    rng: random.Random
    disks: dict[str, Disk] = field(default_factory=dict[str, Disk])
    members: Members | None = None
    damaged: set[str] = field(default_factory=set[str])
    """The services whose stream was damaged and not given anew since: somebody may notice it much later."""
    at_length: bool = False
    """Whether there is time for what takes long, and somebody who uses the verbs of an operator."""

    def has(self, what: str) -> bool:
        """Whether this system has what an accident needs."""
        return not what or bool(getattr(self, what))

    def anybody(self) -> str:
        """A service, more rarely a server."""
        return self.rng.choices((*SERVICES, *SERVERS), (4, 4, 4, 4, 2, 2))[0]


async def kill(scene: Scene) -> str:
    """A process, or two at once; some are asked to end instead."""
    names = [scene.anybody()]
    if scene.rng.random() < 0.2:
        names.append(scene.rng.choice(SERVICES))
    how = signal.SIGTERM if scene.rng.random() < 0.2 else signal.SIGKILL
    done = [name for name in names if scene.system.signal(name, how)]
    return f"{'ended' if how == signal.SIGTERM else 'killed'} {' and '.join(done)}" if done else ""


async def end_all(scene: Scene) -> str:
    """`dvk up` itself is killed and everything of it with it; somebody starts it again."""
    await asyncio.to_thread(scene.system.again)
    return "killed dvk up with all of its own"


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
    """A process may open next to nothing more for a while."""
    service = scene.anybody()
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
    wiped = scene.rng.random() < 0.3
    return await _while_the_broker_is_dead(scene, lambda held: _put_back(held, wiped))


def forget_the_damage(scene: Scene, service: str) -> None:
    """The stream of a service was given anew: what the broker had before, damage and all, does not come back."""
    scene.damaged.discard(service)
    shutil.rmtree(scene.system.data_dir / "nats" / THEN, ignore_errors=True)


async def damage_the_broker(scene: Scene) -> str:
    """The broker comes back with some bytes of its files changed: it may miss messages in the middle, or all."""
    return await _while_the_broker_is_dead(scene, lambda held: _damaged(held, scene))


async def _while_the_broker_is_dead(scene: Scene, work: Callable[[Path], str]) -> str:
    if (pid := scene.system.pids().get("nats")) is None:
        return ""
    scene.system.signal_pid(scene.system.pid, signal.SIGSTOP)  # who would start it again meanwhile
    try:
        scene.system.signal_pid(pid, signal.SIGKILL)
        await asyncio.sleep(0.3)
        return await asyncio.to_thread(work, scene.system.data_dir / "nats" / "jetstream")
    finally:
        scene.system.signal_pid(scene.system.pid, signal.SIGCONT)


def _put_back(held: Path, wiped: bool) -> str:
    """What the broker had then, or nothing, in the place of what it has; the next time comes from now."""
    kept, now = held.with_name(THEN), held.with_name("jetstream-of-now")
    shutil.rmtree(now, ignore_errors=True)
    shutil.copytree(held, now)
    had = kept.exists()
    if wiped or had:
        shutil.rmtree(held)
    if had and not wiped:
        kept.rename(held)
    shutil.rmtree(kept, ignore_errors=True)
    now.rename(kept)
    return "wiped the broker" if wiped else "the broker lost its newest messages" if had else "killed nats"


def _damaged(held: Path, scene: Scene) -> str:
    """Forty bytes somewhere in the messages of one stream become others."""
    files = sorted(
        file for file in held.rglob("*.blk") if "obs" not in file.parts and file.stat().st_size > 4096
    )
    if not files:
        return "killed nats"
    file = scene.rng.choice(files)
    at = scene.rng.randrange(file.stat().st_size - 40)
    with file.open("r+b") as bytes_:
        bytes_.seek(at)
        bytes_.write(scene.rng.randbytes(40))
    stream = file.parent.parent.name
    scene.damaged.add(stream.lower())
    return f"changed bytes of {stream} at {at}"


async def fill_a_disk(scene: Scene) -> str:
    """Nothing more goes on the disk of a server for a while."""
    name = scene.rng.choice(sorted(scene.disks))
    disk = scene.disks[name]
    try:
        await asyncio.to_thread(disk.fill)
        await asyncio.sleep(scene.rng.uniform(2.0, 10.0))
    finally:
        disk.free()
    return f"filled the disk of {name}"


async def close_a_disk(scene: Scene) -> str:
    """The disk of a server takes no writes for a while, as one that the system made read-only after an error."""
    name = scene.rng.choice(sorted(scene.disks))
    disk = scene.disks[name]
    try:
        closed = await asyncio.to_thread(disk.close)
        await asyncio.sleep(scene.rng.uniform(2.0, 8.0) if closed else 0)
    finally:
        await asyncio.to_thread(disk.open)
    return f"the disk of {name} took no writes" if closed else ""


async def stall_a_disk(scene: Scene) -> str:
    """Whoever writes to the disk of a server waits, again and again."""
    name, stalled = scene.rng.choice(sorted(scene.disks)), 0
    for _ in range(scene.rng.randrange(3, 9)):
        stalled += await asyncio.to_thread(scene.disks[name].stall, scene.rng.uniform(0.1, 1.5))
        await asyncio.sleep(scene.rng.uniform(0.02, 0.3))
    return f"the disk of {name} stalled {stalled} times" if stalled else ""


async def elect(scene: Scene) -> str:
    """The member of the store that takes writes dies, freezes, or is told to let others; or another one does."""
    members = scene.members
    if members is None or (primary := await asyncio.to_thread(members.primary)) is None:
        return ""
    pids = {"mongo": scene.system.pids().get("mongo"), **members.pids()}
    name = primary if scene.rng.random() < 0.75 else scene.rng.choice(sorted(pids))
    how, pid = scene.rng.choice(("killed", "froze", "stepped down")), pids.get(name)
    if how == "stepped down":
        return f"{primary} stepped down" if await asyncio.to_thread(members.step_down) else ""
    if pid is None:
        return ""
    if not scene.system.signal_pid(pid, signal.SIGKILL if how == "killed" else signal.SIGSTOP):
        return ""
    if how == "froze":
        await asyncio.sleep(scene.rng.uniform(1.0, 8.0))
        scene.system.signal_pid(pid, signal.SIGCONT)
    return f"{how} {name}, {'which took' if name == primary else 'not the one that takes'} the writes"


@dataclass(frozen=True)
class Accident:
    """A row: how often it happens beside the others, and what it is."""

    name: str
    weight: int
    happen: Callable[[Scene], Awaitable[str]]
    needs: str = ""
    """What of the scene it cannot happen without."""
    alone: bool = False
    """Whether nothing else may happen meanwhile."""
    remedy: str = ""
    """The verb that an operator may have to use after it, where a service says so; empty where nobody may be needed."""


ACCIDENTS = (
    Accident("killed", 16, kill),
    Accident("frozen", 8, freeze),
    Accident("slowed", 4, slow_down),
    Accident("cut", 4, on_a_wire("cut"), "wires"),
    Accident("half-open", 4, on_a_wire("held"), "wires"),
    Accident("delayed", 4, on_a_wire("slow"), "wires"),
    Accident("repeated", 4, on_a_wire("repeating"), "wires"),
    Accident("clock", 2, jump, "wires"),
    Accident("descriptors", 2, starve),
    Accident("broker", 4, lose_the_broker, alone=True),
    Accident("damaged", 1, damage_the_broker, "at_length", alone=True, remedy=REMEDY),
    Accident("election", 8, elect, "members"),
    Accident("full", 2, fill_a_disk, "disks"),
    Accident("read-only", 2, close_a_disk, "disks"),
    Accident("stalled", 2, stall_a_disk, "disks"),
    Accident("everything", 1, end_all, "at_length", alone=True),
)


def drawn(scene: Scene, only: Collection[str] = (), but: Collection[str] = ()) -> Accident | None:
    """One of them by its weight, of those that are asked for; none `but` those that happen already, if that is all."""
    rows = [
        row
        for row in ACCIDENTS
        if (not only or row.name in only) and row.name not in but and scene.has(row.needs)
    ]
    return scene.rng.choices(rows, [row.weight for row in rows])[0] if rows else None
