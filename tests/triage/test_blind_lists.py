"""Whoever screens a referral blind learns from no list what others have made of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters import outbox
from painpath.referrals import discussing, drawing, second, verbs
from painpath.referrals.todo import give_task
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.deciding import decided


@pytest.mark.django_db
def test_no_list_shows_what_the_first_clinician_made_of_it(service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        monkeypatch.setattr(drawing, "lot", lambda below: 0)
        referral = waiting_referral(team)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "redirect", target_service="Zebra Hospital")
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Is the Zebra right?")
        give_task(referral, "contact", "Ring the Zebra.", by=team.consultant, role="clinician", due_on=clock.today())
        held = outbox.queue(
            referral, by=team.consultant, kind="reminder", to="gp", channel="print", name="N", address="A",
            text="About the Zebra.", held="Look.",
        )  # fmt: skip
        second.start_second(second=referral.second_screening, by=team.colleague)
    pages = [reverse(f"triage:{name}") for name in ("to-do", "meeting", "worklist")]
    pages += [pages[-1] + "?tab=ended", reverse("triage:dispatch", args=[held.pk])]

    def seen(who) -> list[str]:
        client = Client()
        client.force_login(who.user)
        return [client.get(page).content.decode() for page in pages]

    told = re.compile(r"Zebra|>\s*Redirected\s*<")
    assert [bool(told.search(page)) for page in seen(team.consultant)] == [True, True, False, True, True]
    blind = seen(team.colleague)
    assert not any(told.search(page) for page in blind)
    assert all("blind" in page for page in (blind[0], blind[1], blind[3], blind[4]))
    assert referral.patient.name in blind[0]  # the thing to do itself stays in sight
