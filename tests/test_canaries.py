"""Words that nobody else would write go in at every door, also where something fails; then they are looked for where no
patient may stand: logs, pages of errors, addresses, headers, cookies, sessions, and the arguments of tasks."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DataError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import cli
from painpath.accounts.scope import scope
from painpath.letters import sending
from painpath.referrals import verbs
from painpath.referrals.arriving import reading_in
from painpath.web import access
from tests.conftest import SERVICE
from tests.exchange.cards import body, order
from tests.exchange.fhir.conftest import referral
from tests.exchange.messages import message
from tests.exchange.programs import registered, statement
from tests.patients.opening import opened
from tests.referrals.conftest import make_referrer, make_team, received_referral, sent_by, waiting_referral
from tests.robot import CANARIES, FILE, FREE, NAME, TEXT, filled, forms, found, listening
from tests.triage.test_access import ARGUMENTS, EVERY

WORDS_IN_ADDRESSES = {"/directory/"}
"""Pages with a search whose words stand in the address: there, names of practices."""
SIGNING_OUT = "/accounts/logout/"


class Watch:
    """Looks where no patient may stand."""

    def __init__(self, heard: Any, output: Any) -> None:
        self.heard, self.output = heard, output
        self.statuses: Counter[int] = Counter()

    def answer(self, answer: HttpResponse, what: str) -> None:
        """An answer's headers and cookies; and the page, where it is one of ours about a failure."""
        self.headers(answer, what)
        if answer.status_code in (400, 403, 404, 405, 413, 429) or answer.status_code >= 500:
            page = b"" if answer.streaming else answer.content
            assert not found(page.decode(errors="replace")), (what, answer.status_code)

    def headers(self, answer: HttpResponse, what: str) -> None:
        """An answer's headers and cookies."""
        self.statuses[answer.status_code] += 1
        said = "\n".join(f"{name}: {value}" for name, value in answer.items())
        assert not found(said), (what, found(said))
        assert not found(answer.cookies.output()), what

    def rows(self, what: str) -> None:
        """Sessions and tasks, as they stand before what was sent is undone."""
        for session in Session.objects.all():
            kept = session.get_decoded()
            kept.pop("_messages", None)  # what the person who did it is told on the next page, and then it is gone
            assert not found(json.dumps(kept, default=str)), what
        assert not found(str(list(ProcrastinateJob.objects.values_list("args", "lock", "queueing_lock")))), what

    def logs(self, what: str) -> None:
        """What was said since the last time."""
        out, err = self.output.readouterr()
        said = self.heard.getvalue() + out + err
        self.heard.seek(0)
        self.heard.truncate()
        assert not found(said), (what, found(said)[:3])


@pytest.fixture
def watch(capfd: pytest.CaptureFixture[str]) -> Iterator[Watch]:
    with listening() as heard:
        yield Watch(heard, capfd)


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is undone: every form finds the record as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def broken(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
    """A database that takes nothing, and quotes what it was given."""
    if sql.startswith(("INSERT", "UPDATE")) and "django_session" not in sql:
        raise DataError(f"invalid value {params} in {sql}")
    return execute(sql, params, many, context)


@pytest.fixture
def people(service_id: int, db: None, static_files: None) -> dict[str, Client]:
    """Everybody who has a door, with a referral being screened that the referrer sent."""
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        referrer = make_referrer(checked_by=team.administrator)
        sent_by(referral, referrer)
        verbs.start_screening(referral=referral, by=team.consultant)
        patient = opened(referral)
    made = {"patient": patient, "stranger": Client()}
    for name, member in (("clinician", team.consultant), ("administrator", team.administrator), ("referrer", referrer)):
        made[name] = Client()
        made[name].force_login(member.user)
    for client in made.values():
        client.raise_request_exception = False
    ARGUMENTS_HERE.update(ARGUMENTS | {"reference": referral.reference, "service": SERVICE, "page": "what-is-pain"})
    return made


ARGUMENTS_HERE: dict[str, Any] = {}


def whose(who: frozenset[str]) -> tuple[str, ...]:
    """Who of `people` opens it."""
    if who == access.VISITOR:
        return ("patient",)
    if who in (access.PUBLIC, access.PROGRAM):
        return ("stranger",)
    if "referrer" in who and len(who) == 1:
        return ("referrer",)
    return ("administrator",) if "clinician" not in who and who != access.SIGNED_IN else ("clinician",)


def test_every_form_of_every_door(people: dict[str, Client], watch: Watch) -> None:
    """Filled in, filled in badly, with a database that refuses, and sent by somebody who may not."""
    sent: set[str] = set()
    for name, who in sorted(access.access_table().items()):
        if name not in EVERY or not set(EVERY[name]) <= set(ARGUMENTS_HERE) or who == access.PROGRAM:
            continue
        address = reverse(name, kwargs={key: ARGUMENTS_HERE[key] for key in EVERY[name]})
        for one in whose(who):
            with undone():
                page = people[one].get(address)
            watch.answer(page, address)
            found_forms = [] if page.streaming else list(forms(page.content, address))
            for method, to, form in found_forms:
                if method != "POST":
                    free = [field for field in form.iter("textarea", "input") if field.get("type", "text") in FREE]
                    assert not free or address in WORDS_IN_ADDRESSES, (address, "words would stand in an address")
                    continue
                if to == SIGNING_OUT or (to, one) in sent or (to in {t for t, _ in sent} and to == "/language/"):
                    continue
                sent.add((to, one))
                post_everything(people, one, to, form, watch)
    assert len(sent) > 60, len(sent)
    assert watch.statuses[500] > 30, "a database that refuses was met"
    assert watch.statuses[422] > 30, "mistakes were made"


def post_everything(people: dict[str, Client], one: str, to: str, form: Any, watch: Watch) -> None:
    cache.clear()  # limits by address are not what is looked at here
    for badly in (False, True):
        with undone():
            watch.answer(people[one].post(to, filled(form, badly=badly)), to)
            watch.rows(to)
    with undone(), connection.execute_wrapper(broken):
        watch.answer(people[one].post(to, filled(form)), f"{to} with a broken database")
    with undone():
        answer = people["stranger"].post(to, filled(form))
        watch.answer(answer, f"{to} by a stranger")
    watch.logs(to)


class TestPrograms:
    """The doors of other programs: each is called with words in whatever shape, with and without a right to."""

    @pytest.fixture
    def bodies(self) -> list[bytes]:
        resource = {"resourceType": "ServiceRequest", "status": TEXT, "note": [{"text": TEXT}], NAME: [TEXT]}
        bundle = {"resourceType": "Bundle", "type": "message", "entry": [{"fullUrl": TEXT, "resource": resource}]}
        person = {"name": [{"family": "Quorrish", "given": ["Zebulon"]}], "telecom": [{"value": TEXT}]}
        right = referral(note=[{"text": TEXT}]), message(note=TEXT, patient=person), body(order(note=[{"text": TEXT}]))
        return [TEXT.encode(), *(msgspec.json.encode(one) for one in (resource, bundle, *right))]

    def test_every_door(self, db: None, service_id: int, watch: Watch, bodies: list[bytes], monkeypatch: Any) -> None:
        import painpath.pathway

        real = painpath.pathway.load(painpath.pathway.find(SERVICE))
        on = msgspec.structs.replace(
            real, exchange=msgspec.structs.replace(real.exchange, fhir="on", cds_hooks="on", bars="on")
        )
        monkeypatch.setattr(painpath.pathway, "load", lambda folder: on)
        with scope(service_id):
            team = make_team()
            token = a_token(team)
        client = Client(raise_request_exception=False)
        doors = {name for name, who in access.access_table().items() if who == access.PROGRAM}
        for name in sorted(doors):
            given = {"service": SERVICE, "name": "peg", "rest": "ServiceRequest", "key": ARGUMENTS["key"]}
            address = reverse(name, kwargs={key: given[key] for key in EVERY[name]})
            if name == "exchange:fhir-below":
                address += "ServiceRequest"
            kind = "application/x-www-form-urlencoded" if name == "exchange:token" else "application/fhir+json"
            tried = [(one, True, failing) for one in bodies for failing in (False, True)]
            for sent, proved, failing in [*tried, (bodies[1], False, False)]:
                good = statement(f"http://testserver{address}") if "cds" in name else token
                asks = {"Authorization": f"Bearer {good if proved else NAME}", "Accept": "application/fhir+json"}
                with connection.execute_wrapper(broken if failing else passed):
                    answer = client.generic("POST", address, sent, content_type=kind, headers=asks)
                watch.headers(answer, name)
                if not proved:
                    watch.answer(answer, name)
            watch.rows(name)
            watch.logs(name)
        assert {200, 201, 400, 401, 500} <= set(watch.statuses), "what is taken, refused and fails has been tried"
        assert doors == {
            "exchange:cds-call", "exchange:cds-feedback", "exchange:cds-services", "exchange:fhir",
            "exchange:fhir-below", "exchange:process-message", "exchange:smart-configuration", "exchange:token",
        }, "a door of programs that nobody has tried"  # fmt: skip


def passed(execute: Callable[..., Any], *given: Any) -> Any:
    return execute(*given)


def a_token(team: Any) -> str:
    from datetime import datetime

    from painpath import clock
    from painpath.exchange.authorising import digest
    from painpath.exchange.models import AccessToken

    client = registered(team.manager, "system/*.cruds")
    AccessToken.objects.create(
        service=team.service, client=client, digest=digest("token"), scopes=client.scopes,
        expires_at=datetime(2099, 1, 1, tzinfo=clock.LONDON),
    )  # fmt: skip
    return "token"


def test_a_reader_and_a_carrier_that_break_say_nothing(db: None, service_id: int, watch: Watch) -> None:
    def breaks(*given: Any, **named: Any) -> Any:
        raise ValueError(TEXT)

    connection.force_debug_cursor = True  # every statement is logged, with its values
    with scope(service_id):
        team = make_team()
        referral = received_referral(team, TEXT)
    reading_in.read_in(service_id=service_id, referral_id=referral.pk, reader=breaks)

    class Dispatch:
        pk, channel = 1, "email"

    class Carrier:
        hand_over = breaks

    said = sending._hand_over((Dispatch(), Carrier()))  # type: ignore[arg-type]
    assert not found(str(said))
    connection.force_debug_cursor = False
    for told in ("ValueError", "django.db.backends"):
        assert told in watch.heard.getvalue()
    watch.logs("a task")


@pytest.mark.parametrize("content", [b"", b"\x00" + FILE[1], b"%PDF-1.7 " + FILE[1], b"PK\x03\x04" + FILE[1]])
def test_the_command_line_says_nothing_of_a_file_that_it_cannot_read(
    tmp_path: Any, watch: Watch, content: bytes
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(content)
    with pytest.raises(SystemExit, match="1"):
        cli.main(["screen", str(file)])
    watch.logs("painpath screen")


def test_the_canaries_are_known_however_they_are_written() -> None:
    for written in (NAME.upper(), "9990000018", "999%20000%200018", "07700900461", "ZE9%209QQ", "ze99qq"):
        assert CANARIES.search(written), written
