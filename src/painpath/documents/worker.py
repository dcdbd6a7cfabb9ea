"""The limited process: `python -m painpath.documents.worker` reads one file from stdin and answers with JSON.

A line of JSON (`Request`) comes in, then the file; `Answer` goes out. The file's name comes on stdin because arguments
are visible to every user of the machine.
"""

import sys

import msgspec

from painpath.documents import refusals
from painpath.documents.limited import Answer, Request
from painpath.documents.model import DocumentError, Limits
from painpath.documents.reader import read


def main() -> None:
    """Take the limits on, read, answer."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    _confine(request.limits)
    try:
        answer = Answer(read=read(sys.stdin.buffer.read(), request.name, request.limits))
        out = msgspec.json.encode(answer)
    except DocumentError as refused:
        out = msgspec.json.encode(Answer(refused=(refused.code, refused.sentence)))
    except MemoryError:
        complex_ = refusals.too_complex()
        out = msgspec.json.encode(Answer(refused=(complex_.code, complex_.sentence)))
    sys.stdout.buffer.write(out)


def _confine(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the wall clock of `read_limited` still holds
        return
    seconds = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.unpacked, limits.unpacked))
    if sys.platform == "linux":  # macOS refuses limits on address space
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))


if __name__ == "__main__":
    main()
