"""A draft is tried on past referrals: what it would read in another way, batch by batch, and nothing else happens."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import msgspec
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock, pathway
from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry, Membership
from painpath.pathway import Pathway
from painpath.referrals import pathways, restricting, tasks
from painpath.referrals.models import (
    Document,
    PathwayVersion,
    Referral,
    Simulation,
    SimulationAlert,
    SimulationChange,
)
from painpath.referrals.publishing import drafting, grouping, simulating, tally, trying
from painpath.referrals.publishing.simulating import Pair
from painpath.referrals.refusal import Refused
from painpath.screening import AlertKind
from tests.referrals.conftest import LETTER, Team
from tests.screening.test_comparing import with_another, without_alert

SLUG = "southampton-portsmouth"
CRITERION = "major-psychiatric-disturbance"
TODAY = date(2026, 11, 26)
DEPRESSED = "He has severe depression and there is no\ncare plan in place"
DANGER = LETTER.replace("He is keen", "She talks of suicide. He is keen")
LOST = (f"{tally.ALERT}suicide_self_harm", "affirmed", "")
QUIET = LETTER.replace(DEPRESSED, "He is well")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def without(criterion: str) -> Pathway:
    """The published pathway without what speaks of one criterion."""
    service = pathway.load(pathway.find(SLUG))
    evidence = tuple(
        msgspec.structs.replace(one, rules=()) if one.criterion == criterion else one for one in service.evidence
    )
    return msgspec.structs.replace(service, digest=f"without-{criterion}", version="2027-01", evidence=evidence)


@pytest.fixture
def pair(team: Team) -> Callable[..., Pair]:
    """What is in force, and a version in which nothing speaks of a criterion."""

    def make(tried: str | Pathway = CRITERION) -> Pair:
        tried = without(tried) if isinstance(tried, str) else tried
        row = PathwayVersion.objects.create(
            service=team.service, pathway=SLUG, label=tried.version, digest=tried.digest, content=pathway.encode(tried)
        )
        return Pair(pathways.in_force(team.service)[1], row)

    return make


@pytest.fixture(scope="module")
def deaf() -> Pathway:
    """A version that does not alert to suicide."""
    return without_alert(pathway.load(pathway.find(SLUG)), AlertKind.SUICIDE_SELF_HARM)


def start(team: Team, what: Pair, **changes: object) -> Simulation:
    given = {"since": TODAY - timedelta(days=30), "until": TODAY, "by": team.manager} | changes
    return simulating.start(what=what, **given)


def finish(run: Simulation) -> Simulation:
    tasks.simulate(service=run.service_id, simulation=run.pk)
    return Simulation.objects.get(pk=run.pk)


def counts(run: Simulation, which: str = "open") -> tally.Tally:
    return tally.read(run.results[which])


def test_what_changes_for_whom_and_which_words_say_so(team, waiting, pair, monkeypatch):
    monkeypatch.setattr(grouping, "_groupers", [])
    grouping.group_by(lambda _, ids: {pk: {"parity": "even" if pk % 2 == 0 else "odd"} for pk in ids})
    changed, same = waiting(), waiting(QUIET)
    before = [(one.state, one.version) for one in Referral.objects.order_by("pk")]
    run = finish(start(team, pair()))
    assert (run.state, run.total, run.done, bytes(run.after_content)) == ("done", 2, 2, b"")
    (change,) = SimulationChange.objects.all()
    assert (change.referral, change.criterion, change.before, change.after) == (
        changed,
        CRITERION,
        "against",
        "not_stated",
    )
    quotes = list(change.quotes.select_related("transcript"))
    assert quotes
    assert {one.side for one in quotes} == {"before"}
    for one in quotes:
        assert one.transcript.text[one.start : one.end] == one.quote
    assert "severe depression" in " ".join(one.quote for one in quotes)
    found = counts(run)
    assert found.whole.moves == {(CRITERION, "against", "not_stated"): 1}
    parity = {pk: "even" if pk % 2 == 0 else "odd" for pk in (changed.pk, same.pk)}
    assert {key: (one.n, one.changed) for key, one in found.groups["parity"].items()} == {
        parity[changed.pk]: (1, 1), parity[same.pk]: (1, 0)
    }  # fmt: skip
    assert [(one.state, one.version) for one in Referral.objects.order_by("pk")] == before
    acts = AuditEntry.objects.filter(subject_type="simulation").order_by("pk")
    assert [(one.action, one.detail["referrals"]) for one in acts] == [
        ("simulation.start", 2),
        ("simulation.finish", 2),
    ]


def test_an_alert_that_would_be_lost_is_on_record_with_its_words(team, waiting, deaf, pair):
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    lost, _, shut = waiting(DANGER), waiting(), waiting(DANGER)
    restricting.restrict(referral=shut, by=team.manager, why="staff", words="A colleague.")
    run = finish(start(team, pair(deaf)))
    first, second = SimulationAlert.objects.select_related("transcript")
    assert (first.referral, second.referral) == (lost, shut)
    assert (first.kind, first.before, first.after) == ("suicide_self_harm", "affirmed", "")
    assert first.quote == "She talks of suicide"
    assert first.transcript.text[first.start : first.end] == first.quote
    for which, n in (("open", 2), ("restricted", 1)):
        found = counts(run, which).whole
        assert (found.n, found.changed, found.moves[LOST]) == (n, 1, 1)
    assert AuditEntry.objects.get(action="simulation.finish").detail["changed"] == 2


def test_a_criterion_that_only_one_version_has_changes_no_referral(team, waiting, pair):
    waiting()
    waiting(QUIET)
    draft = with_another(pathway.load(pathway.find(SLUG)), CRITERION)
    run = finish(start(team, pair(draft)))
    assert counts(run).whole.changed == 0
    assert counts(run).whole.moves == {("one-more", "", "against"): 1}
    assert SimulationChange.objects.count() == 1  # for whom asks which words make it so


def test_a_draft_is_tried_as_it_was_at_the_start(team, waiting):
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    lead = Membership.objects.get(pk=team.colleague.pk)
    draft = drafting.start(by=lead)
    file = "evidence/4-mind.yaml"
    text = draft.files[file].replace("why: severe and current", "why: severe and going on")
    assert text != draft.files[file]
    draft = drafting.change(draft=draft, files={file: text}, seen_revision=draft.revision, by=lead)
    waiting()
    run = start(team, draft, by=lead)
    drafting.change(draft=draft, files={file: "evidence: ["}, seen_revision=draft.revision, by=lead)
    run = finish(run)
    name = pathways.in_force(team.service)[0].criterion(CRITERION).name
    assert (run.state, run.draft, run.draft_revision, run.names["after"][CRITERION][0]) == ("done", draft, 2, name)
    with pytest.raises(Refused, match="Its page lists them"):
        start(team, drafting.PathwayDraft.objects.get(pk=draft.pk), by=lead)


def test_the_letters_own_day_counts(team, waiting, pair):
    letter = LETTER.replace("03/04/1966", "03/04/2008").replace("4 November 2026", "4 November 2025")
    waiting(letter)
    finish(start(team, pair("adult")))
    assert SimulationChange.objects.get(criterion="adult").before == "against"


def test_it_goes_on_where_it_was_killed_and_no_batch_counts_twice(team, waiting, pair, monkeypatch):
    monkeypatch.setattr(trying, "AT_ONCE", 1)
    for _ in range(3):
        waiting()
    run = start(team, pair())
    assert trying.step(run.service_id, run.pk)
    stale = Simulation.objects.get(pk=run.pk)
    assert trying.step(run.service_id, run.pk)
    assert trying._keep(stale, [])  # a second worker, which began before the first had written
    again = Simulation.objects.get(pk=run.pk)
    assert (again.done, again.state, counts(again).whole.changed) == (2, "running", 2)
    run = finish(run)
    assert (run.done, run.state, counts(run).whole.changed, SimulationChange.objects.count()) == (3, "done", 3, 3)
    assert not trying.step(run.service_id, run.pk)


def test_one_job_does_so_many_batches_and_queues_the_next(team, waiting, pair, monkeypatch):
    monkeypatch.setattr(trying, "AT_ONCE", 1)
    monkeypatch.setattr(tasks, "BATCHES", 2)
    for _ in range(3):
        waiting()
    run = finish(start(team, pair()))
    jobs = ProcrastinateJob.objects.filter(task_name="referrals.simulate")
    assert (run.done, run.state, jobs.count(), {one.priority for one in jobs}) == (2, "running", 2, {-10})
    assert finish(run).state == "done"


def test_the_same_is_not_begun_twice(team, waiting, pair):
    waiting()
    sides = pair()
    run = start(team, sides)
    assert start(team, sides, by=team.consultant) == run
    finish(run)
    assert start(team, sides) == run
    jobs = ProcrastinateJob.objects.filter(task_name="referrals.simulate")
    assert (Simulation.objects.count(), jobs.count()) == (1, 1)
    with clock.at(TODAY + timedelta(days=1)):
        assert start(team, sides) != run


def test_whoever_may_stops_it_and_what_it_found_stays(team, waiting, pair, monkeypatch):
    monkeypatch.setattr(trying, "AT_ONCE", 1)
    waiting()
    waiting()
    run = start(team, pair())
    trying.step(run.service_id, run.pk)
    with pytest.raises(Refused, match="Only clinicians"):
        simulating.stop(simulation=run, by=team.administrator)
    stopped = simulating.stop(simulation=run, by=team.consultant)
    assert simulating.stop(simulation=run, by=team.manager).stopped_by == team.consultant
    assert not trying.step(run.service_id, run.pk)
    assert (stopped.state, stopped.done, bytes(Simulation.objects.get(pk=run.pk).after_content)) == ("stopped", 1, b"")
    assert SimulationChange.objects.count() == 1
    assert AuditEntry.objects.filter(action="simulation.stop").count() == 1


def test_a_worker_that_was_at_it_when_it_was_stopped_writes_nothing(team, waiting, pair):
    waiting()
    run = start(team, pair())
    cases = trying._cases(run)
    simulating.stop(simulation=run, by=team.manager)
    assert not trying._keep(run, [trying._Found(one, ()) for one in cases])
    assert Simulation.objects.get(pk=run.pk).done == 0


def test_restricted_ones_are_counted_apart_and_what_cannot_be_compared_is_said(
    team, waiting, received, pair, monkeypatch
):
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    shut = waiting()
    restricting.restrict(referral=shut, by=team.manager, why="staff", words="A colleague.")
    received("%PDF-1.7 nothing more", name="broken.pdf")
    waiting(f"{QUIET}This breaks.")
    partly = waiting(QUIET)
    Document.objects.create(
        service=team.service, referral=partly, name="scan.pdf", content=b"later", sha256="0" * 64, size=5
    )
    real = trying.screening.screen_each

    def odd(document, pathways, **named):
        if "This breaks." in document.text:
            raise ValueError
        return real(document, pathways, **named)

    monkeypatch.setattr(trying.screening, "screen_each", odd)
    run = finish(start(team, pair()))
    found = counts(run)
    assert (run.done, found.whole.n, found.no_text, found.broke, found.partly) == (4, 1, 1, 1, 1)
    apart = counts(run, "restricted")
    assert (apart.whole.n, apart.whole.changed) == (1, 1)


def test_who_may_and_when(team, waiting, pair):
    waiting()
    sides = pair()
    with pytest.raises(Refused, match="Only clinicians, managers and leads"):
        start(team, sides, by=team.administrator)
    with pytest.raises(Refused, match="today or in the past"):
        start(team, sides, until=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="The first day"):
        start(team, sides, until=TODAY - timedelta(days=40))
    with pytest.raises(Refused, match="No referral was received"):
        start(team, sides, until=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="Both say the same"):
        start(team, Pair(sides.before, sides.before))
    assert not Simulation.objects.exists()


def test_the_counts_come_back_as_they_were_kept():
    one, other = tally.Tally(no_text=1), tally.Tally(broke=2)
    one.add([("a", "for", ""), ("b", "", "mixed")], {"sex": "female"}, partly=True)
    other.add([("a", "for", "")], {"sex": "female", "route": "gp"}, partly=False)
    both = tally.read(tally.written(one)) + tally.read(tally.written(other))
    assert (both.whole.n, both.no_text, both.broke, both.partly) == (2, 1, 2, 1)
    assert both.whole.moves == {("a", "for", ""): 2, ("b", "", "mixed"): 1}
    assert both.groups["sex"]["female"].moves == both.whole.moves
    assert both.groups["route"]["gp"].n == 1
    assert tally.read({}).whole.n == 0
