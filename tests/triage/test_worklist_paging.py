"""A worklist of more rows than a page holds."""

import pytest
from django.test import Client

from painpath.accounts.scope import scope
from painpath.triage.views import worklist
from tests.referrals.conftest import make_team, received_referral


@pytest.mark.django_db
def test_every_page_of_the_worklist_opens_and_leads_to_its_neighbours(service_id, monkeypatch):
    monkeypatch.setattr(worklist, "ROWS", 1)
    with scope(service_id):
        team = make_team()
        references = {received_referral(team, f"Letter {number}").reference for number in range(3)}
    client = Client()
    client.force_login(team.consultant.user)
    pages = [client.get("/", {"page": str(number)}).content.decode() for number in (1, 2, 3)]
    assert {reference for page in pages for reference in references if reference in page} == references
    assert [('rel="prev"' in page, 'rel="next"' in page) for page in pages] == [
        (False, True),
        (True, True),
        (True, False),
    ]
