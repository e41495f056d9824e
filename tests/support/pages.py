"""Reads the words off the pages of a PDF as typst writes it: enough to say what stands on which page, and no more."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
PLAIN_BYTE = rb"(?:\\.|[^\\()])"
NESTED = rb"\((?:%s|\((?:%s|\(%s*\))*\))*\)" % (PLAIN_BYTE, PLAIN_BYTE, PLAIN_BYTE)
"""A literal string: balanced brackets inside it need no escape (three deep is more than glyphs ever make)."""

MARKED = re.compile(rb"/(\w+)\s+[\d.-]+\s+Tf|<([0-9A-Fa-f]*)>|(%s)|\b(ET)\b" % NESTED, re.DOTALL)
PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page; what is set in one go has no break in it."""
    objects = {int(found[1]): found[2] for found in OBJECT.finditer(pdf)}
    return [
        _words(objects, body)
        for _, body in sorted(objects.items())
        if re.search(rb"/Type\s*/Page\b", body) and b"/Contents" in body
    ]


def _words(objects: dict[int, bytes], page: bytes) -> str:
    resources = page
    if found := re.search(rb"/Resources (\d+) 0 R", page):
        resources = objects[int(found[1])]
    fonts = re.search(rb"/Font\s*<<(.*?)>>", resources, re.DOTALL)
    assert fonts is not None
    letters = {
        name: _letters(objects, int(number)) for name, number in re.findall(rb"/(\w+)\s+(\d+) 0 R", fonts[1])
    }
    content = re.search(rb"/Contents (\d+) 0 R", page)
    assert content is not None
    said: list[str] = []
    font = b""
    for name, digits, text, end in MARKED.findall(_stream(objects[int(content[1])])):
        if name:
            font = name
        elif end:
            said.append("\n")
        elif font in letters:
            codes = bytes.fromhex(digits.decode()) if digits else _unescaped(text[1:-1])
            said += [letters[font].get(codes[i : i + 2], "") for i in range(0, len(codes), 2)]
    return "".join(said)


def _letters(objects: dict[int, bytes], font: int) -> dict[bytes, str]:
    """What each glyph of a font stands for (ISO 32000-1 §9.10.3)."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert found is not None
    cmap = _stream(objects[int(found[1])])
    letters: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            letters[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            begin, start = int(first, 16), ord(bytes.fromhex(text.decode()).decode("utf-16-be"))
            for code in range(begin, int(last, 16) + 1):
                letters[code.to_bytes(2, "big")] = chr(start + code - begin)
    return letters


def _stream(body: bytes) -> bytes:
    raw = body[body.index(b"stream") + 6 :].lstrip(b"\r").removeprefix(b"\n")
    raw = raw[: raw.rindex(b"endstream")]
    return zlib.decompressobj().decompress(raw) if b"/FlateDecode" in body[: body.index(b"stream")] else raw


def _unescaped(text: bytes) -> bytes:
    """A literal string without its escapes (ISO 32000-1 §7.3.4.2)."""

    def plain(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        return bytes([int(escaped, 8)]) if escaped.isdigit() else PLAIN.get(escaped, escaped)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, text, flags=re.DOTALL)
