"""Files that go with the team's reply: chosen from the record, named in the letter, sent by a person."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock, documents
from painpath.accounts.models import AuditEntry
from painpath.letters import closing, refiling, reversing
from painpath.letters.ers import mark_sent, take_back_sent
from painpath.letters.following import remind
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.signing import prepare
from painpath.letters.text import render_text
from painpath.pathway import find, load
from painpath.referrals import pathways
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions import decision_rules
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.guidance.conversation import record_message
from painpath.referrals.models import Document, InformationRequest, Referral
from painpath.referrals.moves import reckon
from painpath.referrals.refusal import Refused
from painpath.triage.presenters.conversation import conversation
from painpath.triage.presenters.dispatches import dispatch_events
from painpath.triage.presenters.ers import ers_page
from tests.referrals.conftest import received_referral
from tests.referrals.deciding import decided
from tests.referrals.test_conversation import ASKING, advise, signed

LEAFLET = b"A walking programme. Begin with five minutes and add one each week."


def add(team: Any, referral: Referral, name: str = "Walking programme.txt", content: bytes = LEAFLET) -> str:
    """A file that the team has added, read; its id as a draft keeps it."""
    new = receiving.add_documents(referral=referral, by=team.administrator, files=[File(name, content)])
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    return str(new[0].pk)


@pytest.fixture
def posted(team, screening):
    """A reply by post that was signed with one file."""
    referral = screening(ASKING, route="practitioner-letter", ubrn="")
    decision = signed(referral, team.consultant, advise(recommendation="", attachments=(add(team, referral),)))
    return Referral.objects.get(pk=referral.pk), decision


@pytest.fixture
def replied(team, screening):
    """A reply in e-RS that was signed with one file."""
    referral = screening(ASKING)
    signed(referral, team.consultant, advise(attachments=(add(team, referral),)))
    return Dispatch.objects.select_related("referral").get(kind="ers_reply")


# --- choosing ---------------------------------------------------------------------------------------------------------


def test_the_draft_keeps_the_choice_and_another_outcome_drops_it():
    pathway = load(find("southampton-portsmouth"))
    content = advise(attachments=("12", "7"))
    assert DecisionContent.from_json(content.to_json()).attachments == ("12", "7")
    assert content.details()["attachments"] == ("12", "7")
    assert "attachments" not in advise().details()
    assert content.for_outcome(pathway).attachments == ("12", "7")
    assert replace(content, outcome="not_now").for_outcome(pathway).attachments == ()


def test_only_a_current_document_of_this_referral_goes(team, screening):
    referral = screening(ASKING)
    own = str(referral.documents.get().pk)
    elsewhere = str(received_referral(team, "Another letter.").documents.get().pk)
    found = {
        one: decision_rules.problems(referral, advise(attachments=(one,)), by=team.consultant)
        for one in (own, elsewhere, "999999999", "x", "9" * 30)
    }
    assert {one for one, told in found.items() if "attachments" not in told} == {own}
    assert "not with this referral any more" in found[elsewhere]["attachments"]
    with pytest.raises(Refused, match="not with this referral any more"):
        signed(referral, team.consultant, advise(attachments=(own, elsewhere)))
    assert not Dispatch.objects.exists()


def test_a_file_that_was_moved_away_is_not_sent(team, screening):
    referral = screening(ASKING)
    leaflet = add(team, referral)
    assert "attachments" not in decision_rules.problems(referral, advise(attachments=(leaflet,)), by=team.consultant)
    refiling.move_document(document=Document.objects.get(pk=leaflet), to=None, by=team.consultant, reason="Not his.")
    referral = Referral.objects.get(pk=referral.pk)
    assert "attachments" in decision_rules.problems(referral, advise(attachments=(leaflet,)), by=team.consultant)


# --- the letter and the record ----------------------------------------------------------------------------------------


def test_the_gp_s_letter_names_the_files_and_the_patient_s_does_not(team, screening):
    referral = screening(ASKING)
    leaflet = add(team, referral)
    referral.refresh_from_db()
    without = prepare(referral, advise(), by=team.consultant)
    given = prepare(referral, advise(attachments=(leaflet,)), by=team.consultant)
    assert "We send these files with this reply:\n\n- Walking programme.txt" in render_text(given["gp"].draft)
    assert "Walking programme" not in render_text(given["patient"].draft)
    assert "Files with this reply" not in render_text(without["gp"].draft)


@pytest.mark.parametrize(("route", "told"), [("gp-ers", True), ("practitioner-letter", False)])
def test_what_e_rs_would_not_take_is_told_before_signing_and_stops_nothing(team, screening, route, told):
    referral = screening(ASKING, route=route)
    chosen = add(team, referral, "Walking programme.odt")
    referral.refresh_from_db()
    found = prepare(referral, advise(attachments=(chosen,)), by=team.consultant)["gp"].to_change
    files = [check for check in found if check.id == "ers-files"]
    assert [check.weight for check in files] == (["note"] if told else [])
    assert all("“Walking programme.odt”: e-RS does not take files of the kind “odt”" in one.change for one in files)


def test_the_conversation_shows_the_files_with_the_reply_and_the_request_keeps_its_own(team, screening):
    referral = screening(ASKING)
    letter = referral.documents.get()
    with clock.at(clock.now() + timedelta(minutes=5)):
        leaflet = add(team, referral)
        signed(referral, team.consultant, advise(attachments=(leaflet, str(letter.pk))))
    request, reply = conversation(Referral.objects.get(pk=referral.pk))
    assert [name for name, _ in reply.files] == [letter.name, "Walking programme.txt"]
    assert [name for name, _ in request.files] == [letter.name]


# --- by post ----------------------------------------------------------------------------------------------------------


def test_by_post_somebody_is_asked_to_enclose_them_with_every_copy(posted):
    referral, decision = posted
    task = referral.tasks.get(kind="send_documents")
    assert task.words == "Enclose with the letter to the GP and to the referrer: “Walking programme.txt”."
    assert (task.owner_role, task.facts["decision"]) == ("administrator", decision.pk)
    assert task.facts["documents"] == [int(one) for one in decision.details["attachments"]]
    assert task.due_on == reckon(pathways.of(decision.pathway_version).target("documents-sent"), clock.today())


def test_nothing_is_to_be_enclosed_without_files_or_in_e_rs(team, screening, replied):
    assert not replied.referral.tasks.filter(kind="send_documents").exists()
    other = screening(ASKING + "\n", route="practitioner-letter", ubrn="")
    signed(other, team.consultant, advise(recommendation=""))
    assert not other.tasks.exists()


def test_a_reversed_decision_sends_no_files(team, posted):
    referral, _ = posted
    reversing.reverse(referral=referral, by=team.consultant, reason="The wrong advice.")
    assert referral.tasks.get(kind="send_documents").done_words == "The decision was reversed."


def test_a_file_of_somebody_else_is_recalled_and_not_enclosed(team, posted):
    referral, decision = posted
    leaflet = Document.objects.get(pk=decision.details["attachments"][0])
    refiling.move_document(document=leaflet, to=None, by=team.consultant, reason="It is about somebody else.")
    assert referral.tasks.get(kind="send_documents").done_at is not None
    recall = referral.tasks.get(kind="recall_documents")
    assert (recall.owner_role, recall.done_at, recall.facts["decision"]) == ("clinician", None, decision.pk)
    reply = conversation(Referral.objects.get(pk=referral.pk))[-1]
    assert reply.files == []


# --- in e-RS ----------------------------------------------------------------------------------------------------------


def test_the_page_lists_what_to_attach_in_e_rs(team, replied):
    referral = replied.referral
    latest = ers_page(referral, pathways.of(referral.pathway_version), team.administrator).latest
    assert latest is not None
    assert [(one.name, one.problem) for one in latest.attached] == [("Walking programme.txt", "")]
    assert latest.attached[0].href.endswith("?download")
    assert "Walking programme.txt" in latest.text


# --- a tick that was a mistake ----------------------------------------------------------------------------------------


def test_a_mistaken_tick_is_taken_back_once_and_ticking_again_works(team, replied):
    with pytest.raises(Refused, match="Nobody has recorded"):
        take_back_sent(dispatch=replied, by=team.consultant, words="x")
    first = mark_sent(dispatch=replied, by=team.administrator)
    with pytest.raises(Refused, match="Say how you know"):
        take_back_sent(dispatch=first, by=team.consultant, words=" ")
    with pytest.raises(Refused, match="You are a manager"):
        take_back_sent(dispatch=first, by=team.manager, words="No.")
    for _ in range(2):
        again = take_back_sent(dispatch=first, by=team.consultant, words="The wrong patient's page.")
    assert (again.state, again.sent_at, again.sent_by) == (DispatchState.QUEUED, None, None)
    entry = AuditEntry.objects.get(action="dispatch.take_back")
    assert "wrong patient" not in str(entry.detail)
    shown = [(one.title, one.lines) for one in dispatch_events(replied.referral) if "Not sent" in one.title]
    assert shown == [
        ("Not sent after all: reply in e-RS to the GP, in e-RS", ("The wrong patient's page.",)),
    ]
    kept = again.facts["taken_back"]
    assert [(one["sent_by"], one["by"]) for one in kept] == [(team.administrator.pk, team.consultant.pk)]
    assert mark_sent(dispatch=again, by=team.consultant).sent_by == team.consultant
    take_back_sent(dispatch=again, by=team.consultant, words="Wrong again.")
    assert AuditEntry.objects.filter(action="dispatch.take_back").count() == 2
    lines = [one.lines for one in dispatch_events(replied.referral) if "Not sent" in one.title]
    assert sorted(lines) == [("The wrong patient's page.",), ("Wrong again.",)]


def reverse_it(team, referral):
    reversing.reverse(referral=referral, by=team.consultant, reason="The wrong advice.")


def move_its_file(team, referral):
    leaflet = referral.documents.last()
    refiling.move_document(document=leaflet, to=None, by=team.consultant, reason="Somebody else's.")


def record_a_message(team, referral):
    record_message(referral=referral, by=team.administrator, words="Thank you.", said_on=clock.today())


def record_a_death(team, referral):
    with clock.at(clock.now() + timedelta(hours=1)):
        closing.close(referral=referral, by=team.administrator, how="record_death", reason="A call.", told="The GP.")


@pytest.mark.parametrize(
    ("outcome", "follows", "told"),
    [
        ("advise", reverse_it, "has the task to write"),
        ("advise", move_its_file, "has the task to write"),
        ("advise", record_a_message, "has written since"),
        ("ask_referrer", record_a_death, "now “Closed: died”"),
    ],
)
def test_a_reply_that_something_follows_is_not_sent_again(team, screening, outcome, follows, told):
    referral = screening(ASKING)
    decided(referral, team.consultant, outcome, attachments=(add(team, referral),))
    reply = Dispatch.objects.select_related("referral").get(kind="ers_reply")
    mark_sent(dispatch=reply, by=team.administrator)
    referral = Referral.objects.get(pk=reply.referral_id)
    client = Client()
    client.force_login(team.consultant.user)
    link = reverse("triage:ers-not-sent", args=[referral.reference, reply.pk])
    assert link in client.get(reverse("triage:ers", args=[referral.reference])).content.decode()

    follows(team, referral)
    reply = Dispatch.objects.select_related("referral").get(pk=reply.pk)
    with pytest.raises(Refused, match=told):
        take_back_sent(dispatch=reply, by=team.consultant, words="It was never sent.")
    reply.refresh_from_db()
    assert reply.state == DispatchState.SENT
    assert link not in client.get(reverse("triage:ers", args=[referral.reference])).content.decode()
    assert told in client.get(link).content.decode()


def test_that_nobody_answers_may_be_how_a_mistaken_tick_is_found(team, screening):
    referral = screening(ASKING)
    decided(referral, team.consultant, "ask_referrer")
    reply = mark_sent(dispatch=Dispatch.objects.select_related("referral").get(kind="ers_reply"), by=team.administrator)
    assert remind(request=InformationRequest.objects.select_related("referral").get(), by=team.administrator)
    assert take_back_sent(dispatch=reply, by=team.administrator, words="Not in e-RS.").state == DispatchState.QUEUED


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_files_are_offered_and_none_is_chosen(team, screening):
    referral = screening(ASKING)
    leaflet = add(team, referral, "Walking programme.odt")
    version = Referral.objects.get(pk=referral.pk).version
    client = Client()
    client.force_login(team.consultant.user)
    client.post(reverse("triage:decide", args=[referral.reference]), {"outcome": "advise", "seen_version": version})
    details = reverse("triage:decide-details", args=[referral.reference])
    page = client.get(details).content.decode()
    assert "Which files go with your reply?" in page
    assert page.index("Walking programme.odt") < page.index('value="' + str(referral.documents.first().pk) + '"')
    assert "e-RS does not take files of the kind “odt”" in page
    assert f'value="{leaflet}" checked' not in page
    assert reverse("triage:add-documents", args=[referral.reference]) in page
    answer = client.post(details, {"seen_version": version, "to_gp": "x", "reason": "y", "attachments": ["5", leaflet]})
    assert answer.status_code == 422
    assert "not with this referral any more" in answer.content.decode()
    client.post(details, {"seen_version": version, "to_gp": "x", "reason": "y", "attachments": [leaflet]})
    assert f'value="{leaflet}" checked' in client.get(details).content.decode()
