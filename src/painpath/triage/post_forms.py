"""Forms about what goes out: releasing what was held, confirming a contact, posting a batch."""

from typing import Any, cast

from painpath.letters.holding import HOWS
from painpath.web import forms

_HINTS = {
    "by_hand": "For example read out on the phone, handed over, or sent by somebody else.",
    "stop": "It stays on the timeline.",
}


class Release(forms.Form):
    """What happens to something that is held or could not be sent. Nothing is chosen beforehand."""

    how = forms.Radios("What happens to it?", options=[], error="Choose what happens to it")
    address = forms.TextArea(
        "Postal address", hint="One line of the address on each line", rows=5, max_length=500,
        error="Enter the postal address that it goes to",
    )  # fmt: skip
    words = forms.TextArea(
        "What have you read or agreed?", hint="For example: the patient agreed on the phone to get this by post",
        rows=3, max_length=1000, error="Say what you have read or agreed",
    )  # fmt: skip
    read = forms.Hidden()

    def __init__(self, *args: Any, ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Radios, self.fields["how"]).options = [
            forms.Option(way, HOWS[way], _HINTS.get(way, ""), reveals=("address",) if way == "print" else ())
            for way in ways
        ]
        if "print" not in ways:
            del self.fields["address"]


class Settle(forms.Form):
    """What was done about something that came to our mailbox."""

    words = forms.TextArea(
        "What have you done about it?", rows=3, max_length=1000, error="Say what was done about it",
        hint="For example: a new referral, received and registered. Or: not for us, told the sender by phone",
    )  # fmt: skip


class ConfirmContact(forms.Form):
    """How somebody made sure that a contact reaches the patient, and nobody else."""

    how = forms.Text(
        "How did you make sure?", hint="For example: the patient read it out on the phone", max_length=200,
        error="Say how you made sure that this reaches the patient",
    )  # fmt: skip
    seen = forms.Hidden()


class Posted(forms.Form):
    """What was taken out of the pile before it was posted."""

    taken_out = forms.Checkboxes("Tick what you have taken out", options=[], required=False, says_when=True)

    def __init__(self, *args: Any, out: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if out:
            cast(forms.Checkboxes, self.fields["taken_out"]).options = [
                forms.Option(str(one["id"]), f"{one['name']}: {one['what']}", one["why"]) for one in out
            ]
        else:
            del self.fields["taken_out"]
