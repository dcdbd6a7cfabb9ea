"""The forms of restricted records. What is right is checked again by the verbs."""

from painpath.referrals.models.restricting import WHY_OPENED, WHY_RESTRICTED
from painpath.web import forms


class Restrict(forms.Form):
    """Why a record opens only to those named on it."""

    why = forms.Radios(
        "Why?", options=[forms.Option(*one) for one in WHY_RESTRICTED.items()], error="Choose why it is restricted"
    )
    words = forms.TextArea(
        "In your own words", rows=3, max_length=1000, hint="Leads and auditors read this.",
        error="Say why it is restricted, in your own words",
    )  # fmt: skip


class EndRestriction(forms.Form):
    """Why a record opens to the team again."""

    words = forms.TextArea(
        "Why need it not be restricted any more?", rows=3, max_length=1000, hint="Leads and auditors read this.",
        error="Say why it need not be restricted any more",
    )  # fmt: skip


class BreakGlass(forms.Form):
    """Why somebody who is not named on a record needs it."""

    why = forms.Radios(
        "Why do you need it?", options=[forms.Option(*one) for one in WHY_OPENED.items()],
        error="Choose why you need it",
    )  # fmt: skip
    words = forms.TextArea(
        "In your own words", rows=3, max_length=1000, hint="Leads and auditors read this. Do not name the patient.",
        error="Say why you need it, in your own words",
    )  # fmt: skip


class Review(forms.Form):
    """What a lead found."""

    words = forms.TextArea(
        "What did you find?", rows=3, max_length=1000, hint="Auditors read this. Do not name the patient.",
        error="Say what you found",
    )  # fmt: skip
