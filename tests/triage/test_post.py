"""The post page: a constant number of queries, and nothing of it for another service."""

import pytest
from django.test import Client
from django.urls import reverse

from painpath.accounts.models import AuditEntry, Membership, Service, User
from painpath.accounts.scope import scope
from painpath.letters import outbox, printing
from painpath.letters.models import Dispatch
from painpath.postgres.owner import as_owner
from tests.letters.posting import ADDRESS
from tests.referrals.conftest import make_team, waiting_referral
from tests.triage.test_pages import queries


def fill(team, count):
    """Reminders that wait, are held, and stand in a batch."""
    for number in range(count):
        referral = waiting_referral(team, patient=ADDRESS | {"safe_contact": "Never write home" if number % 2 else ""})
        outbox.queue(
            referral, by=team.administrator, kind="reminder", to="patient", channel="print", name="Mr Leonard Ashcombe",
            subject="We asked you something", text="We wrote to you last month.",
        )  # fmt: skip


@pytest.mark.django_db
def test_the_post_page_makes_the_same_number_of_queries_for_more_letters(service_id):
    with scope(service_id):
        team = make_team()
        fill(team, 2)
        printing.print_batch(by=team.administrator)
        fill(team, 2)
    client = Client()
    client.force_login(team.administrator.user)
    few = queries(client, reverse("triage:post"))
    with scope(service_id):
        fill(team, 4)
        printing.print_batch(by=team.administrator)
        fill(team, 4)
    assert queries(client, reverse("triage:post")) == few
    with scope(service_id):
        assert AuditEntry.objects.filter(action="post.look").last().detail["dispatches"]


def test_another_services_post_does_not_exist(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
        fill(team, 2)
        batch = printing.print_batch(by=team.administrator)
        held = Dispatch.objects.get(state="held")
    with as_owner():
        other = Service.objects.create(slug="elsewhere", name="Elsewhere")
        user = User.objects.create_user("elsewhere@example.nhs.uk", "Else Where")
        Membership.objects.create(service=other, user=user, role="clinician", grade="consultant")
    client = Client()
    client.force_login(user)
    assert "Ashcombe" not in client.get(reverse("triage:post")).content.decode()
    for name in ("batch", "batch-pdf"):
        assert client.get(reverse(f"triage:{name}", args=[batch.pk])).status_code == 404
    assert client.post(reverse("triage:put-back", args=[batch.pk])).status_code == 404
    assert client.get(reverse("triage:dispatch", args=[held.pk])).status_code == 404
    assert client.post(reverse("triage:print")).status_code == 409
