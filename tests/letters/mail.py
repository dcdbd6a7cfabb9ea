"""A real mail server in a thread of its own, that takes, refuses or dawdles as it is told."""

import asyncio
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.waiting import free_port


class MailServer:
    """What it was given; `on_rcpt` and `on_data` are its answers, `dawdle` the seconds before the second."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], Message]] = []
        self.on_rcpt = self.on_data = "250 OK"
        self.dawdle = 0.0
        self.port = free_port()
        self.controller: Controller | None = Controller(self, hostname="127.0.0.1", port=self.port)

    def stop(self) -> None:
        """Nobody listens from now on."""
        if self.controller is not None:
            self.controller.stop()
        self.controller = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.on_rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.on_rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.dawdle)
        if self.on_data.startswith("2"):
            self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return self.on_data


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    """The mail server of the site, for one test."""
    server = MailServer()
    assert server.controller is not None
    server.controller.start()
    settings.SENDS_EMAIL = True
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.DEFAULT_FROM_EMAIL = "The team <no-reply@pain.example.nhs.uk>"
    settings.EMAIL_TIMEOUT = 30  # a busy machine is no silent server: a test that wants one says so
    yield server
    server.stop()
