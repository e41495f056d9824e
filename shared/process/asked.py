"""Whether the process of this container is ready: `python -m shared.process.asked`, for the container's health check.

It asks the door beside it, with TLS where the door has it (DVK_TLS_DIR). It knows whom it speaks to: the certificate
may bear any name.
"""

from __future__ import annotations

import http.client
import ssl
import sys

from shared.process.environment import Environment
from shared.process.tls import SETTING

SECONDS = 4


def ready(given: Environment) -> bool:
    """Whether the door says so, within four seconds."""
    address = ("127.0.0.1", given.number("DVK_HTTP_PORT", None))
    if given.file(SETTING) is None:
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
    sys.exit(not ready(Environment()))
