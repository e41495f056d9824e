"""Whether the process of this container is ready: `python -m shared.process.asked`, for the container's health check.

It asks the door beside it, with TLS where the door has it (DVK_TLS_DIR). It knows whom it speaks to: the certificate
may bear any name.
"""

from __future__ import annotations

import http.client
import os
import ssl
import sys
from dataclasses import dataclass

SECONDS = 4


@dataclass(frozen=True)
class Door:
    """Where the door is, as the process that has it was told.

    Nothing but Python's own library reads it: every few seconds each container asks, and loading what reads settings
    would cost it a twentieth of a core for ever.
    """

    http_port: int
    tls: bool


def here() -> Door:
    """The door of this container; KeyError or ValueError where it was told of none."""
    told = os.environ  # noqa: TID251 - another process reads settings; this one asks it, and lives for an instant
    return Door(int(told["DVK_HTTP_PORT"]), bool(told.get("DVK_TLS_DIR", "").strip()))


def ready(door: Door) -> bool:
    """Whether the door says so, within four seconds."""
    address = ("127.0.0.1", door.http_port)
    if not door.tls:
        asking = http.client.HTTPConnection(*address, timeout=SECONDS)
    else:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        asking = http.client.HTTPSConnection(*address, timeout=SECONDS, context=context)
    try:
        asking.request("GET", "/health/ready")
        return asking.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


if __name__ == "__main__":
    sys.exit(not ready(here()))
