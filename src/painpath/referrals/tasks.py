"""Work for the queue. Arguments are ids only; each task opens the scope of its service itself and may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from painpath.referrals.models import Referral


@app.task(name="referrals.read", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def read(service: int, referral: int) -> None:
    """Read every document of a referral that has not been read yet, and screen the whole."""
    from painpath.referrals.reading_in import read_in

    read_in(service_id=service, referral_id=referral)


def read_later(referral: Referral) -> None:
    """Queue the reading of a referral, in the transaction that made it necessary."""
    read.defer(service=referral.service_id, referral=referral.pk)


@app.periodic(cron="* * * * *")
@app.task(name="referrals.rescue", queueing_lock="referrals.rescue", pass_context=False)
async def rescue(timestamp: int) -> None:
    """Take up again the jobs of a worker that was killed: procrastinate leaves them `doing` for ever."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
