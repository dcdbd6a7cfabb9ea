"""Sample facts, for previews of a pathway's letters and for trying a layout. The person is invented."""

from datetime import date

from painpath.letters.drafting import draft
from painpath.letters.facts import LetterFacts, Signatory, cited, signposted
from painpath.letters.rendering import render
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.pathway.outcomes import OutcomeId
from painpath.referrals.decisions.decision_content import REPLIES

NHS_NUMBER = "9990000018"
"""From the range 999 that the NHS keeps for tests; its check digit is right."""


def sample(pathway: Pathway, outcome: OutcomeId, audience: Audience, form: str) -> bytes:
    """The letter of this pathway for this outcome, to this audience, in one of `FORMS`: of sample facts, for a reader
    in the first of its localities."""
    locality = pathway.localities[0].id if pathway.localities else None
    return render(draft(sample_facts(pathway, outcome, locality=locality), audience, pathway), form)


def sample_facts(pathway: Pathway, outcome: OutcomeId, *, locality: str | None = None) -> LetterFacts:
    """Facts that fill every field of the letters: the first clauses, signpost and stage of the pathway."""
    first, second = [item.id for item in pathway.criteria if item.group == "exclusion"][:2]
    needs = pathway.outcome(outcome).needs
    return LetterFacts(
        outcome=outcome,
        written_on=date(2026, 11, 23),
        decided_on=date(2026, 11, 23),
        reference="PP-2611-0042",
        signatory=Signatory(
            name="Dr Robin Sample",
            role="Consultant in pain medicine",
            registration="GMC 0000000",
            contact="01632 960 001, Monday to Friday, 9am to 4pm",
        ),
        patient_title="Mx",
        patient_name="Alex Example",
        patient_family_name="Example",
        patient_address=("Flat 2", "14 Sample Street", "Exampleton", "EX1 2MP"),
        date_of_birth=date(1984, 3, 7),
        nhs_number=NHS_NUMBER,
        locality=locality,
        gp_name="Dr Sam Specimen",
        practice="Example Surgery",
        practice_address=("1 Practice Road", "Exampleton", "EX1 3GP"),
        referrer_name="Jo Instance",
        referrer_organisation="Exampleton physiotherapy",
        ubrn="000012345678",
        clauses=(
            cited(pathway, first, state="for" if outcome == "accept" else "against", quotes=("the referral's words",)),
            cited(pathway, second, state="for" if outcome == "accept" else "not_stated"),
        ),
        reason="The referral and the published criteria were read side by side.",
        words_to_patient="Thank you for telling us how much the pain changes your days.\n\nI hope this letter helps.",
        words_to_gp="Thank you for the full letter.",
        review_date=date(2027, 2, 15) if "review_date" in needs or outcome.startswith(("ask", "send")) else None,
        condition="you feel steadier and have a plan of support" if "condition" in needs else "",
        watcher="Dr Robin Sample" if "watcher" in needs else "",
        target_service=pathway.signposts[0].plain_name if "target_service" in needs else "",
        stage=pathway.stages[0].plain if "stage" in needs else "",
        priority=pathway.priorities[0].plain if "priority" in needs else "",
        wait="between 12 and 20 weeks" if "wait" in needs else "",
        wait_as_of=date(2026, 11, 1) if "wait" in needs else None,
        clock_start=date(2026, 11, 9) if "clock_start" in needs else None,
        signposts=(signposted(pathway, pathway.signposts[0].id),) if pathway.signposts else (),
        questions_patient=("When did the pain begin?", "What helps?") if outcome == "ask_patient" else (),
        questions_referrer=("Which treatments were tried?", "Which tests were done?")
        if outcome == "ask_referrer"
        else (),
        answer_by=date(2026, 12, 14) if outcome in ("ask_patient", "send_questionnaire") else None,
        questionnaires=("About your pain (about 15 minutes)",) if outcome == "send_questionnaire" else (),
        online="https://referrals.example.nhs.uk/services/southampton-portsmouth/my-referral/code/",
        question="Is there anything else that we could try?" if "question" in needs else "",
        enclosures=("Walking programme.pdf",) if outcome in REPLIES else (),
        by_ers=pathway.outcome(outcome).ers is not None,
        copied_to=("Dr Sam Specimen, Example Surgery", "Jo Instance, Exampleton physiotherapy"),
    )
