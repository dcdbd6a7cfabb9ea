"""How the facade behaves as a FHIR server: media types, errors, searches, pages, bundles."""

import base64
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.exchange.fhir import frame, handlers, resources
from painpath.exchange.models import Representation
from painpath.letters.models import InboundMessage
from painpath.pathway import PathwayError
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from tests.exchange.fhir.conftest import Program, referral
from tests.referrals.conftest import Team

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def transaction(*entries: tuple[str, str, dict[str, Any] | None], kind: str = "transaction") -> dict[str, Any]:
    made = []
    for method, url, resource in entries:
        entry: dict[str, Any] = {"request": {"method": method, "url": url}}
        made.append(entry | ({"resource": resource} if resource else {}))
    return {"resourceType": "Bundle", "type": kind, "entry": made}


def test_every_error_is_an_operation_outcome(
    program: Callable[..., Program], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    gp, reader = program(), program("system/Task.r")
    name = gp.post("ServiceRequest", referral()).json()["id"]
    one = f"ServiceRequest/{name}"
    errors = [
        (404, gp.get("Nothing/1")), (404, gp.get("a/b/c/d/e")), (404, gp.get("Condition")), (404, gp.get("Task/1")),
        (405, gp.call("DELETE", one)), (405, gp.call("PUT", f"Task/{name}", {})), (405, gp.get("")),
        (405, gp.post("Organization", {"resourceType": "Organization"})), (405, gp.get("Organization?name=x")),
        (406, gp.get(one, Accept="application/fhir+xml")), (406, gp.get(f"{one}?_format=xml")),
        (405, gp.call("PATCH", one, {"status": "revoked"}, Content_Type="application/json")),
        (415, gp.post("ServiceRequest", "<ServiceRequest/>", Content_Type="application/fhir+xml")),
        (400, gp.get("ServiceRequest?authored=soon")), (400, gp.get("ServiceRequest?_count=-1")),
        (400, gp.get("ServiceRequest?colour=red", Prefer="handling=strict")), (400, gp.get("ServiceRequest?_cursor=x")),
        (400, gp.get("Communication")),
        (400, gp.post("ServiceRequest", referral(note=[]), If_None_Exist="status=active")),
        (401, gp.get(one, Authorization="Bearer wrong")), (403, reader.get(one)), (403, reader.post("", {})),
        (412, gp.call("PUT", one, gp.get(one).json(), If_Match='W/"7"')),
        (422, gp.post("Patient", referral()["contained"][0])), (422, gp.post("", transaction(("DELETE", one, None)))),
        (406, gp.post("ServiceRequest", referral(code={}), Accept="text/xml")),
        (404, gp.call("PUT", "ServiceRequest/2222-3333", referral())),
        (404, gp.post("", transaction(("GET", "Task/2222-3333", None)))), (403, reader.post("ServiceRequest", {})),
    ]  # fmt: skip

    def broken(*args: object, **kwargs: object) -> None:
        AuditEntry.objects.create(
            service=team.service, process="x", action="half.done", subject_type="x", subject_id="1"
        )
        raise RuntimeError("Mrs Quillfeather")

    monkeypatch.setattr(handlers, "show_all", broken)
    errors.append((500, gp.get(one)))
    assert "Nothing was changed" in errors[-1][1].json()["issue"][0]["details"]["text"]
    more = gp.post("ServiceRequest", referral(note=[{"text": "It is made, and cannot be shown."}]))
    errors.append((500, more))
    assert "may have been done" in more.json()["issue"][0]["details"]["text"]
    batch = transaction(("POST", "ServiceRequest", referral(note=[{"text": "So is this"}])), kind="batch")
    (entry,) = gp.post("", batch).json()["entry"]
    assert "may have been done" in entry["response"]["outcome"]["issue"][0]["details"]["text"]
    for status, answer in errors:
        assert answer.status_code == status, (status, answer.request["PATH_INFO"], answer.content)
        assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
        told = answer.json()
        assert told["resourceType"] == "OperationOutcome"
        assert told["issue"][0]["details"]["text"]
        assert "Quillfeather" not in str(told)
        assert ("Allow" in answer.headers) == (status == 405)
    assert 'error="invalid_token"' in next(answer for status, answer in errors if status == 401)["WWW-Authenticate"]
    with scope(team.service):
        assert not AuditEntry.objects.filter(action="half.done").exists(), "a fault of ours undoes what was half done"
        left = list(InboundMessage.objects.filter(settled_at__isnull=True).order_by("pk"))
    told = [one.why.partition(" was told: ")[2] for one in left]
    refused = ("PUT cannot be done", "cannot take this kind of body", "takes one identifier", "changed meanwhile",
               "Send the patient inside", "cannot be done in a transaction", "We answer in JSON alone",
               "no ServiceRequest with this id")  # fmt: skip
    assert [one for one, said in zip(refused, told, strict=False) if one not in said] == [], told
    assert len(told) == len(refused), told
    assert bytes(left[1].content) == b"<ServiceRequest/>"


def test_it_is_there_only_where_the_service_has_switched_it_on(team: Team, client: Any) -> None:
    base = f"/services/{team.service.slug}/fhir/R4/metadata"
    for address in (base, "/services/no-such-place/fhir/R4/metadata"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")

    def none(service: Any) -> Any:
        raise PathwayError("none")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pathways, "in_force", none)
        assert client.get(base).status_code == 404


def test_every_media_type_of_the_known_clients_is_taken(program: Callable[..., Program], settings: Any) -> None:
    gp = program()
    for number, kind in enumerate(("application/fhir+json", "application/json", "application/json+fhir")):
        made = gp.post("ServiceRequest", referral(note=[{"text": f"{number}"}]), Content_Type=kind, Accept=kind)
        assert made.status_code == 201
    minimal = gp.post("ServiceRequest", referral(), Prefer="return=minimal", Accept=f"{kind}, */*; q=0.1")
    assert (minimal.status_code, minimal.content) == (201, b"")
    head = gp.call("HEAD", minimal["Location"].removeprefix("http://testserver" + gp.base + "/").partition("/_h")[0])
    assert (head.status_code, head["ETag"], head.content) == (200, 'W/"1"', b"")
    assert head["Last-Modified"].endswith("GMT")
    settings.FHIR_ORIGINS = ["https://app.example"]
    preflight = gp.call("OPTIONS", "ServiceRequest", Origin="https://app.example")
    assert preflight["Access-Control-Allow-Origin"] == "https://app.example"
    assert "PUT" in preflight["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in gp.get("metadata", Origin="https://other.example").headers


def test_searches_find_and_page_with_a_bounded_number_of_queries(program: Callable[..., Program], team: Team) -> None:
    gp, other = program(), program()
    names = [gp.post("ServiceRequest", referral(note=[{"text": str(n)}])).json()["id"] for n in range(5)]
    other.post("ServiceRequest", referral())
    found = gp.get("ServiceRequest?_count=2&_sort=authored&colour=red&_include=ServiceRequest:subject").json()
    seen = []
    while True:
        assert found["total"] == 5
        seen += [one["resource"]["id"] for one in found["entry"] if one["search"]["mode"] == "match"]
        assert all("Patient" in one["fullUrl"] for one in found["entry"] if one["search"]["mode"] == "include")
        links = {link["relation"]: link["url"] for link in found["link"]}
        assert "colour" not in links["self"]
        if "next" not in links:
            break
        cursor = links["next"].partition("?")[2]
        assert other.get(f"ServiceRequest?{cursor}").status_code == 400, "a cursor is of one program alone"
        assert gp.get(f"ServiceRequest?{cursor[:-6]}AAAAAA").status_code == 400
        found = gp.get(f"ServiceRequest?{cursor}").json()
    assert seen == names
    counted = gp.get("ServiceRequest?_count=0&_totalMethod=count").json()
    assert (counted["total"], "entry" in counted) == (5, False)
    form = f"patient.identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018&_id={names[0]},{names[1]}"
    posted = gp.call("POST", "ServiceRequest/_search", form, Content_Type=FORM).json()
    assert posted["total"] == 2
    assert "9990000018" not in str([posted["link"], gp.call("POST", "ServiceRequest/_search", f"{form}&_count=1",
                                                            Content_Type=FORM).json()["link"]])  # fmt: skip
    assert f"_id={names[0]}" in posted["link"][0]["url"]
    for asked, total in {
        f"_id={names[0]},{names[1]}": 2, f"patient=Patient/{names[2]}": 1, "status=active": 5, "status=completed": 0,
        "authored=ge2020-01-01": 5, "authored=lt2020": 0, "_lastUpdated=gt2020-01-01T00:00:00Z": 5,
        f"identifier=urn:painpath:referral|{names[3]}": 1, "identifier=nothing": 0, "status=nonsense": 0,
        f"requester=PractitionerRole/{names[0]}": 1, "_lastUpdated=lt2020-01-01": 0,
    }.items():  # fmt: skip
        assert gp.get(f"ServiceRequest?{asked}").json()["total"] == total, asked
    assert gp.get(f"Task?focus=ServiceRequest/{names[0]}").json()["total"] == 1
    gp.get("ServiceRequest")
    with CaptureQueriesContext(connection) as few:
        gp.get("ServiceRequest?_count=1")
    with CaptureQueriesContext(connection) as many:
        gp.get("ServiceRequest")
    assert len(few) == len(many)
    assert 10 < len(many) <= 36
    with scope(team.service):
        assert AuditEntry.objects.filter(action="fhir.search").count() >= 5
        assert Representation.objects.filter(kind="ServiceRequest").count() == 6, "one version each"


def test_a_transaction_is_all_or_nothing_and_a_batch_is_not(program: Callable[..., Program], team: Team) -> None:
    gp = program()
    patient = referral()["contained"][0] | {"id": "x"}
    person, paper = f"urn:uuid:{uuid.uuid4()}", f"urn:uuid:{uuid.uuid4()}"
    request = referral(contained=[], subject={"reference": person}, requester={"display": "Dr Owen Larch"})
    condition = {"resourceType": "Condition", "code": {"text": "Fibromyalgia"}, "subject": {"reference": person}}
    letter = {
        "resourceType": "DocumentReference", "status": "current", "description": "Clinic letter",
        "content": [{"attachment": {"contentType": "text/plain", "data": "U2VlbiBpbiBjbGluaWMu"}}],
    }  # fmt: skip
    sent = transaction(("POST", "ServiceRequest", request), ("POST", "Patient", patient),
                       ("POST", "Condition", condition), ("POST", "DocumentReference", letter),
                       ("GET", "ServiceRequest?_count=0", None))  # fmt: skip
    sent["entry"][1]["fullUrl"], sent["entry"][3]["fullUrl"] = person, paper
    nothing = transaction(*[("POST", "ServiceRequest", request)], ("GET", "Nothing/1", None))
    nothing["entry"].append(sent["entry"][1])
    assert gp.post("", nothing).status_code == 404
    with scope(team.service):
        assert not Referral.objects.exists()
    answer = gp.post("", sent)
    assert answer.status_code == 200, answer.content
    done = answer.json()
    assert done["type"] == "transaction-response"
    assert [one["response"]["status"] for one in done["entry"]] == ["201", "201", "202", "202", "200"]
    name = done["entry"][0]["resource"]["id"]
    assert done["entry"][1]["response"]["location"] == f"Patient/{name}/_history/1"
    assert done["entry"][4]["resource"]["total"] == 1
    assert gp.post("", sent).json()["entry"][0]["response"]["status"] == "200", "the same again is the same one"
    with scope(team.service):
        row = Referral.objects.get()
        files = {file.name: bytes(file.content) for file in row.documents.all()}
        assert files["Clinic letter.txt"] == b"Seen in clinic."
        assert b"Fibromyalgia" in files["Referral sent by Practice system.txt"]
        assert row.online.patient["family_name"] == "Quillfeather"
    found = gp.get(f"DocumentReference?related=ServiceRequest/{name}").json()
    assert found["total"] == 2
    more = {**letter, "context": {"related": [{"reference": f"ServiceRequest/{name}"}]},
            "content": [{"attachment": {"title": "Scan.txt", "data": "Tm9ybWFs"}}]}  # fmt: skip
    filed = gp.post("DocumentReference", more)
    assert filed.status_code == 201, filed.content
    binary = gp.get(f"Binary/{filed.json()['id']}", Accept="*/*")
    assert binary.content == b"Normal"
    told = gp.get(f"DocumentReference/{filed.json()['id']}").json()["content"][0]["attachment"]
    assert (told["size"], told["hash"]) == (6, base64.b64encode(hashlib.sha1(binary.content).digest()).decode())
    resources._SHA1S.clear()
    with CaptureQueriesContext(connection) as read:
        assert gp.get(f"DocumentReference?related=ServiceRequest/{name}").json()["total"] == 3
    assert sum('"content"' in one["sql"] and "_document" in one["sql"] for one in read) == 1, "all of them in one query"
    batch = transaction(("GET", f"ServiceRequest/{name}", None), ("GET", "ServiceRequest/0000-0000", None),
                        ("POST", "ServiceRequest", referral()), ("GET", "Nothing", None), kind="batch")  # fmt: skip
    answers = gp.post("", batch).json()["entry"]
    assert [one["response"]["status"] for one in answers] == ["200", "404", "201", "404"]
    changed = gp.get(f"ServiceRequest/{name}").json() | {"note": [{"text": "Worse since Monday."}]}
    put = gp.post("", transaction(("PUT", f"ServiceRequest/{name}", changed)))
    assert put.json()["entry"][0]["resource"]["note"][-1]["text"] == "Worse since Monday."
    two = transaction(("POST", "ServiceRequest", request), ("POST", "ServiceRequest", request))
    assert gp.post("", two).status_code == 422
    reader = program("system/ServiceRequest.rs", reach="service")
    gets = [("GET", f"ServiceRequest/{name}", None), ("GET", f"Patient/{name}", None)]
    mixed = reader.post("", transaction(*gets, ("POST", "ServiceRequest", request), kind="batch")).json()["entry"]
    assert [one["response"]["status"] for one in mixed] == ["200", "403", "403"]
    assert reader.post("", transaction(gets[0])).status_code == 200
    assert reader.post("", transaction(("PUT", f"ServiceRequest/{name}", changed))).status_code == 403
    assert reader.post("", transaction(("POST", "ServiceRequest", request))).status_code == 403


def test_what_a_program_may_change_is_kept_too_and_an_entry_that_has_no_address(
    program: Callable[..., Program], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, changes, reads = program(), program("system/ServiceRequest.u"), program("system/ServiceRequest.rs")
    put = transaction(("PUT", "ServiceRequest/ABCD-2345", referral()))
    batch = transaction(
        ("POST", "", referral()), ("", "", referral(priority="urgent")), ("GET", "", None), kind="batch"
    )
    for gp in (whole, changes):
        assert [one["response"]["status"] for one in gp.post("", batch).json()["entry"]] == ["400"] * 3
    monkeypatch.setattr(frame, "LARGEST", len(json.dumps(put)) + 100)
    large = put | {"entry": [*put["entry"], *put["entry"]]}
    for gp in (changes, reads):
        reads_alone = gp is reads
        assert gp.post("", put, Accept="application/fhir+xml").status_code == 406
        assert gp.post("", put, Content_Type="application/fhir+xml").status_code == 415
        assert gp.post("", large).status_code == 413
        assert gp.post("", b"{").status_code == (403 if reads_alone else 400)
        assert reads_alone or gp.post("", put).status_code == 404
    with scope(team.service):
        left = InboundMessage.objects.filter(settled_at=None)
        assert left.filter(message_id__startswith="program-1 ").count() == 2
        assert left.filter(message_id__startswith="program-2 ").count() == 2 + 3
        assert left.count() == 7


def test_no_character_that_cannot_be_kept_comes_in_by_an_address(program: Callable[..., Program], team: Team) -> None:
    gp = program()
    made = gp.post("ServiceRequest", referral(), If_None_Exist="identifier=https://practice.example|R%001")
    assert made.status_code == 201, made.content
    query = referral(contained=[], subject={"reference": "Patient?identifier=x|%00", "display": "Iris Quillfeather"})
    assert gp.post("ServiceRequest", query).status_code == 201
    odd = [("GET", f"{one}/%00{two}", None) for one, two in (("ServiceRequest", ""), ("Task", "/_history/1"))]
    answers = gp.post("", transaction(*odd, ("GET", "ServiceRequest?_id=%00", None), kind="batch")).json()["entry"]
    assert [one["response"]["status"] for one in answers] == ["404", "404", "200"]
    with scope(team.service):
        assert not InboundMessage.objects.filter(settled_at__isnull=True).exists()


def test_what_was_refused_for_its_frame_and_is_then_sent_rightly_is_nobodys_work(
    program: Callable[..., Program], team: Team
) -> None:
    gp, other = program(), program()
    own = {"identifier": [{"system": "https://practice.example/requests", "value": "R-1"}]}
    sent = referral(**own)
    name = gp.post("ServiceRequest", referral(note=[{"text": "Another one"}])).json()["id"]
    paper = own | {
        "resourceType": "DocumentReference", "status": "current",
        "content": [{"attachment": {"title": "Scan.txt", "data": "Tm9ybWFs"}}],
        "context": {"related": [{"reference": f"ServiceRequest/{name}"}]},
    }  # fmt: skip
    batch = transaction(("POST", "ServiceRequest", sent | {"identifier": []}), kind="batch")
    xml = {"Accept": "application/fhir+xml"}
    wrong = [(xml, 406), ({"Content_Type": "application/fhir+xml"}, 415), ({"If_None_Exist": "family=Larch"}, 400)]
    for path, body, right in (("ServiceRequest", sent, 201), ("DocumentReference", paper, 201), ("", batch, 200)):
        for headers, status in wrong[: 3 if path == "ServiceRequest" else 2]:
            assert gp.post(path, body, **headers).status_code == status
        assert other.post(path, body, **xml).status_code == 406
        with scope(team.service):
            assert InboundMessage.objects.filter(settled_at=None).count() == 2, path
        assert gp.post(path, body).status_code == right
        with scope(team.service):
            left = InboundMessage.objects.get(settled_at=None)
            assert left.message_id.startswith("program-2 "), "what another program has sent is another's"
            InboundMessage.objects.filter(pk=left.pk).update(settled_at=clock.now())
    late = referral(identifier=[{"system": "https://practice.example/requests", "value": "R-2"}])
    assert gp.post("ServiceRequest", late).status_code == 201
    assert gp.post("ServiceRequest", late, **xml).status_code == 406, "also when it comes after"
    with scope(team.service):
        assert not InboundMessage.objects.filter(settled_at=None).exists()
        again = InboundMessage.objects.filter(why__contains="The same was also sent rightly.")
        done = Referral.objects.get(sent_by_programs__identifier__endswith="|R-1")
        assert [one.referral_id for one in again.order_by("pk")] == [
            done.pk, Referral.objects.get(reference=name).pk, None,
            Referral.objects.get(sent_by_programs__identifier__endswith="|R-2").pk,
        ]  # fmt: skip
        assert AuditEntry.objects.filter(action="inbound.sent_rightly").count() == 4


def test_too_often_is_said_and_nothing_is_done(program, settings):
    settings.ACCOUNT_RATE_LIMITS = {"program_call": "1/m/key"}
    cache.clear()
    calls = program()
    assert calls.post("ServiceRequest", referral()).status_code == 201
    answer = calls.post("ServiceRequest", referral())
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (429, "throttled")
    assert answer["Retry-After"] == "60"
    cache.clear()
