"""TLS among our own, on by one setting: a directory with the authority that all believe and this process's certificate.

With it, the door speaks TLS, and the broker, the store and the other services are spoken to with TLS and nothing else,
whatever their addresses begin with: an address that was forgotten is no way around it.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from pydantic import ValidationInfo, field_validator

from shared.process.declaring import Declared
from shared.process.kinds import DIRECTORY, Unusable

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


class WithTls(Declared):
    """Whether this process speaks TLS, and nothing else then."""

    tls_dir: Annotated[Path | None, DIRECTORY] = None

    @field_validator("tls_dir")
    @classmethod
    def _usable(cls, directory: Path | None) -> Path | None:
        """A file that is missing, or does not belong to the others, is said before anybody is spoken to."""
        if directory is None:
            return None
        tls = Tls(directory)
        for file in (tls.authority, tls.certificate, tls.key):
            if not os.path.isfile(file):
                raise Unusable("setting.certificates-missing", path=str(directory), file=file.name)
        try:
            tls.asking()
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tls.certificate, tls.key)
        except (ssl.SSLError, OSError) as wrong:
            raise Unusable("setting.certificates-unusable", path=str(directory), reason=str(wrong)) from wrong
        return directory

    @property
    def tls(self) -> Tls | None:
        """TLS at the door and to everybody of ours; the addresses that are read say so already. None: off."""
        return None if self.tls_dir is None else Tls(self.tls_dir)


def spoken(url: str, info: ValidationInfo) -> str:
    """A field validator: an address of our own as it is spoken to, after `tls_dir` is read."""
    directory: Path | None = info.data.get("tls_dir")
    return Tls(directory).address(url) if directory else url


def stored(url: str, info: ValidationInfo) -> str:
    """A field validator: an address of MongoDB as it is connected to, after `tls_dir` is read."""
    directory: Path | None = info.data.get("tls_dir")
    return Tls(directory).store(url) if directory else url
