"""How a setting is read: from the environment, once, when a process starts; what is absent or wrong is named."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


class SettingMissing(Exception):
    """A setting that has no safe default is not there, or does not mean anything."""


class Environment:
    """The variables of a process, or those it is given instead."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given = os.environ if given is None else given

    def need(self, name: str) -> str:
        """What is said; SettingMissing where nothing is."""
        if (value := self.maybe(name)) is None:
            raise SettingMissing(f"{name} is not set (see .env.example)")
        return value

    def maybe(self, name: str) -> str | None:
        """What is said; None where nothing is."""
        return self._given.get(name, "").strip() or None

    def file(self, name: str) -> Path | None:
        """The path that is named."""
        return Path(value) if (value := self.maybe(name)) else None

    def secret(self, name: str) -> str | None:
        """What `<name>_FILE` holds, else what is said."""
        if path := self.file(f"{name}_FILE"):
            return path.read_text("utf-8").strip()
        return self.maybe(name)

    def number(self, name: str, default: int | None, least: int = 1) -> int:
        """A whole number from `least`; SettingMissing for anything else, and for nothing where there is no default."""
        text = self.need(name) if default is None else self.maybe(name) or str(default)
        if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) >= least):
            raise SettingMissing(f"{name} is {text!r}; it is a whole number from {least}")
        return int(text)
