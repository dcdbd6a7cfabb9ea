"""The client of e-RS against the stand-in: what may be tried again, versions, files, sign-in. Without a page."""

from urllib.parse import parse_qs, urlparse

import jwt
import pytest
import requests

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.exchange.ers import bodies, on_record, polling, signin, tokens
from painpath.exchange.ers.client import Client, Garbled
from painpath.exchange.ers.errors import NO_WORD, STALE, Trouble
from painpath.exchange.ers.operations import SPC, SPCA, Acting, NotAllowed
from painpath.exchange.ers.site import Site, wrong
from painpath.referrals.refusal import Refused
from tests.ers_stand_in import StandIn, store
from tests.ers_stand_in.server import Answered
from tests.exchange.ers_server import ers, ers_site  # noqa: F401  # fixtures
from tests.referrals.conftest import make_team, received_referral

UBRN = "000000070001"
REPLY = bodies.reply(
    outcome="RETURN_TO_REFERRER_WITH_ADVICE", recommendation="OTHER", text="Walk more.", priority="ROUTINE"
)


@pytest.fixture
def asked(ers: StandIn) -> store.Request:  # noqa: F811
    file = store.File("scan.pdf", "application/pdf", b"%PDF-1.4 scan")
    one = store.Request(UBRN, "9912003888", files=[store.File("letter.pdf", "application/pdf", b"%PDF-1.4 letter")])
    one.say("Which tablets?", files=[file])
    return ers.add(one)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(ers: StandIn, ers_site: Site, waits: list[float]) -> Client:  # noqa: F811
    return Client(ers_site, Acting("user", "R69", SPC), ers.token(), sleep=waits.append)


def test_a_request_is_found_read_and_answered_with_a_file(ers, client, asked):  # noqa: F811
    (row,) = client.advice_worklist(bodies.advice_worklist()).items
    assert (row.ubrn, row.version, row.state) == (UBRN, "5", "PROVIDER_RESPONSE_REQUIRED")
    one, _ = client.advice_request(UBRN)
    said, _ = client.conversation(UBRN, one.version)
    assert [message.text for message in said.messages] == ["Which tablets?"]
    assert client.file(one.attachments[0].binary, largest=100) == b"%PDF-1.4 letter"
    assert client.file(said.messages[0].attachments[0].binary, largest=100) == b"%PDF-1.4 scan"
    assert client.overview(UBRN, largest=10_000).startswith(b"%PDF")
    up = client.upload("Über advice.pdf", b"%PDF-1.4", request=UBRN)
    body = bodies.reply(
        outcome="RETURN_TO_REFERRER_WITH_ADVICE", recommendation="OTHER", text="Walk.", priority="URGENT", files=[up]
    )
    after = client.reply(UBRN, one.version, body)
    assert (after.version, after.state, after.priority) == ("6", "REFERRER_TO_REVIEW_RESPONSE", "URGENT")
    assert asked.messages[-1].files[0].name == "_ber advice.pdf"
    correlations = [headers["x-correlation-id"] for _, headers, _ in ers.calls]
    assert len(set(correlations)) == len(correlations)


def test_a_request_is_converted_only_with_the_authority_and_the_current_version(client, asked):
    body = bodies.conversion(request=UBRN, version="5", text="Yes.", priority="ROUTINE", for_admin="Book.")
    made = client.convert(body)
    assert (made.ubrn, made.state, asked.converted["comments"]) == (UBRN, "TRIAGED_PROVIDER_TO_ACTION", "Book.")
    with pytest.raises(Trouble, match="changed in e-RS"):
        client.convert(body)


def test_a_referral_is_triaged_when_e_rs_allows_it(ers, client):  # noqa: F811
    ers.referrals[UBRN] = one = store.Referral(UBRN, "9912003888")
    (row,) = client.referral_worklist(bodies.referral_worklist("REFERRALS_FOR_REVIEW", service="11012")).items
    found, _ = client.referral(row.ubrn)
    assert client.clinical_information(row.ubrn, largest=10_000).startswith(b"%PDF")
    assert client.actions(UBRN, found.version) == {"RECORD_REVIEW_OUTCOME", "CANCEL_REFERRAL"}
    body = bodies.review(outcome="ACCEPT_REFER_BOOK_LATER", text="Book.", priority="URGENT")
    after = client.review(UBRN, found.version, body)
    assert (one.outcome, one.priority, after.version) == ("ACCEPT_REFER_BOOK_LATER", "URGENT", "7")
    assert client.actions(UBRN, "7") == frozenset()


def test_the_answer_is_of_the_request_that_was_asked_for(ers, client, asked):  # noqa: F811
    ers.referrals[UBRN] = one = store.Referral(UBRN, "9912003888")
    for other in ("000000070002", ""):
        asked.ubrn = one.ubrn = other
        ers.requests[UBRN] = asked
        for read in (client.advice_request, client.referral):
            with pytest.raises(Garbled, match="another request than the one that was asked for"):
                read(UBRN)
    ers.answers.clear()  # none of them is as published


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_read_is_tried_again(ers, client, asked, waits, status):  # noqa: F811
    ers.force = [("A024", status, "")] * 2
    one, _ = client.advice_request(UBRN)
    assert one.ubrn == UBRN
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("status", "code", "tries", "words"),
    [(409, "", 1, STALE), (423, "", 1, "changing this request"), (500, "", 1, NO_WORD), (504, "", 1, NO_WORD),
     (422, "PATIENT_ERROR", 1, "Do not try again"), (429, "", 4, "too often"),
     (503, "SYSTEM_UNAVAILABLE", 4, "not available"),
     (400, "", 1, "could not read"), (403, "FORBIDDEN", 1, "organisation and role"), (302, "", 1, "another address")],
)  # fmt: skip
def test_a_write_is_tried_again_only_where_nothing_was_done(ers, client, asked, waits, status, code, tries, words):  # noqa: F811
    ers.force = [("A026", status, code)] * 9
    with pytest.raises(Trouble) as said:
        client.reply(UBRN, "5", REPLY)
    assert words in said.value.sentence
    assert "RAW" not in said.value.sentence
    assert ers.writes("A026") == tries
    assert asked.version == 5


def test_a_long_wait_is_told_and_not_waited_for(ers, client, asked, waits):  # noqa: F811
    ers.force, ers.headers_of_forced = [("A024", 503, "")], {"Retry-After": "120"}
    with pytest.raises(Trouble) as said:
        client.advice_request(UBRN)
    assert (said.value.retry_after, waits) == (120, [])


def test_a_write_without_an_answer_is_not_sent_twice(ers, client, asked):  # noqa: F811
    ers.force = [("A026", 0, "")]
    with pytest.raises(Trouble) as said:
        client.reply(UBRN, "5", REPLY)
    assert said.value.unsure
    assert (ers.writes("A026"), asked.messages[-1].text) == (1, "Walk more.")


def test_a_file_is_fetched_only_from_where_the_site_allows_and_no_larger_than_it_may_be(ers, ers_site, client, asked):  # noqa: F811
    with pytest.raises(Trouble, match="more than 0 MB"):
        client.file(asked.files[0].id, largest=3)
    asked.files[0].availability = "THREATS_FOUND"
    with pytest.raises(Trouble, match="harmful"):
        client.file(asked.files[0].id, largest=100)
    live = Site(**{name: getattr(ers_site, name) for name in Site.__struct_fields__} | {
        "url": "https://api.service.nhs.uk/x", "file_hosts": "files.nhs.uk"})  # fmt: skip
    assert live.may_fetch_from("https://files.nhs.uk/a?b")
    for bad in ("http://files.nhs.uk/a", "https://files.nhs.uk.evil.example/a", "https://files.nhs.uk@evil.example/a",
                "https://a@files.nhs.uk/", "https://[", "file:///etc/passwd", "https://127.0.0.1/a"):  # fmt: skip
        assert not live.may_fetch_from(bad)
    elsewhere = Site(
        **{name: getattr(ers_site, name) for name in Site.__struct_fields__} | {"file_hosts": "no.example"}
    )
    with pytest.raises(Trouble, match="may not go"):
        Client(elsewhere, client.acting, ers.token()).file(asked.messages[0].files[0].id, largest=100)


def test_roles_and_on_whose_behalf(ers, ers_site, asked):  # noqa: F811
    ers.roles = [("R69", SPCA), ("R70", SPC)]
    token = ers.token()
    first = Client(ers_site, Acting("user"), token)
    assert {(one.organisation, one.code) for one in first.roles()} == set(ers.roles)
    admin = Client(ers_site, Acting("user", "R69", SPCA), token)
    (whom,) = admin.on_behalf_of()
    with pytest.raises(NotAllowed):
        admin.advice_worklist(bodies.advice_worklist())
    able = Client(ers_site, Acting("user", "R69", SPCA, whom), token)
    assert len(able.advice_worklist(bodies.advice_worklist()).items) == 1
    with pytest.raises(Trouble, match="organisation and role"):
        Client(ers_site, Acting("user", "R71", SPC), token).advice_worklist(bodies.advice_worklist())
    with pytest.raises(Trouble) as said:
        Client(ers_site, Acting("user", "R69", SPC), "stale").advice_request(UBRN)
    assert said.value.then == "sign_in"


# --- signing in -------------------------------------------------------------------------------------------------------

BACK = "https://painpath.example/e-rs/back/"


def signed_in(site):
    """Somebody goes to the sign-in and comes back: what was begun, and what came back."""
    begun = signin.begin(site, back_to=BACK)
    sent = requests.get(begun.address, allow_redirects=False, timeout=30).headers["Location"]
    assert sent.startswith(BACK)
    return begun, {name: value[0] for name, value in parse_qs(urlparse(sent).query).items()}


def test_somebody_signs_in_and_the_token_opens_e_rs(ers, ers_site):  # noqa: F811
    begun, given = signed_in(ers_site)
    made = signin.finish(ers_site, begun, **given, back_to=BACK)
    assert Client(ers_site, Acting("user"), made.access).roles()
    assert not made.is_over
    newer = tokens.again(ers_site, made)
    assert newer.access != made.access
    with pytest.raises(Trouble, match="not begun here"):
        signin.finish(ers_site, begun, state="other", code=given["code"], back_to=BACK)
    with pytest.raises(Trouble, match="did not let you in"):  # a code is used once
        signin.finish(ers_site, begun, **given, back_to=BACK)


def test_what_follows_a_503_may_be_what_the_503_did(ers, client, asked):  # noqa: F811
    for status in (409, 423, 429, 401, 422):
        ers.force = [("A026", 503, ""), *[("A026", status, "")] * 3]
        with pytest.raises(Trouble) as said:
            client.reply(UBRN, "5", REPLY)
        assert (said.value.unsure, said.value.status) == (True, status)
        assert (NO_WORD in said.value.sentence, "Nothing was sent" in said.value.sentence) == (True, False)


@pytest.mark.parametrize(
    "changes", [{"nonce": "another"}, {"aud": "somebody-else"}, {"iss": "https://evil.example"}, {"exp": 2}]
)
def test_an_identity_that_was_not_made_for_us_is_refused(ers, ers_site, monkeypatch, changes):  # noqa: F811
    begun, given = signed_in(ers_site)
    whole = StandIn.id_token
    monkeypatch.setattr(ers, "id_token", lambda nonce: whole(ers, **({"nonce": nonce} | changes)))
    with pytest.raises(Trouble, match="did not let you in"):
        signin.finish(ers_site, begun, **given, back_to=BACK)
    assert ers.people == set()


def test_a_page_of_keys_that_is_none_lets_nobody_in(ers, ers_site):  # noqa: F811
    page = store.File("page.html", "text/html", b"<html>")
    ers.files[page.id] = page
    elsewhere = Site(**{name: getattr(ers_site, name) for name in Site.__struct_fields__} | {
        "sign_in_keys_url": f"{ers.address}/files/{page.id}"})  # fmt: skip
    begun, given = signed_in(elsewhere)
    with pytest.raises(Trouble, match="did not let you in"):
        signin.finish(elsewhere, begun, **given, back_to=BACK)


def test_the_statement_of_the_application_is_as_the_platform_wants_it(ers, ers_site):  # noqa: F811
    one, other = tokens.statement(ers_site), tokens.statement(ers_site)
    head, claims = jwt.get_unverified_header(one), jwt.decode(one, options={"verify_signature": False})
    assert (head["alg"], head["kid"], claims["iss"], claims["aud"]) == (
        "RS512", "key-1", claims["sub"], ers_site.token_url
    )  # fmt: skip
    assert claims["jti"] != jwt.decode(other, options={"verify_signature": False})["jti"]
    assert tokens.for_application(ers_site) is tokens.for_application(ers_site)
    wrong_key = Site(**{n: getattr(ers_site, n) for n in Site.__struct_fields__} | {"key_id": "unknown"})
    with pytest.raises(Trouble) as said:
        tokens.for_application(wrong_key)
    assert "RAW" not in said.value.sentence


@pytest.mark.django_db
def test_no_ubrn_is_nobodys(service_id):
    with scope(service_id):
        team = make_team()
        assert received_referral(team).ubrn == ""
        assert on_record.referral_of("", team.consultant) is None


@pytest.mark.django_db
def test_the_application_asks_for_a_worklist_twice_a_day(ers, ers_site, service_id):  # noqa: F811
    ers.referrals[UBRN] = store.Referral(UBRN, "9912003888")
    with scope(service_id):
        service = Service.objects.get()
    ers.always = {"/oauth2/token": Answered(503)}  # no asking of e-RS: it does not count
    with pytest.raises(Trouble, match="sign-in did not answer"):
        polling.referrals_for_review(service, ers_site, "11012")
    ers.always, ers.force = {}, [("A008", 503, "")]
    with pytest.raises(Trouble, match="not available"):  # it is asked once: each try counts there
        polling.referrals_for_review(service, ers_site, "11012")
    assert ers.writes("A008") == 1
    assert len(polling.referrals_for_review(service, ers_site, "11012").items) == 1
    with pytest.raises(Refused, match="twice today"):
        polling.referrals_for_review(service, ers_site, "11012")
    assert ers.writes("A008") == 2
    assert "nhsd-ers-business-function" not in ers.calls[-1][1]
    with pytest.raises(NotAllowed):
        Client(ers_site, Acting("app"), ers.token(application=True)).advice_worklist(bodies.advice_worklist())


def test_settings_that_are_not_right_are_said(ers, monkeypatch, tmp_path):  # noqa: F811
    whole = ers.environ(str(tmp_path / "key.pem"))
    assert wrong(whole) == []
    assert wrong({}) == []
    assert wrong(whole | {"PAINPATH_ERS_URL": "http://api.example/FHIR"}) == ["PAINPATH_ERS_URL must begin with https."]
    assert wrong(whole | {"PAINPATH_ERS_API_KEY": " "}) == ["PAINPATH_ERS_API_KEY is missing."]
    assert wrong(whole | {"PAINPATH_ERS_KEY": "/nowhere"}) == ["PAINPATH_ERS_KEY names no file."]
