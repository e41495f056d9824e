"""Filling a Word template with the fields of a paper, and finding the fields of a template that nobody fills.

A template may be the city's own. It runs in a sandbox, what is put in is text and never markup, and a field that
there is not stays as it was written, for everybody to see.
"""

# pyright: reportPrivateUsage=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (python-docx gives its XML no types, and keeps the elements behind its objects for itself)

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, cast
from zipfile import BadZipFile

from docx.document import Document as Word
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docxtpl import DocxTemplate
from jinja2 import DebugUndefined, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from services.reporting.documents.archive import repacked
from shared.text.characters import visible

PARAGRAPH = "\a"
"""What docxtpl makes a new paragraph of; a line break would be stretched to the whole line where text is justified."""
SIGNED = "Nơi nhận"
"""What stands in the table with the signature, and in no other."""
BREAKS_WITH = 2
"""So many rows of a list stay with the signature that follows it."""


class Spoilt(Exception):
    """A file that is no template: no Word file, or with a tag that cannot be read."""


def fill(template: bytes, fields: Mapping[str, Any]) -> bytes:
    """The paper: equal templates and fields, equal bytes. Spoilt when the template cannot be read."""
    try:
        word = DocxTemplate(io.BytesIO(template))
        word.render(printable(fields), _environment(), autoescape=True)
    except READING as error:
        raise Spoilt(str(error) or type(error).__name__) from error
    keep_signature(cast(Word, word.docx))
    packed = io.BytesIO()
    word.save(packed)
    return repacked(packed.getvalue())


READING = (TemplateError, PackageNotFoundError, BadZipFile, LxmlError, KeyError, ValueError)
"""What goes wrong with a file that is no template."""


class _Left(DebugUndefined):
    """A field that there is not: it stays as it was written, whatever stands behind it."""

    def __getattr__(self, name: str) -> _Left:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Left(name=f"{self._undefined_name}.{name}")


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=_Left, autoescape=True)


def printable(value: Any) -> Any:
    """Texts as they can be printed: a box for what has no shape; every line of theirs a paragraph."""
    match value:
        case str():
            return visible(value).replace("\r", "").replace("\n", PARAGRAPH)
        case Mapping():
            return {name: printable(each) for name, each in cast("Mapping[str, Any]", value).items()}
        case list() | tuple():
            return [printable(each) for each in cast("list[Any]", value)]
        case _:
            return value


def keep_signature(word: Word) -> None:
    """Neither the signature nor the last small line stands alone on a page."""
    signed = [table for table in word.tables if SIGNED in table._tbl.xpath("string(.)")]
    for end in (*(table._tbl for table in signed[-1:]), word.paragraphs[-1]._p):
        _keep_before(word, end)


def _keep_before(word: Word, end: Any) -> None:
    """What is before an end of a paper stays on its page: the last sentence, or the last rows of a list."""
    before: Any = end.getprevious()
    while before is not None and not before.xpath(".//w:br[@w:type='page']"):
        if before.tag == qn("w:tbl"):
            for row in Table(before, word).rows[-BREAKS_WITH:]:
                for paragraph in row._tr.iter(qn("w:p")):
                    _keep_next(paragraph)
            return
        if before.tag == qn("w:p"):
            _keep_next(before)
            if before.xpath("string(.)").strip():
                return
        before = before.getprevious()


def _keep_next(paragraph: Any) -> None:
    properties = paragraph.get_or_add_pPr()
    if properties.find(qn("w:keepNext")) is None:
        properties.insert_element_before(
            OxmlElement("w:keepNext"), "w:keepLines", "w:pageBreakBefore", "w:widowControl", "w:numPr", "w:pBdr",
            "w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr",
        )  # fmt: skip


# --- what a template asks for ---------------------------------------------------------------------------


def unfilled(template: bytes, sample: Mapping[str, Any]) -> list[str]:
    """The fields that a template names and the sample has not, in the order of the alphabet.

    Every branch is looked at, also those that the sample does not take. Spoilt when it cannot be read.
    """
    try:
        parsed = [_environment().parse(text) for text in _texts(template)]
    except READING as error:
        raise Spoilt(str(error) or type(error).__name__) from error
    missing: set[str] = set()
    scope = {name: [value] for name, value in sample.items()}
    for tree in parsed:
        _look(tree, scope, missing)
    return sorted(missing)


def _texts(template: bytes) -> Iterator[str]:
    """The body, heads and feet of a template as jinja reads them."""
    word = DocxTemplate(io.BytesIO(template))
    word.init_docx()
    yield word.patch_xml(word.get_xml())
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        for _, part in word.get_headers_footers(uri):
            yield word.patch_xml(word.get_part_xml(part))


Scope = Mapping[str, "list[Any]"]
"""What each name may be: one value, or those of all items that a loop goes through."""


def _look(node: nodes.Node, scope: Scope, missing: set[str]) -> None:
    match node:
        case nodes.For(target=nodes.Name(name=name)):
            _look(node.iter, scope, missing)
            items = [item for value in _values(node.iter, scope, missing) if isinstance(value, list | tuple)
                     for item in cast("list[Any]", value)]  # fmt: skip
            within = {**scope, name: items, "loop": [_Anything()]}
            for child in (*node.body, *node.else_):
                _look(child, within, missing)
        case nodes.Getattr() | nodes.Name(ctx="load"):
            _values(node, scope, missing)
        case _:
            for child in node.iter_child_nodes():
                _look(child, scope, missing)


class _Anything:
    """What the template language itself gives: it is not for us to fill."""


def _values(node: nodes.Node, scope: Scope, missing: set[str]) -> list[Any]:
    """What a name or a member may be; a path that leads nowhere is missing."""
    path = _path(node)
    if path is None:
        for child in node.iter_child_nodes():
            _look(child, scope, missing)
        return []
    values = scope.get(path[0])
    if values is None:
        missing.add(".".join(path))
        return []
    for member in path[1:]:
        if any(isinstance(value, _Anything) for value in values):
            return values
        found = [value[member] for value in values if isinstance(value, Mapping) and member in value]
        if values and not found:
            missing.add(".".join(path))
        values = found
    return values


def _path(node: nodes.Node) -> tuple[str, ...] | None:
    match node:
        case nodes.Name(name=name):
            return (name,)
        case nodes.Getattr(node=inner, attr=attr):
            return None if (before := _path(inner)) is None else (*before, attr)
        case _:
            return None
