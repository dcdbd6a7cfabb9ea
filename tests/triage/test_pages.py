"""What the pages hold, and how many queries they make: the same number however much there is."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath import documents
from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.arriving import reading_in, receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from tests.referrals.conftest import LETTER, make_team, waiting_referral


def queries(client: Client, address: str) -> int:
    client.get(address)  # caches that last beyond one page
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.django_db
def test_the_worklist_makes_the_same_number_of_queries_for_more_referrals(service_id):
    with scope(service_id):
        team = make_team()
        waiting_referral(team)
    client = Client()
    client.force_login(team.manager.user)
    few = queries(client, reverse("triage:worklist"))
    with scope(service_id):
        for number in range(8):
            waiting_referral(team, f"{LETTER}\n{number}\nHe wants to end his life.")
    assert queries(client, reverse("triage:worklist")) == few


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["referral", "timeline"])
def test_a_referrals_pages_make_the_same_number_of_queries_for_more_documents(service_id, page):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, f"{LETTER}\nHe wants to end his life.")
    client = Client()
    client.force_login(team.manager.user)
    address = reverse(f"triage:{page}", args=[referral.reference])
    few = queries(client, address)
    with scope(service_id):
        files = [File(f"{n}.txt", f"{LETTER}\nAddendum {n}: he has thoughts of suicide.".encode()) for n in range(5)]
        receiving.add_documents(referral=referral, by=team.administrator, files=files)
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
    assert queries(client, address) == few


@pytest.mark.django_db
def test_every_link_between_words_and_criteria_leads_somewhere(service_id):
    with scope(service_id):
        team = make_team()
        referral = verbs.start_screening(
            referral=waiting_referral(team, LETTER + "\nHe wants to end his life."), by=team.consultant
        )
    client = Client()
    client.force_login(team.consultant.user)
    page = client.get(reverse("triage:referral", args=[referral.reference])).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an id stands twice"
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links - {"top"} <= set(ids), "`#top` needs none (HTML, scrolling to a fragment)"
    assert any(link.startswith("words-") for link in links)
    assert any(link.startswith("criterion-") for link in links)


@pytest.mark.django_db
def test_what_a_letter_holds_is_never_markup(service_id):
    text = LETTER.replace("low back pain", "low back pain <script>alert('x')</script> & <b>more</b>")
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, text, patient={"family_name": "<img src=x onerror=alert(1)>"})
    client = Client()
    client.force_login(team.consultant.user)
    for name in ("worklist", "referral", "timeline"):
        arguments = [] if name == "worklist" else [referral.reference]
        page = client.get(reverse(f"triage:{name}", args=arguments)).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "onerror" not in page or "&lt;img" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "Ashc",
        "leonard ashcombe",
        "Ashcombe, Leonard",
        "Mr Leonard Ashcombe",
        "Leon",
        "9990000018",
        "999 000 0018",
        "REFERENCE",
        "000000009999",
    ],
)
def test_search_finds_and_stands_in_no_address(service_id, words):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, ubrn="000000009999", patient={"nhs_number": "9990000018"})
    client = Client()
    client.force_login(team.administrator.user)
    asked = referral.reference if words == "REFERENCE" else words
    answer = client.post(reverse("triage:search"), {"words": asked})
    assert answer["Location"] == reverse("triage:search")
    assert referral.reference in client.get(reverse("triage:search")).content.decode()
    client.post(reverse("triage:search"), {"words": "Nobody"})
    assert referral.reference not in client.get(reverse("triage:search")).content.decode()


@pytest.mark.django_db
def test_no_page_says_that_there_is_no_danger(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, LETTER + "\nNo red flags. Not suicidal.")
    client = Client()
    client.force_login(team.consultant.user)
    page = client.get(reverse("triage:referral", args=[referral.reference])).content.decode().lower()
    for words in ("no alerts", "no danger", "none found", "no red flags found", "safe to"):
        assert words not in page


@pytest.mark.django_db
def test_whom_a_letter_is_about_is_asked_when_its_details_have_been_found(service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        referral = receiving.receive(by=team.administrator, files=[File("a.txt", LETTER.encode())], key=uuid.uuid4())
        client = Client()
        client.force_login(team.administrator.user)
        address = reverse("triage:register", args=[referral.reference])
        with monkeypatch.context() as between:  # its words are there, and nothing has been looked for in them yet
            between.setattr(reading_in, "screen", lambda *_: None)
            read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        assert "The letter is being read" in client.get(address).content.decode()
        assert "Whom is it about?" in client.get(address, {"now": "1"}).content.decode()
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        page = client.get(address).content.decode()
    assert "Whom is it about?" in page
    assert "The letter says: “" in page
