"""How settings are declared and read: once, when a process starts, and all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.process.environment import FILE, PREFIX, Given, variables
from shared.process.kinds import Unusable, Wrong, is_told, kind_of, why_of
from shared.process.named_files import There

OF_OTHERS = (
    "DVK_BACKUP_", "DVK_BENCH_", "DVK_CONSOLE_", "DVK_FRONT", "DVK_IMAGE_", "DVK_LIVES", "DVK_MONGOD", "DVK_NATS_PORT",
    "DVK_OIDC_", "DVK_SECRETS", "DVK_SERVERS_VENV", "DVK_SITE", "DVK_TEST_",
)  # fmt: skip
"""How variables begin that the console, the command line, the tests or a deployment read, and a service does not."""


class SettingsWrong(Exception):
    """Settings that are missing or mean nothing: every one of them, a line each."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("\n".join(map(str, wrong)))
        self.wrong = tuple(wrong)

    def of(self, process: str) -> str:
        """The lines with which a process says why it does not start."""
        return "\n".join(f"{process}: {each}" for each in self.wrong)


@dataclass(frozen=True)
class Need:
    """A setting that has no default and is needed only `when` another is there, or `unless` it is."""

    name: str
    when: str | None = None
    unless: str | None = None

    def missing(self, there: Iterable[str]) -> bool:
        """Whether it is needed and not there."""
        asked = (self.when is None or self.when in there) and (
            self.unless is None or self.unless not in there
        )
        return asked and self.name not in there


class Declared(BaseSettings):
    """Settings by name: the variable `DVK_HTTP_PORT` is the member `http_port`. Read with `read`, never changed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", validate_default=False, hide_input_in_errors=True
    )
    needs: ClassVar[tuple[Need, ...]] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        *others: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        **named: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """See the library: nothing is read behind the back of `read`."""
        return (init_settings,)

    @classmethod
    def read(cls, given: Mapping[str, str] | None = None, **known: Any) -> Self:
        """What the process (or `given` instead) says; SettingsWrong names all that is missing or wrong.

        A process that starts also looks at the files and directories that are named.
        """
        said = variables(given)
        source = Given(cls, said)
        values = {**source(), **known}
        there = {*values, *map(_member, source.wrong)}
        wrong = [*source.wrong.values()]
        wrong += [cls._missing(need.name) for need in cls._all_needs() if need.missing(there)]
        wrong += cls._amiss(values) if given is None else []
        try:
            found = cls.model_validate(values)
        except ValidationError as error:
            named = {_member(each.name) for each in wrong}
            wrong += [cls._wrong(each, said) for each in error.errors() if each["loc"][0] not in named]
        else:
            if not wrong:
                return found
        raise SettingsWrong(wrong)

    @classmethod
    def names(cls) -> set[str]:
        """The variables that are read."""
        every = {
            f"{PREFIX}{name.upper()}": field for name, field in cls.model_fields.items() if is_told(field)
        }
        return {*every, *(f"{name}{FILE}" for name, field in every.items() if kind_of(field).secret)}

    @classmethod
    def _amiss(cls, values: Mapping[str, Any]) -> list[Wrong]:
        """What is not where a setting says, or is something else."""
        named = {name: Path(values[name]) for name in cls.model_fields if name in values}
        return [
            Wrong.because(wrong.code, f"{PREFIX}{name.upper()}", **wrong.details)
            for name, path in named.items()
            for there in cls.model_fields[name].metadata
            if isinstance(there, There) and (wrong := there.look(path)) is not None
        ]

    @classmethod
    def _all_needs(cls) -> list[Need]:
        return [need for base in cls.__mro__ for need in base.__dict__.get("needs", ())]

    @classmethod
    def _missing(cls, member: str) -> Wrong:
        field = cls.model_fields[member]
        kind, why = kind_of(field), why_of(field)
        return Wrong.because(
            "setting.missing",
            f"{PREFIX}{member.upper()}",
            kind_vi=kind.vi, kind_en=kind.en, why_vi=why.vi and f" ({why.vi})", why_en=why.en and f" ({why.en})",
        )  # fmt: skip

    @classmethod
    def _wrong(cls, error: Any, said: Mapping[str, str]) -> Wrong:
        member = str(error["loc"][0])
        name = f"{PREFIX}{member.upper()}"
        if error["type"] == "missing":
            return cls._missing(member)
        if isinstance(reason := error.get("ctx", {}).get("error"), Unusable):
            return Wrong.because(reason.code, name, **reason.details)
        kind = kind_of(cls.model_fields[member])
        shown = "…" if kind.secret else said[name]
        if kind.secret and f"{name}{FILE}" in said:
            name = f"{name}{FILE}"
        return Wrong.because("setting.invalid", name, said=shown, kind_vi=kind.vi, kind_en=kind.en)


def _member(name: str) -> str:
    """`nats_password` of DVK_NATS_PASSWORD_FILE."""
    return name.removesuffix(FILE).removeprefix(PREFIX).lower()


def strangers(known: Iterable[str], given: Mapping[str, str] | None = None) -> list[Wrong]:
    """Our variables that nothing reads: most likely a setting that is mistyped, and so not in force."""
    names = sorted(known)
    found: list[Wrong] = []
    for name in sorted(variables(given)):
        if name not in names and not name.startswith(OF_OTHERS):
            like = get_close_matches(name, names, 1, 0.8)
            vi, en = (f" ({like[0]}?)", f" ({like[0]}?)") if like else ("", "")
            found.append(Wrong.because("setting.unknown", name, like_vi=vi, like_en=en))
    return found
