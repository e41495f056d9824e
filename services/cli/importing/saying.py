"""The sentences of each service, for rows that a service has words of its own about."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from shared.doors.problems import Problems


@cache
def problems_of(service: str) -> Problems:
    """The sentences of a service."""
    return Problems(import_module(f"services.{service}.problems").PROBLEMS)
