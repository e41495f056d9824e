"""The console over the ledger of a city that has lived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import stack
from tests.support.browsers import ARGUMENTS, browser
from tests.support.console import Served, living_city, serving
from tests.support.service import Site
from tests.support.whole import Whole, whole_system
from tests.support.year import Year


@pytest.fixture(scope="module")
def served(
    servers: stack.Servers, mongo_url: str, nats_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Reporting with its console over the ledger of a city that has lived."""
    directory: Path = tmp_path_factory.mktemp("console")
    prefix = f"test_{uuid4().hex[:12]}"
    with serving(Site(directory, mongo_url, nats_url, prefix), living_city()) as found:
        yield found
    stack.drop_databases(servers, prefix)


@pytest.fixture(scope="session")
def whole(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """Everything, over a year of the scheme."""
    with whole_system(year.copy(tmp_path_factory.mktemp("whole"))) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser that this machine has."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser(), args=ARGUMENTS)
        yield started
        started.close()
