"""Work of the calendar for the queue (named in the settings). Arguments are ids only; a task may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from painpath.letters.acting import acting
from painpath.referrals.moves import CALENDAR

_RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="letters.chase", retry=_RETRY, pass_context=False)
def chase(service: int, request: int) -> None:
    """Remind, or report the silence, if the request is still open and its day has passed."""
    from painpath.letters import following
    from painpath.referrals.models import InformationRequest

    with acting(service, CALENDAR) as by:
        following.chase(request=InformationRequest.objects.select_related("referral").get(pk=request), by=by)


@app.task(name="letters.ask_signposts", retry=_RETRY, pass_context=False)
def ask_signposts(service: int, decision: int) -> None:
    """Ask "did you get there?", if the referral still stands as signposted and its day has come."""
    from painpath.letters import following
    from painpath.referrals.models import Decision

    with acting(service, CALENDAR) as by:
        following.ask_signposts(decision=Decision.objects.select_related("referral").get(pk=decision), by=by)


@app.task(name="letters.remind_unread", retry=_RETRY, pass_context=False)
def remind_unread(service: int, change: int, step: int) -> None:
    """The next are told of something urgent, if nobody has read it yet."""
    from painpath.letters import escalating
    from painpath.referrals.models import ReportedChange

    with acting(service, CALENDAR) as by:
        escalating.remind(change=ReportedChange(pk=change, service_id=service), step=step, by=by)


@app.task(name="letters.post_unopened", retry=_RETRY, pass_context=False)
def post_unopened(service: int, dispatch: int) -> None:
    """Send a letter online by post as well, if its time has come and nobody has opened it."""
    from painpath.letters import online
    from painpath.letters.models import Dispatch

    with acting(service, CALENDAR) as by:
        online.post_unopened(dispatch=Dispatch(pk=dispatch), by=by)


@app.task(name="letters.escalate_change", retry=_RETRY, pass_context=False)
def escalate_change(service: int, change: int) -> None:
    """A reported change goes further, if its time has come and no clinician has read it."""
    from painpath.letters import escalating
    from painpath.referrals.models import ReportedChange

    with acting(service, CALENDAR) as by:
        escalating.escalate(change=ReportedChange(pk=change, service_id=service), by=by)
