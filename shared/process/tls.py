"""TLS among our own, on by one setting: a directory with the authority that all believe and this process's certificate.

With it, the door speaks TLS, and the broker, the store and the other services are spoken to with TLS and nothing else,
whatever their addresses begin with: an address that was forgotten is no way around it.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shared.process.environment import Environment, SettingMissing

SETTING = "DVK_TLS_DIR"
_WITH_TLS = {"http": "https", "nats": "tls"}


@dataclass(frozen=True)
class Tls:
    """`ca.crt`, `tls.crt` and `tls.key` of one directory."""

    directory: Path

    @property
    def authority(self) -> Path:
        """Whose certificates are believed."""
        return self.directory / "ca.crt"

    @property
    def certificate(self) -> Path:
        """Our own, with those that lead to the authority."""
        return self.directory / "tls.crt"

    @property
    def key(self) -> Path:
        """The private key that belongs to it."""
        return self.directory / "tls.key"

    def door(self) -> tuple[Path, Path]:
        """The certificate of a door, and its key."""
        return self.certificate, self.key

    def asking(self) -> ssl.SSLContext:
        """For asking others: only whom the authority vouches for, by the name that was asked for, is believed."""
        return ssl.create_default_context(cafile=self.authority)

    def store(self, url: str) -> str:
        """An address of MongoDB as it is connected to, unless it says itself what is to be done about TLS."""
        if "tls=" in url.lower():
            return url
        options = f"tls=true&tlsCAFile={quote(str(self.authority), safe='')}"
        return f"{url}{'&' if '?' in url else '?' if url.count('/') > 2 else '/?'}{options}"

    def address(self, url: str) -> str:
        """An address of our own as it is spoken to."""
        scheme, separator, rest = url.partition("://")
        return f"{_WITH_TLS.get(scheme, scheme)}{separator}{rest}"


def from_environment(given: Environment) -> Tls | None:
    """None where TLS is off; SettingMissing says which file is missing, or does not belong to the others."""
    if (directory := given.file(SETTING)) is None:
        return None
    tls = Tls(directory)
    for file in (tls.authority, tls.certificate, tls.key):
        if not file.is_file():
            raise SettingMissing(f"{SETTING} is {str(directory)!r}, and {file.name} is missing there")
    try:
        tls.asking()
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tls.certificate, tls.key)
    except (ssl.SSLError, OSError) as wrong:
        raise SettingMissing(f"{SETTING} is {str(directory)!r}: {wrong}") from wrong
    return tls
