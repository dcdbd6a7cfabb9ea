"""The forms of the team about referrers' accounts. What is right is checked again by the verbs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from painpath.directory import finding
from painpath.directory.models import Practice
from painpath.web import forms
from painpath.web.practitioners import PractitionerForm, not_found


class InviteReferrer(PractitionerForm):
    """Somebody who refers gets an account by invitation."""

    must_find = True

    email = forms.Email("Work email address", hint="The link to set a password goes there.", autocomplete="off",
                        error="Enter their work email address")  # fmt: skip
    kind = forms.Radios("What do they work as?", options=[], error="Choose what they work as")
    compared = forms.Text(
        "Compared with the register?", required=False,
        hint="If you have compared name and number with the public register, and know that they work there, say how. "
        "Then they see everything at once. Leave it empty to do it later.",
    )  # fmt: skip

    field_order = ["name", "email", "kind", "register", "number", "practice", "workplace", "compared"]


class Verify(forms.Form):
    """A person has compared the registration with the register."""

    compared = forms.Text(
        "What did you compare, and how do you know that they work there?",
        hint="For example: name and number as on the GMC register; rang the practice.",
        error="Say what you compared, and how you know where they work",
    )
    practice = forms.Text(
        "Practice whose referrals they may see",
        hint="Its name or its ODS code. Leave it empty when they do not work in a practice: then they see only their "
        "own.",
        required=False,
    )
    seen = forms.Hidden(required=False)

    def __init__(self, *args: Any, practices: "QuerySet[Practice]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practices = practices

    def clean_practice(self) -> Practice | None:
        """The practice of the directory; None when nothing was typed."""
        typed = " ".join(self.cleaned_data["practice"].split())
        found = finding.find(self.practices, typed)
        if typed and found.practice is None:
            raise ValidationError(not_found(typed, found))
        return found.practice


class Decline(forms.Form):
    """Somebody gets no account."""

    reason = forms.TextArea(
        "Why?", rows=3, max_length=1000, hint="They read it in an email, with how to refer by letter.",
        error="Say why: they read it",
    )  # fmt: skip
