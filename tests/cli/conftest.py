"""What is remarked while a file is read goes where the command line tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.cli.telling import note
from shared.registers.remarks import heard


@pytest.fixture(autouse=True)
def as_the_command_line_does() -> Iterator[None]:
    """A reader of files tells its remarks on the error stream."""
    with heard(note):
        yield
