"""A visitor without a name, and a pathway of one's own whose pages they see."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.conftest import SERVICE
from tests.pathway.conftest import copy, folder, pathway
from tests.referrers.conftest import published

__all__ = ["HOME", "copy", "folder", "pathway", "published"]

HOME = f"/services/{SERVICE}/patients/"

Words = Callable[[str], str]


@pytest.fixture
def client(service_id: int, static_files: None) -> Client:
    return Client()


@pytest.fixture
def words(client: Client) -> Words:
    """A page as text, its blanks made even."""

    def read(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return even(unescape(answer.content.decode().partition("<main")[2]))

    return read


def even(text: str) -> str:
    """The text with each run of blanks as one."""
    return " ".join(text.split())
