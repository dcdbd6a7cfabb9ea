"""The site that is broken, and whoever uses it meanwhile: started once for all faults."""

import asyncio
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from painpath.accounts.models import User
from painpath.accounts.scope import scope
from painpath.letters import outbox
from tests.conftest import _empty_the_tables_as_owner, _service
from tests.ers_stand_in import StandIn, server
from tests.exchange.fhir.conftest import give_token
from tests.faults.site import Site, small_disk
from tests.faults.uploader import CANARY, Uploader, check
from tests.letters.mail import MailServer
from tests.letters.posting import ADDRESS, confirm
from tests.referrals.conftest import make_team, waiting_referral
from tests.waiting import eventually


class Waits(MailServer):
    """A mail server that says nothing while it is told to be silent."""

    def __init__(self) -> None:
        super().__init__()
        self.silent, self.asked = True, threading.Event()

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802
        self.asked.set()
        while self.silent:
            await asyncio.sleep(0.05)
        return await super().handle_RCPT(*given)


def signed_in(user: User) -> str:
    """A session of this person, made as signing in with both factors makes it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["has_second_factor"] = True  # as `web` keeps it, once it was seen
    session.create()
    return str(session.session_key)


@pytest.fixture(scope="module")
def post() -> Iterator[Waits]:
    server = Waits()
    assert server.controller is not None
    server.controller.start()
    yield server
    server.stop()


class Thinks(StandIn):
    """e-RS, which says nothing of what waits there until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()

    def a023(self, *given: Any) -> None:
        self.may_answer.wait(120)
        super().a023(*given)


@pytest.fixture(scope="module")
def ers() -> Iterator[Thinks]:
    made = Thinks()
    yield made
    made.may_answer.set()
    made.stop()


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, bool]]:
    """A folder with a small disk in it, and a smaller one for what is being uploaded."""
    folder = tmp_path_factory.mktemp("site")
    with small_disk(folder / "disk") as mounted, small_disk(folder / "temporary", 8 * 1024**2):
        yield folder, mounted


@pytest.fixture(scope="module")
def site(
    mounted: tuple[Path, bool], post: Waits, ers: Thinks, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Site]:  # fmt: skip
    """The site, with a team, one referral that waits, and a receipt to be sent by e-mail."""
    if not Path("/proc/self").exists():
        pytest.skip("looks at processes through /proc")
    with django_db_blocker.unblock():
        try:
            with scope(_service[0]):
                team = make_team()
                waits = waiting_referral(team, patient=ADDRESS)
                confirm(team, waits)
                outbox.queue(
                    waits, by=team.administrator, kind="receipt", to="patient", channel="email", name="x",
                    address=ADDRESS["email"], subject="Your referral", text="It has arrived.",
                )  # fmt: skip
            token = give_token(team, "system/*.cruds", client_id="practice")
            session, clinician = signed_in(team.administrator.user), signed_in(team.consultant.user)
            (mounted[0] / "key.pem").write_bytes(server.PEM)
            patient = {"PAINPATH_SMTP_TIMEOUT": "60", "PAINPATH_ERS_TIMEOUT": "120"}  # they fail when a test says so
            made = Site(
                mounted[0], session, PAINPATH_SMTP_HOST="127.0.0.1", PAINPATH_SMTP_PORT=str(post.port),
                **ers.environ(str(mounted[0] / "key.pem")) | patient,
            )  # fmt: skip
            try:
                made.begin()
            except BaseException:
                made.end()
                raise
        finally:
            _empty_the_tables_as_owner(None)
    made.order("UPDATE exchange_accesstoken SET expires_at = now() + interval '1 hour'")
    made.token, made.clinician = token, clinician
    yield made
    made.end()


@pytest.fixture(scope="module")
def sending(site: Site, mounted: tuple[Path, bool]) -> Iterator[Uploader]:
    uploader = Uploader(site, site.token, mounted[0] / "receipts")
    uploader.start()
    yield uploader
    uploader.stopped.set()
    uploader.join(60)


@pytest.fixture
def uploader(sending: Uploader, site: Site, mounted: tuple[Path, bool]) -> Iterator[Uploader]:
    """It sends during the test; after it every receipt is held against the record, and the logs name nobody."""
    before = len(sending.sent)
    sending.go_on()
    assert eventually(lambda: len(sending.sent) > before + 1)
    yield sending
    sending.rest()
    check(site, sending.sent, sending.receipts, before=1)
    said = site.said()
    for canary in (CANARY, "Ashcombe", ADDRESS["email"], "Low back pain", "1958"):
        assert canary not in said
