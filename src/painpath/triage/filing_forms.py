"""Forms about where documents and referrals belong: two referrals of one person, a document of somebody else."""

from typing import Any, cast

from painpath.web import forms

INTO_OTHER, INTO_THIS, APART = "into_other", "into_this", "apart"


class Duplicate(forms.Form):
    """What a person says about two referrals that look alike. Nothing is chosen beforehand."""

    what = forms.Radios("Are these two the same referral?", options=[], error="Choose what these two referrals are")
    reason = forms.TextArea("How do you know?", rows=3, error="Say how you know: the timeline of both rests on it")

    def __init__(self, *args: Any, this: str, other: str, possible: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = (
            forms.Option(
                INTO_OTHER, f"The same: close {this}, go on with {other}",
                f"The documents of {this} are read together with those of {other}. It can be taken back.",
            ),
            forms.Option(
                INTO_THIS, f"The same: close {other}, go on with {this}",
                f"The documents of {other} are read together with those of {this}. It can be taken back.",
            ),
            forms.Option(APART, "Two different referrals", "They stay as they are and are not offered again."),
        )  # fmt: skip
        cast(forms.Radios, self.fields["what"]).options = [one for one in options if one.value in possible]


class MoveDocument(forms.Form):
    """Where a document belongs."""

    where = forms.Radios(
        "Where does it belong?",
        options=[
            forms.Option("existing", "To another referral that is here", reveals=("reference",)),
            forms.Option("new", "To a new referral", "It is received now, and registered next."),
        ],
        error="Choose where the document belongs",
    )
    reference = forms.Text(
        "Reference of that referral", hint="8 letters and numbers, like 4F7K-2MPQ", error="Enter the reference",
        max_length=20,
    )  # fmt: skip
    close = forms.Checkbox("Close this referral as received in error: it has no other document", required=False)
    reason = forms.TextArea("What happened?", rows=3, error="Say what happened: the timeline of both rests on it")

    def __init__(self, *args: Any, last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not last:
            del self.fields["close"]

    def clean_reference(self) -> str:
        """As people write it: with or without the hyphen, in any case."""
        plain = "".join(letter for letter in str(self.cleaned_data["reference"] or "").upper() if letter.isalnum())
        return f"{plain[:4]}-{plain[4:]}" if plain else ""
