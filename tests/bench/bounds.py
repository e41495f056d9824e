"""What each goal is bound by: the floor that `limits.py` measured beneath it, and what ours is beside that.

A floor is what cannot be left out with this interpreter, this driver and these servers. What ours costs more is ours to
make cheaper; what the floor costs is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench import pages

Figures = Mapping[str, Any]
HEAD = ("mục tiêu · goal", "đạt · reached", "sàn · floor", "của ta · ours", "ours : floor",
        "tới sàn sẽ đạt · at the floor", "bị giới hạn bởi, đo thế nào · bound by, measured how")  # fmt: skip


@dataclass(frozen=True)
class Bound:
    """A floor beneath a goal, and ours in the same `unit`; `vi` and `en` say what it is made of and what it allows."""

    floor: float
    ours: float
    unit: str
    vi: str
    en: str

    @property
    def times(self) -> float:
        """How many times the floor ours is."""
        return self.ours / max(self.floor, 1e-9)


def table(found: Figures) -> str:
    """The goals that have a floor, in Markdown, those that are not reached first; and under which load it was."""
    limits = found["limits"]
    goals = sorted(
        (each for each in found["goals"] if each["key"] in BOUNDS), key=lambda each: each["reached"]
    )
    rows = pages.table(HEAD, [_row(each, BOUNDS[each["key"]](limits)) for each in goals])
    before, after = limits["load_average"]
    load = f"{before} – {after}"
    return (
        f"{rows}\n\nSàn và của ta được đo trong một lần chạy, trên {limits['cores']} lõi, tải trung bình {load}. · "
        f"Floors and ours were measured in one run, on {limits['cores']} cores, load average {load}."
    )


def bound_of(key: str, found: Figures) -> str:
    """What is said beside a goal that is not reached; empty where no floor was measured."""
    if key not in BOUNDS or "limits" not in found:
        return ""
    bound = BOUNDS[key](found["limits"])
    return f"floor {bound.floor:g} {bound.unit}, ours {bound.ours:g}: {bound.vi} · {bound.en}"


def _row(goal: Figures, bound: Bound) -> tuple[str, ...]:
    mark, reached = "✓" if goal["reached"] else "✗", goal["measured"].partition(" (")[0]
    return (f"{NAMES[goal['key']]} · {goal['what']}: {goal['goal']}", f"{mark} {reached}",
            f"{bound.floor:g} {bound.unit}", f"{bound.ours:g}", f"{bound.times:.1f}", at_the_floor(goal, bound),
            f"{bound.vi}<br>{bound.en}")  # fmt: skip


def at_the_floor(goal: Figures, bound: Bound) -> str:
    """What would be reached if ours cost no more than the floor; nothing of times, which a busy machine stretches."""
    if bound.unit == "ms":
        return ""
    reached = float(goal["measured"].partition(" (")[0].replace(",", ""))
    return f"{_3(reached * bound.times if goal['goal'].startswith('≥') else reached / bound.times):,g}"


NAMES = {
    "append": "ghi nhật ký",
    "deciding": "quyết định, một tiến trình",
    "register": "đăng ký mô hình, 64 máy khách",
    "registry": "… riêng registry",
    "whole": "… cả hệ thống",
    "inspect": "kiểm tra mô hình, 64 máy khách",
    "p50": "một máy khách, trung vị",
    "p99": "một máy khách, 99 %",
    "idle": "khi không ai hỏi",
    "rebuild": "dựng lại các bảng đọc",
    "verify": "kiểm chứng mọi bản sao",
}


def append(limits: Figures) -> Bound:
    """One core does the driver's part, the bytes and hashes, and a task for each caller; the store works beside it."""
    parts = limits["append"]
    raw, ahead, log = parts["raw"], parts["ahead"], parts["log"]
    encoding, callers = parts["encoding"]["own_cpu_ms"], parts["callers"]["own_cpu_ms"]
    share, best = log["per_second"] / raw["per_second"], ahead["per_second"] / raw["per_second"]
    return Bound(
        _3(raw["own_cpu_ms"] + encoding + callers), _3(log["own_cpu_ms"]), "ms CPU",
        f"Python trên một lõi: driver {raw['own_cpu_ms']:g}, đánh số và băm {encoding:g}, một tác vụ chờ trả lời "
        f"{callers:g} ms; mongod {raw['store_cpu_ms']:g} ms chạy bên cạnh. insert_many đánh số và băm trong lúc chờ "
        f"kho đạt {best:.2f} của insert_many trần, nhật ký {share:.2f}",
        f"Python on one core: driver {raw['own_cpu_ms']:g}, numbering and hashing {encoding:g}, a task that waits for "
        f"its answer {callers:g} ms; mongod's {raw['store_cpu_ms']:g} ms run beside. insert_many that numbers and "
        f"hashes while the store works comes to {best:.2f} of raw, the log to {share:.2f}",
    )  # fmt: skip


def deciding(limits: Figures) -> Bound:
    """The same commands in the same process without a store, and the driver's part of an insert."""
    alone, driver = limits["deciding"], limits["append"]["raw"]["own_cpu_ms"]
    floor, ours = alone["handled"] + driver, limits["decided"]["register"]["cpu_ms"]
    names = (alone["reading"], alone["searching"], alone["encoding"], driver)
    return Bound(
        _3(floor), ours, "ms CPU",
        "một tiến trình, một lõi; cùng các lệnh ấy không có kho: đọc lệnh {:g}, tìm tên gần giống {:g}, mã hóa và băm "
        "{:g}, còn lại là luật của ta; driver {:g} ms".format(*names),
        "one process, one core; the same commands without a store: reading {:g}, similar names {:g}, bytes and hash "
        "{:g}, the rest our rules; driver {:g} ms".format(*names),
    )  # fmt: skip


def of_registry(limits: Figures, command: str) -> tuple[float, tuple[float, ...]]:
    """Milliseconds of CPU that the registry cannot do without for a command, and its parts."""
    parts = (
        limits["http"]["doors"]["64"]["cpu_ms"],
        limits["deciding"][command],
        limits["append"]["raw"]["own_cpu_ms"],
        limits["crossing"]["publish"]["own_cpu_ms"],
    )
    return sum(parts), parts


def beside_registry(limits: Figures) -> tuple[float, tuple[float, ...]]:
    """Milliseconds of CPU that all others cannot do without for an event, and its parts."""
    raw, crossing = limits["append"]["raw"], limits["crossing"]
    parts = (
        2 * raw["store_cpu_ms"],
        raw["own_cpu_ms"],
        3 * crossing["receive"]["own_cpu_ms"],
        crossing["publish"]["broker_cpu_ms"] + 3 * crossing["receive"]["broker_cpu_ms"],
    )
    return sum(parts), parts


def registry(limits: Figures) -> Bound:
    """A bare door, the decision without a store, one insert by the driver, one bare publish."""
    floor, parts = of_registry(limits, "register")
    http, said = limits["http"], tuple(map(_3, parts))
    web = (http["asgi"]["64"]["cpu_ms"], http["framework"]["64"]["cpu_ms"])
    return Bound(
        _3(floor), limits["commands"]["64"]["cpu_ms"]["registry"], "ms CPU",
        "cửa HTTP trần {:g}, quyết định không kho {:g}, driver {:g}, JetStream trần {:g} ms; riêng uvicorn {:g}, thêm "
        "FastAPI {:g} ms".format(*said, *web),
        "bare doors {:g}, deciding without a store {:g}, driver {:g}, bare JetStream {:g} ms; uvicorn alone is {:g}, "
        "with FastAPI {:g} ms".format(*said, *web),
    )  # fmt: skip


def whole(limits: Figures, command: str = "register") -> Bound:
    """The registry's floor; and each event stored twice, published once, received three times."""
    own, (store, ledger, receive, broker) = of_registry(limits, command)[0], beside_registry(limits)[1]
    turn = limits["commands"]["64" if command == "register" else command]
    said = tuple(map(_3, (own, store, ledger, receive, broker)))
    return Bound(
        _3(sum((own, store, ledger, receive, broker))), turn["cpu_ms_all"], "ms CPU",
        "registry {:g}; mongod, hai lần ghi {:g}; driver của sổ cái {:g}; ba nơi nhận {:g}; nats-server {:g} ms"
        .format(*said),
        "registry {:g}; mongod, two inserts {:g}; the ledger's driver {:g}; three who receive {:g}; nats-server {:g} ms"
        .format(*said),
    )  # fmt: skip


def rate(limits: Figures, command: str) -> Bound:
    """The same as a rate, on the cores that the clients share."""
    system, turn = whole(limits, command), limits["commands"]["64" if command == "register" else command]
    asking, cores = turn["asking_cpu_ms"], limits["cores"]
    return Bound(
        _3(system.floor + asking), _3(system.ours + asking), "ms CPU",
        f"bộ xử lý: {cores} lõi cho cả hệ thống, sàn {system.floor:g} và của ta {system.ours:g} ms, và cho máy khách, "
        f"{asking:g} ms mỗi lệnh",
        f"the processor: {cores} cores for the whole system, floor {system.floor:g} and ours {system.ours:g} ms, and "
        f"for the clients, {asking:g} ms a command",
    )  # fmt: skip


def one_client(limits: Figures, quantile: str) -> Bound:
    """A bare door's answer, and one write that is durable on a majority; and the processor, where all that follows
    from one command is done while the next one waits."""
    door, write = limits["http"]["doors"]["1"][quantile], limits["write"][quantile]
    turn, cores = limits["commands"]["1"], limits["cores"]
    work = turn["cpu_ms_all"]
    return Bound(
        _3(door + write), turn[quantile], "ms",
        f"cửa HTTP trần {door:g} ms, một lần ghi bền ở đa số của mongod {write:g} ms, khi không dịch vụ nào làm "
        f"việc bên cạnh; cả hệ thống làm {work:g} ms CPU cho mỗi lệnh, tức {work / cores:.1f} ms trên {cores} lõi",
        f"bare doors {door:g} ms, one write of mongod that is durable on a majority {write:g} ms, while no service "
        f"works beside; the whole system does {work:g} ms of CPU a command, {work / cores:.1f} ms on {cores} cores",
    )  # fmt: skip


def idle(limits: Figures) -> Bound:
    """The servers with drivers connected that ask nothing."""
    percent, everything = limits["idle"]["percent"], limits["idle"]["percent_all"]
    mongo, nats = percent["alone"]["mongo"], percent["alone"]["nats"]
    served = percent["connected"]["mongo"] + percent["connected"]["nats"]
    drivers = everything["connected"] - served
    ours = sum(value for name, value in percent["system"].items() if name not in ("mongo", "nats"))
    said = tuple(map(_3, (mongo, nats, served, drivers, ours)))
    return Bound(
        _3(everything["connected"]), _3(everything["system"]), "%",
        "riêng mongod {:g}, riêng nats-server {:g}; cả hai khi bốn driver nối vào {:g}, bốn driver ấy {:g}; các tiến "
        "trình của ta {:g} %, cùng hai mươi giây".format(*said),
        "mongod alone {:g}, nats-server alone {:g}; both with four drivers connected {:g}, those drivers {:g}; our "
        "processes {:g} %, in the same twenty seconds".format(*said),
    )  # fmt: skip


def rebuild(limits: Figures) -> Bound:
    """Reading the ledger and parsing it."""
    floor, ours = limits["rebuild"]["floor"], limits["rebuild"]["ours"]["cpu_ms"]
    own, store = floor["own_cpu_ms"], floor["store_cpu_ms"]
    return Bound(
        _3(own), _3(ours["reporting"]), "ms CPU",
        f"một tiến trình; đọc sổ cái bằng driver và phân tích JSON, không tính gì; "
        f"mongod {store:g} ms, khi dựng lại {ours['mongo']:g} ms bên cạnh",
        f"one process; reading the ledger with the driver and parsing JSON, no folding; "
        f"mongod {store:g} ms, when built anew {ours['mongo']:g} ms beside",
    )  # fmt: skip


def verify(limits: Figures) -> Bound:
    """Every copy brought here and hashed."""
    found = limits["verify"]
    floor, ours, start = found["floor"], found["ours"], found["start_cpu_ms"]
    own, copies, beside = (
        floor["own_cpu_ms"],
        floor["read"] / floor["entries"],
        _3(sum(ours["cpu_ms"].values())),
    )
    return Bound(
        _3(own), _3(ours["own_cpu_ms"] - start / ours["events"]), "ms CPU",
        f"một tiến trình; tải và băm mọi bản sao, không so: {copies:.1f} bản cho mỗi mục nhật ký hay sổ cái; các dịch "
        f"vụ và máy chủ {beside:g} ms bên cạnh; khởi động chương trình {start:,.0f} ms một lần, không tính ở đây",
        f"one process; every copy fetched and hashed, nothing compared: {copies:.1f} for each entry of logs and "
        f"ledger; services and servers {beside:g} ms beside; the program's start, {start:,.0f} ms once, is not counted "
        "here",
    )  # fmt: skip


BOUNDS: Mapping[str, Callable[[Figures], Bound]] = {
    "append": append,
    "deciding": deciding,
    "register": lambda limits: rate(limits, "register"),
    "registry": registry,
    "whole": whole,
    "inspect": lambda limits: rate(limits, "inspect"),
    "p50": lambda limits: one_client(limits, "p50_ms"),
    "p99": lambda limits: one_client(limits, "p99_ms"),
    "idle": idle,
    "rebuild": rebuild,
    "verify": verify,
}
"""By the key of a goal."""


def _3(figure: float) -> float:
    """To three figures."""
    return float(f"{figure:.3g}")
