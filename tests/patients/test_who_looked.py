"""Who has looked at one's own record: the day and what they are, in plain words, and nobody's name."""

from django.test import Client
from django.urls import reverse

from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.patients.presenters.who_looked import _LISTED, _OPENED
from painpath.referrals.referring import practice_members
from tests.patients.conftest import address_of, make_patient, opened, team
from tests.referrals.conftest import LETTER, make_referrer, sent_by, waiting_referral

__all__ = ["team"]


def test_each_kind_of_person_once_a_day_without_a_name(team, service_id):
    with scope(service_id):
        gp = make_referrer(checked_by=team.consultant, practice=Practice.objects.create(
            service=team.service, name="The Surgery"))  # fmt: skip
        referral = sent_by(make_patient(team), gp)
        waiting_referral(team, LETTER + "2", patient={"family_name": "Other"})
        office = practice_members.give_account(
            practice=Practice.objects.get(name="The Surgery"), by=team.administrator, email="s@example.nhs.uk",
            name="Sec Retary", job_title="", how_known="Rang",
        ).member  # fmt: skip
    for member, names in (
        (team.consultant, ["triage:referral", "triage:referral", "triage:timeline"]),
        (team.administrator, ["triage:worklist"]),
        (gp, ["referrers:status"]),
        (office, ["referrers:mine"]),
    ):
        client = Client()
        client.force_login(member.user)
        for name in names:
            arguments = [] if name in ("triage:worklist", "referrers:mine") else [referral.reference]
            assert client.get(reverse(name, args=arguments)).status_code == 200
    page = opened(referral).get(address_of("who-looked")).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count(_OPENED["clinician"]) == 1
    for said in (
        _LISTED["administrator"], _LISTED["practice"], _OPENED["referrer"], _OPENED["patient by one-time code"],
    ):  # fmt: skip
        assert said in main, said
    assert _OPENED["manager"] not in main
    assert "You can ask us for a copy of it." in main
    assert _LISTED["manager"] not in main
    for member in (team.consultant, team.administrator, gp, office):
        assert member.name not in main
    with scope(service_id):
        looks = AuditEntry.objects.filter(process="patient by one-time code", action="referral.look")
        assert looks.count() == 1  # this look is one too


def test_it_is_reached_from_ones_own_page_and_says_nothing_of_others(team, service_id):
    with scope(service_id):
        referral = make_patient(team)
        other = waiting_referral(team, LETTER + "2", patient={"family_name": "Other"})
    client = Client()
    client.force_login(team.manager.user)
    assert client.get(reverse("triage:referral", args=[other.reference])).status_code == 200
    own = opened(referral)
    assert address_of("who-looked") in own.get(address_of("status")).content.decode()
    assert _OPENED["manager"] not in own.get(address_of("who-looked")).content.decode()
