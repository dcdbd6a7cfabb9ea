"""A restricted record on pages: every address of it answers with the glass, and no list says whom it is about."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.changing import set_lead
from painpath.accounts.inviting import add_member
from painpath.accounts.models import AuditEntry, KeptForm, Membership
from painpath.accounts.scope import scope
from painpath.letters.models import Dispatch, InboundMessage
from painpath.referrals import restricting, verbs
from painpath.referrals.models import Referral, Task
from painpath.referrals.todo import give_task
from painpath.referrals.together import discussing
from painpath.web import kept
from painpath.web.access import ABOUT_RESTRICTING, access_table
from tests.referrals.conftest import LETTER, make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.triage.test_access import ARGUMENTS, EVERY

NAMES = ("Ashcombe", "Leonard", "Brackenridge")
WHY = {"why": "care", "words": "Rings and is in tears"}


@pytest.fixture
def shut(db, service_id):
    """A restricted record with letters to send, something to do and an item for the meeting, and one with an alert."""
    with scope(service_id):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        lead = Membership.objects.select_related("user").get(pk=team.colleague.pk)
        referral = waiting_referral(team, patient={"interpreter": "Polish"})
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "delay", review_on=clock.today().replace(year=clock.today().year + 1))
        give_task(
            referral, "contact", "Ring Mr Ashcombe.", by=team.consultant, role="administrator", due_on=clock.today()
        )
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Is Leonard safe?")
        danger = LETTER.replace("Ashcombe", "Brackenridge") + "\nHe wants to end his life.\n"
        alerted = waiting_referral(team, danger, patient={"family_name": "Brackenridge"}, referrer_name="Dr Two")
        for one in (referral, alerted):
            restricting.restrict(referral=one, by=lead, why="staff", words="Works here")
    return team, lead, Referral(pk=referral.pk, reference=referral.reference)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_every_address_of_the_record_answers_with_the_glass(shut):
    team, _, referral = shut
    glass = reverse("triage:break-glass", args=[referral.reference])
    walked = 0
    for member in (team.administrator, team.physiotherapist, team.manager):
        client = signed_in(member)
        for name, who in access_table().items():
            if not ({"reference", "other"} & set(EVERY[name])) or not member.roles & who or name in ABOUT_RESTRICTING:
                continue
            given = {key: ARGUMENTS[key] for key in EVERY[name]} | {"reference": referral.reference}
            for answer in (client.get(reverse(name, kwargs=given)), client.post(reverse(name, kwargs=given))):
                assert (answer.status_code, answer["Location"]) == (302, glass), name
            walked += 1
        page = client.get(glass)
        assert page.status_code == 403
        assert "Restricted record" in page.content.decode()
        assert not [one for one in (*NAMES, "Polish", "end his life") if one in page.content.decode()]
    assert walked > 100


def test_what_hangs_on_it_is_closed_by_its_own_number_too(shut, service_id):
    team, _, referral = shut
    with scope(service_id):
        dispatch = Dispatch.objects.filter(referral=referral.pk).first()
        item = Referral.objects.get(pk=referral.pk).meeting_items.get()
    client = signed_in(team.administrator)
    glass = reverse("triage:break-glass", args=[referral.reference])
    assert client.get(reverse("triage:meeting-agreed", args=[item.pk]))["Location"] == glass
    for name in ("triage:dispatch", "triage:became"):
        assert client.get(reverse(name, args=[dispatch.pk]))["Location"] == glass


def test_lists_show_that_it_waits_and_not_whose_it_is(shut, service_id):
    """Its reference, due day and alerts stand there for everybody: a restriction never hides a danger."""
    team, lead, referral = shut
    client = signed_in(team.administrator)
    lists = {name: client.get(reverse(f"triage:{name}")).content.decode()
             for name in ("worklist", "to-do", "meeting", "post", "follow-ups", "second-list")}  # fmt: skip
    for name, page in lists.items():
        assert not [one for one in (*NAMES, "Polish") if one in page], name
    assert "Restricted record" in lists["to-do"]
    with scope(service_id):
        alerted = Referral.objects.get(patient__family_name="Brackenridge")
    [row] = [one for one in re.findall(r"<tr.*?</tr>", lists["worklist"], re.DOTALL) if alerted.reference in one]
    assert "Restricted record" in row
    assert "Alert" in row
    assert f"{alerted.due_on:%-d %b %Y}" in row
    assert "Ashcombe" in signed_in(lead).get(reverse("triage:to-do")).content.decode()
    with scope(service_id):
        Task.objects.filter(referral=referral.pk).update(owner=team.consultant)
    held = signed_in(team.administrator).get(reverse("triage:member", args=[team.consultant.pk]))
    assert "Something about a restricted record" in held.content.decode()
    assert not [one for one in NAMES if one in held.content.decode()]
    with scope(service_id):  # what somebody has in hand may name whom it is about: the look is on record
        assert AuditEntry.objects.get(action="holding.look").detail["referrals"] == [referral.pk]
    client.post(reverse("triage:search"), {"words": "Ashcombe"})
    assert referral.reference not in client.get(reverse("triage:search")).content.decode()


def test_a_manager_for_whom_it_is_closed_finds_the_way_to_end_the_restriction(shut):
    team, _, referral = shut
    ends = reverse("triage:restrict", args=[referral.reference])
    glass = reverse("triage:break-glass", args=[referral.reference])
    assert f'href="{ends}"' in signed_in(team.manager).get(glass).content.decode()
    assert ends not in signed_in(team.physiotherapist).get(glass).content.decode()
    assert "The whole team can open it again" in signed_in(team.manager).get(ends).content.decode()


def test_breaking_the_glass_opens_it_with_a_notice_and_a_lead_reviews_it(shut, service_id):
    team, lead, referral = shut
    client = signed_in(team.administrator)
    glass = reverse("triage:break-glass", args=[referral.reference])
    page = reverse("triage:referral", args=[referral.reference])
    assert client.post(glass, {"why": "care"}).status_code == 422
    assert client.get(page)["Location"] == glass
    assert client.post(glass, WHY)["Location"] == page
    opened = client.get(page).content.decode()
    assert "Ashcombe" in opened
    assert "It is open for you until" in opened
    assert signed_in(team.physiotherapist).get(page)["Location"] == glass
    named = signed_in(lead).get(page).content.decode()
    assert "It is open for you until" not in named
    assert re.search(r'nhsuk-tag--red">\s*Restricted record', named)
    with scope(service_id):
        auditor = add_member(by=team.administrator, email="aud@example.nhs.uk", name="Aud Itor", role="auditor")
    listed = reverse("triage:restricted")
    for member in (lead, auditor):
        shown = signed_in(member).get(listed).content.decode()
        assert referral.reference in shown
        assert WHY["words"] in shown
        leads_to = page if member is lead else reverse("triage:audit-record", args=[referral.reference])
        assert f'href="{leads_to}"' in shown
        assert not [one for one in NAMES if one in shown]
    assert client.get(listed).status_code == 403
    with scope(service_id):
        one = restricting.to_review(lead).get()
    review = reverse("triage:review-glass", args=[one.pk])
    to_do = reverse("triage:to-do")
    assert "review why</a> (1)" in signed_in(lead).get(to_do).content.decode()
    assert "review why" not in client.get(to_do).content.decode()
    assert signed_in(auditor).post(review, {"words": "Right"}).status_code == 403
    assert signed_in(lead).post(review, {"words": ""}).status_code == 422
    assert signed_in(lead).post(review, {"words": "She had rung"}).status_code == 302
    assert WHY["words"] not in signed_in(lead).get(listed).content.decode()


def test_a_manager_restricts_and_ends_it_without_seeing_it(shut, service_id):
    team, lead, referral = shut
    client = signed_in(team.manager)
    page = reverse("triage:restrict", args=[referral.reference])
    shown = client.get(page).content.decode()
    assert not [one for one in NAMES if one in shown]
    assert client.post(page, {"words": ""}).status_code == 422
    assert client.post(page, {"words": "Has left"}).status_code == 302
    assert client.get(reverse("triage:referral", args=[referral.reference])).status_code == 200
    assert client.post(page, {"why": "wish", "words": "Asks for it"}).status_code == 302
    assert client.get(reverse("triage:referral", args=[referral.reference])).status_code == 302
    assert signed_in(team.administrator).get(page).status_code == 403
    told = signed_in(lead).get(reverse("triage:restricted")).content.decode().split("Not restricted any more")[1]
    assert referral.reference in told
    assert "Has left" in told


def test_what_was_sent_to_a_closed_record_waits_until_it_is_open(shut, service_id):
    """The hours of an open record may end while somebody writes."""
    team, _, referral = shut
    by = team.administrator
    client, glass = signed_in(by), reverse("triage:break-glass", args=[referral.reference])
    marked = {kept.FIELD: kept.mark(SimpleNamespace(membership=by)), "text": "He rang: call him back"}
    path = reverse("triage:discussion", args=[referral.reference])
    told = client.post(path, marked)["Location"]
    with scope(service_id, by.user_id):
        key = KeptForm.objects.get().key
    assert told == f"{glass}?kept={key}"
    again = client.post(path, {"kept": str(key)})["Location"]
    assert again == told
    waits = client.post(told, WHY)["Location"]
    assert waits == reverse("kept", args=[key])
    assert "He rang: call him back" in client.get(waits).content.decode()
    assert client.post(path, {"kept": str(key)})["Location"] == path
    with scope(service_id, by.user_id):
        assert Referral.objects.get(pk=referral.pk).comments.get().text == "He rang: call him back"
        assert not KeptForm.objects.exists()
    assert client.post(path, marked | {kept.FIELD: "x"}).status_code == 302


def test_what_came_about_it_is_closed_too_also_under_its_number_of_e_rs(shut, service_id):
    team, _, referral = shut
    with scope(service_id):
        Referral.objects.filter(pk=referral.pk).update(ubrn="123456789012")
        dispatch = Dispatch.objects.filter(referral=referral.pk).first()
        came = {"service_id": service_id, "content": b"Ashcombe", "why": "Leonard Ashcombe is not at this practice."}
        report = InboundMessage.objects.create(source="mesh", message_id="1", dispatch=dispatch, **came)
        garbled = InboundMessage.objects.create(
            source="ers", message_id="2", headers={"ubrn": "123456789012", "mex-subject": "Ashcombe"}, **came
        )
    client = signed_in(team.administrator)
    post = client.get(reverse("triage:post")).content.decode()
    assert not [one for one in NAMES if one in post]
    assert client.get(reverse("triage:inbound", args=[report.pk])).status_code == 302
    for name in ("triage:inbound", "triage:inbound-file"):
        answer = client.get(reverse(name, args=[garbled.pk]))
        assert answer.status_code == 409
        assert "Ashcombe" not in answer.content.decode()
    client.post(reverse("triage:break-glass", args=[referral.reference]), WHY)
    assert b"Leonard" in client.get(reverse("triage:post")).content
    assert client.get(reverse("triage:inbound", args=[garbled.pk])).status_code == 200
