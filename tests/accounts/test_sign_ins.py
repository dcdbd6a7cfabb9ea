"""Sign-ins are written down and told; their owner sees where they are signed in, and ends it."""

import time

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client
from django.urls import reverse

from painpath.accounts import browsers
from painpath.accounts.models import AuditEntry, User
from painpath.accounts.scope import scope
from painpath.accounts.signing_in import SignedIn
from painpath.web import idle
from tests.accounts.test_idle import Watch
from tests.accounts.test_second_factor import PASSWORD, SECRET, deliver, set_up
from tests.referrals.conftest import make_team

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def one(transactional_db, service_id):
    with scope(service_id):
        return make_team().consultant


def tab(agent=FIREFOX, address="203.0.113.77"):
    return Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)


def sign_in(client, member, password=PASSWORD):
    return client.post("/accounts/login/", {"login": member.user.email, "password": password})


def audit(service_id, action):
    with scope(service_id):
        return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("detail", flat=True))


def test_the_list_and_the_end_of_it_everywhere_else(one, service_id):
    desk, phone = tab(), tab(IPHONE, "2001:db8:1:2::3")
    sign_in(desk, one)
    sign_in(phone, one)
    page = desk.get(reverse("sessions")).content.decode()
    for words in ("Firefox on Windows (this one)", "203.0.113.0/24", "Safari on iPhone", "2001:db8:1::/48"):
        assert words in page
    assert "203.0.113.77" not in page + str(SignedIn.objects.values_list())
    assert phone.get("/").status_code == 200
    assert desk.post(reverse("sessions"))["Location"] == reverse("sessions")
    assert phone.get("/")["Location"].startswith("/accounts/login/")
    assert "Safari" not in desk.get(reverse("sessions")).content.decode()
    assert audit(service_id, "sessions.end") == [{"ended": 1}]


@pytest.mark.parametrize(("agent", "words"), [(EDGE, "Edge on Windows"), ("", "A browser"), ("x" * 5000, "A browser")])
def test_what_a_browser_is_called(agent, words, rf):
    assert browsers.called(rf.get("/", headers={"user-agent": agent})) == words


def test_a_new_browser_is_told_by_email_and_a_known_one_is_not(one, settings):
    settings.SENDS_EMAIL = True
    desk, other = tab(), tab(EDGE)
    sign_in(desk, one)
    sign_in(desk, one)
    assert deliver() == 0
    sign_in(other, one)
    deliver()
    [message] = mail.outbox
    assert message.to == [one.user.email]
    assert "signed in to with Edge on Windows, which has not been used for it before" in message.body
    desk.post("/accounts/logout/")
    sign_in(desk, one)
    assert deliver() == 1
    assert len(mail.outbox) == 1


def test_the_cookie_by_which_it_is_known_is_of_this_host_alone(one, settings):
    settings.HTTPS = True
    cookie = sign_in(desk := tab(), one).cookies[f"__Host-{browsers.COOKIE}"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    sign_in(desk, one)
    assert SignedIn.objects.values("browser").distinct().count() == 1


def test_a_dead_mail_server_keeps_nobody_waiting_and_loses_nothing(one, settings, monkeypatch):
    settings.SENDS_EMAIL = True
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _refused)
    desk, other = tab(), tab(EDGE)
    sign_in(desk, one)
    desk.post("/accounts/logout/")
    assert sign_in(other, one).status_code == 302
    with pytest.raises(ConnectionRefusedError):
        deliver()
    sign_in(desk, one)
    assert b"has not been used for it before" in desk.get("/").content


def _refused(*_):
    raise ConnectionRefusedError


def test_without_email_it_is_told_at_the_next_sign_in_with_a_browser_that_is_known(one):
    desk = tab()
    sign_in(desk, one)
    desk.post("/accounts/logout/")
    other = tab(EDGE)
    sign_in(other, one)
    assert b"has not been used for it before" not in other.get("/").content
    sign_in(desk, one)
    assert b"has not been used for it before" in desk.get("/").content
    assert b"has not been used for it before" not in desk.get("/").content


def test_wrong_passwords_are_counted_and_told(one, service_id):
    for _each in range(2):
        sign_in(tab(EDGE, "198.51.100.1"), one, "wrong")
    sign_in(tab(), one)
    desk = tab()
    sign_in(desk, one)
    counted = [(entry["failed_before"], entry["methods"]) for entry in audit(service_id, "signin")]
    assert counted == [(2, ["password"]), (0, ["password"])]


def test_who_guesses_codes_has_the_password_and_its_owner_is_told(one, service_id, settings):
    settings.SENDS_EMAIL = True
    TOTP.activate(one.user, SECRET)
    for tries in range(5):
        assert len(mail.outbox) == 0, tries
        guesser = tab(EDGE)
        sign_in(guesser, one)
        guesser.post(reverse("mfa_authenticate"), {"code": "wrong"})
        deliver()
    assert audit(service_id, "signin.wrong_code") == [{}] * 5
    [told] = mail.outbox
    assert told.to == [one.user.email]
    assert "5 wrong codes" in told.body


def test_a_stranger_cannot_close_an_account_to_a_browser_that_it_knows(one):
    desk = tab()
    sign_in(desk, one)
    desk.post("/accounts/logout/")
    for number in range(25):
        sign_in(tab(EDGE, f"203.0.{number}.77"), one, "wrong")
    for _each in range(6):  # the same network, even
        sign_in(tab(EDGE), one, "wrong")
    assert b"too many wrong tries" in sign_in(tab(EDGE, "192.0.2.1"), one).content
    assert sign_in(desk, one).status_code == 302


def test_a_new_password_ends_the_other_sessions_and_is_told(one, service_id):
    desk, other = tab(), tab(EDGE)
    sign_in(desk, one)
    sign_in(other, one)
    new = "three other random words"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert desk.post("/accounts/password/change/", form).status_code == 302
    assert desk.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert b"Firefox on Windows (this one)" in desk.get(reverse("sessions")).content
    desk.post("/accounts/logout/")
    sign_in(desk, one, new)
    assert b"The password of your account was changed" in desk.get("/").content
    assert audit(service_id, "password.change") == [{}]


def test_factors_and_sign_outs_are_written_down(one, service_id, monkeypatch, settings):
    watch = Watch()
    monkeypatch.setattr(idle, "time", watch)
    desk = tab()
    sign_in(desk, one)
    set_up(desk)
    code = RecoveryCodes(one.user.authenticator_set.get(type="recovery_codes")).get_unused_codes()[0]
    desk.post("/accounts/logout/")
    sign_in(desk, one)
    desk.post(reverse("mfa_authenticate"), {"code": code})
    assert b"An app for codes was added to your account" in desk.get("/").content
    desk.post(reverse("mfa_deactivate_totp"))
    watch.ahead = settings.IDLE_MINUTES
    assert desk.get("/").status_code == 302
    assert audit(service_id, "factor.add") == [{"type": "totp"}, {"type": "recovery_codes"}]
    assert audit(service_id, "factor.remove") == [{"type": "totp"}, {"type": "recovery_codes"}]
    assert audit(service_id, "signout") == [{"idle": False}, {"idle": True}]
    assert audit(service_id, "signin")[1]["methods"] == ["password", "recovery_codes"]


def test_the_last_press_is_seen(one, monkeypatch):
    watch = Watch()
    monkeypatch.setattr(idle, "time", watch)
    desk = tab()
    sign_in(desk, one)
    desk.get("/")
    before = SignedIn.objects.get().seen_at
    watch.ahead = 2
    time.sleep(0.01)
    desk.get("/")
    assert SignedIn.objects.get().seen_at > before


def test_a_new_password_alone_opens_nothing(one):
    """Whoever can read the owner's e-mail has the password and not the second factor."""
    desk = tab()
    sign_in(desk, one)
    set_up(desk)
    owner = User.objects.get(pk=one.user_id)
    key = default_token_generator.make_token(owner)
    link = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(owner), "key": key})
    stranger, new = tab(EDGE), "three other random words"
    form = stranger.get(link)["Location"]
    assert stranger.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(stranger, one, new)["Location"] == reverse("mfa_authenticate")
    assert stranger.get("/").status_code == 302
