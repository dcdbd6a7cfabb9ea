"""What may follow a screening, and how soon."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from painpath.pathway.base import Data, Id, Words

OutcomeId = Literal[
    "accept",
    "advise",
    "ask_referrer",
    "ask_patient",
    "send_questionnaire",
    "delay",
    "signpost",
    "redirect",
    "not_now",
    "discharge",
    "withdraw",
]
"""Outcomes are the same for every service: the record's transition table is built on them. Their words are data."""


GuidanceOutcome = Literal["RETURN_TO_REFERRER_WITH_ADVICE", "REQUIRE_FURTHER_INFORMATION", "PROVIDER_CONVERTED"]
"""How an Advice and Guidance request is answered in e-RS (code system eRS-GuidanceResponseOutcome-1)."""

Recommendation = Literal[
    "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",
    "ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED",
    "REFERRAL_RECOMMENDED",
    "OTHER",
]
"""What a returned request recommends (eRS-GuidanceIntendedRecommendation-1)."""


class Due(Data, frozen=True, kw_only=True):
    """A time limit: a setting of the service, with where it comes from."""

    days: Annotated[int, msgspec.Meta(ge=1, le=730)]
    unit: Literal["days", "working_days"]
    what: Words
    """What has to have happened by then."""
    source: Words


class Target(Data, frozen=True, kw_only=True):
    """A time limit for every referral, whatever its outcome."""

    id: Id
    due: Due


class Wait(Data, frozen=True, kw_only=True):
    """How long people wait at present: an honest range, and the day on which it was true."""

    weeks_from: Annotated[int, msgspec.Meta(ge=0, le=208)]
    weeks_to: Annotated[int, msgspec.Meta(ge=1, le=208)]
    as_of: date
    source: Words


class Stage(Data, frozen=True, kw_only=True):
    """What an accepted referral moves on to. Without `wait` nobody has said how long people wait."""

    id: Id
    name: Words
    plain: Words
    source: Words
    wait: Wait | None = None


class Priority(Data, frozen=True, kw_only=True):
    """How soon an accepted patient should be seen, in the service's own classes."""

    id: Id
    name: Words
    plain: Words
    source: Words
    target: Due | None = None
    """By when somebody of this class is seen."""
    default: bool = False
    """The class of every referral that no other class describes. It is shown, and suggested for nobody."""


class ErsReply(Data, frozen=True, kw_only=True):
    """The codes by which a decision is told in e-RS."""

    outcome: GuidanceOutcome
    recommendations: tuple[Recommendation, ...] = ()
    """Those that fit; of several the clinician chooses. e-RS wants one with, and only with, a returned request."""


ReviewOutcome = Literal["ACCEPT_REFER_BOOK_LATER", "RETURN_TO_REFERRER_WITH_ADVICE"]
"""How the triage of a referral is recorded in e-RS by its API (eRS-ReviewOutcome-1, operation A028)."""


class Outcome(Data, frozen=True, kw_only=True):
    """One thing a clinician may decide."""

    id: OutcomeId
    label: Words
    explanation: Words
    """For the clinician: what it means and what follows."""
    needs: tuple[
        Literal[
            "clauses",
            "reason",
            "advice",
            "question",
            "questions",
            "review_date",
            "condition",
            "watcher",
            "signpost",
            "target_service",
            "stage",
            "priority",
            "wait",
            "clock_start",
            "asked_by",
            "questionnaire",
        ],
        ...,
    ]
    """What the decision must hold."""
    due: Due | None = None
    """When the team looks at the referral again, unless the clinician sets another day."""
    tells: tuple[Literal["patient", "gp", "referrer"], ...]
    way_back: Words
    """How the referral can come back: no outcome closes the door."""
    published: tuple[Words, ...] = ()
    plain: Words
    """The outcome as the patient reads it in the timeline."""
    ers: ErsReply | None = None
    """The reply to an Advice and Guidance request in e-RS."""
    ers_if_may_convert: ErsReply | None = None
    """The reply instead, when the GP lets the team turn the request into a referral."""
    ers_local: Words | None = None
    """Why nothing is sent in e-RS, where `ers` is absent: told to the clinician."""
    ers_triage: ReviewOutcome | None = None
    """The outcome of triage in e-RS, for a referral that was sent to a referral assessment service there."""
    ers_triage_local: Words | None = None
    """Why nothing is recorded in e-RS, where `ers_triage` is absent: told to the clinician."""
