"""The stages of a dossier: how long each took, less the days it was with its sender, and while which it was open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.figures.decided_figures import days_between, days_paused
from shared.contracts import appraisal, awards

FOREVER = "9999-12-31"
DECIDED = (
    awards.ModelRecognised,
    awards.RecognitionDeclined,
    awards.RecognitionDeferred,
    awards.ModelListed,
    awards.ListingRefused,
)
OPENED = frozenset({awards.RecognitionOpened, awards.ListingOpened})
"""With these a decision is waited for."""
UNDECIDED = frozenset({appraisal.DossierSubmitted, appraisal.AppraisalReopened})
"""With these a dossier is open."""
Streams = Mapping[str, Sequence[Fact]]


class Stage(NamedTuple):
    """One stage that came to its end: accept, appraise, opinion or decide; days it took, and the limit it had.

    The limit is `p<version>` of the policy that the dossier pinned, or `l<days>` where the stage had its own.
    """

    name: str
    start: Fact
    end: Fact
    days: int
    limit: str

    @property
    def sub(self) -> str:
        """As a row carries it."""
        return f"{self.name}:{self.days}:{self.limit}"


class Span(NamedTuple):
    """While a dossier was open, from a day up to, and without, another; `opened` by a ledger entry."""

    line: str
    stream: str
    start: str
    end: str
    opened: int


def pinned(dossier: Sequence[Fact]) -> int:
    """The policy version that a dossier goes by; 0 when nobody said."""
    for fact in dossier:
        if isinstance(fact.said, said.DossierSubmitted):
            return fact.said.policy_version
    return 0


def stages(streams: Streams) -> Iterator[Stage]:
    """Every stage of the dossiers and decisions of a model that came to an end."""
    for stream, told in streams.items():
        match stream.partition("/")[0]:
            case "appraisal":
                yield from _judging(told)
            case "recognition" | "listing":
                dossier = streams.get(f"appraisal/{stream.partition('/')[2]}", ())
                yield from _deciding(told, pinned(dossier))
            case _:
                pass


def _judging(told: Sequence[Fact]) -> Iterator[Stage]:
    limit = f"p{pinned(told)}"
    came: Fact | None = None
    begun: Fact | None = None
    asked: dict[str, tuple[Fact, str]] = {}
    for fact in told:
        match fact.said:
            case said.DossierSubmitted() | said.DossierSupplemented():
                came = fact
            case said.DossierAccepted() | said.DossierReturned():
                if came is not None:
                    yield Stage("accept", came, fact, days_between(came.on, fact.on), limit)
                    came = None
                if fact.kind is appraisal.DossierAccepted:
                    begun = begun or fact
            case said.AppraisalCompleted() if begun is not None:
                days = days_between(begun.on, fact.on) - days_paused(told, begun.on, fact.on)
                yield Stage("appraise", begun, fact, days, limit)
            case said.AppraisalReopened():
                begun = fact
            case said.OpinionRequested(agency=agency, due_on=due):
                own = limit if due is None else f"l{days_between(fact.on, due)}"
                asked.setdefault(agency, (fact, own))
            case said.OpinionRecorded(agency=agency) if agency in asked:
                request, own = asked.pop(agency)
                yield Stage("opinion", request, fact, days_between(request.on, fact.on), own)
            case _:
                pass


def _deciding(told: Sequence[Fact], version: int) -> Iterator[Stage]:
    opened: Fact | None = None
    for fact in told:
        if fact.kind in OPENED:
            opened = fact
        elif fact.kind in DECIDED and opened is not None:
            yield Stage("decide", opened, fact, days_between(opened.on, fact.on), f"p{version}")
            opened = None


def age(told: Sequence[Fact], on: str) -> int | None:
    """Whole days from a dossier's submission to its conclusion or withdrawal, or to `on` while it has none or before.

    The days it was with its sender are no age, those since a return that nobody has answered included. None before
    it was submitted.
    """
    first = next((fact for fact in told if fact.kind is appraisal.DossierSubmitted), None)
    if first is None or first.on > on:
        return None
    end = on
    returned: str | None = None
    for fact in told:
        match fact.kind:
            case appraisal.AppraisalCompleted | appraisal.DossierWithdrawn:
                end = min(fact.on, on)
            case appraisal.AppraisalReopened:
                end = on
            case appraisal.DossierReturned:
                returned = fact.on
            case appraisal.DossierSupplemented:
                returned = None
            case _:
                pass
    paused = days_paused(told, first.on, end)
    if returned is not None and returned < end:
        paused += days_between(returned, end)
    return days_between(first.on, end) - paused


def open_spans(streams: Streams) -> Iterator[Span]:
    """While which days each dossier of a model was open: until withdrawn, found not eligible, or decided."""
    for stream, told in streams.items():
        noun, _, ident = stream.partition("/")
        submitted = of_kind(told, said.DossierSubmitted) if noun == "appraisal" else []
        if not submitted:
            continue
        line = f"{submitted[0].said.purpose}.{submitted[0].said.level}"
        done = [f for kind in ("recognition", "listing") for f in streams.get(f"{kind}/{ident}", ())
                if f.kind in DECIDED and f.kind is not awards.RecognitionDeferred]  # fmt: skip
        since: Fact | None = None
        for fact in told:
            if fact.kind in UNDECIDED:
                since = since or fact
            elif since is not None and _closes(fact):
                yield Span(line, stream, since.on, fact.on, since.n)
                since = None
        if since is not None:
            end = min((fact.on for fact in done), default=FOREVER)
            yield Span(line, stream, since.on, end, since.n)


def _closes(fact: Fact) -> bool:
    refused = isinstance(fact.said, said.AppraisalCompleted) and fact.said.outcome == "not_eligible"
    return refused or fact.kind is appraisal.DossierWithdrawn
