"""An identity provider for tests: OpenID Connect with PKCE, which knows one person and asks no questions."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse


class Provider:
    """`token()` makes the access token of the person who signs in; `said` is what came to the token endpoint."""

    def __init__(self, token: Callable[[], str]) -> None:
        self.token = token
        self.said: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def published(request: Request) -> dict[str, Any]:
            base = str(request.base_url).rstrip("/")
            return {"issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                    "end_session_endpoint": f"{base}/leave"}  # fmt: skip

        @app.get("/authorize")
        async def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"]})
            return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

        @app.post("/token")
        async def token(request: Request) -> Response:
            said = {name: str(value) for name, value in (await request.form()).items()}
            self.said.append(said)
            if said["grant_type"] == "refresh_token":
                return JSONResponse({"access_token": self.token(), "token_type": "Bearer", "expires_in": 60})
            asked = self._codes.pop(said["code"], None)
            challenge = (
                urlsafe_b64encode(sha256(said["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            )
            if (
                asked is None
                or asked["code_challenge"] != challenge
                or said["redirect_uri"] != asked["redirect_uri"]
            ):
                return JSONResponse({"error": "invalid_grant"}, 400)
            answer = {
                "access_token": self.token(),
                "token_type": "Bearer",
                "expires_in": 60,
                "refresh_token": "r1",
            }
            return JSONResponse(answer)

        return app
