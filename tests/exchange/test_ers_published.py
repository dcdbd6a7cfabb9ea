"""Every published file of the e-RS API is received, or refused with the right error, and none is lost: row by row."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.exchange.ers import answers, bodies, taking
from painpath.exchange.ers.bodies import Body, Uploaded
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.model import AdviceRequest, ErsReferral, Worklist
from painpath.exchange.ers.operations import SPC, Acting
from painpath.exchange.ers.site import Site
from painpath.letters.models import InboundMessage
from painpath.referrals.models import Referral
from tests.ers_stand_in import StandIn
from tests.ers_stand_in.server import FHIR, Answered
from tests.exchange.ers_examples import EXAMPLES, needs_examples
from tests.exchange.ers_published import ERRORS, NOT_OURS, READ, SENT, TAKEN, every_row
from tests.exchange.ers_server import ers, ers_site  # noqa: F401  # fixtures
from tests.referrals.conftest import Team, make_team

pytestmark = needs_examples
PDF = b"%PDF-1.4 whatever"
WHOLE = {"Content-Type": FHIR}


def file(path: str) -> bytes:
    return (EXAMPLES / path).read_bytes()


def plays(made: StandIn, **answers: bytes) -> None:
    """e-RS answers these operations with these bytes."""
    made.always |= {name: Answered(200, content, WHOLE) for name, content in answers.items()}


def test_every_file_has_one_row() -> None:
    rows = every_row()
    assert len(rows) == len(set(rows)), "a file has two rows"
    there = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*") if path.is_file()}
    assert there - set(rows) == set(), "files without a row: say in ers_published.py what becomes of them"
    assert set(rows) - there == set(), "rows without a file"


# --- what we send -----------------------------------------------------------------------------------------------------


def parameters(body: Body) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in body["parameter"]:
        kept = {name: value for name, value in row.items() if name != "name"}
        if "resource" in kept:  # a moment may be written in several ways
            moment = datetime.fromisoformat(kept["resource"]["indexed"])
            kept["resource"] = kept["resource"] | {"indexed": moment.isoformat(timespec="milliseconds")}
        found.setdefault(row["name"], []).append(kept)
    return found


def ours(name: str, said: dict[str, list[Any]]) -> Body:
    """What we send where somebody means what this example says."""

    def of(name: str) -> Any:
        return next((value for row in said.get(name, []) for value in row.values()), {})

    def code(name: str) -> str:
        return str(of(name).get("code", ""))

    def files(name: str) -> list[Uploaded]:
        rows = [row["resource"] for row in said.get(name, [])]
        return [
            Uploaded(one["content"][0]["attachment"]["url"], one["description"], datetime.fromisoformat(one["indexed"]))
            for one in rows
        ]

    if name == "A023":
        return bodies.advice_worklist()
    if name == "A008":
        kind = of("listType")["coding"][0]["code"]
        return bodies.referral_worklist(kind, service=of("service").get("value", ""))
    if name == "A026":
        return bodies.reply(
            outcome=code("guidanceOutcome"), recommendation=code("guidanceIntendedRecommendation"),
            text=of("guidance"), priority=code("updatedPriority"), files=files("guidanceAttachmentFile"),
        )  # fmt: skip
    if name == "A027":
        found = re.fullmatch(r"CommunicationRequest/(\d{12})/_history/(\d+)", of("createFrom")["reference"])
        assert found
        return bodies.conversion(
            request=found[1], version=found[2], text=of("guidance"), priority=code("newReferralPriority"),
            for_admin=of("reviewComments"), files=files("guidanceAttachmentFile"),
            admin_files=files("reviewAttachmentFile"),
        )  # fmt: skip
    return bodies.review(
        outcome=code("reviewOutcome"), text=of("reviewComments"), priority=code("reviewPriority"),
        files=files("reviewAttachmentFile"),
    )  # fmt: skip


def test_what_we_send_says_what_the_published_requests_say() -> None:
    for name, paths in SENT.items():
        for path in paths:
            body = json.loads(file(path))
            made = ours(name, parameters(body))
            assert parameters(made) == parameters(body), path
            assert made["meta"]["profile"] == body["meta"]["profile"], path


# --- what we read -----------------------------------------------------------------------------------------------------


def said(found: Any) -> Any:
    """What came out, in the form of the table."""
    if isinstance(found, Worklist):
        assert found.warnings == ()
        return [
            " ".join(part or "-" for part in (
                one.ubrn, one.version, one.nhs_number, one.priority, one.state, one.service,
                str(one.first_requested.date()) if one.first_requested else "",
            ))
            for one in found.items
        ]  # fmt: skip
    if isinstance(found, ErsReferral):
        line = f"{found.ubrn} {found.version} {found.nhs_number} {found.state} {found.priority} {found.service}"
        assert found.warnings == ()
        return line, list(found.related), [f"{one.name} {one.availability}" for one in found.attachments]
    if isinstance(found, AdviceRequest):
        return f"{found.ubrn} {found.version} {found.nhs_number} {found.state} {found.priority} {found.service}"
    if isinstance(found, frozenset):
        return sorted(found)
    if found and hasattr(found[0], "organisation"):
        return [f"{one.organisation} {one.code}" for one in found]
    if found and hasattr(found[0], "display"):
        assert all(one.code and one.display for one in found)
        return [len(found), found[0].code, found[-1].code]
    return list(found)


def test_every_answer_to_what_we_ask_is_read_by_the_client(ers: StandIn, ers_site: Site) -> None:  # noqa: F811
    client = Client(ers_site, Acting("user", "R69", SPC), ers.token(), sleep=lambda _: None)
    admin = Client(ers_site, Acting("user", "R69", "SERVICE_PROVIDER_CLINICIAN_ADMIN"), ers.token())
    ubrn, body = "000000070000", {"resourceType": "Parameters"}
    asks = {
        "A023": lambda: client.advice_worklist(body), "A008": lambda: client.referral_worklist(body),
        "A005": lambda: client.referral(expected[0].split()[0])[0], "A027": lambda: client.convert(body),
        "A028": lambda: client.review(ubrn, "9", body), "A026": lambda: client.reply(ubrn, "5", body),
        "A029": lambda: client.actions(ubrn, "5"), "A004": lambda: client.concepts("eRS-Priority-1"),
        "A030": client.roles, "A040": admin.on_behalf_of,
    }  # fmt: skip
    for name, rows in READ.items():
        for path, expected in rows.items():
            ers.always = {name: Answered(201 if name == "A027" else 200, file(path), WHOLE)}
            found = said(asks[name]())
            assert found == expected, path
            documents = file(path).count(b'"DocumentReference"')
            assert not isinstance(found, tuple) or len(found[2]) == documents, f"a file of {path} is lost"
    assert len(ers.calls) == sum(map(len, READ.values()))
    ers.calls.clear()  # bodies of this test are no requests


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_every_published_error_ends_in_its_sentence(ers: StandIn, ers_site: Site) -> None:  # noqa: F811
    client = Client(ers_site, Acting("user", "R69", SPC), ers.token(), sleep=lambda _: None)
    for path, (status, words) in ERRORS.items():
        kind = "text/plain" if path.endswith(".txt") else FHIR
        ers.always = {"A024": Answered(status, file(path), {"Content-Type": kind})}
        with pytest.raises(Trouble) as refused:
            client.advice_request("000000070000")
        sentence = refused.value.sentence
        assert words in sentence, path
        spoken = re.findall(rb'"(?:diagnostics|display)": *"([^"]+)"', file(path))
        assert not any(each.decode() in sentence for each in spoken), f"e-RS's own words of {path}"


# --- what is taken in -------------------------------------------------------------------------------------------------


@pytest.fixture
def team(db: None, service_id: int) -> Team:
    with scope(service_id):
        return make_team()


@contextmanager
def put_back() -> Iterator[None]:
    """What happens inside has never been: examples that name the same request are each taken in as the first."""

    class Over(Exception):
        pass

    inside = transaction.atomic()
    inside._from_testcase = True  # type: ignore[attr-defined]  # what is kept is kept in a transaction of its own
    try:
        with inside:
            yield
            raise Over
    except Over:
        pass


def take(client: Client, by: Membership, ubrn: str) -> tuple[taking.Taken, InboundMessage, set[str], list[str]]:
    """The request, taken in: what became of it, what is kept, the names of its files, the words of its tasks."""
    taken = taking.take(ubrn=ubrn, client=client, by=by)
    with scope(by.service_id):
        kept = InboundMessage.objects.get()
        assert (kept.referral, kept.why, taken.new) == (taken.referral, "", True)
        names = set(taken.referral.documents.values_list("name", flat=True))
        return taken, kept, names, list(taken.referral.tasks.values_list("words", flat=True))


def test_every_request_and_conversation_is_taken_in_and_nothing_of_it_is_lost(
    ers: StandIn, ers_site: Site, team: Team  # noqa: F811
) -> None:  # fmt: skip
    client = Client(ers_site, Acting("user", "R69", SPC), ers.token(), sleep=lambda _: None)
    by, of_file = team.administrator, b"Bytes of a file."
    ers.always |= {"A043": Answered(200, PDF, {"Content-Type": "application/pdf"})}
    ers.always |= {"A042": Answered(307, None, {"Location": f"{ers.address}/files/one"})}
    ers.always |= {"/files/one": Answered(200, of_file, {"Content-Type": "text/plain"})}
    single = "stu3/retrieveAdviceAndGuidanceConversation/SingleMessageFromReferrer.json"
    minimal = "stu3/retrieveAdviceAndGuidanceRequest/responses/MinimalExample.json"
    for path, row in TAKEN.items():
        asks = "Conversation" not in path
        request, conversation = (file(path), file(single)) if asks else (file(minimal), file(path))
        plays(ers, A024=request, A025=conversation)
        line = row[0] if asks else TAKEN[minimal][0]
        ubrn, version, number, state, priority, service, referrer, organisation = line.split()
        came, missing = row[-2:]
        with put_back():
            taken, kept, names, tasks = take(client, by, ubrn)
            with scope(by.service_id):
                referral = Referral.objects.get()
                assert (referral.state, referral.online.patient["nhs_number"]) == ("received", number), path
                assert referral.online.details["ubrn"] == ubrn
                words = list(referral.conversation.values_list("text", flat=True))
            assert (kept.headers["version"], kept.headers["state"]) == (version, state), path
            with zipfile.ZipFile(io.BytesIO(bytes(kept.content))) as pack:
                inside = {name: pack.read(name) for name in pack.namelist()}
            assert inside.pop("request.json") == request, path
            assert inside.pop("conversation.json") == conversation, path
            assert inside.pop("overview.pdf") == PDF
            assert [re.sub(r"^files/\d+-", "", name) for name in inside] == came, path
            assert set(inside.values()) <= {of_file}
            assert f"Overview in e-RS, version {version}.pdf" in names
            for name, why in missing:  # a task for a person, each
                assert any(f"“{name}”" in task and why in task for task in tasks), (path, name)
            assert len(tasks) == len(missing), path
            theirs, from_us = ([words[0]], []) if asks else row[:2]
            assert [wanted in text for wanted, text in zip(theirs, words, strict=True)] == [True] * len(theirs), path
            told = [warning for warning in taken.warnings if "Our side has answered in e-RS" in warning]
            assert len(told) == len(from_us), path
            read, _ = client.advice_request(ubrn)
            stated = (read.version, read.state, read.priority, read.service, read.referrer, read.referrer_organisation)
            assert stated == (version, state, priority, service, referrer, organisation), path
            if not asks:
                found = answers.conversation(conversation)
                ours = [message.text for message in found.messages if message.from_us]
                assert [w in text for w, text in zip(from_us, ours, strict=True)] == [True] * len(from_us), path


def test_what_is_not_ours_is_kept_byte_for_byte_and_waits_for_a_person(
    ers: StandIn, ers_site: Site, team: Team  # noqa: F811
) -> None:  # fmt: skip
    client = Client(ers_site, Acting("user", "R69", SPC), ers.token())
    by = team.administrator
    for path in NOT_OURS:
        plays(ers, A024=file(path))
        with pytest.raises(taking.Left) as left:
            taking.take(ubrn="000000070000", client=client, by=by)
        assert f"it calls it “{json.loads(file(path))['resourceType']}”" in left.value.sentence, path
    with scope(by.service_id):
        waiting = {bytes(one.content): one for one in InboundMessage.objects.filter(settled_at=None)}
        assert not Referral.objects.exists()
    assert waiting.keys() == {file(path) for path in NOT_OURS}
    for path in NOT_OURS:
        assert "does not take that in. Look in e-RS" in waiting[file(path)].why, path
