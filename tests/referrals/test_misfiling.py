"""A document of somebody else: it leaves, is found where it belongs, and nothing that rested on it counts on."""

from datetime import date

import pytest

from painpath import documents
from painpath.accounts.models import AuditEntry
from painpath.demo.files import make as make_file
from painpath.letters import outbox, refiling
from painpath.letters.models import Letter
from painpath.referrals import looking, verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import misfiling
from painpath.referrals.decisions import decision_rules
from painpath.referrals.models import Document, Referral, Task
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.transitions import State
from painpath.referrals.unsettled import is_being_read, open_alerts
from tests.referrals.conftest import LETTER, details
from tests.referrals.test_deciding import CLAUSE, confirm, delay, signed

LETTER_DAY = date(2026, 11, 4)
MAIL = "From: gp@example.nhs.uk\nTo: pain@example.nhs.uk\nSubject: Referral\n\nPlease see Mrs Otherwise.\n"
OTHERS = "Mrs Beatrice Otherwise has had pelvic pain for 2 years. She says that she wants to end her life.\n"


def fresh(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def add(team, referral, text=OTHERS, name="second.txt") -> Document:
    receiving.add_documents(referral=referral, by=team.administrator, files=[File(name, text.encode())])
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    return referral.documents.get(name=name)


def move(team, document, to=None, **changes) -> misfiling.Moved:
    given = {"by": team.administrator, "reason": "It is about Mrs Otherwise."} | changes
    return refiling.move_document(document=document, to=to, **given)


def test_to_another_referral_and_back(team, screening, waiting):
    source, target = screening(), waiting(LETTER.replace("Leonard", "Lionel"))
    confirm(source, team.consultant, CLAUSE)
    document = add(team, source)
    confirm(source, team.consultant, CLAUSE)
    assert CLAUSE in decision_rules.own_judgements(source, team.consultant)
    missing = source.screenings.first()
    moved = move(team, document, target)
    source, target = fresh(source), fresh(target)
    assert (moved.to, moved.document.copied_from) == (target, document)
    assert bytes(moved.document.content) == OTHERS.encode()
    # both are screened by what they hold now
    for referral in (source, target):
        assert not is_being_read(referral)
        assert [step.verb for step in referral.transitions.all()].count("move_document") == 1
    assert (source.look_first, target.look_first) == (2, 0)
    assert open_alerts(target).exists()
    assert set(source.missing) == set(
        missing.clauses.filter(source="letter", state="not_stated").values_list("criterion", flat=True)
    )
    assert decision_rules.own_judgements(source, team.consultant) == {}
    # it cannot be opened from the wrong place any more, and its bytes are kept
    with pytest.raises(Refused, match="This document was moved"):
        looking.open_document(source.reference, document.pk, by=team.consultant)
    assert looking.open_document(target.reference, moved.document.pk, by=team.consultant)
    assert bytes(Document.objects.get(pk=document.pk).content) == OTHERS.encode()
    # a double click is one move; a second move of what has gone is refused
    assert move(team, document, target).document == moved.document
    with pytest.raises(Refused, match="moved already"):
        move(team, document, reason="Something else.")
    back = move(team, moved.document, source, reason="It was his after all.")
    assert (fresh(source).look_first, fresh(target).look_first) == (0, 2)
    assert fresh(source).documents.current().count() == 2
    assert back.document.copied_from == moved.document
    assert AuditEntry.objects.filter(action="document.move").count() == 2
    assert AuditEntry.objects.filter(action="document.quarantine").count() == 2


def test_the_only_document_goes_with_the_referral_or_not_at_all(team, waiting):
    source = waiting(OTHERS)
    document = source.documents.get()
    with pytest.raises(Refused, match="only document"):
        move(team, document)
    moved = move(team, document, close_source=True)
    source = fresh(source)
    assert (source.state, source.live, source.missing != []) == (State.CLOSED_IN_ERROR, False, True)
    assert source.screenings.last().transcripts.count() == 0
    assert (moved.to.state, moved.to.received_at, fresh(moved.to).look_first) == ("received", document.received_at, 0)
    registering.register(
        referral=moved.to, by=team.administrator, details=details(patient={"family_name": "Otherwise"})
    )
    assert fresh(moved.to).state == State.AWAITING_SCREENING
    # taken back without a letter it waits for one with an administrator, and is not screened
    verbs.take_back(referral=source, by=team.administrator, reason="Their letter comes.")
    assert fresh(source).state == State.RECEIVED
    add(team, source, LETTER)
    assert fresh(source).state == State.AWAITING_SCREENING


def test_what_is_unread_beside_it_does_not_keep_it_in_sight(team, waiting):
    source = waiting()
    document = add(team, source)
    receiving.add_documents(referral=source, by=team.administrator, files=[File("third.txt", b"Not read yet")])
    move(team, document)
    run = fresh(source).screenings.last()
    assert not run.transcripts.filter(document=document).exists()
    assert is_being_read(fresh(source))
    read_in(service_id=team.service.pk, referral_id=source.pk, reader=documents.read)
    assert fresh(source).screenings.last().transcripts.count() == 2


def test_a_decision_that_was_signed_with_it_comes_to_a_clinician(team, screening):
    source = screening()
    document = add(team, source)
    for alert in source.alerts.all():
        judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP.")
    confirm(source, team.consultant, CLAUSE)
    signed(source, team.consultant, delay(outcome="redirect", target_service="Rheumatology"))
    letter = Letter.objects.filter(referral=source).first()
    queued = outbox.queue(
        source, by=team.consultant, kind="letter", to="gp", channel="print", name="Dr A Example", letter=letter
    )
    moved = move(team, document)
    assert fresh(source).state == State.REDIRECTED
    assert {(task.kind, task.owner_role) for task in Task.objects.filter(referral=source)} == {
        ("correction_letter", "clinician"), ("recall_documents", "clinician"), ("send_documents", "administrator"),
    }  # fmt: skip
    queued.refresh_from_db()
    assert queued.state == "cancelled"
    # what was done about her alert was done for him: at her own referral somebody has to act
    assert open_alerts(fresh(moved.to)).exists()


def test_an_email_goes_with_what_came_attached(team, waiting):
    attached = make_file("She wants to end her life.\n", "txt", name="form", on=LETTER_DAY)
    mail, name = make_file(MAIL, "eml", name="mail", on=LETTER_DAY, attachments=[attached])
    source = waiting()
    receiving.add_documents(referral=source, by=team.administrator, files=[File(name, mail)])
    read_in(service_id=team.service.pk, referral_id=source.pk, reader=documents.read)
    assert source.documents.current().count() == 3
    moved = move(team, source.documents.get(name=name))
    assert source.documents.current().count() == 1
    [part] = moved.document.parts.all()
    assert (part.referral, moved.to.documents.count()) == (moved.to, 2)
    assert open_alerts(fresh(moved.to)).exists()


def test_where_it_cannot_go(team, waiting):
    source, target = waiting(), waiting(LETTER.replace("Leonard", "Lionel"))
    document = add(team, source)
    with pytest.raises(Refused, match="Only"):
        move(team, document, target, by=team.manager)
    with pytest.raises(Refused, match="filed with this referral"):
        move(team, document, source)
    with pytest.raises(Refused, match="Give a reason"):
        move(team, document, target, reason=" ")
    verbs.close(referral=target, by=team.administrator, how="withdraw", reason="He said so.", asked_by="patient")
    with pytest.raises(Refused, match="has ended"):
        move(team, document, target)
    assert fresh(source).documents.current().count() == 2
