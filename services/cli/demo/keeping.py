"""What goes on beside the decisions of the year: an entry of the list of before, a plan, and the next year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.cli.demo.acts import Chapter, act, decision
from services.cli.demo.cast import SPREADING, Model, named
from services.cli.demo.people import officer
from services.cli.importing.sample import MARK
from services.cli.talking import OPERATOR
from shared.registers.wishes import thing_id

BEFORE = date(2025, 12, 15)
"""The list of 2023-2025 is older than the year: what stands on it needs no appraisal."""


def keeping(models: Sequence[Model]) -> list[Chapter]:
    """The list of before, and what a ward means to inspect."""
    [model] = named(models, SPREADING)
    first = models[0]
    listed = act(
        OPERATOR, "awards", "ListEarlierModel", "list-earlier", BEFORE, listing=thing_id("demo/listing/earlier"),
        model=first.id, decision=decision("45-QĐ/TU", BEFORE),
    )  # fmt: skip
    planned_on = date(2026, 6, 2)
    planned = act(
        officer(model.unit), "registry", "PlanInspections", "plan-inspections", planned_on,
        plan=thing_id("demo/plan"), unit=model.unit, year=2026,
        items=[{"model": model.id, "kind": kind, "due_on": due}
               for kind, due in (("inspection", "2026-06-30"), ("supervision", "2026-09-30"))],
    )  # fmt: skip
    return [
        Chapter(
            planned_on,
            "Danh mục trước đây; kế hoạch kiểm tra",
            "the list of before, a plan",
            (listed, planned),
        )
    ]


def renewing(models: Sequence[Model]) -> Chapter:
    """The model that spread is registered for the next year, in time."""
    [model] = named(models, SPREADING)
    on = date(2026, 10, 13)
    renewed = act(
        officer(model.unit), "registry", "RenewRegistration", "renew", on, model=model.id, year=2027,
        registration_document={"number": f"31-BC/ĐU {MARK}", "dated": on.isoformat()},
        plan_document={"number": f"32-KH/ĐU {MARK}", "dated": on.isoformat()},
    )  # fmt: skip
    return Chapter(on, "Đăng ký duy trì cho năm sau", "registered for the next year", (renewed,))
