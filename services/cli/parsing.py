"""What argparse says of a wrong command line, in Vietnamese and English, as everything else the CLI says."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

SAID = {
    "usage: ": "cách dùng · usage: ",
    "options": "tùy chọn · options",
    "positional arguments": "tham số · positional arguments",
    "show this help message and exit": "in hướng dẫn này · show this help message and exit",
    "%(prog)s: error: %(message)s\n": "%(prog)s: lỗi · error: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "tham số · argument %(argument_name)s: %(message)s",
    "unrecognized arguments: %s": "không có tham số này · unrecognized arguments: %s",
    "the following arguments are required: %s": "thiếu tham số · the following arguments are required: %s",
    "expected one argument": "cần đúng một giá trị · expected one argument",
    "expected at least one argument": "cần ít nhất một giá trị · expected at least one argument",
    "expected at most one argument": "chỉ nhận nhiều nhất một giá trị · expected at most one argument",
    "expected %s argument": "số giá trị cần có · expected %s argument",
    "expected %s arguments": "số giá trị cần có · expected %s arguments",
    "invalid choice: %(value)r (choose from %(choices)s)": "không có lựa chọn %(value)r; chọn một trong "
    "%(choices)s · invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r": "giá trị %(value)r không hợp lệ (%(type)s) · "
    "invalid %(type)s value: %(value)r",
    "not allowed with argument %s": "không dùng cùng với tham số này · not allowed with argument %s",
    "one of the arguments %s is required": "cần một trong các tham số này · one of the arguments %s is required",
    "ambiguous option: %(option)s could match %(matches)s": "tùy chọn %(option)s chưa rõ, có thể là %(matches)s · "
    "ambiguous option: %(option)s could match %(matches)s",
    "ignored explicit argument %r": "tùy chọn này không nhận giá trị · ignored explicit argument %r",
    "can't open '%(filename)s': %(error)s": "không mở được tệp '%(filename)s' · can't open '%(filename)s': %(error)s",
    "unexpected option string: %s": "không có tùy chọn này · unexpected option string: %s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "không có việc %(parser_name)r; chọn một trong "
    "%(choices)s · unknown parser %(parser_name)r (choices: %(choices)s)",
}
"""What a user may read of argparse's own sentences; those about how a parser is made are ours to read."""


class Parser(argparse.ArgumentParser):
    """A command line; what is mistyped is answered with what it resembles."""

    def error(self, message: str) -> NoReturn:
        """See argparse: the word that it does not know is held against all that the help names."""
        if found := re.search(r"(--[\w-]+)|'([^']+)'", message):
            message += like(found[1] or found[2], re.findall(r"--[\w-]+|[\w-]+", self.format_help()))
        super().error(message)


def like(said: str, known: Iterable[str]) -> str:
    """The question whether something else was meant; nothing where nothing is close."""
    near = get_close_matches(said, {*known} - {said}, 1, 0.7)
    return f" · có phải là {near[0]}? · did you mean {near[0]}?" if near else ""


def speak_both() -> None:
    """Make argparse say its sentences in both languages: through the hook that it has for translations."""
    setattr(argparse, "_", _both)  # noqa: B010
    setattr(argparse, "ngettext", _counted)  # noqa: B010


def _both(said: str) -> str:
    return SAID.get(said, said)


def _counted(one: str, many: str, n: int) -> str:
    return SAID.get(one if n == 1 else many, many)
