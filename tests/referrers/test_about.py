"""The public pages: everything on them is the pathway's, and a contact reaches only whom it is for."""

from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from painpath.pathway import Pathway
from painpath.referrals import pathways
from tests.conftest import SERVICE

HOME = f"/services/{SERVICE}/"
PRACTITIONERS = f"{HOME}practitioners/"
PAGES = [
    HOME,
    PRACTITIONERS,
    f"{PRACTITIONERS}criteria/",
    f"{PRACTITIONERS}how-to-refer/",
    f"{PRACTITIONERS}what-happens-next/",
]
FILES = [f"{PRACTITIONERS}{name}" for name in ("summary.pdf", "letter-template.docx", "letter-template.rtf")]
EMAIL = "southamptonpainteam@solent.nhs.uk"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(service_id: int, static_files: None) -> Client:
    return Client()


def words(client: Client, address: str) -> str:
    """The page as text, its blanks made even."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(unescape(answer.content.decode().partition("<main")[2]).split())


def even(text: str) -> str:
    return " ".join(text.split())


def test_anybody_may_read_at_the_cost_of_one_row(client):
    for address in [*PAGES, *FILES, *FILES]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        read = [query["sql"] for query in asked if " FROM " in query["sql"]]
        assert len(read) == 1, read
        assert "accounts_service" in read[0]
    assert client.get("/services/").url == HOME
    assert 'href="/services/"' in words(client, "/accounts/login/")


@pytest.mark.parametrize(
    "address",
    [
        "/services/no-such-service/",
        "/services/no-such-service/practitioners/",
        f"{PRACTITIONERS}letter-template.exe",
        f"{PRACTITIONERS}letter-template.pdf",
    ],
)
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_headings_of_the_page_head_ours(client, pathway):
    assert f'<h1 class="nhsuk-heading-l">{pathway.headings.practitioners}</h1>' in words(client, PRACTITIONERS)
    assert pathway.source.page in words(client, PRACTITIONERS)


def test_every_criterion_is_explained(client, pathway):
    shown = words(client, f"{PRACTITIONERS}criteria/")
    for criterion in pathway.criteria:
        assert f'id="{criterion.id}"' in shown
        texts = [criterion.name, criterion.plain, criterion.question, criterion.example, *criterion.published]
        for text in [*texts, criterion.exception or ""]:
            assert even(text) in shown, text
    for word in ("rejected", "not eligible", "ineligible", "failed"):
        assert word not in shown.lower()


def test_how_to_refer_by_role_and_what_to_try_first(client, pathway):
    shown = words(client, f"{PRACTITIONERS}how-to-refer/")
    for route in pathway.routes:
        for text in (route.name, route.how, *route.published):
            assert even(text) in shown, text
        for kind in route.referrers:
            assert pathway.referring.kind(kind).name in shown
    for first in pathway.referring.try_first:
        for text in (first.name, first.words, *first.published):
            assert even(text) in shown, text
        for link in first.links:
            assert f'href="{link.address}"' in shown
    assert shown.index(pathway.referring.changes.emergency_heading) < shown.index("What to try first")


def test_contacts_are_shown_to_whom_they_are_for(client, pathway):
    page = f"{PRACTITIONERS}how-to-refer/"
    southampton = words(client, f"{page}?locality=southampton")
    assert f'href="mailto:{EMAIL}"' in southampton
    assert "for Southampton patients only" in southampton
    portsmouth = words(client, f"{page}?locality=portsmouth")
    nothing_there = next(place.no_contact for place in pathway.localities if place.id == "portsmouth")
    assert even(nothing_there) in portsmouth
    others = ["", "?locality=", "?locality=Southampton", "?locality=southampton&locality=portsmouth", "?locality=%25"]
    for address in [*PAGES, *(page + other for other in others), f"{page}?locality=portsmouth"]:
        assert "solent" not in words(client, address).lower(), address


def test_podcast_as_the_page_has_it(client, pathway):
    shown = words(client, PRACTITIONERS)
    (podcast,) = pathway.podcasts
    for text in (podcast.heading, podcast.title, *podcast.about, podcast.published):
        assert even(text) in shown
    for speaker in podcast.speakers:
        assert f"{speaker.name}, {speaker.role}" in shown
    assert podcast.link_words not in shown  # nobody has given its address
    assert "has not given us the address" in shown


def test_podcast_is_linked_and_has_chapters_when_they_are_given(client, published: Path):
    service = published / "service.yaml"
    service.write_text(
        service.read_text().replace(
            "    link_words: Click here to listen.\n",
            "    link_words: Click here to listen.\n    link: https://podcast.example/1\n"
            "    chapters: [{minute: 12, criteria: [investigations-complete]}]\n",
        )
    )
    shown = words(client, PRACTITIONERS)
    assert 'href="https://podcast.example/1">Click here to listen.' in shown
    assert f'Minute 12: <a href="{PRACTITIONERS}criteria/#investigations-complete">' in shown
    assert "Minute 12 of “Pain Services Explained" in words(client, f"{PRACTITIONERS}criteria/")


def test_what_happens_next_has_a_way_back_from_everything(client, pathway):
    shown = words(client, f"{PRACTITIONERS}what-happens-next/")
    for outcome in pathway.outcomes:
        assert even(outcome.label) in shown
        assert even(outcome.explanation) in shown
        assert even(outcome.way_back)[1:] in shown
    assert "Within 7 working days: the patient has been told the decision" in shown


def test_a_new_criterion_is_on_the_pages_without_code(client, longer: Pathway):
    shown = words(client, f"{PRACTITIONERS}criteria/")
    for text in (
        "Lives with a dragon",
        "Patients who live with a dragon",
        "A dragon that sleeps.",
        "There is no dragon.",
    ):
        assert text in shown


def test_a_slip_in_a_file_does_not_take_the_pages_down(client, published: Path):
    before = words(client, PRACTITIONERS)
    (published / "service.yaml").write_text("version: [")
    assert words(client, PRACTITIONERS) == before


def test_a_service_that_has_published_nothing_has_no_page(client, published: Path, monkeypatch):
    monkeypatch.setattr(pathways, "_published", {})
    (published / "service.yaml").unlink()
    assert "No service has published its criteria" in words(client, "/services/")
    assert client.get(HOME).status_code == 404
