"""What a carrier takes: one dispatch, one attempt, and what is written down about it.

An attempt is two transactions with the call between them, so that no row is locked and no page waits while a mail
server thinks:

1. the row is locked, the record is looked at again, `began_at` is set, commit;
2. the carrier is called;
3. the row is locked again, how it ended is written down, `began_at` is cleared, commit.

*Two workers never hand over at once.* From before 1 until after 3 the database session of the attempt holds an advisory
lock of the dispatch. A second worker does not get it, and tries again later. When the process is killed the server ends
its session and with it the lock: so whoever holds the lock and finds `began_at` knows that the process of that attempt
is no more, and that nobody can say from the record whether the carrier took it. (A session that breaks while its
process lives on would free the lock too early. Only a job that has not shown a heartbeat for half a minute is taken up
again (`referrals.rescue`), and each call to a carrier is bounded by its timeout.)

*What was cut short.* A carrier that `knows_doubles` is asked first, and what it has is taken into the record: it goes
once. Another is given it again, under the same key (for e-mail the same Message-ID), and the record says that it may
have arrived twice.

*Whoever stops or holds it meanwhile* changes the row between 1 and 3, and reads there that an attempt was under way
(`outbox.stop`). When it had left, the end (`ending`) says so in their words' place, and somebody has it to do the
same day.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.scope import scope
from painpath.letters import codes, outbox
from painpath.letters.carriers import Carrier, Handed, Later, Permanent
from painpath.letters.carriers.finding import CARRIED, carrier_for
from painpath.letters.channels import reasons_to_hold
from painpath.letters.ending import PERHAPS, TRIES, end, fail, has_not_left, is_later, is_unknown, run_out
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.referrals import pathways

log = logging.getLogger(__name__)

_Attempt = tuple[Dispatch, Carrier]


def send(*, dispatch: Dispatch, by: Process) -> bool:
    """Make one attempt to send one queued dispatch; False when it should be tried again later.

    To be called outside any transaction. Done twice, after somebody stopped it, or while another worker is at it,
    nothing leaves. The record is looked at again just before: an address that nobody has confirmed as it now is, new
    words on safe contact or a death hold it for a person instead.
    """
    with _alone(dispatch) as alone:
        if not alone:
            return False
        with scope(by.service):
            asked = _cut_short(dispatch, by)
        if asked is not None:
            found = _ask(asked)
            with scope(by.service):
                if (left := _adopt(dispatch, found, by)) is not None:
                    return left
        with scope(by.service):
            attempt = _begin(dispatch, by)
        if attempt is None:
            return True
        said = _hand_over(attempt)
        with scope(by.service):
            return end(dispatch, said, by, knows_doubles=attempt[1].knows_doubles)


@contextmanager
def _alone(dispatch: Dispatch) -> Iterator[bool]:
    """Whether this session is the only one that sends this dispatch, until the end of the block."""
    name = f"painpath.letters.dispatch {dispatch.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            _give_up(name)


def _give_up(name: str) -> None:
    """Release the lock. A session that cannot is ended: it must not go back into the pool with the lock."""
    session = connection.connection
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
    except DatabaseError:
        if session is not None:
            session.close()
        raise


def _cut_short(dispatch: Dispatch, by: Process) -> _Attempt | None:
    """What must be asked first: whether the carrier has what an earlier attempt may have given it."""
    dispatch = outbox.lock(dispatch)
    if dispatch.channel not in CARRIED or (dispatch.began_at is None and not dispatch.facts.get("perhaps_taken")):
        return None
    if dispatch.began_at is None and dispatch.state != DispatchState.QUEUED:
        return None
    carrier = carrier_for(dispatch)
    return (fetch(dispatch), carrier) if carrier is not None and carrier.knows_doubles else None


def _ask(asked: _Attempt) -> Handed | Later | None:
    dispatch, carrier = asked
    try:
        return carrier.find(dispatch)
    except Later as later:
        return later
    except Exception as error:  # whatever a carrier's library raises: a person hears of it after the last attempt
        return unforeseen(dispatch, error)


def _adopt(dispatch: Dispatch, found: Handed | Later | None, by: Process) -> bool | None:
    """Write down what the carrier has; None when it has nothing, and the attempt can begin anew."""
    if isinstance(found, Handed):
        return end(dispatch, found, by, knows_doubles=True)
    dispatch = outbox.lock(dispatch)
    if isinstance(found, Later):
        dispatch.attempts += 1
        if dispatch.attempts >= TRIES:
            dispatch.began_at, dispatch.facts["perhaps_taken"] = None, True
            return is_later(dispatch, found, by)
        dispatch.save(update_fields=["attempts"])
        audit.record(by, "dispatch.later", dispatch, channel=dispatch.channel, attempt=dispatch.attempts)
        return False
    dispatch.facts.pop("perhaps_taken", None)
    has_not_left(dispatch, by)
    return None


def _begin(dispatch: Dispatch, by: Process) -> _Attempt | None:
    """The first transaction of an attempt; None when nothing is to be handed over."""
    dispatch = outbox.lock(dispatch)
    if dispatch.channel not in CARRIED:
        return None
    if cut_short := dispatch.began_at is not None:
        dispatch.facts["perhaps_taken"] = True
        dispatch.began_at = None
    if dispatch.state != DispatchState.QUEUED:
        if cut_short:
            is_unknown(dispatch, by)
        return None
    perhaps = [PERHAPS] if dispatch.facts.get("perhaps_taken") else []
    if reasons := reasons_to_hold(dispatch):
        outbox.hold(dispatch, [*reasons, *perhaps], by=by)
        return None
    if codes.has_run_out(dispatch):
        run_out(dispatch, " ".join(["The code ran out before it could be sent.", *perhaps]), by=by)
        return None
    carrier = carrier_for(dispatch)
    if carrier is None:
        fail(dispatch, " ".join(["Nothing here sends this now: it is not set up.", *perhaps]), by=by)
        return None
    if dispatch.attempts >= TRIES:  # killed each time
        fail(dispatch, " ".join([f"It was tried {TRIES} times.", *perhaps]), by=by)
        return None
    dispatch.attempts += 1
    dispatch.began_at = dispatch.changed_at = clock.now()
    dispatch.save(update_fields=["attempts", "began_at", "changed_at", "facts"])
    audit.record(by, "dispatch.begin", dispatch, channel=dispatch.channel, attempt=dispatch.attempts)
    return fetch(dispatch), carrier


def fetch(dispatch: Dispatch) -> Dispatch:
    """With the bytes of its letter and the pathway of its referral: nothing can be read once the scope is closed."""
    pathways.of(dispatch.referral.pathway_version)
    if dispatch.letter_id is not None:
        dispatch.letter = Letter.objects.get(pk=dispatch.letter_id)
    return dispatch


def _hand_over(attempt: _Attempt) -> Handed | Later | Permanent:
    dispatch, carrier = attempt
    try:
        return carrier.hand_over(dispatch)
    except (Later, Permanent) as refused:
        return refused
    except Exception as error:  # whatever a carrier's library raises: a person hears of it after the last attempt
        return unforeseen(dispatch, error)


def unforeseen(dispatch: Dispatch, error: Exception) -> Later:
    """A carrier raised what it should not: the log names the kind of error, and no word of it."""
    log.error("the carrier of dispatch %s (%s) raised %s", dispatch.pk, dispatch.channel, type(error).__name__)
    return Later("Something went wrong that this program does not know.", perhaps_taken=True)
