"""A second factor is required of everybody who works here, and taken away only by who knows whom they talk to."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import cli
from painpath.accounts import tasks
from painpath.accounts.changing import ChangeError
from painpath.accounts.lost_factor import remove_factor
from painpath.accounts.models import AuditEntry, KeptForm, Membership
from painpath.accounts.scope import scope
from painpath.accounts.telling import told
from tests.referrals.conftest import make_team

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def team(transactional_db, service_id, settings):
    settings.STAFF_NEED_FACTOR = True
    with scope(service_id):
        return make_team()


def sign_in(member, where="/"):
    client = Client()
    client.post(f"/accounts/login/?next={where}", {"login": member.user.email, "password": PASSWORD})
    return client


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def deliver():
    """Do what is queued, as the worker does; gives how many notices that were."""
    jobs = list(ProcrastinateJob.objects.filter(status="todo", task_name="accounts.tell"))
    for job in jobs:
        tasks.tell(**job.args)
    return len(jobs)


def set_up(client):
    secret = client.get(reverse("mfa_activate_totp")).context_data["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code(secret)})


def test_until_it_is_set_up_every_page_leads_there(team):
    client = sign_in(team.consultant)
    wanted = reverse("account_change_password")
    for address in ("/", "/search/", wanted):
        assert client.get(address)["Location"] == reverse("mfa_index"), address
    assert b"You need a second factor before you can go on" in client.get(reverse("mfa_index")).content
    assert set_up(client)["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert f'href="{wanted}" role="button"' in page
    assert client.get(wanted).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/")["Location"] == reverse("mfa_index")


def test_those_who_refer_need_one_too(team, service_id):
    with scope(service_id):
        Membership.objects.filter(pk=team.manager.pk).update(role="referrer")
    assert sign_in(team.manager).get(reverse("referrers:mine"))["Location"] == reverse("mfa_index")


def test_the_demonstration_can_do_without(team, settings):
    settings.STAFF_NEED_FACTOR = False
    assert sign_in(team.consultant).get("/").status_code == 200


def test_a_form_waits_until_it_is_set_up(team, service_id):
    from painpath.web import kept

    client = sign_in(team.consultant)
    mark = kept._SIGNER.sign(f"{team.consultant.user_id}:{service_id}")
    assert client.post("/search/", {"words": "Ashcombe", "kept_for": mark})["Location"] == reverse("mfa_index")
    with scope(service_id, team.consultant.user):
        waiting = reverse("kept", args=[KeptForm.objects.get().key])
    set_up(client)
    assert waiting in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert b"Ashcombe" in client.get(waiting).content


def test_who_works_nowhere_signs_in_to_nothing(team, service_id):
    with scope(service_id):
        Membership.objects.filter(pk=team.consultant.pk).update(ended_at="2026-01-01T00:00Z")
    client = Client()
    answer = client.post("/accounts/login/", {"login": team.consultant.user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("account_inactive")
    assert b"ask the administrator" in client.get(answer["Location"]).content
    assert client.get("/")["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_removing_the_app_says_what_follows_in_whole_sentences(team):
    client = sign_in(team.consultant)
    set_up(client)
    page = client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "your recovery codes stop working." in page
    assert ".." not in page.partition("<main")[2].partition("</main>")[0]


def test_setting_one_up_ends_the_sessions_that_have_none(team):
    one, other = sign_in(team.consultant), sign_in(team.consultant)
    set_up(one)
    assert one.get("/").status_code == 200
    assert other.get("/")["Location"].startswith(reverse("account_login"))


def test_a_lost_one_is_removed_with_a_reason_and_the_person_is_told(team, service_id, settings):
    TOTP.activate(team.consultant.user, SECRET)
    desk = sign_in(team.administrator)
    set_up(desk)
    address = reverse("triage:remove-factor", args=[team.consultant.pk])
    answer = desk.post(address, {"reason": "Phone lost", "known_by": ""})
    assert answer.status_code == 422
    assert b"Enter how you know them" in answer.content
    assert desk.post(address, {"reason": "Phone lost", "known_by": "Met in person"}).status_code == 302
    assert not Authenticator.objects.filter(user=team.consultant.user).exists()
    with scope(service_id):
        entry = AuditEntry.objects.get(action="membership.remove_factor")
        assert (entry.by_id, entry.detail) == (
            team.administrator.pk,
            {"reason": "Phone lost", "known_by": "Met in person"},
        )
    page = sign_in(team.consultant).get(reverse("mfa_index")).content.decode()
    assert f"{team.administrator.name} removed the second factor of your account" in page
    assert told(team.consultant.user) == []

    TOTP.activate(team.consultant.user, SECRET)
    settings.SENDS_EMAIL = True
    desk.post(address, {"reason": "Phone lost", "known_by": "Met in person"})
    assert deliver() == 1
    [message] = mail.outbox
    assert message.to == [team.consultant.user.email]
    assert "removed the second factor" in message.body


def test_nobody_else_removes_one_and_nobody_their_own_that_way(team, service_id):
    TOTP.activate(team.administrator.user, SECRET)
    with scope(service_id):
        for by, words in ((team.consultant, "Only an administrator"), (team.administrator, "your own")):
            with pytest.raises(ChangeError, match=words):
                remove_factor(member=team.administrator, reason="Lost", known_by="Seen", by=by)
    assert Authenticator.objects.exists()


def test_it_can_be_removed_from_the_command_line(team, service_id, capsys):
    email = team.administrator.user.email
    command = ["staff", "remove-factor", email, "--reason", "Lost", "--known-by", "Met in person"]
    for status, words in ((1, "has no second factor"), (0, "is removed")):
        with pytest.raises(SystemExit) as ended:
            cli.main(command)
        said = capsys.readouterr()
        assert (ended.value.code, words in said.out + said.err) == (status, True)
        TOTP.activate(team.administrator.user, SECRET) if status else None
    assert not Authenticator.objects.exists()
    with scope(service_id):
        assert AuditEntry.objects.get(action="membership.remove_factor").process == "command line"
