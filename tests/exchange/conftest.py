"""The team of the service, made and left: what another program calls opens its scope itself."""

import pytest

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from tests.referrals.conftest import Team, make_team


@pytest.fixture
def team(db: None, service_id: int) -> Team:
    """A team. No scope is open."""
    with scope(service_id):
        return make_team()


@pytest.fixture
def service(team: Team) -> Service:
    """The service of the team."""
    return team.service
