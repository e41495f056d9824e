"""Where settings come from: the variables of the process, and the files that variables named `…_FILE` name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource

from shared.process.kinds import Unusable, Wrong, is_told, kind_of
from shared.process.named_files import line_in

PREFIX = "DVK_"
FILE = "_FILE"
"""What the variable of a secret's file ends with."""


def variables(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our variables, of the process or of those it is given instead; what is blank is not said."""
    every = os.environ if given is None else given
    return {name: value.strip() for name, value in every.items() if name.startswith(PREFIX) and value.strip()}


class Given(EnvSettingsSource):
    """The variables as pydantic-settings takes them; a secret may stand in a file. What cannot be read is kept."""

    def __init__(self, declared: type[BaseSettings], said: Mapping[str, str]) -> None:
        super().__init__(declared)
        self.env_vars = {name.lower(): value for name, value in said.items()}
        self.wrong: dict[str, Wrong] = {}
        """The files that could not be read, by variable."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """See the library. The file of a secret wins over what is said."""
        if not is_told(field):
            return None, field_name, False
        value, key, is_complex = super().get_field_value(field, field_name)
        if kind_of(field).secret and (
            path := self.env_vars.get(f"{self.env_prefix}{field_name}{FILE}".lower())
        ):
            value = self._held(f"{PREFIX}{field_name.upper()}{FILE}", Path(path))
        return value, key, is_complex

    def _held(self, name: str, path: Path) -> str | None:
        try:
            return line_in(path)
        except Unusable as wrong:
            self.wrong[name] = Wrong.because(wrong.code, name, **wrong.details)
            return None
