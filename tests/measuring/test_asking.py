"""An export in the browser: asked for by a manager or a lead, made by the queue, fetched in pieces, then gone."""

import io
import uuid
import zipfile
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.measuring.export import asking, tasks
from painpath.measuring.models import ExportPiece, RecordExport
from painpath.referrals.refusal import Refused
from tests.referrals.conftest import Team, make_team, waiting_referral

KEY = "a2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMgaW4gYWw="


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAINPATH_EXPORT_KEY", KEY)


def actions() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="export.").order_by("pk")
    return list(found.values_list("action", flat=True))


def asked(team: Team, **more) -> RecordExport:
    return asking.ask(**({"by": team.manager, "why": "an audit", "key": uuid.uuid4()} | more))


def test_asked_for_made_fetched_and_let_go(transactional_db, service_id, monkeypatch):
    monkeypatch.setattr(asking, "PIECE", 10_000)
    with scope(service_id):
        team = make_team()
        waiting_referral(team)
    client = Client()
    client.force_login(team.manager.user)
    address = reverse("managers:exports")
    sent = client.post(address, {"why": "The audit of May", "key": str(uuid.uuid4())})
    assert (sent.status_code, sent["Location"]) == (302, address)
    job = ProcrastinateJob.objects.get(task_name="measuring.export")
    assert "Being made" in client.get(address).content.decode()
    tasks.make(**job.args)
    tasks.make(**job.args)  # twice is once
    with scope(service_id):
        export = RecordExport.objects.get()
        assert (export.state, export.problem, export.manifest["service"]) == ("ready", "", team.service.slug)
        assert export.pieces.count() == -(-export.size // 10_000) > 2
    page = client.get(address).content.decode()
    assert "The audit of May" in page
    answer = client.get(reverse("managers:export-file", args=[export.key]))
    content = answer.getvalue()
    assert int(answer["Content-Length"]) == len(content) == export.size
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        assert whole.testzip() is None
        (name,) = [name for name in whole.namelist() if name.endswith("/referrals_referral.parquet")]
        assert len(pq.read_table(io.BytesIO(whole.read(name)))) == 1
    with scope(service_id):
        assert actions() == ["export.ask", "export.make", "export.download"]
    with clock.at(clock.now() + timedelta(days=asking.KEPT_DAYS, hours=1)):
        tasks.let_go(service_id)
    with scope(service_id):
        assert not ExportPiece.objects.exists()
    assert client.get(reverse("managers:export-file", args=[export.key])).status_code == 409
    assert "Not kept any more" in client.get(address).content.decode()


def test_who_may_and_what_is_refused(by, monkeypatch):
    team = make_team()
    for other in (team.administrator, team.consultant):
        with pytest.raises(Refused, match="Only a manager or a lead"):
            asked(team, by=other)
    with pytest.raises(Refused, match="Say what the export is for"):
        asked(team, why="  ")
    key = uuid.uuid4()
    assert asked(team, key=key) == asked(team, key=key)
    assert not asking.can_ask(team.manager)
    with pytest.raises(Refused, match="An export is being made"):
        asked(team)
    assert actions() == ["export.ask"]
    RecordExport.objects.update(state="gone")
    assert asking.can_ask(team.manager)
    monkeypatch.delenv("PAINPATH_EXPORT_KEY")
    with pytest.raises(Refused, match="There is no key for pseudonyms"):
        asked(team)


def test_what_fails_says_so_and_what_nobody_made_is_given_up(transactional_db, service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        export = asked(team)
    monkeypatch.delenv("PAINPATH_EXPORT_KEY")
    asking.carry_out(service_id, export.pk)
    with scope(service_id):
        export.refresh_from_db()
        assert (export.state, export.problem[:35]) == ("failed", "There is no key for pseudonyms. Mak")
        monkeypatch.setenv("PAINPATH_EXPORT_KEY", KEY)
        export = asked(team)
    monkeypatch.setattr(asking, "packed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        asking.carry_out(service_id, export.pk)
    with scope(service_id):
        export.refresh_from_db()
        assert (export.state, export.problem[:16]) == ("failed", "Try again. If it")
        export = asked(team)
    with clock.at(clock.now() + timedelta(days=asking.KEPT_DAYS, hours=1)):
        tasks.let_go(service_id)
    with scope(service_id):
        export.refresh_from_db()
        assert export.state == "failed"
        assert "the worker may have stopped" in export.problem
