"""Registry, appraisal and awards running together, and a story told over their doors up to where it is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import nats
from nats.aio.client import Client as Nats

from services.appraisal.app import SERVICE as APPRAISAL
from services.appraisal.policies import dossier_of
from services.awards.app import SERVICE as AWARDS
from services.cli.tokens import make
from services.registry.app import SERVICE as REGISTRY
from shared.wiring import Service
from tests.support.city import POLICY_V1
from tests.support.service import Doors, Site, serving, until

Body = dict[str, Any]
OPERATOR = ("van-hanh", "operator", None)
RECEIVER = ("tiep-nhan", "appraiser", "btgdv")
WARD = ("can-bo", "unit_officer", "20242")
CITY_OFFICE = ("van-phong", "unit_officer", "thanh-uy")
APPRAISER = ("binh", "appraiser", "btgdv")
RELATIVE = ("an", "appraiser", "btgdv")
APPROVER = ("thuong-truc", "approver", "btv-thanhuy")
PEOPLES = ("chu-tich", "approver", "ubnd-tp")
WARD_APPROVER = ("bi-thu", "approver", "20242")
APPRAISER_AS_APPROVER = ("binh", "approver", "btv-thanhuy")
RELATIVE_AS_OFFICER = ("an", "unit_officer", "20242")
CONFLICTED = ("chi", "approver", "btv-thanhuy")
SERVICES: dict[str, Service] = {one.name: one for one in (REGISTRY, APPRAISAL, AWARDS)}
Who = tuple[str, str, str | None]


CODES = {"recognition": "c_1", "replication": "c_rep_1"}
MET = {f"c_bld_{n}": "met" for n in range(1, 5)}


def ago(days: int) -> str:
    """A day so long ago."""
    return (datetime.now(UTC).date() - timedelta(days)).isoformat()


def decision(on: str) -> Body:
    """A decision of that day."""
    return {"number": "12-QĐ/TU", "decided_on": on, "authority": "Ban Thường vụ Thành ủy"}


@dataclass
class Judged:
    """The running services, and the ids of what the story made."""

    site: Site
    doors: dict[str, Doors]
    bus: Nats
    ids: dict[str, str] = field(default_factory=dict[str, str])
    reached: dict[str, int] = field(default_factory=dict[str, int])

    async def say(self, service: str, command: str, who: Who, **body: Any) -> Body:
        """A command of the story, in bulk, because there the name alone says where it goes; it must be taken."""
        status, answer = await self.in_bulk(service, command, who, {**body, "after": self.after(service)})
        assert status == 200, (command, answer)
        self.reached[service] = max(self.reached.get(service, 0), answer["position"])
        return answer["event"]["data"]

    def after(self, service: str) -> list[str]:
        """What the service must have heard before it decides."""
        return [f"{name}:{position}" for name, position in self.reached.items() if name != service]

    # --- the three doors ----------------------------------------------------------------------------

    def headers(self, who: Who) -> dict[str, str]:
        return {"Authorization": f"Bearer {make(self.site.place, who[0], who[1], who[2])}"}

    async def over_http(self, service: str, command: str, who: Who, body: Body) -> tuple[int, Body]:
        row = SERVICES[service].row(command)
        if row is None or row.internal:
            path = f"/{command}"
        elif row.placeholder:
            path = row.path.format(**{row.placeholder: body.get(row.placeholder, uuid4())})
            body = {k: v for k, v in body.items() if k != row.placeholder}
        else:
            path = row.path
        answer = await self.doors[service].http.post(path, json=body, headers=self.headers(who))
        return answer.status_code, answer.json()

    async def over_nats(self, service: str, command: str, who: Who, body: Body) -> tuple[int, Body]:
        answer = await self.bus.request(
            f"cmd.{service}.{command}", json.dumps(body).encode(), timeout=30, headers=self.headers(who)
        )
        return int((answer.headers or {})["Http-Status"]), json.loads(answer.data)

    async def in_bulk(self, service: str, command: str, who: Who, body: Body) -> tuple[int, Body]:
        answer = await self.doors[service].http.post(
            "/batch", json=[{"command": command, **body}], headers=self.headers(who)
        )
        if answer.status_code != 200:  # of a sender whom nobody knows not one command is read
            return answer.status_code, answer.json()
        [item] = answer.json()
        return item["status"], item

    async def sizes(self) -> dict[str, int]:
        """How long the logs are."""
        return {name: await doors.running.log.head() for name, doors in self.doors.items()}


@asynccontextmanager
async def judged(site: Site) -> AsyncGenerator[Judged]:
    """The three services with the whole story told."""
    async with AsyncExitStack() as stack:
        doors = {name: await stack.enter_async_context(serving(site, one)) for name, one in SERVICES.items()}
        bus = await nats.connect(site.nats_url)
        stack.push_async_callback(bus.close)
        story = Judged(site, doors, bus)
        await found(story)
        await tell(story)
        yield story


async def found(j: Judged) -> None:
    """Units, the scheme's policy, criteria and forms."""
    for unit, kind, parent in (
        ("thanh-uy", "city_committee", None), ("btgdv", "commission", "thanh-uy"),
        ("btv-thanhuy", "city_committee", "thanh-uy"), ("ubnd-tp", "authority", "thanh-uy"),
        ("20242", "commune_committee", "thanh-uy"), ("pn-20242", "organisation", "20242"),
    ):  # fmt: skip
        said = {"unit": unit, "name": f"Đơn vị {unit}", "kind": kind} | ({"parent": parent} if parent else {})
        await j.say("registry", "register-unit", OPERATOR, **said, on=ago(400))
    policy = POLICY_V1.model_dump(mode="json", exclude_none=True, exclude={"version", "on"})
    await j.say("registry", "publish-policy", OPERATOR, **{**policy, "effective_from": ago(400)})
    for purpose in ("recognition", "replication"):
        await j.say(
            "appraisal", "publish-criteria", OPERATOR, purpose=purpose, level="city", effective_from=ago(400),
            rule="all", criteria=[{"code": CODES[purpose], "text": "Lợi ích thiết thực"}],
        )  # fmt: skip
    form = {
        "code": "bang_khen",
        "name": "Bằng khen",
        "track": "state",
        "level": "city",
        "recipient_kinds": ["collective"],
    }
    await j.say("awards", "publish-forms", OPERATOR, effective_from=ago(400), forms=[form])


async def a_model(j: Judged, name: str) -> str:
    """A model at work."""
    model = await j.say(
        "registry", "register-model", WARD, unit="20242", name=name, address="Tổ 5", field="economy", scope="Phường",
        beneficiaries="Nhân dân", content="Giúp nhau", political_task="Giảm nghèo", year=int(ago(300)[:4]), basis="new",
        subjects=[{"kind": "collective", "type": "residential_area", "name": "Tổ 5"}], on=ago(300),
        registration_document={"title": "Đăng ký"}, plan_document={"title": "Kế hoạch"},
    )  # fmt: skip
    await j.say("registry", "receive-model", RECEIVER, model=model["model"], building=MET, on=ago(290))
    return model["model"]


async def a_dossier(j: Judged, name: str, model: str, *, conclude: bool = False) -> str:
    """A dossier under appraisal, or found eligible."""
    sent = await j.say(
        "appraisal", "submit-dossier", WARD, model=model, purpose="recognition", level="city", unit="20242",
        statements=[{"criterion": "c_1", "statement": "Đạt"}], on=ago(100),
    )  # fmt: skip
    appraisal = j.ids[name] = sent["appraisal"]
    await j.say("appraisal", "accept-dossier", APPRAISER, appraisal=appraisal, on=ago(90))
    if conclude:
        await concluded(j, appraisal)
    return appraisal


async def concluded(j: Judged, appraisal: str, criterion: str = "c_1") -> None:
    """Every criterion is met."""
    said = {"appraisal": appraisal, "on": ago(50)}
    await j.say(
        "appraisal",
        "assess-criterion",
        APPRAISER,
        **said,
        criterion=criterion,
        finding="met",
        reason="Đã xem",
    )
    await j.say("appraisal", "complete-appraisal", APPRAISER, **said, summary="Đủ điều kiện")


async def opened(j: Judged, path: str) -> None:
    """Authority has it before it."""

    async def is_open() -> bool:
        answer = await j.doors["awards"].get(path)
        return answer.status_code == 200 and answer.json()["state"] == "open"

    await until(is_open)


async def tell(j: Judged) -> None:
    """One dossier in each condition that the refusals need, a listing, and a round."""
    first, second, third, fourth = [await a_model(j, f"Mô hình {n}") for n in ("một", "hai", "ba", "bốn")]
    j.ids |= {"model": first, "free_model": fourth, "ended_model": third}
    await a_dossier(j, "accepted", first)
    await j.say("appraisal", "declare-conflict", RELATIVE, appraisal=j.ids["accepted"], reason="Người nhà")
    await a_dossier(j, "eligible", second, conclude=True)
    await j.say("appraisal", "declare-conflict", CONFLICTED, appraisal=j.ids["eligible"], reason="Người nhà")
    gone = await a_dossier(j, "withdrawn", fourth)
    await j.say("appraisal", "withdraw-dossier", WARD, appraisal=gone, reason="Nhầm")
    await a_dossier(j, "of_the_ended", third, conclude=True)
    sixth = await a_model(j, "Mô hình sáu")
    bare = await j.say(
        "appraisal", "submit-dossier", WARD, model=sixth, purpose="recognition", level="city", unit="20242",
        statements=[], parts=[{"number": "1"}], on=ago(10),
    )  # fmt: skip
    j.ids["bare"] = bare["appraisal"]
    await j.say("registry", "end-model", WARD, model=third, ground="completed", reason="Đã xong")
    await opened(j, f"/recognitions/{j.ids['eligible']}")
    await opened(j, f"/recognitions/{j.ids['of_the_ended']}")
    await a_listing(j)
    round = await j.say(
        "awards", "open-round", APPRAISER, year=2026, occasion="annual", form="bang_khen", on=ago(40)
    )
    j.ids["round"] = round["round"]
    quota = {"round": j.ids["round"], "quota": {"collective": 1}, "decision": decision(ago(39))}
    await j.say("awards", "allocate-quota", PEOPLES, **quota)
    for name in ("granted", "proposed"):
        recipient = {"kind": "collective", "type": "residential_area", "name": f"Tổ {name}", "unit": "20242"}
        made = await j.say(
            "awards",
            "propose-commendation",
            WARD,
            round=j.ids["round"],
            recipient=recipient,
            achievement="…",
            on=ago(38),
        )
        j.ids[name] = made["commendation"]
    grant = {"round": j.ids["round"], "commendation": j.ids["granted"], "decision": decision(ago(30))}
    await j.say("awards", "grant-commendation", PEOPLES, **grant)


async def a_listing(j: Judged) -> None:
    """A recognised model, taken over with success, is proposed to the whole city and found eligible."""
    model = j.ids["listed_model"] = await a_model(j, "Mô hình năm")
    earlier = await j.say(
        "awards",
        "record-earlier-recognition",
        OPERATOR,
        model=model,
        level="city",
        decision=decision(ago(280)),
    )
    adopted = await j.say(
        "registry", "adopt-model", WARD, model=model, unit="pn-20242", method="…", coordination="…", on=ago(250),
        roadmap=[{"milestone": "Ra mắt", "due_on": ago(200)}], responsible={"office": "Chủ tịch Hội"},
    )  # fmt: skip
    await j.say(
        "registry",
        "record-adoption-outcome",
        WARD,
        adoption=adopted["adoption"],
        outcome="succeeded",
        findings="…",
    )
    proposed = await j.say(
        "registry", "propose-replication", WARD, model=model, unit="20242", scope="city", targets=["20242"], on=ago(95),
        statements={f"c_rep_{n}": "Đạt" for n in range(1, 6)},
    )  # fmt: skip
    j.ids |= {"replication": proposed["replication"], "earlier": earlier["recognition"]}
    told = (await j.doors["awards"].get(f"/recognitions/{j.ids['earlier']}/events")).json()
    j.ids["earlier_event"] = told[-1]["id"]
    listing = j.ids["listing"] = dossier_of(proposed["replication"])

    async def is_there() -> bool:
        return (await j.doors["appraisal"].get(f"/appraisals/{listing}")).status_code == 200

    await until(is_there)
    await j.say("appraisal", "accept-dossier", APPRAISER, appraisal=listing, on=ago(90))
    await concluded(j, listing, "c_rep_1")
    await opened(j, f"/listings/{listing}")
