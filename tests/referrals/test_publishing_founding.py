"""A draft under another name becomes a service of its own, which needs no folder on disk."""

import uuid
from importlib import import_module

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock, pathway
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.scope import scope, service_at, slugs
from painpath.keeping import metrics
from painpath.letters import sweeping_unread
from painpath.letters import tasks as letter_tasks
from painpath.measuring import tasks as measuring_tasks
from painpath.measuring.export import tasks as export_tasks
from painpath.pathway.draft_files import files_of
from painpath.referrals import pathways
from painpath.referrals import tasks as referral_tasks
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.models import PathwayDraft, Referral
from painpath.referrals.publishing import drafting
from painpath.referrals.refusal import Refused
from painpath.web import errors
from tests.referrals.conftest import LETTER
from tests.referrals.test_publishing import SLUG, TODAY
from tests.referrals.test_publishing import lead as lead

NAME = "west-coast"


@pytest.fixture(autouse=True)
def _today():
    with clock.at(TODAY):
        yield


def drafted(team, name: str = NAME) -> PathwayDraft:
    files = files_of(pathway.find(SLUG))
    files["service.yaml"] = files["service.yaml"].replace("service: ", "service: West Coast ", 1)
    return drafting.start(by=team.manager, files=files, name=name)


@pytest.fixture
def waits(team, lead) -> PathwayDraft:
    return drafting.submit(draft=drafted(team), from_date=TODAY, words="A new service", by=lead)


def test_two_people_found_a_service_and_work_in_it(team, lead, waits, service_id):
    made = drafting.approve(draft=waits, by=team.consultant)
    assert AuditEntry.objects.filter(action="service.found").count() == 1
    assert NAME in slugs()
    new = service_at(NAME)
    assert new.pk == made.service_id != service_id
    with scope(new):
        people = {one.user_id: one for one in Membership.objects.select_related("user")}
        assert {(one.role, one.grade, one.leads) for one in people.values()} == {
            ("clinician", "consultant", True), ("clinician", "consultant", False),
        }  # fmt: skip
        assert set(people) == {lead.user_id, team.consultant.user_id}
        assert AuditEntry.objects.filter(action="service.found").count() == 1
        assert Referral.objects.count() == 0
        current, version = pathways.in_force(new)
        assert (current.name, version.service_id) == (NAME, new.pk)
        files = [File("letter.txt", LETTER.encode())]
        received = receiving.receive(by=people[lead.user_id], files=files, key=uuid.uuid4())
        assert pathways.of(received.pathway_version) == current
    with scope(service_id):
        assert Referral.objects.count() == 0
        assert drafting.can_approve(PathwayDraft.objects.get(), by=lead) is False


def test_every_clock_of_the_program_ticks_for_it(team, lead, waits, service_id):
    """It has no folder: who goes by folders forgets it, and nothing of it is ever counted, swept or reckoned."""
    drafting.approve(draft=waits, by=team.consultant)
    new = service_at(NAME)
    for module in settings.PROCRASTINATE_IMPORT_PATHS:
        import_module(module)
    for one in app.periodic_registry.periodic_tasks.values():
        if one.task.name != "referrals.rescue":  # jobs of workers that are gone, whosever they are
            one.task.func(timestamp=0)
    queued = set(ProcrastinateJob.objects.filter(args__has_key="service").values_list("task_name", "args__service"))
    for_both = {name: {service for one, service in queued if one == name} for name, _ in queued}
    assert {"measuring.count", "measuring.let_go", "referrals.reckon", "letters.sweep"} <= for_both.keys()
    assert {name: services for name, services in for_both.items() if services != {service_id, new.pk}} == {}
    assert f'painpath_referrals_overdue{{service="{NAME}"}}' in metrics.written().decode()


def test_its_pages_open_and_a_person_goes_from_one_service_to_the_other(team, lead, waits):
    drafting.approve(draft=waits, by=team.consultant)
    pathways._whole.clear()
    client = Client()
    public = client.get(reverse("referrers:criteria", args=[NAME]))
    assert public.status_code == 200
    assert client.get(reverse("patients:home", args=[NAME])).status_code == 200
    assert NAME in client.get(reverse("referrers:services")).content.decode()
    assert reverse("referrers:ask", args=[NAME]) in client.get(reverse("account_login")).content.decode()
    client.force_login(lead.user)
    assert "Change service" in client.get(reverse("triage:worklist")).content.decode()
    here = Membership.objects.get(pk=lead.pk).service
    new = service_at(NAME)
    answer = client.post(reverse("choose-service"), {"service": new.pk}, follow=True)
    assert "West Coast" in answer.content.decode()
    for page in ("triage:worklist", "triage:service", "managers:pathway", "triage:receive"):
        assert client.get(reverse(page)).status_code == 200, page
    assert client.post(reverse("choose-service"), {"service": 10**9}).status_code == 200
    client.post(reverse("choose-service"), {"service": here.pk})
    assert "West Coast" not in client.get(reverse("triage:worklist")).content.decode()


def test_what_is_done_for_every_service_is_done_for_one_without_a_folder(team, lead, waits):
    """Its letters are swept, what is to be looked at is reckoned, it is counted, watched, and can be asked for an
    account; and a page that says that something went wrong says whom to call."""
    new = drafting.approve(draft=waits, by=team.consultant).service_id
    for every, one in (
        (letter_tasks.sweep_all, "letters.sweep"),
        (sweeping_unread.sweep_all_unread, "letters.sweep_unread"),
        (referral_tasks.reckon_all, "referrals.reckon"),
        (measuring_tasks.count_all, "measuring.count"),
        (export_tasks.let_every_export_go, "measuring.let_go"),
    ):
        every(timestamp=0)
        queued = ProcrastinateJob.objects.filter(task_name=one)
        assert new in {job.args["service"] for job in queued}, one
    assert NAME in {label["service"] for label in watched("painpath_referrals_overdue")}
    assert NAME in Client().get(reverse("account_login")).content.decode()
    address = reverse("patients:home", args=[NAME])
    assert Client().get(address).status_code == 200
    assert 'href="https://www.999bsl.co.uk"' in errors.failed(RequestFactory().get(address)).content.decode()


def watched(name: str) -> list[dict[str, str]]:
    """The labels of a gauge."""
    families = [one for one in metrics._of_services() if one.name == name]
    return [sample.labels for family in families for sample in family.samples]


def test_nobody_who_works_in_one_service_is_asked_which(team):
    client = Client()
    client.force_login(team.manager.user)
    assert "Change service" not in client.get(reverse("triage:worklist")).content.decode()


def test_a_name_that_is_taken_or_installed_or_none(team, lead, waits):
    drafting.approve(draft=waits, by=team.consultant)
    again = drafting.submit(draft=drafted(team), from_date=TODAY, words="Twice", by=lead)
    with pytest.raises(Refused, match="already"):
        drafting.approve(draft=again, by=team.consultant)
    assert PathwayDraft.objects.get(pk=again.pk).state == "submitted"
    for name in ("West", "a b", "x" * 51, "shared", "-a"):
        with pytest.raises(Refused, match="small letters"):
            drafted(team, name)


def test_it_begins_when_it_is_approved(team, lead):
    with pytest.raises(Refused, match="choose today"):
        drafting.submit(draft=drafted(team), from_date=TODAY.replace(day=30), words="Later", by=lead)


def ask(draft: int, by: int, called: str = "X") -> None:
    """What the program asks of the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT painpath_found(%s, %s, %s)", [draft, by, called])


def test_the_database_makes_none_without_two_people_and_a_draft(team, lead, waits):
    for draft, by, called in (
        (waits.pk, lead.pk, "X"), (waits.pk, team.administrator.pk, "X"), (0, team.manager.pk, "X"),
        (waits.pk, team.manager.pk, ""), (drafted(team).pk, team.manager.pk, "X"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="painpath_found:"):
            ask(draft, by, called)
    with scope(None), pytest.raises(DatabaseError, match="no service is in scope"):
        ask(waits.pk, team.manager.pk)
    Membership.objects.filter(pk=team.manager.pk).update(ended_at=clock.now())
    with pytest.raises(DatabaseError, match="second person"):
        ask(waits.pk, team.manager.pk)
    assert service_at(NAME) is None


def test_one_of_the_two_who_found_a_service_is_a_clinician(team, lead, waits):
    """The database refuses it too."""
    Membership.objects.filter(pk=lead.pk).update(role="manager", grade="")
    with pytest.raises(Refused, match="A clinician has to approve this"):
        drafting.approve(draft=PathwayDraft.objects.get(), by=team.manager)
    with pytest.raises(DatabaseError, match="one of the two has to be a clinician"):
        ask(waits.pk, team.manager.pk, "X")
    assert service_at(NAME) is None
    drafting.approve(draft=PathwayDraft.objects.get(), by=team.consultant)


def test_a_layout_from_elsewhere_is_never_run(team, lead):
    draft = drafted(team)
    changed = {"letters/letter.typ": draft.files["letters/letter.typ"] + '\n#read("/etc/passwd")'}
    draft = drafting.change(draft=draft, files=changed, seen_revision=1, by=team.manager)
    with pytest.raises(Refused, match="come with a release"):
        drafting.submit(draft=draft, from_date=TODAY, words="Looks", by=lead)
