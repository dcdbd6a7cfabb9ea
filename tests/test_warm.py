"""The first requests of a process come at once, in several threads: they share what is learnt and compiled once."""

import os
import subprocess
import sys

FIRST = """
from threading import Barrier, Thread
from painpath import clock, pathway, screening
from painpath.documents.model import DocumentText, Page

together = Barrier(8)
found = []

def first():
    together.wait()
    service = pathway.load(pathway.find("southampton-portsmouth"))
    letter = DocumentText(text="Pain.", pages=(Page(1, 0, 5),), unread=(), media_type="text/plain")
    found.append(len(screening.screen(letter, service, today=clock.today()).criteria))

threads = [Thread(target=first) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(found) == 8 and len(set(found)) == 1, found
"""


def test_eight_first_requests_at_the_same_moment(tmp_path):
    for cache in ("cold", "warm"):  # compiled from YAML, and read from the folder of what is kept
        done = subprocess.run(
            [sys.executable, "-c", FIRST], env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)}, capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, (cache, done.returncode, done.stderr[-2000:])
