"""The forms of the team door. Choices come from the pathway; what is right is checked again by the verbs."""

import uuid
from typing import Any, cast

from django.core.exceptions import ValidationError

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.decision_content import DecisionContent
from painpath.referrals.decision_rules import own_judgements, possible_outcomes
from painpath.referrals.models import Referral
from painpath.referrals.models.people import SEXES
from painpath.referrals.refusal import Refused
from painpath.referrals.registering import PatientDetails, Registration, normal_nhs_number, normal_postcode
from painpath.referrals.transitions import Outcome
from painpath.triage.presenters.words import STATES
from painpath.web import forms


class Receive(forms.Form):
    """What arrived. The key makes the form one referral, however often it is sent."""

    key = forms.Hidden()
    documents = forms.Files(
        "Letter and other documents",
        hint="PDF, Word, text, e-mail or scan, up to 25 MB each. You can choose several files at once.",
        error="Choose the referral letter",
    )

    @classmethod
    def fresh(cls) -> "Receive":
        """An empty form with a key of its own."""
        return cls(initial={"key": str(uuid.uuid4())})

    def clean_key(self) -> uuid.UUID:
        """The key, or a new one when somebody took it out: then a repeat is not recognised, and nothing is lost."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()


class AddDocuments(forms.Form):
    """More documents for a referral that is there already."""

    documents = forms.Files(
        "Documents", hint="PDF, Word, text, e-mail or scan, up to 25 MB each.", error="Choose at least one file"
    )


class Register(forms.Form):
    """Whom the referral is about, who sent it, and by which route. Only family name and route are needed."""

    route = forms.Radios("How did this referral come?", options=[], error="Choose how this referral came")
    ubrn = forms.Text(
        "UBRN", hint="12 digits, from the e-RS page, with the leading zeros.", error="Enter the UBRN", max_length=20
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
    practice_name = forms.Text("GP practice of the patient", required=False)
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

    def __init__(self, *args: Any, pathway: Pathway, hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in hints.items():
            field = self.fields[name]
            field.help_text = f"{field.help_text} {words}".strip()
        reveals = {"ubrn": "ubrn", "circumstances": "circumstances"}
        cast(forms.Radios, self.fields["route"]).options = [
            forms.Option(route.id, route.name, reveals=tuple(reveals[need] for need in route.needs if need in reveals))
            for route in pathway.routes
        ]
        cast(forms.Radios, self.fields["locality"]).options = [
            *(forms.Option(place.id, place.name) for place in pathway.localities),
            forms.Option("unknown", "Somewhere else, or not known"),
        ]

    def clean_nhs_number(self) -> str:
        """Modulus 11, beside the field rather than at the end."""
        try:
            return normal_nhs_number(self.cleaned_data["nhs_number"])
        except Refused as refused:
            raise ValidationError(refused.sentence) from None

    def clean_postcode(self) -> str:
        """As people write it, and too long said beside the field."""
        try:
            return normal_postcode(self.cleaned_data["postcode"])
        except Refused as refused:
            raise ValidationError(refused.sentence) from None

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
        given |= dates
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


class Close(Reason):
    """Ending a referral without a decision of the team."""

    how = forms.Radios(
        "Why does this referral end?",
        options=[
            forms.Option(
                "withdraw", "The patient does not want to go on", "The door stays open: it can be taken back."
            ),
            forms.Option("record_move", "The patient has moved away"),
            forms.Option("record_death", "The patient has died", "No letter is sent to the patient."),
            forms.Option("close_in_error", "It was received in error", "For example a duplicate, or meant for others."),
        ],
        error="Choose why this referral ends",
    )
    field_order = ["how", "reason"]


class HandOver(forms.Form):
    """Where the accepted patient is booked."""

    system = forms.Text("Booking system", hint="For example the patient administration system", error="Name the system")
    number = forms.Text("Number there", error="Enter the number of the booking or the record", max_length=60)
    on = forms.Date("Day of the hand-over", error="Enter the day of the hand-over", latest=clock.today)


class ChooseOutcome(forms.Form):
    """What is decided, and on which criteria it rests. Nothing is chosen beforehand."""

    seen_version = forms.Hidden()

    outcome = forms.Radios("What have you decided?", options=[], error="Choose what you have decided")
    clauses = forms.Checkboxes(
        "Which criteria does it rest on?", options=[], required=False,
        hint="You can cite the criteria that you have confirmed or corrected yourself. Whatever turns somebody away "
        "must rest on at least one.", says_when=True,
    )  # fmt: skip

    def __init__(self, *args: Any, referral: Referral, pathway: Pathway, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = possible_outcomes(referral)
        cast(forms.Radios, self.fields["outcome"]).options = [
            forms.Option(item.id, item.label, item.explanation) for item in pathway.outcomes if item.id in possible
        ]
        judged = own_judgements(referral, by)
        cast(forms.Checkboxes, self.fields["clauses"]).options = [
            forms.Option(criterion.id, f"{criterion.name}: {STATES[judged[criterion.id].state].lower()}",
                         " ".join(criterion.published))
            for criterion in pathway.criteria
            if criterion.id in judged
        ]  # fmt: skip


def details_form(outcome: str, referral: Referral, pathway: Pathway, clauses: tuple[str, ...]) -> type[forms.Form]:
    """The form for what this outcome needs, with a field for each need that the pathway names."""
    needs = pathway.outcome(outcome).needs
    fields: dict[str, Any] = {"seen_version": forms.Hidden()}
    if "stage" in needs:
        fields["stage"] = forms.Radios(
            "What is the patient accepted for?", options=[forms.Option(s.id, s.name) for s in pathway.stages],
            error="Choose what the patient is accepted for",
        )  # fmt: skip
    if "signpost" in needs:
        fields["signposts"] = forms.Checkboxes(
            "Which services do you point the patient to?",
            options=[forms.Option(post.id, post.name, post.plain) for post in pathway.signposts
                     if not post.localities or not referral.locality or referral.locality in post.localities],
            error="Choose at least one service",
        )  # fmt: skip
    if "target_service" in needs:
        fields["target_service"] = forms.Text("Which service do you redirect to?", error="Name the service")
    if "questionnaire" in needs:
        fields["questionnaire"] = forms.Radios(
            "Which questionnaire?",
            options=[forms.Option(one.id, one.name) for one in pathway.questionnaires],
            error="Choose which questionnaire to send",
        )
    if "condition" in needs:
        fields["condition"] = forms.Text(
            "What are we waiting for?",
            hint="Write it to the patient. It follows “We will look again when …” in both letters: for example "
                 "“your mood is steady and there is a plan”",
            error="Say what we are waiting for", max_length=300,
        )  # fmt: skip
    if "watcher" in needs:
        fields["watcher"] = forms.Text("Who watches for it?", hint="A name or a role", error="Say who watches for it")
    if "review_date" in needs:
        fields["review_on"] = forms.Date(
            "When does the referral come back to us?", error="Enter the day on which it comes back",
            earliest=clock.tomorrow, called="The day on which it comes back",
        )  # fmt: skip
    if "questions" in needs:
        of_patient = outcome == Outcome.ASK_PATIENT
        fields["questions_patient" if of_patient else "questions_referrer"] = forms.TextArea(
            "What do you ask the patient?" if of_patient else "What do you ask the referrer?",
            hint="One question on each line", error="Write what you ask for",
        )  # fmt: skip
    if any("adjustments_offered" in pathway.criterion(name).requires for name in clauses):
        fields["adjustments_offered"] = forms.TextArea(
            "Which adjustments were offered?", rows=3, required=False,
            hint="Equality Act 2010: a decision may rest on access problems only after adjustments were offered",
        )  # fmt: skip
    fields["reason"] = forms.TextArea(
        "Your reason", hint="For the record and the GP's letter", error="Give the reason in your own words"
    )
    fields["to_patient"] = forms.TextArea(
        "Your own words to the patient", hint="Plain words, no abbreviations. The letter says the rest.", required=False
    )
    advice = "advice" in needs
    fields["to_gp"] = forms.TextArea(
        "Your advice to the GP or referrer" if advice else "Your own words to the GP", required=advice,
        error="Write the advice for the GP or referrer",
    )  # fmt: skip
    return type("Details", (forms.Form,), fields)


def content_of(choice: DecisionContent, cleaned: dict[str, Any]) -> DecisionContent:
    """The draft with what this form said put in."""
    plain = choice.to_json()
    for name, value in cleaned.items():
        if name in plain:
            plain[name] = value.isoformat() if hasattr(value, "isoformat") else value if value is not None else ""
    return DecisionContent.from_json(plain | {"review_on": plain["review_on"] or None})
