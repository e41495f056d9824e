"""`dvk`, whose services find one another, the store and the broker by the wires of `wires`, and whose clocks may jump.

OUTSIDE_WIRES says by which port each service finds each part. The programs are those that `dvk up` starts. Where the
store is a set of three, its members name one another by their true ports: a service then finds out by which wire it
goes to such a port when it looks up the address (`jumping`).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.cli import stack
from services.cli.children import start_child
from services.cli.main import main
from tests.journeys.outside.members import of_three, set_name
from tests.journeys.outside.wires import MEMBERS, PARTS

WIRES = "OUTSIDE_WIRES"
ADDRESS = re.compile(r"(?<=127\.0\.0\.1:)(\d+)")
NAMES = {above: name for name, above in PARTS.items()}


def through_the_wires(env: Mapping[str, str], ports: Mapping[str, int], base: int) -> dict[str, str]:
    """The environment of a service that is told other addresses."""

    def other(found: re.Match[str]) -> str:
        return str(ports.get(NAMES.get(int(found[1]) - base, ""), found[1]))

    return {name: ADDRESS.sub(other, value) for name, value in env.items()}


def start_wired(argv: list[str], log: Path, *, env: Mapping[str, str], **more: Any) -> Any:
    """Start a service by its wires; the console as it is."""
    service = argv[-1].removeprefix("services.")
    if (ports := json.loads(os.environ[WIRES]).get(service)) is not None:
        base = int(env["DVK_HTTP_PORT"]) - PARTS[service]
        of_the_set = {base + PARTS[part]: port for part, port in ports.items() if part in MEMBERS}
        if len(of_the_set) > 1:
            url = of_three(env["DVK_MONGO_URL"], base, set_name(log.parent.parent))
            rest = {part: port for part, port in ports.items() if part not in MEMBERS}
            env = through_the_wires(env, rest, base) | {
                "DVK_MONGO_URL": url,
                "OUTSIDE_PORTS": json.dumps(of_the_set),
            }
        else:
            env = through_the_wires(env, ports, base)
        env |= {"OUTSIDE_JUMP": str(log.parent / f"jump-{service}")}
        argv = [*argv[:-1], "tests.journeys.outside.jumping", argv[-1]]
    return start_child(argv, log, env=env, **more)


if __name__ == "__main__":
    stack.start_child = start_wired
    sys.exit(main())
