"""The head of a paper, who signs it and who receives it: a Party paper or one of the State, as its body is.

Party papers after Hướng dẫn 05-HD/VPTW, State papers after Nghị định 30/2020/NĐ-CP, Phụ lục I. Number, date and
signature are the clerk's and the signatory's: they stand here only when the record has them.
"""

from __future__ import annotations

from typing import Any

from services.reporting.documents.papers.record import Matter, Members
from services.reporting.documents.papers.saying import BLANK, GAP, long_day
from shared.reference.authority import UnitCard, Units

STATE_KINDS = frozenset({"authority", "front"})
"""Bodies whose papers carry the nation's name; all others are the Party's."""

MOST_RECIPIENTS = 8
CITY = "Đà Nẵng"
PLACES = ("Đảng ủy phường ", "Đảng ủy xã ", "Đảng ủy đặc khu ", "Phường ", "Xã ", "Đặc khu ",
          "Ủy ban nhân dân phường ", "Ủy ban nhân dân xã ", "UBND phường ", "UBND xã ")  # fmt: skip


def head(matter: Matter, unit: str | None, code: str, paper: Members | None = None) -> dict[str, Any]:
    """The head of a paper of this body: `code` is the type in its number (BC, TTr, QĐ), empty where it has none.

    `paper` is the document as recorded (a decision, a registration document): its number and date.
    """
    card = matter.cards.get(unit or "")
    state = card is not None and card.kind in STATE_KINDS
    told = paper or {}
    dated = told.get("decided_on") or told.get("dated")
    return {
        "state": state,
        "superior": _superior(matter, card),
        "issuer": _issuer(matter, card, unit),
        "number": _number(str(told.get("number") or ""), code, state, _letters(matter, card)),
        "dated": long_day(place_of(matter, card), dated),
    }


def _superior(matter: Matter, card: UnitCard | None) -> str:
    if card is None or card.parent is None or _is_standing(matter, card):
        return ""
    above = matter.cards.get(card.parent)
    return (
        ""
        if above is None or (card.kind in STATE_KINDS and above.kind not in STATE_KINDS)
        else above.name.upper()
    )


def _issuer(matter: Matter, card: UnitCard | None, unit: str | None) -> str:
    if card is None:
        return (unit or BLANK).upper()
    if _is_standing(matter, card):
        return matter.unit_name(card.parent).upper()
    return card.name.removesuffix(" Thành ủy").upper() if card.kind == "commission" else card.name.upper()


def _is_standing(matter: Matter, card: UnitCard) -> bool:
    """The standing committee speaks under the name of the committee that it stands in."""
    above = matter.cards.get(card.parent or "")
    return card.kind == "city_committee" and above is not None and above.kind == "city_committee"


def _letters(matter: Matter, card: UnitCard | None) -> str:
    """The letters of the body in the numbers of its papers; … where nothing says them."""
    if card is None:
        return "…"
    city = Units(matter.cards).is_city(card.unit)
    match card.kind:
        case "city_committee":
            return "TU"
        case "commission":
            return "BTGDVTU" if city else "BTGDV"
        case "authority":
            return "UBND" if "ủy ban nhân dân" in card.name.lower() or card.name.startswith("UBND") else "…"
        case "front":
            return "MTTQ-BTT"
        case "commune_committee" | "bloc_committee":
            return "ĐU"
        case _:
            return "…"


def _number(given: str, code: str, state: bool, letters: str) -> str:
    """`Số: 05/QĐ-UBND` of the State, `Số 05-QĐ/TU` of the Party; nothing for a paper that has no number."""
    if given:
        return f"Số: {given}" if state else f"Số {given}"
    if not code:
        return ""
    return f"Số:{GAP}/{code}-{letters}" if state else f"Số{GAP}-{code}/{letters}"


def place_of(matter: Matter, card: UnitCard | None) -> str:
    """Where a body's papers are dated: its commune or ward, else the city."""
    at: UnitCard | None = card
    while at is not None:
        for beginning in PLACES:
            if at.name.startswith(beginning):
                return at.name.removeprefix(beginning)
        at = matter.cards.get(at.parent or "")
    return CITY


def signer(matter: Matter, unit: str | None, decision: Members | None = None) -> dict[str, str]:
    """For whom a paper is signed, and by which office where the record has one."""
    card = matter.cards.get(unit or "")
    office = str((decision or {}).get("signatory") or BLANK)
    if card is None:
        return {"authority": "", "office": office}
    match card.kind:
        case "city_committee" | "commune_committee" | "bloc_committee":
            return {"authority": "T/M BAN THƯỜNG VỤ", "office": office}
        case "authority" if _letters(matter, card) == "UBND":
            return {"authority": "TM. ỦY BAN NHÂN DÂN", "office": office}
        case "front":
            return {"authority": "TM. BAN THƯỜNG TRỰC", "office": office}
        case _:
            return {"authority": "", "office": office}


def above(matter: Matter, unit: str | None) -> str:
    """The body over this one."""
    card = matter.cards.get(unit or "")
    return "" if card is None else matter.unit_name(card.parent)


def commission(matter: Matter) -> str | None:
    """The city's commission for mass mobilisation, which receives and appraises for the Standing Committee."""
    units = Units(matter.cards)
    found = (
        c.unit
        for c in matter.cards.values()
        if c.kind == "commission" and units.is_city(c.unit) and not c.closed
    )
    return next(iter(sorted(found)), None)


def standing(matter: Matter) -> str | None:
    """The body that decides for the Party in the city: the Standing Committee, else the city committee."""
    found = [card for card in matter.cards.values() if card.kind == "city_committee" and not card.closed]
    within = [card.unit for card in found if _is_standing(matter, card)]
    return next(iter(sorted(within) or sorted(card.unit for card in found)), None)


def recipients(*named: str) -> list[str]:
    """These, each once, without those that have no name; where they are many, all in one line."""
    found = list(dict.fromkeys(name for name in named if name))
    return (
        found if len(found) <= MOST_RECIPIENTS else ["Các cơ quan, đơn vị, địa phương có tên trong danh sách"]
    )
