"""What monitors read: from any host name, without a scope, and without a word about anybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.scope import scope
from painpath.keeping import backing_up, health, metrics
from painpath.referrals.models import Referral
from tests.letters.posting import ADDRESS, decide
from tests.referrals.conftest import LETTER, make_team, waiting_referral

BY_ADDRESS = {"headers": {"host": "10.0.0.7"}}


def beat(ago: timedelta = timedelta()) -> None:
    """The worker says that it lives."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clock.now() - ago])


def defer(task: str, ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
            " VALUES ('default', %s, '{}', %s)",
            [task, clock.now() - ago],
        )


@pytest.fixture
def nothing_runs(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


def test_alive_by_any_host_and_without_the_database(client: Client) -> None:
    """No mark for the database: a query would fail the test."""
    answer = client.get("/health/live", **BY_ADDRESS)
    assert (answer.status_code, answer.json()) == (200, {"program": "ok"})
    assert client.post("/health/live").status_code == 405


@pytest.mark.django_db
def test_no_other_address_answers_a_strange_host(client: Client) -> None:
    for address in ("/", "/accounts/login/", "/health/", "/health/live/more"):
        assert client.get(address, **BY_ADDRESS).status_code == 400, address


def test_ready_or_which_part_is_not(client: Client, nothing_runs: None, monkeypatch: Any, caplog: Any) -> None:
    beat()
    answer = client.get("/health/ready", **BY_ADDRESS)
    parts = ("program", "disk", "database", "tables", "worker", "queue")
    assert (answer.status_code, answer.json()) == (200, dict.fromkeys(parts, "ok"))

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    defer("letters.send", timedelta(minutes=11))
    monkeypatch.setattr(health, "_migrations", lambda: frozenset({("letters", "9999_to_come")}))
    monkeypatch.setattr(health, "FREE", 2**60)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "program": "ok", "disk": "nearly full", "database": "ok", "tables": "not up to date", "worker": "silent",
        "queue": "stalled",
    }  # fmt: skip
    assert not caplog.records, "an answer, not an error of ours"


def test_a_job_for_later_is_no_stall(nothing_runs: None) -> None:
    defer("letters.chase", -timedelta(days=30))
    assert health.oldest() == 0
    defer("letters.chase", timedelta(seconds=30))
    assert 29 < health.oldest() < 60


class Away:
    """A database that is gone."""

    def cursor(self) -> None:
        raise OperationalError("connection to 10.1.2.3 failed: password of painpath_app")


def test_without_a_database_it_says_no_more(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "connection", Away())
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["database"]) == (503, "not reached")
    assert set(answer.json()) == {"program", "disk", "database"}
    assert b"10.1.2.3" not in answer.content


def test_the_alarm_on_ready_rings_when_the_database_is_gone(client: Client, settings: Any, monkeypatch: Any) -> None:
    settings.METRICS_TOKEN = "a long secret"
    monkeypatch.setattr(health, "connection", Away())
    monkeypatch.setattr(metrics, "connection", Away())
    said = client.get("/metrics", headers={"authorization": "Bearer a long secret"})
    assert said.status_code == 200
    assert b"painpath_ready 0.0" in said.content
    assert b"painpath_queue_oldest_seconds" not in said.content


def test_metrics_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404, "off"
    settings.METRICS_TOKEN = "a long secret"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer another"}).status_code == 401


@pytest.mark.django_db
def test_metrics_count_and_name_nobody(client: Client, settings: Any, service_id: int) -> None:
    settings.METRICS_TOKEN = "a long secret"
    with scope(service_id):
        team = make_team()
        decide(team, waiting_referral(team, patient=ADDRESS, route="practitioner-letter", ubrn=""))
        late = waiting_referral(team)
        Referral.objects.filter(pk=late.pk).update(due_on=clock.today() - timedelta(days=1))
        audit.record(audit.Process(team.service, "backup"), backing_up.ACTION, team.service)
    client = Client()
    client.force_login(team.consultant.user)
    assert client.get(f"/referrals/{late.reference}/?q=Ashcombe").status_code in (200, 302, 404)
    client.get("/nowhere/Ashcombe/")
    said = client.get("/metrics", headers={"authorization": "Bearer a long secret", "host": "10.0.0.7"})
    lines = said.content.decode()
    slug = team.service.slug
    for line in (
        f'painpath_referrals_overdue{{service="{slug}"}} 1.0',
        f'painpath_dispatches{{service="{slug}",state="queued"}} 1.0',
        f'painpath_backup_age_seconds{{service="{slug}"}} ',
        'painpath_requests_total{status="404",view="none"} ',
        "painpath_queue_oldest_seconds ",
        'painpath_jobs{status="todo",task="referrals.read"} ',
        'painpath_database_connections{state="active"} ',
    ):
        assert line in lines, line
    for word in ("Ashcombe", late.reference, "nowhere", *LETTER.split("\n")[0].split(), "@"):
        assert word not in lines, word
