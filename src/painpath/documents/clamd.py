"""Asks a ClamAV daemon about a file, over its own protocol: `INSTREAM` of clamd(8).

Forty lines of our own: `clamd` and `pyclamd`, the libraries for it, have had no release for years, and the protocol is
stable.
"""

import socket
import time

CHUNK = 1024 * 1024


class NotScanned(Exception):
    """The daemon did not say whether the file is clean: it is away, slow, or takes no file of this size."""


def is_infected(data: bytes, address: str, *, seconds: float) -> bool:
    """Whether the daemon at `address` (host:port, or the path of a socket) knows something bad in these bytes.

    Raises `NotScanned` when it has not said so within `seconds`. What it found is not told: names of viruses help
    nobody here, and an answer that is not understood is no answer.
    """
    until = time.monotonic() + seconds
    try:
        with _connected(address, seconds) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                daemon.settimeout(max(until - time.monotonic(), 0.01))
                part = data[start : start + CHUNK]
                daemon.sendall(len(part).to_bytes(4, "big") + part)
            daemon.sendall(bytes(4))
            said = b""
            while not said.endswith(b"\0") and len(said) < 4096:
                daemon.settimeout(max(until - time.monotonic(), 0.01))
                if not (more := daemon.recv(4096)):
                    break
                said += more
    except (OSError, ValueError):
        raise NotScanned from None
    if said == b"stream: OK\0":
        return False
    if said.startswith(b"stream: ") and said.endswith(b" FOUND\0"):
        return True
    raise NotScanned


def _connected(address: str, seconds: float) -> socket.socket:
    if address.startswith("/"):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(seconds)
        try:
            made.connect(address)
        except OSError:
            made.close()
            raise
        return made
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
