"""Lists that grow for ever have pages, and nothing on them is lost."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters import outbox, printing
from painpath.referrals import pathways, verbs
from painpath.referrals.guidance import advice
from painpath.referrals.together import comparing, discussing, drawing, second
from painpath.triage.presenters import post
from painpath.triage.views import advice as advice_views
from painpath.triage.views import discussion as discussion_views
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.deciding import decided


def walked(client: Client, page: str, pattern: str) -> list[str]:
    """What stands on every page, by the links to the next one."""
    found, address = [], reverse(f"triage:{page}")
    while address:
        html = client.get(address).content.decode()
        found += re.findall(pattern, html)
        after = re.search(r'nhsuk-pagination-item--next.*?href="([^"]*)"|href="([^"]*)" rel="next"', html, re.DOTALL)
        address = reverse(f"triage:{page}") + (after[1] or after[2]) if after else ""
    return found


@pytest.mark.django_db
def test_every_row_of_the_mdt_list_and_the_advice_is_on_one_page(service_id, monkeypatch):
    monkeypatch.setattr(discussion_views, "ROWS", 2)
    monkeypatch.setattr(advice_views, "ROWS", 2)
    with scope(service_id):
        team = make_team()
        for number in range(3):
            discussing.put_on_meeting_list(
                referral=waiting_referral(team), by=team.consultant, question=f"Question {number}."
            )
        day = clock.today() + timedelta(days=30)
        for title, who in (("C", team.consultant), ("A", team.colleague), ("B", team.consultant)):
            advice.add(by=who, title=f"Paragraph {title}", text="Words.", criteria=(), expires_on=day)
        own = advice.standing(team.consultant).filter(title="Paragraph C")
        own.update(expires_on=clock.today() - timedelta(days=1))
    client = Client()
    client.force_login(team.consultant.user)
    assert walked(client, "meeting", r"Question \d") == ["Question 0", "Question 1", "Question 2"]
    headings = r'<h3 class="nhsuk-heading-s">(Paragraph .)'
    assert walked(client, "advice", headings) == ["Paragraph C", "Paragraph A", "Paragraph B"], "their own first"
    page = client.get(reverse("triage:advice")).content.decode()
    assert "To be reviewed by you (1)" in page
    assert "Offered now (2)" in page


@pytest.mark.django_db
def test_batches_and_pairs_are_bounded(service_id, monkeypatch):
    monkeypatch.setattr(post, "MOST", 1)
    monkeypatch.setattr(comparing, "LATEST", 1)
    monkeypatch.setattr(drawing, "lot", lambda below: 0)
    with scope(service_id):
        team = make_team()
        for _ in range(2):
            referral = waiting_referral(team)
            outbox.queue(referral, by=team.administrator, kind="reminder", to="service", channel="print", name="N",
                         address="A", text="Words.")  # fmt: skip
            assert printing.print_batch(by=team.administrator) is not None
            row = second.start_second(second=referral.second_screening, by=team.colleague)
            states = {one.id: "not_stated" for one in pathways.of(referral.pathway_version).criteria}
            second.finish(
                second=row, by=team.colleague, states=states, outcome="accept", run=referral.screenings.last().pk
            )
            verbs.start_screening(referral=referral, by=team.consultant)
            decided(referral, team.consultant, "accept")
        assert [one.second.pk for one in comparing.all_compared(team.manager)] == [row.pk]
        assert len(comparing.own_compared(team.colleague)) == len(comparing.own_compared(team.consultant)) == 2
        assert comparing.own_compared(team.physiotherapist) == []
    client = Client()
    client.force_login(team.administrator.user)
    assert "The first 1 of 2 are shown." in client.get(reverse("triage:post")).content.decode()
