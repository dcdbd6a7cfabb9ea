"""Journeys run on the whole program: its database, its settings, a real browser."""

from collections.abc import Iterator

import pytest

from tests.browsing import serving


@pytest.fixture
def site(transactional_db: None, static_files: None) -> Iterator[str]:
    """The address of the running program. What a journey writes is seen by the server, and is gone after the test."""
    with serving() as address:
        yield address
