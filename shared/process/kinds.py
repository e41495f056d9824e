"""What a setting may be, and what is said of one that is not: a stable code, Vietnamese and English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from re import ASCII, fullmatch
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import AfterValidator, BeforeValidator
from pydantic.fields import FieldInfo

Network = IPv4Network | IPv6Network
SENTENCES = {
    "setting.missing": ("chưa được đặt; cần {kind_vi}{why_vi}", "is not set; it is {kind_en}{why_en}"),
    "setting.invalid": ("đang là “{said}”; cần {kind_vi}", "is {said!r}; it is {kind_en}"),
    "setting.file-unreadable": (
        "không đọc được tệp {path}: {reason_vi}; hãy đặt đúng tệp vào đó, hoặc sửa đường dẫn",
        "{path} cannot be read: {reason_en}; put the file there, or name another",
    ),
    "setting.file-empty": (
        "tệp {path} trống; hãy đặt lại tệp từ bản sao",
        "{path} is empty; put the file back from its copy",
    ),
    "setting.file-wrong": (
        "tệp {path} không chứa {kind_vi}; hãy đặt lại tệp từ bản sao",
        "{path} does not hold {kind_en}; put the file back from its copy",
    ),
    "setting.directory-unreadable": (
        "không dùng được thư mục {path}: {reason_vi}; hãy gắn ổ đĩa, cấp quyền, hoặc sửa đường dẫn",
        "{path} cannot be used as a directory: {reason_en}; mount the disk, give the right, or name another",
    ),
    "setting.certificates-missing": (
        "thư mục {path} thiếu tệp {file}",
        "is {path!r}, and {file} is missing there",
    ),
    "setting.certificates-unusable": (
        "chứng chỉ trong {path} không dùng được: {reason}",
        "is {path!r}: {reason}",
    ),
    "setting.directory-unwritable": (
        "không ghi được vào thư mục: {reason_vi}",
        "cannot be written to: {reason_en}",
    ),
    "setting.unknown": (
        "không phải là cài đặt nào; hãy xem có gõ nhầm không{like_vi}",
        "is no setting: look whether it is mistyped{like_en}",
    ),
}
"""By code; where one is named, the setting's name stands before it. The last is a warning; the others are no start."""


@dataclass(frozen=True)
class Wrong:
    """One setting that is missing, or means nothing: which, why, and what is wanted."""

    code: str
    name: str
    vi: str
    en: str

    @classmethod
    def because(cls, code: str, name: str, **details: str) -> Wrong:
        """With the sentences of this code."""
        vi, en = SENTENCES[code]
        return cls(code, name, vi.format(**details), en.format(**details))

    def __str__(self) -> str:
        return f"{self.name}: {self.vi} · {self.name} {self.en} [{self.code}]"


class Unusable(ValueError):
    """A setting that means something which cannot be used: a code of SENTENCES, and what it says."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Kind:
    """What is wanted, in both languages; a secret is never shown, and may stand in a file of its own."""

    vi: str
    en: str
    secret: bool = False


@dataclass(frozen=True)
class Why:
    """What happens without it: said where it is missing."""

    vi: str
    en: str


FILE = Kind("đường dẫn của một tệp", "the path of a file")
KEY = Kind("đường dẫn của một tệp khóa", "the path of a key file")
"""It has to be there when the process starts."""
DIRECTORY = Kind("đường dẫn của một thư mục", "the path of a directory")
INNER = Kind("", "")
"""What the process knows of itself, and no variable says."""
NAME = Kind("một chuỗi ký tự", "a name")
SECRET = Kind("một chuỗi bí mật", "a secret", secret=True)
HTTP = Kind("địa chỉ bắt đầu bằng http:// hoặc https://", "an address that begins with http:// or https://")
NATS = Kind("địa chỉ bắt đầu bằng nats:// hoặc tls://", "an address that begins with nats:// or tls://")
MONGO = Kind(
    "địa chỉ bắt đầu bằng mongodb:// hoặc mongodb+srv://",
    "an address that begins with mongodb:// or mongodb+srv://",
    secret=True,
)
NETWORKS = Kind(
    "các mạng như 10.20.0.0/16, cách nhau bằng dấu phẩy", "networks such as 10.20.0.0/16, with commas between"
)
_DAY = Kind("một ngày dạng NĂM-THÁNG-NGÀY, ví dụ 2027-01-04", "a date such as 2027-01-04")


def _digits(said: object) -> object:
    if isinstance(said, str) and not (said.isascii() and said.isdigit() and len(said) <= 12):
        raise ValueError("no whole number")
    return said


def _day(said: object) -> object:
    if isinstance(said, str) and not fullmatch(r"\d{4}-\d{2}-\d{2}", said, ASCII):
        raise ValueError("no day")
    return said


def _begins(*schemes: str) -> Callable[[str | None], str | None]:
    def check(said: str | None) -> str | None:
        if said is not None and not any(
            said.startswith(f"{each}://") and said != f"{each}://" for each in schemes
        ):
            raise ValueError("another address")
        return said

    return check


def networks_of(said: str) -> tuple[Network, ...]:
    """The networks that are named, with commas between; ValueError for what is none."""
    return tuple(ip_network(part.strip()) for part in said.split(",") if part.strip())


def _networks(said: str) -> str:
    networks_of(said)
    return said


WHOLE = BeforeValidator(_digits)
"""A number is written in digits and nothing else."""
DAY = BeforeValidator(_day)
IS_HTTP = AfterValidator(_begins("http", "https"))
IS_NATS = AfterValidator(_begins("nats", "tls"))
IS_NETWORKS = AfterValidator(_networks)
of_mongo = _begins("mongodb", "mongodb+srv")
IS_MONGO = AfterValidator(of_mongo)


def kind_of(field: FieldInfo) -> Kind:
    """What a declared setting is: as it says itself, or as its type does."""
    for said in field.metadata:
        if isinstance(said, Kind):
            return said
    types: tuple[Any, ...] = (field.annotation, *get_args(field.annotation))
    if int in types:
        return _number(field)
    if date in types:
        return _DAY
    if get_origin(field.annotation) is Literal:
        words = [str(word) for word in get_args(field.annotation)]
        return Kind(" hoặc ".join(words), " or ".join(words))
    return NAME


def is_told(field: FieldInfo) -> bool:
    """Whether a variable says it."""
    return INNER not in field.metadata


def why_of(field: FieldInfo) -> Why:
    """What happens without it."""
    return next((said for said in field.metadata if isinstance(said, Why)), Why("", ""))


def _number(field: FieldInfo) -> Kind:
    least = next((str(said.ge) for said in field.metadata if isinstance(said, Ge)), "0")
    most = next((str(said.le) for said in field.metadata if isinstance(said, Le)), None)
    vi, en = (f" đến {most}", f" to {most}") if most else ("", "")
    return Kind(f"một số nguyên từ {least}{vi}", f"a whole number from {least}{en}")
