"""Directory, imports and team through their pages, without a browser: what is there, and what is refused."""

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath import clock
from painpath.accounts.changing import ChangeError, MemberDetails, change_member
from painpath.accounts.models import AuditEntry, KeptForm, Membership
from painpath.accounts.scope import scope
from painpath.directory.models import Contract, Practice
from painpath.referrals.arriving import registering
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from tests.directory.conftest import practice_file, practice_row
from tests.referrals.conftest import LETTER, details, make_team, received_referral, waiting_referral
from tests.referrals.test_backlog import row, table

PRACTICES = "/directory/practices/import/"


@pytest.fixture
def people(db, service_id):
    with scope(service_id):
        return make_team()


@pytest.fixture
def office(people) -> Client:
    client = Client()
    client.force_login(people.administrator.user)
    return client


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept_key(page) -> str:
    return re.search(r'name="kept" value="([^"]+)"', page.content.decode())[1]


def test_a_practice_file_is_shown_first_then_taken_once(office, people, service_id):
    content = practice_file(practice_row(), practice_row("Y99902", "OTHER SURGERY"))
    page = office.post(PRACTICES, {"table": upload("epraccur.csv", content)})
    assert (page.status_code, "2 rows would be new" in page.content.decode()) == (200, True)
    with scope(service_id):
        assert not Practice.objects.exists()
    # it is no form that outlived its session
    assert "your session had ended" not in office.get("/").content.decode()
    key = kept_key(page)
    done = office.post(PRACTICES, {"kept": key})
    assert (done.status_code, done["Location"]) == (302, "/directory/")
    assert "Imported: 2 new" in office.get("/directory/?q=y9990").content.decode()
    again = office.post(PRACTICES, {"kept": key}, follow=True)
    assert "imported already" in again.content.decode()
    page = office.post(PRACTICES, {"table": upload("epraccur.csv", content)})
    assert "There is nothing to import" in page.content.decode()
    with scope(service_id):
        assert Practice.objects.count() == 2
        assert not KeptForm.objects.exists()


def test_faults_are_listed_and_nothing_is_taken(office, service_id):
    page = office.post(PRACTICES, {"table": upload("a.csv", practice_file(practice_row(opened="soon")))})
    words = page.content.decode()
    assert page.status_code == 422
    assert "There is 1 thing to put right. Nothing was imported." in words
    assert "“soon” is no date" in words
    page = office.post(reverse("triage:import-contracts"), {"table": upload("a.csv", b"ods_code\nY99901")})
    assert page.status_code == 422
    assert "This column is missing in the header." in page.content.decode()


def test_a_backlog_is_shown_first_then_received(office, people, service_id):
    files = [upload("letter1.txt", LETTER.encode()), upload("letter2.txt", b"Dear team, please see her knee.")]
    page = office.post("/import/", {"table": upload("b.csv", table(row(1), row(2))), "documents": files})
    assert "2 referrals would be received, with 2 documents" in page.content.decode()
    done = office.post("/import/", {"kept": kept_key(page)})
    assert done.status_code == 302, done.content
    result = office.get(done["Location"]).content.decode()
    with scope(service_id):
        made = list(Referral.objects.values_list("reference", flat=True))
    assert len(made) == 2
    assert all(reference in result for reference in made)
    assert "2 referrals, by Ada Min" in office.get("/import/").content.decode()
    assert office.get("/import/template.csv").content.decode().startswith("key,received_on,route")


@pytest.mark.parametrize("number", [2, 40])
def test_the_directory_asks_the_same_number_of_queries(office, people, service_id, number):
    with scope(service_id):
        for one in range(number):
            practice = Practice.objects.create(service_id=service_id, name=f"Surgery {one}", ods_code=f"Y{one:05d}")
            for year in (2024, 2025):
                Contract.objects.create(
                    service_id=service_id, practice=practice, contracted=True, starts_on=f"{year}-01-01",
                    ends_on=f"{year}-12-31", source="List",
                )  # fmt: skip
    office.get("/directory/")
    with CaptureQueriesContext(connection) as captured:
        assert office.get("/directory/").status_code == 200
    asked = [one["sql"] for one in captured if "directory_" in one["sql"]]
    assert len(asked) == 3  # how many, the page of them, their contracts


def test_a_contract_on_the_day_of_receipt_stands_on_the_sheet(people, office, service_id):
    with scope(service_id):
        practice = Practice.objects.create(service_id=service_id, name="Thornbeck Surgery", ods_code="Y99001")
        referral = waiting_referral(people, practice_name="Y99001")
        address = reverse("triage:referral", args=[referral.reference])
    page = office.get(address).content.decode()
    assert "does not say whether Thornbeck Surgery had a contract" in page
    office.post(
        reverse("triage:add-contract", args=[practice.pk]),
        {"contracted": "no", "starts_on-day": "1", "starts_on-month": "4", "starts_on-year": "2025", "source": "Team"},
    )
    with scope(service_id):
        Practice.objects.filter(pk=practice.pk).update(closed_on="2026-01-31")
    page = office.get(address).content.decode()
    assert "had no contract on the day of receipt (Team, from 1 April 2025)" in page
    assert "closed on 31 January 2026, before the day of receipt" in page
    words = office.post(
        reverse("triage:add-contract", args=[practice.pk]), {"contracted": "yes", "source": "Somebody else"}
    )
    assert words.status_code == 422
    assert "There is a row about some of these days already (Team)" in words.content.decode()


def test_a_practice_is_found_by_code_by_name_or_its_neighbours_are_named(people, service_id):
    with scope(service_id):
        one = Practice.objects.create(
            service_id=service_id, name="St Mary’s Surgery & Clinic", ods_code="Y99001", postcode="EX1 3GP"
        )
        other = Practice.objects.create(service_id=service_id, name="Thornbeck Surgery")
        for typed in ("y99001", "ST MARYS SURGERY AND CLINIC", "St Mary’s Surgery & Clinic (Y99001)"):
            assert waiting_referral(people, LETTER + typed, practice_name=typed).practice == one
        referral = received_referral(people, LETTER + "x")

        def register(**typed):
            return registering.register(referral=referral, by=people.administrator, details=details(**typed))

        with pytest.raises(Refused, match=r"nearest: Thornbeck Surgery\. Enter"):
            register(practice_name="Thornbek Surgery")
        with pytest.raises(Refused, match="has the code Z99999"):
            register(practice_name="z99999")
        Practice.objects.create(service_id=service_id, name="Thornbeck Surgery", ods_code="Y99003", postcode="EX9 9EX")
        with pytest.raises(Refused, match="several practices called Thornbeck Surgery"):
            register(practice_name="Thornbeck Surgery")
        assert register(practice_name="Thornbek Surgery", practice_is_new=True).practice not in (one, other)


def test_a_person_is_invited_gets_a_link_and_leaves(office, people, service_id, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    given = {"email": "new@example.nhs.uk", "name": "New Comer", "role": "clinician", "contact": "01632 960007"}
    assert office.post("/team/invite/", given).status_code == 422
    given |= {"grade": "consultant", "registration": "GMC 0000009"}
    page = office.post("/team/invite/", given, follow=True).content.decode()
    assert "The link to set a password is on its way to new@example.nhs.uk" in page
    assert "/accounts/password/reset/key/" in mail.outbox[0].body
    assert "already works in this service" in office.post("/team/invite/", given).content.decode()
    with scope(service_id):
        new = Membership.objects.get(user__email="new@example.nhs.uk")
        referral = waiting_referral(people)
        Referral.objects.filter(pk=referral.pk).update(owner=new)
    refused = office.post(f"/team/{new.pk}/end/")
    assert (refused.status_code, "still has 1 thing in hand" in refused.content.decode()) == (409, True)
    page = office.post(f"/team/{new.pk}/", {"to": people.administrator.pk}, follow=True).content.decode()
    assert "1 thing cannot go there" in page
    assert office.post(f"/team/{new.pk}/", {"to": people.manager.pk}).status_code == 422
    office.post(f"/team/{new.pk}/", {"to": people.colleague.pk})
    assert office.post(f"/team/{new.pk}/end/").status_code == 302
    assert "Worked here before" in office.get("/team/").content.decode()


def test_a_members_details_are_changed_and_a_clinician_keeps_a_grade(office, people, service_id):
    one = people.physiotherapist
    address = reverse("triage:edit-member", args=[one.pk])
    given = {"grade": "consultant", "registration": "GMC 0000007", "job_title": "", "contact": "01632 960009"}
    page = office.post(address, given | {"grade": ""})
    assert (page.status_code, "Choose their grade" in page.content.decode()) == (422, True)
    page = office.post(address, given, follow=True).content.decode()
    assert "Look below whether they may still decide these" in page
    assert "Nothing was changed" in office.post(address, given, follow=True).content.decode()
    manager = reverse("triage:edit-member", args=[people.manager.pk])
    assert 'name="grade"' not in office.get(manager).content.decode()
    office.post(manager, {"grade": "consultant", "contact": "01632 960008"})
    with scope(service_id):
        one.refresh_from_db()
        people.manager.refresh_from_db()
        assert (one.grade, one.registration, one.contact) == ("consultant", "GMC 0000007", "01632 960009")
        assert one.job_title == "Consultant in pain medicine"  # it goes with the grade
        assert (people.manager.grade, people.manager.contact) == ("", "01632 960008")
        entries = AuditEntry.objects.filter(action="membership.update").order_by("pk")
        assert [entry.detail.get("grade") for entry in entries] == [["specialist_physiotherapist", "consultant"], None]
        for who, grade in ((people.administrator, ""), (people.consultant, "consultant")):
            with pytest.raises(ChangeError):
                change_member(member=one, details=MemberDetails(grade=grade), by=who)
        people.manager.ended_at = clock.now()
        people.manager.save()
    page = office.post(manager, {"contact": "x"})
    assert (page.status_code, "does not work here any more" in page.content.decode()) == (422, True)


def test_mail_that_is_down_costs_nobody_their_place(office, service_id, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    given = {"email": "new@example.nhs.uk", "name": "New Comer", "role": "manager"}
    page = office.post("/team/invite/", given, follow=True).content.decode()
    assert "Email cannot be sent at the moment" in page
    with scope(service_id):
        assert Membership.objects.filter(user__email="new@example.nhs.uk").exists()


def test_a_mesh_mailbox_is_what_can_be_one_and_nobody_elses(office, people, service_id):
    with scope(service_id):
        other = Practice.objects.create(service_id=service_id, name="Other Surgery", mesh_mailbox="Y99002AB1")
        one = Practice.objects.create(service_id=service_id, name="Thornbeck Surgery", ods_code="Y99001")
    address = reverse("triage:edit-practice", args=[one.pk])
    given = {"name": one.name, "ods_code": one.ods_code, "locality": "unknown"}
    for typed, words in {
        "a@example.nhs.uk": "It is no email address", "y99001": "is the practice&#39;s ODS code",
        "Y99002AB1": f"is the MESH mailbox of {other.name}", "MAILBOX": "5 to 20 letters and digits",
    }.items():  # fmt: skip
        page = office.post(address, given | {"mesh_mailbox": typed}).content.decode()
        assert words in page
        assert f'value="{typed}"' in page
    assert office.post(address, given | {"mesh_mailbox": " y99001 ot001"}).status_code == 302
    assert "Y99001OT001" in office.get(reverse("triage:practice", args=[one.pk])).content.decode()
