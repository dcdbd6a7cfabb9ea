"""The forms of the team door. Choices come from the pathway; what is right is checked again by the verbs."""

from typing import Any, cast

from painpath import clock
from painpath.pathway import Pathway
from painpath.pathway.model import Route
from painpath.referrals.arriving.persons import PatientDetails
from painpath.referrals.arriving.registering import Registration
from painpath.referrals.models.people import SEXES
from painpath.web import forms
from painpath.web.patient_fields import PatientFields


class Receive(forms.Keyed):
    """What arrived. The key makes the form one referral, however often it is sent."""

    documents = forms.Files(
        "Letter and other documents",
        hint="PDF, Word, text, email or scan, up to 25 MB each. You can choose several files at once.",
        error="Choose the referral letter",
    )


class AddDocuments(forms.Form):
    """More documents for a referral that is there already."""

    documents = forms.Files(
        "Documents", hint="PDF, Word, text, email or scan, up to 25 MB each.", error="Choose at least one file"
    )


def _revealed(route: Route) -> tuple[str, ...]:
    """The fields that are asked only for this route."""
    converted = ("may_convert",) if route.channel == "ers_advice_and_guidance" else ()
    return (*(need for need in route.needs if need in ("ubrn", "circumstances")), *converted)


class Register(PatientFields, forms.Form):
    """Whom the referral is about, who sent it, and by which route. Only family name and route are needed."""

    route = forms.Radios("How did this referral come?", options=[], error="Choose how this referral came")
    ubrn = forms.Text(
        "UBRN", hint="12 digits, from the e-RS page, with the leading zeros.", error="Enter the UBRN", max_length=20
    )
    may_convert = forms.Radios(
        "May the team turn this advice request into a referral?",
        hint="The GP says so in e-RS. Without it the GP has to send a referral of their own once we accept.",
        options=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        required=False,
        says_when=True,
    )
    circumstances = forms.TextArea(
        "Exceptional circumstances", hint="As the palliative care team gives them",
        error="Enter the exceptional circumstances",
    )  # fmt: skip
    title = forms.Text("Title", required=False, max_length=20)
    given_name = forms.Text("Given names", required=False, max_length=100)
    family_name = forms.Text("Family name", error="Enter the patient's family name", max_length=100)
    date_of_birth = forms.Date("Date of birth", required=False, latest=clock.today)
    nhs_number = forms.Text(
        "NHS number", hint="10 digits. Leave it empty if it is not known.", required=False, max_length=20
    )
    sex = forms.Select("Sex", options=SEXES.items(), blank="Not stated", required=False)
    ethnicity = forms.Text("Ethnicity", required=False, max_length=100)
    address = forms.TextArea("Address", rows=3, required=False, max_length=500)
    postcode = forms.Text("Postcode", required=False, max_length=10)
    phone = forms.Text("Phone number", required=False, max_length=40)
    email = forms.Email("Email address", required=False)
    locality = forms.Radios("Where does the patient live?", options=[], required=False)
    language = forms.Text("First language", required=False, max_length=60)
    interpreter = forms.Text("Interpreter needed", hint="For which language", required=False, max_length=60)
    communication_needs = forms.TextArea(
        "Communication needs", hint="For example large print, British Sign Language, phone rather than letter", rows=2,
        required=False,
    )  # fmt: skip
    safe_contact = forms.TextArea(
        "How to contact safely", hint="For example: do not phone home", rows=2, required=False
    )
    proxy_name = forms.Text("Carer or proxy", required=False)
    proxy_relationship = forms.Text("Relationship", required=False, max_length=60)
    proxy_authority = forms.Text(
        "Authority", hint="For example lasting power of attorney for health and welfare", required=False
    )
    referrer_name = forms.Text("Name of the referrer", required=False)
    referrer_profession = forms.Text("Profession of the referrer", hint="For example GP, physiotherapist",
                                     required=False, max_length=100)  # fmt: skip
    referrer_registration = forms.Text("Professional registration of the referrer", required=False, max_length=60,
                                       hint="Body and number, for example HCPC PH123456")  # fmt: skip
    referrer_email = forms.Email(
        "Email address of the referrer", required=False, autocomplete="off",
        hint="A receipt and one-time codes go there when it is a work address, for example at nhs.net. Check it letter "
        "by letter: whoever reads this mailbox can see the referral.",
    )  # fmt: skip
    practice_name = forms.Text("GP practice of the patient", hint="Its name or its ODS code.", required=False)
    practice_is_new = forms.Checkbox("The practice is not in the directory", required=False)
    information_given_on = forms.Date(
        "When was the patient given information about the service?",
        called="The day of the information",
        required=False,
        latest=clock.today,
    )
    information_version = forms.Text(
        "Which information?", hint="For example the leaflet and its date, or the page", required=False, max_length=100
    )
    consented_on = forms.Date(
        "When did the patient agree to this referral?", called="The day of the agreement", required=False,
        latest=clock.today,
    )  # fmt: skip

    def __init__(
        self, *args: Any, pathway: Pathway, hints: dict[str, str], sent_online: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if sent_online:  # the referrer is whose account it was; and there need not be anything in e-RS
            del self.fields["referrer_name"], self.fields["referrer_profession"]
            self.fields["ubrn"].required = False
        for name, words in hints.items():
            if name not in self.fields:
                continue
            field = self.fields[name]
            hint = str(field.help_text)
            field.help_text = f"{hint}{'' if not hint or hint.endswith('.') else '.'} {words}".strip()
        cast(forms.Radios, self.fields["route"]).options = [
            forms.Option(route.id, route.name, reveals=_revealed(route)) for route in pathway.routes
        ]
        asked = {name for route in pathway.routes for name in _revealed(route)}
        for name in {"ubrn", "may_convert", "circumstances"} - asked:
            del self.fields[name]  # no route asks for it: nobody could ever fill it in
        cast(forms.Radios, self.fields["locality"]).options = [
            *(forms.Option(place.id, place.name) for place in pathway.localities),
            forms.Option("unknown", "Somewhere else, or not known"),
        ]

    def clean_locality(self) -> str:
        """The record keeps nothing where nothing is known."""
        chosen: str = self.cleaned_data["locality"]
        return "" if chosen == "unknown" else chosen

    def clean_ubrn(self) -> str:
        """Blanks and hyphens are how people write it down."""
        return str(self.cleaned_data["ubrn"] or "").replace(" ", "").replace("-", "")

    def registration(self) -> Registration:
        """What was confirmed, for the verb."""
        given: dict[str, Any] = {name: value if value is not None else "" for name, value in self.cleaned_data.items()}
        dates = {name: self.cleaned_data[name] for name in ("date_of_birth", "information_given_on", "consented_on")}
        given |= dates | {"may_convert": {"yes": True, "no": False}.get(given.get("may_convert", ""))}
        patient: dict[str, Any] = {name: given[name] for name in PatientDetails.__dataclass_fields__}
        rest: dict[str, Any] = {name: given[name] for name in Registration.__dataclass_fields__ if name in given}
        return Registration(patient=PatientDetails(**patient), **rest)


class Judge(forms.Form):
    """A clinician's word on one criterion. Nothing is chosen beforehand."""

    state = forms.Radios("What does the referral say?", options=[], error="Choose what the referral says")
    reason = forms.TextArea(
        "Reason", hint="Needed for a correction", rows=2, required=False, max_length=2000, says_when=True
    )

    def __init__(self, *args: Any, choices: dict[str, str], read_state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Radios, self.fields["state"]).options = [
            forms.Option(value, f"{label} (as read)" if value == read_state else label)
            for value, label in choices.items()
        ]


class ActOnAlert(forms.Form):
    """What was done about an alert."""

    action = forms.TextArea(
        "What did you do about it?", rows=2, max_length=2000, error="Say what you did about it: whom you told, and when"
    )


class Reason(forms.Form):
    """A reason, and nothing else."""

    reason = forms.TextArea("What happened?", error="Say what happened: the timeline rests on it")


class HandOver(forms.Form):
    """Where the accepted patient is booked."""

    system = forms.Text("Booking system", hint="For example the patient administration system", error="Name the system")
    number = forms.Text("Number there", error="Enter the number of the booking or the record", max_length=60)
    on = forms.Date("Day of the hand-over", error="Enter the day of the hand-over", latest=clock.today)
