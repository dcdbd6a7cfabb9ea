"""An answered questionnaire as a FHIR R4 QuestionnaireResponse: who it is about, who wrote it, whose words they are.

Nobody's name or number is in it but that of whoever answered for the patient: the referral's own row says who it is.
"""

from typing import Any

from painpath import clock
from painpath.questionnaires import Answers, Questionnaire, to_response
from painpath.referrals.models import Answering, Referral

OURS = "urn:painpath:"
"""Our own systems of identifiers: no number of the NHS is used up for what stays in this record."""
PROXY = "proxy"


def response_of(
    answering: Answering, questionnaire: Questionnaire, answers: Answers, referral: Referral, *,
    status: str = "completed",
) -> dict[str, Any]:  # fmt: skip
    """The response of this answering with these answers."""
    patient = {
        "type": "Patient",
        "identifier": {"system": f"{OURS}referral", "value": referral.reference},
        "display": "The patient of this referral",
    }
    source: dict[str, Any] = {"reference": f"#{PROXY}"} if answering.who == "proxy" else patient
    author = source
    if answering.entered_by is not None:
        author = {
            "type": "Practitioner",
            "identifier": {"system": f"{OURS}member", "value": str(answering.entered_by_id)},
            "display": answering.entered_by.name,
        }
    if answering.who == "staff":
        source = author
    response = to_response(
        questionnaire, answers, status=status, authored=clock.now().astimezone(clock.LONDON), subject=patient,
        author=author, source=source, identifier={"system": f"{OURS}answering", "value": str(answering.key)},
    )  # fmt: skip
    if answering.who != "proxy":
        return response
    related = {
        "resourceType": "RelatedPerson",
        "id": PROXY,
        "patient": patient,
        "relationship": [{"text": answering.proxy_relationship}],
        "name": [{"text": answering.proxy_name}],
    }
    return {"resourceType": response.pop("resourceType"), "contained": [related]} | response
