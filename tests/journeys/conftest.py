"""Journeys run on the whole program: its database, its settings, a real browser."""

from collections.abc import Iterator

import pytest

from tests.browsing import browser, serving, static_files, visit

__all__ = ["browser", "site", "static_files", "visit"]


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the running program. What a journey writes is seen by the server, and is gone after the test."""
    with serving() as address:
        yield address
