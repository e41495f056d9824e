"""The embedded servers keep their state, end with whoever started them, and know who may do what."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pymongo
import pymongo.errors
import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig
from pymongo.database import Database

from services.cli.agencies.trying import Visitor
from services.cli.broker import Broker
from services.cli.children import end_child, free_port, start_child
from services.cli.embedded import ON_NATS, EmbeddedServerFailed, EmbeddedServers

Make = Callable[..., EmbeddedServers]


def documents(servers: EmbeddedServers) -> int:
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as client:
        return client["kept"]["things"].count_documents({})


def add_document(servers: EmbeddedServers) -> None:
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as client:
        client["kept"]["things"].insert_one({})


def add_two_documents_in_a_transaction(servers: EmbeddedServers) -> None:
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as client:
        with contextlib.suppress(pymongo.errors.CollectionInvalid):
            client["kept"].create_collection("things")
        with client.start_session() as session, session.start_transaction():
            client["kept"]["things"].insert_one({}, session=session)
            client["kept"]["things"].insert_one({}, session=session)


async def events(servers: EmbeddedServers) -> int:
    client = await nats.connect(servers.nats_url("registry"), inbox_prefix="_INBOX_registry")
    try:
        return (await client.jetstream().stream_info("REGISTRY")).state.messages
    finally:
        await client.close()


async def add_event(servers: EmbeddedServers) -> None:
    client = await nats.connect(servers.nats_url("registry"), inbox_prefix="_INBOX_registry")
    await client.jetstream().add_stream(StreamConfig(name="REGISTRY", subjects=["dvk.registry.>"]))
    await client.jetstream().publish("dvk.registry.unit.UnitRegistered", b"{}")
    await client.close()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def ended_within(seconds: float, pids: list[int]) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(is_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


async def test_state_survives_a_restart(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.start()
    add_document(servers)
    await add_event(servers)
    servers.stop()

    again = embedded_servers(servers.data_dir)
    again.start()

    assert documents(again) == 1
    assert await events(again) == 1


async def test_what_was_acknowledged_survives_a_crash(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.start()
    add_document(servers)
    add_two_documents_in_a_transaction(servers)
    await add_event(servers)
    servers.kill()
    servers.start()

    assert documents(servers) == 3
    assert await events(servers) == 1


def test_one_server_is_killed_and_comes_back_on_its_port_while_the_other_stays(
    embedded_servers: Make,
) -> None:
    servers = embedded_servers()
    servers.start()
    port, other = servers.nats.port, servers.mongo.pid

    servers.nats.kill()
    assert not servers.nats.running
    assert servers.nats.pid is None
    servers.nats.start()

    assert servers.nats.running
    assert servers.nats.port == port
    assert servers.mongo.pid == other


def test_starting_what_runs_and_stopping_what_is_stopped_do_nothing(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.nats.stop()
    servers.nats.start()
    pid = servers.nats.pid
    servers.nats.start()
    assert servers.nats.pid == pid
    servers.stop()
    servers.stop()


def test_both_end_in_order_when_they_are_asked_to(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.start()
    servers.stop()
    assert servers.mongo.exit_code == 0
    assert servers.nats.exit_code == 0


def test_servers_listen_on_the_ports_they_are_given(embedded_servers: Make) -> None:
    nats_port, mongo_port = free_port(), free_port()
    servers = embedded_servers(nats_port=nats_port, mongo_port=mongo_port)
    servers.start()
    assert servers.nats.address == f"nats://127.0.0.1:{nats_port}"
    assert f"127.0.0.1:{mongo_port}/" in servers.mongo.url
    assert "directConnection=true" in servers.mongo.url


def test_a_port_that_somebody_else_has_is_named(embedded_servers: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(EmbeddedServerFailed, match=f"port {port} is taken by another program"):
            embedded_servers(nats_port=port).nats.start()


def test_a_server_that_does_not_start_says_why(embedded_servers: Make, tmp_path: Path) -> None:
    servers = embedded_servers(tmp_path)
    (tmp_path / "nats").mkdir()
    (tmp_path / "nats" / "jetstream").write_text("a file where a directory should be", encoding="utf-8")
    with pytest.raises(EmbeddedServerFailed, match="exit code 1") as failure:
        servers.nats.start()
    assert "storage directory is not a directory" in str(failure.value)


def test_missing_programs_name_the_remedy(
    embedded_servers: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVK_SERVERS_VENV", str(tmp_path / "nothing"))
    with pytest.raises(EmbeddedServerFailed, match="make setup"):
        embedded_servers().start()


def test_a_data_directory_has_one_owner(embedded_servers: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.embedded.servers.LOCK_PATIENCE", 0.2)
    first = embedded_servers()
    first.nats.start()
    with pytest.raises(EmbeddedServerFailed, match="Other servers are using"):
        embedded_servers(first.data_dir).nats.start()


def test_secrets_are_kept_and_readable_by_their_owner_only(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.nats.start()
    secret, config = servers.data_dir / "secrets" / "nats.json", servers.data_dir / "nats" / "nats.conf"
    assert set(json.loads(secret.read_text("utf-8"))) == set(ON_NATS)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (secret, config)] == [0o600, 0o600]
    assert embedded_servers(servers.data_dir).nats.passwords == servers.nats.passwords


# --- a replica set that begins itself ------------------------------------------------------------


def real(servers: EmbeddedServers) -> EmbeddedServers:
    if not servers.mongo.authorised:
        pytest.skip("no mongod runs here")
    return servers


class Killed(BaseException):
    """The process that was starting the servers is gone."""


STEPS = ["replSetInitiate", "createUser", "createRole", "usersInfo", "rolesInfo"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_first_start_that_is_killed_at_any_step_is_gone_on_with_at_another_port(
    embedded_servers: Make, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    servers, command = real(embedded_servers()), Database.command

    def dying(self: Any, name: Any, *args: Any, **more: Any) -> Any:
        if name != step:
            return command(self, name, *args, **more)
        if when == "after":
            command(self, name, *args, **more)
        raise Killed

    monkeypatch.setattr(Database, "command", dying)
    with pytest.raises(Killed):
        servers.mongo.start()
    monkeypatch.undo()
    servers.kill()

    again = embedded_servers(servers.data_dir)
    again.mongo.start()
    assert again.mongo.port != servers.mongo.port
    with pymongo.MongoClient[dict[str, Any]](again.mongo.url_of("registry")) as client:
        client["dvk_registry"]["log"].insert_one({"_id": 1})


def test_a_mongod_that_is_killed_while_it_starts_the_first_time_starts_the_next_time(
    embedded_servers: Make,
) -> None:
    for tenths in (1, 10, 13):
        servers = real(embedded_servers())
        servers.mongo.launch()
        until = time.monotonic() + tenths / 10
        while time.monotonic() < until:
            servers.mongo._answers()
            time.sleep(0.02)
        servers.kill()
        again = embedded_servers(servers.data_dir)
        again.mongo.start()
        add_document(again)
        again.kill()


def test_two_starts_in_one_directory_race_and_one_of_them_has_it(
    embedded_servers: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.embedded.servers.LOCK_PATIENCE", 0.5)
    one = embedded_servers()
    two = embedded_servers(one.data_dir)
    outcomes: list[str] = []

    def start(servers: EmbeddedServers) -> None:
        try:
            servers.mongo.start()
            outcomes.append("started")
        except EmbeddedServerFailed as failed:
            outcomes.append("refused" if "Other servers are using" in str(failed) else str(failed))

    racing = [threading.Thread(target=start, args=(servers,)) for servers in (one, two)]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    assert sorted(outcomes) == ["refused", "started"]
    assert one.mongo.url.rpartition("@")[0] == two.mongo.url.rpartition("@")[0], "the same passwords"


def test_a_strangers_mongod_on_the_port_is_not_taken_for_ours(embedded_servers: Make) -> None:
    stranger = real(embedded_servers())
    stranger.mongo.start()
    servers = embedded_servers(mongo_port=stranger.mongo.port)
    with pytest.raises(EmbeddedServerFailed, match="is taken by another program"):
        servers.mongo.start()
    assert not servers.mongo._answers()


def test_a_lost_file_of_passwords_is_said(embedded_servers: Make) -> None:
    servers = real(embedded_servers())
    servers.mongo.start()
    servers.stop()
    (servers.data_dir / "secrets" / "mongo.json").unlink()
    with pytest.raises(EmbeddedServerFailed, match="knows other passwords than") as failed:
        embedded_servers(servers.data_dir).mongo.start()
    assert "mật khẩu khác" in failed.value.vi


def test_the_data_directory_is_for_its_owner_only_whoever_made_it(
    embedded_servers: Make, tmp_path: Path
) -> None:
    place = tmp_path / "made-before"
    place.mkdir(mode=0o755)
    embedded_servers(place).nats.start()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_it_listens_on_loopback_and_lets_no_stranger_in(embedded_servers: Make) -> None:
    servers = real(embedded_servers())
    servers.mongo.start()
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.address) as stranger:
        with pytest.raises(pymongo.errors.OperationFailure):
            stranger["dvk_registry"]["log"].find_one({})
        with pytest.raises(pymongo.errors.OperationFailure):
            stranger["admin"].command("createUser", "me", pwd="x", roles=["root"])
    sockets = [line.split() for file in ("/proc/net/tcp", "/proc/net/tcp6")
               for line in Path(file).read_text("ascii").splitlines()[1:]]  # fmt: skip
    places = [words[1].split(":") for words in sockets if words[3] == "0A"]
    listening = {place for place, port in places if int(port, 16) == servers.mongo.port}
    assert listening == {"0100007F"}


PARENT = """
import sys, threading, time
from pathlib import Path
from services.cli.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]))
worker = threading.Thread(target=servers.start)
worker.start()
worker.join()
time.sleep(0.2)  # the thread that asked for the servers is gone; they are not
print(servers.nats.pid, servers.mongo.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen([sys.executable, "-c", PARENT, tmp_path], stdout=subprocess.PIPE, text=True)
    yield child
    child.kill()
    child.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
@pytest.mark.usefixtures("embedded_servers")
def test_servers_end_with_a_parent_that_is_killed_and_the_next_start_finds_the_state(
    parent: subprocess.Popen[str], tmp_path: Path, embedded_servers: Make
) -> None:
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    assert all(map(is_alive, pids))

    parent.kill()

    assert ended_within(5, pids)
    embedded_servers(tmp_path).start()


@pytest.mark.usefixtures("embedded_servers")
def test_ctrl_c_in_the_terminal_does_not_reach_servers(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.nats.start()
    assert servers.nats.pid is not None
    assert os.getpgid(servers.nats.pid) == servers.nats.pid != os.getpgid(0)
    assert os.getsid(servers.nats.pid) == servers.nats.pid


def test_a_child_that_does_not_hear_is_ended_by_force(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = start_child(
        [sys.executable, "-uc", f"{deaf}; print('deaf'); time.sleep(600)"], tmp_path / "child.log"
    )
    while "deaf" not in (tmp_path / "child.log").read_text("utf-8"):
        time.sleep(0.02)
    assert end_child(child, grace=0.2) == -signal.SIGKILL


# --- who may do what on NATS ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    servers = EmbeddedServers(tmp_path_factory.mktemp("guarded"))
    servers.nats.start()
    yield servers
    servers.kill()


async def heard(client: Client) -> None:
    """Until the server has taken all that was sent. One `flush` is not enough: its ping may overtake the rest."""
    await client.flush()
    await client.flush()


class Connected:
    """A client that remembers what it was refused."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.client = Client()

    async def to(self, url: str) -> Connected:
        async def note(failure: Exception) -> None:
            self.refusals.append(str(failure))

        await self.client.connect(url, error_cb=note, allow_reconnect=False)
        return self

    async def may(self, verb: str, subject: str) -> bool:
        """The server refuses before it answers a ping."""
        if verb == "publish":
            await self.client.publish(subject, b"", reply="_INBOX.nobody")
        else:
            await self.client.subscribe(subject)
        await heard(self.client)
        return not self.refusals


MAY = [
    # who, verb, subject, may
    ("registry", "publish", "dvk.registry.model.ModelRegistered", True),
    ("registry", "publish", "dvk.awards.model.ModelRecognised", False),
    ("registry", "publish", "dvk.reporting.summary.SummaryPublished", False),
    ("registry", "publish", "$JS.API.STREAM.CREATE.REGISTRY", True),
    ("registry", "publish", "$JS.API.STREAM.UPDATE.REGISTRY", True),
    ("registry", "publish", "$JS.API.STREAM.DELETE.REGISTRY", True),
    ("registry", "publish", "$JS.API.STREAM.PURGE.REGISTRY", False),
    ("registry", "publish", "$JS.API.STREAM.MSG.DELETE.REGISTRY", False),
    ("registry", "publish", "$JS.API.STREAM.CREATE.AWARDS", False),
    ("registry", "publish", "$JS.API.STREAM.DELETE.AWARDS", False),
    ("registry", "publish", "$JS.API.STREAM.CREATE.SOMETHING", False),
    ("registry", "subscribe", "cmd.registry.RegisterModel", True),
    ("registry", "subscribe", "cmd.awards.Recognise", False),
    ("registry", "subscribe", "cmd.>", False),
    ("registry", "publish", "_INBOX.somebody", False),
    ("registry", "publish", "_INBOX_awards.somebody", False),
    ("registry", "publish", "_R_.somebody", False),
    ("registry", "publish", "cmd.registry.register-model", False),
    ("registry", "publish", "dvk.public.ModelListed.recorded.city._._", False),
    ("registry", "publish", "$JS.API.STREAM.DELETE.PUBLIC", False),
    ("registry", "publish", "$JS.API.CONSUMER.DELETE.PUBLIC.agency", False),
    ("registry", "subscribe", "_INBOX_registry.>", True),
    ("registry", "subscribe", "_INBOX_awards.>", False),
    ("registry", "subscribe", "_INBOX.>", False),
    ("awards", "publish", "dvk.awards.model.ModelRecognised.city.culture.u20242", True),
    ("awards", "subscribe", "cmd.awards.>", True),
    ("awards", "subscribe", "dvk.registry.>", False),
    ("appraisal", "publish", "dvk.appraisal.dossier.DossierOpened", True),
    ("appraisal", "publish", "dvk.registry.model.ModelRegistered", False),
    ("reporting", "publish", "dvk.reporting.summary.SummaryPublished", True),
    ("reporting", "publish", "$JS.API.CONSUMER.CREATE.REGISTRY.follower.x", True),
    ("reporting", "publish", "dvk.public.ModelListed.recorded.city._._", True),
    ("reporting", "publish", "$JS.API.STREAM.CREATE.PUBLIC", True),
    ("operator", "publish", "dvk.registry.model.ModelRegistered", False),
    ("operator", "publish", "dvk.anything", False),
    ("operator", "publish", "_INBOX.somebody", False),
    ("operator", "publish", "_R_.somebody", False),
    ("operator", "publish", "elsewhere", False),
    ("operator", "publish", "cmd.registry.RegisterModel", True),
    ("operator", "subscribe", "cmd.registry.RegisterModel", False),
    ("operator", "subscribe", "dvk.>", True),
    ("operator", "subscribe", "_INBOX.mine.>", True),
    ("operator", "subscribe", ">", False),
    ("operator", "subscribe", "$JS.EVENT.ADVISORY.>", False),
    ("operator", "publish", "$JS.API.STREAM.CREATE.REGISTRY", False),
    ("operator", "publish", "$JS.API.STREAM.UPDATE.REGISTRY", False),
    ("operator", "publish", "$JS.API.STREAM.DELETE.REGISTRY", False),
    ("operator", "publish", "$JS.API.STREAM.PURGE.REGISTRY", False),
    ("operator", "publish", "$JS.API.STREAM.MSG.DELETE.REGISTRY", False),
    ("operator", "publish", "$JS.API.STREAM.SNAPSHOT.REGISTRY", False),
    ("operator", "publish", "$JS.API.STREAM.RESTORE.REGISTRY", False),
    ("operator", "publish", "$JS.API.INFO", True),
    ("operator", "publish", "$JS.API.STREAM.NAMES", True),
    ("operator", "publish", "$JS.API.STREAM.INFO.REGISTRY", True),
    ("operator", "publish", "$JS.API.STREAM.MSG.GET.REGISTRY", True),
    ("operator", "publish", "$JS.API.DIRECT.GET.REGISTRY", True),
    ("operator", "publish", "$JS.API.CONSUMER.CREATE.REGISTRY", True),
    ("operator", "publish", "$JS.API.CONSUMER.CREATE.REGISTRY.mine.dvk.registry.>", True),
    ("operator", "publish", "$JS.API.CONSUMER.MSG.NEXT.REGISTRY.mine", True),
    ("operator", "publish", "$JS.ACK.REGISTRY.mine.1.1.1.1.0", True),
    ("operator", "publish", "$SYS.REQ.SERVER.PING", False),
]


@pytest.mark.servers
@pytest.mark.parametrize(
    ("who", "verb", "subject", "may"),
    [pytest.param(*row, id=f"{row[0]} {'may' if row[3] else 'may not'} {row[1]} {row[2]}") for row in MAY],
)
async def test_on_nats(guarded: EmbeddedServers, who: str, verb: str, subject: str, may: bool) -> None:
    somebody = await Connected().to(guarded.nats_url(who))
    try:
        assert await somebody.may(verb, subject) == may
    finally:
        await somebody.client.close()


@pytest.mark.servers
async def test_nobody_comes_in_without_a_name(guarded: EmbeddedServers) -> None:
    with pytest.raises(nats.errors.Error, match="Authorization Violation"):
        await Visitor().enter(Broker(guarded.nats.address), "nobody", None)


@pytest.fixture
async def registry(guarded: EmbeddedServers) -> AsyncIterator[Client]:
    """The registry with a stream of one event."""
    client = await nats.connect(guarded.nats_url("registry"), inbox_prefix="_INBOX_registry")
    await client.jetstream().add_stream(
        StreamConfig(name="REGISTRY", subjects=["dvk.registry.>"], allow_direct=True)
    )
    await client.jetstream().publish("dvk.registry.unit.UnitRegistered", b"{}")
    yield client
    await client.jetstream().delete_stream("REGISTRY")
    await client.close()


@pytest.fixture
async def operator(guarded: EmbeddedServers) -> AsyncIterator[Client]:
    client = await nats.connect(guarded.nats.url)
    yield client
    await client.close()


@pytest.mark.servers
async def test_an_operator_reads_events_in_every_way(registry: Client, operator: Client) -> None:
    stream = operator.jetstream()
    pulled = await stream.pull_subscribe("dvk.registry.>", durable="mine")
    pushed = await stream.subscribe("dvk.registry.>", ordered_consumer=True)

    (message,) = await pulled.fetch(1, timeout=5)
    await message.ack_sync()

    assert (await pushed.next_msg(timeout=5)).data == b"{}"
    assert (await stream.get_msg("REGISTRY", seq=1)).data == b"{}"
    assert (await stream.get_msg("REGISTRY", seq=1, direct=True)).data == b"{}"


@pytest.mark.servers
async def test_an_operator_hears_of_events_as_they_happen(registry: Client, operator: Client) -> None:
    live = await operator.subscribe("dvk.>")
    await heard(operator)
    await registry.jetstream().publish("dvk.registry.unit.UnitRenamed", b"{}")
    assert (await live.next_msg(timeout=5)).subject == "dvk.registry.unit.UnitRenamed"


@pytest.mark.servers
async def test_an_operator_sends_a_command_and_gets_the_answer(registry: Client, operator: Client) -> None:
    await answer_commands(registry)
    assert (await operator.request("cmd.registry.RegisterModel", b"{}", timeout=5)).data == b"refused"


async def answer_commands(registry: Client) -> None:
    async def answer(message: Any) -> None:
        await message.respond(b"refused")

    await registry.subscribe("cmd.registry.>", queue="registry", cb=answer)
    await heard(registry)


@pytest.mark.servers
@pytest.mark.parametrize(
    "asked", ["$JS.API.STREAM.INFO.REGISTRY", "$JS.API.INFO", "cmd.registry.RegisterModel"]
)
async def test_an_answer_to_an_operator_never_becomes_an_event(
    registry: Client, operator: Client, asked: str
) -> None:
    await answer_commands(registry)
    answers = await operator.subscribe("dvk.registry.forged")
    await operator.publish(asked, b"{}", reply="dvk.registry.forged")
    await answers.next_msg(timeout=5)  # it has come, and to the operator alone
    assert (await registry.jetstream().stream_info("REGISTRY")).state.messages == 1


@pytest.mark.servers
async def test_an_operator_cannot_delete_a_stream(registry: Client, operator: Client) -> None:
    with pytest.raises(nats.errors.TimeoutError):  # how a refusal looks to the sender
        await operator.jetstream(timeout=0.3).delete_stream("REGISTRY")
    assert (await registry.jetstream().stream_info("REGISTRY")).state.messages == 1
