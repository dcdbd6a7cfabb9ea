"""The vocabulary of the pathway in this checkout."""

import pytest

from painpath import pathway
from painpath.pathway import Pathway
from painpath.reading.lexicon import Lexicon, lexicon


@pytest.fixture(scope="session")
def service() -> Pathway:
    return pathway.load(pathway.find("southampton-portsmouth"))


@pytest.fixture(scope="session")
def words(service: Pathway) -> Lexicon:
    return lexicon(service)
