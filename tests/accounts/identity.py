"""A real identity provider on this machine, for the tests of signing in by one."""

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.letters.judging import outside
from tests.letters.mailboxes import _own
from tests.waiting import free_port


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of the provider, which begins with nobody."""
    program = outside("oidc-provider-mock")
    port = free_port()
    command = [str(program), "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=_own({"PATH": "/usr/bin:/bin"})) as server:
        try:
            address, until = f"http://127.0.0.1:{port}", time.monotonic() + 30
            while True:
                try:
                    requests.get(address, timeout=30)
                    break
                except requests.ConnectionError:
                    assert time.monotonic() < until, "the provider does not start"
                    time.sleep(0.05)
            yield address
        finally:
            server.terminate()


def known_there(provider: str, sub: str, **claims: Any) -> None:
    """What the provider says of this person."""
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=30).raise_for_status()


def agree(address: str, sub: str) -> str:
    """Sign in at the provider; gives where it sends the browser."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]
