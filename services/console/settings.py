"""The settings of the console, declared once, read when it starts and handed down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from shared.process.declaring import Need
from shared.process.key_files import SEED
from shared.process.kinds import HTTP, IS_HTTP, KEY, SECRET
from shared.process.told import Told


@dataclass(frozen=True)
class Provider:
    """The city's identity provider (OpenID Connect), and as whom the console asks it."""

    issuer: str
    client_id: str
    client_secret: str | None
    """None for a public client: PKCE alone then."""
    scope: str


class Settings(Told):
    """The console has no database; it asks the services."""

    console_key_file: Annotated[Path, KEY, SEED]
    console_url: Annotated[str | None, HTTP, IS_HTTP] = None
    """Where readers find the console, as they write it; None where nobody needs to be sent back to it."""
    oidc_issuer: Annotated[str | None, HTTP, IS_HTTP] = None
    oidc_client_id: str | None = None
    oidc_client_secret: Annotated[str | None, SECRET] = Field(None, repr=False)
    oidc_scope: str = "openid"
    needs: ClassVar[tuple[Need, ...]] = (
        Need("console_url", when="oidc_issuer"),
        Need("oidc_client_id", when="oidc_issuer"),
    )

    @field_validator("console_url", "oidc_issuer")
    @classmethod
    def _bare(cls, said: str | None) -> str | None:
        return said and said.rstrip("/")

    @property
    def provider(self) -> Provider | None:
        """Who signs people in; None where they paste a token."""
        if self.oidc_issuer is None or self.oidc_client_id is None:
            return None
        return Provider(self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret, self.oidc_scope)
