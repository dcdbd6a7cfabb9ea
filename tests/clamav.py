"""A daemon that speaks the protocol of ClamAV, on a real socket: it finds the file of eicar.org, or fails as asked."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

EICAR = b"".join([b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"])
"""What every scanner finds, and does nothing; in two parts, so that none finds this file."""


class Daemon:
    """What it has been sent, and how it answers: `as it should`, `slow`, `nonsense`, `too large`, `cut off`."""

    def __init__(self, address: str) -> None:
        self.address, self.how, self.seen = address, "as it should", [b""]
        self.free = threading.Event()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon: Daemon = self.server.daemon  # type: ignore[attr-defined]
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        daemon.seen.append(content)
        if daemon.how == "slow":
            daemon.free.wait(30)
        said = {
            "nonsense": b"UNKNOWN COMMAND\0",
            "too large": b"INSTREAM size limit exceeded. ERROR\0",
            "cut off": b"stream: O",
        }.get(daemon.how, b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0")
        try:
            self.wfile.write(said)
        except OSError:
            assert daemon.how == "slow"


@contextmanager
def running(path: str = "") -> Iterator[Daemon]:
    """The daemon, on a free port of this machine or on the socket of this name."""
    kind: Any = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
    with kind(path or ("127.0.0.1", 0), _Handler) as server:
        server.daemon = daemon = Daemon(path or f"127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield daemon
        finally:
            daemon.free.set()
            server.shutdown()
