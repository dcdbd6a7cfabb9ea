"""Lets the clock of a whole site jump while it runs: Python reads this at the start of each of its processes.

The file `CLOCK_OF_TEST` says by how many seconds the clock is wrong. As on a machine whose clock is set, time that only
measures (`time.monotonic`) goes on as before. PostgreSQL's clock stays right: it may stand on another machine.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

_waits = threading.Event()


def _follow(file: Path) -> None:
    last, jumped = "0", None  # type: tuple[str, Any]
    while True:
        said = file.read_text().strip() or last
        if said != last:
            if jumped is not None:
                jumped.stop()
            jumped = time_machine.travel(time.time() + float(said), tick=True)
            jumped.start()
            last = said
        _waits.wait(0.1)


if "CLOCK_OF_TEST" in os.environ:
    threading.Thread(target=_follow, args=(Path(os.environ["CLOCK_OF_TEST"]),), daemon=True).start()
