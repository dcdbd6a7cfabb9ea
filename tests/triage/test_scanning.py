"""Files and the virus scanner: an infected one is kept and not read; a scanner that is away holds nothing up."""

import uuid
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from painpath import documents
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.referrals.arriving import receiving, scanning
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Document
from painpath.referrals.referring import drafting_online
from tests.clamav import EICAR, Daemon, running
from tests.referrals.conftest import LETTER, Team, make_referrer, make_team

INFECTED = LETTER.encode() + EICAR


@pytest.fixture
def daemon(settings: LazySettings) -> Iterator[Daemon]:
    with running() as made:
        settings.CLAMD = made.address
        yield made


@pytest.fixture
def team(service_id: int, db: None) -> Team:
    with scope(service_id):
        return make_team()


def arrive(service_id: int, team: Team, content: bytes) -> tuple[str, str]:
    """A letter comes and is read; the address of its original, and what is said of it."""
    with scope(service_id):
        referral = receiving.receive(by=team.administrator, files=[File("letter.txt", content)], key=uuid.uuid4())
    read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
    with scope(service_id):
        document = Document.objects.get(referral=referral)
        assert bytes(document.content) == content, "whatever is known of it, it is kept"
        address = reverse("triage:original", args=[referral.reference, document.pk])
        return address, document.transcripts.get().problem


def as_(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def actions(service_id: int) -> list[str]:
    with scope(service_id):
        found = AuditEntry.objects.filter(subject_type="document").order_by("pk")
        return [entry.action for entry in found if ".open" in entry.action or ".held" in entry.action]


def test_an_infected_file_is_kept_not_read_and_saved_only_by_a_deliberate_press(daemon, service_id, team):
    address, problem = arrive(service_id, team, INFECTED)
    assert problem == scanning.INFECTED
    page = as_(team.consultant).get(address)
    assert page.status_code == 409
    assert "This file holds a virus" in page.content.decode()
    assert EICAR not in page.content
    refused = as_(team.manager).post(address)
    assert refused.status_code == 409
    assert "Save it all the same" not in refused.content.decode()
    assert actions(service_id) == ["document.held"] * 2, "it was not opened, and does not count as seen"
    saved = as_(team.consultant).post(address)
    assert saved.content == INFECTED
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")
    assert actions(service_id)[2:] == ["document.open", "document.open_held"]


def test_a_scanner_that_is_away_keeps_no_letter_from_being_read(daemon, service_id, team):
    daemon.how = "nonsense"
    address, problem = arrive(service_id, team, LETTER.encode())
    assert problem == ""
    page = as_(team.manager).get(address)
    assert (page.status_code, b"has not been checked for viruses" in page.content) == (409, True)
    assert as_(team.manager).post(address).content == LETTER.encode()
    daemon.how = "as it should"
    assert as_(team.manager).get(address).content == LETTER.encode()


def test_without_a_scanner_nothing_changes(service_id, team, settings):
    settings.CLAMD = ""
    address, problem = arrive(service_id, team, INFECTED)
    assert problem == ""
    assert as_(team.manager).get(address).content == INFECTED


def test_who_sends_an_infected_file_is_told_so_at_once(daemon, service_id, team):
    with scope(service_id):
        by = make_referrer(checked_by=team.administrator)
        draft = drafting_online.start_draft(by=by, key=uuid.uuid4())
        files = [File("bad.txt", INFECTED), File("good.txt", LETTER.encode())]
        [wrong] = drafting_online.add_files(draft=draft, by=by, files=files, reader=documents.read)
        assert wrong.startswith("“bad.txt” holds a virus, so it was not added.")
        assert [one.name for one in draft.files.all()] == ["good.txt"]
