"""Every way in which e-RS and the NHS sign-in can fail, at each page: the right sentence, and nothing is lost.

The statuses are those of the published document, and those that something on the way may answer. Each row names what
must stand on the page: what happened and what to do. That nothing is lost is looked for in every row, on the page and
in the record.
"""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.exchange.ers import client as ers_client
from painpath.letters.models import Dispatch
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from tests.ers_stand_in import StandIn, store
from tests.ers_stand_in.server import FHIR, Answered
from tests.exchange.ers_server import ers, sign_in, switch_on  # noqa: F401  # fixtures
from tests.referrals.conftest import Team, make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.test_conversation import ASKING

pytestmark = pytest.mark.django_db
UBRN = "000000070001"
LOST = "nothing is lost"


def shown(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def page(answer: Any, *words: str) -> str:
    """The page, which is no fault of ours, says all these words, and none of e-RS's own."""
    text = shown(answer)
    assert answer.status_code < 500, words
    for each in words:
        assert each in text, (each, re.sub(r"<[^>]+>", " ", text.partition("<main")[2])[:600])
    assert "DIAGNOSTICS" not in text
    assert "{" not in re.sub(r"<script.*?</script>", "", text.partition("<main")[2].partition("</main")[0])
    return text


class Hangs(Answered):
    """No answer within the time that a site waits."""

    over = threading.Event()

    def __init__(self) -> None:
        super().__init__(0)

    def __getattribute__(self, name: str) -> Any:
        if name == "status":
            Hangs.over.wait(5)
        return super().__getattribute__(name)


HTML = b"<html>Not this time</html>"


def refuses(status: int, code: str = "", **headers: str) -> Answered:
    return Answered(status, store.outcome(code) if code else None, {k.replace("_", "-"): v for k, v in headers.items()})


def says(content: bytes, kind: str = FHIR, status: int = 200) -> Answered:
    return Answered(status, content, {"Content-Type": kind})


@pytest.fixture
def team(ers: StandIn, service_id: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:  # noqa: F811
    switch_on(monkeypatch)
    monkeypatch.setattr(ers_client, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(ers_client, "PATIENCE", 0.0)
    monkeypatch.setenv("PAINPATH_ERS_TIMEOUT", "2")
    Hangs.over.clear()
    with scope(service_id):
        made = make_team()
    yield made
    Hangs.over.set()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answered], None]:
    """A site that waits a tenth of a second for an answer that does not come."""

    def impatient(answer: Answered) -> None:
        monkeypatch.setenv("PAINPATH_ERS_TIMEOUT", "0.1" if isinstance(answer, Hangs) else "2")

    return impatient


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    sign_in(client)
    return client


@pytest.fixture
def asked(ers: StandIn) -> store.Request:  # noqa: F811
    one = store.Request(UBRN, "9912003888", files=[store.File("letter.txt", "text/plain", ASKING.encode())])
    one.say("Would you try duloxetine next?")
    return ers.add(one)


HAND, AGAIN = "by hand, and tell whoever runs this site", "Try again in a few minutes"
SIGN_IN, ROLE = "Sign in to e-RS again", "Choose another role"
ODD = "with what this program cannot read. Look in e-RS"
READS: list[tuple[Answered, tuple[str, ...]]] = [
    (refuses(400), ("could not read what this program sent", HAND)),
    (refuses(401, "NO_ACCESS"), ("Your sign-in to e-RS has ended", SIGN_IN)),
    (refuses(401), ("Your sign-in to e-RS has ended", SIGN_IN)),
    (refuses(404), ("knows nothing at the address", HAND)),
    (refuses(406), ("do not understand each other", HAND)),
    (refuses(408), ("did not answer in time", AGAIN)),
    (refuses(409), ("has changed in e-RS while it was read", "Read it again")),
    (refuses(412), ("needs something that this program did not send", HAND)),
    (refuses(415), ("do not understand each other", HAND)),
    (refuses(422, "INVALID_VALUE"), ("does not take one of the values", HAND)),
    (refuses(422), ("does not take this as it is", HAND)),
    (refuses(423), ("is changing this in e-RS just now", AGAIN)),
    (refuses(429, Retry_After="120"), ("asked too often just now. Wait 2 minutes, then try again",)),
    (refuses(429), ("asked too often just now. Wait a minute",)),
    (refuses(500), ("Something went wrong in e-RS", AGAIN)),
    (refuses(502), ("Between this program and e-RS something does not work", AGAIN)),
    (refuses(503, "SYSTEM_UNAVAILABLE", Retry_After="7200"), ("not available at the moment. Try again in 2 hours",)),
    (refuses(504), ("did not answer in time", AGAIN)),
    (refuses(302, Location="https://elsewhere.example/"), ("to another address, where it does not go", HAND)),
    (refuses(204), ("in a way that this program does not know. Look in e-RS",)),
    (Answered(0), ("did not answer in time", AGAIN)),
    (Hangs(), ("did not answer in time", AGAIN)),
    (says(HTML, "text/html"), (ODD,)),
    (says(b""), (ODD,)),
    (says(b'{"resourceType": "Slot"}'), ("it calls it “Slot”", "Look in e-RS")),
]  # fmt: skip
"""What only reads, and its page: what happened, what to do."""


def test_a_list_or_the_roles_that_do_not_come_are_said(
    team: Team, asked: store.Request, ers: StandIn, at_once: Callable[[Answered], None]  # noqa: F811
) -> None:  # fmt: skip
    client = signed_in(team.consultant)
    for operation, address in (("A023", "/e-rs/"), ("A030", "/e-rs/role/?again")):
        barred = ("e-RS does not let you in with this sign-in",) if operation == "A030" else ("organisation and role",)
        more = [(refuses(403, "FORBIDDEN"), (*barred, "who looks after your smartcard"))]
        for answer, words in [*READS, *more]:
            ers.always = {operation: answer}
            at_once(answer)
            text = page(client.get(address, follow=True), *words, LOST)
            if SIGN_IN in words:
                assert '"/e-rs/sign-in/"' in text
                ers.always = {}
                sign_in(client)
            else:
                assert "Try again</a>" in text
    ers.always = {"A023": says(store_list(asked), "text/html; charset=utf-8")}  # the kind is wrong, the words are right
    sign_in(client)
    page(client.get("/e-rs/"), "UBRN 0000 0007 0001")


def store_list(one: store.Request) -> bytes:
    return json.dumps(store.advice_worklist([one])).encode()


FILES: list[tuple[str, Answered, str]] = [
    ("A042", refuses(400, "REC_BAD_REQUEST"), "could not read what this program sent"),
    ("A042", refuses(401, "ACCESS_DENIED"), SIGN_IN),
    ("A042", refuses(403, "REC_FORBIDDEN"), ROLE),
    ("A042", refuses(404, "REC_NOT_FOUND"), "does not have this file any more. Ask whoever attached it"),
    ("A042", refuses(404), "does not have this file any more. Ask whoever attached it"),
    ("A042", refuses(406), "do not understand each other"),
    ("A042", refuses(408), "did not answer in time"),
    ("A042", refuses(422, "PENDING"), "still looking this file over. Try again in five minutes"),
    ("A042", refuses(422, "THREATS_FOUND"), "found harmful software"),
    ("A042", refuses(422, "VALIDATION_FAILED"), "could not check this file"),
    ("A042", refuses(429, Retry_After="300"), "Wait 5 minutes"),
    ("A042", refuses(500), "Something went wrong in e-RS"),
    ("A042", refuses(503), "not available at the moment"),
    ("A042", refuses(504), "did not answer in time"),
    ("A042", refuses(307), "did not say where it keeps this file"),
    ("A042", refuses(307, Location="https://elsewhere.example/"), "keeps this file where this program may not go"),
    ("A042", says(HTML, "text/html"), "in a way that this program does not know"),
    ("A042", Answered(0), "did not answer in time"),
    ("A042", Hangs(), "did not answer in time"),
    ("file", says(HTML, "text/html", 403), "did not give out this file"),
    ("file", says(b""), "it is empty"),
    ("file", Answered(0), "did not answer in time"),
    ("A043", refuses(401, "NO_ACCESS"), SIGN_IN),
    ("A043", refuses(403, "FORBIDDEN"), ROLE),
    ("A043", refuses(404), "no request with this UBRN"),
    ("A043", refuses(406), "do not understand each other"),
    ("A043", refuses(422, "NO_RELATIONSHIP"), "no link between your organisation"),
    ("A043", refuses(429), "Wait a minute"),
    ("A043", refuses(500), "Something went wrong in e-RS"),
    ("A043", refuses(503), "not available at the moment"),
    ("A043", Answered(0), "did not answer in time"),
    ("A043", says(HTML, "application/pdf"), "what came is no PDF"),
    ("A043", says(b"", "application/pdf"), "what came is empty"),
]  # fmt: skip
"""What is only a part of a request: the rest of it is there, and the part is somebody's task."""


def test_a_file_or_an_overview_that_does_not_come_is_a_task_and_the_rest_is_kept(
    team: Team, ers: StandIn, service_id: int, at_once: Callable[[Answered], None]  # noqa: F811
) -> None:  # fmt: skip
    client = signed_in(team.consultant)
    for number, (operation, answer, words) in enumerate(FILES):
        ubrn = f"{70100 + number:012}"
        file = store.File("letter.txt", "text/plain", b"The letter.")
        one = store.Request(ubrn, "9912003888", files=[file])
        one.say("Would you try duloxetine next?")
        ers.add(one)
        ers.always = {f"/files/{file.id}" if operation == "file" else operation: answer}
        at_once(answer)
        part = "The overview of e-RS has not come" if operation == "A043" else "“letter.txt” has not come"
        taken = client.post("/e-rs/take/", {"ubrn": ubrn})
        assert taken.status_code == 302
        told = " ".join(str(one) for one in get_messages(taken.wsgi_request))
        assert all(each in told for each in ("Taken in", part, words, "All else is kept")), told
        with scope(service_id):
            referral = Referral.objects.latest("pk")
            assert [each.text for each in referral.conversation.all()] == ["Would you try duloxetine next?"], words
            names = set(referral.documents.values_list("name", flat=True))
            tasks = [each.words for each in referral.tasks.filter(owner_role="administrator")]
        assert any(words in each and "Fetch it in e-RS" in each for each in tasks), (operation, words)
        if SIGN_IN not in words:  # with it, nothing more can be asked
            assert ("letter.txt" in names, len(tasks)) == (operation == "A043", 1), words
    assert len(ers.requests) == len(FILES)


CONVERTS: list[tuple[Answered, tuple[str, ...], bool]] = [
    (refuses(400), ("could not read what this program sent", HAND, "Nothing was sent"), False),
    (refuses(403, "FORBIDDEN"), (ROLE, "Nothing was sent"), False),
    (refuses(404), ("no request with this UBRN", "Nothing was sent"), False),
    (refuses(406), ("do not understand each other", HAND, "Nothing was sent"), False),
    (refuses(408), ("did not answer in time", "may stand there already"), True),
    (refuses(409), ("has changed in e-RS since you read it", "Nothing was sent"), False),
    (refuses(412), ("something that was not sent along", "Nothing was sent"), False),
    (refuses(415), ("this kind of file or message", HAND, "Nothing was sent"), False),
    (refuses(422, "INVALID_REQUEST_STATE"), ("not at a point in e-RS", "Read it again", "Nothing was sent"), False),
    (refuses(422, "PATIENT_ERROR"), ("Do not try again: ring the referrer", "Nothing was sent"), False),
    (refuses(422, "BRAND_NEW"), ("does not take this as it is", HAND, "Nothing was sent"), False),
    (refuses(423), ("is changing this request", "Nothing was sent"), False),
    (refuses(429, Retry_After="90"), ("Wait 2 minutes", "Nothing was sent"), False),
    (refuses(500), ("Something went wrong in e-RS", "may stand there already"), True),
    (refuses(502), ("something does not work", "may stand there already"), True),
    (refuses(503, Retry_After="600"), ("moment. Try again in 10 minutes", "may stand there already"), True),
    (refuses(507), ("Something went wrong in e-RS", "may stand there already"), True),
    (refuses(504), ("did not answer in time", "may stand there already"), True),
    (refuses(302, Location="https://elsewhere.example/"), ("to another address", "may stand there already"), True),
    (says(b" " * (10 * 1024**2 + 1), status=201), ("more than 10 MB", "Look in e-RS", "may stand there already"), True),
    (says(b"{}", status=200), ("in a way that this program does not know", "may stand there already"), True),
    (refuses(204), ("in a way that this program does not know", "may stand there already"), True),
    (Answered(0), ("did not answer in time", "may stand there already"), True),
    (Hangs(), ("did not answer in time", "may stand there already"), True),
    (refuses(401, "NO_ACCESS"), ("Your sign-in to e-RS has ended", SIGN_IN), False),
]  # fmt: skip
"""A conversion that e-RS does not take: what happened and what to do, and whether it may stand there."""


def test_a_conversion_that_e_rs_does_not_take_waits_with_its_words(
    team: Team, asked: store.Request, ers: StandIn, service_id: int, at_once: Callable[[Answered], None]  # noqa: F811
) -> None:  # fmt: skip
    with scope(service_id):
        referral = verbs.start_screening(referral=waiting_referral(team, ASKING, ubrn=UBRN), by=team.consultant)
        decided(referral, team.consultant, "accept", clauses=())
        dispatch = Dispatch.objects.get(kind="ers_reply")
    address = reverse("exchange:ers-send", args=[referral.reference, dispatch.pk])
    press = {"priority": "ROUTINE", "seen_version": "5", "seen_messages": "1", "for_admin": "Clinic, by letter."}
    client = signed_in(team.consultant)
    for answer, words, unsure in CONVERTS:
        ers.always = {"A027": answer}
        at_once(answer)
        text = page(client.post(address, press), *words, LOST)
        assert ("may stand there already" in text, "can be sent by hand too" in text) == (unsure, not unsure), words
        if SIGN_IN in words:
            ers.always = {}
            sign_in(client, then=address)
            text = page(client.get(address))
        assert "Clinic, by letter." in text, words
        with scope(service_id):
            after = Dispatch.objects.get(pk=dispatch.pk)
        assert (after.state, after.began_at, after.text) == ("queued", None, dispatch.text), words
    assert asked.converted == {}
    for answer, words in READS[:2]:  # the page before the press
        ers.always = {"A024": answer}
        page(client.get(address), *words, LOST)
        sign_in(client)
    ers.always = {"A027": says(HTML, "text/html", 201)}  # it was taken, and nobody can read what it says of it
    page(client.post(address, press, follow=True), "Sent: the reply stands in e-RS")


BUSY = ("The NHS sign-in did not answer", "Try again in a few minutes, or use e-RS by hand")
NO = ("The NHS sign-in did not let you in", SIGN_IN, "tell whoever runs this site")
STEPS: list[tuple[str, Answered, tuple[str, ...]]] = [
    (path, answer, words)
    for path in ("/sign-in/token", "/oauth2/token")
    for answer, words in [
        (Answered(400, {"error": "invalid_grant", "error_description": "RAW DIAGNOSTICS"}), NO),
        (Answered(401, {"error": "invalid_client"}), NO), (refuses(403), NO), (refuses(404), NO), (refuses(415), NO),
        (refuses(408), BUSY), (refuses(429, Retry_After="60"), BUSY), (refuses(500), BUSY), (refuses(503), BUSY),
        (refuses(504), BUSY), (refuses(302, Location="https://elsewhere.example/"), NO), (Answered(0), BUSY),
        (Hangs(), BUSY), (says(HTML, "text/html"), NO), (says(b""), NO), (says(b"[]", "application/json"), NO),
        (says(b"{}", "application/json"), NO),
    ]
] + [
    ("/sign-in/keys", answer, words)
    for answer, words in [(refuses(404), BUSY), (refuses(500), BUSY), (Answered(0), BUSY), (Hangs(), BUSY),
                          (says(HTML, "text/html"), NO), (says(b"", "application/json"), NO)]
]  # fmt: skip
"""Steps after the person has signed in: the code is turned into an identity, its key is fetched, it is exchanged."""


def test_each_step_of_signing_in_may_fail_and_is_said(
    team: Team, asked: store.Request, ers: StandIn, at_once: Callable[[Answered], None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client = Client()
    client.force_login(team.consultant.user)

    def back() -> str:
        """Where somebody comes back to who has signed in."""
        away = client.get("/e-rs/sign-in/")["Location"]
        sent = requests.get(away, allow_redirects=False, timeout=30).headers["Location"]
        return sent.removeprefix("http://testserver")

    broken = ("The NHS sign-in was broken off, or does not let you in", SIGN_IN, "who looks after your smartcard")
    not_ours = ("This sign-in to e-RS was not begun here, or it has ended", SIGN_IN)
    for query, words in [
        ("?error=access_denied&state=x", broken), ("?error=login_required", broken),
        ("?error=invalid_request&error_description=DIAGNOSTICS", broken), ("?error=temporarily_unavailable", BUSY),
        ("?error=server_error", BUSY), ("?code=x&state=another", not_ours), ("?state=x", not_ours), ("", not_ours),
    ]:  # fmt: skip
        back()
        page(client.get(f"/e-rs/back/{query}"), *words, LOST, '"/e-rs/sign-in/"')
    for path, answer, words in STEPS:
        ers.always = {}
        at_once(answer)
        came = back()
        ers.always = {path: answer}
        page(client.get(came), *words, LOST, '"/e-rs/sign-in/"')
        assert "ers" not in client.session, path
    ers.always = {}
    page(client.get(came), *not_ours)  # a code, or what was begun, is used once
    with socket.socket() as nobody:  # nobody answers there at all
        nobody.bind(("127.0.0.1", 0))
        came = back()
        monkeypatch.setenv("PAINPATH_ERS_TOKEN_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}/token")
        page(client.get(came), *BUSY, LOST)


def test_several_roles_a_wrong_one_and_a_session_that_ends(
    team: Team, asked: store.Request, ers: StandIn, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    clinician = "SERVICE_PROVIDER_CLINICIAN"
    ers.roles = [
        ("R69", clinician),
        ("R70", clinician),
        ("R69", "SERVICE_PROVIDER_ADMIN"),
        ("R68", "REFERRING_CLINICIAN"),
    ]
    client = signed_in(team.consultant)
    text = page(client.get("/e-rs/role/?again", follow=True), "R69: Clinician", "R70: Clinician", "R69: Administrator")
    assert "R68" not in text
    page(client.post("/e-rs/role/", {"role": "R68 REFERRING_CLINICIAN"}), "Choose one")
    client.post("/e-rs/role/", {"role": f"R70 {clinician}"})  # an organisation that has no such request
    page(client.get("/e-rs/"), "No request for advice waits in e-RS", "at R70", ROLE)
    page(client.post("/e-rs/take/", {"ubrn": UBRN}), "no link between your organisation", LOST, ROLE)
    client.get("/e-rs/role/?again")
    client.post("/e-rs/role/", {"role": "R69 SERVICE_PROVIDER_ADMIN"})  # may see the list, and not take in
    page(client.get("/e-rs/"), "0000 0007 0001")
    page(client.post("/e-rs/take/", {"ubrn": UBRN}), "Your role in e-RS does not allow this", ROLE, LOST)
    client.get("/e-rs/role/?again")
    client.post("/e-rs/role/", {"role": f"R69 {clinician}"})
    ers.roles = ers.roles[1:]  # taken away meanwhile
    page(client.get("/e-rs/"), "does not allow this for your organisation and role", ROLE, LOST)
    ers.people.clear()
    page(client.get("/e-rs/"), "Your sign-in to e-RS has ended", SIGN_IN, LOST)
    page(client.get("/e-rs/"), "You sign in with your NHS smartcard")
    sign_in(client, role=f"R70 {clinician}")
    later = clock.now().timestamp() + 10_000
    monkeypatch.setattr("painpath.exchange.ers.tokens.Tokens.is_over", property(lambda one: one.ends < later))
    ers.always = {"/oauth2/token": Answered(503)}
    page(client.get("/e-rs/"), *BUSY, LOST)
    ers.always = {"/oauth2/token": Answered(401, {"error": "invalid_grant"})}
    page(client.get("/e-rs/"), "You sign in with your NHS smartcard")
    with scope(team.service):
        assert not Referral.objects.exists()
