"""Three mongods on this machine that elect one another: what one server alone can never show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.mongods import ReplicaSet, replica_set

HERE = Path(__file__).parent
IN_EVERY_RUN = {
    "test_what_was_acknowledged_is_there_once_when_the_primary_is[motor-killed]",
    "test_what_was_acknowledged_is_there_once_when_the_primary_is[pymongo-frozen]",
    "test_a_projection_applies_each_event_once[pymongo-frozen]",
    "test_the_ledger_takes_each_event_once[motor-frozen]",
    "test_without_a_majority_nothing_is_acknowledged_and_with_it_again_the_same_command_is[motor]",
    "test_what_only_the_primary_has_is_not_read[motor]",
    "test_what_only_the_primary_has_is_not_read[pymongo]",
}
"""Of the tests that break a replica set these are under a minute together; the others are `long`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE:
            item.add_marker("servers")
            item.add_marker("slow")
            if "three" in getattr(item, "fixturenames", ()) and item.name not in IN_EVERY_RUN:
                item.add_marker("long")


@pytest.fixture(scope="session")
def the_three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("three")) as found:
        yield found


@pytest.fixture
def three(the_three: ReplicaSet) -> Iterator[ReplicaSet]:
    """A whole replica set of three, and whole again after the test."""
    yield the_three
    the_three.repair()


@pytest.fixture
def database(the_three: ReplicaSet) -> str:
    """A name that nobody has used, on the three."""
    return f"test_{uuid4().hex[:12]}"
