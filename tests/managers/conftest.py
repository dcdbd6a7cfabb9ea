"""A team whose service has been counted, and somebody of it signed in; a draft of its pathway."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from tests.managers.counted import counted
from tests.managers.drafted import draft, few, lead, manager_client, signed_in, small, team
from tests.referrals.conftest import Team, make_team

__all__ = ["door", "draft", "few", "lead", "manager_client", "signed_in", "small", "team"]


@pytest.fixture
def door(db: None, service_id: int) -> Iterator[tuple[Team, Callable[[Membership], Client]]]:
    """A team whose counts are there, and `sign_in(member)`."""
    with scope(service_id):
        team = make_team()
        counted(team.service)

    def sign_in(member: Any) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    with clock.at(clock.now()):
        yield team, sign_in
