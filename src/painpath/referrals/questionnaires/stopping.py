"""Nobody waits for an answer any more: what somebody has begun stays as it is, and takes no further answer."""

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.referrals.models import Answering, InformationRequest, Referral


def stop_open(
    *, by: Actor, request: InformationRequest | None = None, referral: Referral | None = None,
    only: Answering | None = None,
) -> None:  # fmt: skip
    """Stop what is open of a request, of a whole referral, or one alone, inside the caller's transaction; the referral
    is locked. What was saved is kept.
    """
    found = Answering.objects.select_for_update(of=("self",)).filter(sent_at__isnull=True, stopped_at__isnull=True)
    if only is not None:
        found = found.filter(pk=only.pk)
    elif request is not None:
        found = found.filter(request=request)
    else:
        found = found.filter(referral=referral)
    for answering in found:
        answering.stopped_at = clock.now()
        answering.save(update_fields=["stopped_at"])
        audit.record(by, "answering.stop", answering)


def answered(answering: Answering) -> int:
    """How many questions have an answer."""
    return sum(bool(values) for values in answering.answers.values())


def answered_so_far(request: InformationRequest) -> int:
    """How many of the questions of a request have an answer: what somebody has begun is not lost."""
    return sum(map(answered, request.answerings.all()))
