"""The forms about what people ask of their own data. What is right is checked again by the verbs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from painpath import clock
from painpath.letters.rights.items import Item, day
from painpath.letters.rights.putting_right import OTHER
from painpath.referrals.models.rights import ASKED_BY, OUTCOMES
from painpath.web import forms

INCLUDE, LEAVE_OUT = "include", "leave_out"
_AUTHORITY = "Who asks for the patient, and by which authority?"


class AskCopy(forms.Form):
    """Somebody asks for a copy."""

    received_on = forms.Date("When did it come?", latest=clock.today, error="Enter the day on which it came")
    asked_by = forms.Radios(
        "Who asks?",
        options=[
            forms.Option("patient", ASKED_BY["patient"]),
            forms.Option("other", ASKED_BY["other"], reveals=("authority",)),
        ],
        error="Choose who asks",
    )  # fmt: skip
    authority = forms.Text(_AUTHORITY, error="Say who asks for the patient, and by which authority")
    identity_how = forms.Text(
        "How did you make sure who asks?", hint="Leave it empty if that is still to be done.", required=False
    )
    words = forms.TextArea(
        "What do they ask for?", hint="Leave it empty if it is everything.", rows=3, max_length=2000, required=False
    )


class AskCorrection(forms.Form):
    """Somebody says that something is wrong."""

    received_on = forms.Date("When did it come?", latest=clock.today, error="Enter the day on which it came")
    asked_by = forms.Radios(
        "Who says so?",
        options=[
            forms.Option("patient", ASKED_BY["patient"]),
            forms.Option("other", ASKED_BY["other"], reveals=("authority",)),
            forms.Option("staff", ASKED_BY["staff"]),
        ],
        error="Choose who says so",
    )
    authority = forms.Text(_AUTHORITY, error="Say who asks for the patient, and by which authority")
    words = forms.TextArea(
        "What is wrong, and what is right?", hint="In their words.", rows=4, max_length=4000,
        error="Say what is wrong, and what is right",
    )  # fmt: skip


class Withdraw(forms.Form):
    """A request is not wanted any more."""

    answer = forms.TextArea(
        "Who told you, and how?", rows=3, max_length=1000, error="Say who told you that it is not wanted any more"
    )


class Answer(forms.Form):
    """What becomes of something that somebody says is wrong. Nothing is chosen beforehand."""

    outcome = forms.Radios(
        "What became of it?",
        options=[
            forms.Option("corrected", OUTCOMES["corrected"], "Put it right first: the details, or where a file is."),
            forms.Option(
                "noted", OUTCOMES["noted"], "Words of a clinician stay as they were.", reveals=("about", "words")
            ),
            forms.Option("unchanged", OUTCOMES["unchanged"]),
        ],
        error="Choose what became of it",
    )
    about = forms.Select("What is it about?", options=[], error="Choose what it is about")
    words = forms.TextArea(
        "What does the patient say?", hint="It is shown beside it, to everybody who opens it.", rows=4, max_length=4000,
        error="Enter what the patient says",
    )  # fmt: skip
    answer = forms.TextArea(
        "What was done, or why is nothing changed?", hint="The patient is told this.", rows=3, max_length=2000,
        error="Say what was done, or why nothing is changed",
    )  # fmt: skip

    def __init__(self, *args: Any, about: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {f"{item.kind}-{item.pk}": item for item in about}
        options = [(name, f"{item.label}, {day(item.at.date())}") for name, item in self.items.items()]
        cast(forms.Select, self.fields["about"]).options = [(OTHER, "This referral as a whole"), *options]

    def clean_about(self) -> Item | None:
        """The thing; None for the whole, and where nothing was asked."""
        return self.items.get(self.cleaned_data.get("about") or "")


def _moment(said: str) -> datetime:
    """What the page says; now, where it says none."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return clock.now()
    return found if found.tzinfo else clock.now()


class Choose(forms.Form):
    """For each thing, whether it goes into the copy. No box is ever ticked beforehand; an empty one changes nothing."""

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {f"{item.kind}-{item.pk}": item for item in items}
        for name, item in self.items.items():
            self.fields[name] = forms.Radios(
                f"Does “{item.label}” go into the copy?", required=False,
                options=[
                    forms.Option(INCLUDE, "Yes"),
                    forms.Option(LEAVE_OUT, "No, leave it out", reveals=(f"{name}-reason",)),
                ],
            )  # fmt: skip
            self.fields[f"{name}-reason"] = forms.Text(
                "Why is it left out?", hint="The patient reads this.", max_length=500,
                error=f"Say why “{item.label}” is left out",
            )  # fmt: skip
        self.read_at = _moment(self.data.get("read_at", ""))
        """When the page with the things was shown first: words that came meanwhile were not on it."""

    def said(self) -> dict[tuple[str, int], tuple[bool, str]]:
        """What was said, of the things where something was."""
        return {
            item.key: (self.cleaned_data[name] == INCLUDE, self.cleaned_data.get(f"{name}-reason") or "")
            for name, item in self.items.items()
            if self.cleaned_data.get(name)
        }


class Give(forms.Form):
    """Before the copy is given."""

    harm_judged_by = forms.Text(
        "Which health professional judged whether it could do serious harm?",
        hint="To the health of the patient or of anybody else (Data Protection Act 2018, Schedule 3).",
        error="Name the health professional who judged whether it could do serious harm",
    )
    identity_how = forms.Text("How did you make sure who asks?", error="Say how you made sure who asks")

    def __init__(self, *args: Any, identity_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if identity_known:
            del self.fields["identity_how"]
