"""Where one part of the pages must know what another part allows: nothing is offered that is refused there."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.directory.finding import find
from painpath.directory.models import Practice
from painpath.letters.wording import ubrn
from painpath.referrals import verbs
from painpath.referrals.corrections import merging
from painpath.referrals.sheet.earlier import earlier_referrals
from painpath.referrals.todo import give_task
from painpath.referrals.worklist import assigning
from tests.referrals.conftest import LETTER, make_team, waiting_referral
from tests.referrals.deciding import decided


def page(member, name, *args):
    client = Client()
    client.force_login(member.user)
    return client.get(reverse(f"triage:{name}", args=args))


@pytest.mark.django_db
def test_only_who_may_do_a_task_is_offered_its_page(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        given = {"by": team.consultant, "due_on": clock.today()}
        office = give_task(referral, "contact", "Ring.", role="administrator", **given)
        clinical = give_task(referral, "door_open_letter", "Write.", role="clinician", **given)
    of = {task: reverse("triage:task", args=[referral.reference, task.pk]) for task in (office, clinical)}
    for member, offered in (
        (team.manager, set()),
        (team.administrator, {office}),
        (team.consultant, {office, clinical}),
    ):
        for answer in (page(member, "to-do"), page(member, "referral", referral.reference)):
            assert {task for task, address in of.items() if address in answer.content.decode()} == offered
        for task in of:
            assert (page(member, "task", referral.reference, task.pk).status_code == 200) == (task in offered)


@pytest.mark.django_db
def test_an_assignment_is_told_once(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        assigning.assign(referral=referral, to=team.consultant, by=team.administrator)
    told = page(team.administrator, "timeline", referral.reference).content.decode()
    assert f"To {team.consultant.name}" in told
    assert "Service: " not in told


@pytest.mark.django_db
def test_a_referral_that_has_ended_waits_for_no_referral_of_the_gp(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, route="gp-ers", ubrn="000012345678", may_convert=False)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "accept", clock_started_on=None)
        referral.refresh_from_db()
        assert referral.awaits_referral
    refused = page(team.administrator, "hand-over", referral.reference)
    assert refused.status_code == 409
    assert "Record the GP&#39;s referral first" in refused.content.decode()
    assert "Waits for" in page(team.administrator, "referral", referral.reference).content.decode()
    with scope(service_id):
        verbs.close(referral=referral, by=team.administrator, how="record_move", reason="Gone to Leeds.")
    assert "Waits for" not in page(team.administrator, "referral", referral.reference).content.decode()
    client = Client()
    client.force_login(team.administrator.user)
    assert "Awaits the GP" not in client.get(reverse("triage:worklist") + "?tab=ended").content.decode()


@pytest.mark.django_db
def test_an_alert_is_acted_on_where_its_document_is_now(service_id):
    same = {"patient": {"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)}}
    with scope(service_id):
        team = make_team()
        into = waiting_referral(team, **same)
        gone = waiting_referral(team, LETTER + "\nHe says that he wants to end his life.\n", **same)
        merging.merge(duplicate=gone, into=into, by=team.administrator, reason="Sent twice.")
    with scope(service_id):
        assert not list(earlier_referrals(gone))
        assert not list(earlier_referrals(into))
        later = waiting_referral(team, LETTER + "\nAgain.\n", **same)
        assert list(earlier_referrals(later)) == [gone, into]
    here, there = (page(team.administrator, "referral", one.reference).content.decode() for one in (gone, into))
    assert "Record what was done" in there
    assert "Record what was done" not in here
    assert f'What was done about it is recorded in <a href="/referrals/{into.reference}/">' in here


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Larkfeld", "Larkfeild Surgery", "larkfields"])
def test_a_slip_in_the_telling_word_of_a_practice_finds_it(service_id, typed):
    with scope(service_id):
        team = make_team()
        right = Practice.objects.create(service_id=team.administrator.service_id, name="Larkfield Medical Practice")
        Practice.objects.create(service_id=team.administrator.service_id, name="Fenbridge Hollow Practice")
        assert find(Practice.objects.all(), typed).nearest == (right,)
        assert find(Practice.objects.all(), "Oyster Mews Medical Practice").nearest == ()


def test_a_ubrn_as_e_rs_shows_it():
    assert ubrn("000012345678") == "0000 1234 5678"
    assert ubrn("") == ""


@pytest.mark.django_db
def test_only_what_can_be_assigned_can_be_ticked(service_id):
    with scope(service_id):
        team = make_team()
        ended, waits = waiting_referral(team), waiting_referral(team, patient={"family_name": "Other"})
        verbs.close(referral=ended, by=team.administrator, how="record_move", reason="Gone to Leeds.")
    client = Client()
    client.force_login(team.administrator.user)
    ticks = {tab: client.get(f"/?tab={tab}").content.decode() for tab in ("ended", "open")}
    assert f'value="{waits.reference}"' in ticks["open"]
    assert 'id="id_referrals"' in ticks["open"]
    assert ended.reference in ticks["ended"]
    assert f'value="{ended.reference}"' not in ticks["ended"]
    assert "Assign those ticked" not in ticks["ended"]
