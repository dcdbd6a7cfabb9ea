"""e-RS in a clinician's session, against the stand-in: taking requests in, sending replies, and every way to fail."""

import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import requests
from django.db import connection
from django.test import Client
from django.urls import reverse

from painpath import clock, documents
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.exchange.ers import answers, before_sending, model, taking
from painpath.exchange.ers import client as ers_client
from painpath.exchange.ers.operations import SPC, Acting
from painpath.letters import receiving, reversing
from painpath.letters.models import Dispatch, InboundMessage
from painpath.referrals import verbs
from painpath.referrals.arriving import registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.models import Document, Patient, Referral, SecondScreening
from painpath.referrals.refusal import Refused
from tests.ers_stand_in import store
from tests.ers_stand_in.server import Answered
from tests.exchange import ers_server
from tests.exchange.ers_server import ers, ers_site, sign_in, switch_on  # noqa: F401  # fixtures
from tests.referrals.conftest import details, make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.test_conversation import ASKING, advise, signed

pytestmark = pytest.mark.django_db
UBRN = "000000070001"
LETTER = store.File("letter.txt", "text/plain", ASKING.encode())


@pytest.fixture
def team(ers, service_id, monkeypatch):  # noqa: F811
    switch_on(monkeypatch)
    monkeypatch.setattr(ers_client, "WAITS", (0.0, 0.0, 0.0))
    with scope(service_id):
        return make_team()


@pytest.fixture
def desk(team) -> Client:
    """A consultant at a desk, signed in to e-RS."""
    client = Client()
    client.force_login(team.consultant.user)
    sign_in(client)
    return client


@pytest.fixture
def asked(ers) -> store.Request:  # noqa: F811
    one = store.Request(UBRN, "9912003888", files=[LETTER])
    one.say("Would you try duloxetine next?", files=[store.File("scan.txt", "text/plain", b"MRI was normal.")])
    return ers.add(one)


def take(desk: Client):
    return desk.post("/e-rs/take/", {"ubrn": UBRN}, follow=True)


def shown(answer) -> str:
    return " ".join(answer.content.decode().split())


def chosen_in(page: str, name: str) -> list[str]:
    """The values of the radios of this name that are chosen."""
    inputs = [one for one in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in one and " checked" in one]
    return [value for one in inputs for value in re.findall(r'value="([^"]*)"', one)]


# --- taking in --------------------------------------------------------------------------------------------------------


def test_a_request_is_taken_in_once_and_then_only_what_is_new(desk, team, asked, ers, service_id):  # noqa: F811
    asked.may_convert = False
    page = shown(desk.get("/e-rs/"))
    assert "UBRN 0000 0007 0001" in page
    assert "Clinician of the provider at R69" in page
    answer = take(desk)
    assert "Taken in. The reference is" in shown(answer)
    with scope(service_id):
        referral = Referral.objects.get()
        assert referral.state == "received"
        names = set(Document.objects.values_list("name", flat=True))
        assert {"letter.txt", "scan.txt", "Overview in e-RS, version 5.pdf"} < names
        assert [one.text for one in referral.conversation.all()] == ["Would you try duloxetine next?"]
        kept = InboundMessage.objects.get()
        assert (kept.source, kept.why, kept.referral) == ("ers", "", referral)
        with zipfile.ZipFile(io.BytesIO(bytes(kept.content))) as pack:
            assert b"Would you try duloxetine next?" in pack.read("conversation.json")
            assert pack.read("files/1-letter.txt") == LETTER.content
        documents_before = Document.objects.count()
    assert "Nothing is new" in shown(take(desk))
    with scope(service_id):
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
    offered = shown(desk.get(reverse("triage:register", args=[referral.reference])))
    assert {'value="9912003888"', f'value="{UBRN}"'} <= {one for one in offered.split() if one.startswith("value=")}
    assert chosen_in(offered, "may_convert") == ["no"]
    with scope(service_id):
        referral.refresh_from_db()
        registering.register(referral=referral, by=team.administrator, details=details(ubrn=UBRN))
        assert kept.warnings == []
    asked.priority = "URGENT"
    asked.say("He is worse: numb between the legs.")
    asked.say("Please send him to A and E now.", "RESPONDER")
    answer = shown(take(desk))
    assert "What is new was added" in answer
    assert "Its priority in e-RS is: Urgent." in answer
    assert "Our side has answered in e-RS on 22 November 2026" in answer
    assert f"Referral {referral.reference}" in shown(desk.get("/e-rs/"))
    with scope(service_id):
        assert Referral.objects.count() == 1
        assert [one.text for one in referral.conversation.all()][1:] == ["He is worse: numb between the legs."]
        assert Document.objects.count() == documents_before + 2  # the message, and the overview of this version
        assert InboundMessage.objects.filter(settled_at__isnull=False).count() == 2
        assert InboundMessage.objects.last().warnings == ["Its priority in e-RS is: Urgent."]
        task = referral.tasks.get(owner_role="clinician", words__contains="in e-RS was “Routine” and is now “Urgent”")
        assert task.due_on == clock.today()
    asked.state = "CONVERSATION_ENDED_CANCELLED"
    asked.version += 1
    take(desk)
    with scope(service_id):
        assert referral.tasks.filter(owner_role="clinician", words__contains="stands now as “Cancelled”").exists()


def test_a_file_that_does_not_come_is_somebodys_to_fetch_and_comes_later(desk, asked, ers, service_id):  # noqa: F811
    asked.files[0].availability = "PENDING"
    assert "has not come from e-RS: e-RS is still looking it over" in shown(take(desk))
    with scope(service_id):
        referral = Referral.objects.get()
        assert [one.owner_role for one in referral.tasks.all()] == ["administrator"]
        assert not referral.documents.filter(name="letter.txt").exists()
    asked.files[0].availability = "AVAILABLE"
    assert "What is new was added" in shown(take(desk))
    with scope(service_id):
        assert referral.documents.filter(name="letter.txt").exists()
        task = referral.tasks.get()
        assert task.done_words == "It has come from e-RS since."
    message = asked.messages[0]
    message.files[0].availability = "PENDING"  # the same number of files, and not the same files
    asked.files.append(store.File("late.txt", "text/plain", b"Late."))
    ers.add(asked)
    assert "What is new was added" in shown(take(desk))
    with scope(service_id):
        assert referral.documents.filter(name="late.txt").exists()
        newest = InboundMessage.objects.last()
        with zipfile.ZipFile(io.BytesIO(bytes(newest.content))) as pack:
            assert any(name.endswith("late.txt") for name in pack.namelist())


def test_an_overview_that_comes_later_is_kept_and_filed(desk, asked, ers, service_id):  # noqa: F811
    ers.force = [("A043", 500, "")] * 4
    assert "The overview of e-RS has not come" in shown(take(desk))
    assert "What is new was added" in shown(take(desk))
    with scope(service_id):
        referral = Referral.objects.get()
        assert referral.documents.filter(name="Overview in e-RS, version 5.pdf").count() == 1
        assert not referral.tasks.filter(done_at__isnull=True).exists()
        kept = InboundMessage.objects.last()
        with zipfile.ZipFile(io.BytesIO(bytes(kept.content))) as pack:
            assert pack.read("overview.pdf").startswith(b"%PDF")
        settled = InboundMessage.objects.first()
        InboundMessage.objects.filter(pk=settled.pk).update(
            referral=None, why="Looked at.", settled_by=referral.transitions.first().by
        )
    ers.force = [("A043", 500, "")] * 4
    assert "Nothing is new" in shown(take(desk))
    with scope(service_id):
        settled.refresh_from_db()
        assert (settled.referral, settled.why) == (referral, "Looked at.")


def test_what_can_be_made_nothing_of_is_kept_and_waits_for_a_person(desk, team, asked, service_id):
    take(desk)
    with scope(service_id):
        referral = Referral.objects.get()
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        verbs.close(referral=referral, by=team.administrator, how="close_in_error", reason="Sent twice.")
    asked.say("Please look again.")
    answer = take(desk)
    assert answer.status_code == 409
    assert "has ended" in shown(answer)
    assert "What came from e-RS is kept" in shown(answer)
    assert "Nothing was changed" not in shown(answer)
    with scope(service_id):
        kept = InboundMessage.objects.get(referral__isnull=True)
        assert "has ended" in kept.why
        assert reverse("triage:inbound", args=[kept.pk]) in shown(answer)
        assert kept.settled_at is None


def test_trouble_while_taking_in_is_said_and_nothing_is_made(desk, asked, ers, service_id):  # noqa: F811
    for operation, status, code, words in [
        ("A024", 404, "", "no request with this UBRN"), ("A024", 422, "NO_RELATIONSHIP", "no link between"),
        ("A025", 400, "PATIENT_ERROR", "Do not try again"), ("A024", 403, "FORBIDDEN", "organisation and role"),
        ("A024", 401, "NO_ACCESS", "sign-in to e-RS has ended"),
    ]:  # fmt: skip
        ers.force = [(operation, status, code)] * 4
        answer = take(desk)
        assert words in shown(answer)
        assert "DIAGNOSTICS" not in shown(answer)
    assert "Sign in to e-RS" in shown(desk.get("/e-rs/"))
    with scope(service_id):
        assert not Referral.objects.exists()
        assert not InboundMessage.objects.exists()


def test_whatever_odd_thing_comes_it_is_taken_in_or_left_to_a_person(
    desk, team, asked, ers, ers_site, service_id, monkeypatch  # noqa: F811
):  # fmt: skip
    asked.say("Numb\x00 \ud800legs.", sent="0001-01-01T00:00:00+14:00")
    ers.add(asked)
    monkeypatch.setattr(ers_server, "check", lambda made: None)  # the published schema has no such characters
    assert "Taken in" in shown(take(desk))
    with scope(service_id):
        assert Referral.objects.get().conversation.last().text == "Numb\ufffd \ufffdlegs."
    read = answers.conversation

    def unreadable(content: bytes):
        return read(b"[" * 100_000)

    monkeypatch.setattr(answers, "conversation", unreadable)
    assert "cannot read" in shown(take(desk))
    monkeypatch.setattr(answers, "conversation", read)
    with scope(service_id):
        kept = InboundMessage.objects.last()
        assert "cannot read" in kept.why
        assert b"legs" in bytes(kept.content)
    other = {"resourceType": "CommunicationRequest", "id": "000000070009"}
    for body, words in [(other, "another request"), ({"resourceType": "Slot"}, "it calls it “Slot”")]:
        ers.always = {"A024": Answered(200, body)}
        answer = shown(take(desk))
        assert words in answer
        with scope(service_id):
            kept = InboundMessage.objects.last()
            assert reverse("triage:inbound", args=[kept.pk]) in answer
            assert (words in kept.why, json.loads(bytes(kept.content))) == (True, body)
    ers.always = {}
    asked.say("More.")

    def breaks(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(taking, "record_words", breaks)
    asking = ers_client.Client(ers_site, Acting("user", "R69", SPC), ers.token())
    with pytest.raises(RuntimeError):
        taking.take(ubrn=UBRN, client=asking, by=team.consultant)
    with scope(service_id):
        assert "could not take this request of e-RS in" in InboundMessage.objects.last().why


# --- sending ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reply(team, asked, service_id):
    """A signed reply with a file that waits to be sent, and the address from which it is sent."""
    with scope(service_id):
        referral = verbs.start_screening(
            referral=waiting_referral(team, ASKING, ubrn=UBRN), by=team.consultant
        )  # fmt: skip
        add_documents(referral=referral, by=team.consultant, files=[File("exercises.txt", b"Walk.")])
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        chosen = str(Document.objects.get(name="exercises.txt").pk)
        signed(referral, team.consultant, advise(attachments=(chosen,)))
        dispatch = Dispatch.objects.get(kind="ers_reply")
    return dispatch, reverse("exchange:ers-send", args=[referral.reference, dispatch.pk])


PRESS = {"priority": "ROUTINE", "seen_version": "5", "seen_messages": "1"}


def state_of(dispatch, service_id) -> str:
    with scope(service_id):
        return Dispatch.objects.get(pk=dispatch.pk).state


def test_a_reply_is_sent_as_it_was_signed_and_stands_as_sent(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    by_hand = shown(desk.get(address.partition("e-rs/")[0] + "e-rs/"))
    assert address in by_hand
    page = shown(desk.get(address))
    assert "Duloxetine 30 mg" in page
    assert "exercises.txt" in page
    assert 'value="5"' in page
    assert ers.writes("A026") == 0
    assert "Choose the priority" in shown(desk.post(address, PRESS | {"priority": ""}))
    assert ers.writes("A026") == 0
    answer = desk.post(address, PRESS, follow=True)
    assert "Sent: the reply stands in e-RS." in shown(answer)
    assert "Sent in e-RS from here on" in shown(answer)
    assert "ticked by mistake" not in shown(answer)
    assert state_of(dispatch, service_id) == "sent"
    message = asked.messages[-1]
    assert message.text == dispatch.text.strip()
    assert [(file.name, file.content) for file in message.files] == [("exercises.txt", b"Walk.")]
    assert asked.recommendation == "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED"
    with scope(service_id):
        assert AuditEntry.objects.filter(action="ers.reply").count() == 1
    assert desk.post(address, PRESS).status_code == 409
    assert ers.writes("A026") == 1


def test_a_request_that_changed_is_shown_and_decided_again(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    desk.get(address)
    asked.say("Sorry: he has lost 10 kg.")
    answer = desk.post(address, PRESS)
    assert answer.status_code == 409
    assert "The request has changed in e-RS" in shown(answer)
    assert "he has lost 10 kg" in shown(answer)
    assert (ers.writes("A026"), state_of(dispatch, service_id)) == (0, "queued")
    assert 'value="6"' in shown(answer)
    assert "Sent: the reply" in shown(
        desk.post(address, PRESS | {"seen_version": "6", "seen_messages": "2"}, follow=True)
    )


def test_what_is_new_is_told_by_the_message_and_not_by_its_place(desk, reply, asked, ers):  # noqa: F811
    _, address = reply
    take(desk)
    (seen,) = [one for one in re.findall(r"<input[^>]*>", shown(desk.get(address))) if "seen_messages" in one]
    marks = re.findall(r'value="([^"]+)"', seen)
    asked.say("He has had a fall.", sent="2026-11-01T09:00:00.000Z")  # it comes before what was there
    page = shown(desk.post(address, PRESS | {"seen_messages": marks[0]}))
    assert "He has had a fall." in page
    assert "Would you try duloxetine next?" not in page.partition("Text of the reply")[0]


def test_a_lost_answer_is_not_sent_twice(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    for ago, words in [(1, "Somebody is sending this in e-RS just now"), (11, "it may stand there already")]:
        ers.force = [("A026", 0, "")]
        with scope(service_id):  # another process is at it, or was killed while it was
            Dispatch.objects.update(began_at=clock.now() - timedelta(minutes=ago))
        assert words in shown(desk.post(address, PRESS))
        assert ers.writes("A026") == (ago > 1)
    assert state_of(dispatch, service_id) == "queued"
    found = shown(desk.post(address, PRESS, follow=True))
    assert "Sent: the reply" in found
    assert "ticked by mistake" in found  # nobody but e-RS's page says that it went: a person can say that it did not
    assert (ers.writes("A026"), state_of(dispatch, service_id)) == (1, "sent")


@pytest.mark.django_db(transaction=True)
def test_while_e_rs_thinks_nothing_of_ours_is_held(desk, reply, asked, ers, service_id, monkeypatch):  # noqa: F811
    dispatch, address = reply
    held, began = list[bool](), list[bool]()
    asks = {one: getattr(requests, one) for one in ("request", "get", "post")}

    def looks() -> None:
        """Somebody else sees that the reply is under way, and waits for nothing."""
        try:
            with scope(service_id):
                began.append(Dispatch.objects.select_for_update(nowait=True).get(pk=dispatch.pk).began_at is not None)
        finally:
            connection.close()

    def thinks(name, *args, **named):
        held.append(connection.connection is not None)
        if "sendCommunication" in args[-1]:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(looks).result(10)
        return asks[name](*args, **named)

    for name in asks:
        monkeypatch.setattr(requests, name, partial(thinks, name))
    take(desk)
    assert "Sent: the reply" in shown(desk.post(address, PRESS, follow=True))
    assert (state_of(dispatch, service_id), began) == ("sent", [True])
    assert (len(held) > 8, any(held)) == (True, False)


def test_what_nobody_has_read_is_shown_before_the_reply_goes_however_old_it_is(desk, reply, asked, ers, service_id):  # noqa: F811
    _, address = reply
    page = shown(desk.get(address))
    assert "This request was not taken in by this program" in page
    assert "Would you try duloxetine next?" in page
    assert "What is new was added" in shown(take(desk))
    page = shown(desk.get(address))
    assert "Not on record here" not in page
    # Sent before the decision, and after the request was taken in.
    asked.say("He has lost 10 kg.", files=[store.File("blood.txt", "text/plain", b"CRP 90.")])
    page = shown(desk.get(address))
    assert {"He has lost 10 kg." in page, "Version 5 was taken in." in page, "not taken in: “blood.txt”" in page} == {
        True
    }


def test_the_same_words_of_an_earlier_decision_are_not_this_reply(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    asked.say(dispatch.text, "RESPONDER", sent="2020-01-02T09:00:00.000Z")
    assert "Sent: the reply" in shown(desk.post(address, PRESS | {"seen_version": "6"}, follow=True))
    assert (ers.writes("A026"), len(asked.messages)) == (1, 3)
    with scope(service_id):
        sent = Dispatch.objects.get(pk=dispatch.pk)
        seen = before_sending.Seen(model.AdviceRequest(*[""] * 4, "", None, *[""] * 5, ()), model.Conversation((
            model.Message("1", clock.now(), True, "", "", sent.text),
        )))  # fmt: skip
        reply = before_sending.Reply(sent, sent.referral.decisions.last(), UBRN, ())
    assert before_sending.stands_there(reply, seen)
    assert not before_sending.stands_there(replace(reply, others=1), seen)  # that message is another reply's


@pytest.mark.parametrize("when", ["before", "while"])
def test_a_decision_reversed_while_the_reply_is_under_way_leaves_its_trace(
    desk, team, reply, asked, ers, service_id, monkeypatch, when  # noqa: F811
):  # fmt: skip
    dispatch, address = reply

    def reverse_then(ask):
        def inner(self, *args, **named):
            with scope(service_id):
                reversing.reverse(referral=dispatch.referral, by=team.consultant, reason="The dose is wrong.")
            return ask(self, *args, **named)

        return inner

    name = {"before": "conversation", "while": "reply"}[when]
    monkeypatch.setattr(ers_client.Client, name, reverse_then(getattr(ers_client.Client, name)))
    answer = shown(desk.post(address, PRESS))
    with scope(service_id):
        after = Dispatch.objects.get(pk=dispatch.pk)
        tasks = [one.words for one in after.referral.tasks.filter(kind="correction_letter", owner_role="clinician")]
        went = AuditEntry.objects.filter(action="ers.reply").count()
    assert (after.state, after.began_at) == ("cancelled", None)
    assert any("it was being sent at that moment" in one for one in tasks)
    if when == "before":
        assert (ers.writes("A026"), went) == (0, 0)
        assert "It had not gone to e-RS." in after.why
    else:
        assert (len(asked.messages), went) == (2, 1)
        assert "stands in e-RS all the same" in answer
        assert any("It went out in e-RS all the same" in one for one in tasks)


def test_another_patients_request_is_neither_answered_nor_added_to(desk, team, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    page = shown(desk.get(address))
    assert "991 200 3888" in page
    assert "The record has no NHS number, so the two were not compared" in page
    assert "The record has no NHS number" in shown(take(desk))  # it is added all the same, and said
    with scope(service_id):
        Patient.objects.update(nhs_number="9990000018")
        documents_before = Document.objects.count()
    assert "In e-RS the NHS number of this request is 991 200 3888. On record it is 999 000 0018" in shown(
        desk.get(address)
    )
    for seen in ("5", "6"):
        assert "may be another patient" in shown(desk.post(address, PRESS | {"seen_version": seen}))
    asked.say("He is worse.", files=[store.File("more.txt", "text/plain", b"More.")])
    ers.add(asked)
    assert "may be another patient" in shown(take(desk))
    assert (ers.writes("A026"), state_of(dispatch, service_id)) == (0, "queued")
    with scope(service_id):
        assert Document.objects.count() == documents_before
        assert "may be another patient" in InboundMessage.objects.get(settled_at__isnull=True).why
        Patient.objects.update(nhs_number="9912003888")
    assert "Sent: the reply" in shown(desk.post(address, PRESS | {"seen_version": "6"}, follow=True))


def test_a_write_that_was_taken_and_answered_as_if_not_is_found(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    ers.force = [("A026", -503, "")]
    assert "Sent: the reply" in shown(desk.post(address, PRESS, follow=True))
    assert (len(asked.messages), state_of(dispatch, service_id)) == (2, "sent")


def test_a_look_that_fails_after_a_retry_leaves_it_open_whether_it_went(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    read, looks = ers.a024, iter([False, True])

    def once(*args):
        if next(looks):
            raise Answered(422, store.outcome("NO_RELATIONSHIP"))
        read(*args)

    ers.a024, ers.force = once, [("A026", -503, "")]
    page = shown(desk.post(address, PRESS))
    assert "it may stand there already" in page
    assert "Nothing was sent" not in page
    assert (len(asked.messages), state_of(dispatch, service_id)) == (2, "queued")


FORCED = [
    ("A026", 400, "", "could not read what this program sent"), ("A026", 403, "FORBIDDEN", "organisation and role"),
    ("A026", 404, "", "no request with this UBRN"), ("A026", 412, "", "needs something that was not sent"),
    ("A026", 409, "", "has changed in e-RS since you read it"),
    ("A026", 422, "PATIENT_ERROR", "Do not try again"), ("A026", 422, "INVALID_REQUEST_STATE", "not at a point"),
    ("A026", 422, "DUPLICATE_FILENAME", "same name"), ("A026", 423, "", "changing this request"),
    ("A026", 429, "", "too often"), ("A026", 500, "", "may stand there already"), ("A026", 503, "", "not available"),
    ("A026", 504, "", "did not answer in time"), ("A026", 406, "", "do not understand each other"),
    ("A020", 422, "FILE_SIZE_ERROR", "larger than 5 MB"), ("A020", 415, "", "this kind of file"),
    ("A024", 500, "", "went wrong in e-RS"), ("A026", 401, "NO_ACCESS", "Sign in to e-RS again"),
]  # fmt: skip


def test_every_forced_error_ends_in_its_sentence_and_the_reply_waits(desk, reply, asked, ers, service_id):  # noqa: F811
    dispatch, address = reply
    for operation, status, code, words in FORCED:
        ers.force = [(operation, status, code)] * 4
        answer = desk.post(address, PRESS)
        assert words in shown(answer)
        assert "DIAGNOSTICS" not in shown(answer)
        assert state_of(dispatch, service_id) == "queued"
    assert len(asked.messages) == 1


def test_an_accepted_request_is_converted_where_the_gp_lets_us(desk, team, asked, ers, service_id):  # noqa: F811
    with scope(service_id):
        referral = verbs.start_screening(referral=waiting_referral(team, ASKING, ubrn=UBRN), by=team.consultant)
        decided(referral, team.consultant, "accept", clauses=())
        dispatch = Dispatch.objects.get(kind="ers_reply")
    address = reverse("exchange:ers-send", args=[referral.reference, dispatch.pk])
    assert "Convert to a referral" in shown(desk.get(address))
    assert "Write what our administrators need" in shown(desk.post(address, PRESS))
    asked.may_convert = False
    press = PRESS | {"for_admin": "Assessment clinic, by letter."}
    ers.people.clear()  # the sign-in has ended, which e-RS says at the press
    assert "Sign in to e-RS again" in shown(desk.post(address, press))
    assert "by letter" not in str(dict(desk.session))
    sign_in(desk, then=address)
    assert "Assessment clinic, by letter." in shown(desk.get(address))
    assert "Assessment clinic, by letter." not in shown(desk.get(address))
    desk.post("/e-rs/sign-out/")
    assert "Sign in to e-RS" in shown(desk.post(address, press))  # it has ended here
    sign_in(desk, then=address)
    assert "Assessment clinic, by letter." in shown(desk.get(address))
    assert "does not let us convert" in shown(desk.post(address, press))
    asked.may_convert = True
    assert "Sent: the reply" in shown(desk.post(address, press, follow=True))
    assert (asked.state, asked.converted["comments"]) == ("ADVICE_CONVERTED", press["for_admin"])
    assert state_of(dispatch, service_id) == "sent"


# --- who, and when ----------------------------------------------------------------------------------------------------


def test_nothing_is_there_until_it_is_switched_on_and_nothing_is_asked_before_somebody_signs_in(
    team, asked, ers, service_id, monkeypatch  # noqa: F811
):  # fmt: skip
    client = Client()
    client.force_login(team.consultant.user)
    assert "Sign in to e-RS" in shown(client.get("/e-rs/"))
    assert "Sign in to e-RS" in shown(client.post("/e-rs/take/", {"ubrn": UBRN}))
    page = shown(client.get("/e-rs/back/?code=x&state=y"))
    assert "Sign in to e-RS again" in page
    assert "Try again" not in page
    assert ers.calls == []
    assert "/e-rs/" in shown(client.get("/receive/"))
    monkeypatch.delenv("PAINPATH_ERS_URL")
    assert client.get("/e-rs/").status_code == 404
    assert 'href="/e-rs/"' not in shown(client.get("/receive/"))
    manager = Client()
    manager.force_login(team.manager.user)
    assert manager.get("/e-rs/").status_code == 403


def test_the_token_is_sealed_and_ends_with_the_session(desk, team, asked, ers):  # noqa: F811
    kept = str(dict(desk.session))
    assert not any(token in kept for token in ers.people)
    other = Client()
    other.force_login(team.administrator.user)
    session = other.session
    session["ers"] = desk.session["ers"]
    session.save()
    assert "Sign in to e-RS" in shown(other.get("/e-rs/"))
    desk.post("/e-rs/sign-out/")
    assert "Sign in to e-RS" in shown(desk.get("/e-rs/"))


def test_an_administrator_acts_for_a_clinician(team, asked, ers):  # noqa: F811
    ers.roles = [("R69", "SERVICE_PROVIDER_CLINICIAN_ADMIN")]
    client = Client()
    client.force_login(team.administrator.user)
    sign_in(client, role="R69 SERVICE_PROVIDER_CLINICIAN_ADMIN")
    page = shown(client.get("/e-rs/role/"))
    assert "021600556514" in page
    assert "/e-rs/role/?again" in page
    ers.nobody_to_act_for = True
    assert "no clinician for whom you act" in shown(client.get("/e-rs/role/"))
    ers.nobody_to_act_for = False
    allowed, ers.roles = ers.roles, []
    assert "no role of yours" in shown(client.get("/e-rs/role/?again", follow=True))
    ers.roles = allowed
    client.post("/e-rs/role/", {"role": "R69 SERVICE_PROVIDER_CLINICIAN_ADMIN"})
    assert client.post("/e-rs/role/", {"whom": "021600556514"}).status_code == 302
    page = shown(client.get("/e-rs/"))
    assert "for 021600556514" in page
    assert "/e-rs/role/?again" in page
    ers.force = [("A023", 403, "FORBIDDEN")] * 4
    assert "/e-rs/role/?again" in shown(client.get("/e-rs/"))
    ers.roles = [("R69", "SERVICE_PROVIDER_CLINICIAN")]
    assert "R69: Clinician of the provider" in shown(client.get("/e-rs/role/?again", follow=True))


def test_where_sending_is_a_clinical_decision_a_clinician_sends_and_it_stays_on_record(
    team, reply, asked, ers, service_id  # noqa: F811
):  # fmt: skip
    dispatch, address = reply
    ers.roles = [("R69", "SERVICE_PROVIDER_CLINICIAN_ADMIN")]
    client = Client()
    client.force_login(team.administrator.user)
    sign_in(client, role="R69 SERVICE_PROVIDER_CLINICIAN_ADMIN")
    client.post("/e-rs/role/", {"whom": "021600556514"})
    assert "nobody has taken in what they wrote" in shown(client.post(address, PRESS))
    take(client)
    assert "A clinician chooses another and sends it" in shown(client.post(address, PRESS | {"priority": "URGENT"}))
    assert ers.writes("A026") == 0
    assert "Sent: the reply" in shown(client.post(address, PRESS, follow=True))
    with scope(service_id):
        press = Dispatch.objects.get(pk=dispatch.pk).facts["press"]
        audited = AuditEntry.objects.get(action="ers.reply").detail
    assert press.pop("signed_in_as")
    assert press == {
        "priority": "ROUTINE", "for_admin": "", "organisation": "R69", "role": "SERVICE_PROVIDER_CLINICIAN_ADMIN",
        "on_behalf_of": "021600556514",
    }  # fmt: skip
    assert (audited["on_behalf_of"], audited["priority"], "for_admin" in audited) == ("021600556514", "ROUTINE", False)


def test_whoever_screens_blind_sees_nothing_here_of_what_the_first_did(desk, team, asked, ers, service_id):  # noqa: F811
    take(desk)
    with scope(service_id):
        referral = Referral.objects.get()
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        registering.register(referral=referral, by=team.administrator, details=details(ubrn=UBRN))
        InboundMessage.objects.update(settled_at=None)
        kept = InboundMessage.objects.get()
        SecondScreening.objects.create(service_id=service_id, referral=referral, by=team.colleague)
        assert kept in receiving.unsettled(team.consultant)
        assert kept not in receiving.unsettled(team.colleague)
        assert receiving.open_message(kept.pk, by=team.consultant) == kept
        with pytest.raises(Refused):
            receiving.open_message(kept.pk, by=team.colleague)
    blind = Client()
    blind.force_login(team.colleague.user)
    sign_in(blind)
    page = shown(blind.get("/e-rs/"))
    assert "Not shown while you screen it blind" in page
    assert "Waits for our reply" not in page
    asked.say("We have sent him to A and E.", "RESPONDER")
    calls = len(ers.calls)
    assert "blind" in shown(take(blind))
    assert len(ers.calls) == calls
    with scope(service_id):
        SecondScreening.objects.update(finished_at=clock.now())
    assert "Waits for our reply" in shown(blind.get("/e-rs/"))
