"""The forms about how long a record is kept. What is right is checked again by the verbs."""

from painpath import clock
from painpath.web import forms


def _typed() -> forms.Text:
    return forms.Text(
        "Reference of this referral", hint="Type it, as it stands at the top of this page.", max_length=20, width=10,
        error="Type the reference of this referral",
    )  # fmt: skip


class KeepLonger(forms.Form):
    """Until when, and why."""

    until = forms.Date("Keep it until", earliest=clock.tomorrow, error="Enter the day until which it is kept")
    reason = forms.TextArea("Why is it kept longer?", rows=3, max_length=1000, error="Say why it is kept longer")


class Hold(forms.Form):
    """Why nothing may be destroyed, and until when."""

    reason = forms.TextArea(
        "Why may nothing be destroyed?", rows=3, max_length=1000, hint="Such as a claim, a complaint or an inquiry.",
        error="Say why nothing may be destroyed",
    )  # fmt: skip
    until = forms.Date(
        "Last day of the hold", hint="Leave it empty to hold it until somebody ends the hold.", required=False,
        earliest=clock.today,
    )  # fmt: skip


class EndHold(forms.Form):
    """Why a hold has ended."""

    reason = forms.TextArea("Why has the hold ended?", rows=3, max_length=1000, error="Say why the hold has ended")


class Ask(forms.Form):
    """Why a record is not needed, and which: typed by hand."""

    reason = forms.TextArea(
        "Why is it not needed any longer?", rows=3, max_length=1000, error="Say why it is not needed any longer"
    )
    reference = _typed()


class Agree(forms.Form):
    """The reference once more, by the second person."""

    reference = _typed()


class TurnDown(forms.Form):
    """Why the record stays."""

    reason = forms.TextArea("Why is it kept?", rows=3, max_length=1000, error="Say why it is kept")
