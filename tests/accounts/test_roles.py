"""Who leads, and who may say so."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from painpath import cli
from painpath.accounts.changing import ChangeError, MemberDetails, change_member, set_lead
from painpath.accounts.inviting import InvitationError, add_member
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.roles import a_role
from painpath.accounts.scope import scope
from tests.referrals.conftest import make_team, team

__all__ = ["team"]


def test_a_lead_stays_what_they_are_and_is_lead_besides(team):
    assert set_lead(member=team.consultant, leads=True, by=team.administrator)
    assert not set_lead(member=team.consultant, leads=True, by=team.administrator)
    lead = Membership.objects.get(pk=team.consultant.pk)
    assert (lead.role, lead.roles) == ("clinician", {"clinician", "lead"})
    assert set_lead(member=lead, leads=False, by=team.administrator)
    assert Membership.objects.get(pk=lead.pk).roles == {"clinician"}
    acts = AuditEntry.objects.filter(subject_type="membership", subject_id=str(lead.pk)).order_by("pk")
    assert list(acts.values_list("action", "by")) == [
        ("membership.lead", team.administrator.pk), ("membership.lead_end", team.administrator.pk),
    ]  # fmt: skip


def test_only_an_administrator_says_who_leads_and_only_clinicians_and_managers_can(team):
    for by in (team.consultant, team.manager):
        with pytest.raises(ChangeError, match="Only an administrator"):
            set_lead(member=team.consultant, leads=True, by=by)
    with pytest.raises(ChangeError, match="Only a clinician or a manager"):
        set_lead(member=team.administrator, leads=True, by=team.administrator)
    with pytest.raises(IntegrityError, match="a_lead_is_clinician_or_manager"), transaction.atomic():
        Membership.objects.filter(pk=team.administrator.pk).update(leads=True)
    assert set_lead(member=team.manager, leads=True, by=team.administrator)


def test_an_auditor_can_be_invited_and_changed_and_has_no_grade(team):
    auditor = add_member(by=team.administrator, email="aud@example.nhs.uk", name="Aud Itor", role="auditor")
    assert change_member(member=auditor, details=MemberDetails(contact="01632 960009"), by=team.administrator)
    assert auditor not in Membership.objects.team()
    with pytest.raises(InvitationError, match="is no role"):
        add_member(by=team.administrator, email="x@example.nhs.uk", name="X", role="lead")
    assert (a_role("auditor"), a_role("manager")) == ("an auditor", "a manager")


@pytest.mark.django_db
def test_an_administrator_makes_a_lead_on_the_team_page(service_id):
    with scope(service_id):
        team = make_team()
    client = Client()
    client.force_login(team.administrator.user)
    page = reverse("triage:member", args=[team.consultant.pk])
    asked = client.get(page).content.decode()
    assert "Make a lead" in asked
    for means in ("publishes criteria", "opens every restricted record", "which records are destroyed"):
        assert means in asked
    assert "which are destroyed" in client.get(reverse("triage:invite")).content.decode()
    told = client.post(reverse("triage:member-lead", args=[team.consultant.pk]), {"leads": "yes"}, follow=True)
    assert "leads the service now" in told.content.decode()
    assert "Clinician, lead" in client.get(reverse("triage:team")).content.decode()
    assert "Make a lead" not in client.get(reverse("triage:member", args=[team.administrator.pk])).content.decode()
    refused = client.post(reverse("triage:member-lead", args=[team.administrator.pk]), {"leads": "yes"})
    assert refused.status_code == 409


@pytest.mark.django_db
def test_the_command_line_makes_a_lead_and_ends_it(service_id, capsys):
    with scope(service_id):
        team = make_team()
    email = team.consultant.user.email
    ran = []
    for more in ([email], [email, "--end"], ["nobody@example.nhs.uk"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(["staff", "lead", *more])
        ran.append(ended.value.code)
    assert ran == [0, 0, 1]
    out, err = capsys.readouterr()
    assert "leads the service now" in out
    assert "does not lead the service now" in out
    assert "does not work in this service" in err
