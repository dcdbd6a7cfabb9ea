"""What a patient needs stands on every page of the team about them: all addresses of a referral, as they are listed."""

import pytest
from django.test import Client
from django.urls import reverse

from painpath.accounts.scope import scope
from painpath.letters.models import Dispatch, Letter
from painpath.referrals import verbs
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.decisions.deciding import save_draft
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import SecondScreening
from painpath.referrals.questionnaires import answering, library
from painpath.referrals.sheet import judging
from painpath.triage.urls import ACCESS
from tests.referrals.conftest import LETTER, make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.triage.test_access import EVERY

CONTENT = DecisionContent(outcome="send_questionnaire", clauses=("adult",), reason="To know more.",
                          questionnaire="about-your-pain")  # fmt: skip
NEED = "Everything on paper in 18 point or larger."


def pages_about(referral, member, before=(), **more):
    """name -> what it shows, of every page of this referral that this member can open now and that is not among those
    of `before`. Files are not pages."""
    client, given, found = Client(), {"reference": referral.reference} | more, {}
    client.force_login(member.user)
    for name in ACCESS:
        if (
            name.removeprefix("triage:") in before
            or not {"reference", "dispatch"} & set(EVERY[name])
            or set(EVERY[name]) - set(given)
        ):
            continue
        answer = client.get(reverse(name, kwargs={key: given[key] for key in EVERY[name]}))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found[name.removeprefix("triage:")] = answer.content.decode()
    return found


@pytest.mark.django_db
def test_needs_stand_on_every_page_of_a_referral(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, LETTER + "\nHe wants to end his life.\n")
        record_needs(patient=referral.patient, referral=referral, by=team.administrator, needs=["large-print"])
        alert = referral.alerts.get()
        known = {"document": referral.documents.get().pk, "alert": alert.pk, "criterion": "adult"}
        verbs.start_screening(referral=referral, by=team.consultant)
        save_draft(referral=referral, by=team.consultant, content=CONTENT, seen_version=referral.version)
    shown = pages_about(referral, team.consultant, **known)
    with scope(service_id):
        judging.act_on_alert(alert=alert, by=team.consultant, action="Rang him.")
        decided(referral, team.consultant, "send_questionnaire")
        request = answering.asked_of_patient(referral)
        known |= {
            "letter": Letter.objects.filter(referral=referral).first().pk,
            "dispatch": Dispatch.objects.filter(referral=referral, to="patient").first().pk,
            "asked": request.pk,
            "form": library.forms_of(request)[0].pk,
        }
        SecondScreening.objects.create(service_id=service_id, referral=referral, by=team.colleague)
    shown |= pages_about(referral, team.consultant, shown, **known)
    shown |= pages_about(referral, team.administrator, shown, **known)
    shown |= pages_about(referral, team.colleague, shown, **known)
    missing = {name for name, page in shown.items() if NEED not in page}
    assert not missing
    assert {"referral", "decide", "decide-letters", "ers", "answers", "enter-answers", "timeline", "needs", "second",
            "dispatch", "discussion"} <= set(shown), sorted(shown)  # fmt: skip
