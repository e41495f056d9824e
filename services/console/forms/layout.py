"""What the contract does not say of a form: the order of boxes, what is chosen by name, words of forms alone."""

from __future__ import annotations

from shared.contracts.words import Lang

FIRST: dict[str, tuple[str, ...]] = {
    "RegisterModel": (
        "unit", "name", "field", "year", "basis", "address", "scope", "beneficiaries", "subjects", "content",
        "political_task", "started_on", "registration_document", "plan_document",
    ),
    "AmendModel": ("reason", "name", "address", "scope", "beneficiaries", "subjects", "content"),
    "RegisterUnit": ("name", "unit", "kind", "parent"),
    "SubmitDossier": ("unit", "model", "purpose", "level", "statements", "parts"),
    "AdoptModel": ("model", "unit", "adopter", "method", "roadmap", "responsible", "coordination"),
    "ProposeReplication": ("model", "unit", "scope", "targets", "statements", "adoptions", "evidence"),
    "SubmitUnitReport": ("unit", "period", "activities", "documents", "funding", "results"),
    "RecordInspection": ("kind", "by", "findings", "conclusion", "evidence"),
    "ListModel": ("decision", "supplement", "scope", "targets"),
    "OpenRound": ("year", "occasion", "form", "unit"),
    "CorrectRecord": ("changes", "reason", "decision"),
}  # fmt: skip
"""By act, the boxes that come first, in the order in which one fills them in; the others follow as published, and in a
long form are folded away unless they need an answer."""

LEFT_OUT = frozenset({"after", "if_version", "sealed", "left", "legacy_id"})
"""What a form never asks: what the system says itself, and what only imports of old registers know."""

PICKED: dict[str, str] = {
    "unit": "units",
    "parent": "units",
    "merged_into": "units",
    "authority_unit": "units",
    "units": "units",
    "targets": "targets",
    "model": "models",
    "models": "models",
    "adopted_from": "adoptions",
    "adoptions": "adoptions",
    "replication": "replications",
    "criterion": "criteria",
    "commendation": "commendations",
    "form": "forms",
    "RecordRating.subject": "subjects",
    "RecordMilestone.milestone": "milestones",
    "PublishCriteria.derived_from": "criteria-sets",
    "RatingRecorded.subject": "subjects",
    "SubmitUnitReport.period": "periods",
    "required_at_reception": "model-members",
    "RegisterUnit.unit": "",
    "Competence.act": "",
    "IssuedDocument.for": "",
}
"""What is chosen by its name instead of typed, by member or `Act.member`; empty: typed after all."""

LONG = frozenset({"reason", "note"})
"""Lines that deserve more room than one line of a form."""

OWN_WORDS: dict[Lang, dict[str, str]] = {
    "vi": {
        "true": "Có",
        "false": "Không",
        "subject.name": "Tên tập thể, hoặc họ và tên",
        "subject.name.hint": "Họ và tên cá nhân được niêm phong, chỉ người có thẩm quyền xem được.",
        "subject.of.hint": "Chỉ ghi khi chủ thể là cá nhân hoặc hộ gia đình; để trống là đơn vị đăng ký.",
        "PersonOrOffice.name": "Hoặc họ và tên một người",
        "PersonOrOffice.name.hint": "Chỉ ghi khi không nêu chức vụ, cơ quan; họ và tên được niêm phong.",
        "Person.name": "Họ và tên",
        "CorrectRecord.changes.hint": "Chỉ sửa ô nào ghi sai. Ô giữ nguyên hoặc để trống thì không thay đổi.",
        "CorrectRecord.decision.hint": "Ghi khi sự kiện đã là căn cứ của một quyết định còn hiệu lực.",
        "ReturnModel.reasons.hint": "Mỗi lý do một dòng.",
        "ReturnDossier.missing.hint": "Mỗi nội dung còn thiếu một dòng.",
        "RegisterModel.subjects.hint": "Tập thể, cá nhân, hộ gia đình xây dựng và thực hiện mô hình.",
        "RegisterModel.topics.hint": "Mỗi chủ đề một dòng.",
        "RegisterModel.focus.hint": "Mỗi lĩnh vực trọng tâm một dòng.",
    },
    "en": {
        "true": "Yes",
        "false": "No",
        "subject.name": "Name of the collective or of the person",
        "subject.name.hint": "A person's name is sealed; only those who may know it can read it.",
        "subject.of.hint": "For a person or household only; left empty, the registering unit.",
        "PersonOrOffice.name": "Or the name of a person",
        "PersonOrOffice.name.hint": "Only where no office is given; the name is sealed.",
        "Person.name": "Name",
        "CorrectRecord.changes.hint": "Change only what is wrong. A box left as it is, or empty, changes nothing.",
        "CorrectRecord.decision.hint": "Where a standing decision rests on the event.",
        "ReturnModel.reasons.hint": "One reason a line.",
        "ReturnDossier.missing.hint": "One missing item a line.",
        "RegisterModel.subjects.hint": "The collectives, persons and households that build the model.",
        "RegisterModel.topics.hint": "One topic a line.",
        "RegisterModel.focus.hint": "One focus a line.",
    },
}
"""Words that only forms have; all others stand in `shared/contracts/words`."""
