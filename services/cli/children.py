"""Programs that we start: they log to a file, hear no Ctrl-C, and do not outlive us."""

from __future__ import annotations

import errno
import os
import queue
import random
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

LOG_KEPT = 20_000_000

# What runs between fork and exec. PR_SET_PDEATHSIG (1) asks Linux to kill the child when its parent has died,
# however it died; it survives exec. If the parent died before that line, the child sees another parent and ends.
LEASH = """
import os, sys
parent, argv = int(sys.argv[1]), sys.argv[2:]
if sys.platform == "linux":
    import ctypes, signal
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent has died")
os.execv(argv[0], argv)
"""


def start_child(
    argv: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program as a child in a session of its own; what it prints is added to `log`.

    `argv[0]` is a path. The child is killed when this process dies, even by SIGKILL (Linux; elsewhere whoever
    starts a child must also end it). It may be called from any thread and with a running event loop.
    """
    rotate(log)
    leashed = [sys.executable, "-I", "-S", "-c", LEASH, str(os.getpid()), *map(str, argv)]

    def fork() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(
                leashed,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                pass_fds=pass_fds,
                start_new_session=True,
            )

    return _Nursery.run(fork)


def end_child(child: subprocess.Popen[bytes], grace: float = 5.0) -> int:
    """Ask the child to end, make it end after `grace` seconds; its exit code. Harmless when it has ended."""
    child.terminate()
    return wait_for(child, grace)


def wait_for(child: subprocess.Popen[bytes], grace: float) -> int:
    """Wait until the child has ended, make it end after `grace` seconds; its exit code."""
    try:
        return child.wait(grace)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def rotate(log: Path) -> None:
    """Keep one old log, so that a crash's last words survive and the disk does too."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_KEPT:
        log.replace(log.with_suffix(".1.log"))


def rotate_while_written(log: Path) -> None:
    """Keep one old log of a program that runs: it adds to its file, so it goes on at the beginning of an emptied one.

    What it says between copying and emptying is lost, a line or two.
    """
    if log.exists() and log.stat().st_size > LOG_KEPT:
        shutil.copyfile(log, log.with_suffix(".1.log"))
        os.truncate(log, 0)


def tail(log: Path, since: int = 0, lines: int = 20) -> str:
    """The last lines of a log, of what was written after byte `since`."""
    try:
        with log.open("rb") as text:
            text.seek(max(since, log.stat().st_size - 20_000))
            return "\n".join(text.read().decode("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""


SINGLE_PORTS = range(27_000, 32_000)
"""Where `free_port` looks."""


def free_port() -> int:
    """A port nobody listens on now.

    From below the range out of which the system takes ports for outgoing connections: a server that is away for
    a moment would lose such a port, and a client that tries it again and again may end up connected to itself.
    """
    for port in random.sample(SINGLE_PORTS, 200):
        if is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, f"no free port from {SINGLE_PORTS.start} to {SINGLE_PORTS.stop}")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
            candidate.listen()
        except OSError:
            return False
    return True


class _Nursery:
    """One thread that starts all children and lives as long as the process.

    Linux sends the death signal when the *thread* that forked ends: a child started from a worker thread, say
    by `asyncio.to_thread`, would die with that worker.
    """

    _orders: queue.SimpleQueue[
        tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]
    ] = queue.SimpleQueue()
    _thread: threading.Thread | None = None
    _owner = 0
    _lock = threading.Lock()

    @classmethod
    def run(cls, order: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        with cls._lock:
            if cls._thread is None or cls._owner != os.getpid():  # a fork takes no threads along
                cls._orders, cls._owner = queue.SimpleQueue(), os.getpid()
                cls._thread = threading.Thread(
                    target=cls._work, args=(cls._orders,), name="nursery", daemon=True
                )
                cls._thread.start()
        answer: Future[subprocess.Popen[bytes]] = Future()
        cls._orders.put((order, answer))
        return answer.result()

    @staticmethod
    def _work(
        orders: queue.SimpleQueue[
            tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]
        ],
    ) -> None:
        while True:
            order, answer = orders.get()
            try:
                answer.set_result(order())
            except BaseException as failure:  # noqa: BLE001 - handed to whoever waits
                answer.set_exception(failure)
