"""A signed letter on the team's pages: in every form, the patient's own first; and samples of all letters."""

import re

import pytest
from django.urls import reverse

from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters.models import Letter, LetterCopy
from painpath.letters.rendering import FOR, FORMS
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.models import Referral
from tests.letters.posting import ADDRESS, decide
from tests.referrals.conftest import make_team, waiting_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(service_id):
    with scope(service_id):
        return make_team()


def test_every_form_the_patient_s_own_first_each_opening_on_record(client, team, service_id):
    with scope(service_id):
        referral = waiting_referral(team, patient=ADDRESS)
        record_needs(patient=referral.patient, referral=referral, by=team.administrator, needs=["audio"])
        decide(team, Referral.objects.get(pk=referral.pk))
        to_patient, to_gp = (Letter.objects.get(audience=to) for to in ("patient", "gp"))
    client.force_login(team.administrator.user)
    shown = client.get(reverse("triage:letter-page", args=[referral.reference, to_patient.pk])).content.decode()
    assert "come in: Audio recording. Open the letter and take its text to read out" in " ".join(shown.split())
    links = re.findall(r"/letters/\d+/in/([\w-]+)/", shown)
    assert links[0] == "audio-text"
    assert sorted(links) == sorted(FORMS)
    for form in FORMS:
        answer = client.get(reverse("triage:letter-in", args=[referral.reference, to_patient.pk, form]))
        assert answer["Content-Disposition"].startswith("attachment")
        with scope(service_id):
            kept = LetterCopy.objects.filter(form=form).first()
            assert answer.content == bytes(kept.content if kept else to_patient.pdf)
    spoken = client.get(reverse("triage:letter-in", args=[referral.reference, to_patient.pk, "audio-text"]))
    assert spoken.content.decode().endswith("End of the letter.\n")
    assert spoken["Content-Disposition"] == f'attachment; filename="{referral.reference}-letter-audio.txt"'
    again = client.get(reverse("triage:letter-page", args=[referral.reference, to_patient.pk])).content.decode()
    assert again.count("Given out already, and kept.") == len(FORMS) - 1

    of_gp = client.get(reverse("triage:letter-page", args=[referral.reference, to_gp.pk])).content.decode()
    assert "The clinician’s own words: </span>" in of_gp, "told apart for ears as well"
    assert re.findall(r"/letters/\d+/in/([\w-]+)/", of_gp) == list(FOR["gp"])
    for pk, form in ((to_gp.pk, "easy-read"), (to_patient.pk, "braille"), (0, "standard")):
        assert client.get(reverse("triage:letter-in", args=[referral.reference, pk, form])).status_code == 404
    with scope(service_id):
        opened = AuditEntry.objects.filter(action="letter.open", by=team.administrator)
        forms = [entry.detail["form"] for entry in opened]
    assert {*FORMS, "page"} <= set(forms)


def test_samples_of_every_letter_for_those_who_answer_for_them_and_nothing_of_a_record(client, team):
    client.force_login(team.manager.user)
    assert reverse("triage:sample-letters") in client.get(reverse("triage:service")).content.decode()
    shown = client.get(reverse("triage:sample-letters")).content.decode()
    found = set(re.findall(r"/service/letters/(\w+)/(\w+)/([\w-]+)/", shown))
    assert len(found) == 11 * sum(map(len, FOR.values()))
    for outcome, audience, form in [one for one in found if one[0] == "delay"]:
        answer = client.get(reverse("triage:sample-letter", args=[outcome, audience, form]))
        assert answer.status_code == 200
        if form == "plain-text":
            assert "Alex Example" in answer.content.decode()
    for wrong in (("delay", "gp", "easy-read"), ("delay", "them", "standard"), ("never", "gp", "standard")):
        assert client.get(reverse("triage:sample-letter", args=wrong)).status_code == 404
    client.force_login(team.administrator.user)
    assert client.get(reverse("triage:sample-letters")).status_code == 403
    assert reverse("triage:sample-letters") not in client.get(reverse("triage:service")).content.decode()
