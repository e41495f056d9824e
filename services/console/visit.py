"""One visit: who reads, in which language, as known when, and the words and links of the page they get."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData

from services.console.asking import Asking, Refusal
from services.console.contracts import Contracts
from services.console.words import BAD, CODES, DUE, FOLLOWERS, GOOD, MEMBERS, UNIT_STATES, said, said_in
from shared.contracts import figures
from shared.contracts.values import SEALED_FILE_NAME
from shared.contracts.words import Lang, spelling, words
from shared.process.clock import CITY
from shared.reference.authority import SUBSCRIBER, Actor
from shared.text.folding import sort_key

KNOWING = ("at", "as_of")
PAGING = ("limit", "offset", "before", "after")
MOST = "500"
T = TypeVar("T")
OWN_PAGES = frozenset({"model", "unit", "round", "commendation"})
"""Things with a page of their own; all others have their history."""


@dataclass
class Visit:
    """What a page needs to answer one reader."""

    lang: Lang
    actor: Actor
    asking: Asking
    path: str
    """The path behind the language."""
    query: Mapping[str, str]
    """The parameters that were given and say something."""
    today: str
    """The city's date."""
    form_token: str = ""
    """What the forms of this page carry."""
    contracts: Contracts = field(default=cast("Contracts", None), repr=False)
    """What the services take."""
    new_id: Callable[[], str] = field(default=str, repr=False)
    sent: FormData | None = None
    """What was typed and sent; None for a page that is only looked at."""
    distrusted: Mapping[str, Any] | None = None
    """Why what was sent is only shown again: the problem of a form that was not made for this browser."""
    seen: int = 0
    """The ledger size when the notices were looked at last in this browser."""
    looked: int | None = None
    """The ledger size by which they are looked at now."""
    size: int | None = None
    """The ledger size that the answers rest on."""
    _names: dict[str, str] | None = field(default=None, repr=False)
    _forms: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    # --- asking -----------------------------------------------------------------------------------

    @property
    def known(self) -> dict[str, str]:
        """`at` or `as_of`, as the reader set it: goes along with every question and link."""
        return {name: self.query[name] for name in KNOWING if name in self.query}

    async def ask(self, path: str, /, **params: str | None) -> dict[str, Any]:
        """The JSON answer of a query as known when the reader asked; Refusal otherwise."""
        given = {name: value for name, value in params.items() if value is not None}
        if (after := self.query.get("after")) and not self.known:
            given["after"] = after  # somebody comes from an act of their own, and is to see it
        answer = (await self.asking.get(path, {**self.known, **given})).json()
        self.size = answer.get("ledger_size", self.size)
        return answer

    async def ask_now(self, path: str, /, **params: str) -> Any:
        """The JSON answer of a query that knows no past."""
        return (await self.asking.get(path, params)).json()

    async def text(self, path: str) -> str | None:
        """A text that may not be there (a checkpoint nobody has cosigned yet)."""
        try:
            return (await self.asking.get(path, {})).text
        except Refusal:
            return None

    async def all_of(self, path: str, /, **params: str | None) -> list[dict[str, Any]]:
        """Every item of a list, page after page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.ask(path, **params, limit=MOST, offset=str(len(found)))
            found += answer["items"]
            if len(found) >= answer["total"] or not answer["items"]:
                return found

    async def names(self) -> dict[str, str]:
        """The names of the units that this reader may see, by id."""
        if self._names is None:
            self._names = {}
            if not self.only_public:
                self._names = {item["unit"]: item["name"] for item in await self.all_of("/units")}
        return self._names

    async def form_names(self) -> None:
        """Learn what the forms of commendation are called."""
        versions = (await self.ask("/forms"))["items"]
        self._forms = {form["code"]: form["name"] for version in versions for form in version["forms"]}

    async def widest(self, path: str, /, **params: str | None) -> dict[str, Any]:
        """The answer for the unit asked for, else for the whole city, else for the reader's own unit."""
        return await self.widest_of(self.ask, path, **params)

    async def widest_of(self, ask: Callable[..., Awaitable[T]], path: str, /, **params: str | None) -> T:
        """What `ask` is answered for the unit asked for, else for the whole city, else for the reader's own unit."""
        if "unit" in self.query:
            return await ask(path, **{**params, "unit": self.query["unit"]})
        try:
            return await ask(path, **params)
        except Refusal as refusal:
            if refusal.code != "not-allowed" or self.actor.unit is None:
                raise
            return await ask(path, **{**params, "unit": self.actor.unit})

    @property
    def only_public(self) -> bool:
        """True for those who read the two public lists and nothing else."""
        return self.actor.role == SUBSCRIBER

    # --- words ------------------------------------------------------------------------------------

    def say(self, vi: str, en: str) -> str:
        """The one of two sentences that the reader reads."""
        return said_in(self.lang, vi, en)

    def number(self, value: int | None) -> str:
        """1.309 in Vietnamese, 1,309 in English."""
        return spelling.number(value, self.lang)

    def percent(self, part: int, whole: int) -> str:
        """60,9% in Vietnamese, 60.9% in English."""
        return spelling.percent(part, whole, self.lang)

    def period(self, name: str) -> str:
        """What a period is called, `2027-H1`."""
        return spelling.period(name, self.lang)

    def day(self, text: str | None) -> str:
        """31/12/2026 in Vietnamese, 2026-12-31 in English; – when there is none, and what is no day as it stands: an
        address may say anything, and the page that refuses it repeats it."""
        try:
            return "–" if not text else spelling.day(text[:10], self.lang)
        except ValueError:
            return text or "–"

    def moment(self, text: str) -> str:
        """A time of the log in the city's time, to the minute."""
        local = city_time(text)
        return f"{self.day(local)} {local[11:16]}"

    def label(self, key: str) -> str:
        """What a figure is called. `form_names()` comes first where it may be one of a form of commendation."""
        return figures.label(key, self.lang, self._forms)

    def code(self, value: object) -> str:
        """What a code of the contract is called."""
        return said(CODES, value, self.lang)

    def file(self, name: str) -> str:
        """What a file is called: where its name is sealed, that it is there."""
        return self.say("tệp đính kèm", "attached file") if SEALED_FILE_NAME.fullmatch(name) else name

    def state(self, kind: str, code: object) -> str:
        """What a state of a kind of thing is called."""
        return said({**CODES, **UNIT_STATES} if kind == "unit" else CODES, code, self.lang)

    def due(self, what: str) -> str:
        """What something that may be due is called."""
        return said(DUE, what, self.lang)

    def follower(self, name: str) -> str:
        """What something that follows a log does."""
        return said(FOLLOWERS, name, self.lang)

    def event(self, name: str) -> str:
        """What an event is called."""
        return words(self.lang).kinds.get(name, name)

    def member(self, name: str) -> str:
        """What a member of a card or event is called."""
        return said(MEMBERS, name, self.lang)

    def noun(self, kind: str) -> str:
        """What a kind of thing is called."""
        name = words(self.lang).things.get(kind, kind)
        return name[:1].upper() + name[1:]

    def unit(self, unit: str | None) -> str:
        """The name of a unit; its id where the reader may not see it. `names()` comes first."""
        if unit is None:
            return "–"
        return (self._names or {}).get(unit) or f"{self.say('đơn vị', 'unit')} {unit}"

    def recipient(self, given: Mapping[str, Any]) -> str:
        """Who is commended: a body by its name; a person, whose name is sealed, by kind and body."""
        if "name" in given:
            return str(given["name"])
        of = given.get("of") or (self.unit(given["unit"]) if given.get("unit") else "")
        kind = self.code(given["kind"])
        if given.get("type") not in (None, given["kind"]):
            kind = f"{kind} ({self.code(given['type'])})"
        return ", ".join(part for part in (kind[:1].upper() + kind[1:], of) if part)

    def alphabetically(self, unit: str) -> str:
        """Where a unit stands among others, by name, in the order of the Vietnamese alphabet."""
        return sort_key(self.unit(unit))

    async def choices(self) -> list[tuple[str, str]]:
        """The units a reader can choose from, by name."""
        names = await self.names()
        return [(unit, names[unit]) for unit in sorted(names, key=self.alphabetically)]

    @staticmethod
    def tone(code: object) -> str:
        """Whether a state is good, bad or neither: for its colour, never instead of its word."""
        return "good" if code in GOOD else "bad" if code in BAD else "plain"

    # --- links ------------------------------------------------------------------------------------

    def link(self, path: str, /, **params: object) -> str:
        """The address of a page in this language, as known when the reader asked."""
        return self._address(self.lang, path, {**self.known, **_given(params)})

    def after(self, where: str) -> str:
        """An address from which the reader's own act of a moment ago is to be seen."""
        return f"{where}{'&' if '?' in where else '?'}after={quote(self.query.get('after', ''), safe=':')}"

    def now(self) -> str:
        """This page, by everything that is known today."""
        return self._address(self.lang, self.path, {k: v for k, v in self.query.items() if k not in KNOWING})

    def here(self, **changed: object) -> str:
        """This page with other parameters; None takes one away."""
        kept = {k: v for k, v in self.query.items() if k not in changed}
        return self._address(self.lang, self.path, {**kept, **_given(changed)})

    def whole(self, ending: str, /, **given: str) -> str:
        """Everything that this page lists, as a file, with the filters that were chosen."""
        kept = {k: v for k, v in self.query.items() if k not in PAGING}
        return self._address(self.lang, f"{self.path}.{ending}", {**kept, **given})

    def other_language(self) -> str:
        """This page in the other language."""
        return self._address("en" if self.lang == "vi" else "vi", self.path, self.query)

    def thing(self, kind: str, ident: str) -> str:
        """The page of a thing: its own, or its history."""
        safe = quote(ident, safe="")
        return self.link(f"/{kind}s/{safe}" if kind in OWN_PAGES else f"/histories/{kind}/{safe}")

    def stream(self, stream: str) -> str:
        """The page of the thing whose stream or record this is."""
        kind, _, ident = stream.partition("/")
        return self.thing(kind, ident)

    @staticmethod
    def _address(lang: Lang, path: str, params: Mapping[str, str]) -> str:
        where = f"/{lang}{path if path != '/' else ''}"
        return f"{where}?{urlencode(params)}" if params else where


def _given(params: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if value is not None and value != ""}


def city_time(stamp: str) -> str:
    """A time of the log (UTC) as it was in the city, `2026-03-20T08:00:00`."""
    return datetime.fromisoformat(stamp).astimezone(CITY).isoformat()
