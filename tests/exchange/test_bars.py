"""Messages of the Booking and Referral Standard: each is kept, and is a referral, joins one, or waits for us."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, connection
from django.http import HttpResponse, JsonResponse
from django.test import Client as Browser
from django.test import RequestFactory
from msgspec.structs import replace

from painpath import clock, documents
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.exchange import clients
from painpath.exchange.authorising import Grant, digest
from painpath.exchange.bars import receiving
from painpath.exchange.bars.answers import CODES, BarsFault
from painpath.exchange.inbound import NOT_READ, acting_for
from painpath.exchange.models import AccessToken, Client, Sent
from painpath.letters.models import InboundMessage
from painpath.pathway import Pathway
from painpath.referrals.arriving import registering
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import merging
from painpath.referrals.models import Referral, ReportedChange
from painpath.triage.presenters import changes, sent_online
from painpath.triage.presenters.words import person
from tests.exchange.messages import PDF, in_header, message
from tests.exchange.programs import registered, statement
from tests.exchange.second_opinion import Opinions
from tests.referrals.conftest import Team, details, make_team
from tests.shared import SHARED, needs

ADDRESS = "/services/southampton-portsmouth/bars/$process-message"
EXAMPLES = SHARED / "data/bars/examples"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


@pytest.fixture
def program(team: Team, service: Service) -> Client:
    with scope(service):
        client = registered(team.manager, "system/ServiceRequest.cu")
        AccessToken.objects.create(
            service=service, client=client, digest=digest("token"), scopes=client.scopes,
            expires_at=datetime(2099, 1, 1, tzinfo=clock.LONDON),
        )  # fmt: skip
    return client


def send(body: Any, *, token: str = "token", content_type: str = "application/fhir+json", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json; version=1.4.0"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Browser().post(ADDRESS, content, content_type=content_type, headers=given)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["issue"][0]["details"]["coding"][0]["code"]


def kept(service: Service) -> list[InboundMessage]:
    with scope(service):
        return list(InboundMessage.objects.order_by("pk"))


def test_a_request_becomes_a_referral_that_waits_for_a_person(program: Client, service: Service, team: Team) -> None:
    sent = message()
    answer = send(
        sent, X_Request_Id="c1ab3fba", X_Correlation_Id="9562466f", NHSD_Target_Identifier=in_header({"value": "1"}),
        NHSD_Requesting_Software="not base64!",
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert (answer["X-Request-Id"], answer["X-Correlation-Id"]) == ("c1ab3fba", "9562466f")
    header, request = (one["resource"] for one in answer.json()["entry"][:2])
    assert header["eventCoding"]["code"] == "servicerequest-response"
    assert header["response"] == {"identifier": sent["id"], "code": "ok"}
    assert header["destination"] == [{"endpoint": "http://fhir.nhs.uk/Id/dos-service-id|111"}]
    assert header["focus"][0]["reference"] == answer.json()["entry"][1]["fullUrl"]
    with scope(service):
        referral = Referral.objects.get(reference=request["identifier"][0]["value"])
        assert (referral.state, referral.patient) == ("received", None)
        assert person(None, referral.transitions.get().process) == "Another program (practice-system)"
        assert referral.online.patient["nhs_number"] == "9990000018"
        assert referral.online.patient["date_of_birth"] == "1966-04-03"
        words, paper = referral.documents.order_by("pk")
        assert "Low back pain for 6 years" in bytes(words.content).decode()
        assert (paper.name, bytes(paper.content)) == ("Letter.pdf", PDF)
        shown = dict(sent_online.facts(referral, None))  # type: ignore[arg-type]
        assert "Practice system" in shown["Sent by another program"]
        assert "NHSD-Requesting-Software could not be read" in shown["Read past a fault"]
    (row,) = kept(service)
    assert json.loads(bytes(row.content)) == sent
    assert row.headers["nhsd-target-identifier"] == {"value": "1"}
    assert row.settled_at


def test_the_same_again_is_a_conflict_and_other_words_under_its_name_wait_for_a_person(
    program: Client, service: Service
) -> None:
    first = message()
    assert send(first).status_code == 200
    assert error(send(first)) == (409, "REC_CONFLICT")
    assert [row.why for row in kept(service)] == [""]  # a mere repeat is no work for anybody
    assert error(send(first | {"timestamp": "2026-11-26T10:00:00Z"})) == (409, "REC_CONFLICT")
    assert error(send(message())) == (409, "REC_CONFLICT")  # another message, the same identifier
    with scope(service):
        assert Referral.objects.count() == 1
    assert ["successfully processed before" in row.why for row in kept(service)] == [False, True, True]


def test_a_wish_to_withdraw_is_a_repeat_by_its_name_and_never_by_its_words_alone(
    program: Client, service: Service
) -> None:
    assert send(message()).status_code == 200
    withdraw = message(reason="update", status="revoked")
    assert send(withdraw).status_code == 200
    again = send(withdraw)
    assert error(again) == (409, "REC_CONFLICT")  # also after the referral was opened again
    assert "an id of its own" in again.json()["issue"][0]["diagnostics"]
    for name in ("", "identifier", "header"):
        unnamed = {key: value for key, value in withdraw.items() if key != "id"}
        if name == "identifier":
            unnamed["identifier"] = {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}
        if name == "header":
            header = unnamed["entry"][0]
            unnamed["entry"] = [header | {"resource": header["resource"] | {"id": "m1"}}, *unnamed["entry"][1:]]
        assert send(unnamed).status_code == 200
        assert send(unnamed).status_code == (409 if name else 200)
    with scope(service):
        assert ReportedChange.objects.count() == 5
        assert Referral.objects.count() == 1
    assert not [row for row in kept(service) if row.settled_at is None]
    nameless = {key: value for key, value in message(name="R-2").items() if key != "id"}
    assert [send(nameless).status_code, send(nameless).status_code] == [200, 409]


def test_messages_whose_names_begin_alike_or_that_share_the_id_of_a_header_are_each_read(
    program: Client, service: Service
) -> None:
    long = "larkfield-medical-practice-records-message-of-the-twenty-sixth-of-november-"
    named: list[dict[str, Any]] = [
        {"id": f"{long}1"}, {"id": f"{long}2"},
        {"identifier": {"system": "https://larkfield.example/messages", "value": f"{long}1"}},
        {"identifier": {"system": "https://larkfield.example/messages", "value": f"{long}2"}},
        {"identifier": {"system": "https://larkfield.example/messages", "value": "1"}},
        {"identifier": {"system": "https://larkfield.example/letters", "value": "1"}},
        {}, {},
    ]  # fmt: skip
    sent = []
    for number, names in enumerate(named):
        made = message(name=f"R-{number}") | {"id": ""} | names
        made["entry"][0]["resource"]["id"] = "header-1"
        sent.append(made)
        assert send(made).status_code == 200, (number, names)
    assert [error(send(one)) for one in sent] == [(409, "REC_CONFLICT")] * len(sent), "each again is a repeat"
    assert not [row for row in kept(service) if row.settled_at is None]
    with scope(service):
        assert Referral.objects.count() == len(sent)


def test_every_answer_is_looked_at_by_two_implementations(program: Client, second_opinion: Opinions) -> None:
    for answer in (send(message()), send(b"{"), Browser().get(ADDRESS)):
        assert answer.json() in second_opinion
    broken = {"resourceType": "OperationOutcome", "issue": [{"severity": "grave"}]}
    within = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": broken}]}
    assert len(second_opinion.invalid([broken, {"resourceType": "Bundle", "entry": "none"}])) == 2
    assert second_opinion.found() == {}
    here, page = RequestFactory().get(ADDRESS), HttpResponse("<h1>Server Error</h1>", status=500)
    second_opinion.note(here, JsonResponse(within, content_type="application/fhir+json"))
    second_opinion.note(here, page)
    found = second_opinion.found()
    assert any("OperationOutcome" in one for one in found), "also what stands in a Bundle"
    assert f"GET {ADDRESS}: 500 as text/html; charset=utf-8" in str(found), "a page is no answer"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": "update", "note": "Now with numbness in both legs."}, "Now with numbness in both legs."),
        ({"reason": "update", "status": "revoked"}, "is withdrawn. Nothing has been closed"),
        ({"reason": "delete", "status": "active"}, "is sent in error. Nothing has been closed"),
        ({"reason": "update", "status": "entered-in-error"}, "is sent in error. Nothing has been closed"),
    ],
)
def test_an_update_goes_to_a_clinician_the_same_day_and_ends_nothing(
    program: Client, service: Service, team: Team, changes: dict[str, str], says: str
) -> None:
    with clock.at(datetime(2026, 11, 26, 10, 0, tzinfo=clock.LONDON)):
        assert send(message()).status_code == 200
        update = message(**changes)
        answer = send(update)
        assert answer.status_code == 200, answer.content
        assert error(send(update)) == (409, "REC_CONFLICT")
    with scope(service):
        referral = Referral.objects.get()
        change = ReportedChange.objects.get()
        assert referral.state == "received"
        assert answer.json()["entry"][1]["resource"]["status"] == "active"
        assert says in change.words
        assert change.due_at.isoformat() == "2026-11-26T17:00:00+00:00"
        (shown,) = changes_on(referral, team)
        assert shown.about.startswith("Practice system")
        names = [name.startswith("Update sent by") for name in referral.documents.values_list("name", flat=True)]
        assert any(names) == ("note" in changes)  # the same words are not filed twice
        assert AuditEntry.objects.filter(action="change.report", process="client practice-system").exists()


def changes_on(referral: Referral, team: Team) -> list[Any]:
    return changes.on_referral(referral, team.consultant)


def test_an_update_is_known_by_our_reference_and_by_what_it_is_based_on(program: Client, service: Service) -> None:
    reference = send(message()).json()["entry"][1]["resource"]["identifier"][0]["value"]
    ours = {"identifier": [{"system": "urn:painpath:referral", "value": reference}]}
    based = {"identifier": {"system": "https://larkfield.example/referrals", "value": "R-1"}}
    assert send(message(reason="update", request=ours)).status_code == 200
    assert send(message(reason="update", name="R-2", request={"basedOn": [based]})).status_code == 200
    assert error(send(message(reason="update", name="R-3"))) == (422, "REC_UNPROCESSABLE_ENTITY")
    with scope(service):
        assert ReportedChange.objects.count() == 2
        Referral.objects.update(state="closed_in_error", owner_role="", due_on=None)
    assert error(send(message(reason="update"))) == (422, "REC_UNPROCESSABLE_ENTITY")
    assert [bool(row.why) for row in kept(service)] == [False, False, False, True, True]
    assert reference in kept(service)[-1].why


OTHER_NUMBER = {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9912003888"}]}


@pytest.mark.parametrize(
    ("corrected", "patient", "filed"),
    [
        (False, {}, True),
        (False, {"identifier": [], "birthDate": "1966"}, True),  # not stated is no difference
        (False, OTHER_NUMBER, False),
        (False, {"birthDate": "1966-04-30"}, False),
        (True, {}, False),  # what is on record counts
        (True, {"identifier": [], "birthDate": "1966"}, True),
        (True, OTHER_NUMBER, False),
        (True, OTHER_NUMBER | {"birthDate": "1966-04-30"}, True),
    ],
)
def test_an_update_about_another_patient_is_not_filed(
    program: Client, service: Service, team: Team, patient: dict[str, Any], filed: bool, corrected: bool
) -> None:
    assert send(message()).status_code == 200
    with scope(service):
        referral = Referral.objects.get()
        if corrected:
            known = {"nhs_number": "9912003888", "date_of_birth": date(1966, 4, 30)}
            registering.register(referral=referral, by=team.administrator, details=details(patient=known))
    answer = send(message(reason="update", note="Now numb between the legs.", patient=patient))
    assert answer.status_code == (200 if filed else 422), answer.content
    with scope(service):
        assert ReportedChange.objects.exists() == filed
        assert referral.documents.filter(name__startswith="Update").exists() == filed
    row = kept(service)[-1]
    assert (row.settled_at is not None) == filed
    assert filed or f"is not the one of referral {referral.reference}" in row.why
    assert b"9990000018" not in answer.content


def test_an_update_of_what_was_merged_is_answered_by_the_name_that_the_sender_knows(
    program: Client, service: Service, team: Team
) -> None:
    first = send(message()).json()["entry"][1]["resource"]["identifier"][0]["value"]
    assert send(message(name="R-2")).status_code == 200
    with scope(service):
        sent, other = Referral.objects.order_by("pk")
        for one in (sent, other):
            read_in(service_id=service.pk, referral_id=one.pk, reader=documents.read)
            known = {"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)}
            registering.register(referral=one, by=team.administrator, details=details(patient=known))
        merging.merge(duplicate=sent, into=other, by=team.administrator, reason="Sent twice.")
    answer = send(message(reason="update", note="Now numb between the legs."))
    assert answer.json()["entry"][1]["resource"]["identifier"][0]["value"] == first == sent.reference
    with scope(service):
        assert ReportedChange.objects.get().referral == other


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "REC_BAD_REQUEST")),
        (b"[" * 100_000, (400, "REC_BAD_REQUEST")),
        (b"\xff\xfe", (400, "REC_BAD_REQUEST")),
        (b'"text"', (400, "REC_BAD_REQUEST")),
        ({"resourceType": "Patient"}, (422, "REC_UNPROCESSABLE_ENTITY")),
        (
            {"resourceType": "Bundle", "type": "message", "entry": [{"resource": 1}, 2]},
            (422, "REC_UNPROCESSABLE_ENTITY"),
        ),
        (message(event="booking-request"), (422, "REC_UNPROCESSABLE_ENTITY")),
        (message(event="servicerequest-response"), (422, "REC_UNPROCESSABLE_ENTITY")),
        (message(patient={"name": [], "identifier": []}), (422, "REC_UNPROCESSABLE_ENTITY")),
    ],
)
def test_what_no_program_understands_is_kept_and_waits(
    program: Client, service: Service, body: Any, expected: tuple[int, str]
) -> None:
    assert error(send(body)) == expected
    (row,) = kept(service)
    assert "Practice system sent this by BaRS" in row.why
    with scope(service):
        assert clients.left_to_a_person(program) == 1
    assert row.settled_at is None
    assert bytes(row.content) == (body if isinstance(body, bytes) else json.dumps(body).encode())


def test_a_message_is_read_past_its_faults(program: Client, service: Service) -> None:
    odd = message(patient={"birthDate": "1966", "name": [{"text": "Leonard\x00 Ashcombe"}]}, request={"note": "\ud800"})
    odd["entry"][0]["resource"]["focus"] = [{"reference": "urn:uuid:nowhere"}]
    odd["entry"][1]["resource"]["priority"] = float("nan")
    odd_header = in_header({"value": float("inf"), "system": "a\x00b"})
    assert send(odd, content_type="text/plain", NHSD_Target_Identifier=odd_header).status_code == 200
    (row,) = kept(service)
    assert any("The only request in it was taken" in said for said in row.warnings)
    assert any("date of birth" in said for said in row.warnings)


def test_a_refused_message_can_be_sent_again_and_is_then_no_ones_work(program: Client, service: Service) -> None:
    sent = message()
    assert error(send(sent, Accept="application/fhir+xml")) == (406, "REC_NOT_ACCEPTABLE")
    assert error(send(sent, content_type="application/fhir+xml")) == (422, "REC_UNPROCESSABLE_ENTITY")
    assert kept(service)[0].settled_at is None
    assert send(sent).status_code == 200
    (row,) = kept(service)
    assert row.settled_at
    assert row.why == ""


def test_who_calls_is_proved(program: Client, service: Service, team: Team) -> None:
    here = f"http://testserver{ADDRESS}"
    said = statement(here)
    assert send(message(), token=said).status_code == 200
    assert error(send(message(name="R-2"), token=said)) == (401, "REC_UNAUTHORIZED")  # a statement is used once
    assert error(send(message(), token=statement("https://elsewhere.example"))) == (401, "REC_UNAUTHORIZED")
    answer = send(message(), token="unknown")
    assert error(answer) == (401, "REC_UNAUTHORIZED")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    with scope(service):
        AccessToken.objects.update(scopes=["system/Patient.rs"])
    assert error(send(message())) == (403, "SEND_FORBIDDEN")
    assert len(kept(service)) == 1  # a stranger fills nothing


def test_what_is_no_message_to_a_service_has_its_code_too(
    program: Client, service: Service, monkeypatch: pytest.MonkeyPatch, pathway: Pathway
) -> None:
    for method in ("get", "put", "patch", "delete", "options"):
        answer = getattr(Browser(), method)(ADDRESS)
        assert (*error(answer), answer["Allow"]) == (405, "REC_METHOD_NOT_ALLOWED", "POST")
    assert error(Browser().generic("BREW", ADDRESS)) == (501, "REC_NOT_IMPLEMENTED")
    nowhere = ADDRESS.replace("southampton-portsmouth", "nowhere")
    assert error(Browser().post(nowhere)) == (404, "REC_NOT_FOUND")
    off = replace(pathway, exchange=replace(pathway.exchange, fhir="on", cds_hooks="on", bars="off"))
    monkeypatch.setattr("painpath.pathway.load", lambda folder: off)
    assert error(send(message())) == (404, "REC_NOT_FOUND")
    assert kept(service) == []


def test_too_often_is_said_and_what_comes_later_is_taken(program: Client, service: Service, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"program_message": "1/m/key"}
    assert send(message()).status_code == 200
    answer = send(message(name="R-2"))
    assert (*error(answer), answer["Retry-After"]) == (429, "REC_TOO_MANY_REQUESTS", "60")
    assert len(kept(service)) == 1
    cache.clear()  # a minute later
    assert send(message(name="R-2")).status_code == 200


def test_of_a_message_that_is_too_long_a_person_has_the_beginning(
    program: Client, service: Service, settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = 1024**2
    long = json.dumps(message(note="x" * 4 * 1024**2)).encode()
    answer = send(long, NHSD_Target_Identifier=in_header({"value": "1"}))
    assert error(answer) == (413, "REC_BAD_REQUEST")
    assert "Only its beginning is kept" in answer.json()["issue"][0]["diagnostics"]
    send(long)
    (row,) = kept(service)
    assert "Practice system sent this by BaRS" in row.why
    assert row.settled_at is None
    assert row.headers["nhsd-target-identifier"] == {"value": "1"}
    assert bytes(row.content) == long[: len(row.content)]
    assert 0 < len(row.content) < 100_000


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (psycopg.errors.QueryCanceled, (408, "REC_TIMEOUT")),
        (psycopg.errors.LockNotAvailable, (408, "REC_TIMEOUT")),
        (psycopg.errors.AdminShutdown, (503, "REC_UNAVAILABLE")),
    ],
)
@pytest.mark.parametrize("where", ["views._who", "receiving._done"])
def test_a_message_that_our_database_did_not_take_can_be_sent_again(
    program: Client, service: Service, monkeypatch: pytest.MonkeyPatch, where: str, cause: Any,
    expected: tuple[int, str],
) -> None:  # fmt: skip
    def break_down(*_: Any) -> None:
        raise OperationalError("Ashcombe") from cause("Ashcombe")

    sent = message()
    with monkeypatch.context() as patched:
        patched.setattr(f"painpath.exchange.bars.{where}", break_down)
        answer = send(sent)
    assert (*error(answer), answer["Retry-After"]) == (*expected, "60")
    assert b"Ashcombe" not in answer.content
    assert [row.why for row in kept(service)] == ([NOT_READ] if where == "receiving._done" else [])
    assert send(sent).status_code == 200
    assert [row.why for row in kept(service)] == [""]


@needs("data/bars/booking-and-referral-1.4.0.yaml")
def test_every_code_of_a_receiver_is_known() -> None:
    published = (SHARED / "data/bars/booking-and-referral-1.4.0.yaml").read_text()
    rows = set(re.findall(r"\| (\d{3}) +\| (REC_[A-Z_]+) ", published))
    assert rows
    assert rows <= {(str(status), code) for status, (code, _) in CODES.items()}


@pytest.mark.parametrize(
    ("broken", "expected"),
    [(RuntimeError, (500, "REC_SERVER_ERROR")), (SuspiciousOperation, (400, "REC_BAD_REQUEST"))],
)
def test_a_fault_of_ours_is_said_in_the_words_of_the_standard(
    program: Client, service: Service, monkeypatch: pytest.MonkeyPatch, broken: Any, expected: tuple[int, str]
) -> None:
    def break_down(*_: Any) -> None:
        raise broken("Ashcombe")

    monkeypatch.setattr("painpath.exchange.bars.views._who", break_down)
    answer = send(message(), X_Request_Id="c1ab3fba")
    assert (*error(answer), answer["X-Request-Id"]) == (*expected, "c1ab3fba")
    assert b"Ashcombe" not in answer.content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_of_two_that_come_at_once_one_is_a_referral(service_id: int, same: bool) -> None:
    with scope(service_id):
        client = registered(make_team().manager, "system/ServiceRequest.cu")
        grant = Grant(client, tuple(client.scopes), acting_for(client))
    both = threading.Barrier(2)
    first = message()
    bodies = [json.dumps(one).encode() for one in (first, first if same else message())]

    def arrive(body: bytes) -> int:
        try:
            both.wait(10)
            receiving.process(grant, body, {}, [], address="https://pain.example")
        except BarsFault as fault:
            return fault.status
        finally:
            connection.close()
        return 200

    with ThreadPoolExecutor(2) as pool:
        statuses = {one.result(30) for one in [pool.submit(arrive, body) for body in bodies]}
    assert 200 in statuses
    assert statuses <= {200, 409}
    with scope(service_id):
        assert Referral.objects.count() == 1
        assert InboundMessage.objects.filter(settled_at=None).count() == (0 if same else 1)


@needs("data/bars/examples")
def test_every_published_example_is_received_or_refused_and_none_is_lost(program: Client, service: Service) -> None:
    expected = {
        "booking-request.json": (422, "REC_UNPROCESSABLE_ENTITY"),
        "servicerequest-request-http-response.json": (200, ""),
        "servicerequest-request-validation.json": (409, "REC_CONFLICT"),  # the id, and the request, of the one before
        "servicerequest-response-validation.json": (422, "REC_UNPROCESSABLE_ENTITY"),
        "servicerequest-searchset.json": (422, "REC_UNPROCESSABLE_ENTITY"),
    }
    files = sorted(file for file in EXAMPLES.rglob("*") if file.is_file())
    answers = {file.name: send(file.read_bytes()) for file in files}
    assert {name: error(one) if one.status_code > 200 else (200, "") for name, one in answers.items()} == expected
    rows = kept(service)
    assert [bytes(row.content) for row in rows] == [file.read_bytes() for file in files]
    assert [bool(row.why) for row in rows] == [True, False, True, True, True]
    assert any("NHS number was not taken" in said for said in rows[1].warnings)
    with scope(service):
        assert Sent.objects.get().referral.online.patient["family_name"] == "Jones"


@needs("data/bars/examples")
def test_the_published_request_is_a_referral_with_its_words(program: Client, service: Service) -> None:
    assert send((EXAMPLES / "servicerequest-request-validation.json").read_bytes()).status_code == 200
    with scope(service):
        text = bytes(Referral.objects.get().documents.get().content).decode()
    assert "New/worsening breathlessness" in text
    assert "Syncope" in text
