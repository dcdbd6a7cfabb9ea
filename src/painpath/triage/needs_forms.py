"""What a patient needs so that they can read, hear and answer us."""

from typing import Any, cast

from django.http import QueryDict

from painpath.pathway.needs import Communication
from painpath.referrals.models import Patient
from painpath.web import forms

KINDS = {
    "format": "How what is written comes",
    "language": "Language",
    "senses": "Hearing and sight",
    "support": "Support",
    "contact": "How to get in touch",
}


class Needs(forms.Form):
    """The whole list, as the patient says it now: what is not ticked is not needed."""

    format = forms.Checkboxes(KINDS["format"], required=False, says_when=True)
    language = forms.Checkboxes(KINDS["language"], required=False, says_when=True)
    interpreter = forms.Text("Interpreter needed", hint="For which language", required=False, max_length=60)
    senses = forms.Checkboxes(KINDS["senses"], required=False, says_when=True)
    support = forms.Checkboxes(KINDS["support"], required=False, says_when=True)
    contact = forms.Checkboxes(KINDS["contact"], required=False, says_when=True)
    letter_format = forms.Select("Letters come in", options=[], blank="As the needs above ask for", required=False,
                                 says_when=True)  # fmt: skip
    letters = forms.Radios(
        "Letters to the patient",
        hint="Online, we send a code by email or text, to what you have confirmed. What nobody opens is posted too.",
        options=[forms.Option("post", "By post"), forms.Option("online", "Online, with a code")],
        error="Choose how letters come",
    )  # fmt: skip
    other = forms.TextArea(
        "Other needs", hint="What has no place in the lists, in the patient's words. It stands at the top of every "
        "page, and letters wait until somebody has read it.", rows=3, required=False, max_length=2000,
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, communication: Communication, patient: Patient, online: bool) -> None:
        """`online`: letters can go online to them, or do."""
        first: dict[str, Any] = {
            kind: [one.id for one in communication.needs if one.kind == kind and one.id in patient.needs]
            for kind in KINDS
        }
        asked = communication.format_of(patient.needs)
        chosen = patient.letter_format if patient.letter_format != asked else ""
        first |= {
            "interpreter": patient.interpreter,
            "other": patient.communication_needs,
            "letter_format": chosen,
            "letters": "online" if patient.letters_online else "post",
        }
        super().__init__(data, initial=first)
        if not online:
            del self.fields["letters"]
        for kind in KINDS:
            cast(forms.Checkboxes, self.fields[kind]).options = [
                forms.Option(one.id, one.name, hint=one.how) for one in communication.needs if one.kind == kind
            ]
        cast(forms.Select, self.fields["letter_format"]).options = [
            (one.id, one.name) for one in communication.letter_formats
        ]

    def given(self) -> dict[str, Any]:
        """For the verb."""
        values = self.cleaned_data
        return {
            "needs": [one for kind in KINDS for one in values[kind]],
            "letter_format": values["letter_format"],
            "other": values["other"],
            "interpreter": values["interpreter"],
            "letters_online": values["letters"] == "online" if "letters" in values else None,
        }
