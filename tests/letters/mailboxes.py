"""NHS England's own test server of MESH (`mesh-sandbox`), in a process of its own, with one mailbox of ours and two of
practices. It is started once for all tests, and its mailboxes are emptied before each."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from mesh_client import MeshClient

from tests.letters.judging import outside
from tests.waiting import free_port

OURS, PRACTICE, OTHER = "X26ABC1", "X26ABC2", "X26ABC3"
PASSWORD, SHARED_KEY = "password", "Banana"
WORKFLOW = "PAIN_LETTER_PDF"


class Sandbox:
    """A running server of MESH."""

    def __init__(self, url: str) -> None:
        self.url = url

    def opened(self, mailbox: str) -> MeshClient:
        """A mailbox, as whoever it belongs to opens it."""
        return MeshClient(self.url, mailbox, PASSWORD, shared_key=SHARED_KEY.encode(), max_retries=0, timeout=30)

    def empty(self) -> None:
        """Nothing lies in any mailbox."""
        requests.delete(f"{self.url}/messageexchange/admin/reset", timeout=30).raise_for_status()

    def report(self, **said: Any) -> None:
        """MESH puts a report about a message into our mailbox: that nobody fetched it, or `status="error"`."""
        given = {"mailbox_id": OURS, "code": "14", "description": "Not collected", "workflow_id": WORKFLOW} | said
        requests.post(f"{self.url}/messageexchange/admin/report", json=given, timeout=30).raise_for_status()

    def say(self, message_id: str, **event: Any) -> None:
        """What tracking says of a message from now on."""
        address = f"{self.url}/messageexchange/admin/message/{message_id}/event"
        requests.post(address, json=event, timeout=30).raise_for_status()


@pytest.fixture(scope="session")
def running_mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The server, on a free port, with every request signed in."""
    python = outside("python")
    outside("mesh_auth")  # comes with mesh-sandbox
    port = free_port()
    log = tmp_path_factory.mktemp("mesh") / "log"
    environment = os.environ | {"AUTH_MODE": "full", "STORE_MODE": "memory", "SHARED_KEY": SHARED_KEY}
    command = [str(python), "-m", "uvicorn", "mesh_sandbox.api:app", "--port", str(port), "--log-level", "warning"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=_own(environment)) as server:
        try:
            _wait(port, server, log)
            yield Sandbox(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _own(environment: dict[str, str]) -> dict[str, str]:
    """Its own libraries, not those of the program that is tested."""
    return {name: value for name, value in environment.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"mesh-sandbox did not start: {log.read_text()[-2000:]}")


@pytest.fixture
def mesh(running_mesh: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """MESH with empty mailboxes, and the settings of this site that open ours."""
    running_mesh.empty()
    slug = "SOUTHAMPTON_PORTSMOUTH"
    given = {"URL": running_mesh.url, "SHARED_KEY": SHARED_KEY, "WORKFLOW": WORKFLOW, "TIMEOUT": "10"}
    for name, value in {**given, f"MAILBOX_{slug}": OURS, f"PASSWORD_{slug}": PASSWORD}.items():
        monkeypatch.setenv(f"PAINPATH_MESH_{name}", value)
    return running_mesh
