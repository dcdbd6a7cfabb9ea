"""After a restore the record stands at an earlier moment than the world: what it would send may have left already."""

from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.letters import outbox, restored
from painpath.letters.models import Dispatch, DispatchState


def hold_what_waits(made_at: str) -> int:
    """Inside the transaction of a restore, as the owner: hold all that waits to leave, in every service, and have the
    outbox hold what is added to it, until `release`. How many were held."""
    held = 0
    for service in Service.objects.order_by("pk"):
        by = Process(service, restored.PROCESS)
        with scope(service):
            audit.record(by, restored.RESTORE, service, backup=made_at)
            for dispatch in outbox.locked(state=DispatchState.QUEUED, service=service):
                outbox.hold(dispatch, restored.reasons(service.pk), by=by)
                held += 1
    return held


def release(words: str) -> int:
    """What is written from now on leaves again by itself; what was held stays so until somebody has looked at each. How
    many of those wait. `words`, who says so and after what, stand in the audit."""
    waiting = 0
    for service in Service.objects.order_by("pk"):
        with scope(service):
            if restored.reasons(service.pk):
                audit.record(Process(service, restored.PROCESS), restored.RELEASE, service, words=words)
            waiting += Dispatch.objects.filter(service=service, state=DispatchState.HELD).count()
    return waiting
