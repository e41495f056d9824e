"""What notices add to the running service: their routes, and the mailer where there is a server for it."""

from __future__ import annotations

from services.reporting.notices import routes
from services.reporting.notices.keys import Addresses
from services.reporting.notices.mailing import Mail, Mailer
from services.reporting.notices.posting import Server
from services.reporting.notices.telling import Told
from services.reporting.queries.context import Context
from shared.process.ids import unix_time
from shared.process.own_keys import keys_of
from shared.process.running import Running
from shared.process.settings import Settings


def add(running: Running, context: Context) -> None:
    """All of it."""
    running.routers.append(routes.router(context, _addresses(running), running.access.must_stand))
    if (mail := _mail(running.settings)) is not None:
        mailer = Mailer(Told(context), running.database, mail, running.clock.now)
        running.background.append(("mail", mailer.run))


def _mail(settings: Settings) -> Mail | None:
    if settings.smtp_host is None:
        return None
    assert settings.mail_from and settings.mail_list and settings.mail_console
    server = Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
    )
    return Mail(server, settings.mail_from, settings.mail_list, settings.mail_console.rstrip("/"))


def _addresses(running: Running) -> Addresses:
    """The secret addresses of feeds of notices, by the key that all processes of reporting share."""
    seed, tokens = keys_of(running.settings)["log"].seed, running.access.tokens
    return Addresses(seed, unix_time, lambda sub, claims: tokens.revoked(sub, claims))
