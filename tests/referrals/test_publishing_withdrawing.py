"""What was approved for a day to come is withdrawn before that day, for every reader; a draft takes it up again."""

from datetime import date, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from painpath import clock, pathway
from painpath.accounts import telling
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.pathway import PathwayError
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayVersion, PathwayWithdrawal
from painpath.referrals.publishing import drafting
from painpath.referrals.publishing.withdrawing import can_withdraw, take_up, withdraw
from painpath.referrals.refusal import Refused
from tests.managers.drafted import few, small
from tests.referrals.test_publishing import (
    AFTER,
    BEFORE,
    SLUG,
    TODAY,
    asked,
    draft,
    lead,
    noted,
    publish,
    question,
)

__all__ = ["draft", "few", "lead", "small"]

DAY = TODAY + timedelta(days=14)
WHY = "The board has not agreed yet."


@pytest.fixture(autouse=True)
def _today(small):
    with clock.at(TODAY):
        yield


@pytest.fixture
def coming(team, lead, draft) -> PathwayPublication:
    """Approved for a day in two weeks."""
    return publish(draft, lead, team.consultant, DAY)


def on(day: date) -> str:
    with clock.at(day):
        return asked(pathways.in_force(Service.objects.get())[0])


def another(team, text: str) -> PathwayDraft:
    made = drafting.start(by=team.manager)
    return drafting.change(draft=made, files=question(text), seen_revision=1, by=team.manager)


def test_what_is_withdrawn_does_not_come_into_force_for_any_reader(team, lead, coming):
    before = drafting.newest(team.service)
    assert on(DAY) == AFTER
    made = withdraw(publication=coming, words=f" {WHY} ", by=lead)
    assert made.words == WHY
    assert on(DAY) == BEFORE
    assert pathways.publications(team.service.pk) == pathways.to_come(team.service.pk) == ()
    assert drafting.newest(team.service) != before
    assert drafting.newest(team.service)[1] == drafting.files_of(pathway.find(SLUG))
    pathways._known.clear()
    with clock.at(DAY), scope(None):
        assert asked(pathways.published(SLUG)) == BEFORE
        with pathways._address(SLUG):
            assert PathwayWithdrawal.objects.count() == 1
        assert PathwayWithdrawal.objects.count() == 0
    entry = AuditEntry.objects.get(action="pathwaypublication.withdraw")
    assert entry.subject_id == str(coming.pk)


def test_other_processes_learn_of_it_with_their_next_request(team, lead, coming):
    known, seen = dict(pathways._known), dict(Service.seen)
    assert team.service.pk in known or pathways.publications(team.service.pk)
    known = dict(pathways._known)
    withdraw(publication=coming, words=WHY, by=lead)
    pathways._known.update(known)
    Service.seen.update(seen)  # as another process that has read nothing since
    assert Service.objects.get().publications > known[team.service.pk].publications
    assert on(DAY) == BEFORE


def test_the_folder_s_last_version_and_not_the_withdrawn_one_stands_in_for_a_folder_with_mistakes(
    team, lead, draft, monkeypatch
):
    was = pathways.in_force(team.service)[1]
    before = PathwayVersion.objects.count()
    coming = publish(draft, lead, team.consultant, DAY)
    withdraw(publication=coming, words=WHY, by=lead)
    assert PathwayVersion.objects.count() == before + 1

    def mistakes(name: str) -> None:
        raise PathwayError([])

    monkeypatch.setattr(pathway, "find", mistakes)
    assert pathways.in_force(team.service)[1] == was


def test_who_may_and_that_a_reason_is_needed(team, lead, coming):
    people = (team.administrator, team.consultant, team.manager, lead)
    assert [can_withdraw(coming, by=one) for one in people] == [False, False, False, True]
    with pytest.raises(Refused, match="Only a lead can withdraw"):
        withdraw(publication=coming, words=WHY, by=team.consultant)
    with pytest.raises(Refused, match="Say why it is withdrawn"):
        withdraw(publication=coming, words=" ", by=lead)
    withdraw(publication=coming, words=WHY, by=lead)
    with pytest.raises(Refused, match="Dr Col League has withdrawn it already"):
        withdraw(publication=coming, words=WHY, by=lead)
    assert PathwayWithdrawal.objects.count() == 1


def test_when_its_day_begins_while_somebody_withdraws_it_is_in_force(team, lead, coming, monkeypatch):
    """The day is asked for once the lock is held: what was pressed before midnight waits behind an approval."""
    midnight = datetime(2026, 12, 10, tzinfo=clock.LONDON)
    held = Service.objects.select_for_update

    def begins(**kwargs):
        clock_at.__enter__()
        return held(**kwargs)

    clock_at = clock.at(midnight)
    with clock.at(midnight - timedelta(seconds=1)):
        assert can_withdraw(coming, by=lead)
        monkeypatch.setattr(Service.objects, "select_for_update", begins)
        try:
            with pytest.raises(Refused, match="Its day has come"):
                withdraw(publication=coming, words=WHY, by=lead)
        finally:
            clock_at.__exit__(None, None, None)
    assert not PathwayWithdrawal.objects.exists()
    assert on(DAY) == AFTER


def test_the_newest_is_withdrawn_first_because_it_holds_the_words_of_the_other(team, lead, coming):
    sooner = publish(another(team, "Sixteen?"), lead, team.consultant, DAY - timedelta(days=7))
    with pytest.raises(Refused, match="for 3 December 2026, and holds its words"):
        withdraw(publication=coming, words=WHY, by=lead)
    assert on(DAY) == "Sixteen?"
    withdraw(publication=sooner, words=WHY, by=lead)
    assert (on(DAY - timedelta(days=1)), on(DAY)) == (BEFORE, AFTER)  # what it took the place of comes on its day again
    now = publish(another(team, "Sixteen now?"), lead, team.consultant, TODAY)
    for one, said in ((coming, "is in force"), (now, "Its day has come")):
        with pytest.raises(Refused, match=said):
            withdraw(publication=one, words=WHY, by=lead)


def test_the_two_who_published_are_told_except_whoever_withdraws(team, lead, coming):
    withdraw(publication=coming, words=WHY, by=lead)
    assert telling.told(lead.user) == []
    [said] = telling.told(team.consultant.user)
    assert "Dr Col League withdrew version 2026-11" in said
    assert "10 December 2026. It does not come into force. That was on" in said
    assert "password" not in said


def test_it_is_taken_up_again_with_whatever_was_published_meanwhile(team, lead, coming):
    with pytest.raises(Refused, match="Only what was withdrawn here"):
        take_up(publication=coming, by=team.manager)
    withdraw(publication=coming, words=WHY, by=lead)
    again = take_up(publication=coming, by=team.manager)
    assert take_up(publication=coming, by=team.manager) == again
    assert (again.state, again.files, drafting.behind(again)) == ("open", coming.files, False)
    publish(noted(drafting.start(by=team.manager), team.manager), lead, team.consultant)
    with pytest.raises(Refused, match="would be undone"):
        publish(again, lead, team.consultant)
    drafting.catch_up(draft=again, seen_revision=again.revision, by=team.manager)
    again = PathwayDraft.objects.get(pk=again.pk)
    with pytest.raises(Refused, match="with other content already"):  # than what was withdrawn under this version
        publish(again, lead, team.consultant)
    publish(noted(again, team.manager, "2026-12"), lead, team.consultant)
    assert on(TODAY) == AFTER
    with pytest.raises(Refused, match="Only a manager or a lead"):
        take_up(publication=coming, by=team.consultant)


def test_a_draft_begun_from_what_is_withdrawn_is_not_published_with_it(team, lead, coming):
    later = noted(drafting.start(by=team.manager), team.manager)
    drafting.submit(draft=later, from_date=TODAY, words="Better", by=lead)
    withdraw(publication=coming, words=WHY, by=lead)
    with pytest.raises(Refused, match="has changed since this draft was begun"):
        drafting.approve(draft=later, by=team.consultant)
    later = drafting.send_back(draft=later, words="Take it out.", by=team.consultant)
    assert drafting.catch_up(draft=later, seen_revision=later.revision, by=team.manager) == ()
    assert AFTER not in str(PathwayDraft.objects.get(pk=later.pk).files)


def test_nobody_takes_a_withdrawal_back_by_writing_to_its_row(team, lead, coming):
    withdraw(publication=coming, words=WHY, by=lead)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM referrals_pathwaywithdrawal")
