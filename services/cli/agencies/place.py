"""The broker whose agencies are meant: the one that runs here (`dvk up`), or one whose secrets lie here (Docker)."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import nats.errors
import nats.js.errors

from services.cli.agencies.consumers import Standing, provide, standing, take_away
from services.cli.agencies.register import FILE, Agency, Register, agencies_of, keys_of
from services.cli.broker import Broker
from services.cli.permissions import PUBLIC, permissions
from services.cli.places import DataDir, data_dir
from services.cli.telling import Failure, note
from services.cli.writing import write_secret
from shared.relaying.inspecting import first_missing

ACCOUNTS = "nats-accounts"
RELOADED, NOT_RELOADED = b"Reloaded server configuration", b"Failed to reload"
LOOK_SECONDS, RELOAD_SECONDS = 0.05, 15.0
RELOAD = "docker compose --env-file {}/compose.env kill --signal HUP nats (hai lần · twice)"


@dataclass(frozen=True)
class Place:
    """A running broker, and the secrets from which its accounts are made."""

    data: DataDir
    url: str
    """With the operator's user and password in it."""
    pid: int | None
    """Of the embedded server; None for one that runs elsewhere."""

    @property
    def address(self) -> str:
        """Without user and password."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or 4222}"

    @property
    def authority(self) -> Path | None:
        """Whose certificates are believed there; None: those the machine believes."""
        return self.data.authority

    @property
    def as_visited(self) -> Broker:
        """As an agency comes to it."""
        return Broker(self.address, self.authority)

    def agencies(self) -> dict[str, Agency]:
        """As the file says."""
        return agencies_of(self.data.secrets)

    def write(self, agencies: Mapping[str, Agency]) -> None:
        """The file says this from now on."""
        text = Register(agencies=tuple(agencies.values())).model_dump_json(indent=2)
        write_secret(self.data.secrets / FILE, text)

    def renew(self) -> None:
        """The accounts follow the file; a server that runs elsewhere has to be told by whoever runs it."""
        passwords: dict[str, str] = json.loads((self.data.secrets / "nats.json").read_text("utf-8"))
        accounts = permissions(passwords, keys_of(self.data.secrets))
        if self.pid is None:
            # In place: a container has this very file, and would not see another that took its name.
            (self.data.secrets / ACCOUNTS).write_text(json.dumps(accounts, indent=2), "utf-8")
            note(f"NATS chưa đọc lại · NATS has yet to read it: {RELOAD.format(self.data.secrets)}")
            return
        path = self.data.path / "nats" / "nats.conf"
        write_secret(
            path, json.dumps(json.loads(path.read_text("utf-8")) | accounts, ensure_ascii=False, indent=2)
        )
        # Twice: nats-server ties what an account that is new to it imports to accounts it is about to give up.
        for _ in range(2):
            reload(self.pid, self.data.path / "nats" / "nats.log")

    async def provide(self, agencies: Sequence[Agency], today: str) -> None:
        """Each of these has its consumer."""
        connection = await self._entered()
        try:
            for agency in agencies:
                await provide(connection.jetstream(timeout=5), agency, today)
        finally:
            await connection.close()

    async def standing(self) -> dict[str, Standing | None]:
        """How far each agency is; None for one whose consumer NATS does not have."""
        connection = await self._entered()
        try:
            js = connection.jetstream(timeout=5)
            return {name: await standing(js, name) for name in self.agencies()}
        finally:
            await connection.close()

    async def lost(self) -> str | None:
        """What the public stream lacks of the messages that it was given, in a sentence; None when it has them all."""
        connection = await self._entered()
        try:
            state = (await connection.jetstream(timeout=5).stream_info(PUBLIC)).state
            if state.messages == state.last_seq:
                return None
            first = await first_missing(connection, PUBLIC, state.first_seq, state.messages)
        except nats.js.errors.NotFoundError:
            return f"chưa có luồng · there is no stream {PUBLIC}"
        finally:
            await connection.close()
        many, last = state.last_seq - state.messages, state.last_seq
        return (
            f"{PUBLIC} thiếu {many} trong {last} tin, tin đầu tiên là số {first} · "
            f"{PUBLIC} lacks {many} of {last} messages, the first is number {first}"
        )

    async def take_away(self, name: str) -> None:
        """This one has no consumer."""
        connection = await self._entered()
        try:
            await take_away(connection.jetstream(timeout=5), name)
        finally:
            await connection.close()

    async def _entered(self) -> Any:
        try:
            connection = Broker(self.url, self.authority)
            return await connection.connect(connect_timeout=5, allow_reconnect=False)
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise Failure(
                f"Không vào được NATS ở {self.address}", f"NATS does not answer at {self.address}"
            ) from error


def reload(pid: int, log: Path) -> None:
    """Have the server read its configuration again; Failure when it does not take it."""
    before = log.stat().st_size
    os.kill(pid, signal.SIGHUP)
    until = monotonic() + RELOAD_SECONDS
    while RELOADED not in (new := log.read_bytes()[before:]):
        if NOT_RELOADED in new or monotonic() > until:
            raise Failure(f"NATS không nhận cấu hình mới; xem {log}", f"NATS did not take it: see {log}")
        sleep(LOOK_SECONDS)


def place_of(directory: str | None, url: str | None) -> Place:
    """The broker that is meant; Failure where none runs and none is named."""
    place = data_dir(directory)
    here = place.addresses() or {}
    if here and url is None:
        return Place(place, here["nats"], here["pids"]["nats"])
    if not (place.secrets / ACCOUNTS).exists():
        raise Failure(
            f"Không có hệ thống nào đang chạy ở {place.path}; hãy chạy dvk up, hoặc nêu --data-dir của dvk secrets",
            f"No system runs in {place.path}: start it with dvk up, or name the --data-dir of dvk secrets",
        )
    return Place(place, url or _published(place.secrets), None)


def _published(secrets: Path) -> str:
    """Where `docker-compose.yml` publishes it."""
    password = (secrets / "operator.nats-password").read_text("ascii").strip()
    return f"nats://operator:{password}@127.0.0.1:4222"
