"""The team of the service, made and left: what another program calls opens its scope itself."""

import pytest
from msgspec.structs import replace

import painpath.pathway
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.pathway import Pathway
from tests.exchange.second_opinion import opinions, second_opinion
from tests.pathway.conftest import folder, pathway
from tests.referrals.conftest import Team, make_team

__all__ = ["folder", "opinions", "pathway", "second_opinion", "service", "switched_on", "team"]


@pytest.fixture
def team(db: None, service_id: int) -> Team:
    """A team. No scope is open."""
    with scope(service_id):
        return make_team()


@pytest.fixture
def service(team: Team) -> Service:
    """The service of the team."""
    return team.service


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch, pathway: Pathway) -> None:
    """The service's pathway, with everything switched on that other programs use."""
    on = replace(pathway, exchange=replace(pathway.exchange, fhir="on", cds_hooks="on", bars="on"))
    monkeypatch.setattr(painpath.pathway, "load", lambda folder: on)
