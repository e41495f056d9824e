"""What the annexes of a report list: chosen by the period and scope of a summary, as known at its ledger size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.reporting.documents.annexes import Annexes
from services.reporting.figures.cards import Card
from services.reporting.figures.scope import spelled
from services.reporting.queries.unit_reports import said
from services.reporting.store.known import Known
from services.reporting.store.looked import Looked

Units = frozenset[str] | None
SAYING = ("difficulties", "proposals")


async def annexed(
    things: Looked, known: Known, document: Mapping[str, Any], forms: Mapping[str, str]
) -> Annexes:
    """The lists behind a summary. Models count by their unit, commendations by the recipient's or the round's.

    What happened after the cut-off (a revocation, an outcome) is not told.
    """
    cut_off = document["cut_off"]
    units = spelled(document["scope"]).units(await things.city(known, cut_off))
    span = document["start"], cut_off
    return Annexes(
        recognised=await _of_models(things, known, RECOGNISED, span, units),
        listed=await _of_models(things, known, LISTED, span, units),
        commended=await _commended(things, known, span, units, forms),
        adopted=await _of_models(things, known, ADOPTED, span, units),
        told=await _told(things, known, document.get("unit_reports", {}).get("counted", ()), units),
    )


class Lasting(NamedTuple):
    """A kind of things: the members of their cards that say when one began and when it was ended or settled."""

    kind: str
    since: str
    until: str


RECOGNISED = Lasting("recognition", "recognised_on", "revoked_on")
LISTED = Lasting("listing", "listed_on", "delisted_on")
ADOPTED = Lasting("adoption", "adopted_on", "outcome_on")


async def _of_models(
    things: Looked, known: Known, of: Lasting, span: tuple[str, str], units: Units
) -> list[Card]:
    """The things of a kind that began in the period, by their days; `until` is told when it came by its end."""

    def began(members: Mapping[str, Any]) -> bool:
        inside = span[0] <= members.get(of.since, "") <= span[1]
        return inside and (units is None or members.get("model_unit") in units)

    return [_by(card, span[1], of.until) for card in await _cards(things, known, of.kind, began, of.since)]


def _by(card: Card, cut_off: str, until: str) -> Card:
    """A card as it stood at a cut-off, as far as what ended or settled it is concerned."""
    if card.get(until, "") <= cut_off:
        return card
    later = {until, "outcome"} if until == "outcome_on" else {until}
    return {name: value for name, value in card.items() if name not in later}


async def _cards(things: Looked, known: Known, kind: str, fits: Any, order: str) -> list[Card]:
    rows = things.fitting_rows(known, kind, fits)
    cards = (await things.cards_of(known, (f"{kind}/{row.ident}" for row in rows))).values()
    return sorted(cards, key=lambda card: (card[order], card.get("model_name") or "", card["id"]))


async def _commended(
    things: Looked, known: Known, span: tuple[str, str], units: Units, forms: Mapping[str, str]
) -> list[Card]:
    """What was given in the period and not taken back by its end, with its form and models by their names."""
    rounds = {row.ident: row.members for row in things.fitting_rows(known, "round", lambda _: True)}

    def given(members: Mapping[str, Any]) -> bool:
        inside = span[0] <= members.get("granted_on", "") <= span[1]
        stands = members.get("cancelled_on", "9999") > span[1]
        of = members.get("unit"), rounds.get(members["round"], {}).get("unit")
        return inside and stands and (units is None or any(unit in units for unit in of))

    found = await _cards(things, known, "commendation", given, "granted_on")
    models = await things.cards_of(
        known, {f"model/{model}" for card in found for model in card.get("models") or ()}
    )
    told: list[Card] = []
    for card in found:
        round = rounds.get(card["round"], {})
        named = [models.get(f"model/{model}", {}).get("name", model) for model in card.get("models") or ()]
        form = forms.get(round.get("form", ""), round.get("form", ""))
        told.append(
            {**card, "unit": card.get("unit") or round.get("unit"), "form_name": form, "model_names": named}
        )
    return told


async def _told(things: Looked, known: Known, periods: Sequence[str], units: Units) -> list[Card]:
    """What units write of difficulties and proposals in the reports that the summary counts."""
    wanted = frozenset(periods)
    rows = things.fitting_rows(
        known, "unit-report",
        lambda members: members["period"] in wanted and (units is None or members["unit"] in units),
    )  # fmt: skip
    words = await said(things, known, (row.ident for row in rows))
    found: list[Card] = []
    for ident in sorted(words):
        unit, _, period = ident.partition(":")
        if any(words[ident].get(member) for member in SAYING):
            found.append(
                {"unit": unit, "period": period, **{name: words[ident].get(name) for name in SAYING}}
            )
    return found
