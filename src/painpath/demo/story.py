"""The demonstration as data: who works there, who refers, which letters arrive, and what then happens to each.

`people.yaml` and `referrals/*.yaml` are decoded into these models; an unknown or misspelt field is an error. Every day
is counted back from the day the demonstration is loaded, so that it looks current on any day. Keys (`by`, `referrer`,
`practice`) refer to `people.yaml`; states, verbs, outcomes and criteria are those of the record and the pathway.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from painpath.demo.files import Format, born, fill, make, weekday

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
    """A GP surgery. `contracted` is null while nobody has said; `since` is the day from which somebody has."""

    key: Text
    ods_code: Annotated[str, msgspec.Meta(pattern=r"^Y99\d{3}$")]
    name: Text
    locality: Locality
    contracted: bool | None
    since: date | None = None
    address: str = ""
    postcode: str = ""
    phone: str = ""


class Referrer(Model, frozen=True, kw_only=True):
    """A practitioner who refers; `practice` only for those who work in one."""

    key: Text
    name: Text
    profession: Text
    registration: str = ""
    practice: str | None = None


class Advice(Model, frozen=True, kw_only=True):
    """A paragraph of advice that the team keeps. `days_left` below 0 is one that its owner has to look at again."""

    owner: Text
    title: Text
    text: Text
    criteria: tuple[Text, ...] = ()
    days_left: int


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
    """A file: `letter` is the text in `letters/`, `format` what it arrives as, `name` the file's name without ending.

    Only an e-mail has `attachments`.
    """

    letter: Text
    format: Format
    name: Text
    attachments: "tuple[Document, ...]" = ()

    def file(self, *, patient: Patient, received_on: date, sent_on: date) -> tuple[bytes, str]:
        """The bytes as they arrive and the file name. Days in the letter count from the day of receipt."""
        text = fill(
            (LETTERS / f"{self.letter}.txt").read_text(encoding="utf-8"),
            received_on=received_on,
            date_of_birth=patient.date_of_birth(received_on),
        )
        attached = [part.file(patient=patient, received_on=received_on, sent_on=sent_on) for part in self.attachments]
        return make(text, self.format, name=self.name, on=sent_on, attachments=attached)


class Step(Model, frozen=True, kw_only=True, tag_field="do"):
    """Something a person of the team did, on a day. The order of the list is the order of events."""

    by: Text
    days_ago: DaysAgo

    def on(self, today: date) -> date:
        """The day it was done, when the demonstration is loaded on `today`. Never a weekend, never after `today`."""
        return weekday(today - timedelta(days=self.days_ago))


class StartScreening(Step, frozen=True, kw_only=True, tag="start_screening"):
    """A clinician takes the referral to screen it, and opens its original documents."""


class ActOnAlerts(Step, frozen=True, kw_only=True, tag="act_on_alerts"):
    """What was done about the alerts of the letter that are still open; where the reader raised none, nothing to do."""

    action: Text


class Judge(Step, frozen=True, kw_only=True, tag="judge"):
    """A clinician confirms or corrects the state of one criterion, with the reason."""

    criterion: Text
    state: CriterionState
    reason: Text


class Decide(Step, frozen=True, kw_only=True, tag="decide"):
    """A clinician signs an outcome. `clauses` are criteria that the same person has judged before.

    `reason` is for the record and the GP, `to_patient` and `to_gp` are the clinician's own words in the two letters.
    What only some outcomes need: `stage`, `priority` and perhaps `wait_weeks` (accept), `questions_referrer`
    (ask_referrer), `questions_patient` (ask_patient, ask_referrer), `question` in the referrer's words or `no_question`
    and perhaps `recommendation` (advise), `review_in_days` and `watcher` (delay), `condition`
    (delay, not_now), `signposts` (signpost), `target_service` (redirect), `adjustments_offered` (when the clause
    `unable-to-engage` is cited against).
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
    priority: str = ""
    wait_weeks: tuple[int, int] | None = None
    questions_referrer: str = ""
    questions_patient: str = ""
    review_in_days: Annotated[int, msgspec.Meta(ge=1, le=730)] | None = None
    condition: str = ""
    watcher: str = ""
    signposts: tuple[Text, ...] = ()
    target_service: str = ""
    adjustments_offered: str = ""
    question: str = ""
    no_question: bool = False
    recommendation: str = ""


class SentInErs(Step, frozen=True, kw_only=True, tag="sent_in_ers"):
    """The reply of the last decision was pasted into e-RS and sent there."""


class StillRefer(Step, frozen=True, kw_only=True, tag="still_refer"):
    """The referrer read the advice and still wishes to refer, in these words: another clinician looks."""

    words: Text


class RecordReply(Step, frozen=True, kw_only=True, tag="record_reply"):
    """What the referrer or the patient answered, with the files they sent: the referral awaits screening again."""

    reason: Text
    of: Literal["", "referrer", "patient"] = ""
    documents: tuple[Document, ...] = ()


class AddComment(Step, frozen=True, kw_only=True, tag="add_comment"):
    """A word to colleagues, in the discussion of the referral."""

    text: Text


class PutOnMeetingList(Step, frozen=True, kw_only=True, tag="put_on_meeting_list"):
    """A question to the MDT meeting, which has no day yet."""

    question: Text


class HandOver(Step, frozen=True, kw_only=True, tag="hand_over"):
    """The accepted referral now stands in the booking system, under this number."""

    system: Text
    number: Text


class RecordGpReferral(Step, frozen=True, kw_only=True, tag="record_gp_referral"):
    """The GP's own referral came, asked for when an advice request was accepted."""

    ubrn: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")]


class ConfirmContact(Step, frozen=True, kw_only=True, tag="confirm_contact"):
    """Somebody made sure that this contact reaches the patient and nobody else."""

    kind: Literal["email", "phone", "address"]
    how: Text


class Merge(Step, frozen=True, kw_only=True, tag="merge"):
    """This referral is the same as the one with the key `into`, which goes on with its documents.

    `into` must have been received before, or on the same day under a key that sorts before this one.
    """

    into: Text
    reason: Text


class Reverse(Step, frozen=True, kw_only=True, tag="reverse"):
    """A clinician takes the last decision back."""

    reason: Text


class LookAgain(Step, frozen=True, kw_only=True, tag="look_again"):
    """Somebody asks, in their words, for the last decision to be looked at again."""

    asked_by: Literal["patient", "on_behalf", "gp", "referrer"]
    words: Text


class DoTasks(Step, frozen=True, kw_only=True, tag="do_tasks"):
    """What is to be done about the referral is done, in words."""

    words: Text


class Withdraw(Step, frozen=True, kw_only=True, tag="withdraw"):
    """The patient no longer wants the referral; `asked_by` is `patient`, or who said so on their behalf."""

    reason: Text
    asked_by: Text = "patient"
    relationship: str = ""


class CloseInError(Step, frozen=True, kw_only=True, tag="close_in_error"):
    """The letter was not meant for this service."""

    reason: Text


class RecordDeath(Step, frozen=True, kw_only=True, tag="record_death"):
    """The patient has died; `told` says who was told."""

    reason: Text
    told: Text


class RecordMove(Step, frozen=True, kw_only=True, tag="record_move"):
    """The patient has moved away."""

    reason: Text


class TakeBack(Step, frozen=True, kw_only=True, tag="take_back"):
    """The referral comes back after it had ended, with what is new; it is read again."""

    reason: Text
    documents: tuple[Document, ...] = ()


AnyStep = (
    StartScreening
    | ActOnAlerts
    | Judge
    | Decide
    | SentInErs
    | StillRefer
    | RecordReply
    | AddComment
    | PutOnMeetingList
    | HandOver
    | RecordGpReferral
    | ConfirmContact
    | Merge
    | Reverse
    | DoTasks
    | LookAgain
    | Withdraw
    | CloseInError
    | RecordDeath
    | RecordMove
    | TakeBack
)


class Referral(Model, frozen=True, kw_only=True):
    """One referral and its story. `registered: false` leaves it received: nobody has entered its details yet.

    `information_given` and `consented` are days before receipt; absent when the referral does not say so. `by` is who
    receives and registers it. `ends_in` is the state in which the story leaves it.
    """

    key: Text
    received_days_ago: DaysAgo
    by: Text = "administrator"
    route: Literal["gp-ers", "practitioner-letter", "palliative-team"]
    ubrn: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")] | None = None
    may_convert: bool | None = None
    locality: Locality
    referrer: Text
    practice: str | None
    patient: Patient
    information_given: DaysAgo | None = None
    consented: DaysAgo | None = None
    documents: Annotated[tuple[Document, ...], msgspec.Meta(min_length=1)]
    registered: bool = True
    story: tuple[AnyStep, ...] = ()
    ends_in: Text

    def received_on(self, today: date) -> date:
        """The day the referral arrived, when the demonstration is loaded on `today`."""
        return weekday(today - timedelta(days=self.received_days_ago))


def people(folder: Path = HERE) -> People:
    """The team, the practices and the referrers. Raises `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((folder / "people.yaml").read_bytes(), type=People)


def advice(folder: Path = HERE) -> tuple[Advice, ...]:
    """The advice that the team keeps to use again. Raises `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((folder / "advice.yaml").read_bytes(), type=tuple[Advice, ...])


def referrals(folder: Path = HERE) -> tuple[Referral, ...]:
    """The referrals of every file in `referrals/`. Raises `msgspec.ValidationError` that names the field."""
    files = sorted((folder / "referrals").glob("*.yaml"))
    return tuple(one for file in files for one in msgspec.yaml.decode(file.read_bytes(), type=tuple[Referral, ...]))
