"""Documents that commands and corrections name: they say something, and were there when the act happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast

from pydantic import BaseModel

from shared.contracts.findings import located
from shared.contracts.holding import members_holding
from shared.contracts.registry_reports import IssuedDocument
from shared.contracts.values import DocumentRef
from shared.errors import Malformed
from shared.people.places import Steps, pointer

Document = DocumentRef | IssuedDocument
DOCUMENTS = (DocumentRef, IssuedDocument)


def documents_in(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, Document]]:
    """Every document that a message names, and where."""
    match value:
        case DocumentRef() | IssuedDocument():
            yield steps, value
        case BaseModel():
            for name in members_holding(type(value), DOCUMENTS):
                yield from documents_in(getattr(value, name), (*steps, name))
        case tuple() | list():
            for number, item in enumerate(cast("list[object]", value)):
                yield from documents_in(item, (*steps, number))
        case _:
            return


def must_be_there(message: BaseModel, on: date) -> None:
    """Raise `document.empty` for a document that says nothing, `date.document-after-act` for one dated after `on`."""
    found = list(documents_in(message))
    if empty := [pointer(steps) for steps, document in found if _says_nothing(document)]:
        raise Malformed("document.empty", **wrong_at(empty, type(message), "document.empty"))
    if later := [pointer(s) for s, document in found if document.dated is not None and document.dated > on]:
        raise Malformed(
            "date.document-after-act",
            **wrong_at(later, type(message), "date.document-after-act", on=on.isoformat()),
        )


def wrong_at(places: Sequence[str], of: type[BaseModel], code: str, **details: str) -> dict[str, Any]:
    """What is wrong at some places of a message, each named by its pointer and by what the field is called."""
    errors = [{"place": place, "code": code, **details, **located(place, of)} for place in places]
    return {**details, "places": list(places), "errors": errors}


def _says_nothing(document: Document) -> bool:
    return isinstance(document, DocumentRef) and (
        document.number is None and document.title is None and document.evidence is None
    )
