"""Somebody says that something is wrong: words of a clinician stay, and the patient's own stand beside them."""

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.letters.models import Dispatch
from painpath.letters.rights import putting_right
from painpath.referrals.models import Decision, Disagreement, RightsRequest, Task
from painpath.referrals.refusal import Refused
from painpath.referrals.rights import asking
from tests.referrals.conftest import waiting_referral
from tests.referrals.ended import not_now


def wrong(team, referral):
    return asking.record_request(
        referral=referral, by=team.consultant, kind="rectification", received_on=clock.today(), asked_by="patient",
        words="I do not drink.",
    )  # fmt: skip


def answer(team, request, outcome="noted", **changes):
    given = {"answer": "We keep the letter and note what you say.", "words": "I never drank."} | changes
    return putting_right.answer(request=request, by=team.administrator, outcome=outcome, **given)


def test_the_patients_words_stand_beside_what_is_kept_on_every_page(team):
    referral = not_now(team)
    decision = Decision.objects.get()
    request = wrong(team, referral)
    about = next(item for item in putting_right.can_be_about(referral) if item.kind == "decision")
    answer(team, request, about=about)
    row = Disagreement.objects.get()
    assert (row.about_kind, row.about, row.words) == ("decision", decision.pk, "I never drank.")
    assert Decision.objects.get().reason == decision.reason
    client = Client()
    client.force_login(team.consultant.user)
    for name in ("referral", "timeline", "conversation", "rights"):
        page = client.get(reverse(f"triage:{name}", args=[referral.reference])).content.decode()
        assert "I never drank." in page, name
        assert row.about_words in page
    assert not RightsRequest.objects.filter(closed_at__isnull=True).exists()
    assert not Task.objects.filter(kind="rectification", done_at__isnull=True).exists()


def test_the_patient_and_whoever_was_sent_a_letter_are_told_as_things_to_do(team):
    referral = not_now(team)
    gp = Dispatch.objects.filter(referral=referral, to="gp").first()
    Dispatch.objects.filter(pk=gp.pk).update(state="sent")
    answer(team, wrong(team, referral), outcome="corrected", answer="The date of birth is right now.")
    tasks = list(Task.objects.filter(done_at__isnull=True, facts__has_key="rights").order_by("pk"))
    assert [task.kind for task in tasks] == ["contact", "tell_recipient"]
    assert "I do not drink." in tasks[0].words
    assert gp.name in tasks[1].words
    assert not any("patient" in to for to, _ in putting_right.recipients(referral))


def test_unchanged_tells_the_patient_why_and_nobody_else(team):
    referral = not_now(team)
    Dispatch.objects.filter(referral=referral, to="gp").update(state="sent")
    answer(team, wrong(team, referral), outcome="unchanged", answer="The letter says so.")
    assert [task.kind for task in Task.objects.filter(done_at__isnull=True, facts__has_key="rights")] == ["contact"]
    assert not Disagreement.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "changes", "words"),
    [("noted", {"words": " "}, "Enter what the patient says"), ("unchanged", {"answer": ""}, "why nothing is changed"),
     ("released", {}, "Nobody has asked here")],
)  # fmt: skip
def test_an_answer_is_whole(team, outcome, changes, words):
    request = wrong(team, waiting_referral(team))
    with pytest.raises(Refused, match=words):
        answer(team, request, outcome=outcome, **changes)
    answer(team, request)
    with pytest.raises(Refused, match="has answered this request already"):
        answer(team, request)
