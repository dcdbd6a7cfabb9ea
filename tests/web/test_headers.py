"""What every answer tells the browser: each address, each kind of answer; and no page asks for more than it may."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from painpath.accounts.scope import scope
from painpath.cookies import cookie
from painpath.web import access, headers
from painpath.web.files import file_answer, safe_name
from tests.conftest import SERVICE
from tests.patients.opening import opened
from tests.referrals.conftest import make_team, waiting_referral
from tests.triage.test_access import ARGUMENTS, EVERY

HTTPS = override_settings(
    SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True,
    SESSION_COOKIE_NAME=cookie("sessionid", https=True), CSRF_COOKIE_NAME=cookie("csrftoken", https=True),
)  # fmt: skip
INLINE = re.compile(rb"<[^>]*\s(?:on[a-z]+|style)\s*=|<style|javascript:|<script(?![^>]*(?:\ssrc|\snonce)=)", re.I)


def keeps_the_rules(answer: HttpResponse, what: str = "") -> None:
    for name, value in headers.ALWAYS.items():
        if name != "Content-Security-Policy":
            assert answer.get(name) == value, (what, name)
    policy = answer.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, what
    assert "frame-ancestors 'none'" in policy, what
    assert "unsafe" not in policy, what
    assert answer.get("Cache-Control"), what
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        assert "base-uri 'none'" in policy, what
        assert "object-src 'none'" in policy or not answer.content, what
        assert not (found := INLINE.search(answer.content)), (what, found)
    for one in answer.cookies.values():
        if one["max-age"] == 0:  # taken away
            continue
        assert one["httponly"], (what, one.key)
        assert one["samesite"] == "Lax", (what, one.key)
        assert one["path"] == "/", (what, one.key)
        assert one.key.startswith("__Host-") == bool(one["secure"]), (what, one.key)


def test_every_address_gives_them_whoever_asks(transactional_db, service_id, static_files):
    """GET, and POST without any field: pages, redirects, refusals, forms with errors, JSON, 404 and 405."""
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        patient = opened(referral)
    member, stranger = Client(raise_request_exception=False), Client(raise_request_exception=False)
    member.force_login(team.consultant.user)
    given = ARGUMENTS | {"service": SERVICE, "page": "1", "rest": "metadata", "reference": referral.reference}
    statuses = set()
    for name in sorted(EVERY):
        if not set(EVERY[name]) <= set(given):
            continue
        address = reverse(name, kwargs={key: given[key] for key in EVERY[name]})
        who = access.access_table().get(name)
        for client in (patient if who == access.VISITOR else member, stranger):
            for answer in (client.get(address), client.post(address)):
                keeps_the_rules(answer, f"{name} {answer.status_code}")
                statuses.add(answer.status_code)
                if who not in (access.PUBLIC, access.PROGRAM):
                    assert answer["Cache-Control"] == "no-store", name
    assert {200, 302, 403, 404, 405, 422} <= statuses


@pytest.mark.django_db
def test_answers_that_no_view_gives(service_id, static_files, monkeypatch, settings):
    client = Client(raise_request_exception=False)
    sheet = client.get(re.search(rb'href="(/static/[^"]+\.css)"', client.get("/accessibility/").content)[1].decode())
    assert "max-age=" in sheet["Cache-Control"]
    keeps_the_rules(sheet, "static")
    assert "no-store" in client.get("/static/no-such-thing.css")["Cache-Control"]
    monkeypatch.setattr("painpath.web.views.accessibility", None)
    monkeypatch.setattr("painpath.web.access.resolve", lambda path: 1 / 0)
    broken = client.get("/accessibility/")
    assert broken.status_code == 500
    keeps_the_rules(broken, "500")
    monkeypatch.undo()
    settings.MAX_UPLOAD_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    for status, answer in (
        (413, client.post("/accessibility/", b"x" * 30, content_type="text/plain")),
        (404, client.get("/no/such/page/")),
        (400, client.get("/accessibility/", headers={"host": "other.example"})),
        (400, client.get("/x%00/")),
    ):
        assert answer.status_code == status
        keeps_the_rules(answer, str(status))


@HTTPS
def test_with_https_nothing_goes_without_it(db, service_id, static_files):
    client = Client()
    first = client.get("/accessibility/")
    assert (first.status_code, first["Location"]) == (301, "https://testserver/accessibility/")
    keeps_the_rules(first)
    page = client.get("/accounts/login/", secure=True)
    assert page["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert set(page.cookies) == {"__Host-csrftoken"}
    keeps_the_rules(page)


@pytest.mark.django_db
def test_who_leaves_leaves_nothing_in_the_browser(service_id, static_files):
    with scope(service_id):
        team = make_team()
    client = Client()
    client.force_login(team.consultant.user)
    assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "storage"'
    assert set(access.access_table()) >= headers.LEAVES


@pytest.mark.django_db
def test_a_form_of_an_older_session_is_kept_for_who_opened_it(service_id, static_files):
    with scope(service_id):
        team = make_team()
    client = Client(enforce_csrf_checks=True)
    client.force_login(team.administrator.user)
    mark = re.search(r'name="kept_for" value="([^"]+)"', client.get("/receive/").content.decode())[1]
    typed = {"kept_for": mark, "words": "Ashcombe", "csrfmiddlewaretoken": "x" * 32}
    answer = client.post("/receive/", typed)
    assert answer["Location"].startswith("/kept/")
    assert "Ashcombe" in client.get(answer["Location"]).content.decode()
    client.force_login(team.consultant.user)
    assert client.post("/receive/", typed).status_code == 403


def test_a_policy_of_its_own_stays_and_that_of_a_file_is_strict():
    answer = headers.HeadersMiddleware(lambda _: file_answer(b"x", "text/html", "a.html"))(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("media_type", "content", "shown"),
    [
        ("application/pdf", b"%PDF-1.7", True),
        ("application/pdf", b"<html>%PDF-1.7", False),  # two kinds at once
        ("image/png", b"\x89PNG\r\n\x1a\n", True),
        ("image/png", b"<svg>", False),
        ("image/svg+xml", b"<svg>", False),
        ("text/html", b"<html>", False),
        ("application/xml", b"<?xml", False),
        ("", b"%PDF-1.7", False),
    ],
)
def test_only_what_begins_as_it_is_called_is_shown(media_type, content, shown):
    answer = file_answer(content, media_type, "a.pdf")
    assert answer["Content-Type"] == (media_type if shown else "application/octet-stream")
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Letter about Ms Ashcombe.pdf", "Letter about Ms Ashcombe.pdf"),
        ("Łęcka ‐ list.docx", "Łęcka ‐ list.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x=y.pdf", "a Set-Cookie_ x=y.pdf"),
        ("letter\u202efdp.exe", "letterfdp.exe"),
        ("a\x00\u200b.pdf", "a.pdf"),
        ('say "hello".pdf', "say _hello_.pdf"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("", "file"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("." * 300 + "x" * 300, "x" * 120),
    ],
)  # fmt: skip
def test_a_name_can_do_nothing(name, safe):
    assert safe_name(name) == safe
    disposition = file_answer(b"", "", name)["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert not set("\r\n\x00") & set(disposition)
