"""What is published changes at midnight while a page of questions lies open: each answer stays under what was read."""

import uuid
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.pathway import Pathway
from painpath.pathway.editing import FIRST
from painpath.referrals import pathways
from painpath.referrals.models import OnlineReferral, ReferralDraft
from painpath.referrals.publishing import drafting as publishing
from painpath.referrals.publishing.labels import relabelled
from painpath.referrals.referring import drafting_online as drafting
from painpath.referrals.referring.sending_in import ANSWERS_FILE
from tests.managers.drafted import few, lead, small
from tests.referrals.conftest import make_referrer

__all__ = ["few", "lead", "small"]

NAME, OTHER = "drug-alcohol-dependence", "informed-and-consents"
NEW = "Has dependence been ruled out?"
EVENING = datetime(2026, 11, 26, 23, 50, tzinfo=clock.LONDON)
MORNING = EVENING + timedelta(minutes=20)


@pytest.fixture
def old(small, team, lead) -> Pathway:
    """The pathway of the evening. From midnight one question is another one."""
    with clock.at(EVENING):
        current, _ = pathways.in_force(team.service)
        draft = publishing.start(by=team.manager)
        asked = f"question: {current.criterion(NAME).question}"
        file, text = next((name, text) for name, text in draft.files.items() if asked in text)
        text = text.replace(asked, f"question: {NEW}")
        changed = {file: text, FIRST: relabelled(draft.files[FIRST], "2026-11")}
        draft = publishing.change(draft=draft, files=changed, seen_revision=draft.revision, by=team.manager)
        publishing.submit(draft=draft, from_date=date(2026, 11, 27), words="Misread.", by=lead)
        publishing.approve(draft=draft, by=team.consultant)
    return current


def signed_in(by) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


def shown(answer) -> str:
    return unescape(answer.content.decode())


def test_the_page_of_a_draft_opened_before_and_saved_after(old: Pathway) -> None:
    by = make_referrer()
    client, asked = signed_in(by), old.criterion(NAME).question
    with clock.at(EVENING):
        draft = drafting.start_draft(by=by, key=uuid.uuid4())
        questions = reverse("referrers:draft-part", args=[draft.key, "questions"])
        page = shown(client.get(questions))
        assert asked in page
        assert f'name="asked_in" value="{old.digest}"' in page
    with clock.at(MORNING):
        sent = {NAME: "No, none.", OTHER: "Yes, on Monday.", "asked_in": old.digest}
        too_long = client.post(questions, {**sent, NAME: "No, none. " * 600})
        assert too_long.status_code == 422
        assert asked in shown(too_long)  # what is put right is still the answer to what was read
        assert f'name="asked_in" value="{old.digest}"' in shown(too_long)
        saved = client.post(questions, sent)
        assert saved["Location"] == questions
        again = shown(client.get(questions))
        assert "We ask these again, above the others" in again
        assert NEW in again
        assert again.index(NEW) < again.index("<textarea")  # it is the first of all
        assert f"You answered “No, none.” to: “{asked}”" in again
        whole = drafting.contents(ReferralDraft.objects.get(), by=by)
        assert whole.answers == {OTHER: "Yes, on Monday."}
        assert whole.earlier == [(asked, "No, none.")]
        new = whole.pathway.digest
        assert client.post(questions, {NAME: "Yes, ruled out.", OTHER: "Yes, on Monday.", "asked_in": new})[
            "Location"
        ] == reverse("referrers:draft", args=[draft.key])  # fmt: skip
        client.post(reverse("referrers:draft-part", args=[draft.key, "patient"]), {"family_name": "Marsh"})
        assert client.post(reverse("referrers:draft-check", args=[draft.key]), {"asked_in": new}).status_code == 302
    online = OnlineReferral.objects.get()
    assert online.answers == {NAME: "Yes, ruled out.", OTHER: "Yes, on Monday."}
    text = bytes(online.referral.documents.get(name=ANSWERS_FILE).content).decode()
    assert text.index(NEW) < text.index("Yes, ruled out.") < text.index(asked) < text.index("No, none.")
    assert text.count("No, none.") == 1


def test_what_was_read_over_before_and_is_sent_after_is_shown_once_more(old: Pathway) -> None:
    by = make_referrer()
    client = signed_in(by)
    with clock.at(EVENING):
        draft = drafting.start_draft(by=by, key=uuid.uuid4())
        drafting.save_part(draft=draft, by=by, part="patient", values={"family_name": "Marsh"})
        drafting.save_part(draft=draft, by=by, part="answers", values={NAME: "No, none."})
        check = reverse("referrers:draft-check", args=[draft.key])
        assert f'name="asked_in" value="{old.digest}"' in shown(client.get(check))
    with clock.at(MORNING):
        page = client.post(check, {"asked_in": old.digest})
        assert page.status_code == 422
        assert "The questions have changed since you opened this page." in shown(page)
        assert f"an answer to: {NEW}" in shown(page)
        now = drafting.published(by).digest
        assert f'name="asked_in" value="{now}"' in shown(page)
        assert client.post(check, {"asked_in": now}).status_code == 302


def test_a_version_that_nobody_has_seen_is_that_of_today(old: Pathway, team) -> None:
    with clock.at(MORNING):
        now, _ = pathways.in_force(team.service)
        assert pathways.as_asked(team.service, "0" * 64, now) is now
        assert pathways.as_asked(team.service, "", now) is now
        assert pathways.as_asked(team.service, old.digest, now).criterion(NAME).question == old.criterion(NAME).question


def test_the_public_check_opened_before_and_sent_after(old: Pathway) -> None:
    by, asked = make_referrer(), old.criterion(NAME).question
    page = reverse("referrers:check", args=[old.name])
    with clock.at(EVENING):
        assert f'name="asked_in" value="{old.digest}"' in shown(Client().get(page))
    sent = {"letter": "She is in pain.", f"answer-{NAME}": "No, none.", f"answer-{OTHER}": "Yes.",
            "asked_in": old.digest}  # fmt: skip
    with clock.at(MORNING):
        result = shown(Client().post(page, sent))
        assert "Some questions have changed since you opened the page." in result
        assert f"{asked}]\nNo, none.</textarea>" in result  # in the letter, under the question that was read
        assert NEW in result
        client = signed_in(by)
        client.post(reverse("referrers:refer"), sent | {"key": str(uuid.uuid4())})
        whole = drafting.contents(ReferralDraft.objects.get(), by=by)
        assert whole.answers == {OTHER: "Yes."}
        assert whole.earlier == [(asked, "No, none.")]
