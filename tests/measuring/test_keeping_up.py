"""What happens later changes what was counted earlier; a run that is cut short, run twice or by two does no harm."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import cli, clock, pathway
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.figures.model import Period
from painpath.letters import arrival, closing
from painpath.letters import reversing as letters_reversing
from painpath.measuring import counting, tasks
from painpath.measuring.marking import mark_all
from painpath.measuring.models import Count, CountedReferral, CountState, PostcodeDecile, Stale
from painpath.measuring.reading_figures import read, series
from painpath.postgres.owner import as_owner
from painpath.referrals import verbs
from painpath.referrals.decisions import reversing
from painpath.referrals.models import Referral
from painpath.referrals.retention import destroying
from tests.conftest import SERVICE
from tests.measuring.played import TODAY, Player, copy_of
from tests.measuring.test_counting import cells, differences
from tests.referrals.conftest import Team, make_team
from tests.referrals.ended import another_manager, withdrawn

YEAR = Period(date(2025, 12, 1), date(2026, 11, 30))


@pytest.fixture
def at_today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def whole(team: Team, figure: str) -> tuple[int, int | None]:
    one = read(team.service, figure, period=YEAR).groups[0]
    return one.n, one.numerator


def marked(team: Team) -> set[int]:
    """What is to be counted now."""
    return {one.referral for one in Stale.objects.filter(since=None)}


def test_each_later_event_changes_the_day_that_it_is_about(team, monkeypatch, at_today):
    player = Player(team, monkeypatch)
    one = player.receive(date(2026, 3, 2))
    other = player.receive(date(2026, 10, 5))
    player.decide(one, date(2026, 3, 6), "not_now")
    counting.count_up(team.service)
    assert whole(team, "to_decision") == (0, 0)

    def then(what: str, referral: Referral) -> None:
        assert referral.pk in marked(team), what
        counting.count_up(team.service)
        assert marked(team) == set()
        assert differences(team) == [], what

    player.post(date(2026, 3, 9))
    then("the letter left", one)
    assert whole(team, "to_decision") == (1, 1)
    assert whole(team, "bounce") == (1, 0)
    with clock.at(date(2026, 8, 3)):
        reversing.look_again(referral=one, by=team.administrator, asked_by="gp", words="You missed it.")
    then("back five months later", one)
    assert whole(team, "bounce") == (1, 1)
    arrival.mark_returned(dispatch=copy_of(one), by=team.administrator, reason="gone_away")
    then("the letter came back", one)
    assert whole(team, "to_decision") == (0, 0)

    one.patient.sex, one.patient.date_of_birth = "other", date(1990, 1, 1)
    one.patient.save()
    then("the person's details were corrected", one)
    Referral.objects.filter(pk=one.pk).update(practice=other.practice)
    then("two practices were joined", one)
    PostcodeDecile.objects.filter(postcode="SO294WR").update(decile=10)
    mark_all(team.service)
    then("another file of areas", one)

    player.decide(other, date(2026, 10, 7), "advise")
    then("decided", other)
    other.refresh_from_db()
    letters_reversing.reverse(referral=other, by=team.consultant, reason="The wrong letter.")
    then("reversed", other)
    other.follows = one
    other.save(update_fields=["follows"])
    then("linked by hand", one)
    other.refresh_from_db()
    closing.close(referral=other, by=team.administrator, how="close_in_error", reason="Not ours.", told="The GP.")
    then("closed as received in error", other)
    assert whole(team, "volumes") == (1, None)


def test_what_changes_no_figure_leaves_no_mark(team, waiting, screening):
    referral, begun = waiting(), screening()
    counting.count_up(team.service)
    Referral.objects.update(version=7, due_on=clock.today(), look_first=1)
    referral.patient.save()
    begun.save()
    assert marked(team) == set()
    verbs.stop_screening(referral=begun, by=team.consultant)
    assert marked(team) == {begun.pk}


def test_six_months_run_out_by_themselves(team, monkeypatch):
    player = Player(team, monkeypatch)
    player.decide(player.receive(date(2026, 3, 2)), date(2026, 3, 6), "not_now")
    for on, over in ((date(2026, 9, 5), 0), (date(2026, 9, 6), 1)):
        with clock.at(on):
            counting.count_up(team.service)
            assert whole(team, "bounce") == (over, 0)
    assert not Stale.objects.exists()


def test_counted_again_and_twice_is_the_same(team, waiting):
    for number in range(3):
        waiting(f"He is in pain {number}.")
    assert counting.count_up(team.service) == 3
    before = cells()
    Referral.objects.update(restricted=True)  # which is counted like any other
    mark_all(team.service)
    mark_all(team.service)
    assert counting.count_up(team.service) == 3
    assert cells() == before
    assert counting.count_up(team.service) == 0
    assert CountedReferral.objects.count() == 3


def test_a_referral_with_many_marks_is_counted_once(team, waiting, monkeypatch):
    """An import marks it with every row that it writes, and nobody counts until it is done."""
    ids = [waiting(f"He is in pain {number}.").pk for number in range(3)]
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    Stale.objects.bulk_create(Stale(service=team.service, referral=pk) for _ in range(2001) for pk in ids)
    assert counting.count_up(team.service) == 3
    assert not Stale.objects.exists()


def test_one_that_cannot_be_counted_is_set_aside_and_the_others_are_counted(team, waiting, monkeypatch, caplog):
    faulty, *others = (waiting(f"He is in pain {number}.").pk for number in range(5))
    tried = []

    def failing(service: int, ids: Any, **named: Any) -> Any:
        tried.append(set(ids))
        if faulty in ids:
            raise ValueError("Quorrish")
        return gather(service, ids, **named)

    gather = counting.gather
    with monkeypatch.context() as patch:
        patch.setattr(counting, "gather", failing)
        counting.count_up(team.service)
        assert {row.referral_id for row in CountedReferral.objects.all()} == {*others}
        assert counting.set_aside(team.service) == 1
        assert [row.problem for row in Stale.objects.filter(since=None)] == ["ValueError"]
        (said,) = caplog.records
        assert "could not be counted" in said.getMessage()
        assert str(faulty) not in said.getMessage()
        tried.clear()
        counting.count_up(team.service)
        assert tried == [], "nothing has changed"
        Referral.objects.filter(pk=faulty).update(route="later")
        counting.count_up(team.service)
        assert tried == [{faulty}]
    assert counting.set_aside(team.service) == 1
    mark_all(team.service)
    counting.count_up(team.service)
    assert counting.set_aside(team.service) == 0
    assert CountedReferral.objects.filter(referral=faulty).exists()
    Stale.objects.create(service=team.service, referral=2**40, problem="ValueError")
    assert counting.set_aside(team.service) == 0, "it was destroyed"
    counting.count_up(team.service)
    assert not Stale.objects.exclude(problem="").exists()


def test_what_the_database_refuses_is_no_fault_of_a_referral(team, waiting, monkeypatch):
    waiting(), waiting("Another.")

    def gone(*given: object, **named: object) -> None:
        raise OperationalError

    monkeypatch.setattr(counting, "gather", gone)
    with pytest.raises(OperationalError):
        counting.count_up(team.service)
    assert counting.set_aside(team.service) == 0


def test_what_changes_while_it_is_counted_stays_marked(team, waiting, monkeypatch):
    referral = waiting()

    def meanwhile(*given: Any, **named: Any) -> Any:
        found = gather(*given, **named)
        if Referral.objects.filter(pk=referral.pk).exclude(route="later").update(route="later"):
            assert marked(team) == {referral.pk}
        return found

    gather = counting.gather
    monkeypatch.setattr(counting, "gather", meanwhile)
    assert counting.count_up(team.service) == 2, "once as it was, once as it is"
    (row,) = CountedReferral.objects.all()
    assert row.facts["groups"]["r"] == "later"


def test_cut_short_nothing_of_the_part_is_there_and_the_next_run_does_it(team, waiting, monkeypatch):
    waiting("One."), waiting("Two.")
    monkeypatch.setattr(counting, "AT_ONCE", 1)

    def killed(*given: object) -> None:
        add(*given)
        if Count.objects.filter(figure="volumes", split="", grain="month", n=2).exists():
            raise KeyboardInterrupt

    add = counting.add
    monkeypatch.setattr(counting, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        counting.count_up(team.service)
    assert CountedReferral.objects.count() == 1, "the first part stands, the second is as if it had not begun"
    monkeypatch.setattr(counting, "add", add)
    assert counting.count_up(team.service) == 1
    assert read(team.service, "volumes", period=this_month()).groups[0].n == 2


def this_month() -> Period:
    first = clock.today().replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def test_what_was_destroyed_stays_counted_and_nothing_of_it_is_kept(team):
    referral = withdrawn(team, family_name="Goner")
    counting.count_up(team.service)
    before = cells()
    request = destroying.ask(referral=referral, by=team.manager, reason="Not needed.", reference=referral.reference)
    destroying.agree(request=request, by=another_manager(team), reference=referral.reference)
    assert not CountedReferral.objects.exists()
    Stale.objects.create(service=team.service, referral=referral.pk)
    mark_all(team.service)
    counting.count_up(team.service)
    assert cells() == before
    assert not Stale.objects.exists()


def test_a_line_over_time_has_every_week_that_is_over_and_no_other(team, monkeypatch, at_today):
    player = Player(team, monkeypatch)
    for on in (date(2026, 9, 1), date(2026, 9, 9), date(2026, 9, 13), date(2026, 11, 24)):
        player.receive(on)
    counting.count_up(team.service)
    autumn = Period(date(2026, 9, 1), date(2026, 11, 30))
    weeks = {one.start: one.n for one in series(team.service, "volumes", period=autumn, grain="week")}
    assert list(weeks) == [date(2026, 9, 7) + timedelta(days=7 * number) for number in range(11)]
    assert weeks.pop(date(2026, 9, 7)) == 2
    assert set(weeks.values()) == {0}
    months = series(team.service, "volumes", period=autumn, grain="month")
    assert [(one.start.month, one.n) for one in months] == [(9, 3), (10, 0)]
    asked = series(team.service, "information_requests", period=autumn, grain="month")
    assert [(one.numerator, one.denominator) for one in asked] == [(0, 3), (0, 0)]


def test_how_things_stand_is_kept_by_the_day_and_replaced_within_it(team, monkeypatch):
    player = Player(team, monkeypatch)
    player.decide(player.receive(date(2026, 11, 2)), date(2026, 11, 3), "delay", review_on=date(2026, 11, 25))
    for on in (date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 26)):
        with clock.at(on):
            counting.count_up(team.service)
    kept = Count.objects.filter(grain="day", figure="delays", value=1).order_by("day")
    assert [(one.day.day, one.n) for one in kept] == [(25, 1), (26, 0)]
    assert [one.key for one in read(team.service, "delays", period=YEAR, split="state").groups] == ["overdue"]


def test_a_split_that_a_figure_does_not_have_is_an_error(team):
    with pytest.raises(ValueError, match="not told apart"):
        read(team.service, "delays", period=YEAR, split="sex")
    with pytest.raises(KeyError):
        read(team.service, "nothing", period=YEAR)


# --- committed, as in the program


@pytest.fixture
def two(transactional_db: None, service_id: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Service, Service]:
    """Two services by the same published pathway."""
    here = pathway.find(SERVICE)
    monkeypatch.setattr(pathway, "find", lambda name: here)
    with as_owner():
        return Service.objects.get(pk=service_id), Service.objects.create(slug="other", name="Other")


@pytest.fixture
def impatient() -> Iterator[None]:
    """Who waits for a lock fails soon: without the lock of counting the test would wait for itself for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        yield
        cursor.execute("RESET lock_timeout")


def test_two_services_do_not_mix_and_two_workers_do_not_count_twice(two, impatient, monkeypatch, capsys):
    one, other = two
    for service, how_many in ((one, 2), (other, 3)):
        with scope(service):
            player = Player(make_team(), monkeypatch)
            for _ in range(how_many):
                player.receive(clock.today())
    assert counting.count_up(other) == 3
    with scope(other):
        assert read(other, "volumes", period=this_month()).groups[0].n == 3
        assert read(one, "volumes", period=this_month()).groups[0].n == 0
    with scope(one):
        assert not Count.objects.exists()
        CountState.objects.create(service=one)

    with connection.cursor():
        where = connection.connection.info.dsn
    with psycopg.connect(where) as somebody:
        somebody.execute("SELECT set_config('painpath.service', %s, true)", [str(one.pk)])
        somebody.execute("SELECT id FROM measuring_countstate FOR UPDATE")
        assert counting.count_up(one) == 0, "another worker is at it"
    with scope(one):
        assert not Count.objects.exists()
    tasks.count_all(0)
    tasks.count_all(0)
    jobs = ProcrastinateJob.objects.filter(task_name="measuring.count")
    assert [job.args for job in jobs] == [{"service": one.pk}]
    tasks.count(**jobs.get().args)
    with scope(one):
        assert read(one, "volumes", period=this_month()).groups[0].n == 2
        assert {row.service_id for row in Count.objects.all()} == {one.pk}
    with pytest.raises(SystemExit) as ended:
        cli.main(["figures", "recount"])
    assert ended.value.code == 0
    assert "2 referrals counted" in capsys.readouterr().out
