"""Servers for one module of tests that open many doors once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support import stack
from tests.support.service import Site


@pytest.fixture(scope="module")
def site(servers: stack.Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A place of this module's own, with a NATS without streams."""
    directory: Path = tmp_path_factory.mktemp("counters")
    name = f"test_{uuid4().hex[:12]}"
    with stack.empty_nats(servers, directory / "nats") as nats_url:
        yield Site(directory / "site", servers.url("mongo"), nats_url, name)
    stack.drop_databases(servers, name)
