"""The forms of what follows a decision: answers, reversals, requests to look again, ends, things to do."""

from typing import Any, cast

from painpath import clock
from painpath.referrals.decisions.reversing import ASKERS
from painpath.referrals.models import InformationRequest
from painpath.referrals.models.following import ASKED
from painpath.referrals.verbs import READY
from painpath.web import forms


class Reply(forms.Form):
    """Who has answered, and what; with the papers that came."""

    of = forms.Radios("Who has answered?", options=[], error="Say who has answered")
    reason = forms.TextArea("What did they answer?", error="Say what the answer was, or that it is in the documents")
    documents = forms.Files(
        "Documents that came with it", hint="PDF, Word, text, email or scan, up to 25 MB each.", required=False
    )
    enough = forms.Checkbox("This is enough: do not wait for the other answer", required=False)

    def __init__(self, *args: Any, requests: list[InformationRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Radios, self.fields["of"]).options = [
            forms.Option(one.of, ASKED[one.of], " ".join(item["words"] for item in one.items)) for one in requests
        ]
        if not requests:
            del self.fields["of"]
        if len(requests) < 2:
            del self.fields["enough"]


class Ready(forms.Form):
    """Sooner than the review date."""

    said_by = forms.Radios("Who says that it is the right time now?", options=READY.items(), error="Say who says so")
    words = forms.TextArea("What did they say?", hint="In their words", error="Write down what they said")


class LookAgain(forms.Form):
    """A decision is to be looked at again."""

    asked_by = forms.Radios("Who asks?", options=ASKERS.items(), error="Say who asks")
    words = forms.TextArea(
        "What do they think we missed?", hint="In their words", error="Write down what they said, in their words"
    )


class Reverse(forms.Form):
    """A decision is taken back."""

    reason = forms.TextArea(
        "Why is the decision reversed?", hint="For the record: everybody who opens the timeline sees it",
        error="Give the reason: the timeline rests on it",
    )  # fmt: skip


class GpReferral(forms.Form):
    """The GP's own referral, asked for when an advice request was accepted."""

    ubrn = forms.Text(
        "UBRN of the GP's referral", hint="12 digits, from the e-RS page, with the leading zeros.",
        error="Enter the UBRN", max_length=20,
    )  # fmt: skip
    on = forms.Date(
        "On which day did it arrive?", hint="The referral-to-treatment clock starts on this day",
        error="Enter the day on which it arrived", latest=clock.today, called="The day on which it arrived",
    )  # fmt: skip


class FollowUp(forms.Form):
    """Did you get there?"""

    there = forms.Radios(
        "Did the patient get there?",
        options=[
            forms.Option("yes", "Yes", "The referral stays ended"),
            forms.Option("no", "No, or it did not help", "The referral comes back to the worklist"),
        ],
        error="Say whether the patient got there",
    )
    words = forms.TextArea("Who told us, and what did they say?", error="Say who told us, and what they said")


class DoTask(forms.Form):
    """Something is done."""

    words = forms.TextArea(
        "What did you do, and whom did you tell?", rows=3, error="Say what you did, and whom you told"
    )


class Close(forms.Form):
    """Ending a referral without a decision of the team."""

    how = forms.Radios(
        "Why does this referral end?",
        options=[
            forms.Option(
                "withdraw", "The patient does not want to go on",
                "The door stays open. A clinician is asked to write that to the patient.",
                reveals=("asked_by", "relationship"),
            ),
            forms.Option("record_move", "The patient has moved away"),
            forms.Option(
                "record_death", "The patient has died", "Nothing is sent to the patient; what has not left is stopped."
            ),
            forms.Option("close_in_error", "It was received in error", "For example a duplicate, or meant for others."),
        ],
        error="Choose why this referral ends",
    )  # fmt: skip
    asked_by = forms.Text(
        "Who told us?", hint="“The patient”, or the name of who speaks on their behalf", error="Say who told us"
    )
    relationship = forms.Text(
        "How are they related, or by which authority do they speak?", hint="Only when it was not the patient",
        required=False, says_when=True,
    )  # fmt: skip
    reason = forms.TextArea("What happened?", error="Say what happened: the timeline rests on it")
    told = forms.TextArea(
        "Who was told?", rows=2, required=False, says_when=True,
        hint="For example the GP and the referrer. Needed after a death, so that nobody writes to the patient.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Who must be named depends on why it ends."""
        cleaned = super().clean()
        how = cleaned.get("how")
        if how == "record_death" and not cleaned.get("told"):
            self.add_error("told", "Say who was told: the GP, the referrer, and anybody who could still write")
        who = str(cleaned.get("asked_by", "")).strip()
        if who.casefold() in ("patient", "the patient"):
            cleaned["asked_by"] = "patient"
        elif how == "withdraw" and who and not cleaned.get("relationship"):
            self.add_error("relationship", "Say how they are related to the patient, or by which authority they speak")
        return cleaned
