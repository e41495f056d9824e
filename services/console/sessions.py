"""A session: the reader's token, sealed into a cookie that no script reads; nothing of it is kept here.

The key is the console's own and shared by its replicas. With another key every session has ended, and no more is lost.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request, Response

from shared.derived import derived
from shared.text.seeds import seed_in

MOST_COOKIE = 3800
"""Characters of one cookie; browsers take 4,096 bytes with its name and attributes."""
MOST_PARTS = 4
HOST = "__Host-"
SESSION, FORMS, FLOW, SEEN = "dvk-session", "dvk-forms", "dvk-flow", "dvk-seen"
"""What is kept in a browser: the session, what forms are bound to, a sign-in that is under way, which notices were
seen."""
SEEN_SECONDS = 365 * 86_400


class Sealed:
    """Seals small objects so that only a console with the same key opens them."""

    def __init__(self, key_file: Path) -> None:
        """The file holds 32 bytes as 64 hexadecimal digits."""
        seed = seed_in(key_file.read_text("utf-8"))
        self._fernet = Fernet(urlsafe_b64encode(derived(seed, b"dvk/console/sealed/v1")))
        self._forms = derived(seed, b"dvk/console/forms/v1")

    def seal(self, value: object) -> str:
        """The value as text that tells nothing and cannot be changed."""
        return self._fernet.encrypt(orjson.dumps(value)).decode("ascii")

    def open(self, text: str, seconds: int | None = None) -> dict[str, str] | None:
        """What was sealed, at most so many seconds ago; None for anything else."""
        try:
            return orjson.loads(self._fernet.decrypt(text.encode("ascii", "replace"), ttl=seconds))
        except (InvalidToken, ValueError):
            return None

    def form_token(self, browser: str) -> str:
        """What a form carries that was made for this browser."""
        return hmac.new(self._forms, browser.encode(), sha256).hexdigest()


def cookie(request: Request, name: str) -> str | None:
    """What a cookie holds, put together from its parts."""
    for title in _titles(request, name):
        if (whole := request.cookies.get(title)) is not None:
            return whole + "".join(request.cookies.get(f"{title}-{n}", "") for n in range(1, MOST_PARTS))
    return None


def keep(request: Request, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Give the browser something to keep; until it ends, or for so many seconds.

    Where a provider signs people in it comes along on the way back from the provider's own site (SameSite=Lax),
    otherwise from nowhere else.
    """
    lax = request.app.state.by_provider
    title, secure = _titles(request, name)[0], is_secure(request)
    parts = [value[at : at + MOST_COOKIE] for at in range(0, len(value), MOST_COOKIE)]
    for n in range(MOST_PARTS):
        part = f"{title}-{n}" if n else title
        if n < len(parts):
            answer.set_cookie(
                part, parts[n], path="/", max_age=seconds, httponly=True, secure=secure,
                samesite="lax" if lax else "strict",
            )  # fmt: skip
        elif part in request.cookies:
            _drop(answer, part)


def drop(request: Request, answer: Response, name: str) -> None:
    """Have the browser forget it."""
    for title in (f"{HOST}{name}", name):
        for part in (title, *(f"{title}-{n}" for n in range(1, MOST_PARTS))):
            if part in request.cookies:
                _drop(answer, part)


def is_secure(request: Request) -> bool:
    """Whether the reader came by https: to this process, or to a proxy in front of it that ends TLS."""
    # Behind such a proxy the request is plain, and the browser still says where its page came from.
    schemes = (request.url.scheme, urlsplit(request.headers.get("origin", "")).scheme)
    return "https" in schemes or bool(request.app.state.behind_https)


def new_browser() -> str:
    """What a browser's forms are bound to."""
    return secrets.token_urlsafe(24)


def _titles(request: Request, name: str) -> tuple[str, ...]:
    """What a cookie is called: `__Host-` has the browser promise that only this very host set it, over https."""
    if request.app.state.behind_https:
        return (f"{HOST}{name}",)
    return (f"{HOST}{name}", name) if is_secure(request) else (name, f"{HOST}{name}")


def _drop(answer: Response, title: str) -> None:
    answer.delete_cookie(title, path="/", httponly=True, samesite="strict", secure=title.startswith(HOST))
