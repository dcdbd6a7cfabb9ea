"""Whoever screens a referral blind learns from no list what others have made of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock, documents
from painpath.accounts.scope import scope
from painpath.letters import outbox, printing
from painpath.referrals import looking, pathways, verbs
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.guidance import conversation
from painpath.referrals.models import SecondScreening
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import give_task
from painpath.referrals.together import comparing, discussing, drawing, second
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.deciding import decided


@pytest.mark.django_db
def test_no_list_shows_what_the_first_clinician_made_of_it(service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        monkeypatch.setattr(drawing, "lot", lambda below: 0)
        referral = waiting_referral(team)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "redirect", target_service="Zebra Hospital")
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Is the Zebra right?")
        give_task(referral, "contact", "Ring the Zebra.", by=team.consultant, role="clinician", due_on=clock.today())
        held = outbox.queue(
            referral, by=team.consultant, kind="reminder", to="service", channel="print", name="N",
            text="About the Zebra.", held="Look.",
        )  # fmt: skip
        second.start_second(second=referral.second_screening, by=team.colleague)
    pages = [reverse(f"triage:{name}") for name in ("to-do", "meeting", "worklist")]
    pages += [pages[-1] + "?tab=ended", reverse("triage:dispatch", args=[held.pk]), reverse("triage:post")]

    def seen(who) -> list[str]:
        client = Client()
        client.force_login(who.user)
        return [client.get(page).content.decode() for page in pages]

    told = re.compile(r"Zebra|>\s*Redirected\s*<")
    assert [bool(told.search(page)) for page in seen(team.consultant)] == [True, True, False, True, True, True]
    blind = seen(team.colleague)
    assert not any(told.search(page) for page in blind)
    assert all("blind" in page for page in (blind[0], blind[1], blind[4]))
    assert [referral.reference in page for page in seen(team.consultant)] == [True, True, False, True, True, True]
    # on no list where it stands, or no longer stands, because of what became of it
    assert [referral.reference in page for page in blind] == [True, True, False, False, True, False]
    assert "You are screening a referral blind" in blind[5]
    assert referral.patient.name in blind[0]  # the thing to do itself stays in sight


@pytest.mark.django_db
def test_a_colleague_prints_and_posts_what_would_tell(service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        monkeypatch.setattr(drawing, "lot", lambda below: 0)
        referral = waiting_referral(team)
        outbox.queue(referral, by=team.administrator, kind="reminder", to="service", channel="print", name="N",
                     address="A", text="About the Zebra.")  # fmt: skip
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "accept")
        second.start_second(second=referral.second_screening, by=team.colleague)
        with pytest.raises(Refused, match="Nothing waits"):
            printing.print_batch(by=team.colleague)
        batch = printing.print_batch(by=team.consultant)
        for act in (
            lambda: printing.open_batch(batch.pk, by=team.colleague),
            lambda: printing.mark_posted(batch=batch, by=team.colleague, taken_out=[]),
        ):
            with pytest.raises(Refused, match="let a colleague"):
                act()
    client = Client()
    for who, code in ((team.colleague, 409), (team.consultant, 200)):
        client.force_login(who.user)
        assert client.get(reverse("triage:batch", args=[batch.pk])).status_code == code


@pytest.mark.django_db
def test_what_came_after_the_first_decision_is_not_seen_blind(service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        monkeypatch.setattr(drawing, "lot", lambda below: 0)
        referral = waiting_referral(team)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "ask_referrer", questions_referrer="Has he seen the Zebra?")
        row = second.start_second(second=referral.second_screening, by=team.colleague)
        conversation.record_message(
            referral=referral, by=team.administrator, said_on=clock.today(),
            words="You asked about the Zebra. He wants to end his life.",
        )  # fmt: skip
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        first, message = referral.documents.order_by("pk")
        alarm = referral.alerts.get()
    client = Client()
    client.force_login(team.colleague.user)

    def get(name: str, *args: object) -> str:
        return client.get(reverse(f"triage:{name}", args=[referral.reference, *args])).content.decode()

    page = get("second")
    assert "Leonard" in page
    assert "Zebra" not in page
    assert "end his life" not in page
    assert "Zebra" not in get("conversation")
    assert client.get(reverse("triage:original", args=[referral.reference, first.pk])).status_code == 200
    refused = client.get(reverse("triage:original", args=[referral.reference, message.pk]))
    assert refused.status_code == 409
    assert "Zebra" not in refused.content.decode()
    for who, seen in ((team.colleague, False), (team.consultant, True)):
        searching = Client()
        searching.force_login(who.user)
        searching.post(reverse("triage:search"), {"words": "Zebra"})
        assert (referral.reference in searching.get(reverse("triage:search")).content.decode()) is seen
    act = reverse("triage:second-alert", args=[referral.reference, alarm.pk])
    assert client.post(act, {f"alert-{alarm.pk}-action": "Rang."}).status_code == 404
    with scope(service_id):
        run = looking.run_seen_blind(row)
        assert run != referral.screenings.last()
        states = {c.id: "not_stated" for c in pathways.of(referral.pathway_version).criteria}
        second.finish(second=row, by=team.colleague, states=states, outcome="accept", run=run.pk)
        found = comparing.compare(SecondScreening.objects.get(pk=row.pk))
        assert found is not None
        assert found.same_run
