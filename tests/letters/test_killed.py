"""The worker killed at every step of sending, and while it prints: nothing is lost, and nothing goes twice unless the
record says so."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters import outbox, printing
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals import tasks
from tests.letters.dying_worker import STEPS
from tests.letters.mail import MailServer, mail  # noqa: F401  # fixture
from tests.letters.notify_server import Notify, notify, use  # noqa: F401  # fixture
from tests.letters.posting import ADDRESS, confirm, decide
from tests.letters.test_printing import pages
from tests.referrals.conftest import make_team, waiting_referral

ROOT = Path(__file__).parents[2]
MOBILE = "07700900123"


@pytest.fixture
def keyed() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """A server that keeps what it is given by key, as MESH does: (its address, key -> every message)."""
    kept: dict[str, list[str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            content = self.rfile.read(length)
            if len(content) == length:  # the rest may never come
                kept.setdefault(self.path[1:], []).append(content.decode())
                self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            self.send_response(200 if self.path[1:] in kept else 404)
            self.end_headers()
            self.wfile.write(f"id-{self.path[1:9]}".encode())

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", kept
        server.shutdown()


def start_worker(line: str, process: "subprocess.Popen[str]") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def half_a_minute_passes() -> None:
    """No heartbeat came from the worker that is no more: its jobs are to be taken up again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with suppress(AlreadyEnqueued):  # the minute was full just now
        tasks.rescue.defer(timestamp=0)


def printed_by_a_dying_worker(team: Any, service_id: int, process: "subprocess.Popen[str]") -> None:
    """Two letters in a batch. The worker dies between them, then when the file is there and the queue does not know."""
    with scope(service_id):
        referral = waiting_referral(team, patient=ADDRESS, route="practitioner-letter", ubrn="")
        assert referral.practice is not None
        referral.practice.address = "1 Practice Road\nExampleton"
        referral.practice.save()
        decide(team, referral)
        (batch,) = printing.print_in_parts(by=team.administrator)
        letters = {one.pk for one in Dispatch.objects.filter(batch=batch, kind="letter")}
        assert len(letters) == 2
    files = []
    for step in ("printing", "printed", "never"):
        ended = start_worker(f"{batch.pk} {step}", process)
        assert ended == ("0" if step == "never" else str(-signal.SIGKILL)), step
        with scope(service_id):
            batch.refresh_from_db()
            files.append(bytes(batch.pdf))
            rows = Dispatch.objects.filter(pk__in=letters)
            assert {(one.state, one.batch_id) for one in rows} == {(DispatchState.QUEUED, batch.pk)}, step
        if step != "never":
            assert ProcrastinateJob.objects.get(task_name="letters.print").status == "doing"
            half_a_minute_passes()
    assert ProcrastinateJob.objects.get(task_name="letters.print").status == "succeeded"
    assert files[0] == b"", "half a pile is none"
    assert files[1] == files[2] != b"", "one file, once"
    with scope(service_id):
        done = [entry.detail.get("dispatches") for entry in AuditEntry.objects.filter(action="batch.print")]
        assert [set(one) >= letters for one in done] == [True]
        sheets = pages(printing.open_batch(batch.pk, by=team.administrator)[1])
    assert sum("We enclose" not in one and "Mr Leonard Ashcombe" in one and "Dear" in one for one in sheets) == 2


def test_a_worker_killed_at_every_step_loses_nothing_and_doubles_nothing_in_silence(
    transactional_db: None, service_id: int, mail: MailServer, keyed: Any, notify: Notify,  # noqa: F811
    monkeypatch: Any,
) -> None:  # fmt: skip
    """By the real carriers of e-mail and of GOV.UK Notify, and by one that keeps one message a key, as MESH does."""
    use(monkeypatch, post="print", email="smtp", sms="notify")
    address, kept = keyed
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, patient=ADDRESS | {"phone": MOBILE})
        confirm(team, referral)
        confirm(team, referral, "phone")
        ways = {"email": ("patient", ADDRESS["email"]), "sms": ("patient", MOBILE), "mesh": ("gp", "")}
        queued = {
            (channel, step): outbox.queue(
                referral, by=team.administrator, kind="receipt", to=to, channel=channel, name="x", address=where,
                subject="Your referral", text=f"It has arrived ({step}).",
            )
            for channel, (to, where) in ways.items()
            for step in STEPS
        }  # fmt: skip
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "tests.letters.dying_site", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]), "KEYED_URL": address,
        "PAINPATH_SMTP_HOST": "127.0.0.1", "PAINPATH_SMTP_PORT": str(mail.port),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.letters.dying_worker"], env=environment, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        for (channel, step), dispatch in queued.items():
            assert start_worker(f"{dispatch.pk} {step}", process) == str(-signal.SIGKILL), (channel, step)
            with scope(service_id):
                dispatch.refresh_from_db()
            state, began = {
                "before": (DispatchState.QUEUED, False), "recorded": (DispatchState.SENT, False),
            }.get(step, (DispatchState.QUEUED, True))  # fmt: skip
            assert (dispatch.state, dispatch.began_at is not None) == (state, began), (channel, step)
        stalled = ProcrastinateJob.objects.filter(task_name="letters.send", status="doing")
        assert stalled.count() == len(queued), "procrastinate leaves them so for ever"

        half_a_minute_passes()
        assert start_worker("0 never", process) == "0"
        printed_by_a_dying_worker(team, service_id, process)
    finally:
        process.kill()
        process.wait()

    assert not ProcrastinateJob.objects.filter(task_name="letters.send").exclude(status="succeeded").exists()
    copies = Counter(message["Message-ID"].partition("@")[0][1:] for _, message in mail.taken)
    with scope(service_id):
        for (channel, step), before in queued.items():
            dispatch = Dispatch.objects.get(pk=before.pk)
            assert (dispatch.state, dispatch.began_at) == (DispatchState.SENT, None), (channel, step)
            entry = AuditEntry.objects.get(action="dispatch.send", subject_id=str(dispatch.pk))
            said = {dispatch.facts.get("perhaps_twice", False), entry.detail.get("perhaps_twice", False)}
            if channel == "mesh":
                assert len(kept[str(dispatch.key)]) == 1, f"{step}: exactly once"
                assert (dispatch.provider_id, said) == (f"id-{str(dispatch.key)[:8]}", {False})
            elif channel == "sms":
                taken = [one["id"] for one in notify.messages.values() if one["reference"] == str(dispatch.key)]
                assert (taken, said) == ([dispatch.provider_id], {False}), f"{step}: exactly once"
            else:
                assert copies[str(dispatch.key)] == (2 if step == "taken" else 1), step
                assert said == {step in ("began", "during", "taken")}, "the record says so wherever it may be"
                assert bool(dispatch.why) == (said == {True})
