"""What reporting reads of an event is a member of a class that the contract has: nothing is asked for by a text.

`services/reporting/facts/said` declares what is read and kept; here it is held to the contract, member by member, and
pyright holds the readers to it. So a misspelt or renamed member is found before anything runs.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel

from services.reporting.facts import said
from services.reporting.facts.concerning import ABOUT
from services.reporting.facts.facts import KEPT
from services.reporting.facts.kinds import KINDS
from services.reporting.facts.said import naming, values, whole
from services.reporting.facts.said.reading import Said, members_of, read, recorded
from shared.contracts import correcting
from shared.contracts.catalog import SERVICES, events_of

ROOT = Path(__file__).parents[2]
READ_BY_NAME = {
    "services/reporting/figures/exceptions.py": 1,
    "services/reporting/ledger/heads.py": 1,  # what a record of an earlier form does not say is asked of it too
    "services/reporting/store/counted.py": 1,
    "services/reporting/store/lives.py": 1,
}
"""Files that still read members of events by text, and how many they read. It only gets shorter."""

EVENTS = [kind for service in SERVICES for kind in events_of(service).values()]
NAMES = {kind.fact_name() for kind in EVENTS} | {correcting.RecordCorrected.fact_name()}


def shape(hint: Any) -> set[str]:
    """What a member is in JSON, of a class of the contract or of `said`: one word for each form it may have.

    An object may be read as one of just any members too: of such nothing is asked for.
    """
    origin = get_origin(hint)
    if origin is Annotated:
        return shape(get_args(hint)[0])
    if origin in (Union, types.UnionType):
        return {form for each in get_args(hint) for form in shape(each)}
    if origin is Literal or hint is date:
        return {"str"}
    if origin in (list, tuple, Sequence):
        return {f"[{form}]" for form in shape(get_args(hint)[0])}
    if origin in (dict, Mapping):
        return {f"{{{form}}}" for form in shape(get_args(hint)[1])}
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        inner = {form for field in hint.model_fields.values() for form in shape(field.annotation)} - {
            "NoneType"
        }
        return {hint.__name__, "{Any}", *(f"{{{form}}}" for form in inner if inner == {form})}
    return {getattr(hint, "__name__", str(hint))}


def parts() -> list[tuple[type[Said], type[BaseModel]]]:
    """Every part of an event that has members of its own, as reporting and as the contract knows it."""
    found: dict[str, type[BaseModel]] = {}

    def look(of: type[BaseModel]) -> None:
        for field in of.model_fields.values():
            for each in _models(field.annotation):
                if found.setdefault(each.__name__, each) is each and each not in seen:
                    seen.add(each)
                    look(each)

    seen: set[type[BaseModel]] = set()
    for kind in EVENTS:
        look(kind)
    return [
        (of, found[CALLED.get(name, name)])
        for name, of in vars(values).items()
        if isinstance(of, type) and issubclass(of, Said) and of is not Said
    ]


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for each in get_args(hint):
        yield from _models(each)


CALLED = {"Recipient": "Subject"}
"""Parts of which reporting keeps something else where they stand for something else."""


def members_match(of: type[Said], there: type[BaseModel]) -> None:
    fields = {field.alias or name: field for name, field in there.model_fields.items()}
    for name, hint in get_type_hints(of).items():
        field = fields[recorded(name)]
        known = {form.replace("Recipient", "Subject") for form in shape(hint)}
        assert known <= shape(field.annotation), (of.__name__, name)
        assert hasattr(of, name) is not field.is_required(), (of.__name__, name, "may it lack?")


WHOLE = [of for of in vars(whole).values() if getattr(of, "__module__", "") == whole.__name__]


@pytest.mark.parametrize("of", (*said.FOLDED, *WHOLE), ids=lambda of: f"{of.__module__}.{of.__name__}")
def test_what_is_read_of_an_event_is_what_the_contract_says_of_it(of: type[Said]) -> None:
    assert of.__name__ in NAMES
    members_match(of, KINDS[of.__name__])


@pytest.mark.parametrize(("of", "there"), parts(), ids=lambda of: of.__name__)
def test_and_so_is_what_is_read_of_its_parts(of: type[Said], there: type[BaseModel]) -> None:
    members_match(of, there)


UNFOLDED = {
    "EvidenceWithdrawn", "FollowerSkipped", "HeadsRecorded", "KeyReplaced", "LogDiverged", "PersonErased",
    "PersonsLinked", "RelayReset", "TokensRevoked",
}  # fmt: skip
"""Of these reporting keeps nothing in lives: they speak of logs, files, keys and persons."""


def test_reporting_folds_every_event_or_it_is_said_that_it_keeps_nothing_of_it() -> None:
    there = {name for service in SERVICES for name, _ in events_of(service)}
    folded = {of.__name__ for of in said.FOLDED}
    assert there - folded - UNFOLDED == set(), (
        "a class in services/reporting/facts/said, or named in UNFOLDED"
    )
    assert there - folded == UNFOLDED


@pytest.mark.parametrize("name", members_of(naming.Names))
def test_what_any_event_may_name_some_event_names_and_all_in_one_form(name: str) -> None:
    fields = [kind.model_fields[name] for kind in EVENTS if name in kind.model_fields]
    forms = {form for field in fields for form in shape(field.annotation)} - {"NoneType"}

    assert fields
    assert name in ("changes", "known") or forms == shape(get_type_hints(naming.Names)[name]) - {"NoneType"}


def test_the_members_by_which_an_event_concerns_another_thing_are_kept() -> None:
    assert all(member in KEPT[kind] for kind, (_, member) in ABOUT.items())


def test_what_is_lacking_reads_as_the_contract_has_it_and_a_misspelt_name_is_refused() -> None:
    told = read(said.UnitDocumentRecorded, {"unit": "20242", "for": 2027})

    assert (told.unit, told.for_, told.evidence) == ("20242", 2027, None)
    with pytest.raises(AttributeError):
        _ = told.kind
    with pytest.raises(TypeError, match="has no member unti"):
        members_of(said.UnitDocumentRecorded, "unti")


# --- nothing is asked for by a text -----------------------------------------------------------------


def _is_data(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.BoolOp):
        return any(_is_data(each, names) for each in node.values)
    return (isinstance(node, ast.Attribute) and node.attr == "data") or (
        isinstance(node, ast.Name) and node.id in names
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def reads_by_text(function: ast.AST) -> int:
    """How often members are read by a text from `….data`, or from a name that stands for it, in one function."""
    names: set[str] = set()
    nodes = list(ast.walk(function))
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_data(value, set()):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if _is_data(value, set()):
                names.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=there)], value=ast.Tuple(elts=given)):
                pairs = zip(there, given, strict=False)
                names |= {n.id for n, value in pairs if isinstance(n, ast.Name) and _is_data(value, set())}
            case _:
                pass
    found = 0
    for node in nodes:
        match node:
            case ast.Subscript(value=value, slice=key):
                found += _is_data(value, names) and _is_text(key)
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[key, *_]):
                found += _is_data(value, names) and _is_text(key)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[value]):
                found += _is_data(value, names) and _is_text(key)
            case _:
                pass
    return found


def files_that_read_by_text() -> dict[str, int]:
    counted: dict[str, int] = {}
    for path in sorted((ROOT / "services" / "reporting").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        functions = [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        if found := sum(reads_by_text(function) for function in functions):
            counted[str(path.relative_to(ROOT))] = found
    return counted


def test_no_member_of_an_event_is_asked_for_by_a_text() -> None:
    assert files_that_read_by_text() == READ_BY_NAME
