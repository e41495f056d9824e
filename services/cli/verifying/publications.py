"""`dvk verify report`: publications counted again, and whether a file is what was published."""

from __future__ import annotations

import argparse
import asyncio
import json
from hashlib import sha256
from pathlib import Path

import orjson

from services.cli.telling import Failure, out
from services.cli.verifying import offline
from services.cli.verifying.believing import policy_of
from services.cli.verifying.files import read
from services.cli.verifying.proved import tell
from services.cli.verifying.published import Proven, check, days_of_a_document
from services.cli.verifying.wrong import Wrong
from services.reporting.documents import FORMATS
from services.reporting.documents.report import Lang
from services.reporting.facts.entry import Entry
from services.reporting.queries.issuing import issue_of, made
from services.reporting.store.counted import Counted
from shared import VERSION
from shared.eventlog.port import recorded
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.publication import is_publication

LANGUAGES: tuple[Lang, ...] = ("vi", "en")


def run_report(args: argparse.Namespace, now: float) -> int:
    """`dvk verify report PUBLICATION… --policy FILE`: every figure counted again; or
    `dvk verify report REPORT --bundle FILE --policy FILE`: the file is what was published."""
    if not args.items or (args.bundle is not None and len(args.items) != 1):
        raise Failure(
            "dvk verify report CÔNG-BỐ.dvk-publication --policy CHÍNH-SÁCH (tải từ /published/<mã>.bundle), hoặc "
            "dvk verify report BÁO-CÁO --bundle CÔNG-BỐ.dvk-publication --policy CHÍNH-SÁCH",
            "dvk verify report PUBLICATION --policy POLICY, or report REPORT --bundle PUBLICATION --policy POLICY",
        )
    if args.bundle is None or is_publication(read(args.bundle)):
        return run(args, [args.bundle or Path(each) for each in args.items], policy_of(args))
    checked = offline.verified(args.bundle, policy_of(args), args.max_age, now)
    digest = sha256(read(Path(args.items[0]))).hexdigest()
    published = [
        event.data for chain in checked.chains for event in chain.events if event.name == "SummaryPublished"
    ]
    if not checked.wrongs and digest not in [each["sha256"] for each in published]:
        expected = ", ".join(each["sha256"] for each in published) or "SummaryPublished"
        checked.wrongs.append(
            Wrong(
                "report", None, "không phải báo cáo đã công bố", "is not what was published", expected, digest
            )
        )
    if args.json:
        out(json.dumps({"file": str(args.items[0]), "sha256": digest, **checked.json()}, ensure_ascii=False))
    else:
        offline.tell(args.bundle, checked)
        for each in published if not checked.wrongs else ():
            out(
                f"✓ {args.items[0]}: {each['period']}, {each['scope']}, chốt · cut-off {each['cut_off']}, "
                f"sổ cái · ledger {each['ledger_size']}, sha256 {digest}"
            )
    return 1 if checked.wrongs else 0


def run(args: argparse.Namespace, paths: list[Path], policy: Policy) -> int:
    """Each of these files; with `--bundle`, whether the one that was named is what it proves."""
    found = [(path, verified(path, policy)) for path in paths]
    if args.bundle is not None and not found[0][1].wrongs:
        _must_be(Path(args.items[0]), found[0][1])
    if args.json:
        out(json.dumps([{"file": str(path), **each.json()} for path, each in found], ensure_ascii=False))
    else:
        for path, each in found:
            counted = f": {each.figures} số liệu tính lại từ sự kiện · figures counted again from the events"
            tell(path, each, "đúng · right", counted)
    return 1 if any(each.wrongs for _, each in found) else 0


def verified(path: Path, policy: Policy) -> Proven:
    """A publication, checked; Failure when the file is none."""
    try:
        return check(read(path), policy)
    except NoteRefused as refused:
        raise Failure(
            f"{path} không phải công bố kèm chứng cứ: {refused}",
            f"{path} is no publication with its proof: {refused}",
        ) from refused


def _must_be(path: Path, proven: Proven) -> None:
    """Whether this file is the summary that was published, or a document that is made of it."""
    body = read(path)
    if body == proven.publication.summary:
        return
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        expected = {sha256(proven.publication.summary).hexdigest()}
    else:
        expected = set[str]()
        for day in days_of_a_document(proven):
            documents = asyncio.run(printed(proven, suffix, day))
            if body in documents:
                return
            expected |= {sha256(each).hexdigest() for each in documents}
    vi, en = "không phải báo cáo đã công bố", "is not what was published"
    if suffix in FORMATS:
        vi, en = f"{vi}, như dvk {VERSION} in ra", f"{en}, as dvk {VERSION} prints it"
    found = sha256(body).hexdigest()
    proven.wrongs.append(Wrong("report", None, vi, en, " | ".join(sorted(expected)), found))


async def printed(proven: Proven, suffix: str, heard: str) -> list[bytes]:
    """The document of a proven publication in this format, in each language: made anew, from nothing but its events
    and the day on which the last of them came."""
    assert proven.recount is not None
    document = orjson.loads(proven.publication.summary)
    entries = {
        number: Entry(number, event.time, event)
        for number, event in enumerate(map(recorded, proven.publication.entries), start=1)
    }
    counted = Counted(proven.recount, entries, heard)
    digest, ident = sha256(proven.publication.summary).hexdigest(), proven.publication.about.ident
    issue = await issue_of(counted, counted.known, document, digest, ident)
    return [made(document, issue, lang, suffix)[1] for lang in LANGUAGES]
