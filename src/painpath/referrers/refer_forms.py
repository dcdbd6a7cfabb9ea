"""The forms with which a practitioner refers online. Nothing is required: a draft is saved, and sent, with gaps.

`values()` of each is what `drafting_online.save_part` keeps: plain JSON, dates as YYYY-MM-DD.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import Truncator

from painpath import clock
from painpath.pathway.criteria import Criterion
from painpath.pathway.model import Route
from painpath.referrals.arriving.filing import File
from painpath.referrals.guidance import ers_codes
from painpath.referrals.referring.drafting_online import PASTED
from painpath.web import forms
from painpath.web.patient_fields import PatientFields

LETTER_MOST = 100_000
"""Characters of a letter that is pasted: some thirty pages."""
_KINDS = "PDF, Word, text, email or scan, up to 25 MB each. You can choose several files at once."


class AnyFiles(forms.Files):
    """Files of which some may be wrong: what is wrong with each is said by the verb, and the others are kept."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        return data if isinstance(data, list) else [data] if data else []


class Letter(forms.Form):
    """A letter that is pasted, files, or both."""

    letter = forms.TextArea(
        "Paste the letter", hint="From your own system, as it is.", rows=10, required=False, max_length=LETTER_MOST
    )
    documents = AnyFiles("Or choose files", hint=_KINDS, required=False)

    def files_sent(self) -> list[File]:
        """What was sent: the pasted letter first."""
        words = str(self.cleaned_data.get("letter") or "")
        pasted = [File(PASTED, words.encode())] if words.strip() else []
        chosen = self.cleaned_data.get("documents") or []
        return pasted + [File(file.name or "document", file.read()) for file in chosen]


class Start(forms.Keyed, Letter):
    """The first page. The key makes the form one draft, however often it is sent."""


def hinted(form: forms.Form, quotes: Mapping[str, str]) -> None:
    """Say beside each field that the letter fills which words fill it."""
    for name, quote in quotes.items():
        if name in form.fields:
            field = form.fields[name]
            field.help_text = f"{field.help_text} From your letter: “{quote}”".strip()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def filled(values: Mapping[str, Any], *dates: str) -> dict[str, Any]:
    """What was kept, as the initial values of a form."""
    return dict(values) | {name: date.fromisoformat(values[name]) for name in dates if values.get(name)}


class Part(forms.Form):
    """A page of a draft."""

    def values(self) -> dict[str, Any]:
        """The answers as they are kept."""
        return {name: _plain(value) for name, value in self.cleaned_data.items()}


class Patient(PatientFields, Part):
    """Whom the referral is about."""

    title = forms.Text("Title", required=False, max_length=20, width=5)
    given_name = forms.Text("Given names", required=False, max_length=100)
    family_name = forms.Text("Family name", required=False, max_length=100)
    date_of_birth = forms.Date("Date of birth", hint="For example 15 3 1971.", required=False, latest=clock.today)
    nhs_number = forms.Text(
        "NHS number", hint="10 digits. Leave it empty if it is not known.", required=False, max_length=20, width=10
    )
    address = forms.TextArea("Address", rows=3, required=False, max_length=500)
    postcode = forms.Text("Postcode", required=False, max_length=10, width=10)
    phone = forms.Text("Phone number", required=False, max_length=40, width=20)
    email = forms.Email("Email address", required=False)
    practice_name = forms.Text("GP practice of the patient", hint="Its name or its ODS code.", required=False)


class How(Part):
    """By which route. Only what the routes of this kind of referrer need is asked."""

    route = forms.Radios("How do you refer?", options=[], error="Choose how you refer", required=False)
    sent_by_ers = forms.Radios(
        "Have you sent this as an Advice and Guidance request in e-RS already?",
        options=[forms.Option("yes", "Yes", reveals=("ubrn",)), forms.Option("no", "No")],
        required=False, says_when=True,
    )  # fmt: skip
    ubrn = forms.Text("UBRN", hint="12 digits, from the e-RS page, with the leading zeros.", required=False,
                      says_when=True, max_length=20, width=20)  # fmt: skip
    may_convert = forms.Radios(
        "May the team turn your request for advice into a referral?",
        hint="If you say yes, you do not have to send a second one when the patient can be seen.",
        options=[("yes", "Yes"), ("no", "No")], required=False, says_when=True,
    )  # fmt: skip
    circumstances = forms.TextArea(
        "What are the exceptional circumstances?",
        hint="Each referral from palliative care is considered on its own. Say why this patient needs this service.",
        required=False, says_when=True, max_length=5000,
    )  # fmt: skip

    def __init__(self, *args: Any, routes: Iterable[Route], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        routes = list(routes)
        if len(routes) > 1:
            cast(forms.Radios, self.fields["route"]).options = [forms.Option(one.id, one.name) for one in routes]
        else:
            del self.fields["route"]
        if all(one.channel == "letter" for one in routes):
            for name in ("sent_by_ers", "ubrn", "may_convert"):
                del self.fields[name]
        elif all(one.channel != ers_codes.CHANNEL for one in routes):  # a referral for triage is one already
            self.fields["sent_by_ers"].label = "Have you sent this referral in e-RS already?"
            del self.fields["may_convert"]
        if not any("circumstances" in one.needs for one in routes):
            del self.fields["circumstances"]

    def clean_ubrn(self) -> str:
        """Blanks and hyphens are how people write it down."""
        ubrn = str(self.cleaned_data["ubrn"] or "").replace(" ", "").replace("-", "")
        if ubrn and not (ubrn.isascii() and ubrn.isdigit() and len(ubrn) == 12):
            raise ValidationError("A UBRN has 12 digits. Copy it from the e-RS page, with its leading zeros.")
        return ubrn


def _before(before: Mapping[str, tuple[str, str]], one: Criterion) -> str:
    if one.id not in before:
        return ""
    question, words = before[one.id]
    return f" This question has changed. You answered “{Truncator(words).chars(300)}” to: “{question}”"


class Questions(Part):
    """One field for each criterion: open for what the letter does not say, folded away for what it says."""

    def __init__(
        self, *args: Any, asked: Iterable[Criterion], said: Iterable[Criterion], mentions: Mapping[str, str],
        before: Mapping[str, tuple[str, str]] = MappingProxyType({}), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for one in asked:
            mention = f" Your letter mentions: “{mentions[one.id]}”" if one.id in mentions else ""
            hint = f"For example: “{one.example}”{one.to_attach}{mention}{_before(before, one)}"
            self.fields[one.id] = forms.TextArea(
                one.question, hint=hint, rows=3, required=False, says_when=True,
                max_length=5000, size="s",
            )  # fmt: skip
        for one in said:
            self.fields[one.id] = forms.TextArea(
                "Anything to add, or to put right?", hint=_before(before, one).strip(), rows=2, required=False,
                says_when=True, max_length=5000,
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Only what was answered."""
        return {name: words for name, words in super().values().items() if words.strip()}


class Consent(Part):
    """That the patient knows of the referral and agrees."""

    information_given_on = forms.Date(
        "When was the patient given information about the service?", called="The day of the information",
        required=False, latest=clock.today,
    )  # fmt: skip
    information_version = forms.Text(
        "Which information?", hint="For example the leaflet and its date, or the web page.", required=False,
        max_length=100,
    )  # fmt: skip
    consented_on = forms.Date(
        "When did the patient agree to this referral?", called="The day of the agreement", required=False,
        latest=clock.today,
    )  # fmt: skip


HELPS = {
    "large_print": "Large print",
    "easy_read": "Easy read",
    "braille": "Braille",
    "bsl": "British Sign Language (BSL) interpreter",
    "phone": "A phone call rather than a letter",
    "writing": "Something in writing rather than a phone call",
}
"""What people often need, as the Accessible Information Standard (DAPB1605) asks to record it; the rest in words."""


class Needs(Part):
    """How to reach the patient so that they understand, safely."""

    needs_interpreter = forms.Radios(
        "Does the patient need an interpreter?",
        options=[forms.Option("yes", "Yes", reveals=("interpreter",)), forms.Option("no", "No")],
        required=False, says_when=True,
    )  # fmt: skip
    interpreter = forms.Text("For which language?", error="Enter the language", max_length=60)
    helps = forms.Checkboxes("What helps the patient?", hint="Choose all that apply.", options=HELPS.items(),
                             required=False, says_when=True)  # fmt: skip
    other_needs = forms.TextArea("Anything else that helps", rows=2, required=False, max_length=1000)
    safe_contact = forms.TextArea(
        "Is there anything we must know to contact the patient safely?",
        hint="For example: do not phone home. We read this before anybody gets in touch.", rows=2, required=False,
        says_when=True, max_length=1000,
    )  # fmt: skip
    proxy_name = forms.Text("Carer, or somebody who speaks for the patient", hint="Their name.", required=False)
    proxy_relationship = forms.Text("How are they related to the patient?", required=False, max_length=60)
    proxy_authority = forms.Text(
        "Do they have authority to decide?", hint="For example lasting power of attorney for health and welfare.",
        required=False,
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """As the registration has it: the helps and the other words together are the communication needs."""
        kept = super().values()
        helps = [HELPS[name] for name in kept["helps"]]
        return kept | {"communication_needs": ". ".join([*helps, *filter(None, [kept["other_needs"].strip()])])}


class Send(forms.Form):
    """The last page; when the same was sent before, sending it again is confirmed."""

    again = forms.Checkbox("This is another referral. Send it all the same", error="Tick the box to send it again",
                           required=False)  # fmt: skip
