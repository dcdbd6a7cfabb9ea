"""What the mappings are made from: facts of the record as plain data, with nothing that another program may not see."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom a referral is about. No address and no phone: how somebody is reached safely is nobody else's business."""

    nhs_number: str = ""
    title: str = ""
    given_name: str = ""
    family_name: str = ""
    born: str = ""
    """ISO date."""
    sex: str = ""
    confirmed: bool = False
    """Whether somebody of the team has registered them; until then this is what the sender stated."""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.title, self.given_name, self.family_name)))


@dataclass(frozen=True, kw_only=True)
class From:
    """Who referred, and from where."""

    name: str = ""
    role: str = ""
    registration: str = ""
    organisation: str = ""
    ods_code: str = ""


@dataclass(frozen=True)
class Awaited:
    """Something that somebody has been asked. `questions` are those to the referrer, never those to the patient."""

    id: int
    of: str
    asked_at: datetime
    due_on: date
    questions: tuple[str, ...] = ()
    questionnaires: tuple[str, ...] = ()
    """Their canonical addresses with version."""
    answered: bool = False


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A decision that a clinician has signed."""

    key: str
    outcome: str
    label: str
    reason: str
    at: datetime
    by: str
    job: str
    registration: str
    digest: str
    """Of the pathway it was made with."""
    taken_back_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A letter or another document. `id` is that of its DocumentReference and its Binary."""

    id: str
    title: str
    media_type: str
    size: int
    at: datetime
    digest: str = ""
    """SHA-256 of what it holds, in hexadecimal."""
    author: str = ""
    kind: str = "document"
    superseded: bool = False
    left: bool = False
    taken_away: bool = False


@dataclass(frozen=True, kw_only=True)
class Word:
    """One message between the referrer and the team."""

    id: int
    side: str
    at: datetime
    by: str
    text: str
    question: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One entry of the audit."""

    id: int
    at: datetime
    action: str
    by: str
    is_person: bool


@dataclass(frozen=True, kw_only=True)
class Case:
    """One referral, with all that its resources are made from."""

    reference: str
    service: str
    """Its slug."""
    service_name: str
    state: str
    state_words: str
    received_at: datetime
    changed_at: datetime
    due_on: date | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    ubrn: str = ""
    person: Person | None = None
    sender: From = From()
    program: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    """What the sender's own words were, as `service_request.kept` took them."""
    added: tuple[tuple[datetime, str], ...] = ()
    """Words that came later from another program."""
    cancel_asked_at: datetime | None = None
    joined: bool = False
    """Whether a person has said that it is the same as another referral that is here."""
    awaited: tuple[Awaited, ...] = ()
    decisions: tuple[Signed, ...] = ()
    letters: tuple[Paper, ...] = ()
