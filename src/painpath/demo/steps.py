"""What people of the team do in a story, each on a day: the names are those of the record's verbs."""

from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec

from painpath.demo.files import weekday
from painpath.demo.parts import CriterionState, DaysAgo, Document, Model, Text


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


class ScreenSecond(Step, frozen=True, kw_only=True, tag="screen_second"):
    """A second clinician screened the referral blind, before anybody decided: drawn for it, taken, finished.

    `differs` are the criteria of which they say something of their own; of all others they say what the reading says.
    """

    outcome: Text
    differs: dict[Text, CriterionState] = {}
    note: str = ""


class AgreeOnSecond(Step, frozen=True, kw_only=True, tag="agree_on_second"):
    """What the two clinicians agreed on where they differed."""

    words: Text


class Decide(Step, frozen=True, kw_only=True, tag="decide"):
    """A clinician signs an outcome. `clauses` are criteria that the same person has judged before.

    `reason` is for the record and the GP, `to_patient` and `to_gp` are the clinician's own words in the two letters.
    What only some outcomes need: `stage`, `priority` and perhaps `wait_weeks` (accept), `questions_referrer`
    (ask_referrer), `questions_patient` (ask_patient, ask_referrer), `question` in the referrer's words or `no_question`
    and perhaps `recommendation` (advise), `attach`, the names of files that go with the reply (advise, ask_referrer),
    `review_in_days` and `watcher` (delay), `condition` (delay, not_now), `signposts` (signpost), `target_service`
    (redirect), `adjustments_offered` (when the clause `unable-to-engage` is cited against).
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
    attach: tuple[Text, ...] = ()


class AddDocuments(Step, frozen=True, kw_only=True, tag="add_documents"):
    """Files that the team adds to the referral, such as one that goes with the reply; they are read."""

    documents: tuple[Document, ...]


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


class Answer(Step, frozen=True, kw_only=True, tag="answer"):
    """The patient answered one form of the questionnaire they were asked to fill in, and sent it; `by` is `patient`.

    `answers` are by place, as `painpath.questionnaires` has them.
    """

    form: Text
    answers: dict[Text, list[str | int | bool]]


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
    | ScreenSecond
    | AgreeOnSecond
    | Decide
    | AddDocuments
    | SentInErs
    | StillRefer
    | RecordReply
    | Answer
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
