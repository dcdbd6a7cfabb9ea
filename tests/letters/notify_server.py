"""A stand-in for GOV.UK Notify: the paths and answers of its API as documented, and what it was given, in memory.

It is asked by the real client library. `fail_next` makes it answer the next request with an error, `take_and_die` makes
it take the next message and break the line before it answers, as a crash or a bad network would.
"""

import base64
import json
import socket
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import jwt
import pytest
from msgspec.structs import replace

from painpath.accounts.models import Service
from painpath.referrals import pathways

SERVICE_ID, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"painpath-{SERVICE_ID}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a", "c1b5e8b2-6f5e-4a44-9d3f-1a7f8f7f2b10"


class Notify:
    """What it has, by its id; newest last."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.fail_next: list[tuple[int, str]] = []
        self.take_and_die = False
        self.slow = threading.Event()
        """While it is set, nothing is answered (until the client has given up)."""
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def last(self) -> dict[str, Any]:
        return list(self.messages.values())[-1]

    def stop(self) -> None:
        self.slow.clear()
        self.server.shutdown()
        self.server.server_close()

    def take(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Keep one message, as `POST /v2/notifications/<kind>` does."""
        number = str(uuid.uuid4())
        status = "pending-virus-check" if "content" in data else "created"
        row = {"id": number, "type": kind, "status": status, "reference": data.get("reference"), "given": data}
        self.messages[number] = row
        return {"id": number, "reference": data.get("reference"), "uri": f"{self.address}/v2/notifications/{number}"}

    def wrong_with(self, kind: str, data: dict[str, Any]) -> tuple[str, str] | None:
        """What Notify would not take: (kind of error, its words)."""
        if kind == "letter":
            content = base64.b64decode(data.get("content", ""))
            return None if content.startswith(b"%PDF") else ("BadRequestError", "Letter content is not a valid PDF")
        wanted = {"email": EMAIL_TEMPLATE, "sms": SMS_TEMPLATE}[kind]
        if data.get("template_id") != wanted:
            return "BadRequestError", "Template not found"
        missing = {"email": {"subject", "message"}, "sms": {"message"}}[kind] - set(data.get("personalisation", {}))
        if missing:
            return "BadRequestError", f"Missing personalisation: {', '.join(sorted(missing))}"
        to = str(data.get("phone_number") or data.get("email_address"))
        if kind == "sms" and not to.startswith("07"):
            return "ValidationError", "phone_number Not a UK mobile number"
        if kind == "email" and "@" not in to:
            return "ValidationError", "email_address Not a valid email address"
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        notify = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                """Nothing is said."""

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                content = self.rfile.read(length)
                if len(content) < length:
                    return  # whoever sent it is no more
                data = json.loads(content)
                kind = self.path.removeprefix("/v2/notifications/")
                if self._refused():
                    return
                if wrong := notify.wrong_with(kind, data):
                    self._say(400, {"status_code": 400, "errors": [{"error": wrong[0], "message": wrong[1]}]})
                    return
                answer = notify.take(kind, data)
                if notify.take_and_die:
                    notify.take_and_die = False
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self._say(201, answer)

            def do_GET(self) -> None:
                if self._refused():
                    return
                where = urlparse(self.path)
                if where.path == "/v2/notifications":
                    wanted = parse_qs(where.query).get("reference", [""])[0]
                    rows = [row for row in reversed(notify.messages.values()) if row["reference"] == wanted]
                    self._say(200, {"notifications": rows[:250], "links": {"current": self.path}})
                elif (row := notify.messages.get(where.path.rpartition("/")[2])) is not None:
                    self._say(200, row)
                else:
                    error = {"error": "NoResultFound", "message": "No result found"}
                    self._say(404, {"status_code": 404, "errors": [error]})

            def _refused(self) -> bool:
                notify.asked.append(f"{self.command} {urlparse(self.path).path}")
                if notify.slow.is_set():
                    self.connection.settimeout(5)
                    self.rfile.read(1)  # until the other side hangs up
                    return True
                token = self.headers["Authorization"].removeprefix("Bearer ")
                try:
                    assert (
                        jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})["iss"]
                        == SERVICE_ID
                    )
                except (jwt.InvalidTokenError, AssertionError):
                    error = {"error": "AuthError", "message": "Invalid token: API key not found"}
                    self._say(403, {"status_code": 403, "errors": [error]})
                    return True
                if notify.fail_next:
                    self._say(*notify.fail_next.pop(0))
                    return True
                return False

            def _say(self, status: int, body: dict[str, Any] | str) -> None:
                content = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


@pytest.fixture
def notify(monkeypatch: Any, settings: Any) -> Iterator[Notify]:
    """GOV.UK Notify of this site, for one test: the service uses it for all that it carries. The site knows where it
    is."""
    server = Notify()
    named = {"KEY": KEY, "URL": server.address, "EMAIL_TEMPLATE": EMAIL_TEMPLATE, "SMS_TEMPLATE": SMS_TEMPLATE}
    for name, value in named.items():
        monkeypatch.setenv(f"PAINPATH_NOTIFY_{name}", value)
    monkeypatch.setenv("PAINPATH_NOTIFY_TIMEOUT", "5")
    use(monkeypatch, post="notify", email="notify", sms="notify")
    settings.SITE_URL = "https://referrals.example.nhs.uk"
    yield server
    server.stop()


def use(monkeypatch: Any, **carriers: str) -> None:
    """The service's pathway, but with these carriers. (To publish a changed copy would compile its vocabulary anew.)"""
    in_force = pathways.in_force

    def with_carriers(service: Service) -> Any:
        pathway, row = in_force(service)
        return replace(pathway, delivery=replace(pathway.delivery, **carriers)), row

    monkeypatch.setattr(pathways, "in_force", with_carriers)
