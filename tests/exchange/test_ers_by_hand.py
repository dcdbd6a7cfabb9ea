"""Where the service works with e-RS by hand, nothing of it is called, whatever the environment of the site says."""

import pytest
from django.test import Client
from django.urls import reverse

from painpath.exchange.ers.site import site
from painpath.pathway import find, load
from tests.ers_stand_in import StandIn
from tests.exchange.ers_server import ers, switch_on  # noqa: F401  # a fixture
from tests.referrals.conftest import Team

ADDRESSES = ("/e-rs/", "/e-rs/sign-in/", "/e-rs/back/?code=a&state=b", "/e-rs/role/")


def test_by_hand_no_address_of_e_rs_is_there_and_nothing_is_called(
    team: Team, ers: StandIn, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    assert site() is not None, "the environment is set"
    assert load(find("southampton-portsmouth")).exchange.ers == "by_hand"
    desk = Client()
    desk.force_login(team.consultant.user)
    assert [desk.get(one).status_code for one in ADDRESSES] == [404] * 4
    assert [desk.post(one).status_code for one in ("/e-rs/take/", "/e-rs/role/", "/e-rs/sign-out/")] == [404] * 3
    receiving = reverse("triage:receive")
    assert 'href="/e-rs/"' not in desk.get(receiving).content.decode()
    assert ers.calls == []
    switch_on(monkeypatch)
    assert desk.get("/e-rs/").status_code == 200, "by the switch alone it is there"
    assert 'href="/e-rs/"' in desk.get(receiving).content.decode()
