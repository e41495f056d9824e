"""A file has one idea, a function fits a screen: whatever is larger stands in one list, with its reason and its size.

The list only gets shorter: what has become smaller is listed smaller, what fits is listed no more.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = tomllib.loads((Path(__file__).parent / "larger.toml").read_text("utf-8"))
MOST = {"lines of a file": 300, "lines of a function": 40, "parameters": 6}
PRODUCT = sorted(path for room in ("shared", "services") for path in (ROOT / room).rglob("*.py"))


def functions(
    tree: ast.AST, within: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its dotted name. Within expressions there is none."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):
            continue
        name = f"{within}.{node.name}".strip(".") if hasattr(node, "name") else within
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, node
        yield from functions(node, name)


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Its lines, without its docstring: promises may be as long as they must."""
    first = node.body[0]
    told = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    without = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - without


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many a caller has to think of."""
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([each for each in named if each.arg not in ("self", "cls")])


def sizes() -> Iterator[tuple[str, str, int]]:
    """(what is measured, where, how large) of everything that is larger than the rule."""
    for path in PRODUCT:
        place, text = str(path.relative_to(ROOT)), path.read_text("utf-8")
        yield "lines of a file", place, len(text.splitlines())
        for name, node in functions(ast.parse(text)):
            yield "lines of a function", f"{place}:{name}", length(node)
            yield "parameters", f"{place}:{name}", parameters(node)


@cache
def larger() -> dict[tuple[str, str], int]:
    """What is larger than the rule, by what is measured and where."""
    return {(what, place): size for what, place, size in sizes() if size > MOST[what]}


@pytest.mark.parametrize("what", MOST)
def test_what_is_larger_than_the_rule_is_listed_and_no_larger_than_listed(what: str) -> None:
    listed = LISTED.get(what, {})
    grown = {
        place: size
        for (kind, place), size in larger().items()
        if kind == what and size > listed.get(place, 0)
    }

    assert grown == {}, f"split it; at most {MOST[what]} {what}"


@pytest.mark.parametrize("what", MOST)
def test_the_list_only_gets_shorter(what: str) -> None:
    slack = {place: larger().get((what, place), 0) for place, size in LISTED.get(what, {}).items()
             if larger().get((what, place), 0) < size}  # fmt: skip

    assert slack == {}, "list them as small as they are, or no more: python -m tests.architecture.test_sizes"


if __name__ == "__main__":
    parts = ["# Larger than the rule (test_sizes.py), each no larger than here. What grows is split.\n"]
    for what in MOST:
        parts.append(f'\n["{what}"]\n')
        parts += [f'"{place}" = {size}\n' for (kind, place), size in sorted(larger().items()) if kind == what]
    (Path(__file__).parent / "larger.toml").write_text("".join(parts), encoding="utf-8")
