"""Where is it? What whoever referred sees of one referral, and what they never see; with an account and with a code."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.scope import scope
from painpath.directory.models import Practice, Referrer
from painpath.letters import codes, door
from painpath.letters.models import Letter, OneTimeCode
from painpath.referrals import verbs
from painpath.referrals.corrections import merging
from painpath.referrals.guidance import conversation
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.referring import changing
from painpath.referrals.sheet import judging
from painpath.referrals.together import discussing
from painpath.referrals.worklist import assigning
from painpath.web.by_code import LASTS
from tests.letters.test_codes import code_of
from tests.referrals.conftest import LETTER, make_referrer, make_team, sent_by, waiting_referral
from tests.referrals.deciding import decided

KNOWN = {"nhs_number": "9990000018"}
INTERNAL = ("Secret comment", "Secret question", "wants to end his life", "Rang the crisis team", "Col League")


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page(client: Client, referral: Referral, name: str = "status", **more) -> str:
    answer = client.get(reverse(f"referrers:{name}", kwargs={"reference": referral.reference, **more}))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def busy(db, service_id):
    """A referral about which much is said inside the team, decided by `not now`; with who sent it."""
    with scope(service_id):
        team = make_team()
        member = make_referrer(checked_by=team.consultant)
        referral = sent_by(waiting_referral(team, LETTER + "\nHe wants to end his life.\n"), member)
        assigning.assign(referral=referral, to=team.colleague, by=team.administrator)
        judging.act_on_alert(alert=referral.alerts.get(), by=team.consultant, action="Rang the crisis team.")
        discussing.add_comment(referral=referral, by=team.consultant, text="Secret comment")
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Secret question")
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "not_now")
    return team, member, referral


def test_status_decision_and_letter_in_plain_words_and_nothing_of_the_team(busy, service_id):
    _, member, referral = busy
    client = signed_in(member)
    shown = page(client, referral)
    assert "Not accepted now" in shown
    assert "Dr Con Sultant, Consultant in pain medicine (GMC 0000001)" in shown
    assert "As the letter says." in shown
    with scope(service_id):
        published = referral.decisions.get().clauses.get().published
        letter = Letter.objects.get(audience="gp")
        to_patient = Letter.objects.get(audience="patient")
    assert published.split(".")[0] in shown
    record = client.get(reverse("referrers:record", args=[referral.reference]))
    assert record["Content-Disposition"] == f'attachment; filename="{referral.reference}.txt"'
    for text in (shown, record.content.decode()):
        assert not [words for words in INTERNAL if words in text]
    pdf = client.get(reverse("referrers:letter", args=[referral.reference, letter.pk]))
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", bytes(letter.pdf))
    text = client.get(reverse("referrers:letter-text", args=[referral.reference, letter.pk]))
    assert text.content.decode() == letter.text
    assert client.get(reverse("referrers:letter", args=[referral.reference, to_patient.pk])).status_code == 404
    with scope(service_id):
        looks = AuditEntry.objects.filter(by=member).order_by("pk").values_list("action", flat=True)
        assert list(looks) == ["referral.look", "referral.download", "letter.open", "letter.open"]


def test_who_has_it_is_a_name_only_once_it_is_read(service_id, db):
    with scope(service_id):
        team = make_team()
        member = make_referrer(checked_by=team.consultant)
        referral = sent_by(waiting_referral(team), member)
        assigning.assign(referral=referral, to=team.colleague, by=team.administrator)
    shown = page(signed_in(member), referral)
    assert "The clinicians" in shown
    assert "Col League" not in shown
    with scope(service_id):
        verbs.start_screening(referral=referral, by=team.colleague)
    assert "Dr Col League, Consultant in pain medicine" in page(signed_in(member), referral)
    with clock.at(clock.now() + timedelta(days=200)):
        assert "that day has passed" in page(signed_in(member), referral)


def test_until_the_registration_is_checked_only_that_it_is_here(busy, service_id):
    _, member, referral = busy
    with scope(service_id):
        Referrer.objects.filter(member=member).update(verified_at=None, verified_by=None)
        letter = Letter.objects.get(audience="gp")
    client = signed_in(member)
    shown = page(client, referral)
    assert "Your referral is here" in shown
    assert "Something has changed" in shown
    for words in ("Not accepted", "As the letter says", "What has happened", "Con Sultant"):
        assert words not in shown
    for name, more in (("letter", [letter.pk]), ("letter-text", [letter.pk]), ("record", [])):
        assert client.get(reverse(f"referrers:{name}", args=[referral.reference, *more])).status_code == 404


def test_what_a_colleague_of_the_practice_said_is_not_what_you_said(service_id, db):
    with scope(service_id):
        team = make_team()
        practice = Practice.objects.create(service=team.service, name="Larkfield Medical Practice")
        member, other = (
            make_referrer(name, practice=practice, checked_by=team.consultant) for name in ("Dr Own", "Dr Other")
        )
        shown = {}
        for by in (other, team.administrator):
            referral = sent_by(waiting_referral(team, f"A letter for {by.name}."), member)
            verbs.start_screening(referral=referral, by=team.consultant)
            decided(referral, team.consultant, "advise")
            given = {"verdict": "still_refer", "words": "They need you.", "said_on": clock.today()}
            conversation.record_verdict(referral=referral, by=by, **given)
            shown |= {(by, reader): page(signed_in(reader), referral) for reader in (member, other)}
    still = "still wish to refer: another clinician looks"
    assert f"Dr Other said that they {still}" in shown[other, member]
    assert f"You said that you {still}" in shown[other, other]
    assert f"You said that you {still}, as the team recorded" in shown[team.administrator, member]
    assert f"Dr Own said that they {still}, as the team recorded" in shown[team.administrator, other]


def test_another_practices_and_nobodys_are_not_found_in_one_way(busy, service_id):
    team, _, referral = busy
    with scope(service_id):
        stranger = make_referrer("Dr Else Where", checked_by=team.consultant)
    client = signed_in(stranger)
    for name in ("status", "record", "message", "changed"):
        theirs, nobodys = (
            client.get(reverse(f"referrers:{name}", args=[one])) for one in (referral.reference, "2222-2222")
        )
        assert theirs.status_code == nobodys.status_code == 404
    answer = client.post(reverse("referrers:changed", args=[referral.reference]), {"kind": "urgent", "words": "x"})
    assert answer.status_code == 404
    with scope(service_id):
        assert not ReportedChange.objects.exists()
        Membership.objects.filter(pk=stranger.pk).update(ended_at=clock.now())
    assert client.get(reverse("referrers:mine")).status_code == 403


def test_a_merged_referral_leads_to_the_one_that_goes_on(service_id, db):
    with scope(service_id):
        team = make_team()
        member = make_referrer(checked_by=team.consultant)
        one = sent_by(waiting_referral(team, patient=KNOWN), member)
        two = waiting_referral(team, LETTER + "2", patient=KNOWN)
        merging.merge(duplicate=one, into=two, by=team.administrator, reason="Sent twice.")
    shown = page(signed_in(member), one)
    assert two.reference not in shown
    assert "another referral of the same person" in shown
    with scope(service_id):
        sent_by(two, member)
    assert reverse("referrers:status", args=[two.reference]) in page(signed_in(member), one)


def test_the_emergency_comes_first_and_bad_input_loses_nothing(busy, service_id):
    _, member, referral = busy
    client = signed_in(member)
    address = reverse("referrers:changed", args=[referral.reference])
    shown = client.get(address).content.decode()
    assert shown.index("emergency department now") < shown.index("<textarea")
    answer = client.post(address, {"kind": "", "words": "New weakness", "key": "not a key"})
    assert answer.status_code == 422
    assert "New weakness" in answer.content.decode()
    given = {"kind": "urgent", "words": "New weakness", "key": "8a5c3f6e-0000-4000-8000-000000000000"}
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    with scope(service_id):
        change = ReportedChange.objects.get()
        assert change.by == member
    assert "A clinician has not closed this yet" in page(client, referral)


def test_the_team_sees_it_first_and_a_clinician_closes_it(busy, service_id):
    team, member, referral = busy
    with scope(service_id):
        changing.report_change(
            referral=referral, by=member, kind="urgent", words="New weakness", key=referral.receipt_key
        )
        change = ReportedChange.objects.get()
    for by in (team.administrator, team.manager, team.consultant):
        to_do = signed_in(by).get("/to-do/").content.decode()
        assert "New weakness" in to_do
        assert "overdue" not in to_do
        with clock.at(change.due_at):
            assert "overdue" in signed_in(by).get("/to-do/").content.decode()
    assert "Something has changed" in signed_in(team.manager).get("/").content.decode(), "it has ended, and is listed"
    address = reverse("triage:change", args=[referral.reference, change.pk])
    client = signed_in(team.consultant)
    answer = client.post(address, {f"change-{change.pk}-action": ""})
    assert answer.status_code == 422
    assert client.post(address, {f"change-{change.pk}-action": "Rang the GP."}).status_code == 302
    assert "Rang the GP." in client.get(reverse("triage:timeline", args=[referral.reference])).content.decode()
    shown = page(signed_in(member), referral)
    assert "Dr Con Sultant, Consultant in pain medicine, read what has changed" in shown
    assert "Rang the GP." not in shown


# --- with a code ----------------------------------------------------------------------------------------------------


@pytest.fixture
def coded(service_id, db):
    """A referral of a practitioner without an account that asks them something, and a code that opens it."""
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "ask_referrer")
        door.send_code(service=team.service, reference=referral.reference)
        code = code_of(OneTimeCode.objects.get(), referral)
    return referral, code


def enter(client: Client, referral: Referral, code: str):
    return client.post(address_of("enter", referral), {"code": code})


def address_of(name: str, referral: Referral, **more) -> str:
    arguments = {"service": "southampton-portsmouth", "reference": referral.reference, **more}
    return reverse(f"referrers:code-{name}", kwargs=arguments)


def test_a_code_opens_that_referral_for_half_an_hour_and_no_other(coded, service_id):
    referral, code = coded
    client = Client()
    assert client.get(address_of("status", referral)).status_code == 302
    assert enter(client, referral, code).status_code == 302
    assert set(client.session["opened_by_code"]) == {"referral", "service", "until"}
    assert "Waiting for your answer" in client.get(address_of("status", referral)).content.decode()
    with scope(service_id):
        other = waiting_referral(make_team(), patient={"family_name": "Other"})
        asked = referral.requests.get()
        entry = AuditEntry.objects.filter(action="referral.look").last()
        assert (entry.by, entry.process) == (None, "referrer by one-time code")
    assert client.get(address_of("status", other)).status_code == 302
    assert client.get(reverse("referrers:status", args=[referral.reference])).status_code == 302, "no account"
    with clock.at(clock.now() + LASTS + timedelta(seconds=1)):
        assert client.get(address_of("status", referral))["Location"].endswith("/referral/")
        answer = client.post(address_of("answer", referral, asked=asked.pk), {"0-answer": "Amitriptyline, long typed"})
        assert answer.status_code == 409
        assert "Amitriptyline, long typed" in answer.content.decode(), "nothing typed is lost"
    with scope(service_id):
        assert not referral.conversation.filter(side="referrer").exists()


def test_leaving_ends_it(coded):
    referral, code = coded
    client = Client()
    enter(client, referral, code)
    leave = reverse("referrers:code-leave", args=["southampton-portsmouth"])
    assert client.get(leave).status_code == 405
    assert client.post(leave).status_code == 200
    assert client.get(address_of("status", referral)).status_code == 302


def test_the_door_answers_the_same_to_everybody(coded, service_id):
    referral, _ = coded
    ask = reverse("referrers:code", args=["southampton-portsmouth"])
    answers = []
    for reference in (referral.reference.lower().replace("-", " "), "2222-2222"):
        client = Client()
        answer = client.post(ask, {"reference": reference}, follow=True)
        shown = answer.content.decode()
        for one in (referral.reference, "2222-2222"):
            shown = shown.replace(one, "")
        answers.append((answer.redirect_chain[0][1], _without_tokens(shown)))
        wrong = client.post(answer.request["PATH_INFO"], {"code": "2222-2222"})
        assert wrong.status_code == 422
        assert codes.NOT_RIGHT in wrong.content.decode()
    assert answers[0] == answers[1]
    assert Client().post(ask, {"reference": "not one"}).status_code == 422
    assert Client().get(reverse("referrers:code", args=["nowhere"])).status_code == 404


def _without_tokens(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line]


def test_guessing_ends_soon(coded):
    referral, code = coded
    client = Client(REMOTE_ADDR="192.0.2.5")
    for number in range(door.BY_ADDRESS["code"]):
        letters = f"{number:02d}".replace("0", "Z").replace("1", "Y")
        answer = client.post(f"/services/southampton-portsmouth/referral/2222-22{letters}/code/", {"code": "x"})
        assert codes.NOT_RIGHT in answer.content.decode()
    answer = enter(client, referral, code)
    assert answer.status_code == 422
    assert "Wait an hour" in answer.content.decode()
    assert enter(Client(REMOTE_ADDR="192.0.2.6"), referral, code).status_code == 302
