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


@contextmanager
def three_brokers(directory: Path) -> Generator[list[str]]:
    """Three members with JetStream, without users; their addresses."""
    clients, routes = ([free_port() for _ in range(MEMBERS)] for _ in "cr")
    children: list[subprocess.Popen[bytes]] = []
    try:
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
            file = directory / f"member-{number}.conf"
            file.write_text(json.dumps(config))
            command = [str(executable("nats-server")), "--config", str(file)]
            children.append(start_child(command, directory / f"member-{number}.log"))
        yield [f"nats://127.0.0.1:{port}" for port in clients]
    finally:
        for child in children:
            end_child(child)
