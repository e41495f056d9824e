"""`dvk witness`: cosign the checkpoints of this system's logs as somebody else, with a directory as memory."""

from __future__ import annotations

import argparse
import secrets
import time
from pathlib import Path

from services.cli.telling import Failure, note, out
from services.cli.witnessing.memory import Memory, Taken, Witness
from services.cli.witnessing.serving import Server
from shared.eventlog.signing import KeyUnreadable, key_from_file
from shared.tlog.note import LOG, WITNESS, NoteRefused, SigningKey, VerifyingKey, is_key_name


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "directory", type=Path, metavar="DIR", help="khóa và trí nhớ · its key and its memory"
    )
    parser.add_argument(
        "--name", required=True, help="tên nhân chứng, như một địa chỉ · its name, like an address"
    )
    parser.add_argument(
        "--logs", required=True, type=Path, metavar="FILE",
        help="vkey của các nhật ký nó nhận, mỗi dòng một khóa; chính sách cũng được · vkeys of logs, or a policy",
    )  # fmt: skip
    parser.add_argument("--listen", default="127.0.0.1:8010", metavar="HOST:PORT", help="(127.0.0.1:8010)")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if not is_key_name(args.name):
        raise Failure("Tên không được có dấu cách hay dấu cộng", "A name has neither spaces nor plus signs")
    host, _, port = args.listen.rpartition(":")
    if not port.isdecimal():
        raise Failure("Viết --listen MÁY:CỔNG", "Write --listen HOST:PORT")
    logs = logs_in(args.logs)
    try:
        memory = Memory(args.directory)
    except Taken as taken:
        raise Failure(
            f"{taken} đang có nhân chứng khác chạy",
            f"Another witness runs with {taken}: there may be one only",
        ) from taken
    try:
        witness = Witness(key_in(args.directory, args.name), logs, memory, lambda: int(time.time()))
        with Server((host or "127.0.0.1", int(port)), witness) as server:
            out(f"witness {args.name} {witness.key.verifying.vkey} http://{args.listen}")
            for log in logs:
                note(f"  {log.name}")
            server.serve_forever(poll_interval=0.2)
    finally:
        memory.close()
    return 0


def logs_in(file: Path) -> list[VerifyingKey]:
    """The keys of logs in a file: a vkey a line, or the `log` lines of a policy; Failure when there is none."""
    try:
        words = [line.split() for line in file.read_text("utf-8").split("\n")]
        vkeys = [line[1] if line[0] == "log" else line[0] for line in words if line and "+" in line[-1]]
        keys = [VerifyingKey.parse(vkey) for vkey in vkeys if "+" in vkey]
    except (OSError, NoteRefused, UnicodeDecodeError) as error:
        raise Failure(f"Không dùng được {file}: {error}", f"{file} holds no keys: {error}") from error
    found = [key for key in keys if key.kind == LOG]
    if not found:
        raise Failure(f"{file} không có khóa của nhật ký nào", f"{file} names no log")
    return found


def key_in(directory: Path, name: str) -> SigningKey:
    """The witness's key, made at the first start."""
    file = directory / "witness.key"
    if not file.exists():
        if any(directory.glob("*.checkpoint")):
            raise Failure(f"Mất khóa {file}", f"The key {file} is gone, and there is a memory: put it back")
        file.touch(mode=0o600)
        file.write_text(secrets.token_bytes(32).hex() + "\n", encoding="ascii")
    try:
        return key_from_file(name, WITNESS, file)
    except KeyUnreadable as wrong:
        raise Failure(f"{file} không phải khóa", str(wrong)) from wrong
