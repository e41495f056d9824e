"""SecantusDB under the tests of this directory, whatever else is present."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from services.cli.embedded import EmbeddedServers
from services.cli.embedded.programs import STAND_IN, executable
from services.cli.embedded.server import EmbeddedServerFailed

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE:
            item.add_marker("servers")


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """The program is there; an environment without it (Python 3.14) has no wheels for it."""
    try:
        executable("secantusd-py")
    except EmbeddedServerFailed as failed:
        pytest.fail(str(failed))


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """One SecantusDB for this directory."""
    servers = EmbeddedServers(tmp_path_factory.mktemp("stand-in"), guarded=False, store=STAND_IN)
    servers.mongo.start()
    yield servers
    servers.kill()


@pytest.fixture(scope="session")
def mongo_url(stand_in: EmbeddedServers) -> str:
    return stand_in.mongo.url


@pytest.fixture
def embedded_servers(tmp_path: Path) -> Iterator[Callable[..., EmbeddedServers]]:
    """As everywhere, with SecantusDB as the document store."""
    with ExitStack() as ends:
        make = partial(EmbeddedServers, store=STAND_IN)

        def made(data_dir: Path | None = None, **options: int | bool | None) -> EmbeddedServers:
            own = make(data_dir or tmp_path / "servers", **options)  # pyright: ignore[reportArgumentType]
            ends.callback(own.kill)
            return own

        yield made


@pytest.fixture
def database() -> str:
    """A name that nobody has used. It is not dropped: where a transaction was left open, that would hang."""
    return f"test_{uuid4().hex[:12]}"
