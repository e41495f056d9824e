"""The Chromium that pages are tried in, if this machine has one."""

from __future__ import annotations

from shutil import which

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """Where it is; None when there is none."""
    return next((path for name in NAMES if (path := which(name))), None)


def described() -> str:
    """One line for the head of the run."""
    return (
        f"browser: {browser() or 'none (' + ', '.join(NAMES) + '); tests of pages in a browser are left out'}"
    )
