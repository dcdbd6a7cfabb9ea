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
REFUSED = {
    "ServiceRequest": 422, "Patient": 422, "Communication": 422, "Task": 422, "DocumentReference": 422,
    "QuestionnaireResponse": 422, "Organization": 405, "Practitioner": 405, "PractitionerRole": 405,
}  # fmt: skip
"""Alone, each names a patient who is not here; of the last three nobody is told anything about a patient."""


def examples() -> dict[str, dict[str, Any]]:
    return {path.name: json.loads(path.read_text()) for path in sorted(EXAMPLES.glob("*.json"))}


def test_each_alone_is_refused_with_the_right_error_and_kept(program: Callable[..., Program], team: Team) -> None:
    gp = program()
    found = examples()
    assert len(found) == 12
    for name, resource in found.items():
        answer = gp.post(resource["resourceType"], resource)
        assert answer.status_code == REFUSED[resource["resourceType"]], (name, answer.content)
        assert answer.json()["resourceType"] == "OperationOutcome"
    kept = sum(REFUSED[one["resourceType"]] == 422 for one in found.values())
    with scope(team.service):
        assert InboundMessage.objects.filter(settled_at__isnull=True).exclude(why="").count() == kept


@pytest.mark.parametrize("which", ["ColonoscopyRequest", "CTChestScan"])
def test_a_referral_with_all_around_it_is_received(which: str, program: Callable[..., Program], team: Team) -> None:
    gp = program()
    found = examples()
    request = next(one for name, one in found.items() if which in name)
    around = [one for one in found.values() if one["resourceType"] not in ("ServiceRequest", "Task")]
    entries = [
        {"fullUrl": f"urn:uuid:{uuid.uuid4()}", "resource": one,
         "request": {"method": "POST", "url": one["resourceType"]}}
        for one in [request, *around]
    ]  # fmt: skip
    answer = gp.post("", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status_code == 200, answer.content
    with scope(team.service):
        row = Referral.objects.get()
        assert (row.online.patient["family_name"], row.online.patient["nhs_number"]) == ("SMITH", "9912003888")
        text = bytes(row.documents.first().content).decode()
        assert "1970-09-11" in text
        message = InboundMessage.objects.get()
        assert any("not sent" in one for one in message.warnings), "the letter that is held elsewhere is asked for"
        if which == "ColonoscopyRequest":
            assert "Swollen abdomen" in text
            assert "Rastall" in text
            assert "White cell count" in text
    patient = gp.get(f"Patient/{row.reference}").json()
    assert patient["identifier"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "02"
