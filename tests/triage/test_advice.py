"""The pages of advice: a question to choose, paragraphs put in, a reply to paste and tick. Without a browser."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters.models import Dispatch
from painpath.referrals import verbs
from painpath.referrals.guidance import advice, conversation
from painpath.referrals.models import DecisionDraft, Referral
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.test_conversation import ASKING, QUESTION, advise, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(service_id):
    """A consultant at a desk, screening a referral whose letter asks; and the address of one of its pages."""
    with scope(service_id):
        team = make_team()
        referral = verbs.start_screening(referral=waiting_referral(team, ASKING), by=team.consultant)
    client = Client()
    client.force_login(team.consultant.user)
    return client, team, referral, lambda name, *more: reverse(f"triage:{name}", args=[referral.reference, *more])


def choose_advise(client, address, referral) -> None:
    answer = client.post(address("decide"), {"outcome": "advise", "seen_version": referral.version})
    assert answer.status_code == 302


def checked(page: str) -> list[str]:
    return re.findall(r'<input[^>]*type="(?:radio|checkbox)"[^>]*\schecked', page)


def test_the_question_is_offered_and_nothing_is_chosen_beforehand(desk):
    client, _, referral, address = desk
    choose_advise(client, address, referral)
    page = client.get(address("decide-details")).content.decode()
    assert QUESTION in page
    assert checked(page) == []
    answer = client.post(address("decide-details"), {"seen_version": referral.version, "to_gp": "x", "reason": "y"})
    assert answer.status_code == 422
    assert "Choose the question that you answer" in answer.content.decode()
    assert "Choose what you recommend in e-RS" in answer.content.decode()


def test_words_that_are_not_the_referrers_are_refused_beside_the_field(desk, service_id):
    client, _, referral, address = desk
    choose_advise(client, address, referral)
    given = {"seen_version": referral.version, "to_gp": "x", "reason": "y", "asked": "other-words",
             "question": "Is it pregabalin?", "recommendation": "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED"}  # fmt: skip
    answer = client.post(address("decide-details"), given)
    assert "These words do not stand in the referral" in answer.content.decode()
    assert "Is it pregabalin?" in answer.content.decode()
    assert client.post(address("decide-details"), given | {"question": "duloxetine\r\nnext"}).status_code == 302
    with scope(service_id):
        assert DecisionDraft.objects.get().content["question"] == "duloxetine\nnext"
    page = client.get(address("decide-details")).content.decode()
    assert len(checked(page)) == 2


def test_advice_used_before_is_put_into_the_words_and_the_step_is_shown_again(desk, service_id):
    client, team, referral, address = desk
    choose_advise(client, address, referral)
    with scope(service_id):
        kept = advice.add(
            by=team.colleague, title="Duloxetine", text="Start at 30 mg.", criteria=[],
            expires_on=clock.today() + timedelta(days=9),
        )  # fmt: skip
    answer = client.post(
        address("decide-details"),
        {"seen_version": referral.version, "to_gp": "Thank you.", "paragraphs": str(kept.pk), "asked": QUESTION},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Thank you.\n\nStart at 30 mg.</textarea>" in page
    assert len(checked(page)) == 1  # the question; the paragraph is not chosen again
    assert "nhsuk-error-summary" not in page
    with scope(service_id):
        content = DecisionDraft.objects.get().content
        assert (content["to_gp"], content["paragraphs"]) == ("Thank you.\n\nStart at 30 mg.", [str(kept.pk)])
        assert content["question"] == QUESTION
        assert AuditEntry.objects.get(action="advice.use").detail == {"paragraphs": [kept.pk]}
    with clock.at(clock.today() + timedelta(days=10)):
        assert "Start at 30 mg." not in client.get(address("decide")).content.decode()


def test_the_reply_is_pasted_and_ticked_by_the_team_only(desk, service_id):
    client, team, referral, address = desk
    with scope(service_id):
        signed(referral, team.consultant, advise(to_gp="Duloxetine <30 mg> & review."))
        dispatch = Dispatch.objects.get(kind="ers_reply")
    page = client.get(address("ers")).content.decode()
    assert "Duloxetine &lt;30 mg&gt; &amp; review." in page
    for words in ("RETURN_TO_REFERRER_WITH_ADVICE", "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED", "Not sent", " of 8,000 "):
        assert words in page, words
    assert client.post(address("ers-sent", dispatch.pk)).status_code == 422
    for _ in range(2):
        assert client.post(address("ers-sent", dispatch.pk), {"sent": "on"}).status_code == 302
    assert "Sent in e-RS on" in client.get(address("ers")).content.decode()
    assert client.post(address("ers-sent", dispatch.pk + 1), {"sent": "on"}).status_code == 404
    reader = Client()
    reader.force_login(team.manager.user)
    assert reader.get(address("ers")).status_code == 200
    assert reader.post(address("ers-sent", dispatch.pk), {"sent": "on"}).status_code == 403


def test_pages_make_the_same_number_of_queries_however_long_the_conversation(desk, service_id):
    client, team, referral, address = desk

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(name)).status_code == 200
        return len(captured)

    def write(number: int) -> None:
        conversation.record_message(
            referral=Referral.objects.get(pk=referral.pk), by=team.administrator, words=f"Thank you {number}",
            said_on=clock.today(),
        )  # fmt: skip

    with scope(service_id):
        signed(referral, team.consultant, advise())
        write(0)
    count("ers")  # the first page of a session asks more: who has signed in, and how
    few = {name: count(name) for name in ("conversation", "ers")}
    with scope(service_id):
        for number in range(1, 4):
            write(number)
    assert {name: count(name) for name in few} == few
