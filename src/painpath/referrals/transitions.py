"""The one transition table: which verb leads from which states to which, who may, who owns what follows, and by when.

Code, tests, buttons and documentation all read this table; nothing else knows the order of states.
No Django here: the table is plain data.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

import holidays

from painpath.accounts.roles import ADMINISTRATOR, CLIENT, CLINICIAN, PATIENT, PROCESS, REFERRER


class State(StrEnum):
    RECEIVED = "received"
    AWAITING_SCREENING = "awaiting_screening"
    SCREENING = "screening"
    AWAITING_REFERRER = "awaiting_referrer"
    AWAITING_PATIENT = "awaiting_patient"
    DELAYED = "delayed"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed_over"
    ADVICE_GIVEN = "advice_given"
    SIGNPOSTED = "signposted"
    REDIRECTED = "redirected"
    NOT_NOW = "not_now"
    DISCHARGED = "discharged"
    WITHDRAWN = "withdrawn"
    CLOSED_IN_ERROR = "closed_in_error"
    DECEASED = "deceased"
    MOVED_AWAY = "moved_away"


class Outcome(StrEnum):
    ACCEPT = "accept"
    ADVISE = "advise"
    ASK_REFERRER = "ask_referrer"
    ASK_PATIENT = "ask_patient"
    SEND_QUESTIONNAIRE = "send_questionnaire"
    DELAY = "delay"
    SIGNPOST = "signpost"
    REDIRECT = "redirect"
    NOT_NOW = "not_now"
    DISCHARGE = "discharge"
    WITHDRAW = "withdraw"


LABELS = {
    State.RECEIVED: "Received",
    State.AWAITING_SCREENING: "Awaiting screening",
    State.SCREENING: "Being screened",
    State.AWAITING_REFERRER: "Awaiting the referrer",
    State.AWAITING_PATIENT: "Awaiting the patient",
    State.DELAYED: "Delayed",
    State.ACCEPTED: "Accepted",
    State.HANDED_OVER: "Handed over",
    State.ADVICE_GIVEN: "Advice given",
    State.SIGNPOSTED: "Signposted",
    State.REDIRECTED: "Redirected",
    State.NOT_NOW: "Not now",
    State.DISCHARGED: "Discharged",
    State.WITHDRAWN: "Withdrawn",
    State.CLOSED_IN_ERROR: "Closed: received in error",
    State.DECEASED: "Closed: died",
    State.MOVED_AWAY: "Closed: moved away",
}

OWNERS = {
    State.RECEIVED: ADMINISTRATOR,
    State.AWAITING_SCREENING: CLINICIAN,
    State.SCREENING: CLINICIAN,
    State.AWAITING_REFERRER: ADMINISTRATOR,
    State.AWAITING_PATIENT: ADMINISTRATOR,
    State.DELAYED: CLINICIAN,
    State.ACCEPTED: ADMINISTRATOR,
}
"""The role that owns each open state until a named person takes it. A state without an owner has ended."""

OPEN = frozenset(OWNERS)
ENDED = frozenset(State) - OPEN
CAN_COME_BACK = ENDED - {State.DISCHARGED}
"""Every end state but `discharged` can go back to `received`; a return after that is a new, linked referral."""

ADVERSE = frozenset({Outcome.DELAY, Outcome.SIGNPOST, Outcome.REDIRECT, Outcome.NOT_NOW, Outcome.DISCHARGE})
"""Outcomes by which the patient is not seen now: they rest on something that speaks against, never on silence."""

OUTCOME_STATES = {
    Outcome.ACCEPT: State.ACCEPTED,
    Outcome.ADVISE: State.ADVICE_GIVEN,
    Outcome.ASK_REFERRER: State.AWAITING_REFERRER,
    Outcome.ASK_PATIENT: State.AWAITING_PATIENT,
    Outcome.SEND_QUESTIONNAIRE: State.AWAITING_PATIENT,
    Outcome.DELAY: State.DELAYED,
    Outcome.SIGNPOST: State.SIGNPOSTED,
    Outcome.REDIRECT: State.REDIRECTED,
    Outcome.NOT_NOW: State.NOT_NOW,
    Outcome.DISCHARGE: State.DISCHARGED,
    Outcome.WITHDRAW: State.WITHDRAWN,
}

STAFF = frozenset({ADMINISTRATOR, CLINICIAN})
CLINICAL = frozenset({CLINICIAN})
PROGRAM = frozenset({PROCESS})
"""The program's own process may only bring a referral in front of a person: read it, or its day has come."""
SENDER = frozenset({REFERRER})
"""Who sent it, or their practice (`theirs.check_theirs`): answers, and asks, about their own referrals alone."""
SELF = frozenset({PATIENT})
"""The person whom it is about, or who acts for them: with a one-time code, about that one referral alone."""


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One row of the table. `to` is None where the outcome decides; `label` tells the timeline what happened."""

    name: str
    label: str
    leaves: frozenset[State]
    to: State | None
    who: frozenset[str]
    needs_reason: bool = False
    stays: bool = False
    """The state and its owner stay as they are; so does the due date, unless the verb is given another."""
    came_back: str = ""
    """Why the referral is on the worklist again (`models.referral.CAME_BACK`), until the next decision."""


def _verb(
    name: str, label: str, leaves: set[State] | frozenset[State], to: State | None, who: frozenset[str], *,
    needs_reason: bool = False, stays: bool = False, came_back: str = "",
) -> Verb:  # fmt: skip
    return Verb(
        name=name, label=label, leaves=frozenset(leaves), to=to, who=who, needs_reason=needs_reason, stays=stays,
        came_back=came_back,
    )  # fmt: skip


S = State
ASKED = frozenset({S.AWAITING_REFERRER, S.AWAITING_PATIENT})
DECIDED = frozenset(OUTCOME_STATES.values())
"""The states that a decision leads to."""
CAN_BE_LOOKED_AT_AGAIN = DECIDED - ASKED - {S.ACCEPTED}

VERBS = {
    verb.name: verb
    for verb in (
        # --- arriving
        _verb("receive", "Referral received", frozenset(), S.RECEIVED, STAFF | SENDER | {CLIENT}),
        _verb("register", "Registered", {S.RECEIVED}, None, STAFF, stays=True),
        _verb("correct_details", "Details corrected", OPEN - {S.RECEIVED}, None, STAFF, stays=True),
        _verb("record_needs", "Communication needs recorded", frozenset(S) - {S.CLOSED_IN_ERROR, S.DECEASED}, None,
              STAFF | SELF | PROGRAM, stays=True),
        _verb("make_ready", "Read and ready for screening", {S.RECEIVED}, S.AWAITING_SCREENING, PROGRAM),
        _verb("move_document", "A document was moved", frozenset(S), None, STAFF, needs_reason=True, stays=True),
        _verb("merge", "Merged into another referral", OPEN, S.CLOSED_IN_ERROR, STAFF, needs_reason=True),
        _verb("bring_forward", "Due sooner, as was the referral merged into this one", OPEN, None, STAFF,
              needs_reason=True, stays=True),
        _verb("unmerge", "The merge was taken back", {S.CLOSED_IN_ERROR}, S.RECEIVED, STAFF, needs_reason=True,
              came_back="again"),
        # --- screening
        _verb("assign", "Assigned", OPEN - {S.SCREENING}, None, STAFF | PROGRAM, stays=True),
        _verb("start_screening", "Screening started", {S.AWAITING_SCREENING, S.DELAYED}, S.SCREENING, CLINICAL),
        _verb("take_over", "Screening taken over", {S.SCREENING}, S.SCREENING, CLINICAL),
        _verb("stop_screening", "Screening stopped", {S.SCREENING}, S.AWAITING_SCREENING, CLINICAL),
        _verb("lapse", "Screening lapsed: nobody had worked on it for hours", {S.SCREENING}, S.AWAITING_SCREENING,
              PROGRAM),
        _verb("release", "Put back: whoever was screening it leaves the team", {S.SCREENING}, S.AWAITING_SCREENING,
              frozenset({ADMINISTRATOR})),
        _verb("decide", "Decision signed", {S.SCREENING}, None, CLINICAL, needs_reason=True),
        _verb("discharge", "Discharged", {S.ACCEPTED}, S.DISCHARGED, CLINICAL, needs_reason=True),
        # --- what follows a decision
        _verb("remind", "Reminder sent", ASKED, None, STAFF | PROGRAM, stays=True),
        _verb("report_silence", "No answer came: somebody of the team gets in touch", ASKED, None, PROGRAM, stays=True,
              came_back="silence"),
        _verb("record_reply", "Reply received", ASKED | {S.DELAYED}, S.AWAITING_SCREENING, STAFF | SENDER | SELF,
              needs_reason=True, came_back="reply"),
        _verb("say_ready", "Ready now", {S.DELAYED}, S.AWAITING_SCREENING, STAFF | SELF, needs_reason=True,
              came_back="ready"),
        _verb("fall_due", "Review date reached", {S.DELAYED}, S.AWAITING_SCREENING, PROGRAM, came_back="due"),
        _verb("record_gp_referral", "The GP's own referral arrived", {S.ACCEPTED}, None, STAFF, stays=True),
        _verb("return_to_screening", "Returned to screening", {S.ACCEPTED}, S.AWAITING_SCREENING, STAFF,
              needs_reason=True, came_back="returned"),
        _verb("hand_over", "Handed over to the booking system", {S.ACCEPTED}, S.HANDED_OVER, STAFF),
        _verb("record_answered", "The advice answers the question", {S.ADVICE_GIVEN}, None, STAFF | SENDER, stays=True),
        _verb("record_not_answered", "The advice does not answer the question", {S.ADVICE_GIVEN}, S.AWAITING_SCREENING,
              STAFF | SENDER, needs_reason=True, came_back="not_answered"),
        _verb("still_refer", "The referrer still wishes to refer", {S.ADVICE_GIVEN}, S.AWAITING_SCREENING,
              STAFF | SENDER, needs_reason=True, came_back="still_refer"),
        _verb("report_change", "Something has changed", frozenset(S) - {S.CLOSED_IN_ERROR, S.DECEASED}, None,
              STAFF | SENDER | SELF | {CLIENT}, needs_reason=True, stays=True),
        _verb("report_answer", "An answer that a clinician has to read today", frozenset(S) - {S.CLOSED_IN_ERROR},
              None, STAFF | SELF, needs_reason=True, stays=True),
        _verb("got_there", "Reached the service pointed to", {S.SIGNPOSTED}, None, STAFF | SELF, stays=True),
        _verb("did_not_get_there", "Did not reach the service pointed to", {S.SIGNPOSTED}, S.AWAITING_SCREENING,
              STAFF | SELF, needs_reason=True, came_back="no_signpost"),
        _verb("look_again", "Asked to look again", CAN_BE_LOOKED_AT_AGAIN, S.AWAITING_SCREENING, STAFF | SELF,
              needs_reason=True, came_back="look_again"),
        _verb("reverse", "Decision reversed", DECIDED, S.AWAITING_SCREENING, CLINICAL, needs_reason=True,
              came_back="reversed"),
        # --- ending without a decision, and coming back
        _verb("withdraw", "Withdrawn by the patient", OPEN, S.WITHDRAWN, STAFF | SELF, needs_reason=True),
        _verb("close_in_error", "Closed: received in error", OPEN, S.CLOSED_IN_ERROR, STAFF, needs_reason=True),
        _verb("record_death", "Closed: died", OPEN, S.DECEASED, STAFF, needs_reason=True),
        _verb("record_move", "Closed: moved away", OPEN, S.MOVED_AWAY, STAFF, needs_reason=True),
        _verb("take_back", "Came back", CAN_COME_BACK, S.RECEIVED, STAFF, needs_reason=True, came_back="again"),
    )
}  # fmt: skip


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that comes `count` working days after `day` (which need not be one)."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@lru_cache(maxsize=10_000)  # whoever counts a long record asks for the same few again and again
def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`. 0 when `end` is not after `start`."""
    days = (end - start).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    weekdays = 5 * weeks + sum((end - timedelta(days=n)).weekday() < 5 for n in range(rest))
    off = (day for year in range(start.year, end.year + 1) for day in _bank_holidays(year))
    return weekdays - sum(start < day <= end and day.weekday() < 5 for day in off)
