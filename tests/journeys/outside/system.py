"""One running system: `dvk up` in a data directory, its addresses, its tokens, and its processes by name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from services.cli.places import DataDir
from services.cli.tokens import make
from tests.journeys.outside import wired
from tests.journeys.outside.wires import CLIENTS, PARTS, Wires

DVK = Path(sys.executable).with_name("dvk")
SERVICES = ("registry", "appraisal", "awards", "reporting")
START_SECONDS = 150.0


class System:
    """`dvk up --data-dir … --base-port … --json`, as an operator would run it."""

    def __init__(self, data_dir: Path, base_port: int, wires: Wires | None = None) -> None:
        """With `wires` (open already), its parts speak with one another through them."""
        self.data_dir = data_dir
        self.base_port = base_port
        self.wires = wires
        self.ready: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None
        self._options: tuple[str, ...] = ()
        self._tokens: dict[str, str] = {}

    # --- its life -------------------------------------------------------------------------------

    def start(self, *options: str) -> dict[str, Any]:
        """Start it and wait for the line that says it is ready."""
        self._options = options
        program, env = [str(DVK)], dict(os.environ)
        if self.wires is not None:
            program = [sys.executable, "-m", wired.__name__]
            env[wired.WIRES] = json.dumps(self.wires.ports)
        argv = [
            *program,
            "up",
            "--data-dir",
            str(self.data_dir),
            "--base-port",
            str(self.base_port),
            "--json",
        ]
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "up.err").open("ab") as errors:
            self._process = subprocess.Popen(
                [*argv, *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                env=env,
            )
        assert self._process.stdout is not None
        line = _line(self._process, START_SECONDS)
        if not line:
            said = (self.data_dir / "up.err").read_text()
            raise AssertionError(f"dvk up did not become ready:\n{said[-3000:]}")
        self.ready = json.loads(line)
        return self.ready

    def again(self) -> None:
        """Kill `dvk up` itself, with which all its processes die, and start it as it was started."""
        assert self._process is not None and self._process.stdout is not None
        self._process.kill()
        self._process.wait(30)
        self._process.stdout.close()
        self.start(*self._options)

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code, and how long it took."""
        if self._process is None:
            return 0, 0.0
        began = time.monotonic()
        with _gone_is_fine():
            os.kill(self._process.pid, signal.SIGTERM)
        try:
            code = self._process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in self.pids().values():
                self.signal_pid(pid, signal.SIGKILL)
            self._process.kill()
            code = self._process.wait(10)
        took = time.monotonic() - began
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code, took

    @property
    def pid(self) -> int:
        """The process of `dvk up` itself."""
        assert self._process is not None
        return self._process.pid

    def __getitem__(self, name: str) -> str:
        """The address of a service or server."""
        return self.ready[name]

    def reached(self, name: str) -> str:
        """The address of a service or the broker for those who load it: by a wire, where there are wires."""
        if self.wires is None:
            return self.ready[name]
        return self.ready[name].replace(
            f":{self.base_port + PARTS[name]}", f":{self.wires.ports[CLIENTS][name]}"
        )

    def store(self) -> str:
        """The address of the document store for whoever owns the data directory."""
        users = self.data_dir / "secrets" / "mongo.json"
        if not users.exists():
            return self.ready["mongo"]
        root = json.loads(users.read_text("utf-8"))["root"]
        return self.ready["mongo"].replace("://", f"://root:{root}@") + "&authSource=admin"

    # --- who acts -------------------------------------------------------------------------------

    def make_tokens(self, actors: dict[str, tuple[str, str | None]]) -> None:
        """A token for each actor, as `dvk token` makes it: name → (role, unit)."""
        place = DataDir(self.data_dir)
        self._tokens |= {name: make(place, name, role, unit) for name, (role, unit) in actors.items()}

    def make_token(self, sub: str, role: str, unit: str | None = None, ttl: str = "12h") -> str:
        """What `dvk token` prints."""
        argv = [
            str(DVK),
            "token",
            "--data-dir",
            str(self.data_dir),
            "--sub",
            sub,
            "--role",
            role,
            "--ttl",
            ttl,
        ]
        if unit is not None:
            argv += ["--unit", unit]
        return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60).stdout.strip()

    def token(self, sub: str) -> str:
        """A token made before."""
        return self._tokens[sub]

    # --- its processes --------------------------------------------------------------------------

    def pids(self) -> dict[str, int]:
        """The processes `dvk up` runs now, found by their parent and what they are called."""
        found: dict[str, int] = {}
        if self._process is None:
            return found
        for pid, words in _children(self._process.pid):
            line = " ".join(words)
            for service in SERVICES:
                if f"services.{service}" in words:
                    found[service] = pid
            if "nats-server" in line:
                found["nats"] = pid
            elif "mongod" in line or "secantusd" in line:
                found["mongo"] = pid
        return found

    def signal(self, name: str, number: signal.Signals) -> bool:
        """Send a signal to one of its processes; False when that is not there."""
        pid = self.pids().get(name)
        return pid is not None and self.signal_pid(pid, number)

    @staticmethod
    def signal_pid(pid: int, number: signal.Signals) -> bool:
        """Send a signal to a process of ours; False when it has gone."""
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True


def _line(process: subprocess.Popen[str], seconds: float) -> str:
    assert process.stdout is not None
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(process.stdout.readline)
        try:
            return reading.result(seconds)
        except TimeoutError:
            process.terminate()
            process.wait(30)
            return ""


def _children(parent: int) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                found.append((int(entry.name), words))
        except (OSError, ValueError, IndexError):
            continue
    return found


class _gone_is_fine:
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, ProcessLookupError)
