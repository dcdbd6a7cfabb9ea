"""Work for the queue: one e-mail, one job. Arguments are ids only; a task opens its scope itself and may run twice."""

from typing import TYPE_CHECKING

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from painpath.letters.models import Dispatch

MAILER = "mailer"
"""The process that hands e-mails to the mail server."""


@app.task(
    name="letters.send", retry=RetryStrategy(max_attempts=20, exponential_wait=4),
    pass_context=False,
)  # fmt: skip
def send(service: int, dispatch: int) -> None:
    """Send one e-mail. Raises `sending.Later`, which makes the queue try again after 4, 16, 64, 256, 1024 and 4096
    seconds; `sending.TRIES` ends that, after an hour and a half, on the same day."""
    from painpath.accounts.audit import Process
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.letters import sending
    from painpath.letters.models import Dispatch

    with scope(service):
        left = sending.send(dispatch=Dispatch(pk=dispatch), by=Process(Service.objects.get(pk=service), MAILER))
    if not left:  # after the commit: what was written down about the attempt stays
        raise sending.Later(f"Dispatch {dispatch} could not be sent yet.")


def send_later(dispatch: "Dispatch") -> None:
    """Queue an e-mail for sending, in the transaction that queued the dispatch: it leaves after the commit."""
    send.defer(service=dispatch.service_id, dispatch=dispatch.pk)
