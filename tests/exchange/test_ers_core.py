"""e-RS without a network: the table of operations, what we send, what we read, and what errors mean."""

import json
from datetime import UTC, datetime

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.exchange.ers import answers, bodies, errors, model
from painpath.exchange.ers.bodies import Uploaded
from painpath.exchange.ers.operations import OPERATIONS, SPC, SPCA, Acting, NotAllowed, headers_of
from painpath.exchange.ers.whatever import Unreadable, Whatever
from tests.exchange.ers_examples import EXAMPLES, needs_examples
from tests.exchange.ers_server import nullable, published

FILE = Uploaded("Binary/19eb7224-dff3-4730-a5cb-67eac811f1a5", "letter.pdf", datetime(2026, 11, 26, 9, tzinfo=UTC))
RETURNED = {
    "outcome": "RETURN_TO_REFERRER_WITH_ADVICE",
    "recommendation": "OTHER",
    "text": "Please review the tablets.",
}
ASKED = {"outcome": "REQUIRE_FURTHER_INFORMATION", "recommendation": "", "text": "Which tablets?"}
OURS = {
    "A023": [bodies.advice_worklist()],
    "A008": [bodies.referral_worklist("REFERRALS_FOR_REVIEW", service="11014"),
             bodies.referral_worklist("APPOINTMENT_SLOT_ISSUES")],
    "A026": [bodies.reply(**RETURNED, priority="ROUTINE", files=[FILE]), bodies.reply(**ASKED, priority="URGENT")],
    "A027": [bodies.conversion(request="000000070000", version="4", text="Yes.", priority="ROUTINE",
                               for_admin="Book.", files=[FILE], admin_files=[FILE])],
    "A028": [bodies.review(outcome="ACCEPT_REFER_BOOK_LATER", text="Book.", priority="URGENT", files=[FILE]),
             bodies.review(outcome="RETURN_TO_REFERRER_WITH_ADVICE", text="Advice.")],
}  # fmt: skip
"""One of each body that we make."""


@needs_examples
@pytest.mark.parametrize("name", list(OPERATIONS))
def test_the_table_says_what_the_published_document_says(name):
    one, said = OPERATIONS[name], published(name)
    parameters = {row["name"]: bool(row.get("required")) for row in said["parameters"]}
    assert ("If-Match" in parameters) == (one.versions == "if_match")
    assert ("NHSD-eRS-On-Behalf-Of-User-ID" in parameters) == (one.on_behalf)
    organisation = parameters.get("NHSD-End-User-Organisation-ODS")
    assert {"H1": False, "H2": True, "H3": None}[one.headers] == organisation
    assert {str(code) for code in one.answers} <= set(said["responses"])
    by_application = "pplication-restricted" in said["description"]
    assert by_application == ("app" in one.access) or name == "A028"  # unattended it takes no clinical decision


@needs_examples
@pytest.mark.parametrize("name", list(OURS))
def test_what_we_send_matches_the_published_schema(name):
    schema = published(name)["requestBody"]["content"]["application/fhir+json"]["schema"]
    for body in OURS[name]:
        jsonschema_rs.validator_for(nullable(schema)).validate(body)


def test_our_bodies_hold_what_is_wanted_once():
    for body in [one for bodies_ in OURS.values() for one in bodies_]:
        names = [one["name"] for one in body["parameter"] if "AttachmentFile" not in one["name"]]
        assert len(names) == len(set(names))
    assert [one["name"] for one in OURS["A026"][1]["parameter"]] == ["guidanceOutcome", "guidance", "updatedPriority"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: bodies.reply(**RETURNED | {"recommendation": ""}, priority="ROUTINE"),
        lambda: bodies.reply(**ASKED | {"recommendation": "OTHER"}, priority="ROUTINE"),
        lambda: bodies.reply(**RETURNED | {"text": " \r\n"}, priority="ROUTINE"),
        lambda: bodies.reply(**RETURNED | {"text": "x" * 8_001}, priority="ROUTINE"),
        lambda: bodies.reply(**RETURNED, priority=""),
        lambda: bodies.reply(**RETURNED | {"outcome": "PROVIDER_CONVERTED"}, priority="ROUTINE"),
        lambda: bodies.conversion(request="70000", version="4", text="a", priority="ROUTINE", for_admin="b"),
        lambda: bodies.conversion(request="0" * 12, version="", text="a", priority="ROUTINE", for_admin="b"),
        lambda: bodies.conversion(request="0" * 12, version="1", text="a", priority="ROUTINE", for_admin=""),
        lambda: bodies.review(outcome="RETURN_TO_REFERRER_WITH_ADVICE", text="a", priority="URGENT"),
        lambda: bodies.review(outcome="CANCEL_APPOINTMENT_ACTION_LATER", text="a"),
        lambda: bodies.referral_worklist("REFERRALS_FOR_REVIEW", by_application=True),
        lambda: bodies.upload_headers("a.exe", 3, request="0" * 12),
        lambda: bodies.upload_headers("a.pdf", 0, request="0" * 12),
        lambda: bodies.upload_headers("a.pdf", bodies.FILE_LIMIT + 1, request="0" * 12),
        lambda: headers_of(OPERATIONS["A026"], Acting("app")),
        lambda: headers_of(OPERATIONS["A026"], Acting("user", "R69", "SERVICE_PROVIDER_ADMIN")),
        lambda: headers_of(OPERATIONS["A026"], Acting("user", "R69", SPCA)),
        lambda: headers_of(OPERATIONS["A023"], Acting("user", "", SPC)),
    ],
)
def test_what_must_not_go_is_refused_with_a_sentence(make):
    with pytest.raises(NotAllowed) as refused:
        make()
    assert refused.value.sentence.endswith(".")


@given(st.integers(7_990, 8_010))
def test_a_text_is_counted_with_single_line_ends(length):
    text = "é\r\n" + "😀" * (length - 2)
    if length > bodies.LIMIT:
        with pytest.raises(NotAllowed, match="8,000"):
            bodies.reply(**RETURNED | {"text": text}, priority="ROUTINE")
    else:
        sent = bodies.reply(**RETURNED | {"text": text}, priority="ROUTINE")["parameter"][2]["valueString"]
        assert sent == text.replace("\r\n", "\n")


def test_headers_go_by_the_row_of_the_operation():
    person = Acting("user", "R69", SPCA, "021600556514")
    assert headers_of(OPERATIONS["A024"], Acting("app", "R69", SPC)) == {}
    assert headers_of(OPERATIONS["A030"], person) == {}
    assert headers_of(OPERATIONS["A040"], person).keys() == {
        "NHSD-End-User-Organisation-ODS", "NHSD-eRS-Business-Function"
    }  # fmt: skip
    assert headers_of(OPERATIONS["A023"], person)["NHSD-eRS-On-Behalf-Of-User-ID"] == "021600556514"
    assert len(headers_of(OPERATIONS["A029"], Acting("app", "R69", SPC))) == 2


# --- reading ----------------------------------------------------------------------------------------------------------

READERS = (
    answers.worklist, answers.advice_request, answers.conversation, answers.referral, answers.replied, answers.actions,
    answers.concepts, answers.roles, answers.on_behalf_of,
)  # fmt: skip


@needs_examples
def test_facts_of_examples_come_out_right():
    whole = EXAMPLES / "stu3"
    one = answers.advice_request(
        (whole / "retrieveAdviceAndGuidanceRequest/responses/WithUnavailableAttachments.json").read_bytes()
    )
    assert (one.ubrn, one.version, one.may_convert, one.state, one.service_name, one.referrer_organisation) == (
        "000000070002", "5", True, "PROVIDER_RESPONSE_REQUIRED", "Cardiology Advice Service", "R69"
    )  # fmt: skip
    assert {file.availability for file in one.attachments} - {"AVAILABLE"}
    both = answers.conversation(
        (whole / "retrieveAdviceAndGuidanceConversation/AttachmentPresentInEachDirection.json").read_bytes()
    )
    assert [(m.from_us, m.organisation, m.attachments[0].name) for m in both.messages] == [
        (False, "R68", "testResultsA.pdf"), (True, "R69", both.messages[1].attachments[0].name)
    ]  # fmt: skip
    related = answers.referral((whole / "retrieveReferralRequest/responses/WithRelatedReferral.json").read_bytes())
    assert related.related == ("000000070004",)
    assert related.state == "BOOKED"
    listed = answers.worklist((whole / "retrieveWorklist/responses/LettersOutstanding.json").read_bytes())
    assert any("9312201101" in warning for row in listed.items for warning in row.warnings)
    lists = answers.roles(
        (EXAMPLES / "r4/retrieveBusinessFunctions/responses/PractitionerRoleBundle.json").read_bytes()
    )
    assert model.Role("R69", SPC) in lists
    assert len(lists) == 4
    acts = EXAMPLES / "r4/retrieveOboUsers/responses/PractitionerBundle.json"
    assert answers.on_behalf_of(acts.read_bytes()) == ("111111111111",)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["entry", "resource", "extension", "url", "item", "reference", "contained", "payload", "note",
                         "text", "sent", "category", "coding", "code", "content", "attachment", "meta", "versionId",
                         "identifier", "value", "id", "resourceType", "parameter", "name"]),
        inner, max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip


@given(_JSON, st.sampled_from(["List", "CommunicationRequest", "Bundle", "ReferralRequest", "CodeSystem"]))
def test_nothing_that_comes_breaks_the_reading(value, kind):
    content = json.dumps({"extension": value, "entry": value, "contained": value, "resourceType": kind}).encode()
    for reader in READERS:
        try:
            reader(content)
        except Unreadable:
            continue


def said_at(number: int, moment: str) -> dict[str, object]:
    return {"resource": {"resourceType": "Communication", "id": f"{number}", "sent": moment, "note": [{"text": "A."}]}}


def test_messages_stand_in_the_order_in_which_they_were_sent_and_none_at_all_is_said():
    at, later = "2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z"
    sent = [said_at(10, later), said_at(9, later), said_at(11, at), said_at(8, "")]
    found = answers.conversation(json.dumps({"resourceType": "Bundle", "entry": sent}).encode())
    assert [one.id for one in found.messages] == ["11", "9", "10", "8"]
    (warning,) = answers.conversation(b'{"resourceType": "Bundle"}').warnings
    assert "no message of this conversation" in warning


@pytest.mark.parametrize("content", [b"", b"Not found", b"\xff", b"[]", b"[" * 100_000, b'{"resourceType": "Patient"}'])
def test_what_is_no_answer_at_all_is_said(content):
    with pytest.raises(Unreadable):
        answers.advice_request(content)
    assert answers.error_codes(content, "application/fhir+json") == ()


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31T00:00:00Z"])
def test_a_moment_that_cannot_be_is_none(said):
    assert Whatever(said).moment is None
    assert Whatever("2026-11-26T09:00:00Z").moment


# --- errors -----------------------------------------------------------------------------------------------------------


@needs_examples
def test_every_published_status_of_what_we_call_has_its_sentence():
    for name in OPERATIONS:
        for status in map(int, published(name)["responses"]):
            if status >= 400:
                found = errors.trouble(status, (), write=OPERATIONS[name].write)
                assert found.sentence.endswith("."), status
                assert status in errors._STATUS or status == 422


def test_each_way_to_fail_ends_in_its_own_words():
    says = {status: errors.trouble(status, write=True) for status in (401, 403, 404, 409, 412, 423, 429, 500, 503)}
    assert len({one.sentence for one in says.values()}) == len(says)
    assert says[409].then == "read_again"
    assert says[401].then == "sign_in"
    assert {status for status, one in says.items() if one.unsure} == {500, 503}
    perhaps = (200, 302, 307, 408, 500, 501, 502, 503, 504, 507)
    assert all(errors.NO_WORD in errors.trouble(one, write=True).sentence for one in perhaps)
    assert errors.NO_WORD in errors.silence(write=True).sentence
    coded = {code: errors.trouble(422, (code,), write=True).sentence for code in errors._CODES}
    assert "harmful" in coded["THREATS_FOUND"]
    assert all("diagnos" not in words and words.endswith(".") for words in coded.values())
    assert errors.trouble(422, ("BRAND_NEW",), write=True).sentence.startswith("e-RS does not take this as it is")
    assert errors.trouble(409, ("PATIENT_ERROR",), write=True).sentence == errors.STALE
    assert errors.trouble(599, write=False).then == "later"
    upload = [errors.trouble(500, write=True, operation="A020"), errors.silence(write=True, operation="A020")]
    assert [(one.unsure, one.sentence.endswith("Nothing was sent.")) for one in upload] == [(False, True)] * 2
    for one in OPERATIONS.values():  # whatever comes: what to do, and no word of sending where nothing is sent
        for status in (204, 302, *range(400, 432), *range(500, 512)):
            said = errors.trouble(status, write=one.write, operation=one.id).sentence
            assert "{" not in said
            assert not (status < 300 and one.write and one.id != "A020") or errors.NO_WORD in said
            assert one.write or "Nothing was sent" not in said, (one.id, status)
