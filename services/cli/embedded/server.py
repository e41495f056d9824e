"""One server program of the embedded default: started, stopped, killed and started again.

Everything here is synchronous and may be called from any thread: `await asyncio.to_thread(servers.start)`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from services.cli.children import end_child, free_port, is_free, start_child, tail

LOOPBACK = "127.0.0.1"
DISK_FULL = ("No space left on device", "no space left on device", "Disk quota exceeded")
DISK_CLOSED = ("Read-only file system", "read-only file system", "Permission denied", "permission denied")


class EmbeddedServerFailed(Exception):
    """A server did not come up; the message ends with its last words. `vi` says it in Vietnamese, where we know why."""

    def __init__(self, en: str, vi: str = "") -> None:
        super().__init__(en)
        self.vi = vi


class Server(ABC):
    """One server program: started, stopped, killed and started again on the same port with the same state."""

    name: ClassVar[str]
    program: ClassVar[str]

    def __init__(self, directory: Path, port: int | None, hold: Callable[[], int]) -> None:
        self.directory = directory
        self.log = directory / f"{self.name}.log"
        self.port = port or free_port()
        self._may_move = port is None  # until it has once been ready, nobody knows its port
        self._hold = hold
        self._child: subprocess.Popen[bytes] | None = None
        self._log_began = 0

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._child.pid if self._child is not None and self.running else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended, when it has."""
        return None if self._child is None else self._child.poll()

    def start(self, timeout: float = 60.0) -> None:
        """Start and wait until it answers. Nothing happens when it runs already."""
        self.launch()
        self.wait_until_ready(timeout)

    def launch(self) -> None:
        """Start without waiting."""
        if self.running:
            return
        if self._may_move and not is_free(self.port):
            self.port = free_port()
        if not is_free(self.port):
            raise EmbeddedServerFailed(
                f"{self.name} cannot start: port {self.port} is taken by another program"
            )
        self.directory.mkdir(parents=True, exist_ok=True)
        self._log_began = self.log.stat().st_size if self.log.exists() else 0
        self._child = start_child(self._command(), self.log, cwd=self.directory, pass_fds=[self._hold()])

    def wait_until_ready(self, timeout: float = 60.0) -> None:
        """Wait until it answers; EmbeddedServerFailed when it ends or stays silent instead."""
        deadline = time.monotonic() + timeout
        moves = 3 if self._may_move else 0
        while not self._answers():
            if not self.running:
                if moves and not is_free(self.port):  # somebody else was faster on that port
                    moves -= 1
                    self.launch()
                    continue
                code = self._child.returncode if self._child is not None else None
                words = self._last_words(f"ended with exit code {code} instead of starting")
                vi, en = self._advice(words)
                raise EmbeddedServerFailed(f"{en}{words}", vi)
            if time.monotonic() > deadline:
                self.kill()
                raise EmbeddedServerFailed(self._last_words(f"did not answer within {timeout:.0f} s"))
            time.sleep(0.02)
        self._may_move = False

    def stop(self, grace: float = 5.0) -> None:
        """End it in order; by force after `grace` seconds."""
        if self._child is not None:
            end_child(self._child, grace)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.send_signal(signal.SIGKILL)
        if self._child is not None:
            self._child.wait()

    def send_signal(self, number: int) -> None:
        """To the program, while it runs."""
        if self._child is not None:
            self._child.send_signal(number)

    def freeze(self) -> None:
        """Make it hang. Returns when it does: a signal alone may find it finishing an answer."""
        self.send_signal(signal.SIGSTOP)
        if self._child is not None:
            os.waitid(os.P_PID, self._child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        """Let it go on."""
        self.send_signal(signal.SIGCONT)

    @abstractmethod
    def _command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _advice(self, words: str) -> tuple[str, str]:
        """What would help, in Vietnamese and English, where its last words tell."""
        if any(sign in words for sign in DISK_FULL):
            return f"Ổ đĩa của {self.directory} đã đầy: giải phóng chỗ rồi chạy lại.", (
                f"The disk of {self.directory} is full: free space and start again. "
            )
        if any(sign in words for sign in DISK_CLOSED):
            return f"Ổ đĩa của {self.directory} chỉ đọc hoặc không cho ghi.", (
                f"The disk of {self.directory} is read-only, or does not let us write. "
            )
        return "", ""

    def _takes_connections(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _last_words(self, what: str) -> str:
        words = tail(self.log, self._log_began) or "(it said nothing)"
        return f"{self.name} {what}. The end of {self.log}:\n{words}"
