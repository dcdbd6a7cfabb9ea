"""Who works in a practice and does not refer: what they see, what they never see, and who lets them in."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.scope import scope
from painpath.directory.models import Practice, PracticeMember, Referrer
from painpath.letters.models import Letter
from painpath.letters.signing import open_their_letter
from painpath.referrals import verbs
from painpath.referrals.corrections import joining
from painpath.referrals.models import Referral
from painpath.referrals.moves import can_move
from painpath.referrals.referring import practice_members
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import may_read, theirs
from tests.referrals.conftest import LETTER, make_referrer, make_team, sent_by, waiting_referral
from tests.referrals.deciding import decided


def account(team, practice: Practice, email: str = "sec@example.nhs.uk") -> PracticeMember:
    return practice_members.give_account(
        practice=practice, by=team.administrator, email=email, name="Sec Retary", job_title="Secretary",
        how_known="Rang the practice",
    )  # fmt: skip


@pytest.fixture
def there(db, service_id):
    """A referral of a practice, decided, and one of another practice; with a member of the first practice."""
    with scope(service_id):
        team = make_team()
        gp = make_referrer(checked_by=team.consultant)
        referral = sent_by(waiting_referral(team), gp)
        practice = Practice.objects.create(service=team.service, name="The Surgery")
        Referrer.objects.filter(pk=referral.referrer_id).update(practice=practice)
        elsewhere = waiting_referral(team, LETTER + "2", practice_name="Other", referrer_name="Dr Other")
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "not_now")
        member = account(team, practice).member
    client = Client()
    client.force_login(member.user)
    return team, member, client, referral, elsewhere


def test_they_see_where_their_practices_referrals_stand_and_no_others(there, service_id):
    _, member, client, referral, elsewhere = there
    assert client.get("/")["Location"] == reverse("referrers:practice")
    listed = client.get(reverse("referrers:mine")).content.decode()
    assert referral.reference in listed
    assert elsewhere.reference not in listed
    assert client.get(reverse("referrers:practice")).status_code == 200
    assert client.get(reverse("referrers:status", args=[referral.reference])).status_code == 200
    assert client.get(reverse("referrers:status", args=[elsewhere.reference])).status_code == 404
    with scope(service_id):
        looks = AuditEntry.objects.filter(by=member, action__endswith=".look").values_list("action", flat=True)
        assert set(looks) == {"sent.look", "practice.look", "referral.look"}


def test_what_clinicians_wrote_is_not_theirs(there, service_id):
    """Neither decision nor letter, conversation or record; and they can answer and write nothing."""
    _, member, client, referral, _ = there
    with scope(service_id):
        decision = referral.decisions.get()
        letter = Letter.objects.get(referral=referral, audience="gp")
        page = client.get(reverse("referrers:status", args=[referral.reference])).content.decode()
        assert decision.reason not in page
        assert "Decision of" not in page
        assert "Download for the patient" not in page
        for name in ("record", "message", "changed", "verdict"):
            assert client.get(reverse(f"referrers:{name}", args=[referral.reference])).status_code == 403, name
        assert not may_read(referral, by=member)
        assert not can_move("report_change", referral, by=member)
        assert not can_move("record_reply", referral, by=member)
        with pytest.raises(Letter.DoesNotExist):
            open_their_letter(referral, letter.pk, by=member)


def test_they_see_what_is_asked_and_cannot_answer(there, service_id):
    team, _, client, referral, elsewhere = there
    with scope(service_id):
        type(elsewhere.referrer).objects.filter(pk=elsewhere.referrer_id).update(
            practice=Referral.objects.get(pk=referral.pk).referrer.practice
        )
        verbs.start_screening(referral=elsewhere, by=team.consultant)
        decided(elsewhere, team.consultant, "ask_referrer")
        asked = elsewhere.requests.get()
    page = client.get(reverse("referrers:status", args=[elsewhere.reference])).content.decode()
    assert "What we ask whoever referred" in page
    assert client.get(reverse("referrers:answer", args=[elsewhere.reference, asked.pk])).status_code == 403


def test_an_account_follows_a_practice_that_is_joined_and_ends_at_once(there, service_id):
    team, member, client, referral, _ = there
    with scope(service_id):
        row = PracticeMember.objects.get(member=member)
        right = Practice.objects.create(service=team.service, name="The right one", ods_code="Y99006")
        Practice.objects.filter(pk=row.practice_id).update(ods_code="")
        assert joining.moving(row.practice, right).staff == 1
        joining.join_practices(practice=row.practice, into=right, by=team.administrator, reason="One heading.")
        assert PracticeMember.objects.get(member=member).practice == right
        assert list(theirs(member)) == [Referral.objects.get(pk=referral.pk)]
        practice_members.end_account(one=row, by=team.administrator)
    assert client.get(reverse("referrers:mine")).status_code == 302


def test_only_the_team_gives_an_account_and_says_how_it_knows(there, service_id):
    team, member, _, _, _ = there
    with scope(service_id):
        practice = PracticeMember.objects.get(member=member).practice
        given = {"practice": practice, "email": "new@example.nhs.uk", "name": "N", "job_title": ""}
        for by in (team.manager, member):
            with pytest.raises(Refused, match="Only an administrator or a clinician"):
                practice_members.give_account(by=by, how_known="Rang", **given)
        with pytest.raises(Refused, match="Say how you know"):
            practice_members.give_account(by=team.administrator, how_known=" ", **given)
        with pytest.raises(Refused, match="already works in this service"):
            account(team, practice)
    client = Client()
    client.force_login(team.administrator.user)
    to = reverse("triage:give-practice-account", args=[practice.pk])
    assert client.post(to, {"email": "new@example.nhs.uk"}).status_code == 422
    sent = client.post(
        to, {"email": "new@example.nhs.uk", "name": "N Ew", "job_title": "Secretary", "how_known": "Rang"}, follow=True
    )
    assert "N Ew" in sent.content.decode()
    with scope(service_id):
        new = Membership.objects.get(user__email="new@example.nhs.uk")
        assert new.role == "practice"
    client.post(reverse("triage:end-practice-account", args=[practice.pk, new.pk]))
    with scope(service_id):
        assert Membership.objects.get(pk=new.pk).ended_at is not None


def test_the_practices_page_names_whose_access_each_button_is_about_and_asks_before_it_ends_one(there, service_id):
    team, member, _, _, _ = there
    with scope(service_id):
        practice = PracticeMember.objects.get(member=member).practice
    client = Client()
    client.force_login(team.administrator.user)
    page = reverse("triage:practice", args=[practice.pk])
    shown = client.get(page).content.decode()
    assert 'Send the link<span class="nhsuk-u-visually-hidden"> to Sec Retary</span>' in shown
    assert "Remove a lost second factor" not in shown
    end = reverse("triage:end-practice-account", args=[practice.pk, member.pk])
    assert f'href="{end}"' in shown
    assert "They are signed out at once" in client.get(end).content.decode()
    with scope(service_id):
        assert Membership.objects.get(pk=member.pk).ended_at is None
        TOTP.activate(member.user, "JBSWY3DPEHPK3PXP")
    assert reverse("triage:remove-factor", args=[member.pk]) in client.get(page).content.decode()
