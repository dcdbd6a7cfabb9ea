"""The demonstration as data: who works there, who refers, which letters arrive, and what then happens to each.

`people.yaml` and `referrals.yaml` are decoded into these models; an unknown or misspelt field is an error. Every day is
counted back from the day the demonstration is loaded, so that it looks current on any day. Keys (`by`, `referrer`,
`practice`) refer to `people.yaml`; states, verbs, outcomes and criteria are those of the record and the pathway.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from painpath.demo.files import Format, born

HERE = Path(__file__).parent
LETTERS = HERE / "letters"

DaysAgo = Annotated[int, msgspec.Meta(ge=0, le=730)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Locality = Literal["southampton", "portsmouth", "unknown"]
CriterionState = Literal["for", "against", "mixed", "not_stated"]


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing may be misspelt in silence."""


class Person(Model, frozen=True, kw_only=True):
    """Somebody of the team, as a membership of the service."""

    key: Text
    name: Text
    email: Text
    role: Literal["administrator", "clinician", "manager"]
    grade: str = ""
    registration: str = ""
    contact: str = ""


class Practice(Model, frozen=True, kw_only=True):
    """A GP surgery. `contracted` is null while nobody has said."""

    key: Text
    ods_code: Annotated[str, msgspec.Meta(pattern=r"^Y99\d{3}$")]
    name: Text
    locality: Locality
    contracted: bool | None


class Referrer(Model, frozen=True, kw_only=True):
    """A practitioner who refers; `practice` only for those who work in one."""

    key: Text
    name: Text
    profession: Text
    registration: str = ""
    practice: str | None = None


class People(Model, frozen=True, kw_only=True):
    team: tuple[Person, ...]
    practices: tuple[Practice, ...]
    referrers: tuple[Referrer, ...]


class Patient(Model, frozen=True, kw_only=True):
    """The patient as an administrator enters them. `age` and `birthday` give the date of birth: see `files.born`."""

    title: str = ""
    given_name: str = ""
    family_name: Text
    age: Annotated[int, msgspec.Meta(ge=0, le=110)]
    birthday: Annotated[int, msgspec.Meta(ge=0, le=364)]
    nhs_number: str | None
    sex: Literal["female", "male", "other", "unknown"]
    ethnicity: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    interpreter: str = ""
    communication_needs: str = ""
    safe_contact: str = ""
    proxy_name: str = ""
    proxy_relationship: str = ""
    proxy_authority: str = ""

    def date_of_birth(self, received_on: date) -> date:
        """The date of birth of somebody of this age on the day the referral was received."""
        return born(received_on, self.age, self.birthday)


class Document(Model, frozen=True, kw_only=True):
    """A file: `letter` is the text in `letters/`, `format` what it arrives as, `name` the file's name on arrival."""

    letter: Text
    format: Format
    name: Text


class Step(Model, frozen=True, kw_only=True, tag_field="do"):
    """Something a person of the team did, on a day. The order of the list is the order of events."""

    by: Text
    days_ago: DaysAgo


class StartScreening(Step, frozen=True, kw_only=True, tag="start_screening"):
    """A clinician takes the referral to screen it."""


class Judge(Step, frozen=True, kw_only=True, tag="judge"):
    """A clinician confirms or corrects the state of one criterion, with the reason."""

    criterion: Text
    state: CriterionState
    reason: Text


class Decide(Step, frozen=True, kw_only=True, tag="decide"):
    """A clinician signs an outcome. `clauses` are criteria judged by the same person since screening started.

    `reason` is for the record, `to_patient` and `to_gp` are the clinician's own words in the two letters. What only some
    outcomes need: `stage` (accept), `questions` (ask_referrer, ask_patient), `review_in_days`, `condition` and `watcher`
    (delay), `signposts` (signpost), `target` (redirect: the service it goes to).
    """

    outcome: Literal[
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
    clauses: tuple[Text, ...]
    reason: Text
    to_patient: Text
    to_gp: Text
    stage: str = ""
    questions: tuple[Text, ...] = ()
    review_in_days: Annotated[int, msgspec.Meta(ge=1, le=730)] | None = None
    condition: str = ""
    watcher: str = ""
    signposts: tuple[Text, ...] = ()
    target: str = ""


class RecordReply(Step, frozen=True, kw_only=True, tag="record_reply"):
    """What the referrer or the patient answered, with the files they sent: the referral awaits screening again."""

    reason: Text
    documents: tuple[Document, ...] = ()


class HandOver(Step, frozen=True, kw_only=True, tag="hand_over"):
    """The accepted referral now stands in the booking system, under this number."""

    system: Text
    number: Text


class Withdraw(Step, frozen=True, kw_only=True, tag="withdraw"):
    """The patient no longer wants the referral."""

    reason: Text


class CloseInError(Step, frozen=True, kw_only=True, tag="close_in_error"):
    """The letter was not meant for this service."""

    reason: Text


class RecordDeath(Step, frozen=True, kw_only=True, tag="record_death"):
    """The patient has died."""

    reason: Text


class RecordMove(Step, frozen=True, kw_only=True, tag="record_move"):
    """The patient has moved away."""

    reason: Text


class TakeBack(Step, frozen=True, kw_only=True, tag="take_back"):
    """The referral comes back after it had ended, with what is new; it is read again."""

    reason: Text
    documents: tuple[Document, ...] = ()


AnyStep = (
    StartScreening
    | Judge
    | Decide
    | RecordReply
    | HandOver
    | Withdraw
    | CloseInError
    | RecordDeath
    | RecordMove
    | TakeBack
)


class Referral(Model, frozen=True, kw_only=True):
    """One referral and its story. `read: false` leaves it received: its letter has not been read yet.

    `information_given` and `consented` are days before receipt; null when the referral does not say so.
    """

    key: Text
    received_days_ago: DaysAgo
    by: Text = "administrator"
    route: Literal["gp-ers", "practitioner-letter", "palliative-team"]
    ubrn: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")] | None = None
    locality: Locality
    referrer: Text
    practice: str | None
    patient: Patient
    information_given: DaysAgo | None = None
    consented: DaysAgo | None = None
    documents: Annotated[tuple[Document, ...], msgspec.Meta(min_length=1)]
    read: bool = True
    story: tuple[AnyStep, ...] = ()
    ends_in: Text

    def received_on(self, today: date) -> date:
        """The day the referral arrived, when the demonstration is loaded on `today`."""
        return today - timedelta(days=self.received_days_ago)


def people(folder: Path = HERE) -> People:
    """The team, the practices and the referrers. Raises `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((folder / "people.yaml").read_bytes(), type=People)


def referrals(folder: Path = HERE) -> tuple[Referral, ...]:
    """The referrals, in the order of the file. Raises `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((folder / "referrals.yaml").read_bytes(), type=tuple[Referral, ...])
