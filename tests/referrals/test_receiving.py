import hashlib
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from painpath import pathway
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.referrals import moves, pathways, tasks, unsettled, verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Alert, Document, Patient, Referral, ScreeningRun
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State
from painpath.referrals.worklist.queries import Filters, counts, worklist
from tests.referrals.conftest import LETTER, details, make_team


def test_bytes_are_kept_and_the_referral_has_an_owner_and_a_date_before_anything_is_read(team):
    content = b"%PDF-not really, and that is not for receiving to say"
    referral = receiving.receive(by=team.administrator, files=[File("letter.pdf", content)], key=uuid.uuid4())

    document = Document.objects.get(referral=referral)
    assert bytes(document.content) == content
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert (referral.state, referral.owner_role) == (State.RECEIVED, "administrator")
    assert referral.due_on is not None
    assert AuditEntry.objects.filter(action="referral.receive", by=team.administrator).count() == 1


def test_the_same_form_sent_twice_is_one_referral(team):
    key, files = uuid.uuid4(), [File("letter.txt", LETTER.encode())]
    first = receiving.receive(by=team.administrator, files=files, key=key)
    again = receiving.receive(by=team.administrator, files=files, key=key)
    assert first == again
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Choose at least one file"),
        ([File("empty.pdf", b"")], "“empty.pdf” is empty"),
        ([File("huge.pdf", b"x" * (25 * 1024 * 1024 + 1))], "larger than 25 MB"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(team, files, sentence):
    with pytest.raises(Refused, match=sentence):
        receiving.receive(by=team.administrator, files=files, key=uuid.uuid4())
    assert not Referral.objects.exists()


def test_a_manager_cannot_receive(team):
    with pytest.raises(Refused, match="Only an administrator or a clinician"):
        receiving.receive(by=team.manager, files=[File("a.txt", b"a")], key=uuid.uuid4())


def test_a_name_that_is_more_than_a_name_is_made_safe(team):
    referral = receiving.receive(
        by=team.administrator, files=[File('../../etc/pass"wd\r\nX: y', b"hello")], key=uuid.uuid4()
    )
    assert referral.documents.get().name == "_.._etc_pass_wd_X_ y"


def test_what_cannot_be_read_stays_on_record_with_the_reason_and_goes_to_a_person(team, waiting):
    referral = receiving.receive(
        by=team.administrator, files=[File("letter.pdf", b"%PDF-1.7 torn off")], key=uuid.uuid4()
    )
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    transcript = referral.documents.get().transcripts.get()
    assert transcript.problem
    registering.register(referral=referral, by=team.administrator, details=details())
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


def test_reading_twice_reads_once(team, received):
    referral = received()
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    assert referral.screenings.count() == 1
    assert referral.documents.get().transcripts.count() == 1


def test_every_quote_is_exactly_the_words_of_the_transcript(team, received):
    from painpath.referrals.models import Evidence

    received()
    rows = Evidence.objects.select_related("transcript")
    assert rows
    for row in rows:
        assert row.transcript.text[row.start : row.end] == row.quote


def test_a_second_document_is_read_beside_the_first(team, waiting):
    referral = waiting()
    receiving.add_documents(
        referral=referral,
        by=team.administrator,
        files=[File("second.txt", b"He is on methadone for opioid addiction.")],
    )
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    run = referral.screenings.last()
    clause = run.clauses.get(criterion="opioid-use-disorder")
    assert clause.state == "against"
    words = clause.evidence.exclude(speaks="mention").first()
    assert words.transcript.document.name == "second.txt"
    assert words.transcript.text[words.start : words.end] == words.quote


def test_registering_makes_it_ready_only_when_all_of_it_has_been_read(team):
    referral = receiving.receive(by=team.administrator, files=[File("a.txt", LETTER.encode())], key=uuid.uuid4())
    registering.register(referral=referral, by=team.administrator, details=details())
    referral.refresh_from_db()
    assert referral.state == State.RECEIVED
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"route": "by-pigeon"}, "Choose how this referral came"),
        ({"ubrn": ""}, "Enter the UBRN"),
        ({"ubrn": "12345"}, "A UBRN has 12 digits"),
        ({"patient": {"family_name": " "}}, "family name"),
        ({"patient": {"nhs_number": "999 123 4561"}}, "check digit"),
        ({"patient": {"nhs_number": "12345"}}, "10 digits"),
        ({"locality": "atlantis"}, "Choose a locality"),
        ({"route": "palliative-team", "ubrn": ""}, "exceptional circumstances"),
    ],
)
def test_wrong_details_are_refused_and_nothing_is_changed(team, received, changes, sentence):
    referral = received()
    with pytest.raises(Refused, match=sentence):
        registering.register(referral=referral, by=team.administrator, details=details(**changes))
    referral.refresh_from_db()
    assert referral.patient is None


def test_one_person_is_one_patient_by_nhs_number(team, waiting):
    one = waiting(patient={"nhs_number": "9990000018"})
    two = waiting(patient={"nhs_number": "999 000 0018", "postcode": "SO99 9ZZ"})
    assert one.patient == two.patient
    assert Patient.objects.get().postcode == "SO99 9ZZ"


def test_a_number_of_somebody_else_is_refused(team, waiting, received):
    waiting(patient={"nhs_number": "9990000018"})
    other = received(LETTER + "another")
    with pytest.raises(Refused, match="belongs to somebody"):
        registering.register(
            referral=other, by=team.administrator,
            details=details(patient={"family_name": "Somebody-Else", "nhs_number": "9990000018"}),
        )  # fmt: skip


def test_the_same_ubrn_is_not_registered_twice(team, waiting, received):
    first = waiting()
    with pytest.raises(Refused, match=first.reference):
        registering.register(referral=received(LETTER + "!"), by=team.administrator, details=details(ubrn=first.ubrn))


def test_an_alert_is_on_record_before_anybody_has_registered_the_referral(team, received):
    referral = received("Dear team, back pain for a year. He has thoughts of ending his life. Dr A Example")
    assert referral.alerts.get().kind == "suicide_self_harm"
    assert referral.state == State.RECEIVED


def test_a_return_after_the_end_comes_back_ready(team, waiting):
    referral = waiting()
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Rang to say so", asked_by="patient")
    referral.refresh_from_db()
    verbs.take_back(referral=referral, by=team.administrator, reason="Changed her mind")
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


def test_another_letter_in_the_same_form_is_another_referral(team):
    """The browser's Back button shows the form of the last patient: the next letter must not vanish into it."""
    key = uuid.uuid4()
    one = receiving.receive(by=team.administrator, files=[File("a.txt", b"Letter of A")], key=key)
    two = receiving.receive(by=team.administrator, files=[File("b.txt", b"Letter of B")], key=key)
    assert one != two
    assert bytes(two.documents.get().content) == b"Letter of B"


def test_four_presses_at_once_make_one_referral(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
    key, results = uuid.uuid4(), []
    barrier = threading.Barrier(4)

    def press() -> None:
        try:
            barrier.wait(timeout=60)
            with scope(service_id):
                files = [File("a.txt", b"A letter")]
                results.append(receiving.receive(by=team.administrator, files=files, key=key).reference)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1


def test_a_fault_of_the_program_holds_no_referral_back(team, monkeypatch):
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("with the patient's name in it")

    monkeypatch.setattr("painpath.referrals.arriving.reading_in.screening.screen", break_down)
    referral = receiving.receive(by=team.administrator, files=[File("a.txt", b"A letter")], key=uuid.uuid4())
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=break_down)
    assert "broke down" in referral.documents.get().transcripts.get().problem
    assert "broke down" in referral.screenings.get().problem
    registering.register(referral=referral, by=team.administrator, details=details())
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


def test_details_can_be_corrected_while_the_referral_is_open_and_what_was_there_is_kept(team, waiting):
    referral = waiting(patient={"nhs_number": "9990000018", "address": "1 Old Street"})
    before = referral.patient
    registering.register(
        referral=referral, by=team.administrator,
        details=details(patient={"family_name": "Ashcomb", "nhs_number": "9990000018", "address": "2 New Street"}),
    )  # fmt: skip
    referral.refresh_from_db()
    before.refresh_from_db()
    assert referral.patient == before
    assert (before.family_name, before.address) == ("Ashcomb", "2 New Street")
    assert referral.transitions.last().facts["before"] == {"family_name": "Ashcombe", "address": "1 Old Street"}
    assert referral.state == State.AWAITING_SCREENING


def test_a_new_referral_renews_how_to_reach_somebody_and_never_drops_what_keeps_them_safe(team, waiting):
    waiting(patient={"nhs_number": "9990000018", "phone": "01632 960001", "safe_contact": "Do not phone home"})
    two = waiting(
        LETTER + "again", patient={"nhs_number": "9990000018", "phone": "01632 960002", "safe_contact": "Text only"}
    )
    assert two.patient.phone == "01632 960002"
    assert two.patient.safe_contact == "Do not phone home\nText only"


@pytest.mark.parametrize("how", verbs.CLOSINGS)
def test_what_arrived_can_be_closed_before_anybody_knows_whom_it_is_about(team, received, how):
    referral = received()
    assert not verbs.close(
        referral=referral, by=team.administrator, how=how, reason="The practice rang.", asked_by="patient", told="GP"
    ).is_open


def test_nothing_leaves_the_worklist_with_an_alert_that_nobody_has_acted_on(team, waiting):
    referral = waiting(LETTER + "\nHe wants to end his life.")
    with pytest.raises(Refused, match="must not go out of sight"):
        verbs.close(referral=referral, by=team.administrator, how="record_move", reason="Moved to Leeds")


def test_an_alert_on_an_ended_referral_stays_in_sight(team, waiting):
    referral = waiting()
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Rang to say so", asked_by="patient")
    referral.refresh_from_db()
    transcript = referral.documents.get().transcripts.get()
    Alert.objects.create(
        service=team.service, referral=referral, transcript=transcript, kind="red_flag", certainty="affirmed",
        quote="x", start=0, end=1, page=1,
    )  # fmt: skip
    unsettled.mark_first(moves.lock(referral))
    assert referral in worklist(team.administrator, Filters()).referrals
    assert counts(team.administrator)["open"] == 1


def test_another_number_makes_another_person_and_leaves_the_first_alone(team, waiting):
    one = waiting(patient={"nhs_number": "9990000018"})
    two = waiting(LETTER + "again", patient={"nhs_number": "9990000018"})
    assert one.patient == two.patient
    registering.register(
        referral=two, by=team.administrator,
        details=details(patient={"family_name": "Wrong", "nhs_number": "", "address": "2 New Street"}),
    )  # fmt: skip
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.patient.family_name, one.patient.address) == ("Ashcombe", "")
    assert two.patient.family_name == "Wrong"
    assert two.patient != one.patient


def test_a_change_to_somebody_stands_on_each_of_their_open_referrals(team, waiting):
    one = waiting(patient={"nhs_number": "9990000018", "phone": "01632 960001"})
    before = one.version
    two = waiting(LETTER + "again", patient={"nhs_number": "9990000018", "phone": "01632 960002"})
    one.refresh_from_db()
    assert one.version > before
    assert one.transitions.last().facts == {"before": {"phone": "01632 960001"}, "with": two.reference}


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": "Brian", "date_of_birth": date(1966, 4, 3)},
        {"date_of_birth": date(1967, 4, 3)},
        {"date_of_birth": None},
    ],
)
def test_a_number_alone_makes_nobody_the_same_person(team, waiting, received, changes):
    waiting(patient={"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)})
    other = received(LETTER + "another")
    with pytest.raises(Refused, match="on record here"):
        registering.register(
            referral=other, by=team.administrator, details=details(patient={"nhs_number": "9990000018"} | changes)
        )
    other.refresh_from_db()
    assert other.patient is None


def test_an_initial_stands_for_its_name(team, waiting):
    born = {"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)}
    one = waiting(patient=born)
    two = waiting(LETTER + "again", patient=born | {"given_name": "L."})
    assert one.patient == two.patient


def test_digits_of_other_alphabets_are_no_ubrn(team, received):
    with pytest.raises(Refused, match="12 digits"):
        registering.register(referral=received(), by=team.administrator, details=details(ubrn="٠" * 12))


def test_a_version_of_the_criteria_is_fetched_without_its_content(team, waiting):
    referral = Referral.objects.get(pk=waiting().pk)
    for row in (referral, ScreeningRun.objects.get(referral=referral)):
        assert row.pathway_version.get_deferred_fields() == {"content"}
    kept = pathway.decode(bytes(referral.pathway_version.content))
    assert kept.digest == pathways.of(referral.pathway_version).digest


def test_a_process_reads_one_referral_at_a_time(monkeypatch):
    """It works on several jobs; two scans at once could each be given up as too slow."""
    together, met = Barrier(2), []

    def read_in(**given):
        with suppress(BrokenBarrierError):
            met.append(together.wait(1))

    monkeypatch.setattr("painpath.referrals.arriving.reading_in.read_in", read_in)
    with ThreadPoolExecutor(2) as jobs:
        for done in [jobs.submit(tasks.read, service=1, referral=number) for number in (1, 2)]:
            done.result()
    assert not met
