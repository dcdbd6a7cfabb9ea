"""The forms of the workspace: marking words of a letter, the discussion, the MDT list."""

from typing import Any, cast

from painpath import clock
from painpath.pathway import Pathway
from painpath.referrals.sheet.adding_evidence import LONGEST, Place
from painpath.web import forms


class MarkWords(forms.Form):
    """Words of a letter that speak to a criterion. A script fills in where they stand; without one they are found."""

    prefix = "mark"
    place = forms.Hidden(required=False)
    words = forms.TextArea(
        "Words of the letter", rows=3, max_length=LONGEST, hint="Select them in the letter, or paste them here",
        error="Select the words in the letter, or paste them",
    )  # fmt: skip
    criterion = forms.Select("Criterion", options=[], error="Choose the criterion that the words speak to")
    speaks = forms.Radios(
        "What do the words say?", options=[("for", "They speak for accepting"), ("against", "They speak against")],
        inline=True, error="Choose whether the words speak for or against",
    )  # fmt: skip

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Select, self.fields["criterion"]).options = [
            forms.Option(criterion.id, criterion.name) for criterion in pathway.criteria
        ]

    def where(self) -> Place | None:
        """Where the browser says that the words stand; None when it does not say, or says something odd."""
        parts = str(self.cleaned_data.get("place", "")).split(":")
        if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
            return None
        return Place(*map(int, parts))


class Say(forms.Form):
    """A word to colleagues."""

    text = forms.TextArea(
        "What do you want to tell your colleagues?", rows=4, error="Write what you want to tell your colleagues",
        hint="Not part of any letter. It stays with the referral.",
    )  # fmt: skip


class PutOnMeetingList(forms.Form):
    """A question to the MDT meeting."""

    question = forms.TextArea("Question to the meeting", rows=3, max_length=2000, error="Write the question")
    meets_on = forms.Date(
        "Day of the meeting", hint="Leave it empty if it is not known yet", required=False, earliest=clock.today,
        called="The day of the meeting",
    )  # fmt: skip


class Agreed(forms.Form):
    """What the MDT meeting agreed on."""

    agreed = forms.TextArea(
        "What was agreed?", rows=4, max_length=5000, hint="And who does it. It decides nothing by itself.",
        error="Write what was agreed, and who does it",
    )  # fmt: skip
