"""Bytes to text in a process of its own, so that a hostile file can take down nothing but that process.

What fifty hostile files at once cost: in each web process `AT_ONCE` are read and one waits, the others are told so at
once; the task worker reads one after the other. With two web processes that is 5 processes of at most 2 GiB of
addresses each (`Limits.memory`), and they are the first that the kernel ends when the machine has no more (`confined`).
The web process itself holds, of each file, its bytes (25 MB), and of the answer at most `MOST_ANSWER`. Of the four
requests that a web process works on at once, one at least is free for others.
"""

import os
import signal
import sys
from threading import BoundedSemaphore

import msgspec

from painpath.documents import refusals
from painpath.documents.model import DEFAULT_LIMITS, DocumentCode, DocumentError, DocumentText, Limits

# The child gets no secret of this process.
_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT")


class Request(msgspec.Struct, frozen=True):
    """What to read, and within what."""

    name: str
    limits: Limits


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The text, or why there is none."""

    read: DocumentText | None = None
    refused: tuple[DocumentCode, str] | None = None


_ANSWER = msgspec.json.Decoder(Answer)
"""Learnt at import, by one thread: see `pathway.loading`."""


def read_limited(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> DocumentText:
    """As `reader.read`, in a subprocess held to `limits.seconds` and `limits.memory`.

    Nothing of the file is in arguments or logs, and its temporary files are gone afterwards however it ended. A
    process that had to be stopped or that crashed gives a `DocumentError` (`too_slow`, `too_complex`, `damaged`).
    """
    import subprocess
    import tempfile

    if len(data) > limits.size:
        raise refusals.too_large(limits.size)
    request = msgspec.json.encode(Request(name.encode("utf-8", "replace").decode(), limits)) + b"\n" + data
    with tempfile.TemporaryDirectory(prefix="painpath-") as folder, tempfile.TemporaryFile(dir=folder) as answer:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "painpath.documents.worker"],
            stdin=subprocess.PIPE,
            stdout=answer,  # a file, whose size the kernel limits; a pipe would be read into our memory without end
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={key: os.environ[key] for key in _KEPT if key in os.environ}
            | {"TMPDIR": folder, "TEMP": folder, "OMP_THREAD_LIMIT": "1"},
        )
        try:
            child.communicate(request, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise refusals.too_slow() from None
        finally:
            if child.poll() is None:
                child.kill()
                child.communicate()
        if answer.seek(0, os.SEEK_END) > MOST_ANSWER:
            raise refusals.too_complex()
        answer.seek(0)
        out = answer.read()
    return _answer(out, child.returncode)


def read_in_turn(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS, *, patience: float) -> DocumentText:
    """As `read_limited`, for a page that somebody waits for: only `AT_ONCE` files at the same time in this process.

    Each takes a core and a thread of the server. Raises `DocumentError` (`busy`) when `patience` seconds bring no turn,
    or at once when others wait already: who waits takes a thread too.
    """
    if not _IN_LINE.acquire(blocking=False):
        raise refusals.busy()
    try:
        if not _TURNS.acquire(timeout=patience):
            raise refusals.busy()
        try:
            return read_limited(data, name, limits)
        finally:
            _TURNS.release()
    finally:
        _IN_LINE.release()


MOST_ANSWER = 100 * 1024 * 1024
"""Bytes of an answer: 12 million characters, and as much again of what came attached as a file may have, as base64."""
AT_ONCE = 2
WAITING = 1
_IN_LINE = BoundedSemaphore(AT_ONCE + WAITING)
_TURNS = BoundedSemaphore(AT_ONCE)


def _answer(out: bytes, code: int) -> DocumentText:
    if code == -getattr(signal, "SIGXCPU", 0) and code:
        raise refusals.too_slow()
    try:
        answer = _ANSWER.decode(out)
    except msgspec.DecodeError:
        # Killed by the kernel for its memory, or crashed by a fault in a parser.
        raise (refusals.too_complex() if code == -9 else refusals.crashed()) from None
    if answer.refused:
        raise DocumentError(*answer.refused)
    if answer.read is None:
        raise refusals.crashed()
    return answer.read
