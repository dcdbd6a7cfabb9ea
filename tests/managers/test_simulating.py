"""The pages on which a draft is tried on past referrals: what they say, to whom, and what they keep hidden."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock, pathway
from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry, Membership
from painpath.managers import grouping
from painpath.managers.presenters import simulated_alerts as alerts
from painpath.managers.presenters import simulating as present
from painpath.managers.views import simulating as views
from painpath.pathway.draft_files import Compiled
from painpath.referrals import restricting
from painpath.referrals.models import Quarantine, Referral, SecondScreening, Simulation, SimulationAlert
from painpath.referrals.publishing import drafting, tally
from painpath.referrals.publishing import simulating as verbs
from tests.referrals.conftest import LETTER, Team, team, waiting
from tests.referrals.test_simulating import CRITERION, DANGER, LOST, QUIET, SLUG, TODAY, deaf, finish, pair, start
from tests.screening.test_comparing import with_another

__all__ = ["deaf", "pair", "team", "waiting"]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def lead(team: Team) -> Membership:
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    return Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page(member: Membership, run: Simulation, **asked: object) -> str:
    answer = signed_in(member).get(reverse("managers:simulation", args=[run.key]), asked)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_a_draft_is_tried_from_its_page_and_a_slip_is_said(team, waiting, lead, monkeypatch):
    waiting()
    draft = drafting.start(by=lead)
    other = msgspec.structs.replace(pathway.load(pathway.find(SLUG)), digest="other")
    monkeypatch.setattr(verbs, "compile_draft", lambda name, files: Compiled(other, [], [], {}))
    client, address = signed_in(team.consultant), reverse("managers:simulate", args=[draft.key])
    assert 'value="28"' in client.get(address).content.decode()  # ninety days ago
    days = {"since-day": "26", "since-month": "11", "since-year": "2026"} | {
        "until-day": "25", "until-month": "11", "until-year": "2026"
    }  # fmt: skip
    answer = client.post(address, days)
    assert (answer.status_code, "The first day has to be before" in answer.content.decode()) == (422, True)
    answer = client.post(address, days | {"until-day": "26"})
    run = Simulation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("managers:simulation", args=[run.key]))
    assert reverse("managers:simulation", args=[run.key]) in client.get(address).content.decode()
    finish(run)
    said = page(team.consultant, run)
    assert "Nothing changes. In 1 referral every clause is in the same state" in said
    assert f"Draft {draft.pk}, revision 1" in said  # as its own page calls it: versions may have the same label
    assert "Read the words below" not in said  # there are none


def test_what_changes_stands_there_with_the_words_of_both(team, waiting, pair):
    referral = waiting()
    waiting(QUIET)
    run = finish(start(team, pair()))
    said = page(team.consultant, run)
    assert "It decides nothing" in said
    assert "Read the words below" in said
    assert "1 of 2 referrals would have a clause or an alert in another state" in said
    name = run.names["after"][CRITERION][0]
    assert re.search(rf"{re.escape(name)} +, from Speaks against: applies to Not stated", said)
    assert "severe depression" in said
    assert "No words" in said
    assert referral.reference in said
    look = AuditEntry.objects.get(action="simulation.look")
    assert (look.subject_type, look.detail["referrals"]) == ("service", [referral.pk])
    move = {"clause": CRITERION, "from": "against", "to": "not_stated"}
    assert f"Below: {name}: from" in page(team.consultant, run, **move)
    assert "Below:" not in page(team.consultant, run, clause="adult", **{"from": "for", "to": "against"})


def test_alerts_that_would_be_lost_stand_first_and_none_is_left_out(team, waiting, pair, deaf, lead, monkeypatch):
    monkeypatch.setattr(views, "ALERTS", 2)
    three = [waiting(DANGER) for _ in range(3)]
    waiting()
    run = finish(start(team, pair(deaf)))
    said = page(team.consultant, run)
    assert "3 alerts that the version in force raises would not be raised with this draft" in said
    assert said.index("Alerts would be lost") < said.index("What changes")
    assert said.count("“She talks of suicide”") == 2
    assert "Thoughts of suicide or self-harm , from The letter says so to Lost" in said
    assert "3 of 4 referrals would have a clause or an alert in another state" in said
    assert "No clause changes." in said
    assert "Ask a lead" not in said
    assert three[2].reference not in said
    said = page(team.consultant, run, alerts=2)
    assert (three[2].reference in said, three[0].reference in said) == (True, False)
    looks = AuditEntry.objects.filter(action="simulation.look").order_by("pk").values_list("detail", flat=True)
    assert [one["referrals"] for one in looks] == [[three[0].pk, three[1].pk], [three[2].pk]]
    chosen = dict(zip(present.ADDRESS, LOST, strict=True))
    assert "Below, for whom: Thoughts of suicide or self-harm: from" in page(lead, run, **chosen)
    restricting.restrict(referral=three[0], by=team.manager, why="staff", words="A colleague.")
    SecondScreening.objects.create(service=team.service, referral=three[1], by=team.consultant)
    Quarantine.objects.create(
        service=team.service, document=three[2].documents.get(), by=team.administrator, reason="Another person's"
    )
    said = page(team.consultant, run)
    assert "talks of suicide" not in said
    assert "In a document that was moved away" in said
    assert "2 are in a referral that you cannot open now, so they are not listed. Ask a lead" in said
    assert three[0].reference in page(lead, run)


def test_lost_alerts_are_listed_before_those_less_certain_and_new_ones(team, pair, waiting):
    transcript = waiting().documents.get().transcripts.get()
    run = finish(start(team, pair()))
    states = [
        ("", "affirmed"),
        ("affirmed", "uncertain"),
        ("uncertain", ""),
        ("uncertain", "affirmed"),
        ("affirmed", ""),
    ]
    found = tally.Tally()
    for before, after in states:
        found.add([(f"{tally.ALERT}red_flag", before, after)], {}, partly=False)
        SimulationAlert.objects.create(
            service=team.service, simulation=run, referral=transcript.document.referral, kind="red_flag",
            before=before, after=after, transcript=transcript, quote="x", start=0, end=1, page=1,
        )  # fmt: skip
    ordered = [*alerts.ORDER, ("", "affirmed")]
    assert [(one.before, one.after) for one in alerts.listed(run, ())] == ordered
    assert [(row["before"], row["after"]) for row in alerts.move_rows(found, None)] == [
        ("The letter says so", "Lost"), ("The letter leaves it open", "Lost"),
        ("The letter says so", "The letter leaves it open"), ("The letter leaves it open", "The letter says so"),
        ("No alert", "The letter says so"),
    ]  # fmt: skip


def test_alerts_of_a_small_group_are_hidden_as_other_counts(team, pair, waiting):
    waiting()
    run = start(team, pair())
    counted = tally.Tally()
    for sex, n, lost in (("female", 30, 12), ("male", 20, 3), ("other", 40, 20)):
        for at in range(n):
            counted.add([LOST] if at < lost else [], {"sex": sex}, partly=False)
    for chosen in (None, LOST):
        (table,) = present.group_tables(run, counted, chosen)
        assert [row["changed"] for row in table["rows"]] == [None, None, 20]


def test_a_clause_that_only_one_version_has_is_said_once(team, waiting, pair):
    referral = waiting()
    waiting(QUIET)
    run = finish(start(team, pair(with_another(pathway.load(pathway.find(SLUG)), CRITERION))))
    said = page(team.consultant, run)
    assert "The clause “One more” is new: 1 of 2 referrals would get a state for it: Speaks against: applies" in said
    assert "No clause changes. In 2 referrals every clause of both is in the same state" in said
    assert referral.reference not in said
    assert not AuditEntry.objects.filter(action="simulation.look").exists()
    chosen = {"clause": "one-more", "from": "", "to": "against"}
    assert referral.reference in page(team.consultant, run, **chosen)
    assert "Both versions raise the same alerts in 2 referrals" in said


def test_the_page_of_a_run_comes_anew_by_itself_only_while_it_runs_and_not_for_ever(team, waiting, pair):
    waiting()
    run = start(team, pair())
    client, address = signed_in(team.manager), reverse("managers:simulation", args=[run.key])
    answer = client.get(address)
    assert answer["Refresh"] == f"{views.EVERY}; url={address}?turn=1"
    assert (
        '<progress class="painpath-progress" aria-labelledby="progress" max="1" value="0">' in answer.content.decode()
    )
    assert "Refresh" not in client.get(address, {"still": "yes"})
    assert "Refresh" not in client.get(address, {"turn": views.TURNS})
    answer = client.post(reverse("managers:simulation-stop", args=[run.key]))
    assert answer.status_code == 302
    assert "Refresh" not in client.get(address)
    assert "1 of 1 referrals were not looked at" in page(team.manager, run)


def test_small_groups_are_hidden(team, pair, waiting):
    waiting()
    run = start(team, pair())
    counted = tally.Tally()
    for sex, n, changed in (("female", 30, 12), ("male", 20, 3), ("other", 40, 20)):
        for at in range(n):
            moves = [(CRITERION, "against", "not_stated")] if at < changed else []
            counted.add(moves, {"sex": sex, "deprivation": "not_known"}, partly=False)
    run.results = {"open": tally.written(counted), "restricted": {}}
    (table,) = present.group_tables(run, counted, None)
    assert table["title"] == "Sex"
    assert [(row["name"], row["changed"], row["n"]) for row in table["rows"]] == [
        ("Female", None, None), ("Male", None, None), ("Other", 20, 40)
    ]  # fmt: skip


def test_whose_groups_are_those_of_the_figures(team, waiting):
    one = waiting(patient={"date_of_birth": date(1966, 4, 3), "sex": "male"})
    found = grouping.of_people(team.service.pk, [one.pk])[one.pk]
    assert found == {
        "route": "gp-ers", "practice": str(one.practice_id), "age_band": "55-64", "sex": "male",
        "deprivation": "not_known",
    }  # fmt: skip


def test_restricted_ones_are_seen_by_whom_they_open_to(team, waiting, pair, lead):
    shut = waiting()
    restricting.restrict(referral=shut, by=team.manager, why="staff", words="A colleague.")
    run = finish(start(team, pair()))
    said = page(team.consultant, run)
    assert shut.reference not in said
    assert "Nothing was compared" in said
    assert "1 referral is restricted, so it was left out here" in said
    said = page(lead, run)
    assert shut.reference in said
    assert "1 of 1 referrals would have" in said
    looks = AuditEntry.objects.filter(action="simulation.look")
    assert [one.by_id for one in looks] == [lead.pk]


def test_one_that_was_restricted_later_is_not_listed(team, waiting, pair, lead):
    later = waiting()
    run = finish(start(team, pair()))
    restricting.restrict(referral=later, by=team.manager, why="staff", words="A colleague.")
    said = page(team.consultant, run)
    assert later.reference not in said
    assert "none that you can open" in said


def test_whoever_screens_blind_sees_nothing_of_it(team, waiting, pair):
    referral = waiting()
    run = finish(start(team, pair()))
    SecondScreening.objects.create(service=team.service, referral=referral, by=team.consultant)
    assert referral.reference not in page(team.consultant, run)
    assert not AuditEntry.objects.filter(action="simulation.look").exists()


def test_words_of_a_document_that_was_moved_away_are_not_shown(team, waiting, pair):
    referral = waiting()
    run = finish(start(team, pair()))
    Quarantine.objects.create(
        service=team.service, document=referral.documents.get(), by=team.administrator, reason="Another person's"
    )
    said = page(team.consultant, run)
    assert referral.reference in said
    assert "severe depression" not in said


def test_a_long_list_has_pages(team, waiting, pair, monkeypatch):
    monkeypatch.setattr(views, "ROWS", 2)
    references = [waiting(LETTER).reference for _ in range(3)]
    run = finish(start(team, pair()))
    said = page(team.manager, run)
    assert [one for one in references if one in said] == references[:2]
    last = Referral.objects.get(reference=references[1]).pk
    said = page(team.manager, run, after=last)
    assert [one for one in references if one in said] == references[2:]


def test_who_opens_it_and_what_is_not_there(team, waiting, pair):
    waiting()
    run = finish(start(team, pair()))
    client = signed_in(team.manager)
    for address in (
        reverse("managers:simulation", args=["00000000-0000-4000-8000-000000000000"]),
        reverse("managers:simulate", args=["00000000-0000-4000-8000-000000000000"]),
    ):
        assert client.get(address).status_code == 404
    administrator = signed_in(team.administrator)
    assert administrator.get(reverse("managers:simulation", args=[run.key])).status_code == 403
