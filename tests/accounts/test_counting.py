"""Counts hold for all processes; who tries passwords is slowed down, learns nothing, and locks nobody out for good."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory

from painpath.accounts.scope import scope
from tests.referrals.conftest import make_team

AT_ONCE = 6
PASSWORD = "correct horse battery"


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one(service_id):
    with scope(service_id):
        return make_team().consultant


def at_once(does):
    """What `does(number)` gives in as many processes at the same moment (each thread has a connection of its own)."""
    barrier = Barrier(AT_ONCE)

    def run(number):
        try:
            connection.ensure_connection()
            barrier.wait()
            return does(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_only_one_gets_what_is_free_or_has_expired():
    for round_ in range(15):
        key = f"key {round_}"
        if round_ % 3:
            cache.set(key, "old", -1)
        assert sorted(at_once(lambda number, key=key: cache.add(key, number))) == [False] * (AT_ONCE - 1) + [True]


def test_no_two_get_the_same_number():
    cache.set("count", 0)
    assert sorted(at_once(lambda _: cache.incr("count"))) == list(range(1, AT_ONCE + 1))


def test_a_limit_lets_so_many_through_however_many_come_at_once():
    request = RequestFactory().post("/")

    def tries(_):
        consumed = [ratelimit.consume(request, app="x", action="y", config={"y": "7/m/key"}, key="k") for _ in range(3)]
        return sum(map(bool, consumed))

    assert sum(at_once(tries)) == 7


def test_what_has_expired_is_taken_out():
    cache.set("old", 1, -1)
    for number in range(25):
        cache.set("new", number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_counted")
        assert cursor.fetchone() == (1,)


def test_the_table_tells_nobody_whose_it_is(one):
    sign_in(one.user.email, "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_counted::text FROM accounts_counted")
        rows = str(cursor.fetchall())
    assert rows != "[]"
    assert one.user.email not in rows
    assert "10.1.2.3" not in rows


def sign_in(email, password, address="10.1.2.3"):
    return Client(REMOTE_ADDR=address).post("/accounts/login/", {"login": email, "password": password})


def test_an_account_is_closed_to_an_address_that_guesses_and_to_no_other(one):
    for _each in range(5):
        assert b"not correct" in sign_in(one.user.email, "wrong").content
    assert b"too many wrong tries" in sign_in(one.user.email, PASSWORD).content
    assert sign_in(one.user.email, PASSWORD, "10.9.9.9").status_code == 302


def test_right_passwords_are_not_counted(one):
    assert [sign_in(one.user.email, PASSWORD).status_code for _each in range(7)] == [302] * 7


def test_many_addresses_get_few_tries_too(one):
    answers = [sign_in(one.user.email, "wrong", f"10.0.{number}.1").content for number in range(21)]
    assert [b"too many wrong tries" in answer for answer in answers] == [False] * 20 + [True]


def test_a_stranger_learns_not_whether_there_is_an_account(one, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(password) or f"md5${salt}$x"
    )
    pages = []
    for email in (one.user.email, "nobody@example.nhs.uk"):
        for _each in range(6):
            hashed.clear()
            page = sign_in(email, "wrong").content.decode().replace(email, "")
            pages.append((len(hashed), page.count("not correct"), page.count("too many wrong tries"), len(page)))
    assert pages[:6] == pages[6:]
    assert {page[1:3] for page in pages} == {(1, 0), (0, 1)}
