"""A practice entered by mistake is joined with the right one: all that names it follows, and nothing names it again."""

import threading
import uuid

import pytest
from django.db import connection

from painpath import clock, documents
from painpath.accounts.models import AuditEntry, Membership, User
from painpath.accounts.scope import scope
from painpath.directory.editing import PracticeDetails, save_contract, save_practice
from painpath.directory.finding import find
from painpath.directory.importing import DirectoryError
from painpath.directory.models import Contract, Practice, Referrer
from painpath.letters import refiling
from painpath.letters.signing import sign
from painpath.referrals import verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.other_sources import other_sources
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import joining
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import theirs
from painpath.triage.presenters.filing import notes
from painpath.triage.presenters.worklist import filters_of
from tests.referrals.conftest import LETTER, acceptance, details, make_team, received_referral, waiting_referral

WHY = "The letter's heading has the address of that one."
SLIP, RIGHT = "Larkfeld Med Ctr", "Larkfield Medical Practice"


def practice(team, name: str, **given) -> Practice:
    return Practice.objects.create(service=team.service, name=name, **given)


def two(team) -> tuple[Practice, Practice]:
    return practice(team, SLIP), practice(team, RIGHT, ods_code="Y99006")


def join(team, one: Practice, right: Practice, **changes) -> Practice:
    given = {"by": team.administrator, "reason": WHY} | changes
    return joining.join_practices(practice=one, into=right, **given)


def contract_said(referral: Referral) -> str:
    return next(one.state for one in other_sources(referral) if one.criterion == "contracted-gp")


def test_referrals_and_referrers_go_to_the_right_one(team, screening, waiting):
    slip, right = two(team)
    Contract.objects.create(service=team.service, practice=right, contracted=False, source="List of 2026")
    Contract.objects.create(service=team.service, practice=slip, contracted=True, source="Somebody's guess")
    there = waiting(practice_name="Y99006")
    open_one = screening(LETTER + "2", practice_name=SLIP, referrer_name="dr a example", referrer_profession="GP")
    ended = waiting(LETTER + "3", practice_name=SLIP, referrer_name="Dr Other")
    verbs.close(referral=ended, by=team.administrator, how="close_in_error", reason="Sent twice.")
    waits = waiting(LETTER + "4", practice_name=SLIP, referrer_name="Dr Other")
    user = User.objects.create_user("r@example.nhs.uk", "Dr Acc Ount")
    account = Membership.objects.create(service=team.service, user=user, role="referrer")
    Referrer.objects.create(
        service=team.service, name="Dr Acc Ount", practice=slip, member=account, verified_at=clock.now(),
        verified_by=team.administrator, verified_how="GMC register",
    )  # fmt: skip
    assert contract_said(open_one) == "for"
    before = Referral.objects.get(pk=open_one.pk)
    assert joining.moving(slip, right) == joining.Moving(referrals=3, open=2, referrers=3, accounts=1, known=1)

    join(team, slip, right)

    now = Referral.objects.get(pk=open_one.pk)
    assert {Referral.objects.get(pk=one.pk).practice for one in (open_one, ended, waits)} == {right}
    # who stands in the right practice already is one person now, and what was known of them is kept
    assert now.referrer == there.referrer
    assert now.referrer.profession == "GP"
    assert Referral.objects.get(pk=ended.pk).referrer.practice == right
    assert set(theirs(account)) == {there, open_one, ended, waits}
    # the contract is that of the right one; the timeline says so; what was prepared before cannot be signed as it was
    assert contract_said(now) == "against"
    step = now.transitions.last()
    assert (step.verb, step.by) == ("correct_details", team.administrator)
    assert (now.state, now.owner) == ("screening", team.consultant)
    assert WHY in step.reason
    with pytest.raises(Refused, match="changed"):
        sign(
            referral=now, by=team.consultant, content=DecisionContent(reason="So it is.", **acceptance()),
            key=uuid.uuid4(), seen_version=before.version, seen_letters="",
        )  # fmt: skip
    last = [Referral.objects.get(pk=one.pk).transitions.last().verb for one in (ended, waits)]
    assert last == ["close_in_error", "correct_details"]
    entries = AuditEntry.objects.filter(action__in=["practice.join", "referral.practice", "referrer.move"])
    assert entries.count() == 1 + 1 + 2
    assert "Ashcombe" not in str(list(entries.values_list("detail", flat=True)))
    # twice is once
    join(team, slip, right)
    assert Referral.objects.get(pk=open_one.pk).transitions.count() == now.transitions.count()
    assert entries.count() == 4


def test_a_joined_practice_is_offered_and_changed_no_more(team, waiting, received):
    slip, right = two(team)
    older = practice(team, "Lark Feld")
    first = waiting(practice_name="Lark Feld", referrer_name="Dr Only There")
    join(team, older, slip)
    join(team, slip, right)
    older.refresh_from_db()
    slip.refresh_from_db()
    assert (older.joined_into, slip.joined_into, slip.joined_by) == (right, right, team.administrator)
    assert Referral.objects.get(pk=first.pk).practice == right
    found = find(Practice.objects.all(), "lark feld")
    assert (found.practice, found.nearest) == (None, (right,))
    referral = received(LETTER + "2")
    with pytest.raises(Refused, match=r"the practice is Larkfield Medical Practice \(Y99006\)"):
        registering.register(referral=referral, by=team.administrator, details=details(practice_name=SLIP))
    with pytest.raises(DirectoryError, match="joined with Larkfield"):
        save_practice(practice=slip, details=PracticeDetails(name=SLIP, ods_code="Y99007"), by=team.administrator)
    with pytest.raises(DirectoryError, match="joined with Larkfield"):
        save_contract(
            practice=slip, contracted=True, starts_on=None, ends_on=None, source="List", by=team.administrator
        )
    assert filters_of({"practice": str(slip.pk)}, registering.pathways.of(referral.pathway_version)).practice == str(
        right.pk
    )


def test_joining_is_nobodys_check_of_a_patients_details(team, waiting):
    """A document of somebody else was here: the page goes on asking for a check until a person has confirmed."""
    slip, right = two(team)
    source, target = waiting(practice_name=SLIP), waiting(LETTER + "2", practice_name="Y99006")
    receiving.add_documents(referral=source, by=team.administrator, files=[File("b.txt", b"Mrs Otherwise.")])
    read_in(service_id=team.service.pk, referral_id=source.pk, reader=documents.read)
    document = source.documents.get(name="b.txt")
    refiling.move_document(document=document, to=target, by=team.administrator, reason="Hers.")
    join(team, slip, right)
    source = Referral.objects.get(pk=source.pk)
    assert source.transitions.last().verb == "correct_details"
    assert notes(source, team.administrator)["check_details"]
    registering.register(
        referral=source, by=team.administrator, details=details(ubrn=source.ubrn, practice_name="Y99006")
    )
    assert not notes(Referral.objects.get(pk=source.pk), team.administrator)["check_details"]


def test_it_is_refused_where_it_is_not_sure(team):
    slip, right = two(team)
    coded, plain = practice(team, "Coded", ods_code="Y99001"), practice(team, "Plain")
    gone = practice(team, "Gone")
    join(team, gone, plain)
    for one, into, changes, sentence in (
        (slip, right, {"by": team.consultant}, "Only an administrator"),
        (slip, right, {"reason": " "}, "Say how you know"),
        (slip, slip, {}, "the same practice"),
        (coded, right, {}, "two codes are two practices"),
        (coded, plain, {}, "Join Plain with it instead"),
        (slip, gone, {}, r"joined with Plain. Choose that one"),
        (gone, right, {}, "joined with Plain already"),
    ):
        with pytest.raises(Refused, match=sentence):
            join(team, one, into, **changes)
    for practice_of, number in ((slip, "GMC 1"), (right, "GMC 2")):
        Referrer.objects.create(service=team.service, name="Dr Twice", practice=practice_of, registration=number)
    with pytest.raises(Refused, match="may be two people"):
        join(team, slip, right)
    assert not Practice.objects.filter(joined_into=right).exists()
    assert slip.referrers.count() == 1


def test_what_is_registered_in_the_same_moment_is_not_left_behind(transactional_db, service_id):
    """A registration that has chosen the mistaken practice commits first; joining waits, and takes it along."""
    with scope(service_id):
        team = make_team()
        slip, right = two(team)
        waiting_referral(team, practice_name=SLIP)
        new = received_referral(team, LETTER + "2")
    done = threading.Event()

    def act() -> None:
        try:
            with scope(service_id):
                join(team, slip, right)
            done.set()
        finally:
            connection.close()

    thread = threading.Thread(target=act)
    with scope(service_id):
        registering.register(referral=new, by=team.administrator, details=details(practice_name=SLIP))
        thread.start()
        assert not done.wait(0.5)
    thread.join(timeout=60)
    assert done.is_set()
    with scope(service_id):
        assert set(Referral.objects.values_list("practice", flat=True)) == {right.pk}
