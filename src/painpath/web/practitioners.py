"""Who somebody is that refers: the same questions for those who ask for an account and for the team that invites."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from painpath.directory import finding
from painpath.directory.models import Practice, Referrer
from painpath.pathway import Pathway
from painpath.referrals.referring.referrer_accounts import Practitioner, abbreviation, normal_number
from painpath.referrals.refusal import Refused
from painpath.web import forms


class PractitionerForm(forms.Form):
    """Name, address, kind, registration, and where they work. A practice that is not found stays as it was typed."""

    must_find = False
    """Whether a practice that the directory does not have is asked about again."""

    name = forms.Text("Name", hint="As it stands on the register", error="Enter the name", autocomplete="off")
    email = forms.Email("Work email address", autocomplete="off", error="Enter a work email address")
    kind = forms.Radios("What do you work as?", options=[], error="Choose what they work as")
    register = forms.Select("Register", options=[], error="Choose the register")
    number = forms.Text("Registration number", width=10, max_length=40, error="Enter the registration number")
    practice = forms.Text("GP practice", hint="Its name or its ODS code. Leave it empty if it is another place.",
                          required=False)  # fmt: skip
    workplace = forms.Text("Other place of work", hint="For example a hospital department, a clinic or a hospice.",
                           required=False)  # fmt: skip

    def __init__(self, *args: Any, pathway: Pathway, practices: "QuerySet[Practice]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pathway, self.practices = pathway, practices
        self.found = finding.Found(None)
        referring = pathway.referring
        cast(forms.Radios, self.fields["kind"]).options = [forms.Option(one.id, one.name) for one in referring.kinds]
        cast(forms.Select, self.fields["register"]).options = [
            forms.Option(one.id, one.name) for one in referring.registers
        ]
        hints = "; ".join(
            f"{abbreviation(pathway, one.id)} {one.hint[:1].lower()}{one.hint[1:]}" for one in referring.registers
        )
        self.fields["number"].help_text = f"{hints}."

    def clean_practice(self) -> str:
        """What was typed; `found` is the practice of the directory."""
        typed = " ".join(self.cleaned_data["practice"].split())
        self.found = finding.find(self.practices, typed)
        if typed and self.found.practice is None and self.must_find:
            raise ValidationError(not_found(typed, self.found))
        return typed

    def clean(self) -> dict[str, Any]:
        """Register and number fit each other, and a place of work is named."""
        given = super().clean()
        kind, register, number = given.get("kind"), given.get("register"), given.get("number")
        if kind and register and register not in self.pathway.referring.kind(kind).registers:
            names = [self.pathway.referring.register(one).name for one in self.pathway.referring.kind(kind).registers]
            self.add_error("register", f"Choose a register for this work: {', '.join(names)}")
        elif register and number:
            try:
                given["number"] = normal_number(self.pathway, register, number)
            except Refused as no:
                self.add_error("number", no.sentence)
        if not given.get("practice") and not given.get("workplace") and "practice" not in self.errors:
            self.add_error("practice", "Enter the practice, or another place of work below")
        return given

    def practitioner(self, *, name: str = "", email: str = "") -> Practitioner:
        """What was typed, for the verbs; `name` and `email` where the form does not ask for them."""
        given = self.cleaned_data
        words = [given["workplace"]] if self.found.practice else [given["practice"], given["workplace"]]
        return Practitioner(
            name=given.get("name", name), email=given.get("email", email), kind=given["kind"],
            register=given["register"], number=given["number"], practice=self.found.practice,
            workplace=", ".join(word for word in words if word)[:200],
        )  # fmt: skip


def initial_of(referrer: Referrer) -> dict[str, str]:
    """What is known of somebody, as the form asks it."""
    return {
        "kind": referrer.kind,
        "register": referrer.register,
        "number": referrer.registration,
        "practice": finding.titled(referrer.practice) if referrer.practice else "",
        "workplace": referrer.workplace,
    }


def not_found(typed: str, found: finding.Found) -> str:
    """A sentence for a practice that the directory does not have, or has more than once."""
    nearest = "; ".join(
        ", ".join(part for part in (finding.titled(one), one.postcode) if part) for one in found.nearest
    )
    if found.several:
        return f"There are several practices called {typed}: {nearest}. Enter the code of the right one"
    if nearest:
        return f"The directory has no practice called “{typed}”. The nearest: {nearest}. Enter one of these"
    return f"The directory has no practice called “{typed}”. Check it, or leave it empty and enter the place of work"
