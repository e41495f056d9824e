"""A NATS cluster of three on this machine, whose members can be killed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from services.cli.children import end_child, free_port, start_child
from services.cli.embedded.programs import executable

MEMBERS = 3


class Brokers:
    """Three members with JetStream, without users."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        clients, routes = ([free_port() for _ in range(MEMBERS)] for _ in "cr")
        for number, (client, route) in enumerate(zip(clients, routes, strict=True)):
            config = {
                "server_name": f"member-{number}",
                "host": "127.0.0.1",
                "port": client,
                "jetstream": {"store_dir": str(directory / f"member-{number}")},
                "cluster": {
                    "name": "three",
                    "host": "127.0.0.1",
                    "port": route,
                    "routes": [f"nats://127.0.0.1:{port}" for port in routes],
                },
            }
            self._file(number).write_text(json.dumps(config))
        self.addresses = [f"nats://127.0.0.1:{port}" for port in clients]
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, number: int) -> None:
        """Start a member."""
        command = [str(executable("nats-server")), "--config", str(self._file(number))]
        self._children[number] = start_child(command, self._directory / f"member-{number}.log")

    def kill(self, number: int) -> None:
        """Kill a member."""
        self._children[number].kill()
        self._children[number].wait()

    def end(self) -> None:
        """Take it away."""
        for child in self._children.values():
            end_child(child)

    def _file(self, number: int) -> Path:
        return self._directory / f"member-{number}.conf"


@contextmanager
def three_brokers(directory: Path) -> Generator[Brokers]:
    """The three, for as long as the block lasts."""
    brokers = Brokers(directory)
    try:
        for number in range(MEMBERS):
            brokers.start(number)
        yield brokers
    finally:
        brokers.end()
