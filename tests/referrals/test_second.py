"""Blind second screening: drawn by lot, blind until it is finished, then compared by the two."""

import pytest

from painpath import documents
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Membership
from painpath.referrals import looking, pathways, verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Referral, SecondScreening
from painpath.referrals.moves import READER
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.together import comparing, drawing, second
from tests.referrals.conftest import details
from tests.referrals.test_deciding import CLAUSE, confirm, delay, signed


@pytest.fixture
def drawn(team, waiting, monkeypatch):
    """Makes referrals that were drawn for a second screening."""

    def make(**changes) -> SecondScreening:
        with monkeypatch.context() as patch:
            patch.setattr(drawing, "lot", lambda below: 0)
            return waiting(**changes).second_screening

    return make


def answers(row: SecondScreening, **changes) -> dict:
    run = row.referral.screenings.last()
    states = dict.fromkeys((c.id for c in pathways.of(row.referral.pathway_version).criteria), "not_stated")
    states |= judging.read_states(run) | changes.pop("states", {})
    return {"states": states, "outcome": "delay", "run": run.pk, "note": "The plan matters."} | changes


def finished(row, by, **changes) -> SecondScreening:
    second.start_second(second=row, by=by)
    return second.finish(second=row, by=by, **answers(row, **changes))


def decide(referral, by, *criteria, **content) -> None:
    verbs.start_screening(referral=referral, by=by)
    confirm(referral, by, *(criteria or [CLAUSE]))
    signed(referral, by, delay(**content))


def test_the_share_is_drawn_once_in_the_step_that_makes_it_ready(team, received, monkeypatch):
    percent = 10  # of the pathway
    asked = []
    monkeypatch.setattr(drawing, "lot", lambda below: asked.append(below) or percent - 1)
    referral = registering.register(referral=received(), by=team.administrator, details=details())
    assert asked == [100]
    row = SecondScreening.objects.get()
    assert row.referral == referral
    assert AuditEntry.objects.filter(action="second.draw", process=READER).count() == 1
    by = Process(team.service, READER)
    assert drawing.draw(referral, by=by, lot=lambda below: 0) is None  # not twice
    other = registering.register(
        referral=received("Another letter"), by=team.administrator, details=details(patient={"family_name": "Other"})
    )
    SecondScreening.objects.filter(referral=other).delete()
    assert drawing.draw(other, by=by, lot=lambda below: percent) is None  # one more is not drawn
    decide(other, team.consultant)
    assert drawing.draw(Referral.objects.get(pk=other.pk), by=by, lot=lambda below: 0) is None  # nor after a decision


def test_who_has_seen_the_referral_is_not_blind(team, drawn):
    row = drawn()
    looking.open_referral(row.referral.reference, by=team.consultant)
    with pytest.raises(Refused, match="opened this referral before"):
        second.start_second(second=row, by=team.consultant)
    assert second.start_second(second=row, by=team.colleague).by == team.colleague


@pytest.mark.parametrize(("who", "why"), [("administrator", "Only a clinician"), ("manager", "Only a clinician"),
                                          ("physiotherapist", "by others than you")])  # fmt: skip
def test_who_may_not(team, drawn, who, why):
    with pytest.raises(Refused, match=why):
        second.start_second(second=drawn(), by=getattr(team, who))


def test_the_referrals_own_pages_are_closed_to_the_blind(team, drawn):
    row = second.start_second(second=drawn(), by=team.colleague)
    with pytest.raises(Refused, match=r"screening referral .* blind"):
        looking.open_referral(row.referral.reference, by=team.colleague)
    looking.open_referral(row.referral.reference, by=team.consultant)
    assert looking.open_document(row.referral.reference, row.referral.documents.get().pk, by=team.colleague)
    third = Membership.objects.get(pk=team.physiotherapist.pk)
    third.grade = "consultant"
    with pytest.raises(Refused, match="Dr Col League is screening"):
        second.start_second(second=row, by=third)
    second.start_second(second=row, by=third, instead_of=team.colleague.pk)
    assert looking.open_referral(row.referral.reference, by=team.colleague)
    with pytest.raises(Refused, match="Take this second screening first"):
        second.give_back(second=row, by=team.colleague)
    assert second.give_back(second=row, by=third).by is None


def test_every_criterion_is_answered_about_what_was_seen(team, drawn):
    row = second.start_second(second=drawn(), by=team.colleague)
    given = answers(row)
    for states in ({CLAUSE: ""}, {CLAUSE: "perhaps"}):
        with pytest.raises(Refused, match="every criterion"):
            second.finish(second=row, by=team.colleague, **(given | {"states": given["states"] | states}))
    with pytest.raises(Refused, match="what you would decide"):
        second.finish(second=row, by=team.colleague, **(given | {"outcome": ""}))
    receiving.add_documents(referral=row.referral, by=team.administrator, files=[File("b.txt", b"More words")])
    with pytest.raises(Refused, match="still being read"):
        second.finish(second=row, by=team.colleague, **given)
    read_in(service_id=team.service.pk, referral_id=row.referral_id, reader=documents.read)
    with pytest.raises(Refused, match="Something new has arrived"):
        second.finish(second=row, by=team.colleague, **given)
    row.referral.refresh_from_db()
    done = second.finish(second=row, by=team.colleague, **answers(row))
    assert second.finish(second=row, by=team.colleague, **answers(row)) == done
    assert done.judgements.count() == len(given["states"])
    assert looking.open_referral(row.referral.reference, by=team.colleague)


def test_the_two_are_compared_when_both_are_done(team, drawn):
    row = drawn()
    row = finished(row, team.colleague, states={CLAUSE: "mixed", "adult": "for"}, outcome="accept")
    assert comparing.compare(row) is None
    with pytest.raises(Refused, match="Both have to be done"):
        comparing.resolve(second=row, by=team.colleague, words="x")
    referral = verbs.start_screening(referral=row.referral, by=team.consultant)
    confirm(referral, team.consultant, CLAUSE, "adult", state="for")
    confirm(referral, team.consultant, CLAUSE)  # the latest counts
    signed(referral, team.consultant, delay())
    found = comparing.compare(row)
    assert found.both == {CLAUSE: ("against", "mixed"), "adult": ("for", "for")}
    assert found.differs
    assert (found.decision.outcome, found.second.outcome) == ("delay", "accept")
    assert [comparing.may_see(found, who) for who in (team.consultant, team.colleague, team.physiotherapist)] == [
        True, True, False,
    ]  # fmt: skip
    with pytest.raises(Refused, match="Only the two clinicians"):
        comparing.resolve(second=row, by=team.physiotherapist, words="x")
    words = "We read the plan again: it is a plan."
    row = comparing.resolve(second=row, by=team.consultant, words=words)
    assert comparing.resolve(second=row, by=team.consultant, words=words).resolved_at == row.resolved_at
    with pytest.raises(Refused, match="on record already"):
        comparing.resolve(second=row, by=team.colleague, words="Something else")
    assert comparing.compare(row).both == found.both  # agreement is reckoned from what they said before they talked


def test_words_about_other_documents_are_not_compared(team, drawn):
    row = finished(drawn(), team.colleague)
    receiving.add_documents(referral=row.referral, by=team.administrator, files=[File("b.txt", b"More words")])
    read_in(service_id=team.service.pk, referral_id=row.referral_id, reader=documents.read)
    decide(Referral.objects.get(pk=row.referral_id), team.consultant)
    found = comparing.compare(row)
    assert (found.same_run, found.both) == (False, {})


def test_the_first_clinician_is_not_held_up(team, drawn):
    row = second.start_second(second=drawn(), by=team.colleague)
    decide(row.referral, team.consultant)
    row = SecondScreening.objects.get(pk=row.pk)
    assert second.finish(second=row, by=team.colleague, **answers(row)).finished_at
    assert comparing.compare(row).both.keys() == {CLAUSE}


def test_what_a_service_agrees_on_takes_the_same_number_of_queries(team, drawn, django_assert_num_queries):
    def one(number: int) -> None:
        row = finished(drawn(patient={"family_name": f"Ash{number}"}), team.colleague)
        decide(row.referral, team.consultant)

    one(1)
    with django_assert_num_queries(5):
        assert len(comparing.all_compared(team.manager)) == 1
    one(2)
    one(3)
    with django_assert_num_queries(5):
        assert len(comparing.all_compared(team.manager)) == 3
