"""What the command line reads from its environment, besides its arguments; and which variables nothing reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from shared import SERVICES
from shared.process.declaring import Declared, strangers
from shared.process.kinds import DIRECTORY, HTTP, IS_HTTP, Kind, Wrong

MONGOD = Kind("đường dẫn của một mongod, hoặc chữ secantusdb", "the path of a mongod, or the word secantusdb")
Address = Annotated[str | None, HTTP, IS_HTTP]


class Settings(Declared):
    """See `.env.example`. The addresses are the same variables by which services find one another."""

    mongod: Annotated[str | None, MONGOD] = None
    servers_venv: Annotated[Path | None, DIRECTORY] = None
    """The environment that holds the programs of the embedded servers."""
    registry_url: Address = None
    appraisal_url: Address = None
    awards_url: Address = None
    reporting_url: Address = None

    def addresses(self) -> dict[str, str]:
        """Where services answer, by name; only those that are said."""
        urls = (self.registry_url, self.appraisal_url, self.awards_url, self.reporting_url)
        return {name: url.rstrip("/") for name, url in zip(SERVICES, urls, strict=True) if url}


def mistyped() -> list[Wrong]:
    """Variables of ours that neither a service nor the console nor the command line reads."""
    ours = Settings.names()
    if not strangers(ours):
        return []
    from services.console.settings import Settings as OfConsole
    from shared.process.settings import Settings as OfServices

    return strangers(ours | OfConsole.names() | OfServices.names())
