"""The pure parts: whatever comes is read without a mishap, and what is shown of it is well formed."""

import base64
import json
import random
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import fhirkit
import pytest

from painpath import clock
from painpath.exchange.fhir import bodies, gathering, letter, negotiating, parameters, resources
from painpath.exchange.fhir.loose import words
from painpath.exchange.fhir.mapping import conversation, papers, people, record
from painpath.exchange.fhir.mapping.facts import Awaited, Case, From, Look, Paper, Person, Signed, Word
from painpath.exchange.fhir.mapping.service_request import kept
from painpath.exchange.fhir.outcomes import Fault, outcome
from painpath.pathway.fhir.plan import plan
from painpath.pathway.measures import Threshold
from painpath.pathway.shapes import Combination
from painpath.questionnaires.node import Node
from tests.exchange.fhir.conftest import referral
from tests.screening.shaped import criterion, of

ODD: list[Any] = [None, True, 7, -1.5, "", " ", "x", [], {}, [[]], [None], {"a": {}}, "Patient/", "#", "\x00",
                  "é" * 500, "2026-13-45", "urn:uuid:", [1, "a", {}], {"text": []}, {"coding": "x"}]  # fmt: skip


def rich() -> dict[str, Any]:
    """A referral with one of everything that we read."""
    made = referral(
        identifier=[{"system": "https://practice.example/requests", "value": "R-1"}], category=[{"text": "Referral"}],
        text={"status": "generated", "div": "<div>A <b>summary</b></div>"}, authoredOn="2026-11-20",
        supportingInfo=[{"reference": "#d", "display": "Clinic letter"}], patientInstruction="Keep moving.",
        reasonReference=[{"display": "Fibromyalgia"}],
    )  # fmt: skip
    made["contained"] += [
        {"resourceType": "DocumentReference", "id": "d", "description": "Clinic letter", "status": "current",
         "content": [{"attachment": {"contentType": "text/plain", "url": "#b"}}]},
        {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": base64.b64encode(b"Seen.").decode()},
        {"resourceType": "Condition", "id": "c", "code": {"coding": [{"display": "Fibromyalgia"}]}},
    ]  # fmt: skip
    made["contained"][0] |= {
        "telecom": [{"system": "phone", "value": "01632 960001"}], "communication": [{"language": {"text": "Polish"}}],
        "address": [{"line": ["1 High Street"], "city": "Southampton", "postalCode": "SO14 0AA"}],
        "extension": [{"url": "x/Extension-UKCore-InterpreterRequired", "valueBoolean": True}],
    }  # fmt: skip
    return made


def bent(value: Any, chance: random.Random) -> Any:
    """The same with something odd somewhere."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {name: bent(one, chance) for name, one in value.items() if chance.random() > 0.02}
    if isinstance(value, list):
        return [bent(one, chance) for one in value]
    return value


def test_whatever_comes_is_read_and_what_is_shown_of_it_is_well_formed() -> None:
    chance = random.Random(8)
    for _ in range(400):
        sent = bent(rich(), chance)
        if not isinstance(sent, dict):
            continue
        sent = bodies.read(bodies.written(sent))
        found = gathering.gather(sent)
        stated, sender, _files = found.stated(), found.sender(), found.files(1000)
        text = letter.letter(sent, stated, sender, found.others, program="X", received="today")
        assert "Sent by X" in text
        gathering.structural(sent)
        gathering.identifiers(sent)
        shown = {"resourceType": "ServiceRequest", "status": "active", "subject": {"display": "x"}} | kept(sent)
        assert [str(one) for one in fhirkit.validate(shown)] == []
        assert not fhirkit.validate(outcome(found.warnings))


def test_no_character_that_fhir_does_not_have_is_read_or_shown() -> None:
    pasted = "Lar\x06ch\vand\tOwen\f\r\n\ud800\x00"
    clean = "Lar\ufffdch\nand\tOwen\n\r\n\ufffd\ufffd"
    assert bodies.read(json.dumps({"a": [pasted]}).encode()) == {"a": [clean]}
    shown = {"resourceType": "Patient", "name": [{"family": pasted}]}
    assert json.loads(bodies.written(shown))["name"][0]["family"] == clean


def test_all_that_was_sent_is_in_the_letter_and_its_files() -> None:
    found = gathering.gather(rich())
    stated = found.stated()
    assert stated.details["interpreter"] == "Polish"
    assert (stated.details["postcode"], stated.details["address"]) == ("SO14 0AA", "1 High Street\nSouthampton")
    assert [(one.name, one.content) for one in found.files(1000)] == [("Clinic letter.txt", b"Seen.")]
    assert found.warnings == []
    text = letter.letter(found.request, stated, found.sender(), found.others, program="X", received="today")
    for word in (
        "Date: 20 November 2026",
        "A summary",
        "Keep moving.",
        "Fibromyalgia",
        "Clinic letter",
        "01632 960001",
    ):
        assert word in text


def test_headers_and_dates_are_read_as_clients_write_them() -> None:
    for accept in ("", "*/*", "application/fhir+json, */*; q=0.1", "application/json+fhir", "text/html, application/*"):
        assert negotiating.takes_json(accept)
    for accept in ("application/fhir+xml", "application/fhir+json;q=0", "text/html"):
        assert not negotiating.takes_json(accept)
    assert negotiating.takes_json("text/html", "application/fhir json"), "a plus that became a blank"
    assert negotiating.preferences("return=minimal; handling=strict") == {"return": "minimal", "handling": "strict"}
    span = parameters.date("ge2026-11", "authored")
    assert (span.prefix, span.start.day, span.end.month) == ("ge", 1, 12)
    assert parameters.date("2026-11-26T10:00:00+01:00", "authored").start.hour == 9
    for wrong in ("2026-13", "soon", "2026-11-26T25:00", "9999", "0000-01-01", ""):
        with pytest.raises(Fault):
            parameters.date(wrong, "authored")


def everything() -> list[dict[str, Any]]:
    """One of every resource that a referral may have, made of facts alone."""
    at = datetime(2026, 11, 26, 10, tzinfo=clock.LONDON)
    letters = (
        Paper(id="letter-1", title="Letter", media_type="application/pdf", size=9, at=at, author="Dr C", kind="gp"),
        Paper(id="letter-2", title="Letter", media_type="application/pdf", size=9, at=at, kind="patient",
              superseded=True),
    )  # fmt: skip
    asked = Awaited(1, "referrer", at, date(2026, 12, 24), ("Which medicines?",))
    signed = Signed(
        key="5e1d0f6a-0000-4000-8000-000000000001", outcome="advise", label="Advice", reason="As it says.", at=at,
        by="Dr C", job="Consultant", registration="GMC 1234567", digest="d" * 64, taken_back_at=at,
    )  # fmt: skip
    word = Word(id=3, side="team", at=at, by="Dr C", text="Please review.", question="What about gabapentin?")
    theirs = Word(id=4, side="referrer", at=at, by="", text="Thank you.")
    sender = From(name="Dr L", role="GP", registration="7654321", organisation="Larkfield", ods_code="J82001")
    case = Case(
        reference="2222-3333", service="here", service_name="Pain service", state="closed_in_error",
        state_words="Closed", received_at=at, changed_at=at, due_on=date(2026, 12, 1), ubrn="000000000001",
        person=Person(nhs_number="9990000018", title="Mrs", given_name="Iris May", family_name="Q", born="1958-02-17",
                      sex="female"),
        sender=sender, program="A program", request=kept(rich()), identifiers=(("https://x.example", "1"), ("", "2")),
        added=((at, "More"),), cancel_asked_at=at, awaited=(asked, Awaited(2, "patient", at, date(2026, 12, 24), (),
                                                                          ("urn:x|1",))),
        decisions=(signed, replace(signed, taken_back_at=None)), letters=letters, joined=True,
    )  # fmt: skip
    bare = Case(
        reference="2222-3334", service="here", service_name="Pain service", state="received", state_words="Received",
        received_at=at, changed_at=at,
    )  # fmt: skip
    found = [make(one) for make in resources.OF_A_REFERRAL.values() for one in (case, bare)]
    found += [conversation.communication(one, said) for one in (case, bare) for said in (word, theirs)]
    found += [conversation.question(case, word), conversation.asked(case, asked), people.ourselves("here", "Here")]
    found += [papers.document_reference(case, one, b"sha1") for one in letters] + [papers.binary(letters[0], b"%PDF")]
    found += [record.provenance(case, one, letters) for one in case.decisions]
    found.append(record.audit_event(case, Look(id=1, at=at, action="referral.look", by="Dr C", is_person=True)))
    made = [one for one in found if one is not None]
    once = list({(one["resourceType"], one["id"]): one for one in made}.values())
    name = "5e1d0f6a-0000-4000-8000-000000000002"
    return [*made, record.document(case, "https://x.example/fhir", once, at="2026-11-26T10:00:00Z", name=name)]


def test_each_mapping_makes_valid_resources_of_facts_alone() -> None:
    made = everything()
    found = [(one["resourceType"], str(issue)) for one in made for issue in fhirkit.validate(one)]
    assert found == []
    task = next(one for one in made if one["resourceType"] == "Task")
    assert task["status"] == "entered-in-error"
    assert "joined with another referral" in task["statusReason"]["text"], "it is not lost, and the sender is told"
    assert "rejected" not in str(made)


def test_a_decimal_keeps_the_digits_it_was_written_with() -> None:
    found = bodies.read(b'{"resourceType": "Observation", "valueDecimal": 1.50, "long": 0.12345678901234567890}')
    assert [words(found["valueDecimal"]), words(found["long"])] == ["1.50", "0.12345678901234567890"]
    number = Node(found, "Observation", []).number("valueDecimal")
    assert str(number) == "1.50"
    assert json.loads(bodies.written(found))["valueDecimal"] == 1.5
    assert fhirkit.validate({"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                             "valueQuantity": {"value": found["valueDecimal"]}}) == []  # fmt: skip
    with pytest.raises(Fault):
        bodies.read(b'{"resourceType": "Observation", "x": [1e999]}')


@pytest.mark.parametrize("system", ["https://fhir.nhs.uk/Id/ods-organization-code",
                                    "https://fhir.nhs.uk/id/ods-organization-code"])  # fmt: skip
def test_an_organisation_is_known_by_its_code(system: str) -> None:
    mark = {"identifier": {"system": system, "value": "J00001"}, "display": "Larkfield"}
    sender = gathering.gather(referral(requester=mark)).sender()
    assert (sender.ods_code, sender.organisation) == ("J00001", "Larkfield")


@pytest.mark.parametrize(
    ("theirs", "ours", "strange"),
    [("Patient/1", "Patient/1", 0), ("Patient/2", "Patient/1", 1), ("urn:uuid:9", "Patient/1", 0), ("", "Patient/1", 0),
     ("Patient/1", "", 0), ("Patient/2", "", 1), ("Patient/1", "Patient/gone", 0), ("Patient/2", "Patient/gone", 1)],
)  # fmt: skip
def test_what_names_another_patient_than_the_referral_is_said(theirs: str, ours: str, strange: int) -> None:
    request = {"resourceType": "ServiceRequest", "subject": {"reference": ours}}
    beside = {"resourceType": "Communication", "subject": {"reference": theirs}}
    patient = {"resourceType": "Patient", "id": "1"}
    found = gathering.gather(request, [("", request), ("urn:uuid:9", patient), ("", beside)])
    assert ["names another patient" in one.sentence for one in found.warnings] == [True] * strange


def test_the_shapes_of_a_page_are_actions_of_its_plan() -> None:
    over_55 = Threshold(of="age", low=55, low_included=False, unit="years")
    band = Threshold(of="age", low=18, high=65, unit="years")
    service = of(
        criterion("over", over_55, urgency="emergency"),
        criterion("band", band, group="exclusion"),
        combinations=(Combination(id="either", name="Either", how="any", of=("over", "band")),),
    )
    made = plan(service, "")
    assert [str(one) for one in fhirkit.validate(made)] == []
    over, within, either = made["action"]
    assert over["priority"] == "stat"
    assert over["condition"][0]["expression"]["expression"] == "%patient.birthDate.toDate() <= today() - 56 years"
    assert within["condition"][0]["expression"]["expression"] == (
        "%patient.birthDate.toDate() <= today() - 18 years and %patient.birthDate.toDate() > today() - 66 years"
    )
    assert "priority" not in within
    assert [one["code"][0]["coding"][0]["code"] for one in either["action"]] == ["over", "band"]
