"""Whether the process of this container is ready: `python -m shared.process.asked`, for the container's health check.

It asks the door beside it, with TLS where the door has it (DVK_TLS_DIR). It knows whom it speaks to: the certificate
may bear any name.
"""

from __future__ import annotations

import http.client
import ssl
import sys
from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.process.declaring import Declared
from shared.process.kinds import DIRECTORY, WHOLE

SECONDS = 4


class Door(Declared):
    """Where the door is: read anew at each look, so no more than is asked."""

    http_port: Annotated[int, WHOLE, Field(ge=1, le=65_535)]
    tls_dir: Annotated[Path | None, DIRECTORY] = None


def ready(door: Door) -> bool:
    """Whether the door says so, within four seconds."""
    address = ("127.0.0.1", door.http_port)
    if door.tls_dir is None:
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


if __name__ == "__main__":
    sys.exit(not ready(Door.read()))
