"""What an author types beside a proposal: corrections, confirmations, and what only the service can know."""

from typing import Any

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.drafting.model import Binding, Kind


class ClauseAnswer(Data, frozen=True, kw_only=True):
    """What an author says of one clause. What is left out stays as it was proposed."""

    leave_out: bool = False
    """It is no clause after all. Its words stay in the page's record."""
    kind: Kind | None = None
    findings: tuple[Binding, ...] | None = None
    """The groups of the vocabulary that bear on it, instead of those proposed."""
    exception_findings: tuple[Id, ...] | None = None
    """Groups that show that its exception applies."""
    phrases: tuple[Words, ...] = ()
    """Words by which letters say this, beside the vocabulary: they become a group of the service's own."""
    since: tuple[Id, ...] = ()
    """Groups that name what a time is counted from."""
    fields: dict[str, Any] = {}
    """Fields of the criterion as they shall stand: `question`, `plain_against`, `thresholds`, `outcomes` and so on."""
    settled: Words | None = None
    """That its words were read and confirmed, and by whom."""


class Answers(Data, frozen=True, kw_only=True):
    """What an author says of a whole proposal."""

    service: Words = "Name of the service"
    team: Words = "the team"
    """What patients call the team."""
    subject: Words | None = None
    """What the service helps with, as one says "your memory"; else what its page says."""
    contact: Words = "The service has not given a contact for practitioners yet. Use e-RS Advice and Guidance."
    published: Words = "the date is not known"
    """The day or month of the page."""
    page: Words | None = None
    """The page's title or address; else its first line."""
    version: Words = "1"
    clauses: dict[str, ClauseAnswer] = {}
    """By the clause's id."""
    settled: dict[str, Words] = {}
    """How each open point was settled, by its key (`key_of`)."""
    scales: dict[str, dict[str, Any]] = {}
    """By the scale's id: `low`, `high`, `source`."""
    priorities: dict[str, dict[str, Any]] = {}
    programmes: dict[str, dict[str, Any]] = {}
    """Their plain words, by id."""
    texts_confirmed: Words | None = None
    """That the starter texts of the service were read, and by whom."""
