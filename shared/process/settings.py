"""One frozen Settings, read once from the environment in a service's `__main__` and handed down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar, get_args

from shared.process.believing import Believing
from shared.process.believing import from_environment as believed
from shared.process.environment import Environment
from shared.process.environment import SettingMissing as SettingMissing
from shared.process.guarding import Guarding
from shared.process.guarding import from_environment as guarded
from shared.process.tls import Tls
from shared.process.tls import from_environment as tls_from

Driver = Literal["motor", "pymongo"]
Authorisation = Literal["required", "optional"]
_Word = TypeVar("_Word", bound=str)
SERVICES = ("registry", "appraisal", "awards", "reporting")


@dataclass(frozen=True)
class Settings:
    """What one service process needs to know of the world around it.

    There is no default for an address, a key or a secret: a service that starts against the wrong
    database does more harm than one that does not start.
    """

    service: str
    http_host: str
    http_port: int
    http_connections: int
    http_upload_seconds: int
    http_answer_seconds: int
    tls: Tls | None
    """TLS at the door and to everybody of ours; the addresses below say so already."""
    mongo_url: str
    mongo_driver: Driver
    mongo_authorisation: Authorisation
    """Whether MongoDB has to refuse whoever does not say who they are."""
    mongo_database: str
    nats_url: str
    nats_user: str | None
    nats_password: str | None
    nats_replicas: int
    """On how many members of NATS each event of the own stream lies."""
    log_prefix: str
    log_key_file: Path
    witness_key_file: Path | None
    believing: Believing
    guarding: Guarding
    peers: Mapping[str, str]
    """HTTP addresses of the four services, by name."""
    keys_mongo_url: str
    """Where the key store of persons' names is; all four services share it."""
    keys_database: str
    key_encryption_key_file: Path
    key_store: Path
    """The directory of the keys that can be destroyed one by one; all processes of a system share it."""
    keys_backup_days: int
    """So long backups of the key store are kept; receipts of erasure say so."""
    clock_file: Path | None
    clock_most_apart: int
    """Seconds between this machine's clock and what it is held against, beyond which it is not believed."""
    clock_trusted_on: date | None
    """The day on which somebody looked at this machine's clock and found it right."""
    evidence_limit: int
    templates: Path | None
    """The city's own templates of papers, which win over the shipped ones; reporting only."""
    log_level: str

    @property
    def door(self) -> tuple[str, int]:
        """Where the HTTP door is."""
        return self.http_host, self.http_port

    @property
    def certificate(self) -> tuple[Path, Path] | None:
        """With what it speaks TLS, if it does."""
        return self.tls and self.tls.door()

    @property
    def origin(self) -> str:
        """The origin and key name of this service's log."""
        return f"{self.log_prefix}/{self.service}"


def from_environment(service: str, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of one service; SettingMissing names the variable that is absent or wrong."""
    given = Environment(environment)
    need, maybe, file, secret, number = given.need, given.maybe, given.file, given.secret, given.number
    store, address = (tls.store, tls.address) if (tls := tls_from(given)) else (str, str)
    mongo_url = store(secret("DVK_MONGO_URL") or need("DVK_MONGO_URL"))
    prefix = maybe("DVK_MONGO_DATABASE_PREFIX") or "dvk"
    return Settings(
        service=service,
        http_host=maybe("DVK_HTTP_HOST") or "127.0.0.1",
        http_port=number("DVK_HTTP_PORT", None),
        http_connections=number("DVK_HTTP_CONNECTIONS", 1000, 10),
        http_upload_seconds=number("DVK_HTTP_UPLOAD_SECONDS", 600),
        http_answer_seconds=number("DVK_HTTP_ANSWER_SECONDS", 120),
        tls=tls,
        mongo_url=mongo_url,
        mongo_driver=_one_of(given, "DVK_MONGO_DRIVER", get_args(Driver)),
        mongo_authorisation=_one_of(given, "DVK_MONGO_AUTHORISATION", get_args(Authorisation)),
        mongo_database=f"{prefix}_{service}",
        nats_url=address(need("DVK_NATS_URL")),
        nats_user=maybe("DVK_NATS_USER"),
        nats_password=secret("DVK_NATS_PASSWORD"),
        nats_replicas=number("DVK_NATS_REPLICAS", 1),
        log_prefix=maybe("DVK_LOG_PREFIX") or "dvk.danang.gov.vn",
        log_key_file=Path(need("DVK_LOG_KEY_FILE")),
        witness_key_file=file("DVK_WITNESS_KEY_FILE"),
        believing=believed(given),
        guarding=guarded(given),
        peers={name: address(need(f"DVK_{name.upper()}_URL")).rstrip("/") for name in SERVICES},
        keys_mongo_url=store(secret("DVK_KEYS_MONGO_URL") or mongo_url),
        keys_database=f"{prefix}_keys",
        key_encryption_key_file=Path(need("DVK_KEY_ENCRYPTION_KEY_FILE")),
        key_store=Path(need("DVK_KEY_STORE")),
        keys_backup_days=number("DVK_KEYS_BACKUP_DAYS", 30),
        clock_file=file("DVK_CLOCK_FILE"),
        clock_most_apart=number("DVK_CLOCK_APART_SECONDS", 60),
        clock_trusted_on=_day("DVK_CLOCK_TRUSTED_ON", maybe("DVK_CLOCK_TRUSTED_ON")),
        evidence_limit=number("DVK_EVIDENCE_LIMIT", 20 * 1024 * 1024),
        templates=file("DVK_TEMPLATES"),
        log_level=maybe("DVK_LOG_LEVEL") or "INFO",
    )


def _one_of(given: Environment, name: str, words: Sequence[_Word]) -> _Word:
    """One of these words; the first where nothing is said."""
    said = given.maybe(name) or words[0]
    for word in words:
        if word == said:
            return word
    raise SettingMissing(f"{name} is {said!r}; it is {' or '.join(words)}")


def _day(name: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingMissing(f"{name} is {text!r}; it is a date such as 2027-01-04") from None
