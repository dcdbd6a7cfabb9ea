"""The forms about drafts of the pathway. What is right is checked again by the verbs."""

from painpath import clock
from painpath.referrals.publishing.drafting import LONGEST_WORDS
from painpath.web import forms


class Submit(forms.Form):
    """From which day, and why."""

    from_date = forms.Date(
        "From which day?", hint="It is in force from midnight at the beginning of that day. It can be today.",
        called="The day", earliest=clock.today, error="Enter the day from which it is in force",
    )  # fmt: skip
    words = forms.TextArea(
        "Why is this published?", hint="Whoever approves it reads this, and it stays with the version.", rows=4,
        max_length=LONGEST_WORDS, error="Say why this is published",
    )  # fmt: skip
    revision = forms.Hidden()


class Approve(forms.Form):
    """What was seen."""

    revision = forms.Hidden()


class SendBack(forms.Form):
    """What is to be changed."""

    words = forms.TextArea(
        "What is to be changed?", rows=4, max_length=LONGEST_WORDS, error="Say what is to be changed"
    )


class Withdraw(forms.Form):
    """Why it does not come into force."""

    words = forms.TextArea(
        "Why is it withdrawn?", hint="The two people who published it are told. This stays with the version.", rows=4,
        max_length=LONGEST_WORDS, error="Say why it is withdrawn",
    )  # fmt: skip


class TakeIn(forms.Form):
    """A pathway's folder as a zip, or a pathway as FHIR."""

    folder = forms.Files(
        "Zip of the pathway’s folder, or a FHIR Bundle (JSON)",
        hint="As you downloaded it here, or as it is in your version control. From another program: a Bundle with a "
        "PlanDefinition.",
        multiple=False, accept=(".zip", ".json"), error="Choose the zip of the pathway’s folder, or a FHIR Bundle",
    )  # fmt: skip
