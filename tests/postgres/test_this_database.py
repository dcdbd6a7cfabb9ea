"""The database that all other tests use: as whom, and emptied how."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.utils import ProgrammingError

from painpath import clock


def one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_run_as_the_role_that_policies_bind() -> None:
    assert one("select current_user") == "painpath_app"
    assert one("select rolsuper or rolbypassrls from pg_roles where rolname = current_user") is False
    assert one("select count(*) from pg_tables where tableowner = current_user") == 0
    assert str(one("select current_database()")).startswith("test_")
    with pytest.raises(ProgrammingError, match="permission denied"):
        one("truncate django_content_type cascade")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", [1, 2])
def test_a_transactional_test_is_emptied_by_the_owner(_: int) -> None:
    # a second one would violate uniqueness
    Session.objects.create(session_key="left-over", session_data="", expire_date=clock.now())


@pytest.mark.django_db(transaction=True)
def test_another_thread_is_the_same_role_on_the_same_database() -> None:
    seen = []

    def look() -> None:
        seen.append((one("select current_user"), one("select current_database()")))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(one("select current_user"), one("select current_database()"))]
