"""Backups in a bucket of an object store that speaks S3: AWS, MinIO, Ceph, and the clouds that are made of them.

    s3://BUCKET/PREFIX/dvk-backup.json, s3://BUCKET/PREFIX/20261129T024000Z/manifest.json, …: as in a directory

An object is sent in one request, so it is there whole or not at all, and the store holds its bytes against the hash
that was signed with the request. `obstore` speaks to the store: the extra `s3`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.backing.lease import Beaten, Lease, Pace
from services.cli.backing.refusals import known, refused
from services.cli.backing.shelf import LOCK, NotThere

if TYPE_CHECKING:
    from obstore import PutMode
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Store

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
IS_PLACE = re.compile(r"s3://([A-Za-z0-9][A-Za-z0-9._-]{1,62})(?:/((?:[^/?#@]+/)*[^/?#@]*))?")
IS_ENDPOINT = re.compile(r"https?://[^/?#@\s]+(/[^?#@\s]*)?")
KEY, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
OTHER_WAYS = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Of being let in without a key: a cluster at AWS gives its pods one of these."""
NOT_MADE = "501 Not Implemented"
LONGEST = timedelta(minutes=5)
"""For one request: a piece of 32 MB takes so long at one megabit a second."""
TRIED_AGAIN: RetryConfig = {
    "max_retries": 4,
    "retry_timeout": LONGEST,
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=5), "base": 2},
}


def bucket_at(place: str, environment: Mapping[str, str] = os.environ) -> Bucket:
    """The bucket that an address names, with the endpoint and the key of the environment; Failure without them."""
    address = IS_PLACE.fullmatch(place)
    if address is None or {".", ".."} & set(place.split("/")):
        raise known("backup.place-unknown", "s3://…")  # it may hold a key: it is not repeated
    return Bucket(place.rstrip("/"), _store(address[1], address[2] or "", environment))


def _store(bucket: str, prefix: str, environment: Mapping[str, str]) -> S3Store:
    try:
        from obstore.store import S3Store
    except ImportError:
        raise known("backup.package-missing", f"s3://{bucket}") from None
    given = {name: value for name in environment if (value := environment[name].strip())}
    if not (given.keys() >= {KEY, SECRET} or given.keys() & {*OTHER_WAYS}):
        raise known("backup.credentials-missing", f"s3://{bucket}")
    endpoint = next((given[name] for name in ENDPOINTS if name in given), None)
    if endpoint is not None and not IS_ENDPOINT.fullmatch(endpoint):
        raise known("backup.endpoint-wrong", f"s3://{bucket}")  # nor is this one
    config: S3Config = {
        "region": next((given[name] for name in REGIONS if name in given), "us-east-1"),
        "disable_bulk_delete": True,  # not every store takes it
    }
    if KEY in given and SECRET in given:
        config |= {"access_key_id": given[KEY], "secret_access_key": given[SECRET]}
    if endpoint is not None:
        config["endpoint"] = endpoint.rstrip("/")
    client: ClientConfig = {
        "allow_http": (endpoint or "").startswith("http://"),
        "connect_timeout": timedelta(seconds=10),
        "timeout": LONGEST,
    }
    if "AWS_CA_BUNDLE" in given:
        client["root_certificate"] = Path(given["AWS_CA_BUNDLE"]).read_bytes()
    with refused(f"s3://{bucket}"):
        return S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            config=config,
            client_options=client,
            retry_config=TRIED_AGAIN,
        )


class Bucket:
    """See `Shelf`. What begins with the same prefix and a slash is a room."""

    beside = None  # a bucket may keep what is deleted from it

    def __init__(self, where: str, store: S3Store, pace: Pace | None = None) -> None:
        self._where = where
        self._store = store
        self._pace = pace or Pace()
        self._lease: Lease | None = None
        self.remembers = False

    @property
    def where(self) -> str:
        return self._where

    def rooms(self) -> list[str]:
        with refused(self._where):
            return sorted(self._store.list_with_delimiter()["common_prefixes"])

    def sizes(self, room: str) -> dict[str, int]:
        with refused(self._where):
            found = [each for page in self._store.list(f"{room}/") for each in page]
        return {each["path"].rpartition("/")[2]: each["size"] for each in found}

    def get(self, name: str) -> bytes:
        with refused(self._where, name):
            return bytes(self._store.get(name).bytes())

    def put(self, name: str, content: bytes) -> None:
        with refused(self._where):
            done = self._store.put(name, content, use_multipart=False)
        self.remembers = self.remembers or done["version"] is not None

    def delete(self, name: str) -> None:
        with suppress(NotThere), refused(self._where, name):
            self._store.delete(name)

    def clear(self, room: str) -> None:
        for name in self.sizes(room):
            self.delete(f"{room}/{name}")

    @contextmanager
    def alone(self) -> Generator[None]:
        lease = Lease(_Mark(self._where, self._store), self._pace)
        lease.take()
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None
            lease.let_go()

    def confirm(self) -> None:
        if self._lease is not None:
            self._lease.confirm()


class _Mark:
    """The object that says who takes a backup."""

    def __init__(self, where: str, store: S3Store) -> None:
        self._where = where
        self._store = store
        self._plain = False
        """The store takes no conditions: some of older making answer so."""

    def read(self) -> tuple[str, bytes]:
        with refused(self._where, LOCK):
            found = self._store.get(LOCK)
            return str(found.meta["e_tag"]), bytes(found.bytes())

    def write(self, text: bytes, replaces: str | None) -> str:
        from obstore.exceptions import AlreadyExistsError, GenericError, PreconditionError

        mode: PutMode = "create" if replaces is None else {"e_tag": replaces}
        with refused(self._where):
            try:
                done = self._store.put(
                    LOCK, text, use_multipart=False, mode="overwrite" if self._plain else mode
                )
            except (AlreadyExistsError, PreconditionError):
                raise Beaten from None
            except GenericError as error:
                if self._plain or NOT_MADE not in str(error):
                    raise
                self._plain = (
                    True  # whoever comes at the very same moment is found by `confirm` and by `finish`
                )
                return self.write(text, replaces)
        return str(done["e_tag"])

    def erase(self) -> None:
        with suppress(NotThere), refused(self._where, LOCK):
            self._store.delete(LOCK)
