"""What a screening says: a state and its quoted words for every criterion, alerts, and the identifiers a letter states.

A screening is a reading aid. It holds no decision, no score and no rank; `not_stated` is never `against`.
"""

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from painpath.documents.model import UnreadPage


class State(StrEnum):
    """What the letter itself says about one criterion, on its face."""

    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"
    NOT_STATED = "not_stated"


class Speaks(StrEnum):
    """Which way one piece of evidence speaks. A mention bears on the criterion without settling it."""

    FOR = "for"
    AGAINST = "against"
    MENTION = "mention"


class AlertKind(StrEnum):
    """Dangers that mark the worklist at once. That no alert was found proves nothing."""

    RED_FLAG = "red_flag"
    SUICIDE_SELF_HARM = "suicide_self_harm"
    SAFEGUARDING = "safeguarding"
    URGENT_DETERIORATION = "urgent_deterioration"


class Certainty(StrEnum):
    """How an alert is worded in the letter."""

    AFFIRMED = "affirmed"
    UNCERTAIN = "uncertain"


class Writer(StrEnum):
    """Who writes the letter, because the exceptions of some criteria depend on it."""

    GP = "gp"
    PALLIATIVE_TEAM = "palliative_team"
    PHYSIOTHERAPIST = "physiotherapist"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    HOSPITAL = "hospital"
    PATIENT = "patient"
    UNKNOWN = "unknown"


class Evidence(msgspec.Struct, frozen=True):
    """Words of the letter that bear on one criterion: `quote` is exactly `text[start:end]`, at most 200 characters.

    `phrase` and `trigger` name the vocabulary entry and the context trigger that decided; `why` says the same in plain
    words ("ruled out", "family", "awaited").
    """

    quote: str
    start: int
    end: int
    page: int
    speaks: Speaks
    phrase: str
    trigger: str | None = None
    why: str = ""


class CriterionScreening(msgspec.Struct, frozen=True):
    """The state of one criterion with its evidence, in the order of the letter.

    A state other than `not_stated` has at least one item of evidence that is not a mention.
    """

    id: str
    state: State
    evidence: tuple[Evidence, ...] = ()
    source: str = "letter"
    case_by_case: bool = False


class CombinationScreening(msgspec.Struct, frozen=True):
    """The state of criteria that the page ties together, reckoned from theirs."""

    id: str
    state: State


class Alert(msgspec.Struct, frozen=True):
    """A danger that the letter affirms or leaves uncertain, with its words."""

    kind: AlertKind
    certainty: Certainty
    quote: str
    start: int
    end: int
    page: int
    phrase: str
    trigger: str | None = None


class Stated(msgspec.Struct, frozen=True):
    """A value that the letter states, in a normal form (dates as YYYY-MM-DD), with the words it comes from."""

    value: str
    quote: str
    start: int
    end: int
    page: int


class Identifiers(msgspec.Struct, frozen=True):
    """Who and what the letter says it is about; a field is None when the letter does not state it."""

    name: Stated | None = None
    date_of_birth: Stated | None = None
    nhs_number: Stated | None = None
    postcode: Stated | None = None
    referrer: Stated | None = None
    practice: Stated | None = None
    letter_date: Stated | None = None
    ubrn: Stated | None = None


class Screening(msgspec.Struct, frozen=True):
    """One letter read against one pathway.

    `written_on` is the day that ages were reckoned on: the letter's own date, else the date given, else the day of
    screening. `unread` lists the pages that could not be read and belongs beside every state.
    """

    pathway: str
    version: str
    digest: str
    criteria: tuple[CriterionScreening, ...]
    written_on: date
    alerts: tuple[Alert, ...] = ()
    identifiers: Identifiers = Identifiers()
    writer: Writer = Writer.UNKNOWN
    unread: tuple[UnreadPage, ...] = ()
    combinations: tuple[CombinationScreening, ...] = ()
    """Only of a pathway that has some."""

    def criterion(self, criterion_id: str) -> CriterionScreening:
        """The screening of one criterion; KeyError when the pathway has no such criterion."""
        for item in self.criteria:
            if item.id == criterion_id:
                return item
        raise KeyError(criterion_id)

    def to_contract(self, document: str) -> dict[str, Any]:
        """The object of the command-line contract for the file named `document`: plain, ready for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        keys = ["pathway", "version", "digest", "criteria", "alerts", "unread"]
        if self.combinations:
            keys.append("combinations")
        return {"document": document} | {key: plain[key] for key in keys}
