"""Where am I? What the person whose referral it is sees and does, in every state; and what they never see."""

import re
import uuid
from datetime import timedelta
from typing import get_args

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters import closing, door
from painpath.letters.models import Dispatch, DispatchState, Letter, LetterCopy, OneTimeCode
from painpath.letters.rendering import FORMS
from painpath.pathway import find, load
from painpath.pathway.crisis import danger_signs
from painpath.pathway.referring import StateId
from painpath.referrals import verbs
from painpath.referrals.decisions import following_up, reversing
from painpath.referrals.models import Document, Patient, Referral, ReportedChange, Task, Transition
from painpath.referrals.referring import changing, patient_acts
from painpath.referrals.sheet import judging
from painpath.referrals.together import discussing
from painpath.referrals.transitions import VERBS, State
from painpath.referrals.worklist import assigning, rota
from tests.letters.test_codes import code_of
from tests.patients.conftest import address_of, make_patient, opened
from tests.referrals.conftest import LETTER, make_referrer, sent_by
from tests.referrals.deciding import decided
from tests.referrers.test_status_pages import page as referrers_page
from tests.referrers.test_status_pages import signed_in

SHOWN = {
    "receive", "register", "start_screening", "remind", "report_silence", "record_reply", "say_ready", "fall_due",
    "record_gp_referral", "return_to_screening", "hand_over", "record_not_answered", "still_refer", "got_there",
    "did_not_get_there", "look_again", "reverse", "withdraw", "record_move", "take_back",
}  # fmt: skip
BY_ITS_OUTCOME = {"decide", "discharge"}
HIDDEN = {
    "correct_details", "make_ready", "move_document", "merge", "bring_forward", "unmerge", "assign", "take_over",
    "stop_screening", "lapse", "release", "record_answered", "report_change", "report_answer", "close_in_error",
    "record_death", "record_needs",
}  # fmt: skip
LATER = {"review_on": clock.today() + timedelta(days=60)}
KEY = {"key": "8a5c3f6e-0000-4000-8000-000000000000"}


def test_of_every_verb_it_is_said_whether_the_patient_sees_it():
    """A new verb is hidden until somebody has decided about it, here and in the pathway."""
    assert set(VERBS) == SHOWN | BY_ITS_OUTCOME | HIDDEN
    status = load(find("southampton-portsmouth")).patient_status
    assert {step.verb for step in status.steps} == SHOWN
    assert {one.state for one in status.states} == set(get_args(StateId)) == {state.value for state in State}


def status(client: Client) -> str:
    answer = client.get(address_of("status"))
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(shown: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", shown[shown.index("<main") : shown.index("</main")]).split())


def decide(team, service_id, outcome: str, *, email=False, **changes) -> Referral:
    with scope(service_id):
        referral = make_patient(team, email=email)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, outcome, **changes)
        return Referral.objects.get(pk=referral.pk)


def post(client: Client, name: str, given: dict, **arguments):
    return client.post(address_of(name, **arguments), KEY | given)


# --- what they see --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "changes", "words"),
    [
        ("accept", {}, "We can see you"),
        ("delay", LATER, "Waiting for the right time"),
        ("not_now", {}, "This does not mean never"),
        ("signpost", {}, "Other help for you"),
        ("redirect", {}, "Another service is the right one"),
        ("ask_referrer", {}, "Waiting for the person who referred you"),
        ("ask_patient", {}, "What helps you?"),
        ("withdraw", {}, "You can change your mind at any time"),
        ("advise", {}, "We gave advice"),
    ],
)
def test_each_decision_in_plain_words_with_name_contact_reason_and_letter(outcome, changes, words, team, service_id):
    referral = decide(team, service_id, outcome, **changes)
    client = opened(referral)
    shown = status(client)
    text = main_of(shown)
    assert words in text
    assert "Dr Con Sultant, Consultant in pain medicine" in text
    assert "01632 960001" in text
    assert "As the letter says." not in text, "the reason is the clinician's, for the GP"
    assert not re.search(r"\b(reject|fail|eligib|refus|score)", text, re.IGNORECASE)
    with scope(service_id):
        letter = Letter.objects.get(audience="patient")
        to_gp = Letter.objects.get(audience="gp")
    read = client.get(address_of("letter", letter=letter.pk)).content.decode()
    assert "Yours sincerely" in read
    pdf = client.get(address_of("letter-in", letter=letter.pk, form="standard"))
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", bytes(letter.pdf))
    text = client.get(address_of("letter-in", letter=letter.pk, form="plain-text"))
    assert text.content.decode() == letter.text
    assert [form for form in FORMS if f"/{form}/" in read] == list(FORMS), "every form is offered"
    assert client.get(address_of("letter-in", letter=letter.pk, form="braille")).status_code == 404
    with scope(service_id):
        assert LetterCopy.objects.get(letter=letter).form == "plain-text", "kept as it was given out"
    assert client.get(address_of("letter", letter=to_gp.pk)).status_code == 404
    with scope(service_id):
        actions = AuditEntry.objects.filter(process=door.PATIENT_WITH_CODE).values_list("action", flat=True)
        assert set(actions) == {"referral.look", "letter.open"}


def test_what_is_told_first_is_what_they_are_asked(team, service_id):
    shown = main_of(status(opened(decide(team, service_id, "send_questionnaire"))))
    assert "Fill in the questionnaire" in shown
    assert shown.index("Fill in the questionnaire") < shown.index("What we decided")


def test_a_letter_that_was_stopped_is_not_theirs_to_read(team, service_id):
    referral = decide(team, service_id, "not_now")
    client = opened(referral)
    with scope(service_id):
        letter = Letter.objects.get(audience="patient")
        Dispatch.objects.filter(letter=letter, to="patient").update(state=DispatchState.CANCELLED)
    assert "Read the letter" not in status(client)
    assert client.get(address_of("letter", letter=letter.pk)).status_code == 404
    with scope(service_id):
        reversing.reverse(referral=referral, by=team.colleague, reason="Read again.")
    assert "We took this back on" in status(client)


def test_another_referral_and_a_closed_session_show_nothing(team, service_id):
    one = decide(team, service_id, "not_now")
    with scope(service_id):
        other = make_patient(team, email=False, patient={"family_name": "Else"})
        letter = Letter.objects.get(audience="patient", referral=one)
    client = opened(other)
    assert client.get(address_of("letter", letter=letter.pk)).status_code == 404
    assert one.reference not in status(client)
    with clock.at(clock.now() + timedelta(minutes=31)):
        answer = post(client, "changed", {"kind": "worse", "words": "Long typed words"})
        assert answer.status_code == 409
        assert "Long typed words" in answer.content.decode(), "nothing typed is lost"
    for name in ("status", "changed", "needs", "withdraw", "ready", "contact", "acting-for", "look-again"):
        assert Client().get(address_of(name))["Location"] == address_of("code")


def test_portsmouth_has_no_address_and_is_told_what_to_do(team, service_id):
    with scope(service_id):
        here, there = make_patient(team, email=False), make_patient(team, email=False, locality="portsmouth")
    assert "southamptonpainteam" in status(opened(here))
    shown = status(opened(there))
    assert "southamptonpainteam" not in shown
    assert "ask your GP practice to get in touch" in shown


def test_nothing_that_the_team_or_the_referrer_says_among_themselves(team, service_id):
    """Canary words in every text of the team: none of them on any page of the patient."""
    with scope(service_id):
        member = make_referrer(checked_by=team.consultant)
        referral = make_patient(team, email=False, text=LETTER + "\nHe wants to end his life. Canary-letter.\n")
        referral = sent_by(referral, member)
        Patient.objects.filter(pk=referral.patient_id).update(
            safe_contact="Canary-safe", communication_needs="Canary-needs"
        )
        assigning.assign(referral=referral, to=team.colleague, by=team.administrator)
        judging.act_on_alert(alert=referral.alerts.get(), by=team.consultant, action="Canary-alert")
        discussing.add_comment(referral=referral, by=team.consultant, text="Canary-comment")
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Canary-meeting")
        changing.report_change(referral=referral, by=member, kind="risk", words="Canary-referrer", key=uuid.uuid4())
        changing.read_change(change=ReportedChange.objects.get(), by=team.consultant, action="Canary-action")
        verbs.start_screening(referral=referral, by=team.consultant)
        judging.judge(
            referral=referral, by=team.consultant, criterion="adult", state="against", reason="Canary-judgement"
        )
        decided(
            referral, team.consultant, "signpost", reason="Canary-reason", to_gp="Canary-gp",
            clauses=("major-psychiatric-disturbance",),
        )  # fmt: skip
        verbs.take_back(referral=Referral.objects.get(pk=referral.pk), by=team.administrator, reason="Canary-back")
        verbs.close(
            referral=Referral.objects.get(pk=referral.pk), by=team.administrator, how="record_move",
            reason="Canary-move", told="Canary-told",
        )  # fmt: skip
        assert Task.objects.exists() or Transition.objects.filter(reason="Canary-move").exists()
        names = [letter.pk for letter in Letter.objects.filter(audience="patient")]
    client = opened(referral)
    pages = [("status", {}), ("changed", {}), ("needs", {}), ("contact", {}), ("acting-for", {})]
    pages += [(name, {"letter": pk}) for pk in names for name in ("letter",)]
    pages += [("letter-in", {"letter": pk, "form": form}) for pk in names for form in ("plain-text", "html")]
    for name, arguments in pages:
        answer = client.get(address_of(name, **arguments))
        assert answer.status_code in (200, 404), name
        shown = answer.content.decode()
        assert "Canary" not in shown, (name, re.findall(r".{40}Canary-\w+", shown))
        for words in ("Col League", "end his life", "Ada Min", "Phys Io", "Annette"):
            assert words not in shown, (name, words)


def test_the_page_asks_the_database_as_much_for_a_long_history(team, service_id):
    referral = decide(team, service_id, "not_now")
    counted = []
    for clinician in (team.colleague, team.consultant):
        with scope(service_id):
            by = door.holder(team.service, referral.pk, "patient")
            for number in range(4):
                changing.report_change(
                    referral=referral, by=by, kind="other", words=str(number), key=uuid.uuid4(), side="patient"
                )
        client = opened(referral)
        client.get(address_of("status"))
        with CaptureQueriesContext(connection) as asked:
            status(client)
        counted.append(len(asked))
        with scope(service_id):
            reversing.look_again(referral=referral, by=team.administrator, asked_by="patient", words="Please.")
            verbs.start_screening(referral=referral, by=clinician)
            for change in ReportedChange.objects.filter(read_at__isnull=True):
                changing.read_change(change=change, by=clinician, action="Rang.")
            decided(referral, clinician, "not_now")
    assert counted[0] == counted[1]
    assert counted[0] <= 24


# --- what they do ---------------------------------------------------------------------------------------------------


def last(service_id) -> ReportedChange:
    return ReportedChange.objects.filter(side="patient").order_by("pk").last()


@pytest.mark.parametrize("name", ["changed", "look-again", "withdraw", "ready", "needs", "contact", "acting-for"])
def test_urgent_help_stands_before_anything_can_be_written(name, team, service_id):
    client = opened(decide(team, service_id, "delay", **LATER))
    shown = client.get(address_of(name)).content.decode()
    form = shown.index('<form method="post" novalidate')
    assert shown.index("Call 999") < form
    for sign in danger_signs(load(find("southampton-portsmouth"))):
        assert shown.index(f"<li>{sign}</li>") < form, sign
    assert "one of our team reads it by" in shown


def test_something_has_changed_is_first_for_the_team_and_none_of_the_referrers_business(team, service_id):
    with scope(service_id):
        member = make_referrer(checked_by=team.consultant)
        referral = sent_by(make_patient(team, email=False), member)
    client = opened(referral)
    assert post(client, "changed", {"kind": "", "words": "I cannot sleep"}).status_code == 422
    for _ in range(2):
        assert post(client, "changed", {"kind": "low", "words": "I cannot sleep"}).status_code == 302
    shown = status(client)
    assert "do not wait for us" in shown
    assert "One of our team reads this by" in shown
    assert "I cannot sleep" not in shown, "who opens the page next may be somebody else"
    with scope(service_id):
        change = ReportedChange.objects.get()
        assert (change.side, change.kind) == ("patient", "low")
        assert change.due_at == changing.due_moment(change.at, "17:00")
        assert Referral.objects.get(pk=referral.pk).look_first == 0
    to_do = signed_in(team.consultant).get("/to-do/").content.decode()
    assert "The patient has told us" in to_do
    assert "I feel very low, or I do not feel safe" in to_do
    page = signed_in(team.consultant).get(reverse("triage:referral", args=[referral.reference])).content.decode()
    assert "The patient, with a one-time code" in page
    assert page.index("I cannot sleep") < page.index("published")
    for_referrer = referrers_page(signed_in(member), referral)
    assert "I cannot sleep" not in for_referrer
    assert "The team was told that something has changed" not in for_referrer


def test_ready_during_a_delay_is_due_the_same_working_day(team, service_id):
    referral = decide(team, service_id, "delay", **LATER)
    client = opened(referral)
    assert "I think I am ready" in status(client)
    for _ in range(2):
        assert post(client, "ready", {"words": ""}).status_code == 302
    with scope(service_id):
        referral = Referral.objects.get(pk=referral.pk)
        change = last(service_id)
        assert (referral.state, referral.came_back) == ("awaiting_screening", "ready")
        assert referral.due_on == change.due_at.astimezone(clock.LONDON).date()
        assert ReportedChange.objects.count() == 1
        verbs.start_screening(referral=referral, by=team.consultant)
    answer = client.get(address_of("ready"))
    assert answer.status_code == 409
    assert "moved on" in answer.content.decode()
    refused = post(client, "ready", {"words": "Still typed"})
    assert (refused.status_code, "Still typed" in refused.content.decode()) == (422, True)


def test_look_again_goes_to_another_clinician(team, service_id):
    referral = decide(team, service_id, "not_now")
    client = opened(referral)
    assert post(client, "look-again", {"words": ""}).status_code == 422
    assert post(client, "look-again", {"words": "My mood is steady now"}).status_code == 302
    with scope(service_id):
        referral = Referral.objects.get(pk=referral.pk)
        assert (referral.state, referral.not_by) == ("awaiting_screening", team.consultant)
        assert last(service_id).kind == "look_again"


@pytest.mark.parametrize("by_decision", [True, False])
def test_nobody_is_told_that_they_wished_what_somebody_else_said(by_decision, team, service_id):
    if by_decision:
        other = {"asked_by": "other", "asked_by_name": "Dr Gee", "asked_by_relationship": "GP"}
        referral = decide(team, service_id, "withdraw", **other)
    else:
        with scope(service_id):
            referral = make_patient(team, email=False)
            verbs.close(
                referral=referral,
                by=team.administrator,
                how="withdraw",
                reason="r",
                asked_by="Dr Gee",
                relationship="GP",
            )
    client = opened(referral)
    told = main_of(status(client))
    if by_decision:
        with scope(service_id):
            letter = referral.letters.get(audience="patient").pk
        told += main_of(client.get(address_of("letter", letter=letter)).content.decode())
    assert "We were told that you do not want to come now. Is this wrong? Tell us." in told
    assert "Your referral was stopped" in told
    assert not re.search(r"as you wished|[Yy]ou (have )?told us|asked us to\b", told)


def test_to_stop_is_confirmed_read_the_same_day_and_has_a_way_back(team, service_id):
    with scope(service_id):
        referral = make_patient(team, email=False)
    client = opened(referral)
    shown = client.get(address_of("withdraw")).content.decode()
    assert "You can change your mind at any time" in shown
    assert "No, keep my referral" in shown
    with scope(service_id):
        assert Referral.objects.get(pk=referral.pk).is_open, "looking at the page stops nothing"
    for _ in range(2):
        assert post(client, "withdraw", {"words": "They told me to"}).status_code == 302
    with scope(service_id):
        referral = Referral.objects.get(pk=referral.pk)
        assert (referral.state, referral.look_first) == ("withdrawn", 0)
        assert Task.objects.get(done_at__isnull=True).kind == "door_open_letter"
        assert ReportedChange.objects.get().words == "They told me to"
    assert "Your referral was stopped" in status(client)
    assert "They told me to" in signed_in(team.consultant).get("/to-do/").content.decode()
    assert post(client, "look-again", {"words": "I was wrong"}).status_code == 302
    with scope(service_id):
        assert Referral.objects.get(pk=referral.pk).state == "awaiting_screening"


def test_to_stop_waits_for_a_clinician_while_an_alert_is_open_and_for_a_proxy(team, service_id):
    with scope(service_id):
        alerted = make_patient(team, email=False, text=LETTER + "\nHe wants to end his life.\n")
        calm = make_patient(team, email=False, text=LETTER + "2")
    for referral, proxy in ((alerted, False), (calm, True)):
        client = opened(referral)
        if proxy:
            assert post(client, "acting-for", {"name": "Jo Carer", "relationship": "sister"}).status_code == 302
            assert "You act for the patient, as Jo Carer" in client.get(address_of("withdraw")).content.decode()
        assert post(client, "withdraw", {"words": ""}).status_code == 302
        with scope(service_id):
            assert Referral.objects.get(pk=referral.pk).is_open
            change = ReportedChange.objects.filter(referral=referral, kind="withdraw").get()
            assert change.facts == ({"said_by": "Jo Carer (sister)"} if proxy else {})
        assert "alert" not in main_of(status(client)).lower()
    page = signed_in(team.consultant).get(reverse("triage:referral", args=[calm.reference])).content.decode()
    assert "Said for the patient by Jo Carer (sister)" in page


def test_did_you_get_there(team, service_id):
    referral = decide(team, service_id, "signpost")
    with scope(service_id):
        row = referral.follow_ups.get()
    client = opened(referral)
    assert "Did you get there?" in status(client)
    assert post(client, "got-there", {"there": ""}, follow_up=row.pk).status_code == 422
    assert post(client, "got-there", {"there": "no", "words": "It was full"}, follow_up=row.pk).status_code == 302
    assert post(client, "got-there", {"there": "no", "words": "It was full"}, follow_up=row.pk).status_code == 302
    with scope(service_id):
        assert Referral.objects.get(pk=referral.pk).state == "awaiting_screening"
        assert ReportedChange.objects.get().words == "It was full"
    other = decide(team, service_id, "signpost")
    with scope(service_id):
        row = other.follow_ups.get()
    assert post(opened(other), "got-there", {"there": "yes", "words": ""}, follow_up=row.pk).status_code == 302
    assert client.get(address_of("got-there", follow_up=row.pk)).status_code == 404
    with scope(service_id):
        assert Referral.objects.get(pk=other.pk).state == "signposted"
        assert following_up.due(team.administrator).count() == 0


def test_questions_are_answered_item_by_item_filed_and_read_beside_the_clauses(team, service_id):
    asks = {
        "clauses": ("major-psychiatric-disturbance",),
        "asks": {"patient:major-psychiatric-disturbance": "How is your mood?"},
        "questions_patient": "What helps you?",
    }
    referral = decide(team, service_id, "ask_patient", **asks)
    client = opened(referral)
    with scope(service_id):
        asked = referral.requests.get()
    assert "How is your mood?" in status(client)
    assert post(client, "answer", {}, asked=asked.pk).status_code == 422
    half = post(client, "answer", {"0-answer": "Steady since May"}, asked=asked.pk)
    assert (half.status_code, "Steady since May" in half.content.decode()) == (422, True)
    later = post(client, "answer", {"0-answer": "Steady since May", "rest": "later"}, asked=asked.pk)
    assert later.status_code == 302
    with scope(service_id):
        assert Referral.objects.get(pk=referral.pk).state == "awaiting_patient"
    for _ in range(2):
        assert post(client, "answer", {"1-answer": "Swimming"}, asked=asked.pk).status_code == 302
    with scope(service_id):
        referral = Referral.objects.get(pk=referral.pk)
        assert (referral.state, referral.came_back) == ("awaiting_screening", "reply")
        names = list(
            Document.objects.filter(name__startswith="Answers of the patient").values_list("content", flat=True)
        )
        assert [bytes(one) for one in names] == [b"Steady since May", b"Swimming"], "our questions are not in it"
        assert not referral.conversation.exists(), "the referrer reads that"
    shown = signed_in(team.consultant).get(reverse("triage:referral", args=[referral.reference])).content.decode()
    assert "Patient: " in shown
    assert "“Steady since May”" in shown
    assert client.get(address_of("answer", asked=asked.pk)).status_code == 409


def test_needs_count_at_once_and_contact_details_are_a_proposal(team, service_id, settings):
    settings.SENDS_EMAIL = True
    with scope(service_id):
        referral = make_patient(team)
    client = opened(referral)
    given = {"needs": ["large-print"], "letter_format": "large-print", "language": "Polish", "interpreter": "Polish",
             "other": "Please speak slowly"}  # fmt: skip
    assert post(client, "needs", given | {"letter_format": "gold"}).status_code == 422
    for _ in range(2):
        assert post(client, "needs", given | {"letter_format": ""}).status_code == 302
    with scope(service_id):
        patient = Patient.objects.get(pk=referral.patient_id)
        assert (patient.needs, patient.letter_format, patient.language) == (["large-print"], "large-print", "Polish")
        assert patient.needs_checked_on == clock.today()
        assert ReportedChange.objects.get().kind == "needs"
    assert post(client, "contact", {"details": "07700 900000", "safety": "Not after six"}).status_code == 302
    with scope(service_id):
        patient.refresh_from_db()
        assert (patient.phone, patient.safe_contact) == ("", "Not after six")
    assert "Not after six" not in status(client) + client.get(address_of("contact")).content.decode()
    assert post(client, "contact", {"details": " ", "safety": ""}).status_code == 422
    to_do = signed_in(team.administrator).get("/to-do/").content.decode()
    assert "07700 900000" in to_do


def test_unread_it_goes_further_and_whoever_is_on_duty_owns_it(team, service_id):
    with scope(service_id):
        rota.add_to_rota(
            by=team.administrator, membership=team.colleague, weekday=due_weekday(), starts_on=clock.today()
        )
        referral = make_patient(team, email=False)
        by = door.holder(team.service, referral.pk, "patient")
        change = patient_acts.act_for(
            referral=referral, by=by, proxy=patient_acts.Proxy("Jo", "son"), words="", key=uuid.uuid4()
        )
        assert change.owner == team.colleague


def due_weekday() -> int:
    return changing.due_moment(clock.now(), "17:00").astimezone(clock.LONDON).weekday()


HOSTILE = {
    "key": "x' OR 1=1", "kind": ["x", "low"], "words": "<script>alert(1)</script>" * 300, "there": "maybe",
    "needs": ["gold", "large-print"], "letter_format": "gold", "language": "x" * 99, "interpreter": "\u202e" * 99,
    "other": "y" * 2000, "details": "z" * 2000, "safety": "z" * 2000, "name": "n" * 999, "relationship": "r" * 999,
    "0-answer": "a" * 9000, "rest": "never",
}  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        ("delay", "changed"), ("delay", "ready"), ("delay", "look-again"), ("ask_patient", "withdraw"),
        ("ask_patient", "answer"), ("signpost", "got-there"), ("delay", "needs"), ("delay", "contact"),
        ("delay", "acting-for"),
    ],
)  # fmt: skip
def test_hostile_input_changes_nothing_and_comes_back_as_text(outcome, name, team, service_id):
    referral = decide(team, service_id, outcome, **(LATER if outcome == "delay" else {}))
    with scope(service_id):
        before = Referral.objects.get(pk=referral.pk).version
        row = referral.requests.first() if name == "answer" else referral.follow_ups.first()
    arguments = {"asked": row.pk} if name == "answer" else {"follow_up": row.pk} if name == "got-there" else {}
    answer = opened(referral).post(address_of(name, **arguments), HOSTILE)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    with scope(service_id):
        assert Referral.objects.get(pk=referral.pk).version == before
        assert not ReportedChange.objects.exists()


def test_after_a_death_nothing_is_open(team, service_id):
    with scope(service_id):
        referral = make_patient(team, email=False)
    client = opened(referral)
    with scope(service_id):
        closing.close(referral=referral, by=team.administrator, how="record_death", reason="The GP.", told="All.")
    assert client.get(address_of("status"))["Location"] == address_of("code")
    assert post(client, "changed", {"kind": "other", "words": "x"}).status_code == 409


# --- the team's side ------------------------------------------------------------------------------------------------


def test_the_team_prints_the_page_and_sends_a_code_that_it_does_not_see(team, service_id, settings):
    settings.SITE_URL = "https://referrals.example.nhs.uk"
    referral = decide(team, service_id, "accept")
    client = signed_in(team.administrator)
    page = client.get(reverse("triage:referral", args=[referral.reference])).content.decode()
    assert "Print for the patient" in page
    pdf = client.get(reverse("triage:print-for-patient", args=[referral.reference]))
    assert pdf["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(pdf.content) as document:
        words = " ".join("".join(one.get_textpage().get_text_bounded() for one in document).split())
    for expected in ("We can see you", "Dr Con Sultant", referral.reference, "referral/code/", "Call 999"):
        assert expected.replace(" ", "") in words.replace(" ", "").replace("\u200b", "")
    assert "As the letter says." not in words
    answer = client.post(reverse("triage:send-code", args=[referral.reference]), follow=True).content.decode()
    assert "A code goes to the patient by post" in answer
    with scope(service_id):
        code = code_of(OneTimeCode.objects.get(), referral)
    assert code not in answer
    assert signed_in(team.manager).post(reverse("triage:send-code", args=[referral.reference])).status_code == 403
    with scope(service_id):
        Patient.objects.filter(pk=referral.patient_id).update(safe_contact="Only by phone")
    answer = client.post(reverse("triage:send-code", args=[referral.reference]), follow=True).content.decode()
    assert "waits for a person under “Post”" in answer
    assert "Only by phone" in answer
    assert "A code goes" not in answer
