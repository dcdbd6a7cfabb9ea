"""What e-RS tells of: requests for advice, their messages and files, referrals, roles, codes; its states in words."""

from dataclasses import dataclass
from datetime import datetime

AVAILABLE = "AVAILABLE"
AVAILABILITY = {
    "PENDING": "e-RS is still looking it over: try again in five minutes or later",
    "THREATS_FOUND": "e-RS found harmful software in it: ask whoever attached it to send it anew",
    "VALIDATION_FAILED": "e-RS could not check it: ask whoever attached it to send it anew",
}
"""Why a file cannot be fetched, in words; anything else than `AVAILABLE` cannot."""
WAITS = "PROVIDER_RESPONSE_REQUIRED"
REQUEST_STATES = {
    WAITS: "Waits for our reply",
    "REFERRER_TO_SUBMIT_FURTHER_INFORMATION": "The referrer has been asked for information",
    "REFERRER_TO_REVIEW_RESPONSE": "The referrer has our reply",
    "ADVICE_CONVERTED": "Converted to a referral",
    "CONVERSATION_ENDED_CLOSED": "Closed",
    "CONVERSATION_ENDED_CANCELLED": "Cancelled",
}
"""Where an Advice and Guidance request stands in e-RS (eRS-AdviceAndGuidanceStatus-1), in words."""
AWAITS_TRIAGE = "AWAITING_TRIAGE"
REFERRAL_STATES = {
    AWAITS_TRIAGE: "Waits for triage",
    "TRIAGE_RESPONSE": "Returned to the referrer with advice",
    "TRIAGED_PROVIDER_TO_ACTION": "Triaged: our administrators go on with it",
    "DEFERRED_TO_PROVIDER": "Deferred to us: there was no slot",
    "NOT_BOOKED": "Not booked",
    "BOOKED": "Booked",
    "REJECTED": "Rejected in e-RS",
    "CANCELLED_REFERRAL": "Cancelled",
    "ASSESSMENT_RESULT": "Assessed",
    "DID_NOT_ATTEND": "Did not attend",
    "APPT_CANCELLED_BY_PATIENT": "Appointment cancelled by the patient",
    "APPT_CANCELLED_BY_PROVIDER": "Appointment cancelled by us",
}
"""Where a referral stands in e-RS (eRS-ReferralState-1), in words."""
REVIEWS = {
    "NEVER_REVIEWED": "Never reviewed",
    "LETTER_CHANGED": "The letter has changed since it was reviewed",
    "PRIORITY_CHANGED": "The priority has changed since it was reviewed",
    "PRIORITY_AND_LETTER_CHANGED": "The priority and the letter have changed since it was reviewed",
}
"""Why a referral stands on the list for review (eRS-RequestContextStatus-1), in words."""
BOOKED = "APPOINTMENT"
"""A row of that list that is a booked appointment, and no triage (eRS-ReferralType-1)."""
OURS = "PROVIDER"
"""The kind of a file of a referral that our side has attached (eRS-AttachmentType-1)."""
RECORD = "RECORD_REVIEW_OUTCOME"
"""What e-RS allows when an outcome of triage may be recorded now (eRS-AvailableActionsForUser-1)."""


@dataclass(frozen=True)
class Attachment:
    """A file of e-RS. `binary` is what A042 is asked for; empty where e-RS did not say."""

    binary: str
    name: str
    media_type: str
    size: int | None
    kind: str
    availability: str
    by: str


@dataclass(frozen=True)
class WorklistItem:
    """A row of a worklist, of requests for advice (A023) or of referrals (A008)."""

    ubrn: str
    version: str
    nhs_number: str
    priority: str
    state: str
    first_requested: datetime | None
    last_updated: datetime | None
    referrer: str
    service: str
    service_name: str
    warnings: tuple[str, ...] = ()
    kind: str = ""
    """Of a referral: `TRIAGE_DEFERRAL`, or `APPOINTMENT` for what is booked and no triage."""


@dataclass(frozen=True)
class Worklist:
    items: tuple[WorklistItem, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdviceRequest:
    """A024: a request for advice as it stands. `may_convert` is None where e-RS does not say."""

    ubrn: str
    version: str
    nhs_number: str
    state: str
    priority: str
    may_convert: bool | None
    service: str
    service_name: str
    referrer: str
    referrer_organisation: str
    request_id: str
    attachments: tuple[Attachment, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """One message of a conversation (A025). `from_us` is None where e-RS does not say who sent it."""

    id: str
    sent: datetime | None
    from_us: bool | None
    sender: str
    organisation: str
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """The messages, the oldest first; those without a time last, as they came."""

    messages: tuple[Message, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ErsReferral:
    """A005: a referral. `related` are UBRNs of the same pathway: facts may stand there and nowhere else; `advice` those
    under which a request for advice went before, which may be its own. `outcome` and `comments` are those of its state:
    of a triage, what was recorded."""

    ubrn: str
    version: str
    nhs_number: str
    state: str
    priority: str
    service: str
    related: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    warnings: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    outcome: str = ""
    comments: str = ""


@dataclass(frozen=True)
class Role:
    """What somebody may be in e-RS (A030): one organisation and one business function."""

    organisation: str
    code: str


@dataclass(frozen=True)
class Concept:
    """A code of e-RS's own lists (A004), with the days on which it is used."""

    code: str
    display: str
    since: datetime | None
    until: datetime | None
