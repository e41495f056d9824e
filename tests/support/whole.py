"""The whole system as `dvk up` starts it, over the year that `dvk demo` plays: as people find it with a browser."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import httpx

from services.cli.places import DataDir
from services.cli.tokens import make
from services.console.sessions import SESSION, Sealed
from tests.support.upped import ended_up, started_up

ROOT = Path(__file__).resolve().parents[2]
TYPED = ("input", "textarea", "select")


@dataclass(frozen=True)
class Whole:
    """Where everything answers, and who may sign in."""

    place: DataDir
    urls: Mapping[str, str]

    @property
    def console(self) -> str:
        """Where the pages are."""
        return self.urls["console"]

    def session(self, role: str, unit: str | None = None, ttl: int = 36000) -> str:
        """What the console has a browser keep of somebody who signed in."""
        return Sealed(self.place.console_key).seal({"token": self.token(role, unit, ttl)})

    def token(self, role: str, unit: str | None = None, ttl: int = 36000) -> str:
        return make(self.place, f"the-{role}", role, unit, ttl)

    def browser(self, role: str, unit: str | None = None) -> httpx.Client:
        """A browser without a screen."""
        cookies = {SESSION: self.session(role, unit)}
        headers = {"Origin": self.console}
        return httpx.Client(
            base_url=self.console, cookies=cookies, headers=headers, follow_redirects=True, timeout=60
        )

    def service(self, name: str, role: str, unit: str | None = None) -> httpx.Client:
        """A program that asks or tells a service."""
        headers = {"Authorization": f"Bearer {self.token(role, unit)}"}
        return httpx.Client(base_url=self.urls[name], headers=headers, timeout=60)

    def items(self, path: str, **params: str) -> list[dict[str, Any]]:
        """The cards of a list, as an auditor reads it."""
        with self.service("reporting", "auditor") as reader:
            return reader.get(path, params=params).raise_for_status().json()["items"]


@contextmanager
def whole_system(place: Path) -> Generator[Whole]:
    """The system over what this directory holds, from its start to its end."""
    process, ready = started_up(place, stderr=subprocess.DEVNULL)
    try:
        yield Whole(DataDir(place), ready)
    finally:
        ended_up(process)


def tree(answer: httpx.Response) -> ElementTree.Element:
    """The page as a tree; a page that is not well-formed does not parse."""
    return ElementTree.fromstring(answer.text.removeprefix("<!DOCTYPE html>"))


@dataclass
class Filled:
    """A form of a page as a browser sends it."""

    url: str
    boxes: dict[str, str]

    def press(self, browser: httpx.Client, button: str = "send", **typed: str) -> httpx.Response:
        """Send it with these boxes filled in otherwise (`decision__number` is the box `decision.number`)."""
        sent = {
            **self.boxes,
            **{name.replace("__", "."): text for name, text in typed.items()},
            "_press": button,
        }
        return browser.post(self.url, files={name: (None, text) for name, text in sent.items()})


def form_of(answer: httpx.Response) -> Filled:
    """The form of an act with all that stands in it."""
    form = next(each for each in tree(answer).iter("form") if each.get("class") == "act")
    boxes: dict[str, str] = {}
    for box in form.iter():
        name, kind = box.get("name"), box.get("type")
        if box.tag not in TYPED or name is None or kind == "file":
            continue
        if box.tag == "select":
            chosen = [each.get("value", "") for each in box.iter("option") if each.get("selected")]
            boxes[name] = chosen[0] if chosen else ""
        elif kind not in ("radio", "checkbox") or box.get("checked"):
            boxes[name] = (box.text or "") if box.tag == "textarea" else box.get("value", "")
    return Filled(urljoin(str(answer.url), form.get("action")), boxes)


def wrongs_of(answer: httpx.Response) -> str:
    """What the page says is wrong."""
    found = re.search(r'id="wrongs".*?</div>', answer.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def heading(answer: httpx.Response) -> str:
    """The page's heading."""
    return "".join(next(tree(answer).iter("h1")).itertext()).strip()
