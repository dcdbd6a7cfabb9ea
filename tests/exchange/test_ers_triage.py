"""Referrals for triage in e-RS (RAS) in a clinician's session, against the stand-in: the list, taking one in, recording
the outcome, and every way to fail; and the counts that the program makes with nobody signed in."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace

from painpath import clock, documents
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.exchange import tasks
from painpath.exchange.ers import answers, polling
from painpath.exchange.ers import client as ers_client
from painpath.letters import reversing
from painpath.letters.models import Dispatch, InboundMessage
from painpath.pathway import checking
from painpath.referrals import verbs
from painpath.referrals.arriving import registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.models import Document, Referral
from painpath.referrers.refer_forms import How
from painpath.triage.views import decision
from tests.ers_stand_in import store
from tests.exchange import ers_server
from tests.exchange.ers_server import ers, sign_in, switch_on_triage  # noqa: F401  # fixtures
from tests.exchange.test_ers_pages import LETTER, chosen_in, desk, shown, state_of  # noqa: F401  # fixture
from tests.referrals.conftest import details, make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.test_conversation import advise, signed
from tests.shared import needs

pytestmark = pytest.mark.django_db
UBRN, OTHER = "000000080001", "000000080002"
RETURN, ACCEPT = "RETURN_TO_REFERRER_WITH_ADVICE", "ACCEPT_REFER_BOOK_LATER"


@pytest.fixture
def team(ers, service_id, monkeypatch):  # noqa: F811
    switch_on_triage(monkeypatch)
    monkeypatch.setattr(ers_client, "WAITS", (0.0, 0.0, 0.0))
    with scope(service_id):
        return make_team()


@pytest.fixture
def sent(ers) -> store.Referral:  # noqa: F811
    letter = store.File(LETTER.name, LETTER.media_type, LETTER.content, kind="REFERRER")
    return ers.refer(store.Referral(UBRN, "9912003888", files=[letter], written="Would you see him?"))


def take(desk: Client, ubrn: str = UBRN):  # noqa: F811
    return desk.post("/e-rs/take/", {"ubrn": ubrn, "kind": "triage"}, follow=True)


def take_and_register(desk: Client, team, service_id: int) -> Referral:  # noqa: F811
    assert "Taken in" in shown(take(desk))
    with scope(service_id):
        referral = Referral.objects.get()
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        given = details(ubrn=UBRN, route="gp-triage", may_convert=None, patient={"nhs_number": "9912003888"})
        registering.register(referral=referral, by=team.administrator, details=given)
        return verbs.start_screening(referral=Referral.objects.get(), by=team.consultant)


def waits(referral: Referral, service_id: int) -> tuple[Dispatch, str]:
    with scope(service_id):
        dispatch = Dispatch.objects.get(kind="ers_reply")
    return dispatch, reverse("exchange:ers-send", args=[referral.reference, dispatch.pk])


# --- the list and taking in -------------------------------------------------------------------------------------------


def test_both_lists_stand_side_by_side_and_one_is_there_without_the_other(desk, team, sent, ers, service_id):  # noqa: F811
    ers.add(store.Request("000000070001", "9912003888"))
    ers.refer(store.Referral(OTHER, "9990000018", service="99999"))  # another team's
    ers.refer(store.Referral("000000080003", "9990000018", booked=True, state="BOOKED"))
    sent.priority, sent.review = "URGENT", "LETTER_CHANGED"
    with scope(service_id):
        earlier = waiting_referral(team, patient={"nhs_number": "9912003888"})
    page = shown(desk.get("/e-rs/"))
    assert "Requests for advice (1)" in page
    assert "Referrals for triage (1)" in page
    assert "UBRN 0000 0008 0001" in page
    assert "UBRN 0000 0008 0002" not in page
    assert "One booked appointment waits for review too" in page
    days = (clock.today() - clock.today().replace(year=2026, month=11, day=20)).days
    assert f"20 November 2026 at 09:00 ({days} days ago)" in page
    assert "The letter has changed since it was reviewed" in page
    assert page.count(f"Referral {earlier.reference}</a>: {earlier.state_label}") == 2
    asked = [body for name, _, body in ers.calls if name == "A008"]
    assert [one["parameter"][1]["valueIdentifier"]["value"] for one in asked] == ["11012"]
    ers.force = [("A008", 503, "SYSTEM_UNAVAILABLE")] * 4
    page = shown(desk.get("/e-rs/"))
    assert "This list has not come. e-RS is not available" in page
    assert "UBRN 0000 0007 0001" in page
    ers.force = [("A023", 422, "NO_RELATIONSHIP")]
    page = shown(desk.get("/e-rs/"))
    assert "This list has not come. e-RS knows of no link" in page
    assert "UBRN 0000 0008 0001" in page


def test_a_service_has_one_list_or_the_other(desk, sent, ers, monkeypatch):  # noqa: F811
    switch_on_triage(monkeypatch, ("triage",))
    page = shown(desk.get("/e-rs/"))
    assert "Requests for advice" not in page
    assert "Referrals for triage (1)" in page
    assert ers.writes("A023") == 0
    switch_on_triage(monkeypatch, ("advice",))
    assert "Referrals for triage" not in shown(desk.get("/e-rs/"))
    assert take(desk).status_code == 404
    assert [ers.writes(one) for one in ("A008", "A005")] == [1, 0]


def test_a_list_that_cannot_be_read_is_kept_and_waits_for_a_person(desk, sent, ers, service_id, monkeypatch):  # noqa: F811
    read = answers.worklist
    monkeypatch.setattr(answers, "worklist", lambda content: read(content.replace(b'"List"', b'"Odd"')))
    monkeypatch.setattr(ers_server, "check", lambda made: None)
    ers.add(store.Request("000000070001", "9912003888"))
    assert shown(desk.get("/e-rs/")).count("does not take that in") == 2
    with scope(service_id):
        for name, ubrn in {"referrals for review": UBRN, "requests for advice": "000000070001"}.items():
            kept = InboundMessage.objects.get(why__startswith=f"This is the answer of e-RS to the list of {name}.")
            assert ubrn.encode() in bytes(kept.content)
        assert AuditEntry.objects.get(action="ers.worklist").detail == {}, "no list came, and none had no rows"


def test_of_two_services_one_list_is_there_without_the_other(desk, sent, ers, monkeypatch):  # noqa: F811
    switch_on_triage(monkeypatch, ("triage",), services=("99998", "11012"))
    ers.force = [("A008", 422, "NO_RELATIONSHIP")]
    page = shown(desk.get("/e-rs/"))
    assert "The list of the service 99998 of e-RS has not come. e-RS knows of no link" in page
    assert "Referrals for triage (1)" in page
    ers.force = [("A008", 422, "NO_RELATIONSHIP")] * 2
    assert "of no link" in shown(desk.get("/e-rs/"))


def test_a_referral_is_taken_in_once_and_then_only_what_is_new(desk, team, sent, ers, service_id):  # noqa: F811
    report = store.File("report.txt", "text/plain", b"MRI was normal.", kind="REFERRER")
    ers.refer(store.Referral(OTHER, "9912003888", state="TRIAGE_RESPONSE", files=[report], written="First time."))
    ers.refer(store.Referral("000000080009", "9990000018", files=[store.File("no.txt", "text/plain", b"No.")]))
    before = store.Request("000000070001", "9912003888", files=[store.File("old.txt", "text/plain", b"Seen in 2021.")])
    before.say("May he have ketamine?", files=[store.File("scan.txt", "text/plain", b"A scan.")])
    before.say("No.", "RESPONDER", files=[store.File("leaflet.txt", "text/plain", b"Our leaflet.")])
    ers.add(before)
    ers.add(store.Request("000000070002", "9990000018", files=[store.File("not.txt", "text/plain", b"Not his.")]))
    names = ("ReferralRequest/000000080002", "ReferralRequest/000000080009", "CommunicationRequest/000000070001",
             "CommunicationRequest/000000070002")  # fmt: skip
    sent.related = list(names)
    ours = store.File("ours.txt", "text/plain", b"Ours.", kind="PROVIDER")
    sent.files.append(ours)
    ers.refer(sent)
    answer = shown(take(desk))
    assert "Taken in. The reference is" in answer
    for other in ("000000080009", "000000070002 that went before"):
        assert f"{other} has another NHS number in e-RS" in answer
    with scope(service_id):
        referral = Referral.objects.get()
        assert set(Document.objects.values_list("name", flat=True)) == {
            "Clinical information in e-RS, version 6.pdf", "letter.txt", "report.txt",
            "Clinical information of 000000080002 in e-RS, version 6.pdf",
            f"Request for advice 000000070001 in e-RS, version {before.version}.pdf",
            "old.txt", "scan.txt", "leaflet.txt",
            f"Messages of the request for advice 000000070001 in e-RS, version {before.version}.txt",
        }  # fmt: skip
        told = bytes(Document.objects.get(name__startswith="Messages of").content).decode()
        assert "From the referrer, 20 November 2026:\nMay he have ketamine?" in told
        kept = InboundMessage.objects.get()
        with zipfile.ZipFile(io.BytesIO(bytes(kept.content))) as pack:
            assert {"referral.json", "clinical-information.pdf", "related-000000080002.json"} < set(pack.namelist())
            assert pack.read("files/1-letter.txt") == LETTER.content
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
    offered = shown(desk.get(reverse("triage:register", args=[referral.reference])))
    assert {'value="9912003888"', f'value="{UBRN}"'} <= {one for one in offered.split() if one.startswith("value=")}
    assert chosen_in(offered, "route") == ["gp-triage"]
    assert "Nothing is new" in shown(take(desk))
    with scope(service_id):
        registering.register(
            referral=Referral.objects.get(), by=team.administrator,
            details=details(ubrn=UBRN, route="gp-triage", may_convert=None, patient={"nhs_number": "9912003888"}),
        )  # fmt: skip
    sent.version, sent.priority, sent.review = 7, "URGENT", "PRIORITY_AND_LETTER_CHANGED"
    sent.written = "He is worse."
    sent.files.append(store.File("worse.txt", "text/plain", b"Numb between the legs.", kind="REFERRER"))
    ers.refer(sent)
    page = shown(desk.get("/e-rs/"))
    assert "Changed in e-RS since it was taken in: version 7 now, version 6 then" in page
    assert f"Referral {referral.reference}</a></dd>" in page
    assert "What is new was added" in shown(take(desk))
    with scope(service_id):
        assert Referral.objects.count() == 1
        new = set(Document.objects.order_by("-pk").values_list("name", flat=True)[:2])
        assert new == {"worse.txt", "Clinical information in e-RS, version 7.pdf"}
        assert referral.tasks.filter(owner_role="clinician", words__contains="is now “Urgent”").exists()
    assert "Changed in e-RS" not in shown(desk.get("/e-rs/"))
    sent.nhs_number, sent.version = "9990000018", 8
    answer = take(desk)
    assert answer.status_code == 409
    assert "may be another patient" in shown(answer)
    assert "What came from e-RS is kept. It waits on the page of the post" in shown(answer)
    with scope(service_id):
        InboundMessage.objects.filter(settled_at=None).update(settled_at=clock.now(), why="Not his.")
    assert "Somebody has seen to it already" in shown(take(desk))


def test_what_changes_in_a_related_referral_is_kept_and_filed(desk, sent, ers, service_id, monkeypatch):  # noqa: F811
    other = ers.refer(store.Referral(OTHER, "9912003888", written="First time."))
    sent.related = [f"ReferralRequest/{OTHER}"]

    def kept() -> list[set[str]]:
        with scope(service_id):
            rows = InboundMessage.objects.order_by("pk").values_list("content", flat=True)
            return [set(zipfile.ZipFile(io.BytesIO(bytes(one))).namelist()) for one in rows]

    take(desk)
    assert "Nothing is new" in shown(take(desk))
    other.version, other.written = 7, "He has lost 10 kg."
    assert "What is new was added" in shown(take(desk))
    assert len(kept()) == 2
    with scope(service_id):
        assert Document.objects.filter(name=f"Clinical information of {OTHER} in e-RS, version 7.pdf").exists()
    other.nhs_number, other.version = "", 8
    assert f"The related request {OTHER} was not compared" in shown(take(desk))
    other.ubrn = "000000080004"
    assert "another request than the one that was asked for" in shown(take(desk))
    assert f"related-{OTHER}.dat" in kept()[-1]
    monkeypatch.setattr(ers_server, "check", lambda made: None)  # these two answers are none of the published


def test_trouble_while_taking_in_is_said_and_what_does_not_come_is_a_task(desk, sent, ers, service_id):  # noqa: F811
    for operation, status, code, words in [
        ("A005", 404, "", "no request with this UBRN"), ("A005", 422, "NO_RELATIONSHIP", "no link between"),
        ("A005", 403, "FORBIDDEN", "organisation and role"), ("A005", 429, "", "too often"),
    ]:  # fmt: skip
        ers.force = [(operation, status, code)] * 4
        assert words in shown(take(desk))
    with scope(service_id):
        assert not InboundMessage.objects.exists()
    ers.force = [("A007", 500, "")] * 4 + [("A025", 422, "NO_RELATIONSHIP")]
    sent.files[0].availability = "PENDING"
    ers.add(store.Request("000000070001", "9912003888")).say("May he have ketamine?")
    sent.related = ["CommunicationRequest/000000070001"]
    page = shown(take(desk))
    assert "What the referrer wrote in e-RS has not come" in page
    assert "e-RS is still looking it over" in page
    with scope(service_id):
        assert Referral.objects.get().tasks.filter(owner_role="administrator").count() == 3
        assert Document.objects.filter(name="Request for advice 000000070001 in e-RS.pdf").exists()
    sent.files[0].availability = "AVAILABLE"
    assert "What is new was added" in shown(take(desk))
    with scope(service_id):
        assert not Referral.objects.get().tasks.filter(done_at__isnull=True).exists()


# --- the outcome ------------------------------------------------------------------------------------------------------

PRESS = {"seen_version": "6", "seen_messages": ""}


def test_a_returned_triage_is_recorded_as_it_was_signed_with_its_file(desk, team, sent, ers, service_id):  # noqa: F811
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        add_documents(referral=referral, by=team.consultant, files=[File("exercises.txt", b"Walk.")])
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        chosen = str(Document.objects.get(name="exercises.txt").pk)
        signed(referral, team.consultant, advise(attachments=(chosen,), no_question=True, question=""))
    dispatch, address = waits(referral, service_id)
    by_hand = shown(desk.get(reverse("triage:ers", args=[referral.reference])))
    assert "Outcome of triage: <strong>Return to referrer with advice</strong>" in by_hand
    assert "May we convert it?" not in by_hand
    assert address in by_hand
    page = shown(desk.get(address))
    assert "Duloxetine 30 mg" in page
    assert "Routine. It stays as it is when a referral is returned." in page
    assert chosen_in(page, "priority") == []
    assert ers.writes("A028") == 0
    asked = len(ers.calls)
    answer = shown(desk.post(address, PRESS, follow=True))
    assert "Recorded: the outcome stands in e-RS." in answer
    assert [name for name, _, _ in ers.calls[asked:]] == ["A005", "A029", "A020", "A028"]
    assert ers.calls[-1][1]["if-match"] == 'W/"6"'
    assert (sent.state, sent.outcome, sent.comments) == ("TRIAGE_RESPONSE", RETURN, dispatch.text.strip())
    assert [(file.name, file.kind) for file in sent.files][1:] == [("exercises.txt", "PROVIDER")]
    assert state_of(dispatch, service_id) == "sent"
    with scope(service_id):
        assert not Dispatch.objects.filter(kind="letter", to="gp").exists()  # the referrer has it in e-RS
    assert desk.post(address, PRESS).status_code == 409
    assert ers.writes("A028") == 1
    assert "Nothing is new" in shown(take(desk)) or "What is new was added" in shown(take(desk))
    with scope(service_id):
        assert not Document.objects.filter(name="exercises.txt").exclude(pk=chosen).exists()
        assert not referral.tasks.filter(words__contains="stands now as").exists()


def test_one_that_is_sent_again_after_our_outcome_is_a_clinicians_to_look_at(desk, team, sent, ers, service_id):  # noqa: F811
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        signed(referral, team.consultant, advise(no_question=True, question=""))
    _, address = waits(referral, service_id)
    desk.post(address, PRESS)
    sent.state, sent.version = "AWAITING_TRIAGE", 8
    sent.files.append(store.File("worse.txt", "text/plain", b"Numb between the legs.", kind="REFERRER"))
    ers.refer(sent)
    for _ in range(2):
        assert "new" in shown(take(desk))
        with scope(service_id):
            task = referral.tasks.get(owner_role="clinician", words__contains="sent again in e-RS after it ended here")
            assert "“Waits for triage”, version 8" in task.words
            assert task.due_on == clock.today()


def test_an_accepted_triage_goes_to_our_administrators_and_the_letter_another_way(
    desk, team, sent, ers, service_id  # noqa: F811
):  # fmt: skip
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        decided(referral, team.consultant, "accept", clauses=())
        assert Dispatch.objects.filter(kind="letter", to="gp").exists()
    dispatch, address = waits(referral, service_id)
    assert "it goes to your own administrators" in shown(desk.get(reverse("triage:ers", args=[referral.reference])))
    page = shown(desk.get(address))
    assert "Accept and refer/book later" in page
    assert chosen_in(page, "priority") == ["ROUTINE"]
    assert "Next stage: Assessment by the team." in page
    assert "Write what our administrators need" in shown(desk.post(address, PRESS | {"priority": "ROUTINE"}))
    press = PRESS | {"priority": "URGENT", "for_admin": "Assessment clinic."}
    ers.force = [("A028", -503, "")]  # it was taken, and e-RS says that it was not
    assert "Recorded: the outcome" in shown(desk.post(address, press, follow=True))
    assert (sent.state, sent.priority, sent.comments) == ("TRIAGED_PROVIDER_TO_ACTION", "URGENT", "Assessment clinic.")
    assert (ers.writes("A028"), state_of(dispatch, service_id)) == (2, "sent")
    with scope(service_id):
        reversing.reverse(referral=Referral.objects.get(), by=team.consultant, reason="He wants to wait.")
        assert referral.tasks.filter(words__contains="stands in e-RS as an accepted triage").exists()


def test_an_accepted_triage_reversed_while_it_goes_out_is_put_right_in_e_rs_by_one_task(
    desk, team, sent, ers, service_id, monkeypatch  # noqa: F811
):  # fmt: skip
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        decided(referral, team.consultant, "accept", clauses=())
    _, address = waits(referral, service_id)
    review = ers_client.Client.review

    def reversed_meanwhile(self, *args):
        with scope(service_id):
            reversing.reverse(referral=Referral.objects.get(), by=team.consultant, reason="He wants to wait.")
        return review(self, *args)

    monkeypatch.setattr(ers_client.Client, "review", reversed_meanwhile)
    page = shown(desk.post(address, PRESS | {"priority": "ROUTINE", "for_admin": "Assessment clinic."}))
    assert "A clinician has the task to put that right in e-RS." in page
    with scope(service_id):
        words = [one.words for one in referral.tasks.filter(kind="correction_letter", words__contains="e-RS")]
    assert [("as an accepted triage" in one, "tell the referrer" in one) for one in words] == [(True, False)]


def test_one_that_changed_is_shown_and_decided_again(desk, team, sent, ers, service_id):  # noqa: F811
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        signed(referral, team.consultant, advise(no_question=True, question=""))
    dispatch, address = waits(referral, service_id)
    (seen,) = [one for one in shown(desk.get(address)).split("<input") if "seen_messages" in one]
    marks = seen.split('value="')[1].split('"')[0]
    sent.files.append(store.File("worse.txt", "text/plain", b"Numb between the legs.", kind="REFERRER"))
    sent.version, sent.priority = 7, "URGENT"
    ers.refer(sent)
    answer = desk.post(address, PRESS | {"seen_messages": marks})
    assert answer.status_code == 409
    page = shown(answer)
    assert "The referral has changed in e-RS" in page
    assert "New files: worse.txt." in page
    assert "The priority in e-RS was “Routine” when it was taken in, and is now “Urgent”." in page
    assert (ers.writes("A028"), state_of(dispatch, service_id)) == (0, "queued")
    ers.roles = [("R69", "SERVICE_PROVIDER_CLINICIAN_ADMIN")]
    admin = Client()
    admin.force_login(team.administrator.user)
    sign_in(admin, role="R69 SERVICE_PROVIDER_CLINICIAN_ADMIN")
    admin.post("/e-rs/role/", {"whom": "021600556514"})
    assert "is not as it was taken in" in shown(admin.post(address, PRESS | {"seen_version": "7"}))
    ers.roles = [("R69", "SERVICE_PROVIDER_CLINICIAN")]
    ers.force = [("A028", 409, "")]  # it changes between our read and our write
    assert "read it. Nothing was sent" in shown(desk.post(address, PRESS | {"seen_version": "7"}))
    ers.force = [("A028", 0, "")]  # it is taken, and no answer comes
    assert "it may stand there already" in shown(desk.post(address, PRESS | {"seen_version": "7"}))
    assert state_of(dispatch, service_id) == "queued"
    assert "Recorded: the outcome" in shown(desk.post(address, PRESS | {"seen_version": "7"}, follow=True))
    assert ers.writes("A028") == 2


def test_what_e_rs_does_not_allow_now_is_said_before_and_at_the_press(desk, team, sent, ers, service_id):  # noqa: F811
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        signed(referral, team.consultant, advise(no_question=True, question=""))
        assert "its text is on the e-RS page" in decision._in_e_rs(Referral.objects.get())
    dispatch, address = waits(referral, service_id)
    sent.state = "CANCELLED_REFERRAL"
    assert "e-RS does not take an outcome now" in shown(desk.get(address))
    page = shown(desk.post(address, PRESS))
    assert "recorded for this referral now (it stands there as: cancelled)" in page
    assert "do there by hand what fits" in page
    assert (ers.writes("A028"), state_of(dispatch, service_id)) == (0, "queued")


FORCED = [
    ("A028", 400, "", "could not read what this program sent"), ("A028", 403, "FORBIDDEN", "organisation and role"),
    ("A028", 404, "", "no request with this UBRN"), ("A028", 412, "", "needs something that was not sent"),
    ("A028", 409, "", "has changed in e-RS since you read it"), ("A028", 423, "", "changing this request"),
    ("A028", 422, "PRIORITY_NOT_CURRENT", "does not use this priority"), ("A028", 429, "", "too often"),
    ("A028", 422, "INVALID_REQUEST_TYPE", "another kind"), ("A028", 422, "PATIENT_ERROR", "Do not try again"),
    ("A028", 500, "", "may stand there already"), ("A028", 503, "", "not available"),
    ("A029", 400, "HISTORY_NOT_SUPPORTED", "has changed in e-RS"), ("A029", 503, "", "not available"),
    ("A005", 404, "", "no request with this UBRN"), ("A028", 401, "NO_ACCESS", "Sign in to e-RS again"),
]  # fmt: skip


def test_every_forced_error_ends_in_its_sentence_and_the_outcome_waits(desk, team, sent, ers, service_id):  # noqa: F811
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        signed(referral, team.consultant, advise(no_question=True, question=""))
    dispatch, address = waits(referral, service_id)
    for operation, status, code, words in FORCED:
        ers.force = [(operation, status, code)] * 4
        answer = shown(desk.post(address, PRESS))
        assert words in answer
        assert "RAW" not in answer
        assert state_of(dispatch, service_id) == "queued"
    assert sent.version == 6


def test_an_outcome_without_a_code_says_what_to_do_by_hand(desk, team, sent, ers, service_id):  # noqa: F811
    referral = take_and_register(desk, team, service_id)
    with scope(service_id):
        decided(referral, team.consultant, "ask_patient")
        assert not Dispatch.objects.filter(kind="ers_reply").exists()
        assert Dispatch.objects.filter(kind="letter", to="gp").exists()
        assert "Nothing of it is sent in e-RS" in decision._in_e_rs(Referral.objects.get())
    page = shown(desk.get(reverse("triage:ers", args=[referral.reference])))
    assert "The referral stays in triage in e-RS, and the letter to the GP goes another way." in page
    assert "Send it in e-RS now" not in page


# --- counting, with nobody signed in ----------------------------------------------------------------------------------


def test_the_program_counts_twice_a_day_and_shows_numbers_only(
    desk, team, sent, ers, service_id, monkeypatch  # noqa: F811
):  # fmt: skip
    tasks.count_waiting(service_id)
    assert ers.writes("A008") == 0, "it is not switched on"
    switch_on_triage(monkeypatch, reads="on")
    take_and_register(desk, team, service_id)
    sent.version = 7
    ers.refer(store.Referral(OTHER, "9990000018", priority="URGENT"))
    ers.refer(store.Referral("000000080003", "9990000018", booked=True, state="BOOKED"))
    for _ in range(3):
        tasks.count_waiting(service_id)
    assert ers.writes("A008") == polling.A_DAY
    with scope(service_id):
        kept = AuditEntry.objects.filter(action="ers.counted")
        assert [one.detail for one in kept] == [
            {"ers_service": "11012", "waiting": 2, "new": 1, "changed": 1, "urgent": 1}
        ] * 2  # fmt: skip
        assert Referral.objects.count() == 1
    assert "2 wait there for triage, 1 not taken in yet, 1 more than routine (counted on" in shown(
        desk.get("/receive/")
    )


def test_a_count_that_does_not_come_is_written_down(team, sent, ers, service_id, monkeypatch):  # noqa: F811
    switch_on_triage(monkeypatch, reads="on")
    ers.force = [("A008", 422, "NO_RELATIONSHIP")]
    with scope(service_id):
        service = Service.objects.get()
    polling.count(service)
    read = answers.worklist
    monkeypatch.setattr(answers, "worklist", lambda content: read(b"[]"))
    polling.count(service)
    with scope(service_id):
        troubles = AuditEntry.objects.filter(action="ers.trouble").order_by("pk")
        assert [one.detail["codes"] for one in troubles] == [["NO_RELATIONSHIP"], []]
        assert not AuditEntry.objects.filter(action="ers.counted").exists()
        assert "list of referrals for review" in InboundMessage.objects.get().why


@needs("data/ers/e-referrals-service-api.openapi.json")
def test_an_answer_of_the_stand_in_that_is_not_as_published_is_found():
    one = store.Referral(UBRN, "9912003888", files=[store.File("a.txt", "text/plain", b"x")])
    listed, allowed = store.referral_worklist([one]), store.actions(one, ["RECORD_REVIEW_OUTCOME"])
    whole = store.referral_request(one)
    for name, answer in [("A008", listed), ("A029", allowed), ("A005", whole), ("A028", whole)]:
        ers_server.validator(name, 200).validate(answer)
    facts = listed["entry"][0]["extension"][0]["extension"]
    facts[2] = {"url": "patient", "valueReference": store.identified(store.NHS, "9912003888")}
    del allowed["entry"][0]["resource"]["focus"]
    whole["extension"][2]["extension"][0]["valueCoding"]["code"] = "ODD"
    for name, answer in [("A008", listed), ("A029", allowed), ("A005", whole), ("A028", whole)]:
        assert not ers_server.validator(name, 200).is_valid(answer), name


def test_where_e_rs_has_only_triage_nobody_is_asked_about_a_request_for_advice():
    asked = How(routes=[ers_server.TRIAGE]).fields
    assert asked["sent_by_ers"].label == "Have you sent this referral in e-RS already?"
    assert ("ubrn" in asked, "may_convert" in asked) == (True, False)


def test_triage_wants_its_services_and_a_route(monkeypatch):
    whole = switch_on_triage(monkeypatch, reads="on")
    assert list(checking.ers_lists(whole)) == []
    assert list(checking.ers_replies(whole)) == []

    def faults(**changes) -> list[str]:
        return [one.message for one in checking.ers_lists(replace(whole, exchange=replace(whole.exchange, **changes)))]

    assert ["numbers in e-RS" in one for one in faults(ers_triage_services=())] == [True]
    assert ["only the list for triage" in one for one in faults(ers_lists=("advice",))] == [True]
    assert ["at least one list" in one for one in faults(ers_lists=(), ers_reads="off")] == [True]
    without = replace(whole, routes=whole.routes[:-1])
    assert ["Add the route" in one.message for one in checking.ers_lists(without)] == [True]
    silent = replace(whole, outcomes=(replace(whole.outcomes[0], ers_triage=None), *whole.outcomes[1:]))
    assert ["recorded there" in one.message for one in checking.ers_replies(silent)] == [True]
