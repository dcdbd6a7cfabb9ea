"""A referral comes in FHIR: created, read, found, added to, asked to be cancelled. A person decides all the rest."""

import json
from collections.abc import Callable
from typing import Any

import fhirpathpy
import pytest
from fhirpathpy.models import models

from painpath import clock, pathway
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.exchange.authorising import Denied
from painpath.exchange.fhir import adding, cases, frame, receiving
from painpath.exchange.fhir.mapping.facts import Person
from painpath.exchange.models import Sent
from painpath.letters.models import InboundMessage
from painpath.reading.patient import valid_nhs_number
from painpath.referrals.models import Referral, Task
from painpath.referrals.refusal import Refused
from tests.exchange.fhir.conftest import Program, referral
from tests.referrals.conftest import Team

pytestmark = pytest.mark.django_db


def test_a_referral_is_kept_made_and_shown(program: Callable[..., Program], team: Team) -> None:
    gp = program()
    sent = referral(identifier=[{"system": "https://practice.example/requests", "value": "R-1"}])
    made = gp.post("ServiceRequest", sent)
    assert made.status_code == 201, made.content
    shown = made.json()
    name = shown["id"]
    assert made["Location"].endswith(f"/ServiceRequest/{name}/_history/1")
    assert made["ETag"] == 'W/"1"'
    assert shown["status"] == "active"
    assert shown["note"][0]["text"].startswith("She has tried")
    with scope(team.service):
        row = Referral.objects.get(reference=name)
        assert (row.state, row.patient, row.owner_role) == ("received", None, "administrator")
        assert row.online.program == "Practice system"
        assert row.online.patient["family_name"] == "Quillfeather"
        assert set(row.online.patient) <= {"title", "given_name", "family_name", "nhs_number", "date_of_birth", "sex"}
        letter = bytes(row.documents.get().content).decode()
        message = InboundMessage.objects.get()
        assert json.loads(bytes(message.content)) == sent
        assert message.referral == row
        assert message.settled_at
        assert Sent.objects.get().identifier == "https://practice.example/requests|R-1"
    for word in ("Mrs Iris May Quillfeather", "1958-02-17", "9990000018", "Low back pain for 6 years", "amitriptyline",
                 "Dr Owen Larch", "GMC 7654321"):  # fmt: skip
        assert word in letter
    read = gp.get(f"ServiceRequest/{name}")
    assert read.status_code == 200
    assert read.content == made.content
    assert gp.get(f"ServiceRequest/{name}/_history/1").content == read.content
    assert gp.get(f"ServiceRequest/{name}", If_None_Match='W/"1"').status_code == 304
    assert gp.get(f"ServiceRequest/{name}/_history/2").status_code == 404
    patient = gp.get(f"Patient/{name}").json()
    status = patient["identifier"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"]
    assert status == "02"
    assert valid_nhs_number(patient["identifier"][0]["value"])
    assert "telecom" not in patient
    assert "address" not in patient
    assert gp.get(f"Practitioner/{name}").json()["name"][0]["text"] == "Dr Owen Larch"
    assert gp.get(f"Task/{name}").json()["status"] == "received"
    with scope(team.service):
        looks = AuditEntry.objects.filter(action="fhir.read", subject_id=str(row.pk), process="client program-1")
        assert looks.count() == 6
    stranger = program()
    assert stranger.get(f"ServiceRequest/{name}").status_code == 404
    assert stranger.get("ServiceRequest").json()["total"] == 0
    assert stranger.get("Patient?identifier=9990000018").status_code == 403
    whole = program(reach="service")
    assert whole.get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018").json()["total"] == 1


def test_the_same_again_is_one_referral_and_other_words_go_to_a_person(
    program: Callable[..., Program], team: Team
) -> None:
    gp = program()
    first = gp.post("ServiceRequest", referral())
    again = gp.post("ServiceRequest", referral())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    named = {"If_None_Exist": "identifier=https://practice.example/requests|R-2"}
    sent = referral(note=[{"text": "Another one"}])
    made, same = gp.post("ServiceRequest", sent, **named), gp.post("ServiceRequest", sent, **named)
    assert (made.status_code, same.status_code) == (201, 200)
    assert same["Location"] == made["Location"].partition("/_history")[0]
    other = gp.post("ServiceRequest", sent | {"priority": "urgent"}, **named)
    assert other.status_code == 200
    own = referral(identifier=[{"system": "https://practice.example/requests", "value": "R-2"}])
    assert gp.post("ServiceRequest", own).status_code == 409
    with scope(team.service):
        assert Referral.objects.count() == 2
        left = InboundMessage.objects.filter(settled_at__isnull=True)
        assert left.count() == 2
        assert all("with other content" in one.why for one in left)


@pytest.mark.parametrize(
    "body",
    [
        b"{not json", b"[" * 100_000, b'{"a":' * 100 + b"1" + b"}" * 100, b"[]", b"\xff\xfe",
        b'{"resourceType":"ServiceRequest","x":NaN}',
        b'{"resourceType":"ServiceRequest","x":-1e999}', b'{"resourceType":"Patient"}',
        b'{"resourceType":"ServiceRequest","status":"active","intent":"order"}',
        b'{"resourceType":"ServiceRequest","subject":{"reference":"Patient/ABCD-2345"}}',
        b'{"resourceType":"ServiceRequest","subject":7,"note":"x","contained":{"a":[]},"identifier":"y"}',
    ],
)  # fmt: skip
def test_what_nobody_could_use_is_refused_and_kept_for_a_person(
    body: bytes, program: Callable[..., Program], team: Team
) -> None:
    answer = program().post("ServiceRequest", body)
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()["resourceType"] == "OperationOutcome"
    with scope(team.service):
        message = InboundMessage.objects.get()
        assert bytes(message.content) == body
        assert message.settled_at is None
        assert message.why
        assert not Referral.objects.exists()


def test_faults_are_read_past_and_told(program: Callable[..., Program], team: Team) -> None:
    sent = referral(status="\x00bad code", note="Only a text", reasonCode=[], code={"coding": [{}]}, colour="green")
    sent["contained"][0] |= {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 000 0019"}}
    answer = program().post("ServiceRequest", sent, Prefer="return=OperationOutcome")
    assert answer.status_code == 201, answer.content
    told = [issue["details"]["text"] for issue in answer.json()["issue"]]
    assert any("NHS number was not taken" in one for one in told)
    assert any("colour" in one for one in told)
    with scope(team.service):
        row = Referral.objects.get()
        assert "nhs_number" not in row.online.patient
        assert "999000" in bytes(row.documents.get().content).decode().replace(" ", "")
        assert InboundMessage.objects.get().warnings


def test_an_update_adds_words_and_never_changes_an_outcome(program: Callable[..., Program], team: Team) -> None:
    gp = program()
    name = gp.post("ServiceRequest", referral()).json()["id"]
    shown = gp.get(f"ServiceRequest/{name}").json()
    more = shown | {"note": [*shown["note"], {"text": "New numbness in both legs since Monday."}]}
    stale = gp.call("PUT", f"ServiceRequest/{name}", more, If_Match='W/"9"')
    assert stale.status_code == 412
    changed = gp.call("PUT", f"ServiceRequest/{name}", more, If_Match='W/"1"')
    assert (changed.status_code, changed["ETag"]) == (200, 'W/"2"'), changed.content
    assert changed.json()["note"][-1]["text"] == "New numbness in both legs since Monday."
    assert gp.call("PUT", f"ServiceRequest/{name}", more).json() == changed.json(), "the same again adds nothing"
    assert gp.get(f"ServiceRequest/{name}/_history/1").json() == shown
    over = gp.call("PUT", f"ServiceRequest/{name}", more | {"status": "completed"})
    other = gp.call("PUT", f"ServiceRequest/{name}", more | {"subject": {"reference": "Patient/2222-3333"}})
    assert (over.status_code, other.status_code) == (422, 422)
    gone = gp.call("PUT", f"ServiceRequest/{name}", changed.json() | {"status": "revoked"})
    assert gone.status_code == 200
    assert gone.json()["status"] == "active"
    assert "asked to cancel" in gone.json()["note"][-1]["text"]
    with scope(team.service):
        row = Referral.objects.get()
        assert row.state == "received"
        assert row.documents.count() == 2
        assert [task.owner_role for task in Task.objects.order_by("id")] == ["clinician", "administrator"]
        assert InboundMessage.objects.filter(settled_at__isnull=True).count() == 2


def test_a_history_has_every_version_page_by_page(program: Callable[..., Program]) -> None:
    gp, stranger = program(), program()
    name = gp.post("ServiceRequest", referral()).json()["id"]
    for number in range(2):
        more = gp.get(f"ServiceRequest/{name}").json()
        more["note"].append({"text": f"Words {number}."})
        gp.call("PUT", f"ServiceRequest/{name}", more)
    whole = gp.get(f"ServiceRequest/{name}/_history").json()
    assert (whole["type"], whole["total"], len(whole["link"])) == ("history", 3, 1)
    assert [one["response"]["etag"] for one in whole["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert [one["request"]["method"] for one in whole["entry"]] == ["PUT", "PUT", "POST"]
    for one in whole["entry"]:
        version = one["resource"]["meta"]["versionId"]
        assert gp.get(f"ServiceRequest/{name}/_history/{version}").json() == one["resource"]
    found, seen = gp.get(f"ServiceRequest/{name}/_history?_count=2").json(), 0
    while following := [one["url"] for one in found["link"] if one["relation"] == "next"]:
        seen += len(found["entry"])
        found = gp.get(following[0].partition(gp.base + "/")[2]).json()
    assert (seen, len(found["entry"]), found["total"]) == (2, 1, 3)
    assert gp.get(f"ServiceRequest/{name}/_history?_count=0").json()["total"] == 3
    last = whole["entry"][0]["response"]["lastModified"]
    assert gp.get(f"ServiceRequest/{name}/_history?_since={last}").json()["total"] == 1
    assert gp.get(f"Task/{name}/_history").json()["entry"][0]["resource"] == gp.get(f"Task/{name}").json()
    for asked in ("_count=x", "_since=yesterday", "_since=2026-11-26T09:00:00", "_before=-1"):
        assert gp.get(f"ServiceRequest/{name}/_history?{asked}").status_code == 400, asked
    assert gp.get(f"Task/{name}/_history?_at=2026", Prefer="handling=strict").status_code == 400
    assert gp.call("DELETE", f"Task/{name}/_history").status_code == 405
    assert gp.get(f"Practitioner/{name}/_history").status_code == 404
    assert stranger.get(f"ServiceRequest/{name}/_history").status_code == 404


def test_the_same_words_about_two_referrals_or_of_two_programs_are_two_messages(
    program: Callable[..., Program], team: Team
) -> None:
    gp, other = program(), program()
    names = [gp.post("ServiceRequest", referral(note=[{"text": one}])).json()["id"] for one in ("One", "Two")]
    cancel = {"resourceType": "ServiceRequest", "status": "revoked", "intent": "order"}
    for name in names:
        assert gp.call("PUT", f"ServiceRequest/{name}", cancel).status_code == 200
        assert gp.call("PUT", f"ServiceRequest/{name}", cancel).status_code == 200, "twice is once"
    with scope(team.service):
        asked = Task.objects.filter(facts__has_key="fhir_cancel").values_list("referral__reference", flat=True)
        assert sorted(asked) == sorted(names)
        seen_to = Task.objects.filter(facts__has_key="fhir_cancel", referral__reference=names[0])
        seen_to.update(done_at=clock.now(), done_by=team.administrator, done_words="They wish to be seen after all.")
    for name in names:
        assert gp.call("PUT", f"ServiceRequest/{name}", cancel).status_code == 200
    with scope(team.service):
        asked = Task.objects.filter(facts__has_key="fhir_cancel").values_list("referral__reference", flat=True)
        assert sorted(asked) == sorted([*names, names[0]]), "it is wished again where somebody has seen to it"
    made, theirs = gp.post("ServiceRequest", referral()), other.post("ServiceRequest", referral())
    assert (made.status_code, theirs.status_code) == (201, 201), theirs.content
    assert made.json()["id"] != theirs.json()["id"]
    with scope(team.service):
        assert Sent.objects.get(referral__reference=theirs.json()["id"]).client.client_id == "program-2"
        assert not InboundMessage.objects.filter(settled_at__isnull=True).exists()


@pytest.mark.parametrize("bundled", [False, True])
def test_what_is_said_again_after_other_words_is_news(
    bundled: bool, program: Callable[..., Program], team: Team
) -> None:
    gp = program()
    name = gp.post("ServiceRequest", referral()).json()["id"]

    def put(priority: str, status: str = "active", **headers: str) -> int:
        more = referral(priority=priority, status=status)
        del more["requester"]
        if not bundled:
            return int(gp.call("PUT", f"ServiceRequest/{name}", more, **headers).status_code)
        entry = {"resource": more, "request": {"method": "PUT", "url": f"ServiceRequest/{name}"}}
        sent = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
        return int(gp.post("", sent, **headers).status_code)

    def told() -> list[str]:
        with scope(team.service):
            return [str(task.facts["fhir_note"]).rpartition(": ")[2] for task in Task.objects.order_by("id")]

    for priority in ("urgent", "urgent", "routine", "routine", "urgent", "urgent", "routine"):
        assert put(priority) == 200
    assert told() == ["urgent", "routine", "urgent", "routine"]
    assert put("urgent", Accept="application/fhir+xml") == 406
    with scope(team.service):
        assert InboundMessage.objects.filter(settled_at=None).count() == 1, "it is no repeat of what was done before"
    assert put("urgent") == 200
    assert told()[4:] == ["urgent"]
    for status in ("revoked", "revoked", "active", "revoked"):
        assert put("urgent", status=status) == 200
    with scope(team.service):
        tasks = Task.objects.order_by("id")[5:]
        assert ["fhir_cancel" in task.facts for task in tasks] == [True, False, True]
        assert "(status): active" in tasks[1].facts["fhir_note"]
        assert not InboundMessage.objects.filter(settled_at=None).exists()


def test_the_same_sent_at_once_makes_one_referral(program: Callable[..., Program], team: Team) -> None:
    """What a repeat finds when the other half is not done yet: the message is kept, and nothing has been made of it."""
    gp = program()
    sent = referral(identifier=[{"system": "https://practice.example/requests", "value": "R-3"}])
    first = gp.post("ServiceRequest", sent).json()["id"]
    with scope(team.service):
        before = Sent.objects.select_related("referral").get()
    found = [None, before]  # not there when it is looked for first; there once the database has refused a second one
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "_sent_before", lambda grant, identifier: found.pop(0))
        again = gp.post(
            "ServiceRequest", sent | {"priority": "urgent"}, If_None_Exist=f"identifier={before.identifier}"
        )
    assert (again.status_code, again.json()["id"]) == (200, first)
    with scope(team.service):
        assert Referral.objects.count() == 1


def test_the_criteria_are_computable_where_they_are_arithmetic(team: Team, program: Callable[..., Program]) -> None:
    """True, false and unknown, in the engine that we ship, on the two clauses about age."""
    plan = program().get("PlanDefinition").json()["entry"][0]["resource"]
    published = pathway.load(pathway.find(team.service.slug))
    assert [one["code"][1]["coding"][0]["code"] for one in plan["action"]] == [one.id for one in published.criteria]
    assert [one["description"] for one in plan["action"]] == ["\n".join(one.published) for one in published.criteria]
    computed = {
        one["code"][1]["coding"][0]["code"]: one["condition"][0]["expression"]["expression"]
        for one in plan["action"]
        if "condition" in one
    }
    assert set(computed) == {"adult", "under-18"}
    young = f"{clock.today().year - 17}-01-01"
    for born, adult in {"1958-02-17": [True], young: [False], None: []}.items():
        patient = {"resourceType": "Patient"} | ({"birthDate": born} if born else {})
        given: dict[str, Any] = {"patient": patient}
        found = {name: fhirpathpy.evaluate({}, said, given, models["r4"]) for name, said in computed.items()}
        assert found == {"adult": adult, "under-18": [not one for one in adult]}, born


def test_a_change_that_is_stopped_waits_for_a_person_with_the_reason(
    program: Callable[..., Program], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    gp = program()
    name = gp.post("ServiceRequest", referral()).json()["id"]
    bundle = {"resourceType": "Bundle", "type": "transaction"}
    request = {"method": "PUT", "url": f"ServiceRequest/{name}"}
    for number, error in enumerate((Refused("Not now."), Denied(403, "Not you.", "Bearer"), RuntimeError("Mrs Q"))):

        def stopped(*args: object, error: Exception = error, **kwargs: object) -> None:
            raise error

        monkeypatch.setattr(adding, "_changed", stopped)
        more = referral(note=[{"text": f"Worse: {number}"}])
        assert gp.call("PUT", f"ServiceRequest/{name}", more).status_code in (403, 422, 500)
        assert gp.post("", bundle | {"entry": [{"resource": more, "request": request}]}).status_code in (403, 422, 500)
        monkeypatch.setattr(adding, "named_referral", stopped)
        answers = {"resourceType": "QuestionnaireResponse", "status": "completed", "id": f"{number}"}
        assert gp.post("QuestionnaireResponse", answers).status_code in (403, 422, 500)
    with scope(team.service):
        left = list(InboundMessage.objects.filter(settled_at__isnull=True).values_list("why", flat=True))
    assert [sum(one in why for why in left) for one in ("Not now.", "Not you.", "fault of ours", "Mrs Q")] == [
        3,
        3,
        3,
        0,
    ]
    assert sum("sent answers to a questionnaire" in why for why in left) == 3


def test_of_what_is_too_long_a_person_has_the_beginning(
    program: Callable[..., Program], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "LARGEST", 100)
    monkeypatch.setattr(frame, "BEGINNING", 50)
    gp = program()
    for path in ("ServiceRequest", ""):
        assert gp.post(path, referral()).status_code == 413
    assert program("system/ServiceRequest.rs").post("ServiceRequest", referral()).status_code == 413
    with scope(team.service):
        left = InboundMessage.objects.filter(settled_at__isnull=True)
        assert [len(bytes(one.content)) for one in left] == [50, 50]
        assert all("is larger than" in one.why for one in left)


def test_a_change_is_compared_under_the_lock_that_it_is_made_under(
    program: Callable[..., Program], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    gp = program()
    name = gp.post("ServiceRequest", referral()).json()["id"]
    shown = gp.get(f"ServiceRequest/{name}").json()
    more = shown | {"note": [*shown["note"], {"text": "Mine."}]}
    keep = receiving.Arrived.keep

    def slow(self: receiving.Arrived, message_id: str = "") -> Any:
        """Between the two, somebody else is faster."""
        monkeypatch.setattr(receiving.Arrived, "keep", keep)
        other = shown | {"note": [*shown["note"], {"text": "Theirs."}]}
        assert gp.call("PUT", f"ServiceRequest/{name}", other, If_Match='W/"1"').status_code == 200
        return keep(self, message_id)

    monkeypatch.setattr(receiving.Arrived, "keep", slow)
    assert gp.call("PUT", f"ServiceRequest/{name}", more, If_Match='W/"1"').status_code == 412
    assert "Mine." not in gp.get(f"ServiceRequest/{name}").content.decode()
    with scope(team.service):
        assert "changed meanwhile" in InboundMessage.objects.get(settled_at__isnull=True).why


def test_an_earlier_version_of_somebody_else_cannot_be_read(
    program: Callable[..., Program], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def booked(ubrn: str) -> None:
        with scope(team.service):
            Referral.objects.update(ubrn=ubrn)

    def known(title: str, given: str, family: str, number: str) -> None:
        person = Person(title=title, given_name=given, family_name=family, nhs_number=number, born="1958-02-17")
        monkeypatch.setattr(cases, "_person", lambda referral: person)

    gp = program()
    name = gp.post("ServiceRequest", referral()).json()["id"]
    assert gp.get(f"Patient/{name}").json()["meta"]["versionId"] == "1"
    known("Ms", "Iris May", "QUILLFEATHER", "9990000018")
    gp.get(f"Patient/{name}")
    assert gp.get(f"Patient/{name}/_history/1").status_code == 200, "the same person, otherwise called"
    booked("000000070000")
    for kind in ("ServiceRequest", "Task"):
        gp.get(f"{kind}/{name}")
    booked("")
    assert "QUILLFEATHER" in gp.get(f"ServiceRequest/{name}/_history/2").content.decode()
    known("Ms", "Nora", "Ashcombe", "9990000026")
    for path in ("ServiceRequest/{}/_history", "ServiceRequest/{}/_history/1", "ServiceRequest/{}/_history/2",
                 "Task/{}/_history"):  # fmt: skip
        earlier = gp.get(path.format(name))
        assert earlier.status_code == 200
        for another in ("quillfeather", "000000070000"):
            assert another not in earlier.content.decode().casefold(), path
    assert "Ashcombe" in gp.get(f"ServiceRequest/{name}/_history").content.decode()
    assert gp.get(f"ServiceRequest/{name}/_history/1").json()["subject"] == {"reference": f"Patient/{name}"}
    assert gp.get(f"Patient/{name}").json()["meta"]["versionId"] == "3"
    for number in ("1", "2"):
        gone = gp.get(f"Patient/{name}/_history/{number}")
        assert gone.status_code == 410
        assert "corrected" in gone.json()["issue"][0]["details"]["text"]
        assert "Quillfeather" not in gone.content.decode()
    assert gp.get(f"Patient/{name}/_history/3").json()["name"][0]["family"] == "Ashcombe"
