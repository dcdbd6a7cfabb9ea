"""The task worker of the site as a real process that ends by SIGKILL at a named step of sending one dispatch, or of
printing one batch.

Run as a program it reads lines from standard input: `PK STEP` starts the worker that `painpath serve` starts, dying
when it sends that dispatch, or prints that batch; `0 never` starts one that does what is there and ends. Each is forked
from a process that has loaded everything, and answers with a line: how it ended.
"""

import http.client
import os
import signal
import smtplib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from typing import Any

STEPS = ("before", "began", "during", "taken", "recorded")
"""Of sending. Those of printing are `printing` (the second letter of the batch) and `printed`."""
doomed: tuple[int, str] = (0, "never")


def die(row: Any, step: str) -> None:
    """End here, without any goodbye, if this is the step of this dispatch or batch."""
    if doomed == (row.pk, step):
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


class Keyed:
    """A carrier over HTTP that keeps one message a key, and can be asked for it."""

    knows_doubles = True

    def hand_over(self, dispatch: Any) -> Any:
        from painpath.letters.carriers import Handed

        place = urllib.parse.urlsplit(self._url(dispatch))
        with closing(http.client.HTTPConnection(place.netloc, timeout=30)) as connection:
            body = dispatch.text.encode()
            connection.putrequest("POST", place.path)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            connection.send(body)
            return Handed(provider_id=connection.getresponse().read().decode())

    def find(self, dispatch: Any) -> Any:
        from painpath.letters.carriers import Handed

        try:
            with urllib.request.urlopen(self._url(dispatch), timeout=30) as answer:
                return Handed(provider_id=answer.read().decode())
        except urllib.error.HTTPError:
            return None

    def what_became(self, dispatch: Any) -> Any:
        return None

    def _url(self, dispatch: Any) -> str:
        return f"{os.environ['KEYED_URL']}/{dispatch.key}"


class Dying:
    """A carrier, and the end of the process around its call."""

    def __init__(self, inner: Any, dispatch: Any) -> None:
        self.inner, self.knows_doubles = inner, inner.knows_doubles
        self.find, self.what_became = inner.find, inner.what_became
        die(dispatch, "before")  # inside the first transaction, which is never committed

    def hand_over(self, dispatch: Any) -> Any:
        die(dispatch, "began")
        data = smtplib.SMTP.data

        def dies(*args: Any) -> Any:
            die(dispatch, "during")  # the server knows sender and recipient, and has no word of the message
            return data(*args)

        smtplib.SMTP.data = dies  # type: ignore[method-assign]
        headers = http.client.HTTPConnection.endheaders

        def ends(*args: Any, **more: Any) -> Any:
            headers(*args, **more)
            die(dispatch, "during")  # so does a server over HTTP

        http.client.HTTPConnection.endheaders = ends  # type: ignore[method-assign]
        handed = self.inner.hand_over(dispatch)
        die(dispatch, "taken")
        return handed


def _arm() -> None:
    from django.db import transaction

    from painpath.letters import printing, sending

    found, send = sending.carrier_for, sending.send
    make, pages = printing.make, printing.pages_of
    seen = set()

    def carrier_for(dispatch: Any) -> Any:
        return Dying(Keyed() if dispatch.channel == "mesh" else found(dispatch), dispatch)

    def sent(*, dispatch: Any, by: Any) -> bool:
        done = send(dispatch=dispatch, by=by)
        die(dispatch, "recorded")  # committed, and the queue does not know yet
        return done

    def set_pages(dispatch: Any) -> bytes:
        done = pages(dispatch)
        seen.add(dispatch.pk)
        if len(seen) == 2:
            die(dispatch.batch, "printing")
        return done

    def made(*, batch: Any) -> bool:
        transaction.on_commit(lambda: die(batch, "printed"))  # and the queue does not know yet
        return make(batch=batch)

    sending.carrier_for, sending.send = carrier_for, sent
    printing.make, printing.pages_of = made, set_pages


def _work(pk: int, step: str) -> None:
    from django.core.management import call_command

    from painpath import serve

    global doomed
    doomed = (pk, step)
    serve.JOBS = 1  # one that dies takes none with it that the next one is to die of
    if step == "never":
        call_command("procrastinate", "worker", "--one-shot")
    else:
        serve._worker()


def main() -> None:
    import django

    django.setup()
    _arm()
    for line in sys.stdin:
        pk, step = line.split()
        child = os.fork()
        if child == 0:
            _work(int(pk), step)
            os._exit(0)
        end = time.monotonic() + 60
        done, status = os.waitpid(child, os.WNOHANG)
        while not done and time.monotonic() < end:
            time.sleep(0.02)
            done, status = os.waitpid(child, os.WNOHANG)
        if not done:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status) if done else "it would not die", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
