"""Signing in by an identity provider: a real one, from a package, on this machine."""

import secrets
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from painpath.accounts import oidc
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.provider import Connection
from painpath.accounts.scope import scope
from tests.accounts.identity import agree, known_there
from tests.accounts.identity import provider as provider
from tests.accounts.test_second_factor import PASSWORD, SECRET
from tests.referrals.conftest import make_team

BACK = "http://testserver/accounts/oidc/callback/"


@pytest.fixture
def one(transactional_db, service_id, settings, provider):
    settings.OIDC = oidc.Oidc(issuer=provider, client_id="painpath", secret="s", name="Trust", trusts_email=True,
                              factors=frozenset({"mfa"}))  # fmt: skip
    settings.STAFF_NEED_FACTOR = True
    with scope(service_id):
        return make_team().consultant


def come(client, sub, begin="/accounts/oidc/"):
    back = agree(client.get(begin)["Location"], sub)
    return client.get(back.removeprefix("http://testserver"))


def is_in(client):
    return "_auth_user_id" in client.session


def test_who_was_invited_comes_in_by_an_address_that_is_proved_and_then_by_subject(one, provider, service_id):
    known_there(provider, "s1", email=one.user.email.upper(), email_verified=True, amr=["pwd", "mfa"])
    client = Client()
    away = parse_qs(urlsplit(client.get("/accounts/oidc/?next=/to-do/")["Location"]).query)
    assert away["code_challenge_method"] == ["S256"]
    assert all(len(away[name][0]) >= 16 for name in ("state", "nonce", "code_challenge"))
    assert come(client, "s1", "/accounts/oidc/?next=/to-do/")["Location"] == "/to-do/"
    assert client.get("/to-do/").status_code == 200  # the provider asked for a second factor: here it is not asked
    with scope(service_id):
        assert AuditEntry.objects.get(action="signin").detail["methods"] == ["socialaccount"]
    account = SocialAccount.objects.get()
    assert (account.user_id, account.uid, account.extra_data) == (one.user_id, "s1", {})
    known_there(provider, "s1", email="other@example.nhs.uk", amr="mfa")  # a string is no list of methods
    client = Client()
    come(client, "s1")
    assert is_in(client)
    assert client.get("/")["Location"] == reverse("mfa_index")


def test_an_address_that_belongs_to_somebody_new_there_does_not_open_the_account_of_the_old(one, provider):
    for sub, comes_in in (("s1", True), ("new", False)):
        known_there(provider, sub, email=one.user.email, email_verified=True, amr=["mfa"])
        client = Client()
        answer = come(client, sub)
        assert is_in(client) == comes_in
    assert answer["Location"] == reverse("oidc-unknown")
    assert SocialAccount.objects.get().uid == "s1"


def test_without_a_factor_there_the_own_one_is_asked(one, provider):
    TOTP.activate(one.user, SECRET)
    known_there(provider, "s2", email=one.user.email, email_verified=True, amr=["pwd"])
    client = Client()
    assert come(client, "s2")["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    known_there(provider, "s2", email=one.user.email, email_verified=True, acr="mfa")
    assert come(client, "s2").status_code == 302
    assert client.get("/").status_code == 200
    assert Authenticator.objects.exists()


@pytest.mark.parametrize("trusted", [True, False])
def test_an_address_that_is_not_proved_or_not_trusted_is_linked_by_password(one, provider, settings, trusted):
    settings.OIDC = oidc.Oidc(provider, "painpath", "s", "Trust", trusts_email=trusted)
    settings.STAFF_NEED_FACTOR = False
    sub = f"s3{trusted}"
    known_there(provider, sub, email=one.user.email, email_verified=not trusted)
    client = Client()
    assert come(client, sub)["Location"] == reverse("oidc-unknown")
    page = client.get(reverse("oidc-unknown"))
    assert (page.status_code, is_in(client)) == (403, False)
    assert b"sign in with your password once" in page.content
    where = reverse("oidc-link")
    signed_in = client.post(f"/accounts/login/?next={where}", {"login": one.user.email, "password": PASSWORD})
    assert signed_in["Location"] == where
    assert one.user.email in client.get(where).content.decode()
    assert not SocialAccount.objects.exists()
    client.post(where, {"link": "1"})
    client.post("/accounts/logout/")
    come(client, sub)
    assert is_in(client)


def test_nobody_is_linked_who_says_no(one, provider, settings):
    settings.STAFF_NEED_FACTOR = False
    client = Client()
    come(client, "attacker")
    client.post("/accounts/login/", {"login": one.user.email, "password": PASSWORD})
    client.post(reverse("oidc-link"))
    client.post(reverse("oidc-link"), {"link": "1"})
    assert not SocialAccount.objects.exists()


def test_a_stranger_needs_an_invitation(one, provider):
    known_there(provider, "s4", email="nobody@example.nhs.uk", email_verified=True)
    client = Client()
    assert b"you need an invitation" in client.get(come(client, "s4")["Location"]).content
    assert not is_in(client)


def test_who_has_left_does_not_come_in(one, provider, service_id):
    with scope(service_id):
        Membership.objects.filter(pk=one.pk).update(ended_at="2026-01-01T00:00Z")
    known_there(provider, "s5", email=one.user.email, email_verified=True, amr=["mfa"])
    client = Client()
    assert come(client, "s5")["Location"] == reverse("account_inactive")
    assert not is_in(client)


def token_for(provider, *, nonce, client_id="painpath", sub="s6"):
    """A real ID token of the provider, got by another program."""
    asked = f"{provider}/oauth2/authorize?response_type=code&scope=openid+email&redirect_uri={BACK}"
    code = parse_qs(urlsplit(agree(f"{asked}&client_id={client_id}&nonce={nonce}", sub)).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    answer = requests.post(f"{provider}/oauth2/token", data=form, auth=(client_id, "s"), timeout=10)
    return answer.json()["id_token"]


FORGED = {
    "right": lambda provider, nonce: token_for(provider, nonce=nonce),
    "for another sign-in": lambda provider, _: token_for(provider, nonce=secrets.token_urlsafe(16)),
    "for another program": lambda provider, nonce: token_for(provider, nonce=nonce, client_id="other"),
    "of another issuer": lambda provider, nonce: token_for(provider.replace("127.0.0.1", "localhost"), nonce=nonce),
    "of another person": lambda provider, nonce: token_for(provider, nonce=nonce, sub="s7"),
    "signed by nobody": lambda provider, nonce: _changed(token_for(provider, nonce=nonce)),
    "not a token": lambda *_: "x",
}


def _changed(token):
    head, body, signature = token.split(".")
    return f"{head}.{body}.{signature[:-8]}{'A' * 4}{signature[-4:]}"


@pytest.mark.parametrize("kind", FORGED)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(one, provider, monkeypatch, kind):
    for sub in ("s6", "s7"):
        known_there(provider, sub, email=one.user.email, email_verified=True)
    client = Client()
    away = client.get("/accounts/oidc/")["Location"]
    nonce = parse_qs(urlsplit(away).query)["nonce"][0]
    real = Connection.get_access_token_data

    def given(self, *args, **kwargs):
        return real(self, *args, **kwargs) | {"id_token": FORGED[kind](provider, nonce)}

    monkeypatch.setattr(Connection, "get_access_token_data", given)
    answer = client.get(agree(away, "s6").removeprefix("http://testserver"))
    assert is_in(client) == (kind == "right")
    if kind != "right":
        assert answer.status_code == 403
        assert b"You could not be signed in" in answer.content


def test_another_browsers_answer_opens_nothing(one, provider):
    known_there(provider, "s8", email=one.user.email, email_verified=True)
    back = agree(Client().get("/accounts/oidc/")["Location"], "s8").removeprefix("http://testserver")
    other = Client()
    assert b"You could not be signed in" in other.get(back).content
    assert not is_in(other)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "{}/"])
def test_a_provider_that_is_away_or_calls_itself_otherwise_is_a_sentence(one, provider, settings, issuer):
    settings.OIDC = oidc.Oidc(issuer.format(provider), "painpath", "s")
    answer = Client().get("/accounts/oidc/")
    assert answer.status_code == 503
    assert b"You could not be signed in" in answer.content


@pytest.mark.django_db(transaction=True)
def test_it_is_off_by_default(settings):
    assert settings.OIDC is None
    assert Client().get("/accounts/oidc/").status_code == 404
    assert b"/accounts/oidc/" not in Client().get("/accounts/login/").content


def test_the_settings():
    given = {
        "PAINPATH_OIDC_ISSUER": "https://id.example/",
        "PAINPATH_OIDC_CLIENT_ID": "p",
        "PAINPATH_OIDC_CLIENT_SECRET": "hush",
        "PAINPATH_OIDC_FACTORS": "AAL2 mfa",
    }
    found = oidc.read(given)
    assert (found.issuer, found.secret, found.factors) == ("https://id.example", "hush", {"AAL2", "mfa"})
    assert not found.trusts_email
    assert "hush" not in repr(found)
    with pytest.raises(ValueError, match="CLIENT_SECRET"):
        oidc.read({"PAINPATH_OIDC_ISSUER": "https://id.example"})
    assert oidc.read({}) is None
