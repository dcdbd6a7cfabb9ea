"""The forms of deciding. Choices and needs come from the pathway; the verbs check again."""

from typing import Any, cast

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.decisions.decision_rules import own_judgements, possible_outcomes
from painpath.referrals.models import Referral
from painpath.referrals.questionnaires import library
from painpath.triage import advice_forms, attachment_forms, decision_fields
from painpath.triage.presenters.offered import offer_words
from painpath.web import forms
from painpath.web.clauses import labels_of


class ChooseOutcome(forms.Form):
    """What is decided, and on which criteria it rests. Nothing is chosen beforehand."""

    seen_version = forms.Hidden()

    outcome = decision_fields.outcome(())
    clauses = forms.Checkboxes(
        "Which criteria does it rest on?", options=[], required=False,
        hint="You can cite the criteria that you have confirmed or corrected yourself. Whatever turns somebody away "
        "must rest on at least one.", says_when=True,
    )  # fmt: skip

    def __init__(self, *args: Any, referral: Referral, pathway: Pathway, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = possible_outcomes(referral)
        self.fields["outcome"] = decision_fields.outcome(one for one in pathway.outcomes if one.id in possible)
        judged = own_judgements(referral, by)
        cast(forms.Checkboxes, self.fields["clauses"]).options = [
            forms.Option(one.id, f"{one.name}: {labels_of(one, pathway)[judged[one.id].state].lower()}",
                         " ".join(one.published))
            for one in pathway.criteria
            if one.id in judged
        ]  # fmt: skip


def details_form(
    outcome: str, referral: Referral, pathway: Pathway, clauses: tuple[str, ...], by: Membership
) -> type[forms.Form]:
    """The form for what this outcome needs, with a field for each need that the pathway names."""
    needs = pathway.outcome(outcome).needs
    fields: dict[str, Any] = {"seen_version": forms.Hidden()}
    fields |= decision_fields.acceptance(referral, pathway, needs)
    if "signpost" in needs:
        fields["signposts"] = forms.Checkboxes(
            "Which services do you point the patient to?",
            options=[forms.Option(post.id, post.name, post.plain) for post in pathway.signposts
                     if not post.localities or not referral.locality or referral.locality in post.localities],
            error="Choose at least one service",
        )  # fmt: skip
    if "target_service" in needs:
        fields |= decision_fields.redirection(referral, pathway)
    if "questionnaire" in needs:
        fields["questionnaire"] = forms.Radios(
            "Which questionnaire?",
            options=[
                forms.Option(one.id, one.name, offer_words(referral, one, pathway))
                for one in library.offered(referral.service, pathway)
            ],
            error="Choose which questionnaire to send",
        )
    if "condition" in needs:
        fields["condition"] = forms.Text(
            "What are we waiting for?",
            hint="Write it to the patient. It follows “We can look again when …” in both letters: for example "
                 "“your mood is steady and there is a plan”",
            error="Say what we are waiting for", max_length=300,
        )  # fmt: skip
    if "watcher" in needs:
        fields |= decision_fields.watcher(by)
    if "review_date" in needs:
        fields["review_on"] = forms.Date(
            "When does the referral come back to us?", error="Enter the day on which it comes back",
            earliest=clock.tomorrow, called="The day on which it comes back",
        )  # fmt: skip
    if "questions" in needs:
        fields |= decision_fields.asking(outcome, pathway, clauses)
    if "asked_by" in needs:
        fields |= decision_fields.withdrawal()
    if "question" in needs:
        fields |= advice_forms.question_fields(referral)
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
    fields |= advice_forms.paragraph_field(referral, clauses)
    advice = "advice" in needs
    fields["to_gp"] = forms.TextArea(
        "Your advice to the GP or referrer" if advice else "Your own words to the GP", required=advice,
        error="Write the advice for the GP or referrer",
    )  # fmt: skip
    fields |= attachment_forms.attachments_field(referral, pathway, outcome)
    fields |= advice_forms.recommendation_field(referral, pathway, outcome)
    return type("Details", (forms.Form,), fields)


def content_of(choice: DecisionContent, cleaned: dict[str, Any], pathway: Pathway, by: Membership) -> DecisionContent:
    """The draft with what this form said put in."""
    plain = choice.to_json()
    may_be_none = {name for name, value in DecisionContent().to_json().items() if value is None}
    for name, value in decision_fields.filled(choice, advice_forms.with_question(cleaned), pathway, by).items():
        if name in plain and name != "paragraphs":
            empty = None if name in may_be_none else ""
            plain[name] = value.isoformat() if hasattr(value, "isoformat") else value if value is not None else empty
    return DecisionContent.from_json(plain)
