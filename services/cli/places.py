"""What lies where in a data directory, and where the services of a running system answer.

data_dir/up.json        where servers and services listen, while `dvk up` or `dvk demo` runs
data_dir/up.lock        held by that `dvk`
data_dir/clock.json     how far the system's clock is from the real one
data_dir/used-by.json   which version ran here last: an older one does not start
data_dir/witnesses      whom else reporting has cosign, where an operator wrote it (`witness <name> <vkey> <url>`)
data_dir/scheme-published   since the shipped policy, criteria and forms are on record
data_dir/log/           what each service says, as JSON lines
data_dir/security/      who came and how it ended, as JSON lines; a new file each day
data_dir/secrets/       keys and passwords (0700), made once; the whole directory is for its owner only
data_dir/keys/          the key file store: keys that are destroyed one by one, never in a backup of the databases
data_dir/secrets/tls/    where TLS is on: our authority and certificate
data_dir/nats/, mongo/  the servers' own
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.addresses import addresses
from services.cli.settings import Settings
from services.cli.telling import Failure
from services.cli.wanting import OF_SECRETS, members
from shared import SERVICES
from shared.process.tls import Tls

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class DataDir:
    """A data directory."""

    path: Path

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def clock(self) -> Path:
        return self.path / "clock.json"

    @property
    def running(self) -> Path:
        return self.path / "up.json"

    @property
    def published(self) -> Path:
        """There once the shipped policy, criteria and forms have been published here."""
        return self.path / "scheme-published"

    @property
    def used_by(self) -> Path:
        """The newest version that ever ran here."""
        return self.path / "used-by.json"

    @property
    def store(self) -> Path:
        """MongoDB's own files; there once something was recorded here."""
        return self.path / "mongo" / "db"

    @property
    def lock(self) -> Path:
        return self.path / "up.lock"

    def log_key(self, service: str) -> Path:
        """The seed of the key that signs a service's checkpoints."""
        return self.secrets / f"{service}.log-key"

    @property
    def witness_key(self) -> Path:
        """The seed of the key with which reporting cosigns."""
        return self.secrets / "reporting.witness-key"

    @property
    def witnesses(self) -> Path:
        """The witnesses that others run; who wants any writes this file."""
        return self.path / "witnesses"

    @property
    def key_encryption_keys(self) -> Path:
        """The keys that wrap what is in the key file store; the first is the current one."""
        return self.secrets / "key-encryption-keys"

    @property
    def key_store(self) -> Path:
        """The key file store."""
        return self.path / "keys"

    @property
    def token_key(self) -> Path:
        """The private JWK that signs tokens."""
        return self.secrets / "token-key.json"

    @property
    def token_keys_before(self) -> Path:
        """The public keys that signed tokens before, as long as these hold."""
        return self.secrets / "token-keys-before.json"

    @property
    def console_key(self) -> Path:
        """With which the console seals what it has browsers keep."""
        return self.secrets / "console.key"

    @property
    def jwks(self) -> Path:
        """The public key set against which services check tokens."""
        return self.secrets / "jwks.json"

    @property
    def peer_keys(self) -> Path:
        """The public key set by which services know one another."""
        return self.secrets / "peer-keys.json"

    def service_log(self, service: str) -> Path:
        """What a service says."""
        return self.path / "log" / f"{service}.log"

    @property
    def security(self) -> Path:
        """Who came, and how it ended: a file of JSON lines for each service and the console."""
        return self.path / "security"

    @property
    def mongo_passwords(self) -> Path:
        """The passwords of the users of the document store, by name; `root` may do everything."""
        return self.secrets / "mongo.json"

    def addresses(self) -> dict[str, Any] | None:
        """Where the system of this directory listens; None when none runs."""
        wanted: dict[str, type] = {**dict.fromkeys((*SERVICES, "nats", "mongo"), str), "pids": dict}
        try:
            return members(
                self.running, wanted, "hãy khởi động lại dvk up ở đó", "end dvk up there and start it again"
            )
        except OSError:
            return None

    @property
    def tls(self) -> Path:
        """Our own authority and certificate; where it is, everything of this directory speaks TLS."""
        return self.secrets / "tls"

    @property
    def authority_key(self) -> Path:
        """With which our own authority vouches for certificates; missing where the authority is the city's."""
        return self.secrets / "tls-authority.key"

    @property
    def authority(self) -> Path | None:
        """Whose certificates are believed; None where nothing speaks TLS."""
        file = Tls(self.tls).authority
        return file if file.exists() else None

    def copies(self) -> dict[str, str]:
        """NATS and MongoDB of the system that runs here, MongoDB as the one who may do everything; else empty."""
        found = self.addresses() or {}
        known = {name: found[name] for name in ("nats", "mongo") if name in found}
        if "mongo" in known and self.mongo_passwords.exists():
            root = members(self.mongo_passwords, {"root": str}, *OF_SECRETS)["root"]
            known["mongo"] = known["mongo"].replace("://", f"://root:{root}@") + "&authSource=admin"
        return known


def data_dir(given: str | None) -> DataDir:
    """The directory named, or the default one beside the caller."""
    return DataDir(Path(given or "data").expanduser().resolve())


def services_of(place: DataDir, given: list[str] | None) -> dict[str, str]:
    """The HTTP address of each service: as given (`registry=https://…`), from the environment, or running here."""
    found = addresses(given or ())
    for name, url in Settings.read().addresses().items():
        found.setdefault(name, url)
    for name, url in (place.addresses() or {}).items():
        if name in SERVICES:
            found.setdefault(name, url)
    if not found:
        raise Failure(
            f"Không có hệ thống nào đang chạy ở {place.path}; hãy chạy dvk up, hoặc nêu --url",
            f"No system runs in {place.path}: start it with dvk up, or give --url",
        )
    return found
