"""Who judged does not decide, and what cannot be is refused: at every door, in both languages, without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from tests.support import judged, stack
from tests.support.judged import (
    APPRAISER,
    APPRAISER_AS_APPROVER,
    APPROVER,
    CITY_OFFICE,
    CONFLICTED,
    OPERATOR,
    PEOPLES,
    RELATIVE,
    RELATIVE_AS_OFFICER,
    WARD,
    WARD_APPROVER,
    Judged,
    Who,
    ago,
    decision,
)
from tests.support.service import Site, serving

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def site(servers: stack.Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name, directory = f"test_{uuid4().hex[:12]}", tmp_path_factory.mktemp("judged")
    with stack.empty_nats(servers, directory / "nats") as nats_url:
        yield Site(directory / "site", servers.url("mongo"), nats_url, name)
    stack.drop_databases(servers, name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(site: Site) -> AsyncIterator[Judged]:
    async with judged.judged(site) as told:
        yield told


@dataclass(frozen=True)
class Row:
    """One thing that is refused. `to` names what the story made; `more` are members whose values it made."""

    what: str
    command: str
    who: Who
    status: int
    code: str
    to: tuple[str, str] | None = None
    body: dict[str, Any] = field(default_factory=dict[str, Any])
    more: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def service(self) -> str:
        return "awards" if AWARDS.row(self.command) and self.to and self.to[0] != "appraisal" else (
            "appraisal" if APPRAISAL.row(self.command) else "awards")  # fmt: skip


DATED = {"decision": decision(ago(20))}
STANDING_APPRAISER = ("giup-viec", "appraiser", "btv-thanhuy")
NOBODYS, NO_UNIT = ("ai-do", "approver", "khong-co"), ("ai-do", "approver", None)
ACCEPTED, WITHDRAWN = ("appraisal", "accepted"), ("appraisal", "withdrawn")
ELIGIBLE, LISTING, ROUND = ("recognition", "eligible"), ("listing", "listing"), ("round", "round")
ASSESS = {"criterion": "c_1", "finding": "met", "reason": "…"}
LIST = {**DATED, "supplement": 1, "scope": "city"}
DOSSIER: dict[str, Any] = {"purpose": "recognition", "level": "city", "unit": "20242", "statements": []}
CRITERIA: dict[str, Any] = {
    "purpose": "recognition", "level": "city", "effective_from": ago(10), "rule": "all",
    "criteria": [{"code": "c_1", "text": "…"}],
}  # fmt: skip
TWO = [{"code": "c_1", "text": "a"}, {"code": "c_1", "text": "b"}]
FORM = {"code": "x", "name": "X", "track": "state", "level": "city", "recipient_kinds": ["collective"]}
SOMEBODY = {"kind": "collective", "type": "residential_area", "name": "Tổ 9", "unit": "20242"}
PROPOSE = {"recipient": SOMEBODY, "achievement": "…"}

SEPARATION = [
    *(
        Row(f"{command} by who declared a conflict", command, RELATIVE, 403, "appraisal.conflict", ACCEPTED, body)
        for command, body in {
            "accept-dossier": {}, "return-dossier": {"missing": ["Ảnh"]}, "assess-criterion": ASSESS,
            "record-survey": {"place": "Tổ 5", "participants": [], "findings": "…"},
            "request-opinion": {"agency": "Sở Y tế", "question": "?"}, "complete-appraisal": {"summary": "…"},
            "record-opinion": {"agency": "Sở Y tế", "opinion": "…"}, "reopen-appraisal": {"reason": "…"},
        }.items()
    ),
    Row("withdrawal by who declared a conflict", "withdraw-dossier", RELATIVE_AS_OFFICER, 403, "appraisal.conflict",
        ACCEPTED, {"reason": "…"}),
    *(
        Row(f"{command} by {who[0]}", command, who, 409, code, ELIGIBLE, body)
        for who, code in (
            (APPRAISER_AS_APPROVER, "recognition.appraiser-decides"), (CONFLICTED, "recognition.conflict"),
        )
        for command, body in {
            "recognise-model": DATED, "decline-recognition": {"reason": "…"}, "defer-recognition": {"reason": "…"},
        }.items()
    ),
    Row("listing by who judged", "list-model", APPRAISER_AS_APPROVER, 409, "listing.appraiser-decides", LISTING, LIST),
    Row("refusal by who judged", "refuse-listing", APPRAISER_AS_APPROVER, 409, "listing.appraiser-decides", LISTING,
        {"reason": "…"}),
]  # fmt: skip
ROLES = [
    Row("an officer assesses", "assess-criterion", WARD, 403, "not-allowed", ACCEPTED, ASSESS),
    Row("an appraiser recognises", "recognise-model", APPRAISER, 403, "not-allowed", ELIGIBLE, DATED),
    Row("an operator lists", "list-model", OPERATOR, 403, "not-allowed", LISTING, LIST),
    Row("a ward recognises for the city", "recognise-model", WARD_APPROVER, 403, "act.not-competent", ELIGIBLE, DATED),
    Row("a ward takes back the city's", "revoke-recognition", WARD_APPROVER, 403, "act.not-competent",
        ("recognition", "earlier"), {**DATED, "ground": "other", "reason": "…"}),
    Row("a ward grants the city's", "grant-commendation", WARD_APPROVER, 403, "act.not-competent", ROUND, DATED,
        {"commendation": "proposed"}),
    Row("the People's Committee recognises", "recognise-model", PEOPLES, 403, "act.not-competent", ELIGIBLE, DATED),
    Row("the Standing Committee gives what is the State's", "grant-commendation", APPROVER, 403, "act.not-competent",
        ROUND, DATED, {"commendation": "proposed"}),
    Row("an appraiser of the Standing Committee assesses", "assess-criterion", STANDING_APPRAISER, 403,
        "act.not-competent", ACCEPTED, ASSESS),
    Row("a unit nobody registered", "recognise-model", NOBODYS, 403, "unit.unknown", ELIGIBLE, DATED),
    Row("no unit at all", "recognise-model", NO_UNIT, 401, "token.unit-missing", ELIGIBLE, DATED),
    Row("a ward publishes the city's criteria", "publish-criteria", WARD_APPROVER, 403, "act.not-competent", None,
        CRITERIA),
    Row("an approver records what was earlier", "record-earlier-recognition", APPROVER, 403, "not-allowed", None,
        {**DATED, "level": "city"}, {"model": "model"}),
]  # fmt: skip
STATES = [
    Row("a dossier beside an open one", "submit-dossier", WARD, 409, "appraisal.already-open", None, DOSSIER,
        {"model": "model"}),
    Row("one at the other level", "submit-dossier", WARD, 409, "appraisal.already-open", None,
        {**DOSSIER, "level": "grassroots"}, {"model": "model"}),
    Row("a dossier of nothing", "submit-dossier", WARD, 404, "model.unknown", None, {**DOSSIER, "model": str(uuid4())}),
    Row("from a unit that does not send", "submit-dossier", CITY_OFFICE, 409, "appraisal.not-responsible", None,
        {**DOSSIER, "unit": "thanh-uy"}, {"model": "free_model"}),
    Row("of a model that ended", "submit-dossier", WARD, 409, "appraisal.model-ended", None, DOSSIER,
        {"model": "ended_model"}),
    Row("what was withdrawn is assessed", "assess-criterion", APPRAISER, 409, "appraisal.withdrawn", WITHDRAWN, ASSESS),
    Row("a criterion that is none", "assess-criterion", APPRAISER, 409, "appraisal.unknown-criterion", ACCEPTED,
        {**ASSESS, "criterion": "c_9"}),
    Row("concluded with a criterion open", "complete-appraisal", APPRAISER, 409, "appraisal.criterion-open", ACCEPTED,
        {"summary": "…"}),
    Row("nothing is supplemented", "supplement-dossier", WARD, 409, "appraisal.accepted", ACCEPTED),
    Row("accepted before it came", "return-dossier", APPRAISER, 409, "date.before-previous-step", ACCEPTED,
        {"missing": ["Ảnh"], "on": ago(95)}),
    Row("a criterion nobody spoke to", "accept-dossier", APPRAISER, 409, "appraisal.incomplete",
        ("appraisal", "bare")),
    Row("no dossier of this id", "accept-dossier", APPRAISER, 404, "appraisal.unknown", None,
        {"appraisal": str(uuid4())}),
    Row("recognised by a dossier that is not concluded", "recognise-model", APPROVER, 404, "recognition.unknown",
        ("recognition", "accepted"), DATED),
    Row("recognised by a model's id", "recognise-model", APPROVER, 404, "recognition.unknown", ("recognition", "model"),
        DATED),
    Row("recognised before it was concluded", "recognise-model", APPROVER, 409, "date.before-previous-step", ELIGIBLE,
        {"decision": decision(ago(51))}),
    Row("a model that ended", "recognise-model", APPROVER, 409, "recognition.model-ended",
        ("recognition", "of_the_ended"), DATED),
    Row("what is recognised is declined", "decline-recognition", APPROVER, 409, "recognition.recognised",
        ("recognition", "earlier"), {"reason": "…"}),
    Row("nothing to take back", "revoke-recognition", APPROVER, 409, "recognition.open", ELIGIBLE,
        {**DATED, "ground": "fraud", "reason": "…"}),
    Row("taken off before it is on", "delist-model", APPROVER, 409, "listing.open", LISTING, {"reason": "…"}),
    Row("listed before it was concluded", "list-model", APPROVER, 409, "date.before-previous-step", LISTING,
        {**LIST, "decision": decision(ago(60))}),
    Row("more than the quota", "grant-commendation", PEOPLES, 409, "round.quota-exhausted", ROUND, DATED,
        {"commendation": "proposed"}),
    Row("less than was granted", "allocate-quota", PEOPLES, 409, "round.below-granted", ROUND,
        {**DATED, "quota": {"collective": 0}}),
    Row("closed with one undecided", "close-round", PEOPLES, 409, "round.undecided", ROUND),
    Row("granted twice", "grant-commendation", PEOPLES, 409, "commendation.granted", ROUND, DATED,
        {"commendation": "granted"}),
    Row("cancelled before it is given", "cancel-commendation", PEOPLES, 409, "commendation.proposed", ROUND,
        {**DATED, "ground": "fraud", "reason": "…"}, {"commendation": "proposed"}),
    Row("a commendation of nobody", "reject-commendation", PEOPLES, 404, "commendation.unknown", ROUND,
        {"reason": "…"}, {"commendation": "model"}),
    Row("for a kind the form does not know", "propose-commendation", WARD, 409, "round.recipient-kind", ROUND,
        {"recipient": {"kind": "individual", "type": "cadre", "person": {"name": "Lê Thị Oanh"}, "unit": "20242"},
         "achievement": "…"}),
    Row("for a model of nobody", "propose-commendation", WARD, 404, "model.unknown", ROUND,
        {**PROPOSE, "models": [str(uuid4())]}),
    Row("the same recipient again", "propose-commendation", WARD, 409, "round.already-proposed", ROUND,
        {**PROPOSE, "recipient": {**SOMEBODY, "name": "Tổ proposed"}}),
    Row("a second round", "open-round", APPRAISER, 409, "round.already-open", None,
        {"year": 2026, "occasion": "annual", "form": "bang_khen"}),
    Row("what was decided is corrected by the way", "correct-record", APPROVER, 409, "correction.decided",
        ("recognition", "earlier"), {"reason": "Ghi nhầm", "changes": {"decision": decision(ago(279))}},
        {"corrects": "earlier_event"}),
    Row("a round of a form that is none", "open-round", APPRAISER, 404, "form.unknown", None,
        {"year": 2026, "occasion": "annual", "form": "khong_co"}),
]  # fmt: skip
WORDS = [
    Row("no summary", "complete-appraisal", APPRAISER, 422, "field.missing", ACCEPTED),
    Row("an unknown field", "complete-appraisal", APPRAISER, 422, "field.unknown", ACCEPTED,
        {"summary": "…", "outcome": "eligible"}),
    Row("a finding that is none", "assess-criterion", APPRAISER, 422, "field.not-one-of", ACCEPTED,
        {**ASSESS, "finding": "maybe"}),
    Row("nothing is missing", "return-dossier", APPRAISER, 422, "list.too-short", ACCEPTED, {"missing": []}),
    Row("an id that is none", "accept-dossier", APPRAISER, 422, "id.not-a-uuid", None, {"appraisal": "12"}),
    Row("a replication without its proposal", "submit-dossier", WARD, 422, "appraisal.replication-named-or-not", None,
        {**DOSSIER, "purpose": "replication"}, {"model": "model"}),
    Row("the city with fewer", "publish-criteria", OPERATOR, 409, "criteria.city-must-be-all", None,
        {**CRITERIA, "rule": {"at_least": 1}}),
    Row("more than there are", "publish-criteria", OPERATOR, 422, "criteria.rule-beyond", None,
        {**CRITERIA, "rule": {"at_least": 2}}),
    Row("one code twice", "publish-criteria", OPERATOR, 422, "criteria.code-twice", None,
        {**CRITERIA, "criteria": TWO}),
    Row("derived from nothing", "publish-criteria", OPERATOR, 404, "criteria-set.unknown", None,
        {**CRITERIA, "derived_from": str(uuid4())}),
    Row("one form twice", "publish-forms", OPERATOR, 422, "forms.code-twice", None,
        {"effective_from": ago(10), "forms": [FORM, FORM]}),
    Row("another day than the decision's", "recognise-model", APPROVER, 422, "date.not-the-decisions", ELIGIBLE,
        {**DATED, "on": ago(19)}),
    Row("a decision to come", "recognise-model", APPROVER, 422, "date.in-future", ELIGIBLE,
        {"decision": decision(ago(-3))}),
    Row("a decision of long ago", "recognise-model", APPROVER, 422, "date.too-early", ELIGIBLE,
        {"decision": decision("2019-12-31")}),
    Row("no decision", "recognise-model", APPROVER, 422, "field.missing", ELIGIBLE),
    Row("a ground that is none", "revoke-recognition", APPROVER, 422, "field.not-one-of", ELIGIBLE,
        {**DATED, "ground": "mood", "reason": "…"}),
    Row("less than nothing", "allocate-quota", PEOPLES, 422, "number.out-of-range", ROUND,
        {**DATED, "quota": {"collective": -1}}),
    Row("a scheme's model in another scope", "list-earlier-model", OPERATOR, 422, "field.not-one-of", None,
        {**DATED, "scope": "area"}, {"model": "model"}),
]  # fmt: skip


def body_of(row: Row, ids: dict[str, str]) -> dict[str, Any]:
    """What is sent: the row's members and what the story made."""
    sent: dict[str, Any] = row.body | {k: ids[name] for k, name in row.more.items()}
    if row.to is not None:
        sent[row.to[0]] = ids[row.to[1]]
    return sent


@pytest.mark.parametrize(
    "rows", [SEPARATION, ROLES, STATES, WORDS], ids=["separation", "roles", "states", "words"]
)
async def test_it_is_refused_at_every_door_and_leaves_no_trace(story: Judged, rows: list[Row]) -> None:
    before, wrong = await story.sizes(), list[str]()
    for row in rows:
        body = body_of(row, story.ids)
        for door in (story.over_http, story.over_nats, story.in_bulk):
            status, answer = await door(row.service, row.command, row.who, body)
            if (status, answer.get("code")) != (row.status, row.code):
                wrong.append(f"{row.what}, {door.__name__}: {status} {answer}")
            elif not (answer["detail"] and answer["detail_en"] and row.code not in answer["detail"]):
                wrong.append(f"{row.what}, {door.__name__}: without its two sentences")

    assert wrong == []
    assert await story.sizes() == before


async def test_what_only_standing_orders_ask_has_no_door(story: Judged) -> None:
    for service, command in (
        ("awards", "open-recognition"), ("awards", "withdraw-recognition"), ("awards", "open-listing"),
        ("appraisal", "appraise-replication"),
    ):  # fmt: skip
        assert (await story.over_http(service, command, APPROVER, {}))[1]["code"] == "path.unknown"
        assert (await story.in_bulk(service, command, APPROVER, {}))[1]["code"] == "command.unknown"


# --- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "unit"), [("unit_officer", "pn-20242"), ("subscriber", None)])
async def test_a_recognition_that_stands_is_read_by_everybody_one_before_authority_is_not(
    story: Judged, role: str, unit: str | None
) -> None:
    doors = story.doors["awards"]

    stands = await doors.get(f"/recognitions/{story.ids['earlier']}", role, unit)
    assert stands.status_code == 200 and stands.json()["public"]
    assert all("person" not in one for one in stands.json()["subjects"])
    for path in (f"/recognitions/{story.ids['eligible']}", f"/listings/{story.ids['listing']}"):
        assert (await doors.get(path, role, unit)).status_code == 403, path


# --- two processes of the same service ----------------------------------------------------------------


async def test_a_commendation_without_an_id_gets_one_of_the_servers_and_keeps_it(story: Judged) -> None:
    round = await story.say("awards", "open-round", APPRAISER, year=2025, occasion="annual", form="bang_khen",
                            on=ago(40))  # fmt: skip
    path, command = f"/rounds/{round['round']}/propose", str(uuid4())
    another = {**PROPOSE, "recipient": {**SOMEBODY, "name": "Tổ 10"}}
    answers = [
        await story.doors["awards"].post(path, {**wish, "on": ago(38)}, "unit_officer", "20242", id, WARD[0])
        for id, wish in ((command, PROPOSE), (command, PROPOSE), (str(uuid4()), another))
    ]
    ids = [answer.json()["event"]["data"]["commendation"] for answer in answers]

    assert ids[0] == ids[1] != ids[2]
    assert [UUID(one).version for one in ids] == [7, 7, 7]


async def test_of_two_grants_at_once_the_quota_lets_one_through(story: Judged, site: Site) -> None:
    round = await story.say("awards", "open-round", APPRAISER, year=2026, occasion="interim_review", form="bang_khen",
                            on=ago(40))  # fmt: skip
    id = round["round"]
    quota = {"round": id, "quota": {"collective": 1}, "decision": decision(ago(39))}
    await story.say("awards", "allocate-quota", PEOPLES, **quota)
    proposed = [
        (
            await story.say(
                "awards",
                "propose-commendation",
                WARD,
                round=id,
                achievement="…",
                on=ago(38),
                recipient={**SOMEBODY, "name": f"Tổ {place}"},
            )
        )["commendation"]
        for place in range(4)
    ]
    async with serving(site, AWARDS) as other:
        both = (story.doors["awards"], other)
        answers = await asyncio.gather(
            *(
                both[place % 2].post(
                    f"/rounds/{id}/grant", {"commendation": one, **DATED}, "approver", "ubnd-tp"
                )
                for place, one in enumerate(proposed)
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "round.quota-exhausted"}
    shown = (await story.doors["awards"].get(f"/rounds/{id}")).json()
    assert shown["granted"]["collective"] == 1


async def test_of_two_dossiers_at_once_one_is_open(story: Judged, site: Site) -> None:
    body = {**DOSSIER, "model": story.ids["free_model"], "on": ago(10)}
    levels = ("city", "city", "grassroots", "grassroots")
    async with serving(site, APPRAISAL) as other:
        both = (story.doors["appraisal"], other)
        answers = await asyncio.gather(
            *(
                both[place % 2].post("/appraisals", {**body, "level": level}, "unit_officer", "20242")
                for place, level in enumerate(levels)
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "appraisal.already-open"}


async def test_of_two_decisions_at_once_one_is_taken(story: Judged, site: Site) -> None:
    id = story.ids["eligible"]
    async with serving(site, AWARDS) as other:
        answers = await asyncio.gather(
            story.doors["awards"].post(f"/recognitions/{id}/recognise", DATED, "approver", "btv-thanhuy"),
            other.post(
                f"/recognitions/{id}/decline", {"reason": "Chưa rõ", **DATED}, "approver", "btv-thanhuy"
            ),
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len((await story.doors["awards"].get(f"/recognitions/{id}/events")).json()) == 2


async def test_of_two_rounds_opened_at_once_one_is(story: Judged, site: Site) -> None:
    body = {"year": 2027, "occasion": "annual", "form": "bang_khen"}
    async with serving(site, AWARDS) as other:
        both = (story.doors["awards"], other)
        answers = await asyncio.gather(
            *(both[place % 2].post("/rounds", body, "appraiser", "btgdv") for place in range(4))
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "round.already-open"}
