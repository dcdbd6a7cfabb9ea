"""Referring online: a draft, its sending, what is recognised as the same, and what the team gets of it."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from painpath import clock, documents
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.directory.models import Contract, Practice
from painpath.referrals import pathways, tasks
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.other_sources import other_sources
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.guidance import asked
from painpath.referrals.models import DraftFile, OnlineReferral, Referral, ReferralDraft
from painpath.referrals.referring import drafting_online as drafting
from painpath.referrals.referring.draft_contents import routes_for
from painpath.referrals.referring.sending_in import ANSWERS_FILE, SentBefore, open_receipt, send_online
from painpath.referrals.refusal import Refused
from painpath.referrers.presenters import refer_check
from tests.documents.making import pdf
from tests.referrals.conftest import LETTER, details, make_referrer

SHORT = """Mr Leonard Ashcombe, DOB 03/04/1966

Thank you for seeing this man with low back pain for 6 years. He has tried amitriptyline, gabapentin and physiotherapy
without benefit.
"""


def begun(by, *files: File, **parts) -> ReferralDraft:
    """A draft with these files and parts."""
    draft = drafting.start_draft(by=by, key=uuid.uuid4())
    drafting.add_files(draft=draft, by=by, files=files, reader=documents.read)
    for part, values in parts.items():
        drafting.save_part(draft=draft, by=by, part=part, values=values)
    return drafting.own_draft(draft.key, by=by)


def letter(text: str = SHORT) -> File:
    return File("letter.txt", text.encode())


def test_a_draft_asks_only_for_what_the_letter_does_not_say(new_referrer, team):
    by = new_referrer()
    whole = drafting.contents(begun(by, letter()), by=by)
    assert (whole.patient["family_name"], whole.patient["date_of_birth"]) == ("Ashcombe", "1966-04-03")
    assert whole.from_letter >= {"family_name", "date_of_birth"}
    asked, said = {one.id for one in whole.asked}, {one.id for one in whole.said}
    assert "interventions-exhausted" in said
    assert "drug-alcohol-dependence" in asked
    assert not asked & said
    assert not asked & {"adult", "under-18"}  # the date of birth is known
    everything = {one.id for one in whole.pathway.criteria if not one.mirror_of}
    assert asked | said | {"adult"} == everything  # a new criterion is asked without any code
    drafting.save_part(draft=whole.draft, by=by, part="consent",
                       values={"consented_on": "2026-11-01", "information_given_on": "2026-11-01"})  # fmt: skip
    whole = drafting.contents(drafting.own_draft(whole.draft.key, by=by), by=by)
    assert "informed-and-consents" not in {one.id for one in whole.asked}
    # what the service knows itself is not asked: a practice of the directory with a contract
    practice = Practice.objects.create(service=team.service, name="Larkfield Medical Practice", ods_code="J82001")
    typed = {"family_name": "Ashcombe", "practice_name": "j82001"}
    drafting.save_part(draft=whole.draft, by=by, part="patient", values=typed)
    saved = drafting.own_draft(whole.draft.key, by=by)
    assert "contracted-gp" in {one.id for one in drafting.contents(saved, by=by).asked}
    Contract.objects.create(service=team.service, practice=practice, contracted=True, source="List of May")
    assert "contracted-gp" not in {one.id for one in drafting.contents(saved, by=by).asked}


def test_sent_it_is_received_read_and_whose_it_was(new_referrer, team):
    by = new_referrer()
    answers = {"drug-alcohol-dependence": "No alcohol or drug dependence.", "cognitive-impairment": "Yes"}
    draft = begun(by, letter(), answers=answers, how={"route": "gp-ers", "may_convert": "yes"})
    referral = send_online(draft=draft, by=by)
    assert (referral.state, referral.sent_by, referral.patient_id) == ("received", by, None)
    assert referral.referrer is not None
    assert referral.referrer.member == by
    assert [step.verb for step in referral.transitions.all()] == ["receive"]
    assert {document.name for document in referral.documents.all()} == {"letter.txt", ANSWERS_FILE}
    online = OnlineReferral.objects.get(referral=referral)
    assert online.answers == answers
    assert online.details["route"] == "gp-ers"
    assert online.patient["family_name"] == "Ashcombe"
    # an answer speaks for itself: no word of the question is taken for one of the referrer's
    assert online.details["states"] == {"drug-alcohol-dependence": "for", "cognitive-impairment": "not_stated"}
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    run = referral.screenings.last()
    assert run is not None
    states = dict(run.clauses.values_list("criterion", "state"))
    assert states["drug-alcohol-dependence"] == "for"
    assert states["cognitive-impairment"] == "not_stated"
    assert asked.questions(referral) == [], "what we ask is no question of theirs, to be quoted in a letter"
    beside = [one for one in other_sources(Referral.objects.get(pk=referral.pk)) if one.source == "referrer"]
    assert {(one.criterion, one.state, one.words) for one in beside} == {
        ("drug-alcohol-dependence", "for", "“No alcohol or drug dependence.”"),
        ("cognitive-impairment", "not_stated", "“Yes”"),
    }
    # nothing is kept twice, and the audit names nobody
    draft.refresh_from_db()
    assert (draft.given, draft.files.count(), draft.referral) == ({}, 0, referral)
    words = "".join(str(entry.detail) for entry in AuditEntry.objects.all())
    assert "Ashcombe" not in words
    assert {"draft.start", "draft.add_file", "draft.save", "referral.receive", "referral.send_online"} <= set(
        AuditEntry.objects.filter(by=by).values_list("action", flat=True)
    )


def test_an_answer_stays_under_the_question_that_was_asked(new_referrer, team):
    """What is published changes while a referrer is writing: "No" to the old question may mean the opposite now."""
    by = new_referrer()
    name, words = "drug-alcohol-dependence", "No, none that we know of."
    draft = begun(by, letter(), answers={name: words})
    before = drafting.contents(draft, by=by).pathway.criterion(name).question
    draft.given["asked"][name] = old = "Has dependence been ruled out?"  # as it was published then
    draft.save(update_fields=["given"])
    whole = drafting.contents(draft, by=by)
    assert name in {one.id for one in whole.unanswered}
    assert whole.earlier == [(old, words)]
    shown = dict(refer_check._answer_rows(whole))
    assert shown == {f"{old} (this question has changed since)": words}
    drafting.save_part(draft=draft, by=by, part="answers", values={name: "None at all."})
    referral = send_online(draft=draft, by=by)
    text = bytes(referral.documents.get(name=ANSWERS_FILE).content).decode()
    assert text.index(before) < text.index("None at all.") < text.index(old) < text.index(words)
    assert OnlineReferral.objects.get(referral=referral).answers == {name: "None at all."}


def test_registering_keeps_the_sender_and_needs_no_ubrn(new_referrer, team):
    by = new_referrer()
    referral = send_online(draft=begun(by, letter()), by=by)
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    registering.register(referral=referral, by=team.administrator, details=details(ubrn="", referrer_name="Dr Else"))
    referral = Referral.objects.get(pk=referral.pk)
    assert referral.state == "awaiting_screening"
    assert referral.referrer is not None
    assert referral.referrer.member == by


def test_sent_twice_it_is_one(new_referrer):
    by = new_referrer()
    draft = begun(by, letter())
    first, second = (send_online(draft=draft, by=by) for _ in range(2))
    assert first == second
    assert Referral.objects.count() == 1
    with pytest.raises(Refused, match="has been sent"):
        drafting.save_part(draft=draft, by=by, part="patient", values={"family_name": "Other"})


def test_the_same_through_another_draft_is_recognised(new_referrer):
    by, colleague = new_referrer(), new_referrer("Dr Col Lea")
    first = send_online(draft=begun(by, letter()), by=by)
    again = begun(by, letter())
    with pytest.raises(SentBefore, match=first.reference):
        send_online(draft=again, by=by)
    assert send_online(draft=begun(colleague, letter()), by=colleague) != first  # they learn nothing of it
    assert send_online(draft=again, by=by, again=True) != first
    other = begun(by, letter(SHORT.replace("Leonard", "Martin")))
    assert send_online(draft=other, by=by)
    patient = {"family_name": "Marsh", "given_name": "Ann", "date_of_birth": "1970-01-01"}
    answers = {"drug-alcohol-dependence": "None."}
    typed = send_online(draft=begun(by, patient=patient, answers=answers), by=by)
    with pytest.raises(SentBefore, match=typed.reference):
        send_online(draft=begun(by, patient=patient, answers=answers), by=by)
    with clock.at(clock.now() + timedelta(days=31)):
        assert send_online(draft=begun(by, patient=patient, answers=answers), by=by) != typed


def test_nothing_but_a_name_or_a_letter_is_needed(new_referrer, team):
    by = new_referrer()
    empty = begun(by)
    with pytest.raises(Refused, match="family name"):
        send_online(draft=empty, by=by)
    referral = send_online(draft=begun(by, patient={"family_name": "\u202eMarsh"}), by=by)
    assert referral.online.patient == {"family_name": "Marsh"}  # without what would turn the rest of the page
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    assert [document.name for document in referral.documents.all()] == [ANSWERS_FILE]
    assert not referral.screenings.last().clauses.exclude(state="not_stated").exists()


def test_a_file_that_is_wrong_gives_a_sentence_and_loses_nothing(new_referrer, settings):
    by = new_referrer()
    settings.MAX_FILE_BYTES, settings.MAX_UPLOAD_BYTES = 2000, 3000
    draft = drafting.start_draft(by=by, key=uuid.uuid4())
    files = [File("empty.txt", b""), letter(), File("huge.txt", b"x" * 2001), File("more.txt", b"y" * 1500),
             File("and more.txt", b"z" * 1500)]  # fmt: skip
    wrong = drafting.add_files(draft=draft, by=by, files=files, reader=documents.read)
    assert [sentence.split("”")[0] for sentence in wrong] == ["“empty.txt", "“huge.txt", "“and more.txt"]
    assert list(draft.files.values_list("name", flat=True)) == ["letter.txt", "more.txt"]
    assert drafting.add_files(draft=draft, by=by, files=[letter()], reader=documents.read) == []  # there already
    assert draft.files.count() == 2
    settings.MAX_FILE_BYTES = settings.MAX_UPLOAD_BYTES = 1024**2
    pictures = [File("locked.pdf", pdf("A letter.", password="secret")), File("letter.pdf", b"MZ not a letter")]
    assert drafting.add_files(draft=draft, by=by, files=pictures) == []
    kept = dict(draft.files.values_list("name", "problem"))
    assert "password" in kept["locked.pdf"]
    assert kept["letter.pdf"]
    referral = send_online(draft=draft, by=by)
    assert referral.documents.filter(name="locked.pdf").exists()


def test_only_their_own_and_only_who_refers(new_referrer, team):
    by, stranger = new_referrer(), new_referrer("Dr Str Anger")
    draft = begun(by, letter())
    with pytest.raises(ReferralDraft.DoesNotExist):
        drafting.own_draft(draft.key, by=stranger)
    for verb in (
        lambda: drafting.add_files(draft=draft, by=stranger, files=[letter("Other words")]),
        lambda: drafting.save_part(draft=draft, by=stranger, part="patient", values={}),
        lambda: drafting.delete_draft(draft=draft, by=stranger),
        lambda: send_online(draft=draft, by=stranger),
        lambda: drafting.start_draft(by=team.administrator, key=uuid.uuid4()),
        lambda: receiving.receive(by=by, files=[letter()], key=uuid.uuid4()),
    ):
        with pytest.raises(Refused):
            verb()
    referral = send_online(draft=draft, by=by)
    assert open_receipt(referral.reference, by=by).referral == referral
    with pytest.raises(OnlineReferral.DoesNotExist):
        open_receipt(referral.reference, by=stranger)


def test_the_exceptional_route_is_for_the_palliative_team_alone(new_referrer, team):
    pathway, _ = pathways.in_force(team.service)
    assert {kind: [route.id for route in routes_for(pathway, kind)] for kind in ("gp", "palliative_team", "")} == {
        "gp": ["gp-ers"], "palliative_team": ["palliative-team"], "": ["practitioner-letter"],
    }  # fmt: skip
    gp, palliative = new_referrer(), new_referrer("Pal Liative", "palliative_team")
    with pytest.raises(Refused, match="Choose one of the ways"):
        begun(gp, letter(), how={"route": "palliative-team"})
    draft = begun(palliative, letter(), how={"circumstances": "Pain after cured cancer."})
    referral = send_online(draft=draft, by=palliative)
    words = bytes(referral.documents.get(name=ANSWERS_FILE).content).decode()
    assert "Pain after cured cancer." in words
    assert referral.online.details["route"] == "palliative-team"


def test_a_draft_expires_on_its_day_and_what_was_sent_does_not(new_referrer, team):
    by = new_referrer()
    draft, sent = begun(by, letter()), begun(by, letter())
    referral = send_online(draft=sent, by=by)
    days = pathways.in_force(team.service)[0].referring.accounts.draft_days
    assert drafting.last_day(draft).date() == clock.today() + timedelta(days=days)
    tasks.expire_draft(team.service.pk, draft.pk)
    assert ReferralDraft.objects.filter(pk=draft.pk).exists()
    with clock.at(draft.expires_at):
        for _ in range(2):
            tasks.expire_draft(team.service.pk, draft.pk)
            tasks.expire_draft(team.service.pk, sent.pk)
    assert not ReferralDraft.objects.filter(pk=draft.pk).exists()
    assert not DraftFile.objects.exists()
    sent.refresh_from_db()
    assert sent.referral == referral


@pytest.mark.django_db(transaction=True)
def test_sent_at_the_same_moment_it_is_one(service_id):
    with scope(service_id):
        by = make_referrer()
        draft, twin = begun(by, letter(LETTER)), begun(by, letter(LETTER))
    found: list[object] = []

    def send(one: ReferralDraft) -> None:
        try:
            with scope(service_id):
                found.append(send_online(draft=one, by=by).reference)
        except SentBefore as before:
            found.append(before.earlier.reference)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[one]) for one in (draft, draft, twin, draft)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    with scope(service_id):
        assert Referral.objects.count() == OnlineReferral.objects.count() == 1
