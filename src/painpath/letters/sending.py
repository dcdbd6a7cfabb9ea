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
(`outbox.stop`). When it had left, the end says so in their words' place, and somebody has it to do the same day.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.roles import ADMINISTRATOR
from painpath.accounts.scope import scope
from painpath.letters import codes, outbox, tasks
from painpath.letters.carriers import Carrier, Handed, Later, Permanent
from painpath.letters.carriers.finding import CARRIED, carrier_for
from painpath.letters.channels import reasons_to_hold
from painpath.letters.models import KINDS, Dispatch, DispatchState, Letter
from painpath.referrals import pathways
from painpath.referrals.todo import give_task

log = logging.getLogger(__name__)

TRIES = 7
"""After so many attempts a person is told. The waits between them add up to an hour and a half."""
FIRST_QUESTION = timedelta(minutes=5)
"""A carrier is asked what became of something this long after it took it."""
TWICE = "The program was cut short while this was being sent, and sent it again: it may have arrived twice."
PERHAPS = "The program was cut short while this was being sent: it may have arrived."
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
        end = _hand_over(attempt)
        with scope(by.service):
            return _end(dispatch, end, by)


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
        return _end(dispatch, found, by)
    dispatch = outbox.lock(dispatch)
    if isinstance(found, Later):
        dispatch.attempts += 1
        if dispatch.attempts >= TRIES:
            dispatch.began_at, dispatch.facts["perhaps_taken"] = None, True
            return _later(dispatch, found, by)
        dispatch.save(update_fields=["attempts"])
        audit.record(by, "dispatch.later", dispatch, channel=dispatch.channel, attempt=dispatch.attempts)
        return False
    dispatch.facts.pop("perhaps_taken", None)
    _not_left(dispatch, by)
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
            _unknown(dispatch, by)
        return None
    perhaps = [PERHAPS] if dispatch.facts.get("perhaps_taken") else []
    if reasons := reasons_to_hold(dispatch):
        outbox.hold(dispatch, [*reasons, *perhaps], by=by)
        return None
    if codes.has_run_out(dispatch):
        words = " ".join(["The code ran out before it could be sent.", *perhaps])
        outbox.change(dispatch, DispatchState.CANCELLED, by=by, why=words)
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


def _end(dispatch: Dispatch, end: Handed | Later | Permanent, by: Process) -> bool:
    """The second transaction of an attempt: how it ended. False when it should be tried again later."""
    dispatch = outbox.lock(dispatch)
    dispatch.began_at = None
    if isinstance(end, Handed):
        _taken(dispatch, end, by)
        return True
    if isinstance(end, Later):
        return _later(dispatch, end, by)
    if dispatch.state == DispatchState.QUEUED:
        perhaps = [PERHAPS] if dispatch.facts.get("perhaps_taken") else []
        fail(dispatch, " ".join([str(end), *perhaps]), by=by)
    else:
        _not_left(dispatch, by)
    return True


def _taken(dispatch: Dispatch, handed: Handed, by: Process) -> None:
    before, said = DispatchState(dispatch.state), dispatch.why
    carrier = carrier_for(dispatch)
    # Of a carrier that knows doubles nothing is handed over a second time before it has said that it has nothing.
    twice = bool(dispatch.facts.pop("perhaps_taken", False)) and not (carrier is not None and carrier.knows_doubles)
    if twice:
        dispatch.facts["perhaps_twice"] = True
    dispatch.provider_id = handed.provider_id[:100]
    why = TWICE if twice else ""
    if before != DispatchState.QUEUED:
        said = said.replace(outbox.UNDER_WAY, "").strip()
        how = "held" if before == DispatchState.HELD else "stopped"
        why = f"It had already left when it was {how}: {said} {why}".strip()
        if dispatch.kind != "code":  # one that was made void is of no use to anybody
            _see_to_it(dispatch, why, by)
    outbox.change(dispatch, DispatchState.SENT, by=by, why=why, detail={"perhaps_twice": True} if twice else {})
    if handed.state == DispatchState.DELIVERED:
        dispatch.delivered_at = clock.now()
        outbox.change(dispatch, DispatchState.DELIVERED, by=by, why=why)
    elif handed.provider_id:
        tasks.ask_at(dispatch, clock.now() + FIRST_QUESTION)


def _later(dispatch: Dispatch, later: Later, by: Process) -> bool:
    if later.perhaps_taken:
        dispatch.facts["perhaps_taken"] = True
    if dispatch.state != DispatchState.QUEUED:
        if dispatch.facts.get("perhaps_taken"):
            _unknown(dispatch, by)
        else:
            _not_left(dispatch, by)
        return True
    if dispatch.attempts < TRIES:
        dispatch.why, dispatch.changed_at = f"Not sent yet: {later} It is tried again.", clock.now()
        dispatch.save(update_fields=["attempts", "began_at", "why", "changed_at", "facts"])
        audit.record(by, "dispatch.later", dispatch, channel=dispatch.channel, attempt=dispatch.attempts)
        return False
    perhaps = [PERHAPS] if dispatch.facts.get("perhaps_taken") else []
    fail(dispatch, " ".join([f"{later} It was tried {TRIES} times.", *perhaps]), by=by)
    return True


def _not_left(dispatch: Dispatch, by: Process) -> None:
    """What may have left has not: also where it was held or stopped while the attempt was under way."""
    dispatch.began_at = None
    dispatch.why = dispatch.why.replace(outbox.UNDER_WAY, "It had not left.")
    dispatch.save(update_fields=["attempts", "began_at", "why", "facts"])
    audit.record(by, "dispatch.not_taken", dispatch, channel=dispatch.channel)


def _unknown(dispatch: Dispatch, by: Process) -> None:
    """Held or stopped while an attempt was under way, and nobody will know whether it left: a person sees to it."""
    dispatch.began_at = None
    dispatch.why = f"{dispatch.why.replace(outbox.UNDER_WAY, '').strip()} {PERHAPS}"
    if dispatch.state == DispatchState.HELD:
        dispatch.facts["held"] = [*dispatch.facts.get("held", []), PERHAPS]
    dispatch.save(update_fields=["attempts", "began_at", "why", "facts"])
    audit.record(by, "dispatch.perhaps_taken", dispatch, channel=dispatch.channel)
    _see_to_it(dispatch, dispatch.why, by)


def _see_to_it(dispatch: Dispatch, why: str, by: Process) -> None:
    give_task(
        dispatch.referral, "contact", f"{_about(dispatch)} {why} See whether somebody must be told.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip


def fail(dispatch: Dispatch, why: str, *, by: Process) -> None:
    """A locked dispatch cannot be sent: it stands in the outbox with the reason, and somebody has it to do today."""
    dispatch.began_at = None
    outbox.change(dispatch, DispatchState.FAILED, by=by, why=why)
    give_task(
        dispatch.referral, "contact", f"This could not be sent: {KINDS[dispatch.kind].lower()}, "
        f"{dispatch.get_to_display().lower()}. {why} Get in touch in another way, or send it by post.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip


def _about(dispatch: Dispatch) -> str:
    return f"{KINDS[dispatch.kind]} {dispatch.get_to_display().lower()}."
