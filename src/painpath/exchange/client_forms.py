"""The forms of letting a program in. What is right is checked again by the verbs."""

from django.core.validators import URLValidator

from painpath.exchange.clients import REASONS, Program
from painpath.exchange.models import REACH
from painpath.exchange.offers import OFFERS, scopes_of
from painpath.web import forms

KEYS_HINT = (
    "A JSON Web Key Set. Those who run the program make the keys and send you the public part, which is no secret. "
    "Make sure by telephone that it came from them."
)


def _may() -> forms.Checkboxes:
    return forms.Checkboxes(
        "What may it do?", options=[forms.Option(one.id, one.sentence, one.hint) for one in OFFERS], required=False,
        hint="Tick only what it needs. Leave all empty for a program that only asks for cards (CDS Hooks).",
    )  # fmt: skip


def _reach() -> forms.Radios:
    return forms.Radios("Of which referrals?", options=list(REACH.items()), error="Choose of which referrals")


class Register(forms.Form):
    """A program that may come in from now on."""

    name = forms.Text("Name of the program", error="Enter the name of the program")
    organisation = forms.Text("ODS code of the organisation that runs it", max_length=12, width=10, required=False)
    contact = forms.Text(
        "Who can be asked about it?", hint="A name with a telephone number or an email address.",
        error="Enter who can be asked about it",
    )  # fmt: skip
    may = _may()
    reach = _reach()
    issuer = forms.Text(
        "The address by which it calls itself for CDS Hooks", required=False,
        hint="Such as https://records.example.nhs.uk. Leave it empty if it does not ask for cards.",
    )  # fmt: skip
    keys = forms.TextArea("Its public keys", hint=KEYS_HINT, rows=8, error="Paste the public keys of the program")

    def clean_issuer(self) -> str:
        """An address, or nothing."""
        given = str(self.cleaned_data["issuer"]).strip()
        if given:
            message = "Enter the address in full, starting with https://"
            URLValidator(schemes=["https", "http"], message=message)(given)
        return given

    def program(self) -> Program:
        """What was stated."""
        given = self.cleaned_data
        return Program(
            name=given["name"], contact=given["contact"], organisation=given["organisation"].upper(),
            issuer=given["issuer"], scopes=tuple(scopes_of(given["may"])), reach=given["reach"],
        )  # fmt: skip


class Rights(forms.Form):
    """What a program may do from now on."""

    may = _may()
    reach = _reach()

    def scopes(self) -> tuple[str, ...]:
        """The scopes that were ticked."""
        return tuple(scopes_of(self.cleaned_data["may"]))


class Keys(forms.Form):
    """New keys."""

    keys = forms.TextArea("The new public keys", hint=KEYS_HINT, rows=8, error="Paste the new public keys")
    old = forms.Radios(
        "What about the keys it has now?", error="Choose what happens to the keys it has now",
        options=[
            forms.Option("keep", "They stay good beside the new ones", "While they change over. Come back then."),
            forms.Option("drop", "They are good no longer", "Also when one of them may be known to others."),
        ],
    )  # fmt: skip


class End(forms.Form):
    """The end of it."""

    reason = forms.Radios("Why?", options=list(REASONS.items()), error="Choose why it ends")
