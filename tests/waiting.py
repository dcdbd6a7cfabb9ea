"""Waiting for another process: never for a moment that a slow machine would miss."""

import socket
import time
from collections.abc import Callable, Sized
from contextlib import suppress
from random import SystemRandom
from typing import Any


def eventually(fact: Callable[[], Any], seconds: float = 60) -> bool:
    """Whether it comes true in that time; looked at often."""
    end = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def emptied(left: Callable[[], Sized], seconds: float = 60) -> bool:
    """Whether nothing is left in the end: given up when it has not become less for so long."""
    least = len(left())
    end = time.monotonic() + seconds
    while least and time.monotonic() < end:
        time.sleep(0.05)
        if (now := len(left())) < least:
            least, end = now, time.monotonic() + seconds
    return not least


def free_port() -> int:
    """A port of this machine on which nothing listens, for a server that begins later or is started again: from below
    those that the system gives to connections, any of which might take it in between (32768 and up on Linux)."""
    chance = SystemRandom()  # not the numbers that Hypothesis begins again for each test
    while True:
        port = chance.randrange(20_000, 32_768)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
