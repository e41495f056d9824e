"""What has to be where a setting says, looked at when a process starts: files of keys, of lists, directories."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.process.kinds import Unusable

IN_WORDS = {
    errno.ENOENT: ("không có ở đó", "it is not there"),
    errno.EISDIR: ("đó là một thư mục", "it is a directory"),
    errno.ENOTDIR: (
        "ở đó, hoặc trên đường đến đó, là một tệp",
        "it, or a part of the way to it, is a file",
    ),
    errno.EEXIST: ("đó là một tệp, không phải thư mục", "it is a file, not a directory"),
    errno.EACCES: ("tiến trình không có quyền", "this process may not"),
    errno.EPERM: ("tiến trình không có quyền", "this process may not"),
    errno.EROFS: ("ổ đĩa chỉ đọc", "the disk is read only"),
    errno.ENAMETOOLONG: ("tên quá dài", "the name is too long"),
    errno.ENOSPC: ("ổ đĩa đã đầy", "the disk is full"),
}
NO_TEXT = ("không phải văn bản UTF-8", "it is no text in UTF-8")


@dataclass(frozen=True)
class There:
    """Says of a path what is wrong with what is there; None when nothing is."""

    look: Callable[[Path], Unusable | None]


def why(error: OSError | UnicodeDecodeError) -> dict[str, str]:
    """A reason of the system's in both languages: `reason_vi`, `reason_en`."""
    if isinstance(error, UnicodeDecodeError):
        vi, en = NO_TEXT
    else:
        said = error.strerror or str(error)
        vi, en = IN_WORDS.get(error.errno or 0, (said, said))
    return {"reason_vi": vi, "reason_en": en}


def text_in(path: Path) -> str:
    """The text of a file; Unusable when there is none to be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable("setting.file-unreadable", path=str(path), **why(error)) from error


def line_in(path: Path) -> str:
    """The one line of text that a file holds; Unusable for anything else."""
    line = text_in(path).removeprefix("\ufeff").strip()
    _must_hold(path, line, bool(line) and line.isprintable(), ("một dòng văn bản", "one line of text"))
    return line


def _must_hold(path: Path, text: str, right: bool, what: tuple[str, str]) -> None:
    if not text.strip():
        raise Unusable("setting.file-empty", path=str(path))
    if not right:
        raise Unusable("setting.file-wrong", path=str(path), kind_vi=what[0], kind_en=what[1])


def holding(vi: str, en: str, parse: Callable[[str], object]) -> There:
    """A file of text in which `parse` finds what is wanted; it raises ValueError where that is not there."""

    def look(path: Path) -> Unusable | None:
        try:
            text = text_in(path)
            try:
                parse(text)
            except ValueError:
                _must_hold(path, text, False, (vi, en))
        except Unusable as wrong:
            return wrong
        return None

    return There(look)


def _directory(path: Path) -> Unusable | None:
    try:
        os.scandir(path).close()
    except OSError as error:
        return Unusable("setting.directory-unreadable", path=str(path), **why(error))
    return None


def _directory_or_nothing(path: Path) -> Unusable | None:
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    except OSError:
        pass
    return _directory(path)


TEXT = holding("văn bản", "text", str)
FOLDER = There(_directory)
MADE = There(_directory_or_nothing)
"""A directory that is made where there is none."""
