"""What the services show to everybody: asked over HTTP without a token, and believed only as far as proofs go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from services.cli.telling import Failure

SECONDS = 30
MOST_BYTES = 64 * 1024 * 1024


class Public(Protocol):
    """Where the services answer, and what stands at a public path of one."""

    @property
    def urls(self) -> Mapping[str, str]: ...

    def text(self, service: str, path: str) -> bytes: ...


@dataclass(frozen=True)
class Doors:
    """The public doors of a system elsewhere."""

    urls: Mapping[str, str]

    def text(self, service: str, path: str) -> bytes:
        """What stands there; Failure when nobody answers, or with a refusal."""
        if service not in self.urls:
            raise Failure(f"Nêu --url {service}=…", f"Say where {service} answers: --url {service}=…")
        url = f"{self.urls[service]}{path}"
        try:
            with urlopen(url, timeout=SECONDS) as answer:
                return answer.read(MOST_BYTES)
        except HTTPError as refused:
            with refused:
                raise Failure(f"{url}: {refused.code}", f"{url}: {refused.code} {refused.reason}") from None
        except (URLError, OSError) as silent:
            raise Failure(
                f"{service} không trả lời ({url})", f"{service} does not answer: {silent}"
            ) from silent
