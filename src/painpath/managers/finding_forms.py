"""The forms about what speaks for and against a criterion."""

from typing import Any

from painpath.managers.presenters.findings import TAGS
from painpath.web import forms

LONGEST = 20_000
"""Characters of a letter that is tried. It is read in this process and kept nowhere."""


class NewRule(forms.Form):
    """A rule, made of findings that were picked."""

    when = forms.Checkboxes(
        "When the letter says any of these", error="Search for a finding, and tick it",
    )  # fmt: skip
    speaks = forms.Radios(
        "Then it speaks", error="Choose what it speaks for", options=[
            forms.Option("for", "For the referral"), forms.Option("against", "Against the referral now"),
            forms.Option("both", "Both ways", hint="It applies, and its own exception too: a clinician judges"),
            forms.Option("mention", "Neither", hint="Its words are shown, and settle nothing"),
        ],
    )  # fmt: skip
    unless = forms.Checkboxes("Unless the letter says that it is", required=False, options=TAGS.items())
    why = forms.Text(
        "Why, beside the quote", hint="A few plain words, such as: pain for more than 3 months", max_length=120,
        error="Say in a few words why",
    )  # fmt: skip

    def __init__(self, *args: Any, found: list[tuple[str, str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["when"].options = [forms.Option(*one) for one in found]  # type: ignore[attr-defined]


class TryIt(forms.Form):
    """A sentence, or a letter."""

    letter = forms.TextArea(
        "A sentence or a letter", rows=8, max_length=LONGEST, error="Enter a sentence, or paste a letter",
        hint="Made up, or without anything that says who it is about. It is not kept.",
    )  # fmt: skip
