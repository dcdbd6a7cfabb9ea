"""Asking a virus scanner over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from painpath.documents import clamd
from tests.clamav import EICAR, Daemon, running


@pytest.fixture(params=["port", "path"])
def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Daemon]:
    with running(str(tmp_path / "clamd") if request.param == "path" else "") as made:
        yield made


def test_it_says_whether_it_knows_something_bad(daemon: Daemon) -> None:
    long = bytes(range(256)) * 10_000  # more than one chunk
    assert not clamd.is_infected(long, daemon.address, seconds=20)
    assert daemon.seen[-1] == long
    assert clamd.is_infected(b"a letter " + EICAR, daemon.address, seconds=20)
    assert not clamd.is_infected(b"", daemon.address, seconds=20)


@pytest.mark.parametrize("how", ["nonsense", "too large", "cut off", "slow"])
def test_whatever_else_it_says_is_not_scanned(daemon: Daemon, how: str) -> None:
    daemon.how = how
    with pytest.raises(clamd.NotScanned):
        clamd.is_infected(EICAR, daemon.address, seconds=0.2)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd", "nonsense", "127.0.0.1:x", ""])
def test_a_scanner_that_is_away_is_not_scanned(address: str) -> None:
    with pytest.raises(clamd.NotScanned):
        clamd.is_infected(EICAR, address, seconds=5)
