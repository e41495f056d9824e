"""The settings of a service, declared once, read when its process starts and handed down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shared.process.declaring import Need
from shared.process.key_files import KEYS, SEED
from shared.process.kinds import (
    DAY,
    DIRECTORY,
    FILE,
    HTTP,
    INNER,
    IS_MONGO,
    IS_NATS,
    IS_NETWORKS,
    KEY,
    MONGO,
    NAME,
    NATS,
    NETWORKS,
    SECRET,
    WHOLE,
    of_mongo,
)
from shared.process.named_files import FOLDER, MADE, TEXT
from shared.process.tls import spoken, stored
from shared.process.told import Told

Driver = Literal["motor", "pymongo"]
Authorisation = Literal["required", "optional"]


class Settings(Told):
    """What one service process needs to know of the world around it.

    There is no default for an address, a key or a secret: a service that starts against the wrong
    database does more harm than one that does not start.
    """

    service: Annotated[str, INNER]
    mongo_url: Annotated[str, MONGO, IS_MONGO, AfterValidator(stored)] = Field(repr=False)
    mongo_driver: Driver = "motor"
    mongo_authorisation: Authorisation = "required"
    """Whether MongoDB has to refuse whoever does not say who they are."""
    mongo_database_prefix: str = "dvk"
    nats_url: Annotated[str, NATS, IS_NATS, AfterValidator(spoken)]
    nats_user: str | None = None
    nats_password: Annotated[str | None, SECRET] = Field(None, repr=False)
    nats_replicas: Annotated[int, WHOLE, Field(ge=1)] = 1
    """On how many members of NATS each event of the own stream lies."""
    log_prefix: str = "dvk.danang.gov.vn"
    log_key_file: Annotated[Path, KEY, SEED]
    witness_key_file: Annotated[Path | None, KEY, SEED] = None
    witnesses_file: Annotated[Path | None, FILE, TEXT] = None
    """Witnesses that others run: `witness <name> <vkey> <url>`, a line each."""
    keys_mongo_url: Annotated[str, MONGO] = Field("", repr=False, validate_default=True)
    """Where the key store of persons' names is; all four services share it. Beside the log, where nothing is said."""
    key_encryption_key_file: Annotated[Path, KEY, KEYS]
    key_store: Annotated[Path, DIRECTORY, MADE]
    """The directory of the keys that can be destroyed one by one; all processes of a system share it."""
    keys_backup_days: Annotated[int, WHOLE, Field(ge=1)] = 30
    """So long backups of the key store are kept; receipts of erasure say so."""
    clock_apart_seconds: Annotated[int, WHOLE, Field(ge=1)] = 60
    """Seconds between this machine's clock and what it is held against, beyond which it is not believed."""
    clock_trusted_on: Annotated[date | None, DAY] = None
    """The day on which somebody looked at this machine's clock and found it right."""
    templates: Annotated[Path | None, DIRECTORY, FOLDER] = None
    """The city's own templates of papers, which win over the shipped ones; reporting only."""
    webhook_networks: Annotated[str, NETWORKS, IS_NETWORKS] = ""
    """Where webhooks may be sent besides public addresses, with commas between; reporting only."""
    smtp_host: Annotated[str | None, NAME] = None
    """The mail server through which reporting sends notices; none are sent without it."""
    smtp_port: Annotated[int, WHOLE, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: Annotated[str | None, SECRET] = Field(None, repr=False)
    mail_from: Annotated[str | None, NAME] = None
    mail_list: Annotated[Path | None, FILE, TEXT] = None
    """Who gets mail, a line each."""
    mail_console: Annotated[str | None, HTTP] = None
    """Where readers find the console, for the links in letters."""
    needs: ClassVar[tuple[Need, ...]] = tuple(
        Need(name, when="smtp_host") for name in ("mail_from", "mail_list", "mail_console")
    )

    @field_validator("keys_mongo_url")
    @classmethod
    def _of_keys(cls, said: str, info: ValidationInfo) -> str:
        return stored(of_mongo(said) or said, info) if said else info.data.get("mongo_url", "")

    @property
    def mongo_database(self) -> str:
        """The database of this service."""
        return f"{self.mongo_database_prefix}_{self.service}"

    @property
    def keys_database(self) -> str:
        """The database of the key store."""
        return f"{self.mongo_database_prefix}_keys"

    @property
    def origin(self) -> str:
        """The origin and key name of this service's log."""
        return f"{self.log_prefix}/{self.service}"


def from_environment(service: str, given: Mapping[str, str] | None = None) -> Settings:
    """The settings of one service; SettingsWrong names every variable that is absent or wrong."""
    return Settings.read(given, service=service)
