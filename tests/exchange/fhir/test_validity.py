"""Every kind of answer of the facade is looked at (`tests.exchange.second_opinion`), and says what it should.

Shown are referrals on their way: received, advised, waiting for a questionnaire, answered, accepted.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from painpath import documents
from painpath.accounts.scope import scope
from painpath.letters.models import Dispatch, InboundMessage, Letter
from painpath.referrals import verbs
from painpath.referrals.arriving import registering
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Answering, Comment, Referral
from tests.exchange.fhir.conftest import Program, referral
from tests.exchange.fhir.test_pure import everything as made_of_facts
from tests.exchange.second_opinion import Opinions
from tests.referrals.conftest import Team, details
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import MOOD, ask, fill_rota, publish

pytestmark = pytest.mark.django_db


def resources_in(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer, and each resource in it."""
    yield answer
    for entry in answer.get("entry", []):
        if "resource" in entry:
            yield from resources_in(entry["resource"])
        if "outcome" in entry.get("response", {}):
            yield entry["response"]["outcome"]


def screening(team: Team, name: str) -> Referral:
    """The referral that a program sent, read, registered and taken up by the consultant; inside the scope."""
    row = Referral.objects.get(reference=name)
    read_in(service_id=team.service.pk, referral_id=row.pk, reader=documents.read)
    row.refresh_from_db()
    registering.register(referral=row, by=team.administrator, details=details())
    row.refresh_from_db()
    return verbs.start_screening(referral=row, by=team.consultant)


def test_everything_that_is_answered_is_valid_for_two_implementations(
    program: Callable[..., Program], team: Team, second_opinion: Opinions
) -> None:
    gp, whole = program(), program(reach="service")
    kinds = ("Task", "Patient", "Practitioner", "PractitionerRole", "Organization", "ServiceRequest")
    answers: list[dict[str, Any]] = [gp.get("metadata").json()]

    advised = gp.post("ServiceRequest", referral()).json()["id"]
    with scope(team.service):
        row = screening(team, advised)
        Comment.objects.create(service=team.service, referral=row, by=team.consultant, text="Between colleagues.")
        decided(row, team.consultant, "advise", reason="Advice is enough for now.")
    waiting = gp.post("ServiceRequest", referral(note=[{"text": "Another person."}])).json()["id"]
    with scope(team.service):
        fill_rota(team.consultant, team.colleague)
        ask(screening(team, waiting), team.consultant, publish(team.manager, MOOD))
    task = gp.get(f"Task/{waiting}").json()
    canonical = next(one["valueCanonical"] for one in task["input"] if "valueCanonical" in one)
    response = {
        "resourceType": "QuestionnaireResponse", "questionnaire": canonical, "status": "completed",
        "basedOn": [{"reference": f"ServiceRequest/{waiting}"}], "authored": "2026-11-26T10:00:00+00:00", "item": [],
    }  # fmt: skip
    wrong = gp.post(
        "QuestionnaireResponse", response | {"item": [{"linkId": "nowhere", "answer": [{"valueInteger": 1}]}]}
    )
    assert wrong.status_code == 422, wrong.content
    assert "nowhere" in str(wrong.json())
    answers.append(wrong.json())
    least = {"linkId": "weeks", "item": [
        {"linkId": "dead", "answer": [{"valueCoding": {"system": "urn:test", "code": "c0"}}]}]}  # fmt: skip
    good = response | {"item": [least]}
    sent, again = gp.post("QuestionnaireResponse", good), gp.post("QuestionnaireResponse", good)
    assert (sent.status_code, again.status_code) == (201, 200), sent.content
    answers.append(gp.get(f"QuestionnaireResponse/{sent.json()['id']}").json())
    assert gp.get(f"Task/{waiting}").json()["status"] == "received"
    for name in (advised, waiting):
        answers += [gp.get(f"{kind}/{name}").json() for kind in kinds]
        about = f"ServiceRequest/{name}"
        for asked in (
            f"DocumentReference?related={about}", f"Communication?about={about}", f"CommunicationRequest?about={about}",
            f"Provenance?target={about}", f"QuestionnaireResponse?based-on={about}", f"AuditEvent?entity={about}",
            f"{about}/$document",
        ):  # fmt: skip
            found = whole.get(asked)
            assert found.status_code == 200, (asked, found.content)
            answers.append(found.json())
    for asked in ("ServiceRequest?_include=ServiceRequest:patient", "Questionnaire", "PlanDefinition", "Task",
                  "Nothing", "ServiceRequest?authored=yesterday", "Patient/0000-0000"):  # fmt: skip
        answers.append(whole.get(asked).json())
    everything = [one for answer in [*answers, *made_of_facts()] for one in resources_in(answer)]
    shown = {one["resourceType"] for one in everything}
    assert shown >= {
        "CapabilityStatement", "OperationOutcome", "Bundle", "Composition", "ServiceRequest", "Patient", "Task",
        "Practitioner", "PractitionerRole", "Organization", "DocumentReference", "Communication", "Provenance",
        "AuditEvent", "Questionnaire", "QuestionnaireResponse", "PlanDefinition",
    }  # fmt: skip
    assert second_opinion.invalid(made_of_facts()) == {}
    said = json.dumps(answers)
    assert "Between colleagues" not in said
    assert "rejected" not in said
    decision = gp.get(f"Provenance?target=ServiceRequest/{advised}").json()["entry"][0]["resource"]
    assert decision["reason"][0]["text"] == "Advice is enough for now."
    papers = f"DocumentReference?related=ServiceRequest/{advised}"
    with scope(team.service):
        signed = Letter.objects.get(referral__reference=advised, audience="gp")
        Dispatch.objects.filter(letter=signed).update(state="held")
        row = Dispatch.objects.create(service=team.service, referral=signed.referral, letter=signed, kind="letter",
                                      to="gp", channel="print", name="Larkfield Surgery", state="held")  # fmt: skip
    for state, seen in {"held": False, "queued": False, "failed": False, "cancelled": False, "sent": True}.items():
        with scope(team.service):
            row.state = state
            row.save()
        assert (f"letter-{signed.pk}" in gp.get(papers).content.decode()) == seen, state
        assert gp.get(f"Binary/letter-{signed.pk}").status_code == (200 if seen else 404)
        assert gp.get(f"DocumentReference/letter-{signed.pk}").status_code == (200 if seen else 404)
        told = gp.get(f"Provenance?target=ServiceRequest/{advised}").content.decode()
        assert (f"letter-{signed.pk}" in told + gp.get(f"Task/{advised}").content.decode()) == seen
        assert whole.get(f"Binary/letter-{signed.pk}").status_code == 200
    letters = gp.get(papers).json()["entry"]
    kinds_of = [one["resource"]["type"]["coding"][0]["code"] for one in letters]
    assert kinds_of == ["gp", "document"], "its own file, and the letter to the GP; not the one to the patient"
    url = letters[0]["resource"]["content"][0]["attachment"]["url"]
    pdf = gp.get(url, Accept="application/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Type"] == "application/pdf"
    assert gp.get(url).json() in second_opinion
    assert gp.get(f"ServiceRequest/{advised}/$document").status_code == 403
    with scope(team.service):
        assert InboundMessage.objects.get(settled_at__isnull=True).why.startswith("Practice system sent answers")
        assert Answering.objects.get().response == good
