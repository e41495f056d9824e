"""What is true for every service; knows none of them."""

import re

VERSION = "0.1.0"
"""The version of the whole project; the packages and the documents of the doors carry it."""

SERVICES = ("registry", "appraisal", "awards", "reporting")
"""The four, each with a log of its own."""


def number_of(version: str) -> tuple[int, ...]:
    """`0.10.2` in order; what stands behind the numbers does not count."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else (0,)
