"""The main program of a service."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from time import monotonic

from shared.doors import serving
from shared.doors.limits import Limits
from shared.doors.problems import Problems
from shared.doors.security import Watched
from shared.doors.traced import Traced
from shared.doors.turnstile import Turned, Turnstile
from shared.eventlog.signing import KeyUnreadable
from shared.people.keyring import KeyringUnreadable
from shared.process import logs
from shared.process.declaring import SettingsWrong, strangers
from shared.process.logs import warn_of
from shared.process.machine import most_open_files
from shared.process.running import Extend, application, assemble
from shared.process.security_log import security_of
from shared.process.settings import Settings, from_environment
from shared.process.store_watch import StoreWatch
from shared.process.tracing import traced
from shared.wiring import Service

KEPT_FOR_OURSELVES = 200
"""Files and connections that the process needs besides those of its guests."""
SELDOM = (50_000, 2, 700)
"""When Python looks for cycles: what a service keeps in memory is never among them, and at the size of the city one
look through all of it takes longer than most answers. Cycles are rare here; what has none is freed at once anyway.
What is new is looked through twice, 150,000 at a time at most: that takes a few dozen milliseconds, and more of it was
seen to hold everybody up for 0.4 s."""

NAMES_OF_KEYS = {
    KeyUnreadable: "",
    KeyringUnreadable: "DVK_KEY_ENCRYPTION_KEY_FILE, DVK_KEY_STORE: không dùng được · not usable: ",
}
"""What stands before the reason why a key is not usable after all."""


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop where it is installed (not on Windows), else Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def run(service: Service, extend: Extend | None = None) -> None:
    """The whole process: `python -m services.<name>` calls this and nothing else."""
    try:
        settings = from_environment(service.name)
        security = security_of(service.name, settings)
    except SettingsWrong as wrong:
        raise SystemExit(wrong.of(service.name)) from wrong
    logs.set_up(service.name, settings.log_level)
    warn_of(strangers(Settings.names()))
    gc.set_threshold(*SELDOM)

    async def serve() -> StoreWatch:
        running = assemble(settings, service, extend)
        running.access.security = security
        running.access.tokens.turnstile = turnstile = Turnstile(settings.rates, monotonic)
        limits = Limits(
            connections=min(settings.http_connections, most_open_files() - KEPT_FOR_OURSELVES),
            upload=settings.http_upload_seconds,
            answer=settings.http_answer_seconds,
        )
        app = Watched(Turned(Traced(application(running)), turnstile), security)
        server = serving.server(app, *settings.door, limits, settings.certificate, settings.trusted_proxies)
        running.store_watch.end = server.leave
        await server.serve()
        return running.store_watch

    try:
        with traced(service.name, settings), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            watched = runner.run(serve())
    except SettingsWrong as wrong:
        raise SystemExit(wrong.of(service.name)) from wrong
    except (KeyringUnreadable, KeyUnreadable) as unreadable:
        raise SystemExit(f"{service.name}: {NAMES_OF_KEYS[type(unreadable)]}{unreadable}") from unreadable
    if (why := watched.given_up) is not None:
        said = Problems(service.problems).sentences(why.code)
        setting = why.details.get("setting", "DVK_MONGO_URL")
        raise SystemExit(f"{service.name}: {setting}: {said.vi} · {said.en}")
