"""The body map among the patient's questions: offered by its questionnaire, saved as codes, checked in words."""

import json
from pathlib import Path

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.models import Answering
from tests.patients.opening import address, opened
from tests.patients.test_answering_pages import begin, said, text
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.questionnaires import ask, fill_rota, publish

BODY_MAP = json.loads(
    (Path(__file__).parents[2] / "pathways" / "shared" / "questionnaires" / "body-map.json").read_text()
)


def test_places_are_marked_saved_and_read_back(db, service_id):
    with scope(service_id):
        team = make_team()
        fill_rota(team.consultant)
        referral = verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
        referral = ask(referral, team.consultant, publish(team.manager, BODY_MAP))
        client = opened(referral)
    page = begin(client, referral)
    html = client.get(page).content.decode()
    assert html.count("<svg") >= 2
    assert html.count('type="checkbox"') == 58
    check = client.post(page, said(page, ["f-left-knee", "b-left-lower-back"])).url
    with scope(service_id):
        assert Answering.objects.get().answers == {"where": ["f-left-knee", "b-left-lower-back"]}
    assert "Left knee, front" in text(client.get(check))
    html = client.get(page).content.decode()
    assert html.count(" checked") == 2
    assert html.count("data-marked=") == 2 + 1, "two regions; and the word for it, which the script says"
    wrong = client.post(page, said(page, ["f-left-wing"]))
    assert wrong.status_code == 422
    assert client.post(check).url == address(referral, "answering-sent", key=_key(service_id))


def _key(service_id):
    with scope(service_id):
        return Answering.objects.get().key
