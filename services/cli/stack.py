"""The whole system on this machine: two servers, four services and the console, started, kept alive, ended in order."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from time import monotonic, sleep
from typing import Any

import httpx

from services.cli import clock
from services.cli.children import end_child, is_free, start_child, tail
from services.cli.embedded import EmbeddedServerFailed, EmbeddedServers, Server, owned
from services.cli.environment import CONSOLE, Ports, console_environment, environment
from services.cli.holding import Held, take
from services.cli.kept import Kept
from services.cli.keys import make_keys, must_not_be_lost
from services.cli.places import DataDir
from services.cli.talking import OPERATOR, believed_at, local
from services.cli.telling import Failure, note
from services.cli.used_by import must_fit, write_down
from services.cli.writing import whole
from shared import SERVICES

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90.0
TROUBLED_SECONDS = 20.0
"""Who takes commands by then and is still not ready has a trouble that waiting does not end."""
NOT_BY_WAITING = ("log.behind", "log.damaged", "log.restored", "clock.ahead", "clock.behind")
"""What keeps commands out until an operator has done something."""
LOOK_SECONDS = 0.1
UNFIT = (
    "store.standalone",
    "store.no-authorisation",
    "store.too-old",
    "log.other-key",
    "witness.other-key",
)
"""What a service says of a store, or of its keys, that no waiting mends."""
GRACE_SERVICES = 4.0
GRACE_SERVERS = 2.0


@dataclass
class Stack:
    """Servers and services of one data directory, on one row of ports."""

    place: DataDir
    ports: Ports
    driver: str = "motor"
    fresh: bool = False
    """Whether the shipped scheme was never published here."""
    troubles: dict[str, str] = field(init=False, default_factory=dict[str, str])
    """Services that are up and need an operator, with what they say (`log.behind`, a diverged broker)."""
    servers: EmbeddedServers = field(init=False)
    _services: dict[str, Popen[bytes]] = field(init=False, default_factory=dict[str, "Popen[bytes]"])
    _programs: list[Kept] = field(init=False, default_factory=list["Kept"])
    _lock: int | None = field(init=False, default=None)

    def start(
        self,
        ending: threading.Event,
        begin: datetime | None = None,
        said: Callable[[str], None] = lambda _what: None,
    ) -> bool:
        """Start everything and wait until all of it is ready. False when `ending` was set meanwhile."""
        self._take()
        must_fit(self.place)
        self._ports_must_be_free()
        self.fresh = not self.place.published.exists()
        clock.fix(self.place, begin)
        must_not_be_lost(self.place)
        make_keys(self.place)
        try:
            self.servers = EmbeddedServers(self.place.path, self.ports.nats, self.ports.mongo)
        except EmbeddedServerFailed as failed:
            raise _failure(failed) from failed
        said("máy chủ NATS và kho dữ liệu · servers")
        for sentence in self.servers.mongo.which.told():
            note(f"  {sentence}")
        if not self._start_servers(ending):
            return False
        write_down(self.place)
        said("bốn dịch vụ, giao diện web · services, console")
        self._programs = [self._kept_server(s) for s in (self.servers.nats, self.servers.mongo)]
        for service in SERVICES:
            env = environment(service, self.place, self.ports, self.servers, self.driver)
            self._programs.append(self._kept_service(service, env))
        self._programs.append(self._kept_service(CONSOLE, console_environment(self.place, self.ports)))
        for program in self._programs[2:]:
            program.launch()
        if not self._wait_until_ready(ending):
            return False
        self._tell_where()
        return True

    def keep(self, ending: threading.Event) -> None:
        """Start again whatever dies, until `ending` is set."""
        while not ending.wait(LOOK_SECONDS):
            try:
                if any([program.tend() for program in self._programs]):
                    self._tell_where()
            except OSError as error:  # a full disk, a terminal that is gone: what runs goes on running
                with suppress(OSError):
                    note(f"{type(error).__name__}: {error}")

    def stop(self) -> None:
        """End services, then servers; all of it within 10 s. Whose directory it is not, ends nothing."""
        if self._lock is None:
            return
        self.place.running.unlink(missing_ok=True)
        ends = [threading.Thread(target=end_child, args=(c, GRACE_SERVICES)) for c in self._services.values()]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        if hasattr(self, "servers"):
            self.servers.stop(GRACE_SERVERS)
        os.close(self._lock)
        self._lock = None

    def addresses(self) -> dict[str, Any]:
        """Where everything listens, and who it is: the line that `dvk up --json` prints."""
        return {
            "ready": not self.troubles,
            **({"troubles": dict(self.troubles)} if self.troubles else {}),
            **{service: self.ports.url(service) for service in (*SERVICES, CONSOLE)},
            "nats": self.servers.nats.url,
            "mongo": self.servers.mongo.address,
            "store": self.servers.mongo.which.kind,
            "pids": {program.name: program.pid() for program in self._programs},
        }

    # --- one by one ------------------------------------------------------------------------------

    def _take(self) -> None:
        owned(self.place.path)
        try:
            self._lock = take(self.place.lock)
        except Held as holder:
            raise Failure(
                f"{self.place.path} đang được một dvk khác dùng (tiến trình {holder})",
                f"{self.place.path} is in use by another dvk (process {holder})",
            ) from None

    def _ports_must_be_free(self) -> None:
        # Those of a dvk that was killed need a moment to end; whoever else listens does not go away.
        until = monotonic() + (5 if self.place.running.exists() else 0.5)
        while taken := {port: name for name, port in self.ports.all().items() if not is_free(port)}:
            if monotonic() > until:
                said = ", ".join(f"{port} ({name})" for port, name in taken.items())
                raise Failure(f"Cổng đã có chương trình khác dùng: {said}", f"Ports already taken: {said}")
            sleep(LOOK_SECONDS)

    def _start_servers(self, ending: threading.Event) -> bool:
        failed: list[BaseException] = []

        def start() -> None:
            try:
                self.servers.start()
            except BaseException as error:  # noqa: BLE001 - said by the thread that waits
                failed.append(error)

        starting = threading.Thread(target=start, name="servers")
        starting.start()
        while starting.is_alive():
            starting.join(LOOK_SECONDS)
            if ending.is_set():
                self.servers.kill()
        if ending.is_set():
            return False
        if failed:
            raise _failure(failed[0]) from failed[0]
        return True

    def _kept_server(self, server: Server) -> Kept:
        return Kept(
            server.name,
            server.launch,
            lambda: server.running,
            lambda: server.pid,
            server.log,
            began=monotonic(),
        )

    def _kept_service(self, service: str, env: dict[str, str]) -> Kept:
        log = self.place.service_log(service)

        def start() -> None:
            argv = [sys.executable, "-m", f"services.{service}"]
            self._services[service] = start_child(argv, log, env=env, cwd=ROOT)

        def running() -> bool:
            return service in self._services and self._services[service].poll() is None

        def pid() -> int | None:
            return self._services[service].pid if running() else None

        return Kept(service, start, running, pid, log)

    def _wait_until_ready(self, ending: threading.Event) -> bool:
        until = monotonic() + READY_SECONDS
        waiting = [*SERVICES, CONSOLE]
        with httpx.Client(timeout=2.0, verify=believed_at(self.place, {})) as http:
            while waiting and not ending.wait(LOOK_SECONDS):
                for program in self._programs:
                    program.tend()
                    if program.name in waiting and program.deaths >= 3:
                        self._give_up(program, "không khởi động được", "does not start")
                late = monotonic() > until - READY_SECONDS + TROUBLED_SECONDS
                waiting = [service for service in waiting if not self._ready(http, service, late)]
                if waiting and monotonic() > until:
                    program = next(p for p in self._programs if p.name == waiting[0])
                    self._give_up(program, "chưa sẵn sàng", f"is not ready after {READY_SECONDS:.0f} s")
        return not ending.is_set()

    def _ready(self, http: httpx.Client, service: str, late: bool) -> bool:
        """True when it is ready, or when it is up and will not become ready by waiting: then it needs an operator."""
        headers = local(self.place, {}).headers(OPERATOR)
        with suppress(httpx.HTTPError, ValueError):
            parts = http.get(f"{self.ports.url(service)}/health/ready", headers=headers).json()
            wanted = ("ready",) if service == CONSOLE else ("ready", "relay", "followers")
            if all(parts.get(name) for name in wanted):
                self.troubles.pop(service, None)
                return True
            if str(parts.get("commands_reason")) in UNFIT:
                raise Failure(
                    f"{service}: {parts['commands_detail']}", f"{service}: {parts['commands_detail_en']}"
                )
            said = parts.get("commands_reason") or parts.get("relay_reason")
            reason = said or ", ".join(parts.get("stopped", ()))
            if parts.get("commands_reason") in NOT_BY_WAITING or (late and parts.get("ready")):
                self.troubles[service] = str(reason)
                return True
        return False

    @staticmethod
    def _give_up(program: Kept, vi: str, en: str) -> None:
        words = tail(program.log) or "(không nói gì · it said nothing)"
        raise Failure(f"{program.name} {vi}", f"{program.name} {en}. The end of {program.log}:\n{words}")

    def _tell_where(self) -> None:
        whole(self.place.running, json.dumps(self.addresses(), indent=2))


def _failure(error: BaseException) -> Failure:
    """What a server says that did not start."""
    vi = getattr(error, "vi", "") or "Máy chủ không khởi động được."
    return Failure(vi, str(error))
