"""The form of a simulation. What is right is checked again by the verb."""

from painpath import clock
from painpath.web import forms


class Period(forms.Form):
    """Which referrals."""

    since = forms.Date(
        "First day", called="The first day", latest=clock.today, hint="Referrals that were received on it count.",
        error="Enter the first day",
    )  # fmt: skip
    until = forms.Date(
        "Last day", called="The last day", latest=clock.today, hint="Referrals that were received on it count.",
        error="Enter the last day",
    )  # fmt: skip
