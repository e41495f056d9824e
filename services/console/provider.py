"""Signing in with the city's identity provider: OpenID Connect, authorization code with PKCE (RFC 7636).

What a sign-in under way needs to know is sealed in the browser that began it; here nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx
import structlog
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.base import OAuth2Error

from services.console.settings import Provider
from shared.doors.claims import Unauthenticated
from shared.errors import Unavailable

BACK = "/sign-in/back"
"""Where the provider sends people back to."""
FLOW_SECONDS = 600
KEPT_SECONDS = 3600.0
DISCOVERY = "/.well-known/openid-configuration"

logger = structlog.get_logger("dvk.console")


class SigningIn:
    """The provider as the console asks it."""

    def __init__(self, provider: Provider, url: str, outside: httpx.AsyncClient) -> None:
        """`url` is where readers find the console; `outside` reads what the provider publishes."""
        self._provider = provider
        self._back = f"{url}{BACK}"
        self._outside = outside
        self._published: Mapping[str, Any] = {}
        self._read_at = -KEPT_SECONDS

    async def begin(self, wanted: str) -> tuple[str, dict[str, str]]:
        """Where to send somebody to sign in, and what their browser keeps until they come back."""
        endpoint = (await self._endpoints())["authorization_endpoint"]
        flow = {"verifier": generate_token(64), "wanted": wanted}
        async with self._client() as client:
            address, state = client.create_authorization_url(endpoint, code_verifier=flow["verifier"])
        return str(address), {**flow, "state": str(state)}

    async def finish(self, flow: Mapping[str, str] | None, answer: Mapping[str, str]) -> dict[str, str]:
        """The session of who came back with this answer; `console.sign-in-failed` unless it belongs to the flow."""
        if flow is None or not answer.get("code") or answer.get("state") != flow["state"]:
            raise Unauthenticated("console.sign-in-failed")
        if answer.get("iss", self._provider.issuer).rstrip("/") != self._provider.issuer:  # RFC 9207
            raise Unauthenticated("console.sign-in-failed")
        return await self._asked(code=answer["code"], code_verifier=flow["verifier"])

    async def renew(self, refresh: str) -> dict[str, str]:
        """A session that goes on, for one whose token has expired; `console.sign-in-failed` when it has ended."""
        return await self._asked(grant_type="refresh_token", refresh_token=refresh)

    async def leaving(self) -> str | None:
        """Where one ends the session at the provider too; None where it has no such place."""
        return (await self._endpoints()).get("end_session_endpoint")

    async def _asked(self, **grant: str) -> dict[str, str]:
        endpoint = (await self._endpoints())["token_endpoint"]
        try:
            async with self._client() as client:
                found = await client.fetch_token(endpoint, **grant)
        except OAuth2Error as refused:
            logger.info("sign-in failed", error=str(refused.error))
            raise Unauthenticated("console.sign-in-failed") from refused
        except httpx.HTTPError as away:
            raise Unavailable("token.keys-away") from away
        if not isinstance(token := found.get("access_token"), str):
            raise Unauthenticated("console.sign-in-failed")
        refresh = found.get("refresh_token") or grant.get("refresh_token")
        return {"token": token, **({"refresh": refresh} if refresh else {})}

    def _client(self) -> Any:
        """A client for one exchange; what it is declared as leaves out that it is httpx's own."""
        secret = self._provider.client_secret
        return AsyncOAuth2Client(
            self._provider.client_id,
            secret,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=self._provider.scope,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=10,
        )

    async def _endpoints(self) -> Mapping[str, Any]:
        """What the provider publishes of itself; it must be the very issuer that was meant."""
        if monotonic() - self._read_at < KEPT_SECONDS:
            return self._published
        try:
            answer = await self._outside.get(f"{self._provider.issuer}{DISCOVERY}")
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as away:
            raise Unavailable("token.keys-away") from away
        if str(found.get("issuer", "")).rstrip("/") != self._provider.issuer:
            raise Unavailable("token.keys-away")
        self._published, self._read_at = found, monotonic()
        return found
