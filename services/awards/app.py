"""Awards, whole: what it listens to and what answers."""

from __future__ import annotations

from services.awards import public
from services.awards.about import a_round
from services.awards.domain import corrections, forms, listing, recognition, round, round_opening
from services.awards.domain.recipient import Awarded
from services.awards.gathering import for_listing, for_recognition, for_round
from services.awards.policies import (
    keep_listings_in_step,
    keep_proposed_listings_in_step,
    keep_recognitions_in_step,
)
from services.awards.problems import PROBLEMS
from services.awards.projections import PROJECTIONS
from shared.commands.correcting import now
from shared.contracts.awards import (
    AllocateQuota,
    CancelCommendation,
    CloseRound,
    CorrectRecord,
    DeclineRecognition,
    DeferRecognition,
    DelistModel,
    GrantCommendation,
    ListEarlierModel,
    ListModel,
    OpenListing,
    OpenRecognition,
    OpenRound,
    ProposeCommendation,
    PublishForms,
    RecogniseModel,
    RecordEarlierRecognition,
    RefuseListing,
    RejectCommendation,
    ReopenRound,
    RevokeRecognition,
    WithdrawListing,
    WithdrawRecognition,
)
from shared.reference.authority import APPRAISER, APPROVER, OPERATOR, UNIT_OFFICER
from shared.reference.unit_cards import units_of
from shared.wiring import Aggregate, Policy, Service, act, create, internal

RECOGNITIONS = Aggregate(
    noun="recognition",
    collection="/recognitions",
    decider=corrections.recognitions,
    view=now(recognition.view),
    gather=for_recognition,
    claim=recognition.claim,
    public=public.of_recognition,
)
LISTINGS = Aggregate(
    noun="listing",
    collection="/listings",
    decider=corrections.listings,
    view=now(listing.view),
    gather=for_listing,
    public=public.of_listing,
)
FORMS = Aggregate(
    noun="forms",
    collection="/forms",
    decider=forms.decider,
    view=forms.view,
    fixed=forms.ONLY,
)
ROUNDS = Aggregate(
    noun="round",
    collection="/rounds",
    decider=corrections.rounds,
    view=now(round.view),
    gather=for_round,
    claim=round_opening.claim,
    about=a_round,
)

AUTHORITY = (APPROVER,)

COMMANDS = (
    internal(RECOGNITIONS, OpenRecognition),
    internal(RECOGNITIONS, WithdrawRecognition),
    create(RECOGNITIONS, RecordEarlierRecognition, (OPERATOR,)),
    act(RECOGNITIONS, "recognise", RecogniseModel, AUTHORITY),
    act(RECOGNITIONS, "decline", DeclineRecognition, AUTHORITY),
    act(RECOGNITIONS, "defer", DeferRecognition, AUTHORITY),
    act(RECOGNITIONS, "revoke", RevokeRecognition, AUTHORITY),
    act(RECOGNITIONS, "correct", CorrectRecord, AUTHORITY),
    internal(LISTINGS, OpenListing),
    internal(LISTINGS, WithdrawListing),
    create(LISTINGS, ListEarlierModel, (OPERATOR,)),
    act(LISTINGS, "list", ListModel, AUTHORITY),
    act(LISTINGS, "refuse", RefuseListing, AUTHORITY),
    act(LISTINGS, "delist", DelistModel, AUTHORITY),
    act(LISTINGS, "correct", CorrectRecord, AUTHORITY),
    create(FORMS, PublishForms, (OPERATOR,)),
    create(ROUNDS, OpenRound, (APPRAISER,)),
    act(ROUNDS, "allocate", AllocateQuota, AUTHORITY),
    act(ROUNDS, "propose", ProposeCommendation, (UNIT_OFFICER, APPRAISER), makes="commendation"),
    act(ROUNDS, "grant", GrantCommendation, AUTHORITY),
    act(ROUNDS, "reject", RejectCommendation, AUTHORITY),
    act(ROUNDS, "cancel", CancelCommendation, AUTHORITY),
    act(ROUNDS, "close", CloseRound, AUTHORITY),
    act(ROUNDS, "reopen", ReopenRound, AUTHORITY),
    act(ROUNDS, "correct", CorrectRecord, (APPROVER, APPRAISER)),
)

SERVICE = Service(
    name="awards",
    aggregates=(RECOGNITIONS, LISTINGS, FORMS, ROUNDS),
    commands=COMMANDS,
    policies=(
        Policy("recognitions", "appraisal", keep_recognitions_in_step),
        Policy("listings", "appraisal", keep_listings_in_step),
        Policy("proposed-listings", "registry", keep_proposed_listings_in_step),
    ),
    projections=PROJECTIONS,
    problems=PROBLEMS,
    units=units_of,
    memories={"awarded": Awarded},
)
