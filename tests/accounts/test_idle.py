"""Sessions end when nobody works, and once a day; a form that comes after that is kept."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from painpath.accounts.scope import scope
from painpath.web import idle, kept
from tests.referrals.conftest import make_team


class Watch:
    """Real time, and what a test adds to it."""

    ahead = 0.0

    def time(self) -> float:
        return time.time() + 60 * self.ahead


@pytest.fixture
def watch(monkeypatch):
    made = Watch()
    monkeypatch.setattr(idle, "time", made)
    return made


@pytest.fixture
def team(transactional_db, service_id):
    with scope(service_id):
        return make_team()


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.consultant.user)
    return client


def here(client, **headers):
    return client.get("/", headers=headers).status_code == 200


def test_it_ends_when_nobody_works(client, watch, settings):
    assert here(client)
    watch.ahead = settings.IDLE_MINUTES - 1
    assert here(client)
    watch.ahead += settings.IDLE_MINUTES - 1
    assert here(client)
    watch.ahead += settings.IDLE_MINUTES
    assert not here(client)
    assert b"You were signed out" in client.get("/accounts/login/").content
    assert b"You were signed out" not in client.get("/accounts/login/").content


def test_what_a_page_asks_in_the_background_is_no_work(client, watch, settings):
    assert here(client)
    for _each in range(3):
        watch.ahead += settings.IDLE_MINUTES / 3
        here(client, sec_fetch_mode="cors")
    assert not here(client)


def test_no_session_outlives_the_day(client, watch, settings):
    settings.LONGEST_HOURS = 1
    while watch.ahead < 60 * settings.LONGEST_HOURS:
        assert here(client, sec_fetch_mode="navigate"), watch.ahead
        watch.ahead += settings.IDLE_MINUTES - 1
    assert not here(client)


def test_a_form_that_comes_too_late_is_kept_and_comes_back(team, client, watch, service_id, settings):
    page = client.get("/receive/").content.decode()
    assert f"You are signed out when you open and press nothing for {settings.IDLE_MINUTES} minutes." in page
    watch.ahead = settings.IDLE_MINUTES
    mark = kept._SIGNER.sign(f"{team.consultant.user_id}:{service_id}")
    answer = client.post("/search/", {"words": "Ashcombe", "kept_for": mark})
    assert answer["Location"].startswith("/accounts/login/?next=/kept/")
    signed_in = client.post(
        answer["Location"], {"login": team.consultant.user.email, "password": "correct horse battery"}
    )
    assert signed_in["Location"].startswith("/kept/")
    assert b"Ashcombe" in client.get(signed_in["Location"]).content


def test_signing_in_again_begins_anew(team, client, watch, settings):
    here(client)
    watch.ahead = settings.IDLE_MINUTES
    assert not here(client)
    client.post(reverse("account_login"), {"login": team.consultant.user.email, "password": "correct horse battery"})
    assert here(client)
