"""Forms about what became of a letter."""

from django.core.exceptions import ValidationError

from painpath.letters.channels import RETURNS
from painpath.web import by_code, forms

ARRIVED = "arrived"


class WhichLetter(forms.Form):
    """The reference that is printed on every letter."""

    reference = forms.Text(
        "Reference", hint="It is printed on every letter of ours. It has 8 letters and numbers, like 2BCD-FGHJ.",
        error="Enter the reference that is printed on the letter", max_length=40, width=10,
    )  # fmt: skip

    def clean_reference(self) -> str:
        """As it stands on the letters."""
        reference = by_code.reference(str(self.cleaned_data["reference"]))
        if not reference:
            raise ValidationError("A reference has 8 letters and numbers, like 2BCD-FGHJ. Look at the letter again")
        return reference


class Became(forms.Form):
    """What became of a letter that was posted. Nothing is chosen beforehand."""

    what = forms.Radios(
        "What became of it?",
        options=[
            forms.Option(ARRIVED, "It arrived", "Somebody who has it said so."),
            *(forms.Option(key, f"It came back: {words[:1].lower()}{words[1:]}") for key, words in RETURNS.items()),
        ],
        error="Choose what became of it",
    )
    words = forms.TextArea(
        "How do you know?", hint="For example: “addressee gone away” was ticked on the envelope", rows=3,
        max_length=1000, error="Say how you know",
    )  # fmt: skip


class NotReturned(forms.Form):
    """That it came back was a mistake."""

    words = forms.TextArea(
        "How do you know that it did not come back?", hint="For example: it was another letter", rows=3,
        max_length=1000, error="Say how you know that it did not come back",
    )  # fmt: skip
