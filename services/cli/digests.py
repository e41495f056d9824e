"""One line for each thing that the generated documents promise, so that what changed is seen in review.

A digest is of the operation, channel or event with everything it refers to: a member that is added to a shared schema
shows at each route that takes or answers it. Where any of many events may stand, each has a line of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, cast

HEAD = """\
# What the doors promise: a digest of every operation, channel and event with all it refers to.
# Written by `make docs`; the documents themselves (docs/openapi, docs/asyncapi) are built, not kept.
"""
METHODS = ("get", "post", "put", "delete", "patch")
SHOWN = 16


def page(documents: Mapping[str, Mapping[str, Any]]) -> str:
    """The page for documents by their path (`openapi/registry.json`)."""
    lines = sorted(line for name, document in documents.items() for line in _lines(name, document))
    return HEAD + "".join(f"{line}\n" for line in lines)


def _lines(name: str, document: Mapping[str, Any]) -> Iterator[str]:
    kind, _, file = name.partition("/")
    service = file.removesuffix(".json")
    digests = Digests(document)
    if kind == "openapi":
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield f"{service} http {method.upper()} {path} {digests.of(item[method])}"
        return
    for channel, told in document["channels"].items():
        messages = told.get("messages", {})
        if len(messages) < 3:
            yield f"{service} nats {channel} {digests.of(told)}"
            continue
        yield f"{service} nats {channel} {digests.of({**told, 'messages': sorted(messages)})}"
        for message, each in messages.items():
            yield f"{service} nats {channel} {message} {digests.of(each)}"
    for operation, told in document["operations"].items():
        yield f"{service} nats operation {operation} {digests.of(told)}"


class Digests:
    """Digests of parts of one document; a reference counts as what it leads to."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._known: dict[str, str] = {}

    def of(self, node: Any) -> str:
        """The digest of a part."""
        return sha256(json.dumps(self._spelt(node), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[
            :SHOWN
        ]

    def _spelt(self, node: Any) -> Any:
        match node:
            case Mapping():
                members = cast("Mapping[str, Any]", node)
                return {
                    name: self._led_to(each) if name == "$ref" else self._spelt(each)
                    for name, each in members.items()
                }
            case list():
                return [self._spelt(each) for each in cast("list[Any]", node)]
            case _:
                return node

    def _led_to(self, reference: str) -> str:
        if reference not in self._known:
            self._known[reference] = reference  # what refers to itself counts by its name
            node: Any = self._document
            for part in reference.removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
            if "discriminator" not in node:
                self._known[reference] = self.of(node)
        return self._known[reference]
