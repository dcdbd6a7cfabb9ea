"""The limited process: `python -m painpath.documents.worker` reads one file from stdin and answers with JSON.

A line of JSON (`Request`) comes in, then the file; `Answer` goes out. The file's name comes on stdin because arguments
are visible to every user of the machine.
"""

import sys

import msgspec

from painpath.documents import refusals
from painpath.documents.confined import confine
from painpath.documents.limited import Answer, Request
from painpath.documents.model import DocumentError
from painpath.documents.reader import read


def main() -> None:
    """Take the limits on, read, answer."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    confine(request.limits)
    try:
        answer = Answer(read=read(sys.stdin.buffer.read(), request.name, request.limits))
        out = msgspec.json.encode(answer)
    except DocumentError as refused:
        out = msgspec.json.encode(Answer(refused=(refused.code, refused.sentence)))
    except MemoryError:
        complex_ = refusals.too_complex()
        out = msgspec.json.encode(Answer(refused=(complex_.code, complex_.sentence)))
    sys.stdout.buffer.write(out)


if __name__ == "__main__":
    main()
