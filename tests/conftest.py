"""What every test may ask for: real servers, fresh databases, and servers of its own to break."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

pytest.register_assert_rewrite("tests.support")

from services.cli.embedded import EmbeddedServers
from tests.support import browsers, loops, once, stack
from tests.support.year import Year, played

NEED_SERVERS = {"servers", "mongo_url", "nats_url", "fresh_nats_url", "database", "embedded_servers", "year"}


asyncio.set_event_loop_policy(loops.Loops())

gc.disable()  # what is collected stays: looking through it again and again was a third of the collection


def pytest_report_header() -> list[str]:
    return [*stack.described(), browsers.described()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if browsers.browser() is None:
        left_out = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if NEED_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
        if item.get_closest_marker("long"):
            item.add_marker("slow")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    # Files of minutes come first, or one worker would end long after the others.
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """From here on only what tests make is looked through for rubbish, and less often than a small program needs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(INSTEAD, []):
        terminalreporter.write_line(f"servers: {line}")


INSTEAD = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", autouse=True)
def place_of_this_worker(tmp_path_factory: pytest.TempPathFactory) -> None:
    once.AT[:] = [tmp_path_factory.getbasetemp()]


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Iterator[stack.Servers]:
    """The MongoDB and the NATS of this run (of this worker, in a parallel run)."""
    shared = stack.Servers()
    pytestconfig.stash[INSTEAD] = shared.instead
    yield shared
    shared.stop()


@pytest.fixture(scope="session")
def mongo_url(servers: stack.Servers) -> str:
    """A MongoDB that takes transactions; ask for `database` too and stay within it."""
    return servers.url("mongo")


@pytest.fixture(scope="session")
def nats_url(servers: stack.Servers) -> str:
    """A NATS with JetStream where everybody may do everything. Its streams are those of the whole run."""
    return servers.url("nats")


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """A year of the scheme, to begin with."""
    return played(tmp_path_factory.getbasetemp())


@pytest.fixture
def fresh_nats_url(servers: stack.Servers, tmp_path: Path) -> Iterator[str]:
    """A NATS with JetStream and without streams, where everybody may do everything, for this test alone."""
    with stack.empty_nats(servers, tmp_path / "fresh-nats") as url:
        yield url


@pytest.fixture
def database(servers: stack.Servers, mongo_url: str) -> Iterator[str]:
    """The name of a database that nobody has used; dropped after the test. Names that begin so are dropped too."""
    name = f"test_{uuid4().hex[:12]}"
    yield name
    stack.drop_databases(servers, name)


@pytest.fixture
def embedded_servers(tmp_path: Path) -> Iterator[Callable[..., EmbeddedServers]]:
    """Makes servers of the test's own, to be killed and started again; they end with the test.

    `servers = embedded_servers(); servers.start()` or only `servers.nats.start()`. Options are those of
    `EmbeddedServers`; each call has a data directory of its own unless one is given.
    """
    with ExitStack() as ends:
        made = 0

        def make(data_dir: Path | None = None, **options: int | bool | None) -> EmbeddedServers:
            nonlocal made
            made += 1
            own = EmbeddedServers(data_dir or tmp_path / f"servers-{made}", **options)  # pyright: ignore[reportArgumentType]
            ends.callback(own.kill)
            return own

        yield make
