"""Somebody at a page with a keyboard and nothing else: boxes are reached with Tab, and read by their labels."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

MOST_TABS = 400
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\{\"")
SECONDS = 60.0


@dataclass
class Hand:
    """One person, one browser."""

    page: Page
    seen: list[str] = field(default_factory=list[str])
    """The addresses of the pages that were looked at."""

    def opens(self, path: str) -> None:
        self.page.goto(path)
        self.looks()

    def looks(self) -> None:
        """What is on the page is for people: no id, no JSON, nothing that sticks out of a phone."""
        text = self.page.locator("body").inner_text()
        assert (found := AN_ID.search(text)) is None, f"{self.page.url} shows {found and found[0]}"
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]  # pyright: ignore[reportOptionalSubscript]
        self.seen.append(self.page.url)

    def reaches(self, target: Locator) -> None:
        """Press Tab until the focus is there."""
        for _ in range(MOST_TABS):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never came to {target} on {self.page.url}")

    def writes(self, label: str, text: str, within: Locator | None = None) -> None:
        """Into a box: what was in it goes."""
        box = self._labelled(label, within)
        self.reaches(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def dates(self, label: str, day: str, within: Locator | None = None) -> None:
        """A day, `2026-02-03`, typed into a date box in the order in which this browser has its parts."""
        box = self._labelled(label, within)
        year, month, of_month = day.split("-")
        for typed in (f"{of_month}{month}{year}", f"{month}{of_month}{year}"):
            self.reaches(box)
            self.page.keyboard.type(typed)
            if box.input_value() == day:
                return
            while box.evaluate("e => e === document.activeElement"):
                self.page.keyboard.press("Shift+Tab")
        raise AssertionError(f"{label} is {box.input_value()}, not {day}")

    def chooses(self, label: str, option: str, within: Locator | None = None) -> None:
        """From a list of choices, with the arrows."""
        box = self._labelled(label, within)
        self.reaches(box)
        for _ in range(MOST_TABS):
            if option in (box.evaluate("e => e.selectedOptions[0].textContent") or ""):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option} is no choice of {label} on {self.page.url}")

    def picks(self, group: str, option: str) -> None:
        """One of a few, with the arrows."""
        fields = self.page.get_by_role("group", name=group)
        wanted = fields.get_by_label(option, exact=True)
        radios = fields.get_by_role("radio")
        for _ in range(MOST_TABS):
            if radios.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        while not wanted.is_checked():
            self.page.keyboard.press("ArrowDown")

    def ticks(self, name: re.Pattern[str]) -> None:
        box = self.page.get_by_role("checkbox", name=name)
        self.reaches(box)
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def presses(self, name: str) -> None:
        """A button."""
        self.reaches(self.page.get_by_role("button", name=name, exact=True))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.looks()

    def follows(self, name: str | re.Pattern[str]) -> None:
        """A link of the page's own part, as soon as it is there: others may still be following."""
        link = self.page.locator("main a:not(.deed)").filter(has_text=name).first
        until = time.monotonic() + SECONDS
        while link.count() == 0 and time.monotonic() < until:
            time.sleep(0.5)
            self.page.reload()
        self.reaches(link)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.looks()

    def sends(self) -> None:
        """Press Send, and see that it was recorded."""
        self.presses("Gửi")
        heading = self.page.locator("h1").inner_text()
        assert heading.startswith("Đã ghi nhận"), self.page.locator("#wrongs, main").first.inner_text()[:600]

    def _labelled(self, label: str, within: Locator | None) -> Locator:
        name = re.compile(rf"^{re.escape(label)}( \*)?$")
        return (within or self.page.locator("main")).get_by_label(name)
