"""Disks of a system's own, so that each may be full, take no writes, or keep everybody waiting: ext4 in a file.

They are mounted where only this process and its children see them, and are gone when the last of these has ended;
the files stay. Where the machine lets nobody do that, there are none (`mounted` says so by yielding nothing).
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PARTS = {"mongo": 3000, "nats": 1000}
"""The directories that get one, with megabytes; the file takes as much as is written."""
NEW_MOUNTS = 0x00020000
BALLAST = "ballast"


def done(*words: str | Path) -> bool:
    """Run a program of the system; whether it is there and did what it should."""
    try:
        return (
            subprocess.run([*map(str, words)], capture_output=True, check=False, timeout=120).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


@dataclass(frozen=True)
class Disk:
    """One of them, mounted."""

    place: Path

    def fill(self) -> None:
        """Until nothing more goes on it."""
        with (self.place / BALLAST).open("ab") as file:
            piece = 1 << 30
            while piece >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), piece)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    piece //= 2

    def free(self) -> None:
        """What was put there to fill it is taken away."""
        (self.place / BALLAST).unlink(missing_ok=True)

    def close(self) -> bool:
        """From now on it takes no writes, not into what is open either; False where that cannot be done."""
        return done("chattr", "-R", "+i", self.place)

    def open(self) -> None:
        """It takes writes again."""
        done("chattr", "-R", "-i", self.place)

    def stall(self, seconds: float) -> bool:
        """Whoever writes waits so long, as on a disk that others use as well. It ends even if we are killed."""
        return done("sh", "-c", f'fsfreeze -f "$0" && sleep {seconds:.2f}; fsfreeze -u "$0"', self.place)


@contextmanager
def mounted(data_dir: Path, wanted: bool = True) -> Generator[dict[str, Disk]]:
    """{part: its disk}, for as long as the block lasts; those of an earlier run with all that is on them."""
    disks: dict[str, Disk] = {}
    if wanted and os.geteuid() == 0 and _of_our_own():
        disks = {name: Disk(data_dir / name) for name in PARTS if _mount(data_dir, name)}
    try:
        yield disks
    finally:
        for disk in disks.values():
            done("umount", "--lazy", disk.place)


def _of_our_own() -> bool:
    """What is mounted from now on is seen by nobody else."""
    with suppress(OSError, AttributeError):
        return ctypes.CDLL(None).unshare(NEW_MOUNTS) == 0 and done("mount", "--make-rprivate", "/")
    return False


def _mount(data_dir: Path, name: str) -> bool:
    place, image = data_dir / name, data_dir / f"disk-{name}.img"
    place.mkdir(parents=True, exist_ok=True)
    data_dir.chmod(0o700)
    if not image.exists() and not _made(image, PARTS[name]):
        return False
    return done("mount", "-o", "loop", image, place)


def _made(image: Path, megabytes: int) -> bool:
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    words: Sequence[str | Path] = ("mkfs.ext4", "-q", "-F", "-m", "0", image)
    if done(*words):
        return True
    image.unlink()
    return False
