"""Asking for an account, as a stranger's browser does: nobody learns who has one, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from painpath.accounts.audit import Process
from painpath.accounts.models import Membership, Service, User
from painpath.accounts.scope import scope
from painpath.referrals.referring import referrer_accounts, verifying
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.test_referrer_accounts import gp

ASK = "/services/southampton-portsmouth/account/"
GIVEN = {"name": "Dr A Example", "email": "a.example@nhs.net", "kind": "gp", "register": "gmc", "number": "1234567",
         "workplace": "Larkfield"}  # fmt: skip


@pytest.mark.django_db
def test_the_answer_does_not_say_who_has_an_account(service_id):
    with scope(service_id):
        team = make_team()
        User.objects.filter(pk=team.consultant.user_id).update(email="con.sultant@nhs.net")
    answers = [Client().post(ASK, GIVEN | {"email": email}) for email in ("a.example@nhs.net", "con.sultant@nhs.net")]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, f"{ASK}asked/")}
    new, known = mail.outbox
    assert "/accounts/password/reset/key/" in new.body
    assert "You have one already" in known.body
    assert "/key/" not in known.body
    with scope(service_id):
        assert Membership.objects.get(user=team.consultant.user).role == "clinician"
    again = Client().post(ASK, GIVEN | {"name": "Buy pills at http://example.com"})
    assert again["Location"] == f"{ASK}asked/"
    assert "pills" not in mail.outbox[-1].body


@pytest.mark.django_db
def test_without_email_the_team_sees_the_request_all_the_same(service_id, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    client = Client()
    answer = client.post(ASK, GIVEN, follow=True)
    assert "Email cannot be sent at the moment" in answer.content.decode()
    with scope(service_id):
        team = make_team()
        assert verifying.waiting(service_id).get().name == "Dr A Example"
    client.force_login(team.administrator.user)
    page = client.get("/to-do/").content.decode()
    assert "compare them with the register</a> (1)" in page


@pytest.mark.django_db
def test_too_many_requests_are_told_so_and_nothing_typed_is_lost(service_id, settings):
    settings.ACCOUNT_RATE_LIMITS = {"ask_for_account": "2/h/ip"}
    client = Client()
    for number in range(2):
        assert client.post(ASK, GIVEN | {"email": f"a{number}@nhs.net"}).status_code == 302
    answer = client.post(ASK, GIVEN | {"email": "a3@nhs.net"})
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "There have been too many requests from here" in page
    assert 'value="a3@nhs.net"' in page
    assert not User.objects.filter(email="a3@nhs.net").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/services/nowhere/account/", "/services/nowhere/account/asked/"])
def test_a_service_that_there_is_not(service_id, path):
    assert Client().get(path).status_code == 404


def test_pressed_twice_at_once_it_is_one_request(transactional_db, service_id):
    def press(_: int) -> tuple[int, bool]:
        try:
            with scope(service_id):
                by = Process(Service.objects.get(), referrer_accounts.ASKING)
                asked = referrer_accounts.ask_for_account(who=gp(), by=by)
                return asked.member.pk, asked.new
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(press, range(4)))
    assert len({pk for pk, _ in made}) == 1
    assert [new for _, new in made].count(True) == 1
    with scope(service_id):
        assert Membership.objects.filter(role="referrer").count() == 1


@pytest.mark.django_db
def test_who_refers_stands_in_no_list_of_the_team(service_id):
    with scope(service_id):
        team = make_team()
        waiting_referral(team)
        made = referrer_accounts.invite_referrer(who=gp(name="Dr Hid Den"), by=team.administrator, compared="GMC")
        assert made.member is not None
    client = Client()
    for member in (team.administrator, team.consultant):
        client.force_login(member.user)
        for path in ("/", "/team/", "/rota/", "/meeting/", f"/team/{team.consultant.pk}/", f"/team/{made.member.pk}/"):
            assert "Hid Den" not in client.get(path).content.decode(), path
    assert "Hid Den" in client.get("/referrers/").content.decode()
