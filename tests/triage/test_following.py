"""Things to do and follow-ups: whose they are, and that bad input is a sentence, never a 500."""

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.referrals.models import Referral, Task
from painpath.referrals.todo import give_task, open_tasks
from tests.referrals.conftest import make_team, waiting_referral


@pytest.mark.django_db
def test_mine_is_what_i_own_or_nobody_of_my_role_yet(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        given = {"by": team.consultant, "due_on": clock.today()}
        hers = give_task(referral, "contact", "Ring.", role="administrator", **given)
        mine = give_task(referral, "correction_letter", "Write.", role="clinician", owner=team.consultant, **given)
        open_to_all = give_task(referral, "door_open_letter", "Write.", role="clinician", **given)
        assert list(open_tasks(team.consultant, mine=True)) == [mine, open_to_all]
        assert list(open_tasks(team.colleague, mine=True)) == [open_to_all]
        assert set(open_tasks(team.manager)) == {hers, mine, open_to_all}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "given"),
    [
        ("reply", {"of": "nobody", "reason": "x"}),
        ("ready", {"said_by": "nobody", "words": "x"}),
        ("look-again", {"asked_by": "nobody", "words": "x"}),
        ("gp-referral", {"ubrn": "abc", "on-day": "99", "on-month": "99", "on-year": "2026"}),
        ("close", {"how": "decline", "reason": "x"}),
        ("reverse", {"reason": "x"}),
    ],
)
def test_bad_input_is_answered_with_the_form(service_id, page, given):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
    client = Client()
    client.force_login(team.consultant.user)
    answer = client.post(reverse(f"triage:{page}", args=[referral.reference]), given)
    assert answer.status_code == 422
    with scope(service_id):
        assert Referral.objects.get(pk=referral.pk).version == referral.version


@pytest.mark.django_db
def test_a_task_of_another_referral_is_not_found_here(service_id):
    with scope(service_id):
        team = make_team()
        one, other = waiting_referral(team), waiting_referral(team, patient={"family_name": "Other"})
        task = give_task(one, "contact", "Ring.", by=team.consultant, role="administrator", due_on=clock.today())
    client = Client()
    client.force_login(team.administrator.user)
    address = reverse("triage:task", args=[other.reference, task.pk])
    assert client.get(address).status_code == client.post(address, {"words": "Done"}).status_code == 404
    address = reverse("triage:task", args=[one.reference, task.pk])
    assert client.post(address, {"words": "Rang."}).status_code == 302
    with scope(service_id):
        assert Task.objects.get().done_words == "Rang."
    assert client.get("/to-do/?page=zero").status_code == 200
