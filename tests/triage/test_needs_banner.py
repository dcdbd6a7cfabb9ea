"""What a patient needs stands on every page of the team about them: all addresses of a referral, as they are listed."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.roles import PATIENT
from painpath.accounts.scope import scope
from painpath.letters.door import holder
from painpath.letters.ers import mark_sent
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.rights import copying
from painpath.referrals import verbs
from painpath.referrals.arriving.needs import communication_of, record_needs
from painpath.referrals.corrections.merging import merge
from painpath.referrals.decisions.deciding import save_draft
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral, SecondScreening, SignpostFollowUp
from painpath.referrals.questionnaires import answering, library
from painpath.referrals.referring.changing import report_change
from painpath.referrals.retention import destroying, keeping
from painpath.referrals.rights.asking import record_request
from painpath.referrals.sheet import judging
from painpath.referrals.todo import give_task
from painpath.referrals.together import discussing
from painpath.triage.presenters.needs import short
from painpath.triage.urls import ACCESS
from tests.referrals.conftest import LETTER, make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.ended import another_manager, withdrawn
from tests.triage.test_access import ARGUMENTS, EVERY

CONTENT = DecisionContent(outcome="send_questionnaire", clauses=("adult",), reason="To know more.",
                          questionnaire="about-your-pain")  # fmt: skip
NEED = "Everything on paper in 18 point or larger."


NAMELESS = {"triage:audit-record", "triage:break-glass", "triage:restrict"}
"""Pages about a record that say nothing of whose it is: an auditor's, and those of restricted records."""
ABOUT = {name for name in ACCESS if {"reference", "dispatch"} & set(EVERY[name])} - NAMELESS
"""Every address about one referral that shows whom it is about."""
FILES = {"triage:letter-in"}
"""A letter in the form of its address: a file, whose forms `test_letter_pages` walks."""


def walk(found, referral, member, **more):
    """Note in `found` (name -> what it shows, None for a file) whatever of this referral this member can open now."""
    client, given = Client(), {"reference": referral.reference} | more
    client.force_login(member.user)
    for name in sorted(ABOUT - set(found)):
        if set(EVERY[name]) <= set(given):
            answer = client.get(reverse(name, kwargs={key: given[key] for key in EVERY[name]}))
            if answer.status_code == 200:
                page = answer["Content-Type"].startswith("text/html")
                found[name] = answer.content.decode() if page else None


def posted(referral, member):
    """The addresses that are no pages: they take what a form sends, and nothing else."""
    client, given = Client(), ARGUMENTS | {"reference": referral.reference}
    client.force_login(member.user)
    return {
        name for name in ABOUT
        if client.get(reverse(name, kwargs={key: given[key] for key in EVERY[name]})).status_code == 405
    }  # fmt: skip


def in_need(team, text=LETTER, **changes):
    referral = waiting_referral(team, text, **changes)
    record_needs(patient=referral.patient, referral=referral, by=team.administrator, needs=["large-print"])
    return referral


def concluded(team, outcome, **changes):
    referral = verbs.start_screening(referral=in_need(team, **changes), by=team.consultant)
    decided(referral, team.consultant, outcome)
    return referral


def keeping_and_rights(shown, team):
    """Pages about how long a record is kept, and about what people ask about their data."""
    with scope(team.service):
        second, ended = another_manager(team), withdrawn(team)
        record_needs(patient=ended.patient, referral=ended, by=team.administrator, needs=["large-print"])
        hold = keeping.hold(referral=ended, by=team.manager, reason="A claim.")
    walk(shown, ended, team.manager, hold=hold.pk)
    with scope(team.service):
        keeping.end_hold(hold=hold, by=team.manager, reason="Settled.")
    walk(shown, ended, team.manager)
    with scope(team.service):
        destroying.ask(referral=ended, by=team.manager, reason="Not needed.", reference=ended.reference)
    walk(shown, ended, second)
    with scope(team.service):
        asks = {"by": team.administrator, "received_on": clock.today(), "asked_by": "patient", "words": "Please."}
        referral = in_need(team)
        wrong = record_request(referral=referral, kind="rectification", **asks)
        wanted = record_request(referral=referral, kind="access", **asks)
        said = {item.key: (True, "") for item in copying.look(wanted, by=team.manager)}
        copying.choose(request=wanted, by=team.manager, said=said)
    for asked in (wrong, wanted):
        walk(shown, referral, team.manager, asked=asked.pk)
    with scope(team.service):
        copying.give(request=wanted, by=team.manager, harm_judged_by="Dr Con Sultant", identity_how="Passport")
    walk(shown, referral, team.manager, asked=wanted.pk)


@pytest.mark.django_db
def test_needs_stand_on_every_page_of_a_referral(service_id):
    shown: dict[str, str | None] = {}
    with scope(service_id):
        team = make_team()
        referral = in_need(team, LETTER + "\nHe wants to end his life.\n")
        alert = referral.alerts.get()
        known = {"document": referral.documents.get().pk, "alert": alert.pk, "criterion": "adult", "audience": "gp"}
        verbs.start_screening(referral=referral, by=team.consultant)
        save_draft(referral=referral, by=team.consultant, content=CONTENT, seen_version=referral.version)
    walk(shown, referral, team.consultant, **known)
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
    for who in (team.consultant, team.administrator, team.colleague):
        walk(shown, referral, who, **known)
    with scope(service_id):
        one, two = (in_need(team, patient={"nhs_number": "9990000018"}) for _ in range(2))
    walk(shown, one, team.administrator, other=two.reference)
    with scope(service_id):
        merge(duplicate=one, into=two, by=team.administrator, reason="The same letter.")
        asked = concluded(team, "accept", may_convert=False)
        task = give_task(asked, "contact", "Ring.", by=team.consultant, role="clinician", due_on=clock.today())
        followed = SignpostFollowUp.objects.create(
            service_id=service_id, referral=asked, decision=asked.decisions.get(), signpost="a", name="A club",
            ask_on=clock.today(),
        )  # fmt: skip
        said = report_change(
            referral=asked, by=holder(team.service, asked.pk, PATIENT), kind="other", side="patient", words="I moved.",
            key=uuid.uuid4(),
        )  # fmt: skip
        post = Dispatch.objects.filter(referral=asked, to="patient").first()
        Dispatch.objects.filter(pk=post.pk).update(channel="print", state=DispatchState.SENT)
        advised, discharged = concluded(team, "advise"), concluded(team, "discharge")
        reply = Dispatch.objects.select_related("referral").get(referral=advised, kind="ers_reply")
        mark_sent(dispatch=reply, by=team.administrator)
    walk(shown, one, team.administrator)
    walk(shown, asked, team.consultant, task=task.pk, follow_up=followed.pk, change=said.pk, dispatch=post.pk)
    walk(shown, advised, team.administrator, dispatch=reply.pk)
    walk(shown, discharged, team.administrator)
    keeping_and_rights(shown, team)
    unseen = ABOUT - set(shown) - FILES - posted(referral, team.consultant)
    assert not unseen, "bring a referral into the state in which they open"
    assert {name for name, page in shown.items() if page is not None and NEED not in page} == set()


@pytest.mark.django_db
def test_needs_stand_beside_each_name_of_a_list(service_id):
    with scope(service_id):
        team = make_team()
        referral = verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
        decision = decided(referral, team.consultant, "ask_referrer")
        record_needs(patient=referral.patient, referral=referral, by=team.administrator, needs=["bsl"])
        given = {"by": team.consultant, "role": "clinician", "due_on": clock.today()}
        give_task(referral, "contact", "Ring.", **given)
        SignpostFollowUp.objects.create(service_id=service_id, referral=referral, decision=decision, signpost="a",
                                        name="A club", ask_on=clock.today())  # fmt: skip
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="What first?", meets_on=None)
        report_change(referral=referral, by=holder(team.service, referral.pk, PATIENT), kind="other", side="patient",
                      words="I moved.", key=uuid.uuid4())  # fmt: skip
        words = short(Referral.objects.get(pk=referral.pk).patient, communication_of(referral))
    client = Client()
    client.force_login(team.consultant.user)
    assert words.startswith("Needs: ")
    for name, rows in (("to-do", 2), ("follow-ups", 1), ("meeting", 1)):
        assert client.get(reverse(f"triage:{name}")).content.decode().count(words) == rows, name
