"""What comes into our mailbox in MESH: kept before it is acknowledged; understood, or given to a person."""

import gzip
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.letters import receiving, tasks
from painpath.letters.carriers import Later
from painpath.letters.carriers import mesh as meshed
from painpath.letters.models import Dispatch, DispatchState, InboundMessage
from painpath.letters.receiving import receive
from painpath.referrals.models import Task
from tests.letters.mailboxes import OTHER, OURS, Sandbox, mesh, running_mesh  # noqa: F401  # fixtures
from tests.letters.posting import decided, outbox_of  # noqa: F401  # fixture
from tests.letters.test_mesh import BY_POST, letter, ours, uses_mesh  # noqa: F401  # fixtures
from tests.referrals.conftest import make_team, team  # noqa: F401  # fixture

ODD = b"\x00\xff what a stranger sends"


def send_us(mesh: Sandbox, content: bytes = ODD, **said: str) -> str:  # noqa: F811
    with mesh.opened(OTHER) as stranger:
        return str(
            stranger.send_message(OURS, content, **({"workflow_id": "SOMETHING", "subject": "A referral"} | said))
        )


def in_the_mailbox(mesh: Sandbox) -> list[str]:  # noqa: F811
    with mesh.opened(OURS) as mailbox:
        return list(mailbox.list_messages())


def test_a_letter_that_nobody_fetched_goes_by_post_the_same_day(
    mesh: Sandbox, letter: Callable[[], Dispatch], team: Any  # noqa: F811
) -> None:  # fmt: skip
    dispatch = letter()
    taken = ours(dispatch).hand_over(dispatch)
    mesh.report(linked_message_id=taken.provider_id, local_id=str(dispatch.key))
    assert receive(dispatch.service) == 1
    row = InboundMessage.objects.get()
    assert (row.settled_at, row.why) == (None, receiving.NOT_READ), "the record does not say yet that it left"
    Dispatch.objects.filter(pk=dispatch.pk).update(state="sent", provider_id=taken.provider_id)
    assert receive(dispatch.service) == 0
    returned = letter()
    assert (returned.state, returned.why) == (
        DispatchState.RETURNED,
        "Nobody fetched it from the practice's mailbox in time.",
    )
    row.refresh_from_db()
    assert (row.dispatch, row.why, bool(row.settled_at)) == (returned, "", True)
    posted = outbox_of(returned.referral)[BY_POST]
    assert (posted.state, posted.letter_id, posted.address) == (
        DispatchState.QUEUED, returned.letter_id, "1 Practice Road\nExampleton\nEX1 3GP",
    )  # fmt: skip
    task = Task.objects.get(kind="contact")
    assert (task.owner_role, task.due_on, task.facts["dispatch"]) == ("administrator", task.made_at.date(), posted.pk)
    assert "It goes by post instead" in task.words
    mesh.report(linked_message_id=taken.provider_id, status="error", code="17", description="Another one")
    receive(dispatch.service)
    assert Task.objects.filter(kind="contact").count() == 1, "told twice, done once"
    assert in_the_mailbox(mesh) == []


def test_what_no_program_understands_goes_to_a_person_with_its_bytes(
    mesh: Sandbox, letter: Callable[[], Dispatch], team: Any  # noqa: F811
) -> None:  # fmt: skip
    dispatch = letter()
    Dispatch.objects.filter(pk=dispatch.pk).update(state="delivered", provider_id="ABC")
    send_us(mesh, filename="../../evil;.exe")
    mesh.report(linked_message_id="NOTOURS")
    mesh.report(linked_message_id="ABC")
    assert receive(dispatch.service) == 3
    assert receive(dispatch.service) == 0
    assert in_the_mailbox(mesh) == []
    found = list(receiving.unsettled(team.administrator))  # in any order: see `receiving._empty`
    ((stranger,), (nobody,), (late,)) = (
        [row for row in found if said in row.why] for said in ("workflow SOMETHING", "not on record", "stands here")
    )
    assert len(found) == 3
    assert bytes(InboundMessage.objects.get(pk=stranger.pk).content) == ODD
    assert stranger.headers["mex-from"] == OTHER
    assert "(workflow SOMETHING)" in stranger.why
    assert "not on record here" in nobody.why
    assert late.dispatch == dispatch
    assert "stands here as “delivered”" in late.why
    assert letter().state == DispatchState.DELIVERED

    page = Client()
    page.force_login(team.administrator.user)
    listed = page.get("/post/").content.decode()
    assert "somebody must read it (3)" in listed
    address = f"/post/received/{stranger.pk}/"
    assert address in listed
    assert "A referral" in page.get(address).content.decode()
    file = page.get(f"{address}file/")
    assert file.content == ODD
    assert file["Content-Disposition"] == 'attachment; filename="evil_.exe"'
    assert AuditEntry.objects.filter(action="inbound.open", subject_id=str(stranger.pk)).count() == 2
    assert "Say what was done about it" in page.post(address, {"words": " "}).content.decode()
    page.post(address, {"words": "Registered as a new referral."})
    assert "somebody must read it (2)" in page.get("/post/").content.decode()
    assert "Registered as a new referral." in page.get(address).content.decode()
    page.force_login(team.manager.user)
    assert page.get(f"{address}file/").status_code == 403


def test_a_message_that_cannot_be_fetched_does_not_stop_the_others(
    mesh: Sandbox, team: Any, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    bad, good = send_us(mesh), send_us(mesh)
    others = [send_us(mesh) for _ in range(3)]
    real = meshed.Mesh.fetch

    def fetch(self: Any, message_id: str) -> Any:
        if message_id in (bad, *others):
            raise Later("MESH said no for now (code 500).")
        return real(self, message_id)

    monkeypatch.setattr(meshed.Mesh, "fetch", fetch)
    monkeypatch.setattr(receiving.random, "shuffle", lambda waiting: waiting.sort(key=good.__eq__))  # the good one last
    with pytest.raises(Later, match="code 500"):
        receive(team.service)
    assert InboundMessage.objects.get().message_id == good
    assert in_the_mailbox(mesh) == [bad, *others]
    with mesh.opened(OURS) as mailbox:
        for one in others:
            mailbox.acknowledge_message(one)
    monkeypatch.setattr(meshed, "LARGEST", len(ODD) - 1)
    monkeypatch.setattr(meshed.Mesh, "fetch", real)
    for _ in range(2):
        receive(team.service)
    large = InboundMessage.objects.get(message_id=bad)
    assert (bytes(large.content), large.why) == (b"", receiving.TOO_LARGE)
    assert in_the_mailbox(mesh) == [bad], "what was not kept is not taken out"


def cut_off(body: bytes, *headers: str) -> Any:
    """A server that answers every request so, and breaks off the line."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lines = ["HTTP/1.1 200 OK", "Mex-From: X", *headers, "Connection: close", "", ""]
            self.wfile.write("\r\n".join(lines).encode() + body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"half", ["Content-Length: 8"]),
        (gzip.compress(os.urandom(9000))[:4000], ["Content-Encoding: gzip", "Content-Length: 9023"]),
        (b"no gzip at all", ["Content-Encoding: gzip", "Content-Length: 14"]),
        (b"5\r\nhalf", ["Transfer-Encoding: chunked"]),
    ],
)
def test_what_is_cut_off_on_its_way_is_neither_kept_nor_taken_out(body: bytes, headers: list[str]) -> None:
    server = cut_off(body, *headers)
    try:
        opened = meshed.Access(
            url=f"http://127.0.0.1:{server.server_address[1]}", mailbox=OURS, password="x", shared_key="x", workflow="X"
        )
        with pytest.raises(Later):
            meshed.Mesh(opened, "Us").fetch("1")
    finally:
        server.shutdown()
        server.server_close()


def test_what_comes_in_parts_is_put_together(mesh: Sandbox, team: Any) -> None:  # noqa: F811
    with mesh.opened(OTHER) as stranger:
        stranger.send_message(OURS, ODD * 9, workflow_id="X", max_chunk_size=100, compress=True)
    assert receive(team.service) == 1
    row = InboundMessage.objects.get()
    assert (bytes(row.content), row.headers["mex-from"]) == (ODD * 9, OTHER)


def test_a_mailbox_that_is_not_emptied_is_said_on_the_page_of_the_post(mesh: Sandbox, team: Any) -> None:  # noqa: F811
    page = Client()
    page.force_login(team.administrator.user)

    def said() -> bool:
        return "Our MESH mailbox has not been emptied" in page.get("/post/").content.decode()

    assert said(), "no run has ended yet"
    tasks.look_into_mailboxes(0)
    with connection.cursor() as cursor:  # as the queue does when the job has ended
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'letters.receive'")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name = 'letters.receive'")
    assert not said()
    with clock.at(clock.now() + timedelta(minutes=59)):
        assert not said()
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert said()


@pytest.mark.django_db(transaction=True)
def test_killed_between_keeping_and_acknowledging_nothing_is_lost_and_nothing_doubled(
    mesh: Sandbox, service_id: int, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    message = send_us(mesh)
    with scope(service_id):
        service = Service.objects.get()

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    for at in ("fetch", "acknowledge", "_read"):
        with monkeypatch.context() as patched:
            patched.setattr(receiving if at == "_read" else meshed.Mesh, at, die)
            assert _killed(lambda: receive(service))
        with scope(service_id):
            kept = [(row.message_id, row.why) for row in InboundMessage.objects.all()]
        assert kept == ([] if at == "fetch" else [(message, receiving.NOT_READ)])
        assert in_the_mailbox(mesh) == ([] if at == "_read" else [message])
    for _ in range(2):
        tasks.look_into_mailboxes(0)
    (job,) = ProcrastinateJob.objects.filter(task_name="letters.receive")
    tasks.receive(**job.args)
    with scope(service_id):
        row = InboundMessage.objects.get()
        assert (bytes(row.content), row.settled_at) == (ODD, None)
        assert row.why.startswith("Somebody has sent this")


def _killed(work: Callable[[], object]) -> bool:
    """Do it in a process of its own; whether that was killed."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(1)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
