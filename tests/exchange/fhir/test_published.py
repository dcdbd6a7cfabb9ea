"""Every published UK Core example is received, or refused with the right error, and none is lost.

The examples are not ours and stand outside of the project; without them this is skipped.
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from painpath.accounts.scope import scope
from painpath.letters.models import InboundMessage
from painpath.referrals.models import Referral
from tests.exchange.fhir.conftest import Program
from tests.referrals.conftest import Team
from tests.shared import SHARED, needs

EXAMPLES = SHARED / "data/ukcore/examples"
pytestmark = [
    pytest.mark.django_db,
    needs("data/ukcore/examples"),
]
NOBODY, BESIDE = "Nobody could tell from this whom the referral is about", "Send the patient inside the referral"
CANNOT = "cannot be created here"
ALONE: dict[str, tuple[int, str, str]] = {
    "Communication-FirstMMRVaccination": (422, "not-supported", CANNOT),
    "DocumentReference-CarePlanReportPDF": (422, "required", "Name the referral that this document belongs to"),
    "Organization-LeedsTeachingHospital": (405, "not-supported", CANNOT),
    "Organization-WhiteRoseMedicalCentre": (405, "not-supported", CANNOT),
    "Patient-RichardSmith": (422, "not-supported", BESIDE),
    "Practitioner-ConsultantSandraGose": (405, "not-supported", CANNOT),
    "Practitioner-DoctorPaulRastall": (405, "not-supported", CANNOT),
    "PractitionerRole-GeneralPractitioner": (405, "not-supported", CANNOT),
    "QuestionnaireResponse-FitnessForWork": (422, "business-rule", "No referral that this program may see waits"),
    "ServiceRequest-CTChestScan": (422, "required", NOBODY),
    "ServiceRequest-ColonoscopyRequest": (422, "required", NOBODY),
    "Task-Colonoscopy": (422, "not-supported", CANNOT),
}  # fmt: skip
"""Of each file, sent alone: the status, the code, and the words that say what to do. Of a 405 nobody is told anything
about a patient; whatever else is refused is kept for a person."""

REFERRED = {
    "ServiceRequest-CTChestScan": ["Computed tomography of chest", "Pulmonary embolism"],
    "ServiceRequest-ColonoscopyRequest": ["Colonoscopy requested", "Swollen abdomen", "White cell count"],
}
AROUND = {
    "Communication-FirstMMRVaccination": ["First MMR vaccination administered"],
    "DocumentReference-CarePlanReportPDF": ["Care Plan Report"],
    "Organization-LeedsTeachingHospital": [],
    "Organization-WhiteRoseMedicalCentre": [],
    "Patient-RichardSmith": ["1970-09-11", "4 Sandmoor Drive", "Jackson", "British Sign Language"],
    "Practitioner-ConsultantSandraGose": [],
    "Practitioner-DoctorPaulRastall": [],
    "PractitionerRole-GeneralPractitioner": [],
    "QuestionnaireResponse-FitnessForWork": ["Fibromyalgia", "Fit for work with restrictions"],
    "Task-Colonoscopy": [],
}
"""Of each file, sent in a transaction with a referral: what of it must stand in the paper that people read."""


def examples() -> dict[str, dict[str, Any]]:
    there = [path for path in sorted(EXAMPLES.rglob("*")) if path.is_file()]
    found = {path.name.removeprefix("UKCore-").removesuffix("-Example.json"): path for path in there}
    assert found.keys() == ALONE.keys() == {*REFERRED, *AROUND}, "a file without a row, or a row without a file"
    return {name: json.loads(path.read_text()) for name, path in found.items()}


def test_each_alone_is_refused_with_the_right_error_and_kept(program: Callable[..., Program], team: Team) -> None:
    gp = program()
    found = examples()
    for name, resource in found.items():
        answer = gp.post(resource["resourceType"], resource)
        issue, *_ = answer.json()["issue"]
        status, code, words = ALONE[name]
        assert (answer.status_code, issue["code"]) == (status, code), (name, answer.content)
        assert words in issue["details"]["text"], name
    with scope(team.service):
        kept = [(json.loads(bytes(one.content)), one.why) for one in InboundMessage.objects.filter(settled_at=None)]
    for name, (status, _, words) in ALONE.items():
        whys = [why for content, why in kept if content == found[name]]
        assert [words in why for why in whys] == ([True] if status == 422 else []), name


@pytest.mark.parametrize("which", list(REFERRED))
def test_a_referral_with_all_around_it_is_received(which: str, program: Callable[..., Program], team: Team) -> None:
    gp = program()
    found = examples()
    entries = [
        {"fullUrl": f"urn:uuid:{uuid.uuid4()}", "resource": found[name],
         "request": {"method": "POST", "url": found[name]["resourceType"]}}
        for name in [which, *AROUND]
    ]  # fmt: skip
    answer = gp.post("", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status_code == 200, answer.content
    with scope(team.service):
        row = Referral.objects.get()
        assert (row.online.patient["family_name"], row.online.patient["nhs_number"]) == ("SMITH", "9912003888")
        text = bytes(row.documents.first().content).decode()
        message = InboundMessage.objects.get()
        assert [one["resource"] for one in json.loads(bytes(message.content))["entry"]] == [
            one["resource"] for one in entries
        ]
        assert any("not sent" in one for one in message.warnings), "the letter that is held elsewhere is asked for"
        assert [one for one in message.warnings if "another patient" in one] == [
            "A Communication came with it that names another patient. Look whether it belongs here."
        ]
    for name, words in {which: REFERRED[which], **AROUND}.items():
        assert [each for each in words if each not in text] == [], name
    if which == "ServiceRequest-ColonoscopyRequest":
        assert "Rastall" in text
    patient = gp.get(f"Patient/{row.reference}").json()
    assert patient["identifier"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "02"
